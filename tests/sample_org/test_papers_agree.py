"""What the sample's register says of risks and controls is what its artefacts say, day by day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import yaml
from pypdf import PdfReader

from govtrack import shipped

if TYPE_CHECKING:
    import sqlite3

SAMPLE = shipped.folder("sample_org")
REGISTERS = {
    "2023-11-ai-risk-register.xlsx": "2023-11-17",
    "2025-04-ai-risk-register.xlsx": "2025-04-22",
    "2026-10-ai-risk-register.xlsx": "2026-10-22",
}
PLANS = {
    "2023-11-risk-treatment-plan.xlsx": ("2023-11-23", "2024-01-09"),
    "2025-05-risk-treatment-plan.xlsx": ("2025-05-20", "2025-05-20"),
    "2026-01-risk-treatment-plan.xlsx": ("2026-01-15", "2026-01-15"),
}
STATEMENTS = {
    "2023-12-statement-of-applicability-1.0.xlsx": 1,
    "2025-09-statement-of-applicability-2.0.xlsx": 2,
}
IMPACTS = {
    "2023-11-triage-impact-assessment.pdf": ("EV-2023-0007", "I"),
    "2025-05-note-assistant-impact-assessment.pdf": ("EV-2025-0008", "N"),
    "2026-11-note-assistant-impact-assessment-1.1-draft.md": ("EV-2026-0017", "N"),
}
"""The assessments' artefacts: their record, and the letter of their harms."""
LIKELIHOOD = {"2": "possible", "3": "likely", "4": "almost-certain"}
MAGNITUDE = {"3": "moderate", "4": "serious", "5": "severe"}
STATUS = {"implemented": "implemented", "partly": "partial", "planned": "planned"}


@pytest.fixture(scope="module")
def people() -> dict[str, str]:
    """Who is who: the address of each name."""
    history = yaml.safe_load((SAMPLE / "history.yaml").read_text("utf-8"))
    return {person["name"]: person["id"] for person in history["people"].values()}


def sheet(name: str, title: str) -> list[dict[str, Any]]:
    book = openpyxl.load_workbook(SAMPLE / "artefacts" / name)
    head, *body = book[title].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in body]


def day(cell: Any) -> str | None:
    return cell.date().isoformat() if cell else None


def asked(register: sqlite3.Connection, sql: str, *values: object) -> list[dict[str, Any]]:
    return [dict(row) for row in register.execute(sql, values)]


@pytest.mark.parametrize(("name", "on"), REGISTERS.items())
def test_each_register_has_the_risks_the_scores_and_the_owners_of_its_day(
    register, people, name, on
):
    found = asked(
        register,
        """SELECT reference, risk.title, s.slug AS system, risk.owner,
             (SELECT position FROM risk_likelihood WHERE criteria = c.key
              AND word = a.likelihood) AS likelihood,
             (SELECT position FROM risk_consequence WHERE criteria = c.key
              AND word = a.consequence) AS impact, a.level
           FROM risk JOIN risk_assessment a ON a.risk = risk.key
           JOIN risk_criteria c ON c.id = a.criteria LEFT JOIN ai_system s ON s.id = risk.system
           WHERE identified_on <= ?1 AND (closed_on IS NULL OR closed_on > ?1)
             AND a.position = (SELECT position FROM risk_assessment WHERE risk = risk.key
               AND assessed_on <= ?1 ORDER BY assessed_on DESC, position DESC LIMIT 1)
           ORDER BY reference""",
        on,
    )

    expected = [
        {
            "reference": row["risk_id"],
            "title": row["risk"],
            "system": None if row["system"] == "all" else row["system"],
            "owner": people[row["owner"]],
            "likelihood": row["likelihood_1_5"],
            "impact": row["impact_1_5"],
            "level": level(row["score"]),
        }
        for row in sheet(name, "Register")
    ]
    assert found == expected


def level(score: int) -> str:
    """The class that the registers' sheet of criteria gives a score."""
    for row in sheet("2025-04-ai-risk-register.xlsx", "Criteria"):
        least, most = map(int, row["score"].split("-"))
        if least <= score <= most:
            return row["class"].replace(" ", "-")
    raise ValueError(score)


