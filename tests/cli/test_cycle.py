"""`govtrack cycle`: the certification cycle as a timeline."""

from __future__ import annotations

import json

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator

from govtrack import shipped


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-11-24T10:00:00Z"):
        yield workspace


def valid(document):
    path = shipped.folder("schemas") / "cycle.schema.json"
    Draft202012Validator(json.loads(path.read_text(encoding="utf-8"))).validate(document)
    return document


def certified(run):
    run("certification", "record", "decision", "grant", "--on", "2024-03-14", "--expiry",
        "2027-03-13")  # fmt: skip
    run("certification", "record", "audit", "surveillance", "--start", "2025-03-17", "--end",
        "2025-03-19")  # fmt: skip


def test_an_empty_workspace_is_not_certified(run):
    done = run("cycle")
    assert done.code == 0
    assert done.out.startswith("Not certified on 2026-11-24\n")
    assert valid(run("cycle", "--json").json()) == {
        "format": "govtrack.cycle/1",
        "as_of": "2026-11-24",
        "status": "not_certified",
        "cycle": None,
        "surveillance": [],
        "calendar_years": [],
        "recertification": None,
        "breaches": [],
        "notes": [],
    }


def test_the_state_answers_in_json(run):
    certified(run)
    found = valid(run("cycle", "--json").json())
    assert found["status"] == "certified"
    assert found["cycle"] == {
        "kind": "initial",
        "decision": "2024-03-14",
        "expiry": "2027-03-13",
        "expiry_source": "printed",
    }
    assert found["surveillance"] == [
        {"n": 1, "target": "2025-03-14", "latest": "2025-03-14", "state": "done_late",
         "held": "2025-03-19", "days_left": None, "days_overdue": None, "days_late": 5},
        {"n": 2, "target": "2026-03-14", "latest": "2026-12-31", "state": "due",
         "held": None, "days_left": 37, "days_overdue": None, "days_late": None},
    ]  # fmt: skip
    assert found["calendar_years"][0] == {
        "year": 2025, "latest": "2025-12-31", "state": "done", "held": "2025-03-19",
        "by": "surveillance",
    }  # fmt: skip
    assert found["recertification"] == {
        "decision_latest": "2027-03-13",
        "restore_latest": "2027-09-13",
        "next_expiry_if_timely": "2030-03-13",
    }
    assert found["breaches"] == ["first_surveillance_12_months"]


def test_a_timeline_says_it_in_words(run):
    certified(run)
    out = run("cycle").out
    assert out.startswith("Certified on 2026-11-24, until 2027-03-13 (printed; 109 days left)\n")
    assert "surveillance 1, 2025-03-17 to 2025-03-19 (latest 2025-03-14)\tdone late\t5 days" in out
    assert "2026-12-31\tsurveillance 2 (target 2026-03-14)\tdue\t37 days left\trule 06" in out
    assert "not held within twelve months of the decision (rule 05, ISO" in out
    assert "Notes:\n" in out


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2024-03-13", "Not certified on 2024-03-13"),
        ("2027-03-13", "Certified on 2027-03-13, until 2027-03-13 (printed; 0 days left)"),
        ("2027-03-14", "Expired, can still be restored on 2027-03-14"),
        ("2027-09-14", "Expired on 2027-09-14"),
        ("9999-12-31", "Expired on 9999-12-31"),
    ],
)
def test_any_day_can_be_asked_about(run, day, said):
    certified(run)
    assert run("cycle", "--as-of", day).out.startswith(f"{said}\n")


def test_what_was_recorded_by_a_day_is_another_question(run):
    certified(run)
    found = run("cycle", "--as-of", "2025-12-31", "--recorded-by", "2026-11-23", "--json").json()
    assert found["status"] == "not_certified"


def test_a_workspaces_own_value_is_followed_and_its_source_shown(run, workspace):
    certified(run)
    (workspace / "schemas").mkdir(exist_ok=True)
    (workspace / "schemas" / "cycle.yaml").write_text(
        "knobs:\n  second_surveillance:\n    value: anniversary\n    source: contract, section 4\n"
    )
    found = run("cycle", "--json").json()
    assert found["surveillance"][1]["latest"] == "2026-03-14"
    assert "second_surveillance = anniversary: contract, section 4." in found["notes"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("knobs:\n  second_surveillance:\n    value: anniversary\n", "source"),
        ("knobs:\n  audit_day:\n    value: frist\n    source: x\n", "did you mean 'first'?"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_naming_the_file(run, workspace, text, said):
    (workspace / "schemas").mkdir(exist_ok=True)
    (workspace / "schemas" / "cycle.yaml").write_text(text)
    done = run("cycle")
    assert done.code == 2
    assert "cycle.yaml" in done.err
    assert said in done.err
