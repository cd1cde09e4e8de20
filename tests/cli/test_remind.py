"""`govtrack remind`: what is due, and what is overdue."""

from __future__ import annotations

import json

import pytest
from freezegun import freeze_time
from icalendar import Calendar
from jsonschema import Draft202012Validator

from govtrack import shipped


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-11-24T10:00:00Z"):
        yield workspace


@pytest.fixture
def certified(run):
    """Granted on 14 March 2024, first surveillance held in time."""
    run("certification", "record", "decision", "grant", "--on", "2024-03-14")
    run("certification", "record", "audit", "surveillance", "--start", "2025-03-10")


def valid(document):
    path = shipped.folder("schemas") / "remind.schema.json"
    Draft202012Validator(json.loads(path.read_text(encoding="utf-8"))).validate(document)
    return document


def test_nothing_due_is_said(run):
    done = run("remind")
    assert (done.code, done.out) == (0, "Nothing is due on 2026-11-24.\n")
    assert run("remind", "--days", "1").out == "Nothing is due within 1 day on 2026-11-24.\n"
    assert valid(run("remind", "--json").json())["due"] == []
    assert run("remind", "--fail-overdue").code == 0


@pytest.mark.usefixtures("certified")
def test_each_line_has_date_days_rule_source_and_the_command_that_settles_it(run):
    rows = {row["what"]: row for row in run("remind", "--days", "60").rows()}
    assert rows["surveillance 2"] == {
        "date": "2026-12-31",
        "days": "37 days left",
        "what": "surveillance 2",
        "rule": "rule 06",
        "source": "ISO/IEC 17021-1 9.1.3.3",
        "settle with": "govtrack certification record audit surveillance --start DATE --end DATE",
    }
    order = [row["what"] for row in rows.values()]
    audit = order.index("internal audit before surveillance 2")
    review = order.index("management review before surveillance 2")
    assert audit < review < order.index("surveillance 2")


@pytest.mark.usefixtures("certified")
def test_the_answer_in_json_holds_the_same(run):
    found = valid(run("remind", "--json").json())
    (one,) = [item for item in found["due"] if item["kind"] == "surveillance"]
    assert (one["date"], one["days"], one["overdue"]) == ("2026-12-31", 37, False)
    assert found["overdue"] == sum(item["overdue"] for item in found["due"])


@pytest.mark.usefixtures("certified")
def test_something_overdue_fails_when_asked_to(run):
    done = run("remind", "--as-of", "2027-01-01", "--fail-overdue")
    assert done.code == 1
    assert "surveillance 2" in done.out
    assert "overdue" in done.err
    assert run("remind", "--as-of", "2027-01-01").code == 0


@pytest.mark.usefixtures("certified")
def test_nothing_overdue_does_not_fail(run):
    done = run("remind", "--as-of", "2024-03-20", "--days", "400", "--fail-overdue")
    assert done.code == 0


@pytest.mark.usefixtures("certified")
def test_a_calendar_is_written_beside_the_answer(run, tmp_path):
    file = tmp_path / "due.ics"
    done = run("remind", "--ics", file, "--json")
    assert done.err == f"Wrote {file}\n"
    valid(done.json())
    events = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert "surveillance 2" in {str(event["summary"]) for event in events}


@pytest.mark.usefixtures("certified")
def test_a_calendar_can_be_all_of_the_answer(run):
    done = run("remind", "--ics", "-")
    assert done.out.startswith("BEGIN:VCALENDAR")
    assert Calendar.from_ical(done.out).walk("VEVENT")


def test_a_calendar_that_cannot_be_written_is_said(run, tmp_path):
    done = run("remind", "--ics", tmp_path / "nowhere" / "due.ics")
    assert done.code == 2
    assert f"--ics: there is no folder '{tmp_path / 'nowhere'}' to write due.ics to" in done.err


@pytest.mark.usefixtures("certified")
@pytest.mark.parametrize("day", ["9999-12-31", "2024-02-29", "0001-01-01"])
def test_any_day_can_be_asked_about(run, day):
    assert run("remind", "--as-of", day, "--ics", "-").code == 0
    assert run("remind", "--as-of", day).code == 0


@pytest.mark.parametrize("days", ["-1", "many", "1000000"])
def test_days_are_a_whole_number(run, days):
    assert run("remind", "--days", days).code == 2


@pytest.mark.usefixtures("certified")
def test_a_reminder_says_where_the_trail_stands(run):
    trail = run("verify", "--json").json()
    line = f"Trail {trail['origin']}, size {trail['entries']}, root {trail['root']}"

    told, calendar = run("remind"), Calendar.from_ical(run("remind", "--ics", "-").out)

    assert line in told.err
    assert run("remind", "--json").json()["trail"] == {
        "origin": trail["origin"], "size": trail["entries"], "root": trail["root"],
    }  # fmt: skip
    assert line in str(calendar["X-WR-CALDESC"])
    assert all(line in str(event["DESCRIPTION"]) for event in calendar.walk("VEVENT"))
    assert calendar.walk("VEVENT")
