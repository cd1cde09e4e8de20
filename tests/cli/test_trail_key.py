"""Keys are made, passed on, lost, stolen, given to others; a walk from the first one shows it."""

from __future__ import annotations

import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from freezegun import freeze_time

from govtrack import workspace as workspaces
from govtrack.aims import key_changes
from govtrack.cli.main import govtrack
from govtrack.register import checkpoints, keys, memory
from govtrack.trail import note, signing

# a first key


def test_a_trail_without_a_key_gets_one_and_is_signed_from_then_on(run, keyless):
    result = run("-C", keyless.root, "trail", "key", "new")

    assert result.code == 0, result.err
    assert keyless.vkey(keyless.newest) in result.out
    assert keyless.actions == ["workspace.created", "trail.key_added"]
    assert keyless.signers(2) == [keyless.newest]
    assert stat.S_IMODE(keyless.file.stat().st_mode) == 0o600
    assert keyless.file.with_suffix(".vkey").read_text() == f"{keyless.vkey(keyless.newest)}\n"
    pinned = memory.signing_key(keyless.origin)
    assert note.vkey(pinned.name, pinned.public) == keyless.vkey(keyless.newest)
    assert run("-C", keyless.root, "system", "add", "one", "--name", "One").err == ""
    assert keyless.signers(3) == [keyless.newest]
    assert run("-C", keyless.root, "verify").code == 0


def test_a_trail_with_a_key_is_told_to_rotate_it(run, trail):
    before = trail.file.read_bytes()

    result = run("trail", "key", "new")

    assert (result.code, "'govtrack trail key rotate' replaces it" in result.err) == (1, True)
    assert trail.file.read_bytes() == before
    assert [path.name for path in trail.file.parent.glob("*.pem")] == [trail.file.name]


def test_a_first_key_may_stand_elsewhere_and_is_found_by_the_variable(
    run, keyless, tmp_path, monkeypatch, check
):
    elsewhere = tmp_path / "ci.pem"

    made = run("-C", keyless.root, "trail", "key", "new", "-o", elsewhere, "--json")
    monkeypatch.setenv("GOVTRACK_SIGNING_KEY_FILE", str(elsewhere))
    recorded = run("-C", keyless.root, "system", "add", "one", "--name", "One")

    assert check(made.json())["file"] == str(elsewhere)
    assert "set GOVTRACK_SIGNING_KEY_FILE to that file" in made.err
    assert recorded.err == ""
    assert keyless.checkpoints[-1][0].size == 3


@pytest.mark.parametrize("where", ["missing/key.pem", "there.pem"])
def test_a_key_is_written_into_a_folder_that_is_there_and_over_nothing(
    run, keyless, tmp_path, where
):
    (tmp_path / "there.pem").write_text("mine")

    result = run("-C", keyless.root, "trail", "key", "new", "-o", tmp_path / where)

    assert result.code in {1, 2}
    assert Path(where).name in result.err
    assert (tmp_path / "there.pem").read_text() == "mine"
    assert keyless.size == 1


def test_a_witness_makes_a_key_without_a_workspace(run, tmp_path, descriptor, passphrase):
    path = tmp_path / "auditor.pem"

    result = run(
        "trail", "key", "new", "--witness", "audit.example.org", "-o", path,
        "--passphrase-fd", descriptor(passphrase), cwd=tmp_path,
    )  # fmt: skip

    assert result.code == 0, result.err
    vkey = path.with_suffix(".vkey").read_text().strip()
    verifier = note.parsed_vkey(vkey)
    assert (verifier.name, verifier.algorithm) == ("audit.example.org", note.COSIGNATURE)
    assert vkey in result.out
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = signing.from_pem(path.read_bytes(), passphrase.encode())
    assert signing.public_of(key) == verifier.public
    assert passphrase not in result.out + result.err


