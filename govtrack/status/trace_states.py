"""What a trace says of each thing it meets: its title, its state on the day, and what it lacks.

One statement for each kind of thing, however many of them were met.
"""

# ruff: noqa: S608  (nothing but the SQL of this folder)

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from govtrack.status import freshness, standing, trace_words
from govtrack.status.trace_ties import (
    ATTESTATION_OVER,
    DECISION_OVER,
    EVIDENCE_OVER,
    IMPACT_OVER,
    RISK_OVER,
    ROW_OVER,
    STATEMENT_OVER,
)
from govtrack.status.trace_words import LEAVES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.trace_words import Said

_AMONG = "IN (SELECT value FROM json_each(:ids))"

_RISK = f"""
SELECT r.id, r.title, r.closed_on, {RISK_OVER} AS over, a.level, a.assessed_on, a.next_review,
  (SELECT count(*) FROM risk_treatment t WHERE t.risk = r.key AND t.decided_on <= :day) AS decided,
  (SELECT count(*) FROM risk_treatment t WHERE t.risk = r.key AND t.decided_on <= :day
     AND t.option <> 'retain' AND (t.done_on IS NULL OR t.done_on > :day)) AS open,
  (SELECT json_array(coalesce(t.done_on, t.decided_on), t.decided_on, t.residual_level)
     FROM risk_treatment t WHERE t.risk = r.key AND t.decided_on <= :day
     ORDER BY coalesce(t.done_on, t.decided_on) DESC, t.position DESC LIMIT 1) AS last,
  (SELECT json_array(x.accepted_on, x.until, x.level) FROM risk_acceptance x
     WHERE x.risk = r.key AND x.accepted_on <= :day
     ORDER BY x.accepted_on DESC, x.position DESC LIMIT 1) AS accepted,
  (SELECT l.position FROM risk_level l WHERE l.criteria = c.key AND l.word = a.level) <= (
     SELECT min(l.position) FROM risk_acceptable p
     JOIN risk_level l ON l.criteria = p.criteria AND l.word = p.level
     WHERE p.criteria = c.key AND (p.impact_level IN (
         SELECT impact_level FROM risk_affected WHERE risk = r.key)
       OR NOT EXISTS (SELECT 1 FROM risk_affected WHERE risk = r.key))) AS acceptable
FROM risk r LEFT JOIN risk_assessment a ON a.risk = r.key AND a.position = (
  SELECT x.position FROM risk_assessment x WHERE x.risk = r.key AND x.assessed_on <= :day
  ORDER BY x.assessed_on DESC, x.position DESC LIMIT 1)
LEFT JOIN risk_criteria c ON c.id = a.criteria
WHERE r.id {_AMONG}"""

_TREATMENT = """
SELECT r.id || '/' || t.position, t.what, t.option, t.due, t.done_on, t.decided_on,
  EXISTS (SELECT 1 FROM risk_control x WHERE x.risk = t.risk AND x.treatment = t.position)
    AS controlled
FROM risk r JOIN risk_treatment t ON t.risk = r.key
WHERE r.id IN (SELECT substr(value, 1, instr(value, '/') - 1) FROM json_each(:ids))
  AND r.id || '/' || t.position IN (SELECT value FROM json_each(:ids))"""

_DECISION = f"""
SELECT d.id, d.why, d.control, d.applicable, d.status, d.decided_on, s.slug,
  {DECISION_OVER} AS over,
  EXISTS (SELECT 1 FROM soa s JOIN soa_row x ON x.soa = s.key
    WHERE x.decision = d.id AND s.approved_on <= :day) AS stated
FROM applicability d LEFT JOIN ai_system s ON s.id = d.system WHERE d.id {_AMONG}"""

_STATEMENT = f"""
SELECT s.id, s.version, s.approved_on, {STATEMENT_OVER} AS over
FROM soa s WHERE s.id {_AMONG}"""

_SYSTEM = f"""
SELECT s.id, s.name, s.slug, s.in_scope_from, s.in_scope_to,
  EXISTS (SELECT 1 FROM impact_assessment i WHERE i.system = s.id AND i.assessed_on <= :day)
    AS assessed
FROM ai_system s WHERE s.id {_AMONG}"""

_EVIDENCE = f"""
SELECT id, title, {freshness.STATUS} AS status, {freshness.FRESHNESS} AS freshness,
  {EVIDENCE_OVER} AS over,
  EXISTS (SELECT 1 FROM evidence_tag WHERE evidence = key AND confirmed_on IS NOT NULL) AS confirmed
FROM evidence e WHERE id {_AMONG}"""

_IMPACT = f"""
SELECT i.id, s.name, i.assessed_on, i.approved_on, i.next_review, i.result, {IMPACT_OVER} AS over,
  EXISTS (SELECT 1 FROM impact_evidence x WHERE x.impact = i.key) AS written
FROM impact_assessment i JOIN ai_system s ON s.id = i.system WHERE i.id {_AMONG}"""

