"""What a trace says of each thing it meets: its title, its state on the day, and what it lacks.

One statement for each kind of thing, however many of them were met.
"""

# ruff: noqa: S608  (nothing but the SQL of this folder)

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.status import freshness, standing
from govtrack.status.trace_ties import (
    ATTESTATION_OVER,
    DECISION_OVER,
    EVIDENCE_OVER,
    IMPACT_OVER,
    RISK_OVER,
    ROW_OVER,
    STATEMENT_OVER,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue

LEAVES = frozenset({"subcategory", "clause", "control", "genai-risk"})
"""The kinds that evidence is recorded for."""

LACKS = {
    "assessment": "not assessed",
    "risk-treatment": "no {risk-treatment}",
    "control": "no control",
    "decision": "no decision on {applicability}",
    "statement": "in no approved {statement-of-applicability}",
    "evidence": "no evidence in force",
    "document": "no evidence of it",
    "impact-assessment": "no {impact-assessment}",
    "requirement": "confirmed for nothing",
}
"""Where a chain breaks; braces hold the id of a term."""


class Said(NamedTuple):
    """A thing as a trace shows it; `lacks` holds ids of `LACKS`, `over` whether its time is up."""

    title: str
    state: str
    lacks: tuple[str, ...] = ()
    over: bool = False


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
        ref: _requirement(
            titles[ref].title if ref in titles else own.get(ref) or _action(ref, actions),
            kind, counted.get(ref, {}), decided.get(ref),
        )
        for ref, kind in refs.items()
    }  # fmt: skip


def _action(ref: str, actions: Mapping[str, str]) -> str:
    return f"action of NIST AI 600-1 for {actions[ref]}" if ref in actions else ""


def _requirement(title: str, kind: str, counts: Mapping[str, int], applicable: int | None) -> Said:
    if kind not in LEAVES:
        return Said(title, "")
    best = next((name for name in standing.STATES if counts.get(name)), "none")
    state = f"evidence {standing.IN_WORDS[best]}" if best != "none" else "no evidence"
    in_force = counts.get("covered", 0) + counts.get("expiring", 0)
    if in_force:
        state += f", {in_force} in force"
    lacks = []
    if kind == "control" and applicable is None:
        lacks.append("decision")
    if kind == "control" and applicable == 0:
        state = "not applicable"
    elif not in_force:
        lacks.append("evidence")
    return Said(title, state, tuple(lacks))


def _risk(row: sqlite3.Row, day: str) -> Said:
    if row["over"]:
        return Said(row["title"], f"closed {row['closed_on']}", (), over=True)
    lacks = () if row["level"] else ("assessment",)
    if not row["decided"] and not row["acceptable"]:
        lacks = (*lacks, "risk-treatment")
    words = [*_level(row), *_acceptance(row, day)]
    if row["next_review"] and row["next_review"] < day:
        words.append(f"review overdue since {row['next_review']}")
    return Said(row["title"], ", ".join(words), lacks)


def _level(row: sqlite3.Row) -> Iterator[str]:
    """The level of the latest assessment, or what is left once all treatments are done."""
    if row["level"] is None:
        return
    if row["decided"] and not row["open"]:
        done_on, decided_on, residual = json.loads(row["last"])
        again = row["assessed_on"] >= done_on and row["assessed_on"] > decided_on
        if residual and not again:
            yield f"{residual}, treated {done_on}"
            return
    yield f"{row['level']}, assessed {row['assessed_on']}"


def _acceptance(row: sqlite3.Row, day: str) -> Iterator[str]:
    if row["accepted"]:
        on, until, level = json.loads(row["accepted"])
        if until is not None and until < day:
            yield f"acceptance ended {until}"
        else:
            yield f"{level} accepted {on}" + (f" until {until}" if until else "")
    elif row["acceptable"] and not row["decided"]:
        yield "acceptable without treatment"


def _treatment(row: sqlite3.Row, day: str) -> Said:
    lacks = () if row["controlled"] or row["option"] != "modify" else ("control",)
    if row["done_on"] is not None and row["done_on"] <= day:
        state = f"done {row['done_on']}"
    elif row["option"] == "retain":
        state = f"decided {row['decided_on']}"
    elif row["due"] is None:
        state = "open, without a date"
    else:
        state = f"overdue since {row['due']}" if row["due"] < day else f"due {row['due']}"
    return Said(f"{row['option']}: {row['what']}", state, lacks)


