"""A register that somebody changed past govtrack is not gone on from, nor signed over."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from govtrack.register import memory
from govtrack.trail.checkpoint import stated


@pytest.fixture
def lived(run, workspace):
    """A workspace with a draft and a system."""
    (workspace / "report.txt").write_text("What was found.\n")
    assert run("system", "add", "chat", "--name", "Chat", "--role", "user").code == 0
    assert run("add-evidence", "report.txt", "--kind", "vv-report", "--title", "Report").code == 0
    return workspace


def change(root, *statements):
    with closing(sqlite3.connect(root / ".govtrack" / "register.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence SET approved_by = 'eva', approved_on = '2020-01-05'",
        (
            "INSERT INTO evidence_tag SELECT evidence, 'A.2.2', 'stated', 'x', 'iso', NULL, 'eva', "
            "'2020-01-05', NULL, NULL FROM evidence_tag LIMIT 1"
        ),
        "UPDATE evidence_file SET name = 'other.txt'",
    ],
    ids=["row", "list", "file"],
)
def test_a_forged_row_does_not_become_the_word_of_whoever_changes_it_next(run, lived, statement):
    (identifier,) = [one["id"] for one in run("evidence", "list", "--json").json()["evidence"]]
    change(lived, statement)

    refused = run("evidence", "tag", identifier, "A.7.4", "--actor", "ben@example.org")

    assert (refused.code, refused.out) == (1, "")
    assert f"{identifier}: its row is not what its last entry" in refused.err
    assert "'govtrack verify'" in refused.err
    assert run("verify").code == 1


def test_other_records_go_on(run, lived):
    change(lived, "UPDATE evidence SET title = 'Forged'")

    assert run("system", "set", "chat", "--owner", "eva").code == 0
    assert run("verify").code == 1


def test_no_signature_is_put_over_entries_that_its_last_checkpoint_contradicts(run, lived, forget):
    forget()
    root = (lived / ".govtrack/trail/checkpoint").read_bytes()
    other = root.replace(root.split(b"\n")[2], b"A" * 43 + b"=")
    with closing(sqlite3.connect(lived / ".govtrack" / "register.db")) as connection:
        connection.execute("DROP TRIGGER checkpoint_no_update")
        connection.execute("UPDATE checkpoint SET note = ? WHERE size = 4", [other])
        connection.commit()

    refused = run("system", "set", "chat", "--owner", "eva")

    assert refused.code == 1
    assert "do not give the root of the signed checkpoint of size 4 any more" in refused.err


@pytest.mark.usefixtures("lived")
def test_what_was_recorded_without_the_key_is_named_when_it_is_signed(run, tmp_path):
    config = Path(os.environ["XDG_CONFIG_HOME"]) / "govtrack"
    config.rename(tmp_path / "away")
    without = run("system", "set", "chat", "--owner", "eva", "--actor", "mallory@example.org")
    (tmp_path / "away").rename(config)

    signed = run("system", "set", "chat", "--owner", "ben")

    assert without.code == 0
    assert "this also signs 1 entry recorded without the key, by mallory@example.org" in signed.err
    assert run("verify", "--require-signed").code == 0


def test_a_remembered_checkpoint_that_was_changed_is_not_believed(run, lived):
    first = stated((lived / ".govtrack/trail/checkpoint").read_bytes()).origin
    path = memory.folder(first) / "checkpoint"
    path.write_bytes(path.read_bytes().replace(b"\n4\n", b"\n99\n"))

    refused = run("system", "set", "chat", "--owner", "eva")

    assert refused.code == 1
    assert "the checkpoint remembered there was changed" in refused.err
    assert "restore" not in refused.err


@pytest.mark.usefixtures("lived")
def test_what_was_recorded_while_a_key_was_stolen_is_named_for_good(run):
    (key,) = [one["id"] for one in run("trail", "key", "list", "--json").json()["keys"]]
    since = run("log", "--json").json()["entries"][2]["at"]
    done = run("trail", "key", "revoke", key, "--since", since, "--why", "stolen", "--replace")
    assert done.code == 0, done.err

    said = run("verify", "--json").json()

    (note,) = [one for one in said["notes"] if "is revoked from" in one]
    assert "3 entries, 2 to 4, were recorded from then" in note


def test_proofs_go_on_in_a_new_generation(run, lived, tmp_path):
    older = tmp_path / "older"
    shutil.copytree(lived / ".govtrack", older)
    held = tmp_path / "held"
    shutil.copy(lived / ".govtrack/trail/checkpoint", held)
    assert run("system", "set", "chat", "--owner", "eva").code == 0
    shutil.rmtree(lived / ".govtrack")
    shutil.copytree(older, lived / ".govtrack")
    assert run("trail", "restore", "--reason", "disc lost").code == 0

    proof = run("trail", "prove", "0", "--json")
    consistent = run("trail", "consistency", "--from", held)

    assert (proof.code, consistent.code) == (0, 0), proof.err + consistent.err
    assert json.loads(proof.out)["checkpoint"]["origin"].endswith("/g2")


def test_the_machine_that_replaced_a_stolen_key_believes_its_own_pack(run, lived):
    (key,) = [one["id"] for one in run("trail", "key", "list", "--json").json()["keys"]]
    since = run("log", "--json").json()["entries"][3]["at"]
    done = run("trail", "key", "revoke", key, "--since", since, "--why", "stolen", "--replace")
    assert done.code == 0, done.err
    assert run("audit-pack", "2026", "--output", lived.parent / "pack").code == 0

    said = run("verify", lived.parent / "pack", "--json")

    assert said.code == 0, said.out
    assert "signed" in {layer["level"] for layer in said.json()["layers"]}
