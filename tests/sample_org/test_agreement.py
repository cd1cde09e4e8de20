"""The sample's artefacts agree with one another and with the history, save planted faults."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date, datetime
from itertools import pairwise
from statistics import fmean
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import yaml
from pypdf import PdfReader

from govtrack import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MOST_BYTES = 2_000_000
INVENTED = "Invented sample."
ARTEFACTS = shipped.folder("sample_org") / "artefacts"


@pytest.fixture(scope="module")
def history() -> dict[str, Any]:
    return yaml.safe_load((ARTEFACTS.parent / "history.yaml").read_text("utf-8"))


def text(name: str) -> str:
    """The words of a Markdown or PDF artefact, each run of blanks and table bars as one blank."""
    path = ARTEFACTS / name
    if path.suffix == ".pdf":
        words = "\n".join(page.extract_text() for page in PdfReader(path).pages)
    else:
        words = re.sub(r"[|*`]", " ", path.read_text("utf-8"))
    return " ".join(words.split())


def rows(name: str) -> list[dict[str, str]]:
    with (ARTEFACTS / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def sheet(name: str, title: str) -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(ARTEFACTS / name)
    head, *body = book[title].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def events(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (ARTEFACTS / name).read_text("utf-8").splitlines()]


def percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"


def files(suffixes: Iterable[str]) -> list[Path]:
    return sorted(path for path in ARTEFACTS.iterdir() if path.suffix in set(suffixes))


def test_the_folder_stays_small():
    assert sum(path.stat().st_size for path in ARTEFACTS.iterdir()) < MOST_BYTES


def test_the_formats_are_those_that_teams_have():
    suffixes = {path.suffix for path in ARTEFACTS.iterdir()}
    assert suffixes == {".md", ".pdf", ".csv", ".xlsx", ".json", ".jsonl", ".png"}


@pytest.mark.parametrize("path", files([".md", ".pdf"]), ids=lambda path: path.name)
def test_a_text_fills_a_page_and_says_that_it_is_invented(path):
    words = text(path.name)
    assert INVENTED in words
    assert len(words.split()) > 250


@pytest.mark.parametrize("path", files([".json", ".jsonl"]), ids=lambda path: path.name)
def test_a_record_says_that_it_is_invented(path):
    assert INVENTED.rstrip(".") in path.read_text("utf-8")


@pytest.mark.parametrize("path", files([".xlsx"]), ids=lambda path: path.name)
def test_a_workbook_says_that_it_is_invented_and_holds_no_formula(path):
    book = openpyxl.load_workbook(path)
    cells = [str(cell.value) for ws in book for row in ws.iter_rows() for cell in row]
    assert any("invented sample" in cell for cell in cells)
    assert not any(cell.startswith("=") for cell in cells)


def test_the_chart_is_a_picture():
    assert (ARTEFACTS / "2026-10-forecast-error.png").read_bytes()[:4] == b"\x89PNG"


def test_the_head_of_each_text_names_preparer_and_approver_as_the_history_does(history):
    names = {key: person["name"] for key, person in history["people"].items()}
    approved_later = {
        step["with"]["evidence"] for step in history["steps"] if step["do"] == "evidence.approve"
    }
    for step in history["steps"]:
        if step["do"] != "evidence.add":
            continue
        said = step["with"]
        if "approved_by" in said:
            approval = f"Approved {names[said['approved_by']]}, {said['approved_on']}"
        elif "$" + step["as"] in approved_later:
            approval = "Approved pending"
        else:
            approval = "Approved not yet"
        for name in said["files"]:
            if name.endswith((".md", ".pdf")):
                head = text(name.removeprefix("artefacts/"))
                assert f"Prepared {names[said['prepared_by']]}, {said['prepared_on']}" in head
                assert approval in head


@pytest.mark.parametrize(
    ("report", "table"),
    [
        ("2025-03-triage-2.0-vv-report.pdf", "2025-03-triage-2.0-test-results.csv"),
        ("2025-04-triage-model-card-2.0.md", "2025-03-triage-2.0-test-results.csv"),
        ("2026-05-triage-2.1-vv-report.md", "2026-05-triage-2.1-test-results.csv"),
    ],
)
def test_a_test_report_quotes_the_accuracy_and_recall_of_its_cases(report, table):
    cases = rows(table)
    right = sum(case["reference_class"] == case["predicted_class"] for case in cases)
    urgent = [case for case in cases if case["reference_class"] == "today"]
    found = sum(case["predicted_class"] == "today" for case in urgent)

    words = text(report)

    assert f"{percent(right, len(cases))} ({right} of {len(cases)})" in words
    assert f"{percent(found, len(urgent))} ({found} of {len(urgent)})" in words


@pytest.mark.parametrize("release", ["2025-03-triage-2.0", "2026-05-triage-2.1"])
def test_a_test_report_quotes_the_recall_by_language(release):
    urgent = [
        case for case in rows(f"{release}-test-results.csv") if case["reference_class"] == "today"
    ]
    report = next(ARTEFACTS.glob(f"{release}-vv-report.*"))
    for language, printed in (("German", "German"), ("other", "other languages")):
        group = [case for case in urgent if case["referral_language"] == language]
        found = sum(case["predicted_class"] == "today" for case in group)
        line = f"{printed} {len(group)} {found} {percent(found, len(group))}"
        assert line in text(report.name)


def test_the_cases_lie_in_the_period_of_their_evidence(history):
    for step in history["steps"]:
        for name in step["with"].get("files", []):
            if name.endswith("-test-results.csv"):
                start, end = step["with"]["period"]
                days = [date.fromisoformat(case["received_on"]) for case in rows(name[10:])]
                assert start <= min(days) <= max(days) <= end


def test_the_evaluations_of_the_assistant_count_what_their_drafts_hold():
    drafts = rows("2025-05-note-assistant-1.0-evaluation.csv")
    unsupported = sum(int(draft["unsupported_statements"]) for draft in drafts)
    quoted = f"{100 * unsupported / len(drafts):.1f} ({unsupported} in {len(drafts)})"
    assert quoted in text("2025-05-note-assistant-1.0-evaluation.md")

    later = json.loads((ARTEFACTS / "2025-07-note-assistant-1.1-evaluation.json").read_text())
    totals = later["totals"]
    per_language = Counter()
    for language in later["by_language"]:
        per_language.update(language_total(language))
    assert per_language["drafts"] == totals["drafts"]
    assert per_language["unsupported_statements"] == totals["unsupported_statements"]
    listed = later["drafts_with_unsupported_statements"]
    assert sum(draft["unsupported_statements"] for draft in listed) == 5
    quoted = f"{totals['unsupported_statements']} in {totals['drafts']}"
    assert quoted in text("2025-09-customer-agreement-muerzfeld.md")


def language_total(language: dict[str, Any]) -> dict[str, int]:
    return {key: language[key] for key in ("drafts", "unsupported_statements")}


@pytest.mark.parametrize("path", files([".jsonl"]), ids=lambda path: path.name)
def test_an_event_log_is_complete_and_in_order(path):
    log = events(path.name)
    instants = [datetime.fromisoformat(event["at"]) for event in log]
    assert all(earlier <= later for earlier, later in pairwise(instants))
    assert log[0]["event"] == "log.opened"
    assert log[-1] == {"at": log[-1]["at"], "event": "log.closed", "events": len(log) - 2}


def test_each_draft_in_the_log_ends_in_one_way():
    log = events("2026-09-note-assistant-events-hochrain.jsonl")
    made = [event["draft"] for event in log if event["event"] == "draft.created"]
    ended = [
        event["draft"]
        for event in log
        if event["event"] in {"draft.accepted", "draft.edited", "draft.rejected"}
    ]
    assert sorted(made) == sorted(ended)
    assert len(set(made)) == len(made)


def test_the_monitoring_report_quotes_the_counts_of_the_log():
    count = Counter(
        event["event"] for event in events("2026-09-note-assistant-events-hochrain.jsonl")
    )
    line = " ".join(
        str(count[event])
        for event in (
            "draft.created",
            "draft.accepted",
            "draft.edited",
            "draft.rejected",
            "guard.blocked",
        )
    )
    assert f"Hochrain {line}" in text("2026-10-monitoring-report-q3.pdf")
    drafts = f"{count['draft.created']} drafts in the Hochrain log"
    assert drafts in text("2026-10-internal-audit-report.pdf")


def test_the_monitoring_report_adds_up_over_the_districts():
    words = text("2026-10-monitoring-report-q3.pdf")
    september = re.search(r"September ([\d,]+) (\d+) (\d+) (\d+) (\d+)", words)
    assert september
    total = [int(figure.replace(",", "")) for figure in september.groups()]
    by_district = re.findall(
        r"(?:Nordtal|Südtal|Hochrain|Altstadt) (\d+) (\d+) (\d+) (\d+) (\d+)", words
    )
    assert len(by_district) == 4
    assert [sum(map(int, column)) for column in zip(*by_district, strict=True)] == total


@pytest.mark.parametrize(
    ("report", "quarters"),
    [("2026-04-monitoring-report-q1.md", [1]), ("2026-10-monitoring-report-q3.pdf", [1, 2, 3])],
)
def test_the_monitoring_reports_quote_the_forecast_s_error(report, quarters):
    weeks = rows("2026-10-forecast-weekly-error.csv")
    words = text(report)
    for district in ("Nordtal", "Südtal", "Hochrain", "Altstadt"):
        errors = [
            fmean(
                float(week["absolute_percentage_error"])
                for week in weeks
                if week["district"] == district and quarter(week["week"]) == wanted
            )
            for wanted in quarters
        ]
        assert " ".join([district, *(f"{error:.1f} %" for error in errors)]) in words


def quarter(week: str) -> int:
    """The quarter of 13 weeks that an ISO week of 2026 belongs to."""
    return (int(week.removeprefix("2026-W")) - 1) // 13 + 1


def test_the_error_of_each_week_is_that_of_its_forecast():
    for week in rows("2026-10-forecast-weekly-error.csv"):
        forecast, actual = int(week["forecast_visits"]), int(week["actual_visits"])
        assert f"{100 * abs(forecast - actual) / actual:.1f}" == week["absolute_percentage_error"]


@pytest.mark.parametrize(
    ("table", "quoted_in"),
    [
        ("2024-05-training-attendance.csv", "2024-11-internal-audit-report.pdf"),
        ("2024-05-training-attendance.csv", "2024-12-management-review-minutes.md"),
        ("2026-04-training-attendance.csv", "2026-10-internal-audit-report.pdf"),
    ],
)
def test_the_share_of_trained_people_is_quoted_as_it_is(table, quoted_in):
    people = rows(table)
    passed = sum(person["result"] == "passed" for person in people)
    assert percent(passed, len(people)) in text(quoted_in)


@pytest.mark.parametrize(
    ("register", "plan", "without"),
    [
        ("2023-11-ai-risk-register.xlsx", "2023-11-risk-treatment-plan.xlsx", set()),
        ("2025-04-ai-risk-register.xlsx", "2025-05-risk-treatment-plan.xlsx", {"R-13"}),
        ("2025-04-ai-risk-register.xlsx", "2026-01-risk-treatment-plan.xlsx", set()),
        ("2026-10-ai-risk-register.xlsx", "2026-01-risk-treatment-plan.xlsx", {"R-05", "R-14"}),
    ],
)
def test_each_risk_to_be_treated_has_a_treatment_but_the_planted_ones(register, plan, without):
    risks = sheet(register, "Register")
    to_treat = {risk["risk_id"] for risk in risks if risk["decision"] == "treat"}
    treated = {treatment["risk_id"] for treatment in sheet(plan, "Treatments")}
    assert to_treat - treated == without
    assert treated <= {risk["risk_id"] for risk in risks}
    for risk in risks:
        assert risk["score"] == risk["likelihood_1_5"] * risk["impact_1_5"]


@pytest.mark.parametrize(
    ("statement", "excluded"),
    [
        ("2023-12-statement-of-applicability-1.0.xlsx", {"A.8.3", "A.10.3", "A.10.4"}),
        ("2025-09-statement-of-applicability-2.0.xlsx", {"A.8.3"}),
    ],
)
def test_a_statement_of_applicability_has_all_38_controls_each_justified(statement, excluded):
    controls = sheet(statement, "Applicability")
    assert len({control["control"] for control in controls}) == 38
    assert {c["control"] for c in controls if c["applicable"] == "no"} == excluded
    assert all(control["justification"] for control in controls)
    count = f"{38 - len(excluded)} applicable, {len(excluded)} excluded"
    about = {row["item"]: row["entry"] for row in sheet(statement, "About")}
    assert count in about["count"]


def test_the_audit_of_2026_counts_the_corrective_actions_as_the_log_does():
    actions = rows("2026-10-corrective-actions.csv")
    closed = sum(bool(action["closed_on"]) for action in actions)
    words = text("2026-10-internal-audit-report.pdf")
    assert f"{len(actions)} in the log of 2026-10-09" in words
    assert f"{closed} closed with a review of effect, {len(actions) - closed} open" in words


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_an_audit_report_counts_its_findings_right(year):
    (report,) = ARTEFACTS.glob(f"{year}-*-internal-audit-report.pdf")
    words = text(report.name)
    grades = Counter(re.findall(rf"(?:NC|OFI)-{year}-\d\d (major|minor|opportunity)", words))
    counts = f"Counts: {grades['major']} major, {grades['minor']} minor"
    assert counts in words
    assert f"{grades['opportunity']} opportunit" in words


def test_dates_of_corrective_actions_run_forward():
    for action in rows("2026-10-corrective-actions.csv"):
        days = [
            action[field]
            for field in (
                "raised_on",
                "corrected_on",
                "action_done_on",
                "effect_reviewed_on",
                "closed_on",
            )
            if action[field]
        ]
        assert days == sorted(days), action["action"]
