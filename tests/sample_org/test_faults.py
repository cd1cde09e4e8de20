"""Each fault planted in the working papers is named by the command that should find it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from govtrack import clock, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = "2026-11-24"
AUDITED = "2026-10-16"
"""The last day of the internal audit: the draft of November was not there yet."""

RISKS = [
    (13, "control-excluded", "R-09", "A.8.3"),
    (14, "residual-not-accepted", "R-05", "not-acceptable"),
    (14, "above-without-treatment", "R-05", "after its last treatment was decided"),
    (14, "above-without-treatment", "R-14", "not-acceptable"),
    (26, "acceptance-lapsed", "R-10", "2026-05-31"),
    (27, "treatment-overdue", "R-13", "2026-06-30"),
    (28, "control-excluded", "R-09", "treatment 2"),
    (29, "treatment-without-control", "R-11", "treatment 2"),
    (30, "residual-not-accepted", "R-04", "not-acceptable"),
]
IMPACTS = [
    (9, TODAY, "review-overdue", "referral-triage", "2024-11-20"),
    (9, TODAY, "changed-model", "referral-triage", "release 2.0"),
    (10, TODAY, "in-use-not-assessed", "visit-forecast", "there is none"),
    (11, AUDITED, "changed-model", "note-assistant", "Meridian-L 3"),
    (11, TODAY, "changed-model", "note-assistant", "made for that, is not approved"),
    (11, TODAY, "not-approved", "note-assistant", "not approved"),
    (36, TODAY, "levels-not-considered", "note-assistant", "society"),
    (36, TODAY, "nobody-consulted", "note-assistant", "nobody"),
]
STATEMENT = [
    (13, "treated-by-excluded", "A.8.3", None),
    (28, "treated-by-excluded", "A.8.3", None),
    (29, "treatment-without-control", "R-2025-0003", "note-assistant"),
    (31, "overdue", "HH-1", None),
    *[
        (32, "beyond-evidence", control, None)
        for control in ("A.10.3", "A.4.4", "A.4.5", "A.8.5", "A.2.2", "A.2.3", "A.2.4")
    ],
    (33, "not-approved", "HH-1", None),
    *(
        (39, "evidence-of-some-systems", control, None)
        for control in ("A.3.3", "A.6.2.4", "A.7.2", "A.7.4", "A.7.5", "A.7.6", "A.8.4", "A.9.2")
    ),
    (33, "not-approved", "A.10.4", "note-assistant"),
]
PROFILES = [
    (34, "organisation", "beyond-evidence", "GOVERN 6.1"),
    (34, "organisation", "beyond-evidence", "MANAGE 3.1"),
    (34, "organisation", "beyond-evidence", "GOVERN 1.1"),
    (34, "organisation", "beyond-evidence", "GOVERN 1.2"),
    (34, "note-assistant-generative", "beyond-evidence", "MEASURE 2.5"),
    (34, "note-assistant-generative", "beyond-evidence", "GOVERN 6.1"),
    (35, "organisation", "overdue", "GOVERN 4.2"),
    (35, "organisation", "overdue", "MANAGE 3.2"),
    (35, "note-assistant-generative", "review-overdue", "PF-2025-0001"),
]
ATTESTED = [(37, "GOVERN 6.1"), (37, "MANAGE 3.1"), (37, "MAP 1.1")]
PLANTED: list[tuple[Any, ...]] = [*RISKS, *IMPACTS, *STATEMENT, *PROFILES, *ATTESTED]
EVIDENCE = [
    (4, "AI risk register 2026"),
    (4, "Monitoring report, third quarter of 2026"),
    (4, "Impact assessment, Care Note Assistant 1.2"),
    (5, "Data quality and provenance record, Visit Demand Forecast 1.2"),
]


@pytest.fixture(scope="module")
def answers() -> dict[tuple[str, ...], dict[str, Any]]:
    """What was answered already: nothing is written, so it stays so."""
    return {}


@pytest.fixture
def asked(run, space, answers) -> Iterator[Any]:
    """`asked(*command)`: a check's JSON answer; the clock stands on the story's day."""

    def asked(*command: str) -> dict[str, Any]:
        if command not in answers:
            answered = run("-C", space.root, *command, "--json")
            assert answered.code == 1, answered.err
            answers[command] = answered.json()
        return answers[command]

    with clock.at(datetime.fromisoformat(f"{TODAY}T20:00:00+01:00")):
        yield asked


@pytest.fixture
def named(register) -> dict[str, str]:
    """What the artefacts call each risk and system, by its id."""
    risks = register.execute("SELECT id, coalesce(reference, title) FROM risk")
    systems = register.execute("SELECT id, slug FROM ai_system")
    return dict(map(tuple, risks)) | dict(map(tuple, systems))


@pytest.mark.parametrize(("number", "code", "risk", "words"), RISKS)
def test_risk_check_names_it(asked, named, number, code, risk, words):
    found = asked("risk", "check", "--as-of", TODAY)["findings"]
    told = [one["words"] for one in found if (one["code"], named.get(one["about"])) == (code, risk)]
    assert any(words in one for one in told), number


def test_risk_check_names_few_others_but_evidence_out_of_force(asked, named):
    found = asked("risk", "check", "--as-of", TODAY)["findings"]
    others = {(one["code"], named.get(one["about"])) for one in found} - {one[1:3] for one in RISKS}
    assert {code for code, _ in others} <= {"no-evidence"}


@pytest.mark.parametrize(("number", "day", "code", "system", "words"), IMPACTS)
def test_impact_check_names_it(asked, number, day, code, system, words):
    found = asked("impact", "check", "--as-of", day)["findings"]
    told = [one["words"] for one in found if (one["code"], one["system"]) == (code, system)]
    assert any(words in one for one in told), number


@pytest.mark.parametrize(("number", "code", "control", "system"), STATEMENT)
def test_soa_check_names_it(asked, number, code, control, system):
    found = asked("soa", "check", "--as-of", TODAY)["findings"]
    assert (code, control, system) in {
        (one["code"], one["about"], one["system"]) for one in found
    }, number


def test_soa_check_finds_no_other_control_beyond_its_evidence(asked):
    found = asked("soa", "check", "--as-of", TODAY)["findings"]
    beyond = {one["about"] for one in found if one["code"] == "beyond-evidence"}
    assert beyond == {control for number, _, control, _ in STATEMENT if number == 32}
    some = {one["about"] for one in found if one["code"] == "evidence-of-some-systems"}
    assert some == {control for number, _, control, _ in STATEMENT if number == 39}


@pytest.mark.parametrize(("number", "profile", "rule", "ref"), PROFILES)
def test_profile_check_names_it(asked, number, profile, rule, ref):
    found = asked("profile", "check", "--profile", profile, "--as-of", TODAY)["findings"]
    assert (rule, ref) in {(one["code"], one["about"]) for one in found}, number


@pytest.mark.parametrize("profile", ["organisation", "note-assistant-generative"])
def test_no_profile_has_other_faults(asked, profile):
    found = asked("profile", "check", "--profile", profile, "--as-of", TODAY)["findings"]
    planted = {(rule, ref) for _, of, rule, ref in PROFILES if of == profile}
    assert {(one["code"], one["about"]) for one in found} == planted


@pytest.mark.parametrize(("number", "ref"), ATTESTED)
def test_attest_check_names_it(asked, number, ref):
    found = asked("attest", "check", "--as-of", TODAY)["findings"]
    assert ("evidence-not-in-force", ref) in {(one["code"], one["about"]) for one in found}, number


@pytest.mark.parametrize(("number", "title"), EVIDENCE)
def test_evidence_check_names_it(asked, number, title):
    lacking = {
        one["title"]
        for one in asked("evidence", "check", "--all", "--as-of", TODAY)["evidence"]
        if any("another person" in lack["words"] for lack in one["missing"])
    }
    assert title in lacking, number


@pytest.mark.parametrize(
    "number", sorted({one[0] for one in RISKS + IMPACTS + STATEMENT + PROFILES + ATTESTED})
)
def test_the_readme_tells_of_each_of_them(number):
    readme = (shipped.folder("sample_org") / "README.md").read_text("utf-8")
    assert f"\n| {number} | " in readme
