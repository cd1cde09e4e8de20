"""`govtrack trail prove|consistency`: proofs that a stranger can check, and none that fails."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
from contextlib import closing

import jsonschema
import pytest

from govtrack import shipped
from govtrack.trail import checkpoint, note, proof, signing, tree


def entries(workspace):
    with closing(sqlite3.connect(workspace / ".govtrack" / "register.db")) as connection:
        return [data for (data,) in connection.execute("SELECT bytes FROM entry ORDER BY seq")]


def changed(workspace, *statements):
    """Change the register past govtrack, as somebody with the file can."""
    with closing(sqlite3.connect(workspace / ".govtrack" / "register.db")) as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def checked(document):
    name = document["format"].removeprefix("govtrack.").removesuffix("/1")
    schema = json.loads((shipped.folder("schemas") / f"{name}.schema.json").read_text())
    jsonschema.validate(document, schema)
    return document


@pytest.fixture
def recorded(run, workspace):
    """A workspace with three pieces of evidence."""
    for name in ("a", "b", "c"):
        (workspace / name).write_text(f"artefact {name}\n")
        done = run("add-evidence", name, "--kind", "vv-report")
        assert done.code == 0, done.err
    return workspace


@pytest.fixture
def key(recorded, _own_home):  # noqa: ARG001  (the home is filled with it)
    """The trail's public key, as it was told at the beginning: from outside the register."""
    (file,) = (_own_home / "xdg_config_home" / "govtrack" / "keys").rglob("*.vkey")
    return note.parsed_vkey(file.read_text())


@pytest.fixture
def keyless(recorded, _own_home, run):
    """The same, where the key is not at hand, and one more piece recorded without it."""
    for file in (_own_home / "xdg_config_home" / "govtrack" / "keys").rglob("*.pem"):
        file.unlink()
    (recorded / "d").write_text("artefact d\n")
    assert run("add-evidence", "d", "--kind", "vv-report").code == 0
    return recorded


def holds(data, written, key):
    """Check a proof as somebody would who has it, the entry and the key, and nothing else."""
    number, path, signed = proof.read_proof(data)
    said, _, _ = signing.opened(signed, [key])
    leaf = tree.leaf_hash(written[number])
    assert proof.included(number, said.size, leaf, path) == said.root
    return number


def test_a_stranger_can_check_the_proof_of_every_entry(run, recorded, key):
    written = entries(recorded)

    for number in range(len(written)):
        done = run("trail", "prove", number)

        assert done.code == 0, done.err
        assert holds(done.out.encode(), written, key) == number


def test_the_proof_of_a_record_is_that_of_its_newest_entry(run, recorded, key):
    run("evidence", "approve", "EV-2026-0001", "--by", "eva", "--on", "2026-01-02")
    ids = [json.loads(one)["subject"]["id"] for one in entries(recorded)]
    identifier = next(one for one in ids if one.startswith("EV-"))
    newest = len(ids) - 1 - ids[::-1].index(identifier)

    for written in (identifier, identifier.casefold(), f" {identifier} "):
        done = run("trail", "prove", written)
        assert holds(done.out.encode(), entries(recorded), key) == newest
        assert f"Entry {newest} (evidence." in done.err
        assert f"signed by {note.fingerprint(key)}" in done.err


def test_the_workspace_itself_and_its_key_are_records_too(run, recorded):
    origin = json.loads(entries(recorded)[0])["trail"]
    key = json.loads(entries(recorded)[1])["subject"]["id"]

    assert "\nindex 0\n" in run("trail", "prove", origin).out
    assert "\nindex 1\n" in run("trail", "prove", key).out


def test_the_proof_is_written_to_a_file_and_never_over_another(run, recorded):
    printed = run("trail", "prove", "3").out
    done = run("trail", "prove", "3", "-o", "three.tlog-proof")

    assert (done.code, done.out) == (0, "")
    assert "wrote the proof to three.tlog-proof" in done.err
    assert (recorded / "three.tlog-proof").read_text(encoding="utf-8") == printed
    again = run("trail", "prove", "4", "--output", "three.tlog-proof")
    assert (again.code, again.out) == (1, "")
    assert "is there already" in again.err
    assert (recorded / "three.tlog-proof").read_text(encoding="utf-8") == printed


