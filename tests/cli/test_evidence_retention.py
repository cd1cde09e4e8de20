"""Bytes go under a rule, never under a hold, never while another needs them; the record stays."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing

import jsonschema
import pytest
from freezegun import freeze_time

from govtrack import shipped

RULE = "Records schedule 4.2"


def of_schema(document):
    name = document["format"].removeprefix("govtrack.").partition("/")[0]
    schema = json.loads((shipped.folder("schemas") / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(document)
    return document


@pytest.fixture
def filled(run, workspace):
    """EV-1 superseded by EV-2, EV-3 withdrawn, EV-4 expired, EV-5 draft; EV-6 has EV-1's bytes."""

    def add(name, text, *options):
        (workspace / name).write_text(text)
        done = run("add-evidence", name, "--kind", "vv-report", "--supports", "MEASURE 2.6",
                   *options)  # fmt: skip
        assert done.code == 0, done.err

    approved = ("--approved-by", "eva", "--approved-on", "2026-02-01")
    with freeze_time("2026-02-01T12:00:00Z"):
        add("one.txt", "first", *approved)
        add("two.txt", "second", *approved, "--supersedes", "EV-2026-0001")
        add("three.txt", "third", *approved)
        run("evidence", "withdraw", "EV-2026-0003", "--why", "wrong data")
        add("four.txt", "fourth", *approved, "--valid-until", "2026-02-10")
        add("five.txt", "fifth")
        add("six.txt", "first", "--allow-duplicate")
    with freeze_time("2026-03-01T12:00:00Z"):
        yield workspace


def object_of(workspace, identifier):
    with closing(sqlite3.connect(workspace / ".govtrack/register.db")) as connection:
        (digest,) = connection.execute(
            "SELECT sha256 FROM evidence_file JOIN evidence ON evidence = key WHERE id = ?",
            [identifier],
        ).fetchone()
    return workspace / f".govtrack/objects/sha256/{digest[:2]}/{digest[2:]}"


def files_of(workspace):
    store = workspace / ".govtrack"
    return {path: path.read_bytes() for path in store.rglob("*") if path.is_file()}


def purge(run, *identifiers, yes=True):
    return run("evidence", "purge", *identifiers, "--rule", RULE, *(["--yes"] if yes else []))


def test_the_bytes_go_and_record_hash_and_history_stay(run, filled):
    path = object_of(filled, "EV-2026-0003")

    done = run("evidence", "purge", "EV-2026-0003", "--rule", RULE, "--yes", "--json")

    answer = of_schema(done.json())
    assert not path.exists()
    assert answer["removed"] == [path.parent.name + path.name]
    shown = run("evidence", "show", "EV-2026-0003", "--json").json()
    assert (shown["purged_on"], shown["purged_why"]) == ("2026-03-01", RULE)
    assert shown["files"][0]["sha256"] == answer["removed"][0]
    assert shown["history"][-1]["action"] == "evidence.purged"
    assert (
        f"2026-03-01, ada@example.org, under {RULE}" in run("evidence", "show", "EV-2026-0003").out
    )


def test_verify_notes_a_purge_and_still_finds_what_is_missing_without_one(run, filled):
    purge(run, "EV-2026-0003")
    entry = run("log", "EV-2026-0003", "--json").json()

    purged = run("verify")
    object_of(filled, "EV-2026-0004").unlink()
    missing = run("verify")

    seq = max(one["seq"] for one in entry["entries"] if one["action"] == "evidence.purged")
    assert purged.code == 0, purged.out
    assert f"purged by entry {seq} under {RULE}" in purged.out
    assert missing.code == 1
    assert "object-missing: EV-2026-0004" in missing.out


def test_a_purge_that_no_entry_tells_of_excuses_nothing(run, filled):
    object_of(filled, "EV-2026-0004").unlink()
    with closing(sqlite3.connect(filled / ".govtrack/register.db")) as connection:
        connection.execute("UPDATE evidence SET purged_on = '2026-01-01', purged_why = 'me' "
                           "WHERE id = 'EV-2026-0004'")  # fmt: skip
        connection.commit()

    done = run("verify")

    assert done.code == 1
    assert "object-missing: EV-2026-0004" in done.out


