"""`govtrack certification`: what the body decided, audited and agreed."""

from __future__ import annotations

import json

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator

from govtrack import shipped

GRANT = ("certification", "record", "decision", "grant", "--on", "2024-03-14")


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-11-24T10:00:00Z"):
        yield workspace


def valid(document, name):
    path = shipped.folder("schemas") / f"{name}.schema.json"
    Draft202012Validator(json.loads(path.read_text(encoding="utf-8"))).validate(document)
    return document


def test_a_decision_is_recorded_with_its_dates_and_words(run):
    done = run(*GRANT, "--effective", "2024-03-15", "--issued", "2024-03-18", "--expiry",
               "2027-03-13", "--body", "Example Cert", "--number", "N-1", "--scope", "All",
               "--reference", "R-1")  # fmt: skip
    assert (done.code, done.err) == (0, "")
    assert done.out == "Recorded CD-2026-0001: grant, decided on 2024-03-14\n"
    shown = valid(run("certification", "show", "--json").json(), "certification")
    assert shown["certificate"] == {
        "body": "Example Cert",
        "number": "N-1",
        "scope": "All",
        "decided_on": "2024-03-14",
        "effective_on": "2024-03-15",
        "issued_on": "2024-03-18",
        "expires_on": "2027-03-13",
        "expiry_source": "printed",
    }
    assert shown["decisions"][0]["reference"] == "R-1"


@pytest.mark.parametrize(
    "said",
    [
        ("decision", "grant", "--on", "2024-03-14"),
        ("audit", "stage_2", "--start", "2024-02-20", "--end", "2024-02-22"),
        ("agreement", "--about", "x", "--until", "2026-12-18", "--reference", "y"),
    ],
)
def test_every_record_answers_in_json_and_is_in_the_trail(run, said):
    answer = run("certification", "record", *said, "--json", "--reason", "letter").json()
    valid(answer, "certification-record")
    assert run("log", answer["id"]).code == 0
    assert run("verify").code == 0


def test_a_dry_run_records_nothing(run):
    done = run(*GRANT, "--dry-run")
    assert done.code == 0
    assert "nothing was recorded" in done.out
    assert run("certification", "show", "--json").json()["decisions"] == []


def test_an_unknown_decision_is_refused_with_the_nearest(run):
    done = run("certification", "record", "decision", "suspent", "--on", "2025-01-01")
    assert done.code == 2
    assert "decision: 'suspent' is not one of grant, renew" in done.err
    assert "did you mean 'suspend'?" in done.err


def test_an_unknown_audit_is_refused_with_the_nearest(run):
    done = run("certification", "record", "audit", "stage2", "--start", "2025-01-01")
    assert done.code == 2
    assert "did you mean 'stage_2'?" in done.err


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (("--expiry", "2024-03-13"), "2024-03-13 is before it was decided, 2024-03-14"),
        (
            ("--issued", "2027-05-01", "--expiry", "2027-03-13"),
            "2027-03-13 is before it was issued, 2027-05-01",
        ),
        (
            ("--effective", "2027-04-01", "--expiry", "2027-03-13"),
            "2027-03-13 is before it was in effect, 2027-04-01",
        ),
    ],
)
def test_an_expiry_before_the_certificate_begins_is_refused(run, dates, said):
    done = run(*GRANT, *dates)
    assert done.code == 2
    assert done.err == f"govtrack: --expiry: {said}\n"


def test_an_audit_that_ends_before_it_starts_is_refused(run):
    done = run("certification", "record", "audit", "stage_1", "--start", "2024-01-17", "--end",
               "2024-01-16")  # fmt: skip
    assert done.code == 2
    assert "--end: 2024-01-16 is before the audit started, 2024-01-17" in done.err


def test_an_audit_of_one_day_needs_no_end(run):
    done = run("certification", "record", "audit", "special", "--start", "2025-10-07")
    assert done.out == "Recorded XA-2026-0001: special, 2025-10-07\n"


@pytest.mark.parametrize("day", ["2025-02-29", "14.03.2024", "2024-03-14T10:00", "20240314", ""])
def test_a_day_is_written_as_iso_8601_and_exists(run, day):
    done = run("certification", "record", "decision", "grant", "--on", day)
    assert done.code == 2
    assert done.err.startswith(f"govtrack: --on: '{day}' is not a date written as YYYY-MM-DD")


def test_an_agreement_without_words_is_refused(run):
    done = run("certification", "record", "agreement", "--about", " ", "--until", "2026-12-18",
               "--reference", "")  # fmt: skip
    assert done.code == 2
    assert "--about: is missing" in done.err
    assert "--reference: is missing: the body's letter" in done.err


def test_a_grant_during_a_certification_is_kept_and_noted(run):
    run(*GRANT)
    done = run("certification", "record", "decision", "grant", "--on", "2025-03-14")
    assert done.code == 0
    assert (
        "note: The grant of 2025-03-14 was decided while a certification was in force" in done.err
    )


def test_a_lift_without_a_suspension_is_kept_and_noted(run):
    run(*GRANT)
    done = run("certification", "record", "decision", "lift", "--on", "2025-03-14")
    assert done.code == 0
    assert "changes nothing: there was no suspension" in done.err


@pytest.mark.parametrize(
    ("said", "note"),
    [
        (
            ("decision", "grant", "--on", "2026-12-01"),
            "is dated 2026-12-01, after today",
        ),
        (
            ("decision", "grant", "--on", "2024-03-14", "--effective", "2024-03-01"),
            "the effective date 2024-03-01 is before the decision",
        ),
        (
            ("decision", "grant", "--on", "2024-03-14", "--issued", "2024-03-01"),
            "the certificate is issued on 2024-03-01, before the decision",
        ),
        (
            ("audit", "surveillance", "--start", "2026-12-01"),
            "after today: it counts from that day",
        ),
    ],
)
def test_what_is_against_the_rules_is_kept_and_noted(run, said, note):
    done = run("certification", "record", *said)
    assert done.code == 0
    assert note in done.err


def test_the_list_is_by_date_and_says_when_each_was_recorded(run):
    run("certification", "record", "audit", "stage_2", "--start", "2024-02-20")
    run(*GRANT)
    run("certification", "record", "agreement", "--about", "second surveillance", "--until",
        "2026-12-18", "--reference", "letter")  # fmt: skip
    out = run("certification", "show").out
    assert out.startswith("certified on 2026-11-24, until 2027-03-13 (computed)\n")
    order = [out.index(one) for one in ("XA-2026-0001", "CD-2026-0001", "AG-2026-0001")]
    assert order == sorted(order)


def test_a_day_before_shows_what_had_happened_by_then(run):
    run(*GRANT)
    shown = run("certification", "show", "--as-of", "2024-03-13", "--json").json()
    assert (shown["status"], shown["certificate"], shown["decisions"]) == (
        "not_certified",
        None,
        [],
    )


def test_an_empty_workspace_says_how_to_begin(run):
    done = run("certification", "show")
    assert done.code == 0
    assert "Nothing of the certification body is recorded" in done.out