def test_the_answer_in_json_is_of_its_schema_and_says_the_same(run, recorded):
    answer = checked(run("trail", "prove", "2", "--json").json())

    assert answer["proof"] == run("trail", "prove", "2").out
    assert answer["leaf"] == base64.b64encode(tree.leaf_hash(entries(recorded)[2])).decode()
    assert answer["checkpoint"]["signed"] is True
    assert len(answer["checkpoint"]["signed_by"]) == 1


def test_where_no_signed_checkpoint_reaches_the_proof_says_that_it_is_unsigned(run, keyless, key):
    written = entries(keyless)
    last = len(written) - 1

    done = run("trail", "prove", last)
    number, path, data = proof.read_proof(done.out.encode())
    said, found = checkpoint.read(data, unsigned=True)

    assert (done.code, number, said.size, found.signatures) == (0, last, last + 1, ())
    assert proof.included(last, said.size, tree.leaf_hash(written[last]), path) == said.root
    assert "unsigned: no signed checkpoint reaches that far" in done.err
    assert checked(run("trail", "prove", last, "--json").json())["checkpoint"]["signed"] is False
    # what came before is covered by a signature still
    earlier = run("trail", "prove", last - 1)
    assert holds(earlier.out.encode(), written, key) == last - 1


@pytest.mark.parametrize(
    ("identifier", "why"),
    [
        ("99", "there is no entry 99: the trail has 5 entries, 0 to 4"),
        ("99999999999999999999999", "is not an id"),
        ("EV-2020-0001", "no entry of EV-2020-0001"),
        ("nonsense", "'nonsense' is not an id"),
        ("other.example/govtrack/00000000", "no entry of other.example"),
        ("", "is not an id"),
        ("\u0663", "is not an id"),
    ],
)
@pytest.mark.usefixtures("recorded")
def test_what_the_trail_has_no_entry_of_is_refused(run, identifier, why):
    done = run("trail", "prove", identifier)

    assert (done.code, done.out) == (2, "")
    assert why in done.err
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET bytes = CAST(bytes || ' ' AS BLOB) WHERE seq = 2",
        "UPDATE entry SET leaf_hash = zeroblob(32) WHERE seq = 3",
        "DELETE FROM entry WHERE seq = 4",
        "UPDATE checkpoint SET note = CAST(replace(note, '\n5\n', '\n4\n') AS BLOB)",
    ],
)
def test_a_register_that_was_changed_gives_no_proof(run, recorded, statement):
    changed(recorded, statement)

    done = run("trail", "prove", "2", "-o", "proof")

    assert (done.code, done.out) == (1, "")
    assert "run 'govtrack verify'" in done.err
    assert len(done.err.splitlines()) == 1
    assert not (recorded / "proof").exists()


@pytest.fixture
def kept(recorded, run):
    """What an auditor kept of an earlier day, in each of its forms; then more was recorded."""
    older = (recorded / ".govtrack" / "trail" / "checkpoint").read_bytes()
    lines = b"".join(older.splitlines(keepends=True)[:3])
    (recorded / "checkpoint").write_bytes(older)
    (recorded / "statement.txt").write_bytes(lines + b"first-leaf 00\n")
    (recorded / "three-lines").write_bytes(lines.replace(b"\n", b"\r\n"))
    run("trail", "prove", "1", "-o", "a.tlog-proof")
    for name in ("d", "e"):
        (recorded / name).write_text(f"artefact {name}\n")
        assert run("add-evidence", name, "--kind", "vv-report").code == 0
    return recorded


@pytest.mark.parametrize("file", ["checkpoint", "statement.txt", "three-lines", "a.tlog-proof"])
def test_whoever_kept_a_state_can_check_that_the_trail_continues_it(run, kept, key, file):
    older = checkpoint.stated((kept / file).read_bytes())
    newer, _, _ = signing.opened((kept / ".govtrack" / "trail" / "checkpoint").read_bytes(), [key])

    done = run("trail", "consistency", "--from", file, "-o", "proof.txt")

    assert (done.code, done.out) == (0, "")
    assert f"The tree of {older.size} entries is the beginning of that of {newer.size}" in done.err
    path = proof.read_consistency((kept / "proof.txt").read_bytes())
    assert path
    proof.consistent(older.size, newer.size, older.root, newer.root, path)
    assert run("trail", "consistency", "--from", file).out == proof.consistency_text(path)