@pytest.mark.parametrize(
    ("identifier", "why"), [("EV-2026-0002", "is in force"), ("EV-2026-0005", "is a draft")]
)
def test_what_is_in_force_or_a_draft_is_purged_only_when_that_is_said(run, filled, identifier, why):
    refused = purge(run, identifier)
    meant = run("evidence", "purge", identifier, "--rule", RULE, "--in-force", "--yes")

    assert (refused.code, meant.code) == (2, 0)
    assert f"{identifier} {why}" in refused.err
    assert "--in-force" in refused.err
    assert not object_of(filled, identifier).exists()


def test_every_refusal_is_named_and_nothing_is_purged(run, filled):
    run("evidence", "hold", "EV-2026-0004", "--title", "Complaint")
    before = {
        path: path.read_bytes() for path in (filled / ".govtrack").rglob("*") if path.is_file()
    }

    done = purge(run, "EV-2026-0002", "EV-2026-0003", "EV-2026-0004", "EV-2026-0099")

    assert done.code == 2
    assert "there is no EV-2026-0099" in done.err
    done = purge(run, "EV-2026-0002", "EV-2026-0003", "EV-2026-0004")
    assert done.code == 2
    assert "EV-2026-0002 is in force" in done.err
    assert "EV-2026-0004 is under the legal hold LH-2026-0001 'Complaint'" in done.err
    after = {
        path: path.read_bytes() for path in (filled / ".govtrack").rglob("*") if path.is_file()
    }
    assert after == before


def test_bytes_that_another_record_names_stay_until_that_one_is_purged(run, filled):
    path = object_of(filled, "EV-2026-0001")

    first = run("evidence", "purge", "EV-2026-0001", "--rule", RULE, "--yes", "--json")
    there = path.exists()
    noted = run("verify")
    second = run("evidence", "purge", "EV-2026-0006", "--rule", RULE, "--in-force", "--yes")

    assert of_schema(first.json())["stay"] == [
        {"sha256": path.parent.name + path.name, "named_by": ["EV-2026-0006"]}
    ]
    assert there
    assert (noted.code, "the bytes stay, for EV-2026-0006" in noted.out) == (0, True)
    assert second.code == 0
    assert not path.exists()


def test_two_records_of_the_same_bytes_are_purged_together(run, filled):
    path = object_of(filled, "EV-2026-0001")

    done = run("evidence", "purge", "EV-2026-0001", "EV-2026-0006", "--rule", RULE, "--in-force",
               "--yes")  # fmt: skip

    assert (done.code, path.exists()) == (0, False)
    assert " stays:" not in done.out


def test_nobody_to_ask_and_no_yes_purges_nothing(run, filled):
    done = purge(run, "EV-2026-0003", yes=False)

    assert (done.code, "--yes" in done.err) == (2, True)
    assert object_of(filled, "EV-2026-0003").exists()
    assert run("evidence", "show", "EV-2026-0003", "--json").json()["purged_on"] is None