@pytest.mark.parametrize(("name", "days"), PLANS.items())
def test_each_plan_has_the_treatments_of_its_day(register, people, name, days):
    on, accepted_on = days
    found = asked(
        register,
        """SELECT reference, what, t.owner, first_due, due, done_on, residual_likelihood,
             residual_consequence, c.key AS criteria,
             (SELECT group_concat(control, ', ') FROM (SELECT control FROM risk_control
              WHERE risk = risk.key AND treatment = t.position ORDER BY control)) AS controls
           FROM risk JOIN risk_treatment t ON t.risk = risk.key
           LEFT JOIN risk_criteria c ON c.id = t.criteria WHERE decided_on <= ?""",
        on,
    )
    by_measure = {(row["reference"], row["what"]): row for row in found}

    for row in sheet(name, "Treatments"):
        treatment = by_measure[row["risk_id"], row["measure"]]
        assert treatment["owner"] == people[row["owner"]]
        assert sorted(treatment["controls"].split(", ")) == sorted(row["controls"].split(", "))
        assert day(row["due"]) in history_of_due(register, row["risk_id"], row["measure"])
        done = treatment["done_on"] if (treatment["done_on"] or "9") <= on else None
        assert done == day(row["done_on"]), row["treatment_id"]
        assert residual(register, treatment) == row["expected_score"], row["treatment_id"]
        assert day(row["residual_accepted_on"]) == accepted_on
        accepted = asked(
            register,
            """SELECT accepted_by FROM risk JOIN risk_acceptance a ON a.risk = risk.key
               WHERE reference = ? AND accepted_on = ?""",
            row["risk_id"],
            accepted_on,
        )
        assert accepted == [{"accepted_by": people[row["residual_accepted_by"]]}]


def history_of_due(register: sqlite3.Connection, reference: str, measure: str) -> set[str]:
    """Every day by which the trail ever said that the treatment is due."""
    images = asked(
        register,
        """SELECT t.value ->> 'due' AS due
           FROM entry, json_each(CAST(bytes AS TEXT), '$.after.treatments') t
           WHERE CAST(bytes AS TEXT) ->> '$.after.reference' = ? AND t.value ->> 'what' = ?""",
        reference,
        measure,
    )
    return {row["due"] for row in images}


def residual(register: sqlite3.Connection, treatment: dict[str, Any]) -> int:
    scores = asked(
        register,
        """SELECT l.position * q.position AS score FROM risk_likelihood l, risk_consequence q
           WHERE l.criteria = ?1 AND q.criteria = ?1 AND l.word = ?2 AND q.word = ?3""",
        treatment["criteria"],
        treatment["residual_likelihood"],
        treatment["residual_consequence"],
    )
    return scores[0]["score"]


@pytest.mark.parametrize(("name", "version"), STATEMENTS.items())
def test_each_statement_of_applicability_is_that_of_its_artefact(register, people, name, version):
    rows = {
        row["control"]: row
        for row in asked(
            register,
            """SELECT soa_row.*, soa.approved_by, soa.approved_on FROM soa_row
               JOIN soa ON soa.key = soa_row.soa WHERE version = ? AND system = ''""",
            version,
        )
    }
    references = {row["id"]: row["reference"] for row in asked(register, "SELECT * FROM risk")}
    expected = sheet(name, "Applicability")

    assert set(rows) == {row["control"] for row in expected}
    for row in expected:
        held = rows[row["control"]]
        assert held["title"] == row["title"]
        assert held["applicable"] == (row["applicable"] == "yes"), row["control"]
        risks = row["risks"].split(", ") if row["risks"] else []
        treats = f"treats {', '.join(risks)}; " if risks else ""
        assert treats + held["why"] == row["justification"]
        because = (held["because"] or "").split("; ")
        named = [references[one[5:]] for one in because if one.startswith("risk:")]
        assert sorted(named) == sorted(risks), row["control"]
        if held["applicable"]:
            word, _, detail = (
                row["implementation"].replace("planned for ", "planned: ").partition(": ")
            )
            assert held["status"] == STATUS[word]
            if word == "planned":
                assert (held["how"], held["due"]) == (row["how"], detail)
            else:
                assert held["how"] == (f"{row['how']}; {detail}" if detail else row["how"])
            assert held["owner"] == people.get(row["owner"], row["owner"])
        else:
            assert (held["status"], held["how"], held["owner"]) == (None, None, None)
    count = sum(row["applicable"] for row in rows.values())
    about = {row["item"]: row["entry"] for row in sheet(name, "About")}
    assert f"{count} applicable, {38 - count} excluded" in about["count"]