def test_a_witness_s_key_cosigns(run, workspace, tmp_path, check):
    made = run(
        "trail", "key", "new", "--witness", "audit.example.org", "-o", tmp_path / "a.pem", "--json"
    )

    cosigned = run(
        "trail", "cosign", workspace / ".govtrack" / "trail" / "checkpoint",
        "--key-file", tmp_path / "a.pem", "--name", "audit.example.org",
    )  # fmt: skip

    assert cosigned.code == 0, cosigned.err
    assert check(made.json())["vkey"] in cosigned.err
    assert made.json()["file"] == str(tmp_path / "a.pem")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--witness", "audit"], "--output: is missing"),
        (["--witness", "au dit", "-o", "a.pem"], "--witness: "),
        (["--witness", "", "-o", "a.pem"], "--witness: "),
        (["--witness", "audit", "-o", "a.vkey"], "such as a.pem"),
        (["--witness", "audit", "-o", "a.pem", "--ask"], "there is no terminal to ask on"),
        (["--witness", "audit", "-o", "no/a.pem"], "there is no folder"),
    ],
)
def test_a_witness_s_key_that_cannot_be_made_is_told_why(run, tmp_path, options, told):
    result = run("trail", "key", "new", *options, cwd=tmp_path)

    assert (result.code, told in result.err) == (2, True), result.err
    assert list(tmp_path.glob("a.*")) == []


def test_a_witness_s_key_leaves_no_half_where_the_other_cannot_be_written(run, tmp_path):
    (tmp_path / "a.vkey").write_text("mine")

    result = run("trail", "key", "new", "--witness", "audit", "-o", tmp_path / "a.pem")

    assert result.code == 1
    assert [path.name for path in tmp_path.glob("a.*")] == ["a.vkey"]


def test_a_dry_run_makes_no_key(run, trail, tmp_path, check):
    since = ("--since", "2020-01-01T00:00Z", "--why", "x")

    tried = [
        run("trail", "key", *words, "-n", "--json")
        for words in (
            ("rotate",),
            ("revoke", "KEY-2020-0001", *since, "--replace"),
            ("new", "--witness", "audit", "-o", tmp_path / "a.pem"),
        )
    ]

    with freeze_time("2026-03-02T12:00:00Z"):
        dry = run("trail", "key", "rotate", "-n")
    answers = [check(one.json()) for one in tried]
    assert [one["dry_run"] for one in answers] == [True] * 3
    assert [(one["vkey"], one["fingerprint"], one["file"]) for one in answers] == [(None,) * 3] * 3
    assert trail.size == 2
    assert [path.name for path in trail.file.parent.glob("*.pem")] == [trail.file.name]
    assert not (tmp_path / "a.pem").exists()
    assert (
        dry.out == "KEY-2026-0001 would sign this trail, in place of KEY-2020-0001\n"
        "Dry run: nothing was recorded, and no key was made.\n"
    )


# rotation


def test_a_rotation_is_signed_by_both_keys_then_by_the_new_one(run, trail):
    first = trail.public("KEY-2020-0001")
    with freeze_time("2026-03-02T12:00:00Z"):
        result = run("trail", "key", "rotate", "--reason", "yearly")

    assert result.code == 0, result.err
    assert "KEY-2026-0001 signs this trail from now on, in place of KEY-2020-0001" in result.out
    assert trail.actions[2:] == ["trail.key_added", "trail.key_retired"]
    assert trail.signers(3) == ["KEY-2020-0001", "KEY-2026-0001"]
    assert trail.signers(4) == ["KEY-2026-0001"]
    assert trail.rows(
        "SELECT how, replaces, added_on, retired_on FROM signing_key ORDER BY key"
    ) == [
        ("founded", None, "2020-01-01", "2026-03-02"),
        ("rotated", "KEY-2020-0001", "2026-03-02", None),
    ]
    walk = trail.walk("KEY-2020-0001")
    assert (set(walk.trusted), walk.findings, walk.notes) == ({2, 3, 4}, (), ())
    old = keys.path_beside(trail.origin, note.parsed_vkey(trail.vkey("KEY-2020-0001")))
    assert signing.public_of(keys.loaded(old)) == first
    assert signing.public_of(keys.loaded(trail.file)) == trail.public("KEY-2026-0001")
    assert (
        f"{old}, the old key, is needed for nothing more: delete it, and its backups" in result.out
    )
    assert "Tell your auditor all the same" in result.out
    assert f"private half, under no passphrase: {trail.file}" in result.out
    assert old.with_suffix(".vkey").read_text().strip() == trail.vkey("KEY-2020-0001")
    assert trail.file.with_suffix(".vkey").read_text().strip() == trail.vkey("KEY-2026-0001")
    assert [stat.S_IMODE(one.stat().st_mode) for one in (old, trail.file)] == [0o600, 0o600]
    assert run("verify").code == 0


