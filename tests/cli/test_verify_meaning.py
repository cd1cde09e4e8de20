"""What went wrong is said in a sentence anybody understands, with what to do about it."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

from govtrack import shipped
from govtrack.register import verification
from govtrack.register.meanings import MEANINGS, meant
from govtrack.trail import keyring

TRAIL = (Path(__file__).parents[2] / "docs" / "trail.md").read_text(encoding="utf-8")


def meanings(out):
    """The sentences under FAILED."""
    return out.partition("Nothing is claimed.\n")[2].splitlines()


def changed(workspace, *statements):
    with closing(sqlite3.connect(workspace / ".govtrack" / "register.db")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


@pytest.fixture
def filled(run, workspace):
    (workspace / "a.txt").write_text("artefact")
    assert run("add-evidence", "a.txt", "--kind", "vv-report").code == 0
    return workspace


def test_the_table_in_the_docs_is_the_one_that_is_used():
    section = TRAIL.partition("### What a finding means")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*`) \| (.*) \| (.*) \|$", section, re.MULTILINE)

    assert rows == [
        (", ".join(f"`{code}`" for code in one.codes), one.happened, one.to_do) for one in MEANINGS
    ]


def test_every_code_has_one_meaning():
    folder = Path(verification.__file__).parent
    files = [*folder.glob("*_checks.py"), folder / "findings.py", folder / "verification.py"]
    text = "".join(path.read_text("utf-8") for path in (*files, Path(keyring.__file__)))
    literal = re.findall(
        r'(?:Finding\(\s*\w+, |Doubt\(\s*|_find\(|return |yield |(?i:code) = )"([a-z-]+)"'
        r'|else "([a-z-]+)"',
        text,
    )
    described = set(re.findall(r"`([a-z-]+)`", TRAIL))
    codes = {code for pair in literal for code in pair if code} & described
    told = [code for one in MEANINGS for code in one.codes]

    assert len(told) == len(set(told))
    assert codes - set(told) == set()
    assert set(told) - described == set()


@pytest.mark.parametrize("code", [code for one in MEANINGS for code in one.codes])
def test_every_code_alone_is_told(code):
    assert len(meant([code])) == 1


def test_a_record_changed_past_govtrack_is_called_that(run, filled):
    changed(filled, "UPDATE evidence SET title = 'better'")

    done = run("verify")

    assert done.code == 1
    assert meanings(done.out) == [
        (
            "A record was changed past govtrack: it is not what its entries say. Keep this store "
            "as it is, to look into; restore a backup: 'govtrack restore FILE DIR'."
        )
    ]


def test_a_changed_entry_is_one_sentence_however_many_findings(run, filled):
    changed(
        filled,
        "DROP TRIGGER entry_no_update",
        "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), 'a.txt', 'b.txt') AS BLOB) "
        "WHERE action = 'evidence.added'",
    )

    done = run("verify")

    assert len(re.findall("^step ", done.out, re.MULTILINE)) > 3
    assert [line.partition(". ")[0] for line in meanings(done.out)] == [
        "Entries were changed, moved or removed after they were recorded",
        "The register's tables or rules were changed past govtrack",
    ]


def test_an_older_store_says_to_put_the_newer_one_back(run, filled):
    shutil.copytree(filled / ".govtrack", filled / "older")
    assert run("system", "add", "one", "--name", "One").code == 0
    shutil.rmtree(filled / ".govtrack")
    (filled / "older").rename(filled / ".govtrack")

    done = run("verify")

    assert done.code == 1
    assert meanings(done.out) == [
        (
            "The store is older than what is remembered or kept of it, or does not continue it. "
            "Put the newer store back; where it is lost, see 'govtrack trail restore --help'."
        )
    ]


def test_other_bytes_of_an_artefact_are_called_that(run, filled):
    (object_,) = (filled / ".govtrack" / "objects" / "sha256").glob("*/*")
    object_.chmod(0o600)
    object_.write_text("ARTEFACT")

    assert meanings(run("verify").out)[0].startswith("An artefact's bytes are not those recorded.")


def damage(path, how):
    data = path.read_bytes()
    if how == "overwritten":
        path.write_bytes(b"not a database at all, " * 100)
    elif how == "empty":
        path.write_bytes(b"")
    else:  # every page after the first
        path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


@pytest.mark.parametrize("how", ["overwritten", "empty", "pages"])
def test_a_damaged_register_is_a_finding_of_step_1_with_what_to_do(run, filled, how):
    damage(filled / ".govtrack" / "register.db", how)

    done = run("verify")
    answer = run("verify", "--json").json()

    assert done.code == 1, done.err
    assert done.out.startswith("step 1 damaged: register: ")
    assert "FAILED: " in done.out
    assert meanings(done.out) == [
        "The register's file is damaged. Restore a backup: 'govtrack restore FILE DIR'."
    ]
    schema = json.loads((shipped.folder("schemas") / "verify.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(answer)
    assert (answer["ok"], answer["findings"][0]["code"]) == (False, "damaged")


@pytest.mark.parametrize("how", ["overwritten", "empty", "pages"])
@pytest.mark.parametrize("command", ["evidence list", "log", "coverage", "trail status"])
def test_a_question_to_a_damaged_register_is_answered_by_what_to_do(run, filled, how, command):
    damage(filled / ".govtrack" / "register.db", how)

    done = run(*command.split())

    assert (done.code, done.out) == (1, "")
    assert "restore a backup with 'govtrack restore FILE DIR'" in done.err
    assert "recorded" not in done.err


def test_a_change_of_a_damaged_register_says_that_nothing_was_recorded(run, filled):
    damage(filled / ".govtrack" / "register.db", "overwritten")

    done = run("system", "add", "one", "--name", "One")

    assert done.code == 1
    assert "nothing was recorded: restore a backup with" in done.err


@pytest.mark.parametrize("command", ["verify", "evidence list", "system add one --name One"])
def test_a_register_that_is_gone_says_to_restore_a_backup(run, filled, command):
    (filled / ".govtrack" / "register.db").unlink()

    done = run(*command.split())

    assert (done.code, done.out) == (1, "")
    assert "the register is gone" in done.err
    assert "restore a backup with 'govtrack restore FILE DIR'" in done.err
    assert "init" not in done.err
