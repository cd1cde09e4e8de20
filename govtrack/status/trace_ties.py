"""The ties that a trace walks, as data: what each says from either end, and the SQL that finds it.

A tie runs from a record to what that record names. Only what had happened by the day is a tie;
where an end is over by then (a decision since replaced, a risk closed, evidence superseded) the
tie says so, and a walk shows it beside its start only.
"""

# ruff: noqa: S608  (nothing but the SQL of this folder)

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.status import freshness
from govtrack.status.standing import ABOUT

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import date

REQUIREMENT = "requirement"
"""An end that is a reference: a leaf of a standard, or a control of the organisation's own."""


class Tie(NamedTuple):
    """A sort of tie between a record (`near`) and what it names (`far`).

    `says` and `back` are its words read from the near and the far end. `sql` gives near, far,
    source, row, state, and whether each end is over; `at_near` and `at_far` are conditions with
    {} for the ids asked about.
    """

    name: str
    near: str
    far: str
    says: str
    back: str
    sql: str
    at_near: str
    at_far: str


Found = tuple[str, str, str, str | None, str | None, str | None, int, int]
"""A tie found: its name, near and far end, source, row, state, and whether each end is over.

A plain tuple, as SQLite gives it: there may be many thousands.
"""


def _of_system(column: str) -> str:
    return f"(:system IS NULL OR {column} IS NULL OR {column} = :system)"


DECISION_OVER = """EXISTS (SELECT 1 FROM applicability n WHERE n.control = d.control
  AND n.system IS d.system AND n.decided_on <= :day
  AND (n.decided_on, n.key) > (d.decided_on, d.key))"""
IMPACT_OVER = """EXISTS (SELECT 1 FROM impact_assessment n WHERE n.system = i.system
  AND n.assessed_on <= :day AND (n.assessed_on, n.key) > (i.assessed_on, i.key))"""
ROW_OVER = """EXISTS (SELECT 1 FROM profile_row n WHERE n.profile = w.profile AND n.ref = w.ref
  AND n.set_on <= :day AND (n.set_on, n.key) > (w.set_on, w.key))"""
STATEMENT_OVER = """EXISTS (SELECT 1 FROM soa n WHERE n.approved_on <= :day
  AND n.version > s.version)"""
EVIDENCE_OVER = "(coalesce(e.withdrawn_on <= :day, 0) OR coalesce(e.superseded_on <= :day, 0))"
RISK_OVER = "coalesce(r.closed_on <= :day, 0)"
ATTESTATION_OVER = "coalesce(a.withdrawn_on <= :day, 0)"

_RISK = f"r.identified_on <= :day AND {_of_system('r.system')}"
_AT_TREATMENT = """(r.id IN (
    SELECT substr(value, 1, instr(value, '/') - 1) FROM json_each({0}))
  AND r.id || '/' || t.position IN (SELECT value FROM json_each({0})))"""
_DECISION = f"d.decided_on <= :day AND {_of_system('d.system')}"
_IMPACT = f"i.assessed_on <= :day AND {_of_system('i.system')}"
_EVIDENCE = f"{freshness.STANDING} AND {ABOUT}"
_ROW = f"w.set_on <= :day AND {_of_system('f.system')}"
_PROFILE = _of_system("f.system")
_ATTESTATION = f"a.signed_on <= :day AND {_PROFILE}"


def _in(column: str) -> str:
    return f"{column} IN (SELECT value FROM json_each({{0}}))"