def test_after_rotations_the_newest_key_signs_what_is_recorded(run, trail):
    run("trail", "key", "rotate")
    run("trail", "key", "rotate")

    assert run("system", "add", "one", "--name", "One").err == ""

    assert trail.signers(trail.size) == [trail.newest]
    assert trail.size in trail.walk("KEY-2020-0001").trusted


def test_a_rotation_signs_what_a_colleague_left_unsigned(run, trail, colleague):
    colleague("system", "add", "one", "--name", "One")

    run("trail", "key", "rotate")

    assert len(trail.signers(4)) == 2
    assert not trail.walk("KEY-2020-0001").notes


def test_a_rotation_needs_the_key_or_the_word_that_it_is_lost(run, trail):
    shutil.rmtree(trail.file.parent)

    result = run("trail", "key", "rotate")

    assert (result.code, trail.size) == (1, 2)
    assert "the private half of KEY-2020-0001 is not on this machine" in result.err
    assert "'govtrack trail key rotate --lost'" in result.err


def test_where_the_key_is_lost_only_the_new_one_signs_and_that_is_told_plainly(run, trail):
    shutil.rmtree(trail.file.parent)

    asked = run("trail", "key", "rotate", "--lost", "--reason", "disc failed")
    tried = run("trail", "key", "rotate", "--lost", "-n")
    assert (asked.code, "--yes: is needed where nobody can be asked" in asked.err) == (2, True)
    assert (tried.code, trail.size) == (0, 2)

    result = run("trail", "key", "rotate", "--lost", "--yes", "--reason", "disc failed")

    assert result.code == 0, result.err
    assert "Only the new key vouches for itself" in result.out
    assert trail.actions[2:] == ["trail.key_added", "trail.key_retired"]
    assert (trail.signers(3), trail.signers(4)) == ([trail.newest], [trail.newest])
    assert trail.rows("SELECT how FROM signing_key WHERE id = ?", trail.newest) == [("lost",)]
    walk = trail.walk("KEY-2020-0001")
    assert set(walk.trusted) == {2}
    assert walk.notes[0].startswith("continuity of key not proven after 2: ")
    assert set(trail.walk("KEY-2020-0001", trail.newest).trusted) == {2, 3, 4}
    assert run("system", "add", "one", "--name", "One").err == ""


def test_a_key_that_is_here_is_not_lost(run, trail):
    result = run("trail", "key", "rotate", "--lost")

    assert (result.code, trail.size) == (1, 2)
    assert "is not lost, it is on this machine" in result.err


def test_a_sealed_key_is_not_lost_while_its_file_is_here(run, sealed):
    in_force = sealed.newest

    result = run("trail", "key", "rotate", "--lost", "--yes")

    assert (result.code, sealed.size) == (1, 4)
    assert (
        f"{sealed.file}: is under a passphrase, and none was given: --passphrase-fd N" in result.err
    )
    assert f"{in_force} is not lost while that file may hold it" in result.err


def test_a_passphrase_that_nobody_knows_is_a_lost_key_once_its_file_is_away(run, sealed, tmp_path):
    sealed.file.rename(tmp_path / "away.pem")

    result = run("trail", "key", "rotate", "--lost", "--yes")

    assert result.code == 0, result.err
    assert f"private half, under no passphrase: {sealed.file}" in result.out
    assert keys.loaded(sealed.file)
    assert sealed.file.with_suffix(".vkey").read_text().strip() == sealed.vkey(sealed.newest)


def test_the_new_key_is_under_the_passphrase_of_the_old_one(run, sealed, descriptor, passphrase):
    result = run("trail", "key", "rotate", "--passphrase-fd", descriptor(passphrase))

    assert result.code == 0, result.err
    pem = sealed.file.read_bytes()
    with pytest.raises(signing.PassphraseNeeded):
        signing.from_pem(pem)
    assert signing.from_pem(pem, passphrase.encode())
    assert passphrase not in result.out + result.err
    assert len(sealed.signers(5)) == 2


def test_a_sealed_key_is_not_rotated_without_its_passphrase(run, sealed, descriptor):
    none = run("trail", "key", "rotate")
    wrong = run("trail", "key", "rotate", "--passphrase-fd", descriptor("wrong"))

    assert (none.code, wrong.code, sealed.size) == (1, 1, 4)
    assert "is under a passphrase, and none was given: --passphrase-fd N" in none.err
    assert "--lost" not in none.err + wrong.err
    assert "is not opened by this passphrase" in wrong.err


