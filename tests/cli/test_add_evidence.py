"""`govtrack add-evidence`: an artefact in, a record out; refused whole or recorded whole."""

from __future__ import annotations

import hashlib
import json

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator

from govtrack import shipped

CONTENT = b"what was tested, and what was found\n"


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-05-04T12:00:00Z"):
        yield workspace


@pytest.fixture
def report(workspace):
    path = workspace / "report.pdf"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def kept(workspace):
    """`kept()`: every byte of the register and of the objects, by path."""

    def read():
        store = workspace / ".govtrack"
        return {
            path.relative_to(store): path.read_bytes()
            for path in sorted(store.rglob("*"))
            if path.is_file()
        }

    return read


def valid(document):
    path = shipped.folder("schemas") / "evidence.schema.json"
    Draft202012Validator(json.loads(path.read_text(encoding="utf-8"))).validate(document)
    return document


def tags(document, **wanted):
    return [
        tag["ref"]
        for tag in document["tags"]
        if all(tag[name] == value for name, value in wanted.items())
    ]


def test_stating_one_side_proposes_the_other_with_its_sources(run, report):
    done = run("add-evidence", report, "--kind", "vv-report", "--supports", "MEASURE 2.6", "--json")

    document = valid(done.json())
    assert tags(document, confirmed=True) == ["MEASURE 2.6"]
    assert "A.6.2.4" in tags(document, framework="iso", origin="crosswalk", state="proposed")
    assert {tag["source"] for tag in document["tags"] if tag["origin"] == "crosswalk"} == {
        "article", "microsoft",
    }  # fmt: skip
    assert {tag["source"] for tag in document["tags"] if tag["origin"] == "kind"} == {"vv-report"}


def test_the_bytes_are_kept_under_their_own_hash(run, report, workspace):
    document = run("add-evidence", report, "--kind", "vv-report", "--json").json()

    sha256 = hashlib.sha256(CONTENT).hexdigest()
    assert document["files"] == [
        {
            "name": "report.pdf",
            "sha256": sha256,
            "size": len(CONTENT),
            "media_type": "application/pdf",
            "evidence_id": "EV-2026-0001",
        }
    ]
    (stored,) = (path for path in (workspace / ".govtrack/objects").rglob("*") if path.is_file())
    assert stored.read_bytes() == CONTENT
    assert sha256 in stored.as_posix().replace("/", "")


def test_every_option_is_what_the_record_says(run, report):
    assert run("system", "add", "chat", "--name", "Chat").code == 0
    done = run(
        "add-evidence", report, "--kind", "vv-report", "--title", "Tests of May",
        "--system", "chat", "--supports", "MEASURE 2.6, A.6.2.4", "--supports", "ms-2.5",
        "--period", "2026-04-01..2026-04-30", "--prepared-by", "ada", "--prepared-on", "2026-05-01",
        "--approved-by", "eva", "--approved-on", "2026-05-02", "--valid-until", "2027-05-01",
        "--source", "promptfoo 0.1", "--why", "covers every characteristic",
        "--classification", "internal", "--reason", "release 2.1", "--json",
    )  # fmt: skip

    document = valid(done.json())
    said = {
        "title": "Tests of May",
        "period_start": "2026-04-01",
        "period_end": "2026-04-30",
        "prepared_by": "ada",
        "prepared_on": "2026-05-01",
        "approved_by": "eva",
        "approved_on": "2026-05-02",
        "valid_until": "2027-05-01",
        "source": "promptfoo 0.1",
        "why": "covers every characteristic",
        "classification": "internal",
        "status": "approved",
        "version": 1,
        "recorded_on": "2026-05-04",
    }
    assert {name: document[name] for name in said} == said
    assert sorted(tags(document, confirmed=True)) == ["A.6.2.4", "MEASURE 2.5", "MEASURE 2.6"]
    assert len(document["systems"]) == 1
    assert run("log", document["id"], "--json").json()["entries"][0]["reason"] == "release 2.1"


def test_without_a_title_the_file_s_name_stands(run, report):
    assert run("add-evidence", report, "--kind", "vv-report", "--json").json()["title"] == "report"


def test_the_answer_says_what_counts_and_what_waits(run, report):
    done = run("add-evidence", report, "--kind", "vv-report", "--supports", "MEASURE 2.6")

    assert done.code == 0
    assert done.out.startswith("Recorded EV-2026-0001 'report' (vv-report), draft\n")
    assert "1 AI RMF subcategory" in done.out
    assert "Proposed, not counted until confirmed:" in done.out
    assert "govtrack evidence confirm EV-2026-0001 --all" in done.err
    assert "govtrack evidence approve EV-2026-0001" in done.err


def test_accepting_what_is_proposed_confirms_all_of_it(run, report):
    done = run("add-evidence", report, "--kind", "vv-report", "--accept-proposed", "--json").json()

    assert tags(done, state="proposed") == []
    assert "A.6.2.4" in tags(done, confirmed=True, origin="kind")


def test_approved_by_its_own_preparer_is_told(run, report):
    done = run("add-evidence", report, "--kind", "vv-report", "--prepared-by", "ada",
               "--approved-by", "ada", "--approved-on", "2026-05-01")  # fmt: skip

    assert "approved by the person who prepared it" in done.err


def test_a_late_recording_is_told_with_its_days(run, report):
    late = run("add-evidence", report, "--kind", "vv-report", "--prepared-on", "2025-10-02")

    assert "recorded 214 days after it was prepared" in late.err