def test_the_statements_are_approved_by_whom_and_when_the_history_says(register, people):
    approved = asked(register, "SELECT version, approved_by, approved_on FROM soa ORDER BY version")
    carla = people["Carla Wieser"]
    assert [(row["approved_by"], row["approved_on"]) for row in approved] == [
        (carla, "2023-12-13"),
        (carla, "2025-09-09"),
    ]


def test_the_criteria_say_what_the_method_says(register):
    method = (SAMPLE / "artefacts" / "2026-02-risk-and-impact-method.md").read_text("utf-8")
    versions = asked(
        register, "SELECT key, version, in_force_from FROM risk_criteria ORDER BY version"
    )
    assert [row["in_force_from"] for row in versions] == ["2023-10-20", "2026-02-11"]
    for version in versions:
        scale = asked(
            register,
            """SELECT l.position, l.meaning, c.individuals, c.groups FROM risk_likelihood l
               JOIN risk_consequence c ON c.criteria = l.criteria AND c.position = l.position
               WHERE l.criteria = ? ORDER BY l.position""",
            version["key"],
        )
        for step in scale:
            (line,) = [
                one for one in method.splitlines() if one.startswith(f"| {step['position']} |")
            ]
            likelihood, impact = (cell.strip() for cell in line.split("|")[2:4])
            assert step["meaning"] == likelihood
            for part in impact.split(", "):
                assert part in f"{step['individuals']}, {step['groups']}"


def test_every_level_of_the_matrix_is_the_class_of_its_score(register):
    cells = asked(
        register,
        """SELECT l.position * q.position AS score, m.level FROM risk_matrix m
           JOIN risk_likelihood l ON l.criteria = m.criteria AND l.word = m.likelihood
           JOIN risk_consequence q ON q.criteria = m.criteria AND q.word = m.consequence""",
    )
    assert len(cells) == 2 * 25
    for cell in cells:
        assert cell["level"] == level(cell["score"])


def words(name: str) -> str:
    """A text's words, each run of blanks and table bars as one blank."""
    path = SAMPLE / "artefacts" / name
    if path.suffix == ".pdf":
        text = "\n".join(page.extract_text() for page in PdfReader(path).pages)
    else:
        text = path.read_text("utf-8").replace("|", " ").replace("**", "")
    return re.sub(r"([NIR])- ?\n?(\d)", r"\1-\2", " ".join(text.split()))


@pytest.mark.parametrize(("name", "known"), IMPACTS.items())
def test_each_impact_assessment_judges_the_harms_as_its_artefact_does(register, name, known):
    """`I-1 urgent patient seen a day late, gets worse 3 5 R-01`: harm, likelihood, magnitude."""
    evidence, letter = known
    text = words(name)
    found = asked(
        register,
        """SELECT what, likelihood, severity FROM impact_effect e
           JOIN impact_evidence v ON v.impact = e.impact
           WHERE v.evidence = ? AND kind = 'harm'""",
        evidence,
    )
    judged = re.findall(rf"{letter}-\d (\D+?) (\d) (\d) ", text)
    expected = {(what, LIKELIHOOD[often], MAGNITUDE[hard]) for what, often, hard in judged}

    assert len(expected) >= 5
    assert expected <= {(one["what"], one["likelihood"], one["severity"]) for one in found}


@pytest.mark.parametrize(("name", "known"), IMPACTS.items())
def test_each_impact_assessment_is_signed_and_due_again_as_its_artefact_says(
    register, people, name, known
):
    (record,) = asked(
        register,
        """SELECT a.*, (SELECT group_concat(reference, ' ') FROM (SELECT reference FROM risk
             JOIN impact_risk r ON r.risk = risk.id WHERE r.impact = a.key ORDER BY 1)) AS risks
           FROM impact_assessment a JOIN impact_evidence v ON v.impact = a.key
           WHERE v.evidence = ?""",
        known[0],
    )
    text = words(name)
    names = {address: who for who, address in people.items()}

    assert f"Prepared {names[record['assessed_by']]}, {record['assessed_on']}" in text
    if record["approved_by"]:
        assert f"Approved {names[record['approved_by']]}, {record['approved_on']}" in text
        assert record["result"][:30] in text
    else:
        assert "Approved not yet" in text
        assert record["result"] is None
    assert record["risks"].split() == sorted(set(re.findall(r"R-\d\d", text)) & HARMS_RISKS)