def stop_at(monkeypatch, number):
    """The process dies as the given recording of a rotation begins."""
    begun, real = [], key_changes.recording

    def recording(*args, **given):
        begun.append(1)
        if len(begun) == number:
            raise KeyboardInterrupt
        return real(*args, **given)

    monkeypatch.setattr(key_changes, "recording", recording)


def states(run):
    return [one["state"] for one in run("trail", "key", "list").rows()]


def test_a_rotation_that_was_interrupted_is_finished_by_the_next(run, trail, monkeypatch):
    with monkeypatch.context() as patched:
        stop_at(patched, 2)
        assert run("trail", "key", "rotate").code == 130
    assert states(run) == ["being replaced", "in force"]
    assert run("system", "add", "one", "--name", "One").err == ""

    result = run("trail", "key", "rotate")

    assert result.code == 0, result.err
    assert "note: finished the rotation that was interrupted" in result.err
    assert len(trail.rows("SELECT id FROM signing_key")) == 2
    assert trail.actions[-1] == "trail.key_retired"
    assert states(run) == ["retired", "in force"]
    assert signing.public_of(keys.loaded(trail.file)) == trail.public(trail.newest)
    assert not trail.walk("KEY-2020-0001").notes


def test_a_rotation_that_is_not_recorded_leaves_no_key_behind(run, trail, monkeypatch):
    stop_at(monkeypatch, 1)

    assert run("trail", "key", "rotate").code == 130

    assert [path.name for path in trail.file.parent.glob("*.pem")] == [trail.file.name]
    assert trail.size == 2


