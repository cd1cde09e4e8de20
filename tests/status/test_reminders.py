"""Evidence that ends, recordings that came late, and what the calendar is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from freezegun import freeze_time
from icalendar import Calendar

from govtrack import workspace as workspaces
from govtrack.cycle.knobs import Knobs
from govtrack.register.reader import reading
from govtrack.status.calendar_file import ics
from govtrack.status.reminders import reminders


@pytest.fixture
def on(workspace):
    """`on(day, days=None)`: the reminders of that day."""

    def asked(day, days=None, **knobs):
        with reading(workspaces.find(workspace)) as connection:
            return reminders(connection, Knobs(**knobs), date.fromisoformat(day), days)

    return asked


@pytest.fixture
def calendar(workspace):
    """`calendar(day)`: the events of that day's calendar, by UID, and the bytes."""

    def written(day):
        space = workspaces.find(workspace)
        with reading(space) as connection:
            found = reminders(connection, Knobs(), date.fromisoformat(day), calendar=True)
            data = ics(connection, space.organisation, found.everything)
        events = {str(event["uid"]): event for event in Calendar.from_ical(data).walk("VEVENT")}
        return events, data

    return written


@pytest.fixture
def add(run, tmp_path):
    """`add(kind, prepared, *more, recorded=…)`: evidence recorded on a day; gives its id."""

    def recorded(kind, prepared, *more, recorded=None, approved=True):
        artefact = tmp_path / f"{kind}-{prepared}.md"
        artefact.write_text(f"{kind} of {prepared} {more}")
        approval = ("--approved-by", "eva", "--approved-on", prepared) if approved else ()
        with freeze_time(f"{recorded or prepared}T12:00:00Z"):
            done = run("add-evidence", artefact, "--kind", kind, "--supports", "9.2.1",
                       "--prepared-by", "ada", "--prepared-on", prepared, *approval, *more,
                       "--json")  # fmt: skip
        assert done.code == 0, done.err
        return done.json()["id"]

    return recorded


@pytest.fixture
def grant(workspace, run):
    """A certification granted on 31 March 2024."""
    with freeze_time("2024-04-02T12:00:00Z"):
        done = run("certification", "record", "decision", "grant", "--on", "2024-03-31")
    assert done.code == 0
    return workspace


def by_kind(found, kind):
    return [one for one in found.due if one.kind == kind]


def test_an_empty_register_has_nothing_due(on):
    found = on("2026-11-24")
    assert (found.due, found.everything, found.overdue) == ((), (), ())


def test_evidence_is_shown_when_its_validity_comes_to_its_end(on, add):
    one = add("incident-report", "2025-01-10", "--valid-until", "2025-12-31")
    assert by_kind(on("2025-10-31"), "evidence_expiry") == []
    (shown,) = by_kind(on("2025-11-01", 60), "evidence_expiry")
    assert (shown.date, shown.days, shown.overdue) == (date(2025, 12, 31), 60, False)
    assert by_kind(on("2025-11-01", 59), "evidence_expiry") == []
    (ended,) = by_kind(on("2026-01-01", 0), "evidence_expiry")
    assert (ended.days, ended.overdue) == (-1, True)
    assert ended.settle == f"govtrack add-evidence FILE --kind incident-report --supersedes {one}"


def test_evidence_is_shown_when_its_review_is_due(on, add):
    add("ai-policy", "2025-01-31")
    (shown,) = by_kind(on("2026-01-31"), "evidence_review")
    assert (shown.days, shown.overdue) == (0, False)
    assert on("2026-02-01").overdue[0].kind == "evidence_review"


def test_how_early_evidence_is_shown_is_a_knob(on, add):
    add("incident-report", "2025-01-10", "--valid-until", "2025-12-31")
    assert by_kind(on("2025-12-01", expiring_days=29), "evidence_expiry") == []
    assert by_kind(on("2025-12-01", expiring_days=30), "evidence_expiry")


def test_a_draft_has_nothing_that_ends(on, add):
    add("ai-policy", "2025-01-31", approved=False)
    assert on("2027-01-31").due == ()


def test_what_was_superseded_or_withdrawn_is_not_due_any_more(on, add, run):
    old = add("incident-report", "2025-01-10", "--valid-until", "2025-12-31")
    gone = add("incident-report", "2025-01-11", "--valid-until", "2025-12-31")
    add("incident-report", "2025-11-20", "--supersedes", old)
    with freeze_time("2025-11-20T12:00:00Z"):
        assert run("evidence", "withdraw", gone, "--why", "wrong").code == 0
    assert on("2025-12-01").due == ()
    # on the day before, both were still in force
    assert len(by_kind(on("2025-11-19"), "evidence_expiry")) == 2


def test_a_recording_that_came_late_is_shown_for_a_while(on, add):
    add("incident-report", "2025-01-10", recorded="2025-02-10")
    (shown,) = by_kind(on("2025-02-10"), "late_recording")
    assert "recorded 31 days after it was prepared" in shown.subject
    assert (shown.overdue, shown.days) == (False, 0)
    assert by_kind(on("2025-02-09"), "late_recording") == []
    assert by_kind(on("2025-04-11"), "late_recording")
    assert by_kind(on("2025-04-12"), "late_recording") == []
    assert by_kind(on("2025-02-10", late_recording_days=31), "late_recording") == []


