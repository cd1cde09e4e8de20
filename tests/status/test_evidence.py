"""Evidence as it is read: which is found, and what is said of it on a day."""

from __future__ import annotations

from datetime import date

import pytest
from freezegun import freeze_time

from govtrack import workspace as workspaces
from govtrack.register.reader import reading
from govtrack.status.evidence import Filter, counted, documents, known_ids, proposed

DAY = date(2026, 6, 1)


@pytest.fixture
def add(run, tmp_path):
    """`add(name, *options)`: evidence of 2 March 2026, recorded that day; gives its id."""

    def recorded(name, *options, kind="vv-report", on="2026-03-02"):
        artefact = tmp_path / name
        artefact.write_text(f"{name} {options}")
        with freeze_time(f"{on}T12:00:00Z"):
            done = run("add-evidence", artefact, "--kind", kind, *options, "--json")
        assert done.code == 0, done.err
        return done.json()["id"]

    return recorded


@pytest.fixture
def found(workspace):
    """`found(day=…, **filter)`: the ids that match."""

    def asked(day=DAY, **wanted):
        return [one["id"] for one in whole(day, **wanted)]

    def whole(day=DAY, **wanted):
        with reading(workspaces.find(workspace)) as connection:
            return list(documents(connection, Filter(**wanted), day))

    asked.whole = whole
    return asked


APPROVED = ("--approved-by", "eva", "--approved-on", "2026-03-02")


def test_every_filter_finds_its_own_and_no_other(add, found, run):
    assert run("system", "add", "chat", "--name", "Chat").code == 0
    with reading(workspaces.find()) as connection:
        (chat,) = connection.execute("SELECT id FROM ai_system").fetchone()
    plain = add("plain.txt", "--title", "100% of it")
    other = add(
        "policy_1.md", "--title", "AI policy", "--supports", "5.2", "--system", "chat",
        "--period", "2025-01-01..2025-12-31", "--source", "register POL-1", "--why", "it binds",
        *APPROVED, kind="ai-policy",
    )  # fmt: skip

    assert found() == [plain, other]
    for wanted in (
        {"kind": "ai-policy"},
        {"system": chat},
        {"ref": "5.2"},
        {"status": "approved"},
        {"freshness": "fresh"},
        {"period_end": date(2025, 6, 1)},
        {"text": "policy_1"},
        {"text": "AI POL"},
        {"text": "pol-1"},
        {"text": "binds"},
        {"text": other.lower()},
        {"kind": "ai-policy", "status": "approved", "text": "policy"},
    ):
        assert found(**wanted) == [other], wanted
    assert found(status="draft") == [plain]
    assert found(period_start=date(2026, 1, 1)) == [plain]
    assert found(kind="event-log") == []
    assert found(kind="ai-policy", status="draft") == []


def test_what_a_search_looks_for_is_text_not_a_pattern(add, found):
    percent = add("one.txt", "--title", "100% tested")
    add("two.txt", "--title", "1000 tested")
    add("three.txt", "--title", "under_score")

    assert found(text="100%") == [percent]
    assert len(found(text="_")) == 1
    assert found(text="\\") == []


def test_a_declined_requirement_finds_nothing(add, found, run):
    one = add("one.txt")
    assert found(ref="A.6.2.4") == [one]

    assert run("evidence", "decline", one, "A.6.2.4").code == 0

    assert found(ref="A.6.2.4") == []


def test_an_artefact_is_there_from_the_day_it_was_prepared(add, found):
    one = add("one.txt", "--prepared-on", "2026-01-15")

    assert found(date(2026, 1, 14)) == []
    assert found(date(2026, 1, 15)) == [one]


def test_status_and_freshness_are_those_of_the_day_asked_for(add, found):
    add("one.txt", "--prepared-on", "2026-02-01", *APPROVED, "--valid-until", "2026-09-30")

    seen = [
        (one["status"], one["freshness"])
        for day in ("2026-03-01", "2026-03-02", "2026-08-01", "2026-10-01")
        for one in found.whole(date.fromisoformat(day))
    ]

    assert seen == [
        ("draft", None), ("approved", "fresh"), ("approved", "expiring"), ("expired", None),
    ]  # fmt: skip


def test_what_one_says_of_an_artefact_is_what_was_said(add, found):
    add(
        "plain.txt", "--title", "Report", "--prepared-by", "ada", "--prepared-on", "2026-01-01",
        "--approved-by", "ada", "--approved-on", "2026-03-01", "--classification", "internal",
    )  # fmt: skip

    (one,) = found.whole()

    assert one["self_approved"] is True
    assert one["recorded_days_late"] == 60
    assert one["classification"] == "internal"
    assert [file["name"] for file in one["files"]] == ["plain.txt"]
    assert one["supersedes"] == []
    assert one["superseded_by"] is None


def test_a_piece_nobody_prepared_or_approved_is_not_self_approved(add, found):
    add("plain.txt")

    (one,) = found.whole()

    assert one["self_approved"] is False
    assert one["recorded_days_late"] is None


def test_a_requirement_counts_once_on_however_many_words():
    tags = [
        {"ref": ref, "framework": framework, "confirmed": confirmed, "state": state}
        for ref, framework, confirmed, state in (
            ("5.2", "iso", True, "confirmed"),
            ("5.2", "iso", True, "confirmed"),
            ("5.2", "iso", False, "proposed"),
            ("A.2.2", "iso", False, "proposed"),
            ("GOVERN 1.1", "rmf", False, "declined"),
            ("genai:confabulation", "genai", True, "confirmed"),
        )
    ]

    assert counted(tags) == {"rmf": 0, "iso": 1, "genai": 1}
    assert proposed(tags) == ["A.2.2"]


def test_the_newest_id_is_offered_first(add, workspace):
    ids = [add(f"{name}.txt") for name in ("one", "two", "three")]

    with reading(workspaces.find(workspace)) as connection:
        assert known_ids(connection) == ids[::-1]