def test_a_key_that_is_recorded_is_kept_whatever_happens_after(run, trail, monkeypatch):
    def dying(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(checkpoints, "publish", dying)
        assert run("trail", "key", "rotate").code == 130

    assert trail.actions[-1] == "trail.key_added"
    assert len(list(trail.file.parent.glob("*.pem"))) == 2
    assert run("trail", "key", "rotate").code == 0
    assert run("system", "add", "one", "--name", "One").err == ""


@pytest.mark.parametrize("stop", range(4))
def test_files_that_are_renamed_by_half_are_found_and_renamed_to_the_end(
    run, trail, monkeypatch, stop
):
    done, real = [], (Path.rename, Path.replace)

    def dying(which):
        def rename(self, other):
            if self.parent == trail.file.parent:
                if len(done) == stop:
                    raise KeyboardInterrupt
                done.append(self)
            return which(self, other)

        return rename

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", dying(real[0]))
        patched.setattr(Path, "replace", dying(real[1]))
        assert run("trail", "key", "rotate").code == 130

    assert run("system", "add", "one", "--name", "One").err == ""
    assert trail.signers(trail.size) == [trail.newest]

    old, new = (note.parsed_vkey(trail.vkey(one)) for one in ("KEY-2020-0001", trail.newest))
    keys.put_in_force(trail.origin, new, old)

    assert signing.public_of(keys.loaded(trail.file)) == new.public
    halves = [one.public for one in keys.public_halves(trail.origin)]
    assert sorted(halves) == sorted((old.public, new.public))
    assert keys.nameless(trail.origin) == []


def test_of_two_rotations_at_once_one_is_made(run, trail, monkeypatch):
    stands = key_changes._standing(workspaces.read(trail.root))
    assert run("trail", "key", "rotate").code == 0
    monkeypatch.setattr(key_changes, "_standing", lambda _: stands)

    second = run("trail", "key", "rotate")

    assert (second.code, "changed just now by another" in second.err) == (1, True)
    assert len(trail.rows("SELECT id FROM signing_key")) == 2
    assert len(list(trail.file.parent.glob("*.pem"))) == 2


def test_the_key_of_the_variable_is_told_to_be_the_old_one(run, trail, monkeypatch, tmp_path):
    shutil.copy(trail.file, tmp_path / "ci.pem")
    monkeypatch.setenv("GOVTRACK_SIGNING_KEY_FILE", str(tmp_path / "ci.pem"))

    result = run("trail", "key", "rotate")

    assert result.code == 0, result.err
    assert "names the file of the old key" in result.err


def test_a_rotation_answers_in_json_with_nothing_private(run, trail, check):
    result = run("trail", "key", "rotate", "--json")

    answer = check(result.json())
    private = trail.file.read_text().splitlines()[1]
    assert (answer["replaces"], answer["continued"]) == ("KEY-2020-0001", True)
    assert answer["file"] == str(trail.file)
    assert private not in result.out + result.err


# revocation

SINCE = ("--since", "2026-05-03T08:00:00+02:00", "--why", "laptop stolen")


def test_the_key_in_force_is_not_revoked_without_another_in_its_place(run, trail):
    with freeze_time("2026-05-04T12:00:00Z"):
        result = run("trail", "key", "revoke", "KEY-2020-0001", *SINCE)

    assert (result.code, trail.size) == (2, 2)
    assert "KEY: KEY-2020-0001 is the key in force: give --replace" in result.err


def test_a_stolen_key_is_replaced_without_its_word_and_revoked(run, trail):
    with freeze_time("2026-05-04T12:00:00Z"):
        result = run("trail", "key", "revoke", "key-2020-1", *SINCE, "--replace")
        assert run("system", "add", "one", "--name", "One").err == ""

    assert result.code == 0, result.err
    assert "KEY-2020-0001 is revoked from 2026-05-03T06:00:00.000000Z on" in result.out
    assert "KEY-2026-0001 signs this trail from now on" in result.out
    assert trail.actions[2:4] == ["trail.key_added", "trail.key_revoked"]
    assert [trail.signers(size) for size in (3, 4, 5)] == [["KEY-2026-0001"]] * 3
    assert trail.rows("SELECT revoked_at, revoked_why FROM signing_key ORDER BY key")[0] == (
        "2026-05-03T06:00:00.000000Z",
        "laptop stolen",
    )
    assert trail.walk("KEY-2020-0001").trusted == {}
    seen = trail.walk("KEY-2020-0001", attested="2026-05-03T05:59:59Z")
    assert set(seen.trusted) == {2}
    assert set(trail.walk("KEY-2026-0001").trusted) == {3, 4, 5}
    assert run("verify").code == 0


def test_a_revocation_that_was_interrupted_is_made_again_without_a_further_key(
    run, trail, monkeypatch
):
    with freeze_time("2026-05-04T12:00:00Z"):
        with monkeypatch.context() as patched:
            stop_at(patched, 3)  # after the one that tries, and the one that adds
            assert run("trail", "key", "revoke", "KEY-2020-0001", *SINCE, "--replace").code == 130
        assert states(run) == ["being replaced", "in force"]

        again = run("trail", "key", "revoke", "KEY-2020-0001", *SINCE)

        assert again.code == 0, again.err
        assert states(run) == ["revoked", "in force"]
        assert run("system", "add", "one", "--name", "One").err == ""
    assert trail.signers(trail.size) == ["KEY-2026-0001"]


@pytest.mark.usefixtures("trail")
def test_a_retired_key_can_be_revoked_and_only_from_earlier_again(run, check):
    def revoke(since, *options):
        return run("trail", "key", "revoke", "KEY-2020-0001", "--since", since, *options)

    with freeze_time("2026-05-04T12:00:00Z"):
        run("trail", "key", "rotate")
        first = revoke("2026-05-03T06:00Z", "--why", "stolen", "--json")
        later = revoke("2026-05-04T00:00Z", "--why", "x")
        earlier = revoke("2026-05-01T00:00Z", "--why", "older than thought")
        row = run("trail", "key", "list", "--json").json()["keys"][0]

    answer = check(first.json())
    assert (answer["revoked"], answer["id"]) == ("KEY-2020-0001", None)
    assert (later.code, "is revoked from 2026-05-03" in later.err) == (1, True)
    assert earlier.code == 0, earlier.err
    assert (row["state"], row["revoked_at"], row["revoked_why"]) == (
        "revoked",
        "2026-05-01T00:00:00.000000Z",
        "older than thought",
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--since", "2026-05-03", "--why", "x"], "--since: '2026-05-03' is not an instant"),
        (["--since", "2026-05-03T08:00:00", "--why", "x"], "with its zone"),
        (["--since", "yesterday", "--why", "x"], "is not an instant"),
        (["--since", "0001-01-01T00:00:00+14:00", "--why", "x"], "is not an instant"),
        (["--since", "0001-01-01T00:00:00Z", "--why", "x"], "is before KEY-2020-0001 was added"),
        (["--since", "2019-12-30T00:00:00Z", "--why", "x"], "was added, on 2020-01-01"),
        (["--since", "2026-05-05T08:00:00Z", "--why", "x"], "is after now"),
        (["--since", "2026-05-03T08:00:00Z", "--why", "  "], "--why: is empty"),
        (["--since", "2026-05-03T08:00:00Z", "--why", "x", "--ask"], "--ask: is for the new key"),
    ],
)
def test_a_revocation_that_cannot_be_is_told_why(run, trail, options, told):
    with freeze_time("2026-05-04T12:00:00Z"):
        result = run("trail", "key", "revoke", "KEY-2020-0001", *options)

    assert (result.code, told in result.err) == (2, True), result.err
    assert trail.size == 2