@pytest.mark.usefixtures("grant")
def test_reports_and_minutes_on_record_settle_what_comes_before_an_audit(on, add):
    kinds = {"internal_audit", "management_review"}
    assert {one.kind for one in on("2025-01-31", 90).due} & kinds == kinds
    add("internal-audit-report", "2024-12-01")
    assert {one.kind for one in on("2025-01-31", 90).due} & kinds == {"management_review"}
    add("management-review-minutes", "2025-01-20")
    assert {one.kind for one in on("2025-01-31", 90).due} & kinds == set()


@pytest.mark.usefixtures("grant")
def test_a_draft_report_settles_nothing(on, add):
    add("internal-audit-report", "2024-12-01", approved=False)
    assert by_kind(on("2025-01-31", 90), "internal_audit")


@pytest.mark.usefixtures("grant")
def test_everything_is_by_date(on, add):
    add("ai-policy", "2024-04-10")
    dates = [one.date for one in on("2025-03-01", 400).due]
    assert len(dates) > 4
    assert dates == sorted(dates)


@pytest.mark.usefixtures("grant")
def test_the_calendar_of_the_same_register_and_day_has_the_same_bytes(calendar):
    assert calendar("2025-01-01")[1] == calendar("2025-01-01")[1]


def test_the_calendar_holds_evidence_however_far_ahead_it_ends(calendar, add):
    add("incident-report", "2025-01-10", "--valid-until", "2031-12-31")
    (event,) = calendar("2025-02-01")[0].values()
    assert event["dtstart"].dt == date(2031, 12, 31)


@pytest.mark.usefixtures("grant")
def test_importing_the_calendar_again_updates_it(calendar, run):
    before, _ = calendar("2025-01-01")
    with freeze_time("2025-04-01T12:00:00Z"):
        run("certification", "record", "audit", "surveillance", "--start", "2025-03-10")
    after, _ = calendar("2025-04-01")
    assert set(before) & set(after)
    for uid in set(before) & set(after):
        assert after[uid]["sequence"] > before[uid]["sequence"]
        assert after[uid]["dtstamp"].dt > before[uid]["dtstamp"].dt
    (first,) = [event for uid, event in after.items() if uid.startswith("surveillance-1-")]
    assert first["summary"] == "surveillance 1 (settled)"
    assert first.walk("VALARM") == []


@pytest.mark.usefixtures("grant")
def test_what_is_not_due_any_more_is_cancelled_in_the_calendar(calendar, run):
    with freeze_time("2025-02-01T12:00:00Z"):
        run("certification", "record", "decision", "withdraw", "--on", "2025-01-20")
    events, _ = calendar("2025-02-01")
    assert {str(event["status"]) for event in events.values()} == {"CANCELLED"}


@pytest.mark.usefixtures("grant")
def test_an_event_lies_on_its_day_and_alarms_before_it(calendar):
    events, _ = calendar("2025-01-01")
    (event,) = [event for uid, event in events.items() if uid.startswith("surveillance-1-")]
    assert event["dtstart"].dt == date(2025, 3, 31)
    assert not isinstance(event["dtstart"].dt, datetime)
    triggers = [alarm["trigger"].dt for alarm in event.walk("VALARM")]
    assert triggers == [timedelta(days=-n) for n in (182, 90, 31, 0)]
    assert "rule 05: ISO/IEC 17021-1 9.1.3.3" in event["description"]
    assert "govtrack certification record audit surveillance" in event["description"]


@pytest.mark.usefixtures("grant")
def test_events_of_two_workspaces_do_not_meet_in_one_calendar(calendar, workspace):
    with reading(workspaces.find(workspace)) as connection:
        (origin,) = connection.execute("SELECT id FROM workspace").fetchone()
    events, _ = calendar("2025-01-01")
    assert events
    assert all(uid.endswith(f".{origin.replace('/', '.')}") for uid in events)


def test_minutes_that_were_followed_by_later_ones_are_not_reviewed_again(add, on):
    first = add("management-review-minutes", "2024-01-12")
    second = add("management-review-minutes", "2024-12-18")

    reviewed = [one.subject for one in on("2026-01-31").due if one.kind == "evidence_review"]

    assert not any(first in subject for subject in reviewed)
    assert any(second in subject for subject in reviewed)


def test_a_report_on_one_system_does_not_take_the_place_of_one_on_another(add, on, run):
    for slug in ("triage", "forecast"):
        assert run("system", "add", slug, "--name", slug).code == 0
    first = add("vv-report", "2024-01-12", "--system", "triage")
    add("vv-report", "2024-12-18", "--system", "forecast")

    reviewed = [one.subject for one in on("2026-01-31").due if one.kind == "evidence_review"]

    assert any(first in subject for subject in reviewed)