HARMS_RISKS = {f"R-{number:02}" for number in (1, 2, 3, 4, 7, 9, 10, 11, 12, 13, 14)}
"""The risks that a harm of some assessment stands for."""


def test_each_release_that_changes_the_model_is_in_the_trail_on_its_day(register):
    changes = asked(
        register,
        """SELECT substr(at, 1, 10) AS day, CAST(bytes AS TEXT) ->> '$.after.slug' AS slug,
             CAST(bytes AS TEXT) ->> '$.after.model' AS model
           FROM entry WHERE subject_type = 'ai_system' ORDER BY seq""",
    )
    log = (SAMPLE / "artefacts" / "2026-10-release-log.csv").read_text("utf-8")

    assistant = [one for one in changes if one["slug"] == "note-assistant" and one["model"]]
    assert "note-assistant,1.2,2026-02-16,Meridian-L 3 instead of Meridian-L 2" in log
    before, after = (
        {one["model"] for one in assistant if one["day"] < "2026-02-16"},
        {one["model"] for one in assistant if one["day"] >= "2026-02-16"},
    )
    assert before == {"Meridian-L 2, Corvane Models Ltd"}
    assert after == {"Meridian-L 3, Corvane Models Ltd"}


def test_the_profile_has_a_row_for_each_of_the_72_outcomes(register):
    rows = asked(
        register,
        """SELECT set_on, count(DISTINCT ref) AS outcomes, count(target) AS targets
           FROM profile_row JOIN profile ON profile.id = profile_row.profile
           WHERE slug = 'organisation' GROUP BY set_on ORDER BY set_on""",
    )
    assert [(row["set_on"], row["outcomes"]) for row in rows[:2]] == [
        ("2024-12-12", 72),
        ("2026-01-20", 72),
    ]
    assert rows[1]["targets"] == 72


def test_every_gap_to_a_target_has_an_action_an_owner_and_a_day(register):
    gaps = asked(
        register,
        """SELECT ref FROM profile_row WHERE target IS NOT NULL AND current <> target
           AND (action IS NULL OR owner IS NULL OR due IS NULL OR priority IS NULL)""",
    )
    assert gaps == []


def test_all_that_was_declared_as_achieved_had_evidence_in_force_that_day(register):
    (declared,) = asked(register, "SELECT * FROM attestation")
    achieved = asked(
        register,
        """SELECT o.ref, count(e.key) AS behind FROM attestation_outcome o
           LEFT JOIN attestation_evidence a ON a.attestation = o.attestation AND a.ref = o.ref
           LEFT JOIN evidence e ON e.id = a.evidence AND e.recorded_on <= ?1
             AND e.approved_on <= ?1 AND coalesce(e.valid_until, '9') >= ?1
           WHERE o.state = 'achieved' GROUP BY o.ref""",
        declared["as_of"],
    )
    assert len(achieved) > 20
    assert all(one["behind"] for one in achieved)
    assert declared["as_of"] <= declared["signed_on"] < declared["valid_until"]


def test_an_outcome_that_became_achieved_is_told_anew(register):
    same = asked(
        register,
        """SELECT later.ref, later.outcome FROM profile_row AS later
           JOIN profile_row AS earlier ON earlier.profile = later.profile
             AND earlier.ref = later.ref AND earlier.set_on < later.set_on
           WHERE later.current = 'achieved' AND earlier.current <> 'achieved'
             AND later.outcome IS earlier.outcome AND later.outcome IS NOT NULL""",
    )
    assert same == []


def test_no_profile_says_that_there_is_no_supplier_after_the_first_one(register):
    said = asked(
        register,
        """SELECT ref, why FROM profile_row AS one JOIN profile ON profile.id = one.profile
           WHERE why LIKE 'No supplier%' AND set_on >= '2025-06-01'""",
    )
    assert said == []


def test_each_profile_follows_the_criteria_in_force(register):
    (criteria,) = asked(
        register, "SELECT source FROM risk_criteria ORDER BY in_force_from DESC LIMIT 1"
    )
    profiles = asked(register, "SELECT slug, tolerance FROM profile")
    assert len(profiles) == 2
    assert {one["tolerance"] for one in profiles} == {criteria["source"]}
