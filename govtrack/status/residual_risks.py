"""Risks left on a day, for whoever relies on what is declared (MANAGE 1.4; 6.1.3, 8.3).

Open risks whose level is above what the criteria accept, or that nobody assessed, and those whose
residual level somebody accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3

# the level of a risk is that of its latest assessment, or what the treatments done since then left
_RESIDUAL = """
WITH open AS (
  SELECT key, id, title FROM risk
  WHERE identified_on <= :day AND (closed_on IS NULL OR closed_on > :day)
    AND (:system IS NULL OR system IS NULL OR system = :system)),
assessed AS (
  SELECT risk, level, criteria, assessed_on FROM risk_assessment AS one
  WHERE assessed_on <= :day AND NOT EXISTS (
    SELECT 1 FROM risk_assessment AS later WHERE later.risk = one.risk
      AND later.assessed_on <= :day
      AND (later.assessed_on, later.position) > (one.assessed_on, one.position))),
treated AS (
  SELECT one.risk, residual_level AS level, one.criteria FROM risk_treatment AS one
  JOIN assessed ON assessed.risk = one.risk
  WHERE residual_level IS NOT NULL AND done_on BETWEEN assessed_on AND :day AND NOT EXISTS (
    SELECT 1 FROM risk_treatment AS later WHERE later.risk = one.risk
      AND later.residual_level IS NOT NULL AND later.done_on BETWEEN assessed_on AND :day
      AND (later.done_on, later.position) > (one.done_on, one.position))),
accepted AS (
  SELECT risk, accepted_by, accepted_on, level, until FROM risk_acceptance AS one
  WHERE accepted_on <= :day AND (until IS NULL OR until >= :day) AND NOT EXISTS (
    SELECT 1 FROM risk_acceptance AS later WHERE later.risk = one.risk
      AND later.accepted_on <= :day
      AND (later.accepted_on, later.position) > (one.accepted_on, one.position))),
standing AS (
  SELECT open.*, coalesce(treated.level, assessed.level) AS level, assessed_on,
    coalesce(treated.criteria, assessed.criteria) AS criteria
  FROM open LEFT JOIN assessed ON assessed.risk = open.key
  LEFT JOIN treated ON treated.risk = open.key)
SELECT standing.id, standing.title, standing.level, assessed_on,
  (SELECT position FROM risk_level WHERE criteria = risk_criteria.key AND word = standing.level) > (
   SELECT min(position) FROM risk_acceptable
   JOIN risk_level ON risk_level.criteria = risk_acceptable.criteria
     AND risk_level.word = risk_acceptable.level
   WHERE risk_acceptable.criteria = risk_criteria.key AND (
     impact_level IN (SELECT impact_level FROM risk_affected WHERE risk = standing.key)
     OR NOT EXISTS (SELECT 1 FROM risk_affected WHERE risk = standing.key))) AS above,
  accepted_by, accepted_on, accepted.level, until
FROM standing LEFT JOIN risk_criteria ON risk_criteria.id = standing.criteria
LEFT JOIN accepted ON accepted.risk = standing.key
ORDER BY standing.key
"""


class Residual(NamedTuple):
    """An open risk that is not assessed, above acceptance, or accepted by somebody.

    `level` is that of the latest assessment or what treatment left since; `above` whether the
    criteria ask for more than that.
    """

    id: str
    title: str
    level: str | None
    assessed_on: str | None
    above: bool
    accepted_by: str | None
    accepted_on: str | None
    accepted_level: str | None
    until: str | None


def residual(connection: sqlite3.Connection, day: str, system: str | None) -> tuple[Residual, ...]:
    """What is left on the day: of a system with what concerns none in particular, or of all."""
    rows = connection.execute(_RESIDUAL, {"day": day, "system": system})
    found = (Residual._make(row)._replace(above=bool(row[4])) for row in rows)
    return tuple(one for one in found if one.level is None or one.above or one.accepted_by)