def _decision(row: sqlite3.Row, _: str) -> Said:
    title = f"{row['control']}{' for ' + row['slug'] if row['slug'] else ''}: {row['why']}"
    state = "not applicable"
    if row["applicable"]:
        status = {"not": "not implemented", None: "no status"}.get(row["status"], row["status"])
        state = f"applicable, {status}"
    state += f", decided {row['decided_on']}"
    if row["over"]:
        return Said(title, f"{state}, replaced", (), over=True)
    return Said(title, state, () if row["stated"] else ("statement",))


def _statement(row: sqlite3.Row, _: str) -> Said:
    over = bool(row["over"])
    state = f"approved {row['approved_on']}{', replaced' if over else ''}"
    return Said(f"Statement of Applicability, version {row['version']}", state, (), over=over)


def _system(row: sqlite3.Row, day: str) -> Said:
    state = "in scope"
    if row["in_scope_from"] is not None and row["in_scope_from"] > day:
        state = f"in scope from {row['in_scope_from']}"
    if row["in_scope_to"] is not None and row["in_scope_to"] < day:
        state = f"out of scope since {row['in_scope_to']}"
    lacks = () if row["assessed"] else ("impact-assessment",)
    return Said(f"{row['name']} ({row['slug']})", state, lacks)


def _evidence(row: sqlite3.Row, _: str) -> Said:
    status = row["status"]
    state = f"approved, {row['freshness']}" if status == "approved" else status
    lacks = () if row["confirmed"] or row["over"] else ("requirement",)
    return Said(row["title"], state, lacks, over=bool(row["over"]))


def _impact(row: sqlite3.Row, day: str) -> Said:
    title = f"Impact assessment of {row['name']}"
    if row["over"]:
        return Said(title, f"assessed {row['assessed_on']}, replaced", (), over=True)
    approved = row["approved_on"] is not None and row["approved_on"] <= day
    words = [f"approved {row['approved_on']}" if approved else f"draft of {row['assessed_on']}"]
    if row["next_review"] < day:
        words.append(f"review overdue since {row['next_review']}")
    return Said(title, ", ".join(words), () if row["written"] else ("document",))


def _row(row: sqlite3.Row, _: str) -> Said:
    now, to = row["current"] or "not set", row["target"] or "not set"
    state = f"current {now}, target {to}{', replaced' if row['over'] else ''}"
    return Said(f"{row['title']}: {row['ref']}", state, (), over=bool(row["over"]))


def _profile(row: sqlite3.Row, day: str) -> Said:
    due = row["review_due"]
    if due is None:
        return Said(row["title"], "no review planned")
    state = f"review overdue since {due}" if due < day else f"review due {due}"
    return Said(row["title"], state)


def _attestation(row: sqlite3.Row, day: str) -> Said:
    state, until = f"signed {row['signed_on']}", row["valid_until"]
    if row["over"]:
        state = f"withdrawn {row['withdrawn_on']}"
    elif until is not None:
        state += f", ended {until}" if until < day else f", valid until {until}"
    return Said(row["scope"], state, (), over=bool(row["over"]))


def _criteria(row: sqlite3.Row, day: str) -> Said:
    state = f"in force since {row['in_force_from']}"
    if row["in_force_from"] > day:
        state = f"in force from {row['in_force_from']}"
    elif row["until"] is not None:
        state = f"replaced {row['until']}"
    return Said(f"{row['title']}, version {row['version']}", state)


def _certification(row: sqlite3.Row, _: str) -> Said:
    title = f"{row['decision']}: {row['scope'] or row['body'] or 'scope not recorded'}"
    return Said(title, f"decided {row['decided_on']}")


_RECORDS: dict[str, tuple[str, Callable[[sqlite3.Row, str], Said]]] = {
    "risk": (_RISK, _risk),
    "treatment": (_TREATMENT, _treatment),
    "decision": (_DECISION, _decision),
    "statement": (_STATEMENT, _statement),
    "system": (_SYSTEM, _system),
    "evidence": (_EVIDENCE, _evidence),
    "impact": (_IMPACT, _impact),
    "profile-row": (_ROW, _row),
    "profile": (_PROFILE, _profile),
    "attestation": (_ATTESTATION, _attestation),
    "criteria": (_CRITERIA, _criteria),
    "certification": (_CERTIFICATION, _certification),
}


def parameters(day: date, soon_days: int, system: str | None) -> dict[str, Any]:
    """The parameters of `said`."""
    return standing.given(day, soon_days, system)


def in_words(lack: str, wording: Callable[[str], str]) -> str:
    """What is lacking, in the words of the organisation's primary vocabulary."""
    terms = ("risk-treatment", "applicability", "statement-of-applicability", "impact-assessment")
    text = LACKS[lack]
    for term in terms:
        if f"{{{term}}}" in text:
            text = text.replace(f"{{{term}}}", wording(term))
    return text