_ROW = f"""
SELECT w.id, f.title, w.ref, w.current, w.target, {ROW_OVER} AS over
FROM profile_row w JOIN profile f ON f.id = w.profile WHERE w.id {_AMONG}"""

_PROFILE = f"SELECT f.id, f.title, f.review_due FROM profile f WHERE f.id {_AMONG}"

_ATTESTATION = f"""
SELECT a.id, a.scope, a.signed_on, a.valid_until, a.withdrawn_on, {ATTESTATION_OVER} AS over
FROM attestation a WHERE a.id {_AMONG}"""

_CRITERIA = f"""
SELECT c.id, c.title, c.version, c.in_force_from,
  (SELECT min(n.in_force_from) FROM risk_criteria n
    WHERE n.version > c.version AND n.in_force_from <= :day) AS until
FROM risk_criteria c WHERE c.id {_AMONG}"""

_CERTIFICATION = f"""
SELECT c.id, c.decision, c.decided_on, c.scope, c.body
FROM certification_decision c WHERE c.id {_AMONG}"""

_REQUIREMENT = f"""
SELECT x.ref, {standing.STATE} AS state, count(DISTINCT x.evidence) AS evidence,
  x.confirmed_on IS NOT NULL AS confirmed
FROM evidence_tag x JOIN evidence ON key = x.evidence
WHERE x.ref {_AMONG} AND x.declined_on IS NULL AND {freshness.STANDING} AND {standing.ABOUT}
  AND {standing.STATE} IS NOT NULL
GROUP BY 1, 2, 4"""

_DECIDED = f"""
SELECT d.control, max(d.applicable) AS applicable FROM applicability d
WHERE d.control {_AMONG} AND d.decided_on <= :day AND NOT {DECISION_OVER}
  AND (:system IS NULL OR d.system IS NULL OR d.system = :system)
GROUP BY d.control"""

_OWN = f"SELECT ref, title FROM additional_control WHERE ref {_AMONG}"


def said(
    connection: sqlite3.Connection,
    met: Mapping[str, Iterable[str]],
    catalogue: Catalogue,
    given: dict[str, Any],
) -> dict[str, Said]:
    """What is said of the ids of each kind; `given` holds day, soon and system."""
    told: dict[str, Said] = {}
    refs: dict[str, str] = {}
    for kind, ids in met.items():
        if kind not in _RECORDS:
            refs |= dict.fromkeys(ids, kind)
            continue
        statement, words = _RECORDS[kind]
        for row in connection.execute(statement, {**given, "ids": json.dumps(list(ids))}):
            told[row[0]] = words(row, given["day"])
    return told | _requirements(connection, refs, catalogue, given)


def _requirements(
    connection: sqlite3.Connection,
    refs: Mapping[str, str],
    catalogue: Catalogue,
    given: dict[str, Any],
) -> dict[str, Said]:
    leaves = [ref for ref, kind in refs.items() if kind in LEAVES]
    controls = [ref for ref, kind in refs.items() if kind == "control"]
    counted: dict[str, dict[str, int]] = {}
    own: dict[str, str] = {}
    decided: dict[str, int] = {}
    if leaves:
        asked = {**given, "ids": json.dumps(leaves)}
        for ref, state, count, confirmed in connection.execute(_REQUIREMENT, asked):
            name = standing.STATES[state] if confirmed else "proposed"
            counts = counted.setdefault(ref, {})
            counts[name] = counts.get(name, 0) + count
    if controls:
        asked = {**given, "ids": json.dumps(controls)}
        own = dict(connection.execute(_OWN, asked).fetchall())
        decided = dict(connection.execute(_DECIDED, asked).fetchall())
    titles = catalogue.requirements
    actions = {one["id"]: one["rmf"] for one in catalogue.genai["actions"]} if refs else {}
    return {
        ref: trace_words.requirement(
            titles[ref].title if ref in titles else own.get(ref) or _action(ref, actions),
            kind, counted.get(ref, {}), decided.get(ref),
        )
        for ref, kind in refs.items()
    }  # fmt: skip


def _action(ref: str, actions: Mapping[str, str]) -> str:
    return f"action of NIST AI 600-1 for {actions[ref]}" if ref in actions else ""


_RECORDS: dict[str, tuple[str, Callable[[sqlite3.Row, str], Said]]] = {
    "risk": (_RISK, trace_words.risk),
    "treatment": (_TREATMENT, trace_words.treatment),
    "decision": (_DECISION, trace_words.decision),
    "statement": (_STATEMENT, trace_words.statement),
    "system": (_SYSTEM, trace_words.system),
    "evidence": (_EVIDENCE, trace_words.evidence),
    "impact": (_IMPACT, trace_words.impact),
    "profile-row": (_ROW, trace_words.row),
    "profile": (_PROFILE, trace_words.profile),
    "attestation": (_ATTESTATION, trace_words.attestation),
    "criteria": (_CRITERIA, trace_words.criteria),
    "certification": (_CERTIFICATION, trace_words.certification),
}


def parameters(day: date, soon_days: int, system: str | None) -> dict[str, Any]:
    """The parameters of `said`."""
    return standing.given(day, soon_days, system)
