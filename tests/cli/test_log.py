"""`govtrack log`: the trail in words."""

from __future__ import annotations

import json

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator

from govtrack import shipped


@pytest.fixture
def lived(run, workspace):
    """A system, a report, its approval: on three days, by two people."""
    (workspace / "report.txt").write_text("report")
    for at, arguments in (
        ("2026-01-01T23:30:00Z", ("system", "add", "chat", "--name", "Chat")),
        ("2026-01-02T12:00:00Z", ("add-evidence", "report.txt", "--kind", "vv-report")),
        ("2026-01-03T12:00:00Z", ("evidence", "approve", "EV-2026-0001", "--by", "eva",
                                  "--actor", "eva@example.org", "--reason", "board")),
    ):  # fmt: skip
        with freeze_time(at):
            assert run(*arguments).code == 0
    return workspace


def valid(document):
    path = shipped.folder("schemas") / "log.schema.json"
    Draft202012Validator(json.loads(path.read_text(encoding="utf-8"))).validate(document)
    return document


@pytest.mark.usefixtures("lived")
def test_every_entry_has_when_what_of_what_by_whom_and_why(run):
    rows = run("log").rows()

    assert [row["entry"] for row in rows] == ["0", "1", "2", "3", "4"]
    assert [row["of"] for row in rows][2:] == ["SYS-2026-0001", "EV-2026-0001", "EV-2026-0001"]
    assert rows[4] == {
        "entry": "4",
        "at": "2026-01-03 12:00:00",
        "what": "evidence approved: approved_by, approved_on, review_due",
        "of": "EV-2026-0001",
        "title": "report",
        "by": "eva@example.org",
        "why": "board",
    }


@pytest.mark.usefixtures("lived")
def test_the_log_of_one_record_is_its_own_and_the_newest_can_be_asked_for(run):
    assert [row["entry"] for row in run("log", "ev-2026-1").rows()] == ["3", "4"]
    assert [row["entry"] for row in run("log", "--last", "1").rows()] == ["4"]
    assert [row["entry"] for row in run("log", "EV-2026-0001", "--last", "1").rows()] == ["4"]
    workspace_id = run("log").rows()[0]["of"]
    assert [row["entry"] for row in run("log", workspace_id).rows()] == ["0"]


@pytest.mark.usefixtures("lived")
def test_the_newest_entry_alone_still_says_what_it_changed(run):
    (entry,) = valid(run("log", "--last", "1", "--json").json())["entries"]

    assert entry["changed"]["approved_by"] == [None, "eva"]
    assert entry["action"] == "evidence.approved"


@pytest.mark.usefixtures("lived")
def test_the_json_has_instants_in_utc(run):
    entries = valid(run("log", "--json").json())["entries"]

    assert entries[2]["at"] == "2026-01-01T23:30:00.000000Z"
    assert [entry["subject"] for entry in entries][2:] == [
        "SYS-2026-0001", "EV-2026-0001", "EV-2026-0001",
    ]  # fmt: skip


def test_times_are_those_of_the_organisation(run, lived):
    settings = lived / "govtrack.toml"
    settings.write_text(settings.read_text().replace('timezone = "UTC"', 'timezone = "Asia/Tokyo"'))

    assert run("log").rows()[2]["at"] == "2026-01-02 08:30:00"


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["EV-2026-0009"], "ID: the trail has no entry of EV-2026-0009"),
        (["nonsense"], "ID: 'nonsense' is not an id"),
        (["--last", "0"], "--last"),
    ],
    ids=str,
)
def test_what_is_not_there_is_refused_in_a_sentence(run, arguments, said):
    done = run("log", *arguments)

    assert (done.code, done.out) == (2, "")
    assert said in done.err


@pytest.mark.usefixtures("workspace")
def test_a_fresh_register_has_the_entries_of_its_making_and_of_its_key(run):
    assert [row["what"] for row in run("log").rows()] == ["workspace created", "trail key added"]
