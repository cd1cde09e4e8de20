"""What was recorded where the key is not is signed where it is, or it is told why not."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from govtrack import workspace as workspaces
from govtrack.errors import NotDone
from govtrack.register import keys, memory, tail
from govtrack.trail import note, signing


def test_the_holder_signs_what_a_colleague_recorded(run, trail, colleague):
    for number in range(3):
        colleague("system", "add", f"s{number}", "--name", "S", "--actor", "ben@example.org")
    colleague("system", "add", "eva", "--name", "E", "--actor", "eva@example.org")
    actions = trail.actions

    result = run("trail", "sign")

    assert result.code == 0, result.err
    assert f"Signed {trail.origin} at size 6" in result.out
    assert "over 4 entries more: ben@example.org (3), eva@example.org (1)" in result.out
    assert trail.actions == actions
    assert [said.size for said, _ in trail.checkpoints] == [2, 6]
    ((previous, data),) = trail.rows("SELECT previous, note FROM checkpoint WHERE size = 6")
    assert previous == 2
    assert memory.remembered(trail.origin).data == data
    assert (trail.root / ".govtrack" / "trail" / "checkpoint").read_bytes() == data
    assert trail.signers(6) == ["KEY-2020-0001"]
    assert run("verify").code == 0


def test_where_all_is_signed_there_is_nothing_to_sign(run, trail, check):
    result = run("trail", "sign")
    answer = check(run("trail", "sign", "--json").json())

    assert (result.code, len(trail.checkpoints)) == (0, 1)
    assert "Nothing to sign: the newest checkpoint is over all 2 entries." in result.out
    assert (answer["signed"], answer["size"], answer["fingerprint"]) == (False, 2, None)
    stands = trail.checkpoints[-1][0]
    assert (answer["origin"], answer["root"]) == (stands.origin, note.encoded(stands.root))


def test_signing_answers_in_json(run, trail, colleague, check):
    colleague("system", "add", "one", "--name", "One")

    answer = check(run("trail", "sign", "--json").json())

    assert answer["entries"] == [{"actor": "ada@example.org", "entries": 1}]
    assert answer["fingerprint"] == note.fingerprint(note.parsed_vkey(trail.vkey("KEY-2020-0001")))


@pytest.fixture
def unsigned(trail, colleague):
    """A trail with an unsigned entry at its end, the key at hand."""
    assert colleague("system", "add", "one", "--name", "One").code == 0
    return trail


def not_signed(run, trail, *options):
    result = run("trail", "sign", *options)
    assert result.code == 1
    assert len(trail.checkpoints) == 1
    return result.err


def test_without_a_key_at_hand_nothing_is_signed_and_its_holder_is_named_for_it(run, unsigned):
    shutil.rmtree(unsigned.file.parent)

    said = not_signed(run, unsigned)

    assert f"there is no key of this trail at {unsigned.file}" in said
    assert "KEY-2020-0001, SHA256:" in said
    assert "its holder runs 'govtrack trail sign' where that key is" in said
    assert "--lost" not in said


def test_a_key_that_others_may_read_is_refused_with_the_chmod(run, unsigned):
    unsigned.file.chmod(0o644)

    said = not_signed(run, unsigned)

    assert "others may read this signing key (-rw-r--r--), so it is not used: chmod 600 " in said


def test_the_key_of_another_store_is_told_as_that(run, unsigned, tmp_path, trail_of):
    run("init", tmp_path / "other", "--organisation", "Other")
    shutil.copy(trail_of(tmp_path / "other").file, unsigned.file)

    assert "is the key of another trail, or one that was replaced" in not_signed(run, unsigned)


def test_a_key_that_is_damaged_is_told_as_that_and_not_shown(run, unsigned):
    armour = unsigned.file.read_text().splitlines()[1]
    unsigned.file.write_text(unsigned.file.read_text().replace(armour, armour[:-8]))

    said = not_signed(run, unsigned)

    assert "is no private key in PEM" in said
    assert armour[:12] not in said


def test_a_trail_without_a_key_says_how_to_make_one(run, keyless):
    result = run("-C", keyless.root, "trail", "sign")

    assert (result.code, "'govtrack trail key new' makes one" in result.err) == (1, True)


def test_a_passphrase_is_read_from_a_descriptor(run, sealed, descriptor, passphrase):
    run("system", "add", "one", "--name", "One")

    none = run("trail", "sign")
    wrong = run("trail", "sign", "--passphrase-fd", descriptor("wrong horse"))
    closed = run("trail", "sign", "--passphrase-fd", "999")
    empty = run("trail", "sign", "--passphrase-fd", descriptor(""))
    right = run("trail", "sign", "--passphrase-fd", descriptor(passphrase))

    assert (none.code, "is under a passphrase, and none was given" in none.err) == (1, True)
    assert none.err.endswith(": --passphrase-fd N, or GOVTRACK_PASSPHRASE_FD, gives it\n")
    assert (wrong.code, "is not opened by this passphrase" in wrong.err) == (1, True)
    assert (closed.code, "'999' is not the number of an open" in closed.err) == (1, True)
    assert (empty.code, "--passphrase-fd: gives an empty passphrase" in empty.err) == (2, True)
    assert right.code == 0, right.err
    assert "wrong horse" not in wrong.out + wrong.err
    assert passphrase not in right.out + right.err
    assert sealed.checkpoints[-1][0].size == sealed.size == 5


def test_every_command_takes_the_passphrase_from_the_descriptor_of_the_environment(
    run, sealed, descriptor, passphrase, monkeypatch
):
    monkeypatch.setenv("GOVTRACK_PASSPHRASE_FD", str(descriptor(passphrase)))

    result = run("system", "add", "one", "--name", "One")

    assert (result.code, result.err) == (0, "")
    assert sealed.signers(5) == [sealed.newest]


def test_a_recording_without_the_passphrase_is_made_and_not_signed(run, sealed):
    result = run("system", "add", "one", "--name", "One")

    assert (result.code, sealed.size) == (0, 5)
    assert "is under a passphrase, and none was given; the new entries are recorded, " in result.err
    assert "but not signed: 'govtrack trail sign' signs them later\n" in result.err
    assert sealed.checkpoints[-1][0].size == 4


def test_a_recording_where_no_key_is_says_that_its_holder_signs_it(colleague, trail, keyless, run):
    result = colleague("system", "add", "one", "--name", "One")
    without = run("-C", keyless.root, "system", "add", "one", "--name", "One")

    assert (result.code, trail.size) == (0, 3)
    assert result.err == (
        "note: recorded, not signed: this machine holds no key of the trail; its holder signs with "
        "'govtrack trail sign'\n"
    )
    assert without.err == ""


def test_where_only_a_replaced_key_is_left_the_one_in_force_is_named_and_none_is_opened(
    run, sealed, descriptor, passphrase
):
    run("trail", "key", "rotate", "--passphrase-fd", descriptor(passphrase))
    in_force = sealed.newest
    sealed.file.unlink()
    sealed.file.with_suffix(".vkey").unlink()

    said = [
        run(*words).err
        for words in (
            ("system", "add", "one", "--name", "One"),
            ("trail", "sign"),
            ("trail", "key", "rotate"),
        )
    ]

    assert [f"{in_force}'s private half is not on this machine" in one for one in said] == [
        True
    ] * 3
    assert not any("passphrase" in one or ".pem" in one for one in said)


@pytest.mark.parametrize("open_one", ["keys", "govtrack", "origin"])
def test_a_folder_of_keys_that_others_may_write_into_is_refused_with_the_chmod(
    run, unsigned, open_one
):
    folders = {
        "keys": keys.folder(), "govtrack": keys.folder().parent, "origin": unsigned.file.parent
    }  # fmt: skip
    folder = folders[open_one]
    folder.chmod(0o777)

    said = not_signed(run, unsigned)
    recorded = run("system", "add", "two", "--name", "Two")

    assert f"{folder}: others may write into this folder of signing keys (drwxrwxrwx)" in said
    assert f"chmod 700 {folder}" in said
    assert (recorded.code, f"chmod 700 {folder}" in recorded.err) == (0, True)
    with pytest.raises(NotDone, match="others may write"):
        keys.public_halves(unsigned.origin)
    folder.chmod(0o700)
    assert run("trail", "sign").code == 0


def test_a_descriptor_that_is_not_open_stops_no_recording(run, trail, monkeypatch):
    monkeypatch.setenv("GOVTRACK_PASSPHRASE_FD", "999")

    result = run("system", "add", "one", "--name", "One")

    assert (result.code, trail.size) == (0, 3)
    assert "'999' is not the number of an open file descriptor" in result.err


@pytest.mark.usefixtures("sealed")
def test_on_a_terminal_the_passphrase_is_asked_for_and_not_echoed(
    run, workspace, passphrase, on_a_terminal
):
    run("system", "add", "one", "--name", "One")

    shown, code = on_a_terminal(["trail", "sign"], [passphrase], workspace)

    assert code == 0, shown
    assert "Passphrase of the signing key:" in shown
    assert "Signed " in shown
    assert passphrase not in shown


def test_a_new_key_s_passphrase_is_asked_for_twice(trail, workspace, passphrase, on_a_terminal):
    shown, code = on_a_terminal(
        ["trail", "key", "rotate", "--ask"], [passphrase, passphrase], workspace
    )

    assert code == 0, shown
    assert passphrase not in shown
    assert signing.from_pem(trail.file.read_bytes(), passphrase.encode())


def test_the_tail_is_not_signed_where_it_does_not_continue_what_was_signed(run, unsigned):
    unsigned.execute(
        "DROP TRIGGER entry_no_update",
        "UPDATE entry SET leaf_hash = zeroblob(32) WHERE seq = 0",
    )

    said = not_signed(run, unsigned)

    assert "do not continue the checkpoint of size 2: nothing was signed" in said


def test_the_tail_is_not_signed_where_its_bytes_are_not_those_of_its_hashes(run, unsigned):
    unsigned.execute(
        "DROP TRIGGER entry_no_update",
        "UPDATE entry SET bytes = CAST(replace(bytes, 'One', 'Won') AS BLOB) WHERE seq = 2",
    )

    assert "nothing was signed; run 'govtrack verify'" in not_signed(run, unsigned)


def test_a_store_behind_the_memory_is_not_signed(run, trail):
    before = trail.path.read_bytes()
    run("system", "add", "one", "--name", "One")
    trail.path.write_bytes(before)

    result = run("trail", "sign")

    assert (result.code, "is behind the checkpoint of size 3" in result.err) == (1, True)


def test_what_cannot_be_written_after_the_commit_is_a_note(run, unsigned, workspace):
    shutil.rmtree(workspace / ".govtrack" / "trail")
    (workspace / ".govtrack" / "trail").write_text("in the way")

    result = run("trail", "sign")

    assert result.code == 0
    assert "note: the checkpoint could not be written beside the register" in result.err
    assert unsigned.checkpoints[-1][0].size == 3


def test_a_register_that_is_locked_is_told_as_busy(unsigned, monkeypatch):
    from govtrack.register import database  # noqa: PLC0415

    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    other = sqlite3.connect(unsigned.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(NotDone, match="the store is busy"):
        tail.sign(workspaces.read(unsigned.root))

    other.close()
    assert len(unsigned.checkpoints) == 1


def damaged_file(trail, how):
    path = trail.root / ".govtrack" / "trail" / "checkpoint"
    whole = path.read_bytes()
    if how == "damaged":
        path.write_bytes(whole.replace(b"\n", b"\r\n"))
    elif how == "gone":
        path.unlink()
    elif how == "of others":
        path.write_bytes(whole[:-9] + b"AAAAAAA=\n")
    else:
        (data,) = trail.rows("SELECT note FROM checkpoint WHERE size = 2")[0]
        path.write_bytes(data)
    return path, whole


@pytest.mark.parametrize(
    ("how", "was"),
    [
        ("damaged", "was damaged"),
        ("gone", "was not there"),
        ("of others", "was not the one that the register has"),
        ("older", "lagged"),
    ],
)
def test_the_file_beside_the_register_is_written_again_and_that_is_said(
    run, trail, check, how, was
):
    assert run("system", "add", "one", "--name", "One").code == 0
    path, whole = damaged_file(trail, how)

    done = run("trail", "sign")
    mended = path.read_bytes()
    damaged_file(trail, how)
    answer = check(run("trail", "sign", "--json").json())

    said = (
        f"the file trail/checkpoint {was}: written again from the register's checkpoint of size 3"
    )
    assert done.code == 0, done.err
    assert said in done.err
    assert (answer["signed"], answer["file"]) == (False, said)
    assert mended == path.read_bytes() == whole
    assert run("verify").code == 0
    assert check(run("trail", "sign", "--json").json())["file"] is None


def test_a_file_that_names_more_than_the_register_has_is_left_for_verify(run, trail):
    path = trail.root / ".govtrack" / "trail" / "checkpoint"
    more = path.read_bytes().replace(b"\n2\n", b"\n9\n", 1)
    path.write_bytes(more)

    done = run("trail", "sign")

    assert (done.code, done.err) == (0, "")
    assert path.read_bytes() == more
    assert "checkpoint-file" in run("verify").out


def test_an_unsound_checkpoint_is_not_put_into_the_file(run, trail):
    path = trail.root / ".govtrack" / "trail" / "checkpoint"
    path.unlink()
    ((data,),) = trail.rows("SELECT note FROM checkpoint")
    trail.execute("DROP TRIGGER checkpoint_no_update")
    with sqlite3.connect(trail.path) as connection:
        connection.execute("UPDATE checkpoint SET note = ?", [data[:-9] + b"AAAAAAA=\n"])

    done = run("trail", "sign")

    assert "is left so: the register's newest checkpoint, of size 2, has a signature" in done.err
    assert not path.exists()
