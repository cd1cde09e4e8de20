"""A workspace is found by walking up; its settings are checked; who acts is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from govtrack import workspace as module
from govtrack.errors import BadInput

KNOWN = "organisation, timezone, vocabulary, pattern, database, objects, [[timestamp]]"


@pytest.fixture
def settings(tmp_path):
    """`settings(text)`: what a workspace with that govtrack.toml is read as."""

    def _settings(text):
        (tmp_path / "govtrack.toml").write_bytes(
            text if isinstance(text, bytes) else text.encode("utf-8")
        )
        return module.read(tmp_path)

    return _settings


def sentences(refusal):
    return [problem.sentence() for problem in refusal.value.problems]


def test_a_workspace_is_found_from_any_folder_inside_it(workspace, monkeypatch):
    inner = workspace / "a" / "b"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)

    assert module.find().root == workspace
    assert module.find(Path("..")).root == workspace
    assert module.find(workspace).root == workspace


def test_where_there_is_none_the_way_to_make_one_is_said(tmp_path):
    with pytest.raises(BadInput, match=r"no govtrack\.toml in .* or above it: make a workspace"):
        module.find(tmp_path / "not-even-there")


def test_what_is_not_said_has_its_default(settings):
    found = settings("organisation = 'Example Ltd'\n")

    assert (found.timezone, found.vocabulary, found.pattern) == ("UTC", "iso", "parallel")
    assert found.database_path == found.root / ".govtrack" / "register.db"
    assert found.objects_path == found.root / ".govtrack" / "objects"
    assert found.zone.key == "UTC"


def test_paths_are_relative_to_the_workspace_or_absolute(settings, tmp_path):
    found = settings(f"organisation = 'x'\ndatabase = 'r.db'\nobjects = '{tmp_path}/store'\n")

    assert found.database_path == tmp_path / "r.db"
    assert found.objects_path == tmp_path / "store"


def test_every_problem_of_the_settings_is_reported_at_once(settings):
    with pytest.raises(BadInput) as refusal:
        settings(
            "organization = 'x'\nvocabulary = 'isso'\npattern = ''\ntimezone = 3\n"
            "database = 'postgresql://user:secret@host/db'\n"
        )

    said = sentences(refusal)
    assert said == [
        f"govtrack.toml, organization: unknown setting; known are {KNOWN}",
        "govtrack.toml, vocabulary: 'isso' is not one of iso, rmf",
        "govtrack.toml, pattern: expected some text in quotes",
        "govtrack.toml, timezone: expected some text in quotes",
        "govtrack.toml, database: expected a path of a SQLite file, not an address",
        "govtrack.toml, organisation: is missing: the organisation's name",
    ]
    nearest = [problem.nearest for problem in refusal.value.problems]
    assert nearest[:2] == ["organisation", "iso"]
    assert "secret" not in "".join(said)


AUTHORITY = "[[timestamp]]\nname = '{}'\nurl = '{}'\nroot = 'roots/tsa.pem'\n"


def test_time_stamping_authorities_are_named_in_tables(settings):
    found = settings(
        "organisation = 'x'\n"
        + AUTHORITY.format("one", "https://stamps.example.org/tsr")
        + AUTHORITY.format("two.b", "http://127.0.0.1:8080/tsr?policy=1")
        + "stamp = 'change'\n"
    )

    assert found.authorities == (
        module.Authority("one", "https://stamps.example.org/tsr", "roots/tsa.pem", "day"),
        module.Authority("two.b", "http://127.0.0.1:8080/tsr?policy=1", "roots/tsa.pem", "change"),
    )
    assert settings("organisation = 'x'\n").authorities == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("timestamp = 'x'", "timestamp: expected tables, each under a line [[timestamp]]"),
        ("timestamp = ['x']", "timestamp: expected tables, each under a line [[timestamp]]"),
        ("[timestamp]\nname = 'x'", "timestamp: expected tables, each under a line [[timestamp]]"),
        (
            "[[timestamp]]\nname = 'x'\nroot = 'r'",
            "timestamp 1, url: is missing",
        ),
        (
            AUTHORITY.format("x", "https://a/") + AUTHORITY.format("x", "https://b/"),
            "timestamp 2, name: 'x' is the name of another one already",
        ),
        (
            AUTHORITY.format("../x", "https://a/"),
            "timestamp 1, name: '../x' is not a name of a-z, 0-9, '.' and '-', at most 64 long",
        ),
        (
            AUTHORITY.format("x", "https://a/") + "stamp = 'daily'",
            "timestamp 1, stamp: 'daily' is not one of day, change, asked",
        ),
        (
            AUTHORITY.format("x", "https://a/") + "rot = 'x'",
            "timestamp 1, rot: unknown setting; known are name, url, root, stamp",
        ),
        ("[[timestamp]]\nname = 3\nurl = 'https://a'\nroot = 'r'",
         "timestamp 1, name: expected some text in quotes"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_authority_is_said_with_its_place(settings, text, said):
    with pytest.raises(BadInput) as refusal:
        settings("organisation = 'x'\n" + text)

    assert sentences(refusal) == [f"govtrack.toml, {said}"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://stamps.example.org", "expected an address that begins with http:// or https://"),
        ("stamps.example.org", "expected an address that begins with http:// or https://"),
        ("file:///etc/passwd", "expected an address that begins with http:// or https://"),
        ("https://", "expected an address that begins with http:// or https://"),
        ("https://a b/", "expected an address that begins with http:// or https://"),
        ("https://example.org/#x", "an address of an authority has no part after '#'"),
        ("https://example.org:port/", "is no address such as https://stamps.example.org/tsr"),
        ("https://[::1/", "is no address such as https://stamps.example.org/tsr"),
        (
            "https://eva:secret@example.org/",
            "an address here holds no user name and no password: this file has no secrets",
        ),
        (
            "https://secret@example.org/",
            "an address here holds no user name and no password: this file has no secrets",
        ),
    ],
)
def test_an_address_that_cannot_be_asked_or_holds_a_secret_is_refused(settings, url, said):
    with pytest.raises(BadInput) as refusal:
        settings("organisation = 'x'\n" + AUTHORITY.format("x", url))

    assert sentences(refusal) == [f"govtrack.toml, timestamp 1, url: {said}"]
    assert "secret" not in refusal.value.problems[0].message.replace("no secrets", "")


def test_every_problem_of_every_authority_is_reported_at_once(settings):
    with pytest.raises(BadInput) as refusal:
        settings("vocabulary = 'isso'\n[[timestamp]]\nurl = 'x'\n[[timestamp]]\nname = 'X'\n")

    assert [one.field for one in refusal.value.problems] == [
        "vocabulary", "organisation", "timestamp 1, name", "timestamp 1, root", "timestamp 1, url",
        "timestamp 2, url", "timestamp 2, root", "timestamp 2, name",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("organisation = Example", "not valid TOML: "),
        ("organisation = 'a'\norganisation = 'b'", "not valid TOML: "),
        ("organisation = 'Prüf'".encode("cp1252"), "not UTF-8 at byte 18"),
        ("\0", "not valid TOML: "),
    ],
)
def test_settings_that_cannot_be_read_are_refused_naming_the_file(settings, tmp_path, text, said):
    with pytest.raises(BadInput) as refusal:
        settings(text)

    assert sentences(refusal)[0].startswith(f"{tmp_path / 'govtrack.toml'}: {said}")


def test_a_time_zone_that_is_none_is_refused_when_a_day_is_asked_for(settings):
    found = settings("organisation = 'x'\ntimezone = 'Europe/Wien'\n")

    with pytest.raises(BadInput, match=r"govtrack\.toml, timezone: 'Europe/Wien' is not an IANA"):
        _ = found.zone


def test_the_actor_given_stands_before_every_default(monkeypatch):
    assert module.actor("eva") == "eva"
    assert module.actor(None) == "ada@example.org"
    monkeypatch.delenv("GOVTRACK_ACTOR")
    monkeypatch.setenv("LOGNAME", "lovelace")
    assert module.actor(None) == "lovelace"


@pytest.mark.parametrize(
    "text",
    [
        "[user]\n\temail = ada@git.example\n",
        '[core]\n\teditor = vi\n[user]\n\tname = Ada\n\tEmail = "ada@git.example"\n',
        "[USER]\nemail=ada@git.example\n",
    ],
)
def test_git_s_address_is_read_from_its_files(tmp_path, monkeypatch, text):
    monkeypatch.delenv("GOVTRACK_ACTOR")
    monkeypatch.chdir(tmp_path)
    (Path.home() / ".gitconfig").write_text(text)

    assert module.actor_by_default() == ("ada@git.example", "git's user.email")


@pytest.mark.parametrize("data", [b"[user\nemail", b"\xff\xfe", b"[other]\nemail = x@y\n"])
def test_git_s_files_are_never_a_problem(tmp_path, monkeypatch, data):
    monkeypatch.delenv("GOVTRACK_ACTOR")
    monkeypatch.setenv("LOGNAME", "lovelace")
    monkeypatch.chdir(tmp_path)
    (Path.home() / ".gitconfig").write_bytes(data)

    assert module.actor_by_default() == ("lovelace", "the login name")