def test_a_folder_is_one_record_with_a_file_for_each(run, workspace):
    folder = workspace / "run"
    (folder / "inner").mkdir(parents=True)
    (folder / "a.csv").write_text("a")
    (folder / "inner" / "b.csv").write_text("b")

    done = run("add-evidence", folder, "--kind", "vv-report", "--json").json()

    assert [file["name"] for file in done["files"]] == ["a.csv", "inner/b.csv"]


def test_standard_input_is_an_artefact_under_the_name_it_is_given(run):
    done = run("add-evidence", "-", "--name", "run.json", "--kind", "vv-report", "--json",
               stdin='{"passed": 14}')  # fmt: skip

    (file,) = valid(done.json())["files"]
    assert (file["name"], file["size"], file["media_type"]) == ("run.json", 14, "application/json")


def test_the_same_bytes_are_refused_with_the_id_that_has_them(run, report, workspace, kept):
    run("add-evidence", report, "--kind", "vv-report")
    (workspace / "copy.txt").write_bytes(CONTENT)
    before = kept()

    done = run("add-evidence", "copy.txt", "--kind", "event-log")

    assert (done.code, done.out) == (2, "")
    assert "copy.txt: the same bytes are already recorded as EV-2026-0001" in done.err
    assert kept() == before
    again = run("add-evidence", "copy.txt", "--kind", "event-log", "--allow-duplicate", "--json")
    assert again.json()["id"] == "EV-2026-0002"


def test_an_empty_file_is_refused_unless_it_is_meant(run, workspace):
    (workspace / "empty.txt").touch()

    done = run("add-evidence", "empty.txt", "--kind", "event-log")

    assert done.code == 2
    assert "empty.txt" in done.err
    assert run("add-evidence", "empty.txt", "--kind", "event-log", "--allow-empty").code == 0


@pytest.mark.parametrize("already", [False, True], ids=["new", "with evidence before"])
def test_a_dry_run_leaves_every_byte_as_it_was(run, report, workspace, kept, already):
    if already:
        (workspace / "before.txt").write_text("before")
        run("add-evidence", "before.txt", "--kind", "event-log")
    before = kept()

    shown = run("add-evidence", report, "--kind", "vv-report", "--supports", "A.6.2.4", "-n")
    document = run("add-evidence", report, "--kind", "vv-report", "--dry-run", "--json").json()

    assert shown.out.startswith("Would record EV-2026-000")
    assert valid(document)["dry_run"] is True
    assert kept() == before


@pytest.mark.parametrize(
    ("options", "said", "nearest"),
    [
        (["--kind", "vv-repot"], "--kind: 'vv-repot' is not a kind of evidence", "vv-report"),
        (["--kind", "vv-report", "--supports", "MEASURE 2.66"], "--supports:", "MEASURE 2.6"),
        (["--kind", "vv-report", "--supports", "MEASURE 2"], "'MEASURE 2' is a category", None),
        (["--kind", "vv-report", "--supports", "A.5"], "'A.5' is an objective", None),
        (["--kind", "vv-report", "--system", "chta"], "--system: ", "chat"),
        (["--kind", "vv-report", "--prepared-on", "01/02/2026"], "--prepared-on: ", None),
        (["--kind", "vv-report", "--prepared-on", "2026-5-1"], "--prepared-on: ", "2026-05-01"),
        (["--kind", "vv-report", "--prepared-on", "2026-05-05"], "is in the future", None),
        (["--kind", "vv-report", "--approved-by", "eva"], "approved_on: is missing", None),
        (["--kind", "vv-report", "--period", "2026"], "'2026' is not a period", None),
        (["--kind", "vv-report", "--period", "2026-02-01..2026-01-01"], "period_end", None),
        (["--kind", "vv-report", "--supersedes", "EV-2026-0009"], "no EV-2026-0009", None),
        (["--kind", "vv-report", "--name", "x"], "--name: ", None),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_in_a_sentence_and_nothing_is_recorded(
    run, report, options, said, nearest
):
    run("system", "add", "chat", "--name", "Chat")

    done = run("add-evidence", report, *options)

    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("govtrack: ")
    assert said in done.err
    assert "Traceback" not in done.err
    if nearest:
        assert f"did you mean '{nearest}'?" in done.err
    assert run("evidence", "list", "--json").json()["evidence"] == []


@pytest.mark.parametrize("files", [[], ["-"], ["-", "report.pdf"], ["not-there.pdf"]], ids=str)
@pytest.mark.usefixtures("report")
def test_an_artefact_has_to_be_there(run, files):
    done = run("add-evidence", *files, "--kind", "vv-report")

    assert done.code == 2
    assert done.err


def test_a_reference_may_be_written_as_people_write_it(run, report):
    done = run("add-evidence", report, "--kind", "vv-report", "--supports", "b.6.2.4",
               "--supports", "clause 6.1.2; measure2.6", "--json")  # fmt: skip

    assert sorted(tags(done.json(), confirmed=True)) == ["6.1.2", "A.6.2.4", "MEASURE 2.6"]
    assert "note: " in done.err


def test_the_short_and_the_long_command_are_one(run, report):
    assert run("evidence", "add", report, "--kind", "vv-report").code == 0
    assert run("evidence", "list").rows()[0]["id"] == "EV-2026-0001"