@pytest.mark.usefixtures("trail")
def test_a_key_that_is_not_there_is_told_with_those_that_are(run):
    for words in (["revoke", "KEY-2020-0009", *SINCE], ["export", "KEY-2020-0009"]):
        with freeze_time("2026-05-04T12:00:00Z"):
            result = run("trail", "key", *words)

        assert result.code == 2
        assert "KEY: there is no key KEY-2020-0009: there are KEY-2020-0001" in result.err
    assert run("trail", "key", "export", "EV-2020-0001").code == 2


@pytest.mark.usefixtures("trail")
def test_only_the_key_in_force_can_be_replaced(run):
    with freeze_time("2026-05-04T12:00:00Z"):
        run("trail", "key", "rotate")

        result = run("trail", "key", "revoke", "KEY-2020-0001", *SINCE, "--replace")

    assert result.code == 2
    assert "--replace: KEY-2020-0001 is not the key in force" in result.err


@pytest.mark.usefixtures("trail")
def test_the_log_says_why_a_key_was_revoked(run):
    with freeze_time("2026-05-04T12:00:00Z"):
        run("trail", "key", "revoke", "KEY-2020-0001", *SINCE, "--replace")
        run("trail", "key", "revoke", "KEY-2020-0001", "--since", "2026-05-01T00:00Z",
            "--why", "older", "--reason", "police report")  # fmt: skip

    assert [one["why"] for one in run("log", "--last", "3").rows()] == [
        "laptop stolen",
        "laptop stolen",
        "police report",
    ]


# list and export


@pytest.mark.usefixtures("trail")
def test_keys_are_listed_as_they_stood_on_a_day(run, check):
    with freeze_time("2026-03-02T12:00:00Z"):
        run("trail", "key", "rotate")
    with freeze_time("2026-05-04T12:00:00Z"):
        run("trail", "key", "revoke", "KEY-2026-0001", *SINCE, "--replace")

        now = check(run("trail", "key", "list", "--json").json())["keys"]
        earlier = check(run("trail", "key", "list", "--as-of", "2026-03-01", "--json").json())
        between = run("trail", "key", "list", "--as-of", "2026-04-01").rows()
        before = run("trail", "key", "list", "--as-of", "2019-01-01")

    assert [(one["state"], one["how"], one["here"]) for one in now] == [
        ("retired", "founded", True),
        ("revoked", "rotated", True),
        ("in force", "stolen", True),
    ]
    assert [(one["id"], one["state"], one["retired_on"]) for one in earlier["keys"]] == [
        ("KEY-2020-0001", "in force", None)
    ]
    assert [(one["state"], one["until"]) for one in between] == [
        ("retired", "2026-03-02"),
        ("in force", ""),
    ]
    assert "no signing key on that day" in before.out


def test_a_key_file_that_no_record_names_is_told(run, trail):
    stranger = signing.new_key()
    vkey = note.vkey(trail.origin, signing.public_of(stranger))
    path = keys.path_beside(trail.origin, note.parsed_vkey(vkey))
    keys.written(path, stranger, vkey, None)

    result = run("trail", "key", "list")

    assert f"note: {path}: no record names this key" in result.err


def test_a_key_without_its_public_half_beside_it_is_known_by_itself(run, trail, memoryless, check):
    trail.file.with_suffix(".vkey").unlink()

    assert [one["here"] for one in run("trail", "key", "list").rows()] == ["yes"]
    assert check(run("trail", "status", "--json").json())["keys"][0]["here"] is True
    verified = memoryless("verify", "--json").json()
    assert "signed" in [layer["level"] for layer in verified["layers"]]