@pytest.mark.usefixtures("wide_terminal")
@pytest.mark.parametrize(("said", "gone"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_a_person_is_asked(run, filled, said, gone):
    path = object_of(filled, "EV-2026-0003")

    done = run("evidence", "purge", "EV-2026-0003", "--rule", RULE, stdin=said)

    assert f"Remove the bytes of EV-2026-0003 for good, under {RULE}?" in done.err
    assert (done.code, path.exists()) == ((0, False) if gone else (1, True))


def test_a_dry_run_says_what_would_go_and_leaves_it(run, filled):
    done = run("evidence", "purge", "EV-2026-0003", "--rule", RULE, "-n", "--json")

    assert (done.code, of_schema(done.json())["dry_run"]) == (0, True)
    assert len(done.json()["removed"]) == 1
    assert object_of(filled, "EV-2026-0003").exists()
    assert run("evidence", "show", "EV-2026-0003", "--json").json()["purged_on"] is None


@pytest.mark.usefixtures("filled")
def test_what_was_purged_is_not_purged_again_nor_held(run):
    purge(run, "EV-2026-0003")

    again = purge(run, "EV-2026-0003")
    held = run("evidence", "hold", "EV-2026-0003", "EV-2026-0004", "--title", "Late")

    assert (again.code, "was purged on 2026-03-01 already" in again.err) == (2, True)
    assert (held.code, "EV-2026-0003 was purged on 2026-03-01" in held.err) == (2, True)
    assert run("evidence", "list", "--held", "--json").json()["evidence"] == []


@pytest.mark.parametrize("text", ["", "  "])
@pytest.mark.usefixtures("filled")
def test_a_rule_a_title_and_a_reason_say_something(run, text):
    run("evidence", "hold", "EV-2026-0004", "--title", "Complaint")

    assert run("evidence", "purge", "EV-2026-0003", "--rule", text, "--yes").code == 2
    assert run("evidence", "hold", "EV-2026-0003", "--title", text).code == 2
    assert run("evidence", "release", "LH-2026-0001", "--why", text).code == 2


# legal holds


@pytest.mark.usefixtures("filled")
def test_a_hold_is_shown_listed_and_lifted_and_stays_on_record(run):
    placed = run("evidence", "hold", "EV-2026-0003", "EV-2026-0004", "ev-2026-3", "--title",
                 "Complaint", "--json")  # fmt: skip
    shown = run("evidence", "show", "EV-2026-0004")
    listed = run("evidence", "list", "--held", "--json").json()
    held = purge(run, "EV-2026-0003")
    lifted = run("evidence", "release", "LH-2026-0001", "--why", "Settled", "--json")
    purged = purge(run, "EV-2026-0003")

    assert of_schema(placed.json())["evidence"] == ["EV-2026-0003", "EV-2026-0004"]
    assert "LH-2026-0001 Complaint" in shown.out
    assert [one["id"] for one in listed["evidence"]] == ["EV-2026-0003", "EV-2026-0004"]
    assert (held.code, purged.code) == (2, 0)
    assert of_schema(lifted.json())["lifted_why"] == "Settled"
    assert run("evidence", "list", "--held").out.startswith("No evidence")
    assert run("verify").code == 0
    actions = [one["action"] for one in run("log", "LH-2026-0001", "--json").json()["entries"]]
    assert sorted(actions) == ["legal_hold.lifted", "legal_hold.placed"]


@pytest.mark.usefixtures("filled")
def test_two_holds_are_lifted_one_by_one(run):
    for title in ("Complaint", "Inquiry"):
        run("evidence", "hold", "EV-2026-0003", "--title", title)

    run("evidence", "release", "LH-2026-0001", "--why", "Settled")
    still = purge(run, "EV-2026-0003")
    again = run("evidence", "release", "LH-2026-0001", "--why", "Once more")

    assert (still.code, "LH-2026-0002 'Inquiry'" in still.err) == (2, True)
    assert "LH-2026-0001" not in still.err
    assert (again.code, "was lifted on 2026-03-01" in again.err) == (2, True)


@pytest.mark.usefixtures("filled")
def test_a_hold_is_as_of_its_days(run):
    run("evidence", "hold", "EV-2026-0003", "--title", "Complaint")

    before = run("evidence", "list", "--held", "--as-of", "2026-02-28", "--json").json()
    on = run("evidence", "list", "--held", "--as-of", "2026-03-01", "--json").json()

    assert (len(before["evidence"]), len(on["evidence"])) == (0, 1)


@pytest.mark.usefixtures("filled")
def test_a_shell_offers_the_holds_that_can_be_lifted(run, spawn):
    for title in ("Complaint", "Inquiry"):
        run("evidence", "hold", "EV-2026-0003", "--title", title)
    run("evidence", "release", "LH-2026-0001", "--why", "Settled")

    done = spawn(env={"_GOVTRACK_COMPLETE": "bash_complete", "COMP_CWORD": "3",
                      "COMP_WORDS": "govtrack evidence release LH"})  # fmt: skip

    assert done.out.split() == ["plain,LH-2026-0002"]


# what opens objects copes


@pytest.mark.usefixtures("filled")
def test_export_leaves_out_what_was_purged_and_says_so(run, tmp_path):
    purge(run, "EV-2026-0003")

    done = run("evidence", "export", "--files", tmp_path / "out")

    assert done.code == 0, done.err
    assert f"EV-2026-0003: purged on 2026-03-01 under {RULE}" in done.err
    names = [path.name for path in (tmp_path / "out").iterdir()]
    assert not any(name.startswith("EV-2026-0003") for name in names)
    assert any(name.startswith("EV-2026-0004") for name in names)


@pytest.mark.usefixtures("filled")
def test_coverage_is_the_same_before_and_after_but_for_the_mark(run):
    before = run("coverage", "--json").json()

    purge(run, "EV-2026-0001", "EV-2026-0003", "EV-2026-0004")

    after = run("coverage", "--json").json()
    marked = {ev for one in after["requirements"] for ev in one.pop("purged")}
    assert {ev for one in before["requirements"] for ev in one.pop("purged")} == set()
    assert after == before
    assert marked == {"EV-2026-0004"}  # expired; what is superseded or withdrawn is not named


def test_a_pack_says_what_was_purged_and_does_not_hold_it(run, filled, tmp_path):
    purge(run, "EV-2026-0001", "EV-2026-0004")

    done = run("audit-pack", "2026", "--output", tmp_path / "pack")

    assert done.code == 0, done.err
    with zipfile.ZipFile(tmp_path / "pack.zip") as bag:
        names = bag.namelist()
        (index,) = [name for name in names if "08-" in name and name.endswith(".html")]
        page = bag.read(index).decode()
    kept = [name for name in names if "/data/evidence/" in name]
    assert not any("EV-2026-0004" in name or "EV-2026-0001" in name for name in kept)
    assert any("EV-2026-0002" in name for name in kept)
    assert f"purged on 2026-03-01 under {RULE}; the SHA-256 stays" in page
    path = object_of(filled, "EV-2026-0004")
    assert path.parent.name + path.name in re.sub("<[^>]*>", "", page)


@pytest.mark.usefixtures("filled")
def test_a_backup_after_a_purge_is_whole_and_restores(run, tmp_path):
    purge(run, "EV-2026-0003")

    done = run("backup", tmp_path / "b.tar")
    again = run("restore", tmp_path / "b.tar", tmp_path / "again")

    assert (done.code, again.code) == (0, 0), done.err + again.err
    assert run("-C", tmp_path / "again", "verify").code == 0


# a crash between the record and the bytes


KILLED = """
import os, signal, sys
from govtrack.register import collecting
from govtrack.cli.main import main
whole = collecting.unlinked

def stop(*given):
    if sys.argv[1] == "after":
        whole(*given)
    os.kill(os.getpid(), signal.SIGKILL)

collecting.unlinked = stop
main(["-C", sys.argv[2], "evidence", "purge", "EV-2026-0003", "--rule", "R", "--yes"])
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_kill_after_the_record_leaves_bytes_for_gc_and_nothing_else(run, filled, when):
    path = object_of(filled, "EV-2026-0003")

    ended = subprocess.run([sys.executable, "-c", KILLED, when, str(filled)], check=False)
    noted = run("verify")

    assert ended.returncode == -signal.SIGKILL
    assert noted.code == 0, noted.out
    assert "under R" in noted.out
    assert path.exists() == (when == "before")
    if when == "before":
        assert "'govtrack gc' removes them" in noted.out
        os.utime(path, (0, 0))
        done = of_schema(run("gc", "--json").json())
        assert [(one["what"], one["bytes"]) for one in done["removed"]] == [("purged", 5)]
    assert not path.exists()
    assert "is still there" not in run("verify").out


@pytest.fixture
def purged(run, filled):  # noqa: ARG001
    """EV-2, in force, and EV-5, a draft with a title of its own, are purged."""
    done = run("evidence", "purge", "EV-2026-0002", "EV-2026-0005", "--rule", RULE, "--in-force",
               "--yes")  # fmt: skip
    assert done.code == 0, done.err
    return done


@pytest.mark.parametrize(
    "words",
    [
        "approve EV-2026-0005 --by eva",
        "tag EV-2026-0002 A.6.2.4",
        "confirm EV-2026-0002 --all",
        "confirm EV-2026-0005 A.6.2.4",
        "supersede EV-2026-0006 --by EV-2026-0005",
    ],
)
@pytest.mark.usefixtures("purged")
def test_nothing_more_is_said_for_what_nobody_can_look_at(run, words):
    before = run("log", "--json").json()["entries"]

    done = run("evidence", *words.split())

    assert done.code == 2
    assert "was purged" in done.err.replace("were", "was")
    assert "record the artefact anew with 'govtrack add-evidence'" in done.err
    assert run("log", "--json").json()["entries"] == before


@pytest.mark.parametrize(
    "words", ["withdraw EV-2026-0002 --why gone", "untag EV-2026-0002 'MEASURE 2.6'"]
)
@pytest.mark.usefixtures("purged")
def test_purged_evidence_can_be_taken_back(run, words):
    assert run("evidence", *shlex.split(words)).code == 0


@pytest.mark.usefixtures("filled")
def test_a_purge_of_what_still_counts_says_to_withdraw_it_too(run):
    tried = run("evidence", "purge", "EV-2026-0002", "EV-2026-0003", "--rule", RULE, "--in-force",
                "--dry-run")  # fmt: skip
    done = run("evidence", "purge", "EV-2026-0002", "EV-2026-0003", "--rule", RULE, "--in-force",
               "--yes", "--json")  # fmt: skip

    assert of_schema(done.json())["to_withdraw"] == ["EV-2026-0002"]
    assert "EV-2026-0002 is in force still" in tried.out
    assert "'govtrack evidence withdraw EV-2026-0002 --why TEXT'" in tried.out
    assert "evidence withdraw EV-2026-0003" not in tried.out


@pytest.mark.usefixtures("filled")
def test_next_does_not_ask_to_approve_or_confirm_what_is_purged(run):
    before = run("next", "--json").json()["steps"]
    purge(run, "EV-2026-0005", "--in-force")

    after = run("next", "--json").json()["steps"]

    assert any("EV-2026-0005" in one["command"] for one in before)
    assert not any("EV-2026-0005" in one["command"] for one in after)


def test_remind_does_not_ask_to_renew_what_is_purged(run, filled):
    (filled / "ends.txt").write_text("it ends")
    done = run("add-evidence", "ends.txt", "--kind", "vv-report", "--approved-by", "eva",
               "--approved-on", "2026-02-01", "--valid-until", "2026-03-20")  # fmt: skip
    assert done.code == 0, done.err
    before = run("remind", "--json").json()["due"]

    purge(run, "EV-2026-0007", "--in-force")

    assert [one["kind"] for one in before if "EV-2026-0007" in one["subject"]] == [
        "evidence_expiry"
    ]
    assert "EV-2026-0007" not in run("remind").out
    assert not [one for one in run("next", "--json").json()["steps"] if "0007" in one["what"]]


@pytest.mark.usefixtures("filled")
def test_coverage_marks_what_is_purged(run):
    purge(run, "EV-2026-0002", "--in-force")

    answer = of_schema(run("coverage", "--json").json())
    (row,) = [one for one in run("coverage").rows() if one["ref"] == "MEASURE 2.6"]

    (leaf,) = [one for one in answer["requirements"] if one["ref"] == "MEASURE 2.6"]
    assert (leaf["state"], leaf["purged"]) == ("covered", ["EV-2026-0002"])
    assert "EV-2026-0002 (purged)" in row["evidence"]
    earlier = run("coverage", "--as-of", "2026-02-20", "--json").json()["requirements"]
    assert [one["purged"] for one in earlier if one["ref"] == "MEASURE 2.6"] == [[]]
