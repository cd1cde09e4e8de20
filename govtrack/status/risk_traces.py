"""From a risk to what is done about it: treatment, control, decision on it, evidence (6.1.3, 8.3).

A control's decision is the one that holds on the day for the risk's system: the system's own,
else the one for the AIMS. Evidence counts where its tag was confirmed and it is in force, about
that system or about none in particular.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.status import freshness, standing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.risk_rows import RiskRow

_CONTROLS = f"""
WITH asked AS MATERIALIZED (
  SELECT DISTINCT control, system FROM risk_control CROSS JOIN risk ON key = risk),
in_force AS MATERIALIZED (
  SELECT ref, key, id FROM evidence_tag CROSS JOIN evidence ON key = evidence
  WHERE ref IN (SELECT control FROM asked) AND confirmed_on IS NOT NULL AND declined_on IS NULL
    AND {freshness.STANDING} AND {standing.STATE} IN (0, 1)),
about AS MATERIALIZED (
  SELECT ref, key, id, system FROM in_force LEFT JOIN evidence_system ON evidence = key),
statement AS MATERIALIZED (
  SELECT key, id, version FROM soa WHERE approved_on <= :day ORDER BY version DESC LIMIT 1),
decided AS (
  SELECT control, system, (
    SELECT key FROM applicability AS held
    WHERE held.control = asked.control AND decided_on <= :day
      AND (held.system IS asked.system OR held.system IS NULL)
    ORDER BY held.system IS NULL, decided_on DESC, key DESC LIMIT 1) AS decision
  FROM asked)
SELECT decided.control, decided.system, held.id, held.applicable, held.status, held.why,
  (SELECT statement.id FROM statement JOIN soa_row ON soa = statement.key
   WHERE soa_row.control = decided.control AND soa_row.decision = held.id) AS soa,
  (SELECT title FROM additional_control WHERE ref = decided.control) AS own,
  (SELECT json_group_array(id) FROM (
     SELECT DISTINCT id FROM about WHERE about.ref = decided.control
       AND (decided.system IS NULL OR about.system IS NULL OR about.system = decided.system)
     ORDER BY key)) AS evidence,
  (SELECT json_group_object(id, slugs) FROM (
     SELECT about.id, replace(group_concat(DISTINCT slug), ',', ', ') AS slugs
     FROM about JOIN ai_system ON ai_system.id = about.system
     WHERE about.ref = decided.control AND decided.system IS NOT NULL
     GROUP BY about.key HAVING NOT max(about.system = decided.system)
     ORDER BY about.key)) AS elsewhere
FROM decided LEFT JOIN applicability AS held ON held.key = decision
"""  # noqa: S608  (nothing but the SQL of this folder)

NAMED = 3
"""How many artefacts about other systems are named."""


class Control(NamedTuple):
    """A control as it stands for a system: what was decided, in which statement, with what shown.

    `own` says that it is an additional control of the organisation, to which evidence is not
    tagged; `soa` is the statement's id where its version in force holds the decision. `elsewhere`
    is evidence in force that is about other systems only, by id with their names.
    """

    ref: str
    title: str
    own: bool
    decision: str | None
    applicable: bool | None
    status: str | None
    why: str | None
    soa: str | None
    evidence: tuple[str, ...]
    elsewhere: Mapping[str, str]


class Trace(NamedTuple):
    """One line from a risk to a control; `control` is None for a treatment without one."""

    risk: str
    treatment: int
    option: str
    what: str
    done_on: str | None
    control: Control | None


def traces(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    day: date,
    soon_days: int,
    risks: Iterable[RiskRow],
) -> list[Trace]:
    """A line for each control of each treatment of `risks` (read with their steps)."""
    found: dict[tuple[str, str | None], Control] = {}
    for row in connection.execute(_CONTROLS, standing.given(day, soon_days, None)):
        found[row[0], row[1]] = _control(row, catalogue)
    return [line for risk in risks for line in _of(risk, found)]


def only_elsewhere(control: Control, slug: str | None) -> str | None:
    """`none for triage; EV-2025-0018 is about forecast`; None where there is evidence, or none."""
    if control.evidence or not control.elsewhere:
        return None
    named = [f"{one} is about {systems}" for one, systems in control.elsewhere.items()]
    more = f"; {len(named) - NAMED} more are about others" if len(named) > NAMED else ""
    return f"none for {slug}; {'; '.join(named[:NAMED])}{more}"


def _of(risk: RiskRow, found: dict[tuple[str, str | None], Control]) -> Iterator[Trace]:
    for one in risk.treated:
        head = (risk.id, one["number"], one["option"], one["what"], one["done_on"])
        if not one["controls"]:
            yield Trace(*head, None)
        for ref in one["controls"]:
            yield Trace(*head, found[ref, risk.system])


def _control(row: Any, catalogue: Catalogue) -> Control:  # noqa: ANN401  (a row of SQLite)
    requirement = catalogue.requirements.get(row["control"])
    return Control(
        ref=row["control"],
        title=row["own"] or (requirement.title if requirement else row["control"]),
        own=row["own"] is not None,
        decision=row["id"],
        applicable=None if row["applicable"] is None else bool(row["applicable"]),
        status=row["status"],
        why=row["why"],
        soa=row["soa"],
        evidence=tuple(json.loads(row["evidence"])),
        elsewhere=json.loads(row["elsewhere"]),
    )