def test_a_key_that_the_variable_names_is_known_by_itself(run, trail, monkeypatch, tmp_path):
    shutil.copy(trail.file, tmp_path / "ci.pem")
    shutil.rmtree(trail.file.parent)
    monkeypatch.setenv("GOVTRACK_SIGNING_KEY_FILE", str(tmp_path / "ci.pem"))

    assert [one["here"] for one in run("trail", "key", "list").rows()] == ["yes"]


def test_a_sealed_key_that_does_not_say_whose_it_is_is_not_guessed(run, sealed, check):
    sealed.file.with_suffix(".vkey").unlink()

    found = check(run("trail", "status", "--json").json())["keys"]

    assert [one["here"] for one in found] == [True, None]


def test_the_line_that_is_exported_verifies_what_the_key_signs(run, trail, tmp_path):
    result = run("trail", "key", "export")
    written = run("trail", "key", "export", "KEY-2020-0001", "-o", tmp_path / "k.vkey")

    verifier = note.parsed_vkey(result.out)
    _, signed = trail.checkpoints[-1]
    assert signing.signed_by(signed, [verifier]) == (verifier,)
    assert note.fingerprint(verifier) in result.err
    assert written.code == 0
    assert (tmp_path / "k.vkey").read_text() == result.out
    assert run("trail", "key", "export", "-o", tmp_path / "k.vkey").code == 1


def test_the_line_after_an_older_store_was_restored_is_told_to_be_another(run, trail):
    before = run("trail", "key", "export")
    older = trail.path.read_bytes()
    run("system", "add", "one", "--name", "One")
    trail.path.write_bytes(older)

    restored = run("trail", "restore", "--reason", "disc failed")
    after = run("trail", "key", "export")

    assert "'govtrack trail key export' gives its new line" in restored.out
    assert (after.out == before.out, "/g2+" in after.out) == (False, True)
    assert "note: an older store was restored" in after.err
    assert "note: an older store" not in before.err
    for line in (before.out, after.out):
        verified = run("verify", "--key", line.strip(), "--json")
        levels = [one["level"] for one in verified.json()["layers"]]
        assert (verified.code, "signed" in levels) == (0, True)


def openssl(folder, body):
    return subprocess.run(
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "log.pub.pem", "-rawin", "-in", body,
         "-sigfile", "sig"],
        cwd=folder, capture_output=True, check=False,
    ).returncode  # fmt: skip


def test_openssl_verifies_a_checkpoint_by_the_pem_that_is_exported(run, trail, tmp_path):
    run("trail", "key", "rotate")
    run("system", "add", "one", "--name", "One")

    assert run("trail", "key", "export", "--pem", "-o", tmp_path / "log.pub.pem").code == 0

    said, signed = trail.checkpoints[-1]
    (tmp_path / "body").write_text(said.body())
    (tmp_path / "other").write_text(said._replace(size=said.size + 1).body())
    (tmp_path / "sig").write_bytes(signed.signatures[0].signature)
    assert openssl(tmp_path, "body") == 0
    assert openssl(tmp_path, "other") != 0
    assert "PRIVATE" not in (tmp_path / "log.pub.pem").read_text()


def test_a_trail_without_a_key_has_none_to_export_or_to_replace(run, keyless):
    codes = {
        words: run("-C", keyless.root, "trail", "key", words).code
        for words in ("export", "list", "rotate")
    }

    assert codes == {"export": 2, "list": 0, "rotate": 1}


def test_a_replacement_is_asked_for_on_a_terminal(run, trail, on_a_terminal):
    shutil.rmtree(trail.file.parent)

    no, refused = on_a_terminal(["trail", "key", "rotate", "--lost"], ["n"], trail.root)
    yes, done = on_a_terminal(["trail", "key", "rotate", "--lost"], ["y"], trail.root)

    assert (refused, done) == (1, 0), no + yes
    assert "Has nobody the key in force any more?" in no
    assert "no key was replaced" in no
    assert [one["how"] for one in run("trail", "key", "list").rows()] == ["founded", "lost"]


@pytest.mark.usefixtures("workspace")
def test_the_ids_of_keys_complete():
    completing = BashComplete(govtrack, {}, "govtrack", "_GOVTRACK_COMPLETE")

    for command in ("revoke", "export"):
        found = completing.get_completions(["trail", "key", command], "KEY")
        assert [one.value for one in found] == ["KEY-2020-0001"]