def test_an_older_state_may_come_by_standard_input(run, kept):
    given = (kept / "checkpoint").read_text(encoding="utf-8")

    done = run("trail", "consistency", "--from", "-", "--json", stdin=given)

    answer = checked(done.json())
    assert answer["older"]["size"] == 5
    assert answer["checkpoint"]["size"] == 7
    assert answer["proof"] == run("trail", "consistency", "--from", "checkpoint").out


@pytest.mark.usefixtures("recorded")
def test_from_a_state_to_itself_the_proof_is_empty(run):
    done = run("trail", "consistency", "--from", ".govtrack/trail/checkpoint")

    assert (done.code, done.out) == (0, "")
    assert "the proof is empty" in done.err


def test_to_a_tail_that_is_not_signed_the_answer_says_so(run, keyless):
    with closing(sqlite3.connect(keyless / ".govtrack" / "register.db")) as connection:
        (leaf,) = connection.execute("SELECT root FROM tree").fetchone()
    origin = json.loads(entries(keyless)[0])["trail"]
    said = checkpoint.Checkpoint(origin, len(entries(keyless)), leaf)
    (keyless / "kept").write_text(said.body())

    done = run("trail", "consistency", "--from", "kept")

    assert done.code == 0
    assert "unsigned: no signed checkpoint reaches that far" in done.err


def test_a_rewritten_trail_does_not_reproduce_the_older_root(run, kept):
    said = checkpoint.stated((kept / "checkpoint").read_bytes())
    (kept / "other").write_text(said._replace(root=tree.leaf_hash(b"what was there")).body())

    done = run("trail", "consistency", "--from", "other", "-o", "proof.txt")

    assert (done.code, done.out) == (1, "")
    assert "other: the first 5 entries of the register do not give the root it states" in done.err
    assert len(done.err.splitlines()) == 1
    assert not (kept / "proof.txt").exists()


def test_an_older_copy_of_the_register_is_told_as_one(run, kept):
    said = checkpoint.stated((kept / "checkpoint").read_bytes())
    (kept / "later").write_text(said._replace(size=99).body())

    done = run("trail", "consistency", "--from", "later")

    assert (done.code, done.out) == (1, "")
    assert "later: states 99 entries, and the register has 7" in done.err


@pytest.mark.parametrize(
    "statement",
    ["UPDATE entry SET leaf_hash = zeroblob(32) WHERE seq = 6", "DELETE FROM entry WHERE seq = 5"],
)
def test_no_proof_is_given_to_a_checkpoint_that_the_entries_do_not_give(run, kept, statement):
    changed(kept, statement)

    done = run("trail", "consistency", "--from", "checkpoint")

    assert (done.code, done.out) == (1, "")
    assert "run 'govtrack verify'" in done.err


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "cannot be read"),
        (b"", "is no checkpoint"),
        (b"\xff\xfe", "is no checkpoint"),
        (b"a\nb\nc\n", "a size that is no whole number"),
        (b"x" * (1_048_576 + 1), "too large"),
        (checkpoint.Checkpoint("other.example/govtrack/00000000", 0, tree.EMPTY).body().encode(),
         "is of another trail"),
    ],
)  # fmt: skip
def test_what_states_nothing_of_this_trail_is_refused(run, recorded, content, why):
    if content is not None:
        (recorded / "kept").write_bytes(content)

    done = run("trail", "consistency", "--from", "kept")

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("govtrack: kept")
    assert why in done.err


def test_proofs_change_nothing_in_the_store(run, recorded, tmp_path):
    shutil.copytree(recorded, tmp_path / "before", symlinks=True)

    run("trail", "prove", "2")
    run("trail", "consistency", "--from", ".govtrack/trail/checkpoint")

    for path in (tmp_path / "before").rglob("*"):
        now = recorded / path.relative_to(tmp_path / "before")
        assert now.exists()
        if path.is_file():
            assert now.read_bytes() == path.read_bytes()


def test_a_tree_of_one_entry_is_said_to_be_one(run, workspace):
    first = workspace / "first"
    with closing(sqlite3.connect(workspace / ".govtrack" / "register.db")) as connection:
        ((origin,), (leaf,)) = (
            connection.execute(sql).fetchone()
            for sql in ("SELECT id FROM workspace", "SELECT leaf_hash FROM entry WHERE seq = 0")
        )
    first.write_text(checkpoint.Checkpoint(origin, 1, leaf).body() + "\n")

    done = run("trail", "consistency", "--from", first)

    assert done.code == 0, done.err
    assert "The tree of 1 entry is the beginning of that of 2" in done.err
