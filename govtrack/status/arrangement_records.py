"""What the working papers hold on a day, counted in a few statements: for questions across them.

Risks, treatments, impact assessments, decisions on controls, profiles and the certificate, each as
counts by the requirement that they answer to.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from govtrack.status.certification import cycle_state
from govtrack.status.impact_due import due_systems

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import date

    from govtrack.cycle.knobs import Knobs
    from govtrack.status.impact_due import DueSystem

_RISKS = """
WITH open AS (
  SELECT key, id FROM risk WHERE identified_on <= :day AND (closed_on IS NULL OR closed_on > :day)),
assessed AS (
  SELECT open.key, open.id, (
    SELECT next_review FROM risk_assessment AS a WHERE a.risk = open.key AND assessed_on <= :day
    ORDER BY assessed_on DESC, position DESC LIMIT 1) AS next_review
  FROM open),
treated AS (
  SELECT risk, due, done_on FROM risk_treatment JOIN open ON open.key = risk
  WHERE decided_on <= :day)
SELECT
  (SELECT id || ' (version ' || version || ')' FROM risk_criteria WHERE in_force_from <= :day
   ORDER BY in_force_from DESC, key DESC LIMIT 1),
  (SELECT count(*) FROM open),
  (SELECT count(*) FROM assessed WHERE next_review IS NOT NULL),
  (SELECT min(id) FROM assessed WHERE next_review IS NULL),
  (SELECT count(*) FROM assessed WHERE next_review < :day),
  (SELECT min(id) FROM assessed WHERE next_review < :day),
  (SELECT count(DISTINCT risk) FROM treated),
  (SELECT min(id) FROM open WHERE key NOT IN (SELECT risk FROM treated)),
  (SELECT count(*) FROM treated WHERE done_on IS NULL OR done_on > :day),
  (SELECT count(*) FROM treated WHERE due < :day AND (done_on IS NULL OR done_on > :day)),
  (SELECT min(id) FROM open JOIN treated ON risk = key
   WHERE due < :day AND (done_on IS NULL OR done_on > :day)),
  (SELECT version FROM soa WHERE approved_on <= :day ORDER BY approved_on DESC, key DESC LIMIT 1)
"""
_SOURCES = """
SELECT ref, count(*) FROM risk_source JOIN risk ON key = risk
WHERE identified_on <= :day AND (closed_on IS NULL OR closed_on > :day) GROUP BY ref
"""
_DECISIONS = """
SELECT control, applicable, status FROM applicability AS a
WHERE system IS NULL AND decided_on <= :day AND NOT EXISTS (
  SELECT 1 FROM applicability AS later
  WHERE later.control = a.control AND later.system IS NULL AND later.decided_on <= :day
    AND (later.decided_on, later.key) > (a.decided_on, a.key))
"""
_ROWS = """
SELECT p.kind = 'generative-ai', ref, current FROM profile_row AS r JOIN profile AS p
  ON p.id = r.profile
WHERE p.kind IN ('organisation', 'generative-ai') AND set_on <= :day AND NOT EXISTS (
  SELECT 1 FROM profile_row AS later
  WHERE later.profile = r.profile AND later.ref = r.ref AND later.set_on <= :day
    AND (later.set_on, later.key) > (r.set_on, r.key))
"""
_KINDS = "SELECT id, kind FROM evidence WHERE id IN (SELECT value FROM json_each(?))"
_GENERATIVE = "SELECT slug FROM profile WHERE kind = 'generative-ai' ORDER BY key LIMIT 1"


class Risks(NamedTuple):
    """The criteria in force and the open risks; an id names the first that lacks something."""

    criteria: str | None
    open: int
    assessed: int
    not_assessed: str | None
    overdue: int
    first_overdue: str | None
    treated: int
    not_treated: str | None
    treatments_open: int
    treatments_overdue: int
    first_treatment_overdue: str | None
    soa_version: int | None


class Decided(NamedTuple):
    """What was decided of a control for the AIMS."""

    applicable: bool
    status: str | None


class Recorded(NamedTuple):
    """Everything that the rows of an arrangement ask for.

    `sources` counts open risks by the reference they were identified from; `profile` and
    `actions` hold the current state by subcategory and by action of NIST AI 600-1.
    """

    day: str
    risks: Risks
    sources: dict[str, int]
    decisions: dict[str, Decided]
    profile: dict[str, str]
    actions: dict[str, str]
    generative_profile: str | None
    systems: tuple[DueSystem, ...]
    certification: str
    kinds: dict[str, str]


def recorded(
    connection: sqlite3.Connection, knobs: Knobs, day: date, artefacts: Iterable[str] = ()
) -> Recorded:
    """What is recorded on `day`; `kinds` tells the kind of each of these artefacts."""
    given = {"day": day.isoformat()}
    rows = connection.execute(_ROWS, given).fetchall()
    slug = connection.execute(_GENERATIVE).fetchone()
    return Recorded(
        given["day"],
        Risks._make(connection.execute(_RISKS, given).fetchone()),
        {row[0]: row[1] for row in connection.execute(_SOURCES, given)},
        {row[0]: Decided(bool(row[1]), row[2]) for row in connection.execute(_DECISIONS, given)},
        {row[1]: row[2] for row in rows if row[2] and not row[0]},
        {row[1]: row[2] for row in rows if row[2] and row[0]},
        slug[0] if slug else None,
        due_systems(connection, day),
        cycle_state(connection, knobs, day).status,
        dict(connection.execute(_KINDS, [json.dumps(list(artefacts))]).fetchall()),
    )
