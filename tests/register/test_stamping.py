"""The newest checkpoint is stamped when that is due; no authority makes a recording fail."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from freezegun import freeze_time

from govtrack import clock
from govtrack import workspace as workspaces
from govtrack.register import asking, database, journal, memory, stamp_checks, stamping

AUTHORITY = '\n[[timestamp]]\nname = "{name}"\nurl = "{url}"\nroot = "{root}"\nstamp = "{stamp}"\n'


@pytest.fixture
def configured(register):
    """`configured(url, root)`: the register, whose workspace names this authority too."""

    def _configured(url, root, *, name="one", stamp="change"):
        path = register.space.root / "govtrack.toml"
        table = AUTHORITY.format(name=name, url=url, root=root, stamp=stamp)
        path.write_text(path.read_text() + table)
        return type(register)(workspaces.read(register.space.root))

    return _configured


def stamps(register):
    return register.query("SELECT size, authority, at, reply FROM timestamp ORDER BY size, 2")


def newest(register):
    return register.query("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1")[0]


def recorded(register):
    """What a recording notes; it is there afterwards, and all of the register agrees."""
    before = len(register.events())
    with register.recording() as one:
        title = f"Report {before}"
        path = register.space.root / "artefact.txt"
        path.write_text(title)
        _add(register, one, path, title)
    assert len(register.events()) == before + 1
    assert register.codes() == []
    return one.notes


def _add(register, one, path, title):
    from govtrack.aims import artefacts, evidence  # noqa: PLC0415
    from govtrack.aims.fields import EvidenceFields  # noqa: PLC0415
    from govtrack.catalog.loading import catalogue  # noqa: PLC0415

    fields = EvidenceFields(files=(path,), kind="vv-report", title=title)
    files = artefacts.kept([(path.name, path)], register.space.objects_path)
    evidence.add(one, fields, files, (), catalogue(), allow_duplicate=True)


def checked(register, *roots):
    with closing(database.opened(register.space.database_path, "ro")) as connection:
        return stamp_checks.check(connection, [root.read_bytes() for root in roots])


def origin(register):
    with closing(database.opened(register.space.database_path, "ro")) as connection:
        return journal.first_origin(connection)


def test_a_recording_is_stamped_and_the_reply_kept_as_it_came(
    configured, authority, authorities, tmp_path
):
    replies = []
    authority.answers(lambda request: replies.append(authority.reply(request)) or replies[-1])
    with authority.serving() as url:
        register = configured(url, authority.root)
        notes = recorded(register)

    size, note = newest(register)
    ((stamped, name, at, reply),) = stamps(register)
    assert (stamped, name, reply) == (size, "one", replies[0])
    data, kept = tmp_path / "checkpoint", tmp_path / "checkpoint.tsr"
    data.write_bytes(note)
    kept.write_bytes(reply)
    assert authorities.verified_by_openssl(data, kept, authority.root)
    assert (register.space.checkpoint_path).read_bytes() == note
    assert [one.partition(";")[0] for one in notes] == [
        "the root of 'one' is trusted on this machine from now on"
    ]
    (layer,) = checked(register, authority.root).layers
    assert (layer.level, layer.size, layer.at) == ("stamped", size, at)


def test_the_root_is_pinned_at_its_first_use_and_said_once(configured, authority):
    authority.answers(authority.reply)
    with authority.serving() as url:
        register = configured(url, authority.root)
        first, second = recorded(register), recorded(register)

    assert memory.roots(origin(register)) == [authority.root.read_bytes()]
    assert len(first) == 1
    assert second == []


FAILURES = {
    "status": (lambda _: (500, {}, b"")),
    "garbage": (lambda _: b"garbage"),
    "page": (lambda _: b"<html>Please log in to this network</html>"),
    "nothing": (lambda _: b""),
    "long": (lambda _: bytes(70_000)),
    "silence": (lambda _: time.sleep(2) or b""),
}
STANDS = "what was recorded stands, and 'govtrack trail stamp' asks again"
SAID = {
    "status": "it answers with status 500",
    "garbage": "the reply is no time stamp (RFC 3161)",
    "page": "the reply is no time stamp (RFC 3161)",
    "nothing": "the reply is no time stamp (RFC 3161)",
    "long": "its answer is longer than 64 KiB",
    "silence": "no answer within 1 seconds",
}


@pytest.mark.parametrize("failure", FAILURES)
def test_no_failure_of_an_authority_loses_a_recording(configured, authority, monkeypatch, failure):
    monkeypatch.setattr(asking, "SECONDS", 1)
    authority.answers(FAILURES[failure])
    with authority.serving() as url:
        register = configured(url, authority.root)
        notes = recorded(register)

    assert notes == [f"no time stamp from 'one': {SAID[failure]}; {STANDS}"]
    assert stamps(register) == []
    assert memory.roots(origin(register)) == []


def test_a_request_that_is_not_granted_loses_no_recording(configured, authority):
    authority.answers(lambda _: authority.reply(b"no request"))
    with authority.serving() as url:
        register = configured(url, authority.root)
        (note,) = recorded(register)

    assert "not granted: rejected (Bad request format or system error.)" in note
    assert stamps(register) == []


def test_nobody_there_loses_no_recording(configured, authority):
    register = configured("http://127.0.0.1:9/", authority.root)

    (note,) = recorded(register)

    assert note.startswith("no time stamp from 'one': it cannot be asked: ")
    assert stamps(register) == []


def test_an_old_reply_played_again_is_not_kept(configured, authority):
    old = []
    authority.answers(lambda request: old.append(authority.reply(request)) or old[0])
    with authority.serving() as url:
        register = configured(url, authority.root)
        recorded(register)
        found = stamping.newest(register.space)
        (again,) = stamping.stamp(register.space, found, register.space.authorities)

    assert again.at is None
    assert "answers another request" in again.words
    assert len(stamps(register)) == 1


def test_a_stamp_of_other_bytes_is_not_kept(configured, authority):
    from govtrack.trail import timestamp  # noqa: PLC0415

    authority.answers(lambda _: authority.reply(timestamp.request(b"other").data))
    with authority.serving() as url:
        register = configured(url, authority.root)
        (note,) = recorded(register)

    assert "the stamp is of other bytes" in note
    assert stamps(register) == []


def test_a_stamp_under_another_root_is_not_kept_and_that_root_not_trusted(
    configured, authority, other
):
    authority.answers(authority.reply)
    with authority.serving() as url:
        register = configured(url, other.root)
        (note,) = recorded(register)

    assert "the certificates of the stamp lead to no root that is trusted here" in note
    assert stamps(register) == []
    assert memory.roots(origin(register)) == []


def test_an_authority_whose_certificates_are_out_of_order_is_not_usable(
    configured, authorities, tmp_path
):
    disordered = authorities.Authority(tmp_path / "disordered", disordered=True)
    with disordered.serving() as url:
        register = configured(url, disordered.root)
        (note,) = recorded(register)

    assert "no time stamp from 'one': this authority is not usable: " in note
    assert stamps(register) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "its root root.pem cannot be read: No such file or directory"),
        ("no certificate", "its root root.pem is no certificate in PEM"),
    ],
)
def test_a_root_that_cannot_be_used_is_said_and_nobody_asked(configured, authority, content, said):
    authority.asked.clear()
    with authority.serving() as url:
        register = configured(url, "root.pem")
        if content:
            (register.space.root / "root.pem").write_text(content)
        (note,) = recorded(register)

    assert said in note
    assert authority.asked == []


def test_two_authorities_are_asked_and_one_s_failure_is_not_the_other_s(
    configured, authority, other
):
    authority.answers(lambda _: (503, {}, b""))
    other.answers(other.reply)
    with authority.serving() as first, other.serving() as second:
        configured(first, authority.root, name="down")
        register = configured(second, other.root, name="up")
        notes = recorded(register)

    assert [name for _, name, _, _ in stamps(register)] == ["up"]
    assert notes[0].startswith("no time stamp from 'down': it answers with status 503")


def test_an_authority_that_failed_is_left_alone_for_an_hour(configured, authority):
    """Who records all day while an authority is down waits for it once an hour, not each time."""
    authority.answers(lambda _: (503, {}, b""))
    authority.asked.clear()
    with authority.serving() as url:
        register = configured(url, authority.root)
        assert len(recorded(register)) == 1
        assert recorded(register) == []
        assert len(authority.asked) == 1

        authority.answers(authority.reply)
        with freeze_time(clock.now() + timedelta(minutes=61)):
            recorded(register)
        recorded(register)

    assert len(stamps(register)) == 2


def test_who_does_not_want_to_wait_has_recorded_all_the_same(configured, authority, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    register = configured("http://127.0.0.1:9/", authority.root)
    monkeypatch.setattr(stamping, "stamp", interrupted)

    assert recorded(register) == [
        "no time stamp was asked for: interrupted; what was recorded stands"
    ]


def test_a_fault_of_our_own_loses_no_recording_either(configured, authority, monkeypatch):
    register = configured("http://127.0.0.1:9/", authority.root)
    monkeypatch.setattr(asking, "replies", lambda _: 1 / 0)

    assert recorded(register) == ["no time stamp was asked for: division by zero"]


def test_what_an_authority_says_cannot_reach_a_terminal_as_it_is(configured, authority):
    """A refusal with an escape sequence and without end in its text, as a stamp server may send."""
    words = b"\x1b[2Jgranted!" + b"x" * 1000
    text = b"\x0c" + der(words)
    refusal = b"\x30" + der(b"\x30" + der(b"\x02\x01\x02\x30" + der(text)))
    authority.answers(lambda _: refusal)
    with authority.serving() as url:
        register = configured(url, authority.root)
        (note,) = recorded(register)

    assert "not granted: rejected (\\x1b[2Jgranted!xxx" in note
    assert "\x1b" not in note
    assert len(note) < 500


def der(content):
    """The length of some bytes as DER writes it, and they."""
    return b"\x82" + len(content).to_bytes(2, "big") + content if len(content) > 127 else (
        bytes([len(content)]) + content
    )  # fmt: skip


def test_of_two_who_stamp_the_same_checkpoint_the_first_stamp_is_kept(configured, authority):
    authority.answers(authority.reply)
    with authority.serving() as url:
        register = configured(url, authority.root, stamp="asked")
        found = stamping.newest(register.space)
        outcomes = [stamping.stamp(register.space, found, register.space.authorities)[0]]
        ((*_, first),) = stamps(register)
        outcomes += stamping.stamp(register.space, found, register.space.authorities)

    assert all(one.at for one in outcomes)
    assert [reply for *_, reply in stamps(register)] == [first]


class TestDue:
    """`stamp` says when: once a day, at each change, only when asked."""

    NOW = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)  # the 11th in Vienna

    def due(self, register, stamp, latest):
        space = register.space._replace(timezone="Europe/Vienna")
        one = workspaces.Authority("one", "http://127.0.0.1:9", "x", stamp)
        found = stamping.Newest(origin(register), 7, b"", latest)
        with freeze_time(self.NOW):
            return stamping.due(one, found, space)

    @pytest.mark.parametrize(
        ("latest", "expected"),
        [
            ({}, True),
            ({"one": (6, "2026-03-10T22:59:59.000000Z")}, True),
            ({"one": (6, "2026-03-10T23:00:00.000000Z")}, False),
            ({"one": (6, "2026-03-12T12:00:00.000000Z")}, False),
            ({"two": (6, "2026-03-10T23:10:00.000000Z")}, True),
            ({"one": (7, "2026-03-01T00:00:00.000000Z")}, False),
        ],
        ids=["never", "yesterday", "today", "tomorrow", "another", "this one"],
    )
    def test_day_is_once_a_day_of_the_organisation(self, register, latest, expected):
        assert self.due(register, "day", latest) is expected

    def test_change_is_each_new_checkpoint(self, register):
        assert self.due(register, "change", {"one": (6, "2026-03-10T23:00:00.000000Z")})
        assert not self.due(register, "change", {"one": (7, "2026-03-10T23:00:00.000000Z")})

    def test_asked_is_never(self, register):
        assert not self.due(register, "asked", {})


def test_nothing_is_asked_or_read_where_no_authority_is_named(register, monkeypatch):
    monkeypatch.setattr(stamping, "newest", lambda _: pytest.fail("the register was read"))

    assert stamping.after_recording(register.space) == []
    asked = workspaces.Authority("one", "http://127.0.0.1:9", "x", "asked")
    assert stamping.after_recording(register.space._replace(authorities=(asked,))) == []


def test_a_trail_without_a_key_has_nothing_to_stamp(run, tmp_path, authority, monkeypatch):
    run("init", tmp_path / "plain", "--organisation", "x", "--no-key")
    monkeypatch.chdir(tmp_path / "plain")
    path = Path("govtrack.toml")
    authority.asked.clear()
    with authority.serving() as url:
        path.write_text(
            path.read_text()
            + AUTHORITY.format(name="one", url=url, root=authority.root, stamp="change")
        )
        added = run("system", "add", "chat", "--name", "Chat", "--role", "user")

    assert added.code == 0
    assert "stamp" not in added.err
    assert authority.asked == []


def test_a_dry_run_asks_nobody(configured, authority):
    authority.asked.clear()
    with authority.serving() as url:
        register = configured(url, authority.root)
        with register.recording(dry_run=True) as one:
            path = register.space.root / "artefact.txt"
            path.write_text("x")
            _add(register, one, path, "x")

    assert authority.asked == []
    assert stamps(register) == []