TIES = {
    tie.name: tie
    for tie in (
        Tie(
            "source", "risk", REQUIREMENT, "identified from", "risk",
            f"""SELECT r.id, x.ref, NULL, NULL, NULL, {RISK_OVER}, 0
            FROM risk_source x JOIN risk r ON r.key = x.risk WHERE {_RISK}""",
            _in("r.id"), _in("x.ref"),
        ),
        Tie(
            "treatment", "treatment", "risk", "treats", "treated by",
            f"""SELECT r.id || '/' || t.position, r.id, NULL, NULL, NULL, 0, {RISK_OVER}
            FROM risk_treatment t JOIN risk r ON r.key = t.risk
            WHERE {_RISK} AND t.decided_on <= :day""",
            _AT_TREATMENT, _in("r.id"),
        ),
        Tie(
            "control", "treatment", REQUIREMENT, "by control", "relied on by",
            f"""SELECT r.id || '/' || t.position, x.control, NULL, NULL, NULL, 0, 0
            FROM risk_control x JOIN risk r ON r.key = x.risk
            JOIN risk_treatment t ON t.risk = x.risk AND t.position = x.treatment
            WHERE {_RISK} AND t.decided_on <= :day""",
            _AT_TREATMENT, _in("x.control"),
        ),
        Tie(
            "risk-system", "risk", "system", "risk to", "has risk",
            f"""SELECT r.id, r.system, NULL, NULL, NULL, {RISK_OVER}, 0
            FROM risk r WHERE r.system IS NOT NULL AND {_RISK}""",
            _in("r.id"), _in("r.system"),
        ),
        Tie(
            "criteria", "risk", "criteria", "assessed by", "gave the level of",
            f"""SELECT r.id, x.criteria, NULL, NULL, max(x.assessed_on), {RISK_OVER}, 0
            FROM risk_assessment x JOIN risk r ON r.key = x.risk
            WHERE {_RISK} AND x.assessed_on <= :day AND {{}} GROUP BY r.id, x.criteria""",
            _in("r.id"), _in("x.criteria"),
        ),
        Tie(
            "decision", "decision", REQUIREMENT, "decides on", "decided in",
            f"""SELECT d.id, d.control, NULL, NULL, NULL, {DECISION_OVER}, 0
            FROM applicability d WHERE {_DECISION}""",
            _in("d.id"), _in("d.control"),
        ),
        Tie(
            "because", "decision", "risk", "because of", "reason for",
            f"""SELECT d.id, r.id, NULL, NULL, NULL, {DECISION_OVER}, {RISK_OVER}
            FROM applicability_because x JOIN applicability d ON d.key = x.applicability
            JOIN risk r ON r.id = x.reference
            WHERE x.kind = 'risk' AND {_DECISION} AND {_RISK}""",
            _in("d.id"), _in("x.reference"),
        ),
        Tie(
            "decision-system", "decision", "system", "decided for", "has decision",
            f"""SELECT d.id, d.system, NULL, NULL, NULL, {DECISION_OVER}, 0
            FROM applicability d WHERE d.system IS NOT NULL AND {_DECISION}""",
            _in("d.id"), _in("d.system"),
        ),
        Tie(
            "statement", "statement", "decision", "holds", "stated in",
            f"""SELECT s.id, d.id, NULL, NULL, NULL, {STATEMENT_OVER}, {DECISION_OVER}
            FROM soa s JOIN soa_row x ON x.soa = s.key JOIN applicability d ON d.id = x.decision
            WHERE s.approved_on <= :day AND {_DECISION}""",
            _in("s.id"), _in("x.decision"),
        ),
        Tie(
            "certificate", "certification", "statement", "decided upon", "stood at",
            f"""SELECT c.id, s.id, 'by their dates', NULL, NULL, 0, {STATEMENT_OVER}
            FROM certification_decision c JOIN soa s ON s.version = (
              SELECT max(version) FROM soa WHERE approved_on <= c.decided_on)
            WHERE c.decided_on <= :day""",
            _in("c.id"), _in("s.id"),
        ),
        Tie(
            "impact-system", "impact", "system", "assesses", "impact assessed in",
            f"""SELECT i.id, i.system, NULL, NULL, NULL, {IMPACT_OVER}, 0
            FROM impact_assessment i WHERE {_IMPACT}""",
            _in("i.id"), _in("i.system"),
        ),
        Tie(
            "impact-risk", "impact", "risk", "bears on", "from impact assessment",
            f"""SELECT i.id, r.id, NULL, NULL, NULL, {IMPACT_OVER}, {RISK_OVER}
            FROM impact_risk x JOIN impact_assessment i ON i.key = x.impact
            JOIN risk r ON r.id = x.risk WHERE {_IMPACT} AND {_RISK}""",
            _in("i.id"), _in("x.risk"),
        ),
        Tie(
            "impact-evidence", "impact", "evidence", "written down in", "writes down",
            f"""SELECT i.id, e.id, NULL, NULL, NULL, {IMPACT_OVER}, {EVIDENCE_OVER}
            FROM impact_evidence x JOIN impact_assessment i ON i.key = x.impact
            JOIN evidence_known e ON e.id = x.evidence WHERE {_IMPACT}""",
            _in("i.id"), _in("x.evidence"),
        ),
        Tie(
            "support", "evidence", REQUIREMENT, "supports", "supported by",
            f"""SELECT e.id, x.ref, x.origin || CASE WHEN x.source = '' THEN ''
              ELSE ' (' || x.source || ')' END, x.note,
              CASE WHEN x.confirmed_on IS NULL THEN 'proposed' ELSE 'confirmed' END,
              {EVIDENCE_OVER} OR x.confirmed_on IS NULL, x.confirmed_on IS NULL
            FROM evidence_tag x JOIN evidence_known e ON e.key = x.evidence
            WHERE x.declined_on IS NULL""",
            _in("e.id"), _in("x.ref"),
        ),
        Tie(
            "evidence-system", "evidence", "system", "about", "has evidence",
            f"""SELECT e.id, x.system, NULL, NULL, NULL, {EVIDENCE_OVER}, 0
            FROM evidence_system x JOIN evidence_known e ON e.key = x.evidence
            WHERE (:system IS NULL OR x.system = :system)""",
            _in("e.id"), _in("x.system"),
        ),
        Tie(
            "replaces", "evidence", "evidence", "replaces", "replaced by",
            f"""SELECT e.id, x.superseded, NULL, NULL, NULL, {EVIDENCE_OVER}, 1
            FROM evidence_supersedes x JOIN evidence_known e ON e.key = x.evidence
            WHERE x.superseded IN (SELECT id FROM evidence_known)""",
            _in("e.id"), _in("x.superseded"),
        ),
        Tie(
            "profile-row", "profile-row", REQUIREMENT, "sets", "profile row",
            f"""SELECT w.id, w.ref, NULL, NULL, NULL, {ROW_OVER}, 0
            FROM profile_row w JOIN profile f ON f.id = w.profile WHERE {_ROW}""",
            _in("w.id"), _in("w.ref"),
        ),
        Tie(
            "profile", "profile-row", "profile", "row of", "has row",
            f"""SELECT w.id, f.id, NULL, NULL, NULL, {ROW_OVER}, 0
            FROM profile_row w JOIN profile f ON f.id = w.profile WHERE {_ROW}""",
            _in("w.id"), _in("f.id"),
        ),
        Tie(
            "profile-system", "profile", "system", "profile of", "has profile",
            f"""SELECT f.id, f.system, NULL, NULL, NULL, 0, 0
            FROM profile f WHERE f.system IS NOT NULL AND {_PROFILE}""",
            _in("f.id"), _in("f.system"),
        ),
        Tie(
            "attestation", "attestation", "profile", "attests", "attested in",
            f"""SELECT a.id, f.id, NULL, NULL, NULL, {ATTESTATION_OVER}, 0
            FROM attestation a JOIN profile f ON f.id = a.profile WHERE {_ATTESTATION}""",
            _in("a.id"), _in("f.id"),
        ),
        Tie(
            "claim", "attestation", REQUIREMENT, "claims", "claimed in",
            f"""SELECT a.id, x.ref, NULL, NULL, x.state, {ATTESTATION_OVER}, 0
            FROM attestation_outcome x JOIN attestation a ON a.key = x.attestation
            JOIN profile f ON f.id = a.profile WHERE {_ATTESTATION}""",
            _in("a.id"), _in("x.ref"),
        ),
        Tie(
            "claim-evidence", "attestation", "evidence", "rests on", "behind",
            f"""SELECT a.id, e.id, NULL, x.ref, NULL, {ATTESTATION_OVER}, {EVIDENCE_OVER}
            FROM attestation_evidence x JOIN attestation a ON a.key = x.attestation
            JOIN profile f ON f.id = a.profile
            JOIN evidence_known e ON e.id = x.evidence WHERE {_ATTESTATION}""",
            _in("a.id"), _in("x.evidence"),
        ),
    )
}  # fmt: skip

_KNOWN = f"WITH evidence_known AS NOT MATERIALIZED (SELECT * FROM evidence WHERE {_EVIDENCE})"


class End(NamedTuple):
    """An end of a tie to look from: `near` or not."""

    tie: str
    near: bool


def found(
    connection: sqlite3.Connection,
    asked: Mapping[End, Iterable[str]],
    day: date,
    system: str | None,
) -> list[Found]:
    """The ties at those ends, each looked from the ids given with it: one statement for all."""
    parts: list[str] = []
    given: dict[str, Any] = {"day": day.isoformat(), "system": system}
    for number, (end, ids) in enumerate(asked.items()):
        tie = TIES[end.tie]
        condition = (tie.at_near if end.near else tie.at_far).format(f":ids{number}")
        given[f"ids{number}"] = json.dumps(list(ids))
        sql = tie.sql.format(condition) if "{}" in tie.sql else f"{tie.sql} AND {condition}"
        parts.append(sql.replace("SELECT", f"SELECT '{tie.name}' AS tie,", 1))
    if not parts:
        return []
    statement = f"{_KNOWN} {' UNION '.join(parts)} ORDER BY 1, 2, 3, 4, 5, 6"
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor.execute(statement, given).fetchall()
