"""Risks as they stand on a day, by one statement: level, status, flags (8.2, 8.3; MEASURE 3.1).

Level: that of the latest assessment; once every treatment decided by the day is done, what the
treatment done last left of the risk, unless it was assessed again since. To retain a risk there
is nothing to do beyond deciding it.

Status: closed, in-treatment (a treatment is not done), accepted (an acceptance of that level or a
higher one is in force), treated, assessed, identified. Nothing of this is stored.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.errors import closest, not_one_of, refuse, visible
from govtrack.register.nouns import NOUNS, id_of, key_of, reads_as_id
from govtrack.status.criteria import IN_FORCE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import date

STATUSES = ("identified", "assessed", "in-treatment", "treated", "accepted", "closed")
FLAGS = {
    "above_acceptable": "above acceptable level",
    "review_overdue": "review overdue",
    "treatment_overdue": "treatment overdue",
    "acceptance_lapsed": "acceptance lapsed",
    "older_criteria": "assessed by older criteria",
}
"""What may be said of a risk beside its status, and how it is put."""

# the last of several rows is the one with the greatest day and position: SQLite fills the other
# columns of a lone max() from the row that has it
_STANDING = f"""
WITH in_force AS MATERIALIZED ({IN_FORCE}),
ranks AS MATERIALIZED (
  SELECT word, position FROM risk_level WHERE criteria = (SELECT key FROM in_force)),
acceptable AS MATERIALIZED (
  SELECT impact_level, position FROM risk_acceptable JOIN ranks ON word = level
  WHERE criteria = (SELECT key FROM in_force)),
assessed AS MATERIALIZED (
  SELECT risk, count(*) AS assessments, assessed_on, assessed_by, likelihood, consequence,
    level, criteria, why, next_review, max(assessed_on || printf('%09d', position))
  FROM risk_assessment WHERE assessed_on <= :day {{among}} GROUP BY risk),
treatment AS MATERIALIZED (
  SELECT risk, position, decided_on, due, residual_level, residual_likelihood,
    residual_consequence,
    CASE WHEN coalesce(done_on, iif(option = 'retain', decided_on, NULL)) <= :day
      THEN coalesce(done_on, decided_on) END AS ended
  FROM risk_treatment WHERE decided_on <= :day {{among}}),
treated AS MATERIALIZED (
  SELECT risk, count(*) AS treatments, sum(ended IS NULL) AS open,
    min(iif(ended IS NULL, due, NULL)) AS due
  FROM treatment GROUP BY risk),
ended AS MATERIALIZED (
  SELECT risk, ended, decided_on, residual_level, residual_likelihood, residual_consequence,
    max(ended || printf('%09d', position))
  FROM treatment WHERE ended IS NOT NULL GROUP BY risk),
accepted AS MATERIALIZED (
  SELECT risk, accepted_by, accepted_on, level, until,
    max(accepted_on || printf('%09d', position))
  FROM risk_acceptance WHERE accepted_on <= :day {{among}} GROUP BY risk),
levelled AS (
  SELECT risk.*, assessments, assessed_on, assessed_by, likelihood,
    assessed.consequence AS consequence_rating, assessed.level AS assessed_level,
    assessed.criteria AS assessed_criteria, assessed.why, next_review,
    coalesce(treatments, 0) AS treatments, coalesce(open, 0) AS open, due,
    residual_likelihood, residual_consequence, residual_level,
    accepted_by, accepted_on, accepted.level AS accepted_level, until AS accepted_until,
    CASE WHEN treatments > 0 AND open = 0 AND residual_level IS NOT NULL
        AND (assessed_on < ended.ended OR assessed_on <= ended.decided_on)
      THEN residual_level ELSE assessed.level END AS level,
    coalesce((SELECT min(position) FROM acceptable JOIN risk_affected USING (impact_level)
              WHERE risk_affected.risk = risk.key),
             (SELECT min(position) FROM acceptable)) AS acceptable_rank
  FROM risk
  LEFT JOIN assessed ON assessed.risk = risk.key
  LEFT JOIN treated ON treated.risk = risk.key
  LEFT JOIN ended ON ended.risk = risk.key
  LEFT JOIN accepted ON accepted.risk = risk.key
  WHERE identified_on <= :day {{only}}),
ranked AS (
  SELECT levelled.*, ranks.position AS rank,
    (SELECT word FROM ranks WHERE position = acceptable_rank) AS acceptable,
    coalesce(accepted_until < :day, 0) AS lapsed,
    coalesce(accepted_until >= :day OR accepted_until IS NULL AND accepted_on IS NOT NULL, 0)
      AND coalesce(accepted_level = level OR ranks.position
        <= (SELECT position FROM ranks WHERE word = accepted_level), 0) AS covered
  FROM levelled LEFT JOIN ranks ON ranks.word = level),
standing AS (
  SELECT ranked.*, closed_on <= :day AS is_closed,
    CASE WHEN closed_on <= :day THEN 'closed'
      WHEN open > 0 THEN 'in-treatment'
      WHEN covered THEN 'accepted'
      WHEN treatments > 0 THEN 'treated'
      WHEN assessed_on IS NOT NULL THEN 'assessed'
      ELSE 'identified' END AS status
  FROM ranked),
flagged AS (
  SELECT standing.*,
    is_closed IS NOT 1 AND coalesce(rank > acceptable_rank, 0) AS above_acceptable,
    is_closed IS NOT 1 AND coalesce(next_review < :day, 0) AS review_overdue,
    is_closed IS NOT 1 AND coalesce(due < :day, 0) AS treatment_overdue,
    is_closed IS NOT 1 AND lapsed AS acceptance_lapsed,
    is_closed IS NOT 1 AND assessed_on IS NOT NULL AND assessed_criteria
      IS NOT (SELECT id FROM risk_criteria WHERE key = (SELECT key FROM in_force))
      AS older_criteria
  FROM standing)
SELECT flagged.id, title, system, slug, name AS system_name, cause, event, consequence,
  flagged.owner, reference, identified_on,
  iif(is_closed, closed_on, NULL) AS closed_on, iif(is_closed, closed_why, NULL) AS closed_why,
  flagged.recorded_on, status, level, rank, acceptable, acceptable_rank,
  likelihood, consequence_rating, assessed_level, assessed_on, assessed_by, assessed_criteria,
  why, next_review, coalesce(assessments, 0) AS assessments, treatments, open, due,
  residual_likelihood, residual_consequence, residual_level,
  accepted_by, accepted_on, accepted_level, accepted_until, covered,
  above_acceptable, review_overdue, treatment_overdue, acceptance_lapsed, older_criteria,
  '[' || (SELECT json_group_array(ref) FROM (SELECT ref FROM risk_source
     WHERE risk = flagged.key ORDER BY ref))
  || ',' || (SELECT json_group_array(impact_level) FROM (SELECT impact_level FROM risk_affected
     WHERE risk = flagged.key ORDER BY impact_level))
  {{more}} || ']' AS lists
FROM flagged LEFT JOIN ai_system ON ai_system.id = system
WHERE (:level IS NULL OR level = :level)
  AND (:status IS NULL OR status = :status)
  AND (NOT :open OR is_closed IS NOT 1)
  AND (NOT :overdue OR review_overdue OR treatment_overdue OR acceptance_lapsed)
ORDER BY flagged.key
"""  # noqa: S608  (nothing but the SQL of this folder)

_ONLY = {"key": "risk.key = :key", "system": "risk.system = :system"}

_STEPS = """
  || ',' || (SELECT json_group_array(json_object(
      'assessed_on', assessed_on, 'assessed_by', assessed_by, 'likelihood', likelihood,
      'consequence', consequence, 'level', level, 'rank', rank, 'of', of, 'criteria', criteria,
      'why', why, 'next_review', next_review, 'recorded_on', recorded_on))
   FROM (SELECT a.*,
       (SELECT l.position FROM risk_level AS l JOIN risk_criteria AS c ON c.key = l.criteria
        WHERE c.id = a.criteria AND l.word = a.level) AS rank,
       (SELECT count(*) FROM risk_level AS l JOIN risk_criteria AS c ON c.key = l.criteria
        WHERE c.id = a.criteria) AS of
     FROM risk_assessment AS a WHERE risk = flagged.key AND assessed_on <= :day
     ORDER BY assessed_on, position))
  || ',' || (SELECT json_group_array(json_object(
      'number', position, 'option', option, 'what', what, 'owner', owner,
      'decided_on', decided_on, 'due', due, 'first_due', first_due, 'done_on', done_on,
      'residual_likelihood', residual_likelihood, 'residual_consequence', residual_consequence,
      'residual_level', residual_level, 'recorded_on', recorded_on, 'controls', json(controls)))
   FROM (SELECT t.position, t.option, t.what, t.owner, t.decided_on, t.due, t.first_due,
       iif(t.done_on <= :day, t.done_on, NULL) AS done_on, t.residual_likelihood,
       t.residual_consequence, t.residual_level, t.recorded_on,
       (SELECT json_group_array(control) FROM (SELECT control FROM risk_control
        WHERE risk = t.risk AND treatment = t.position ORDER BY control)) AS controls
     FROM risk_treatment AS t WHERE risk = flagged.key AND decided_on <= :day
     ORDER BY decided_on, position))
  || ',' || (SELECT json_group_array(json_object(
      'accepted_by', accepted_by, 'accepted_on', accepted_on, 'level', level, 'until', until,
      'why', why, 'recorded_on', recorded_on))
   FROM (SELECT * FROM risk_acceptance WHERE risk = flagged.key AND accepted_on <= :day
     ORDER BY accepted_on, position))
"""
"""Every statement about the risk by the day, in the order of days."""

_LISTS = ("sources", "affected", "assessed", "treated", "accepted")


class RiskRow(NamedTuple):
    """One risk on a day. `steps` holds its assessments, treatments and acceptances, if asked for.

    `rank` and `acceptable_rank` count levels of the criteria in force from 1, the lowest.
    """

    id: str
    title: str
    system: str | None
    slug: str | None
    system_name: str | None
    cause: str
    event: str
    consequence: str
    owner: str | None
    reference: str | None
    identified_on: str
    closed_on: str | None
    closed_why: str | None
    recorded_on: str
    status: str
    level: str | None
    rank: int | None
    acceptable: str | None
    acceptable_rank: int | None
    likelihood: str | None
    consequence_rating: str | None
    assessed_level: str | None
    assessed_on: str | None
    assessed_by: str | None
    assessed_criteria: str | None
    why: str | None
    next_review: str | None
    assessments: int
    treatments: int
    open: int
    due: str | None
    residual_likelihood: str | None
    residual_consequence: str | None
    residual_level: str | None
    accepted_by: str | None
    accepted_on: str | None
    accepted_level: str | None
    accepted_until: str | None
    covered: int
    above_acceptable: int
    review_overdue: int
    treatment_overdue: int
    acceptance_lapsed: int
    older_criteria: int
    sources: Sequence[str]
    affected: Sequence[str]
    assessed: Sequence[dict[str, Any]] = ()
    treated: Sequence[dict[str, Any]] = ()
    accepted: Sequence[dict[str, Any]] = ()

    @property
    def flags(self) -> tuple[str, ...]:
        """The names in `FLAGS` of what is so."""
        return tuple(name for name in FLAGS if getattr(self, name))

    @property
    def left_by_treatment(self) -> bool:
        """Whether it stands at what its treatments left, not where it was assessed last."""
        return self.level != self.assessed_level

    @property
    def acceptance(self) -> str:
        """In words: who accepted it and when; and where that does not hold of it as it stands."""
        if self.accepted_on is None:
            return "not accepted"
        who = f"at {self.accepted_level} by {self.accepted_by} on {self.accepted_on}"
        if self.acceptance_lapsed:
            return f"acceptance lapsed {self.accepted_until}: {who}"
        until = f" until {self.accepted_until}" if self.accepted_until else ""
        if self.covered or self.closed_on:
            return f"accepted {who}{until}"
        level = self.level or "not assessed"
        return f"accepted {who}{until}, which does not cover the present level, {level}"


class Wanted(NamedTuple):
    """Which risks are asked for; None and False ask for all. `system` is an id."""

    system: str | None = None
    level: str | None = None
    status: str | None = None
    open: bool = False
    overdue: bool = False


def standing(
    connection: sqlite3.Connection,
    day: date,
    wanted: Wanted | None = None,
    *,
    key: int | None = None,
    steps: bool = False,
) -> list[RiskRow]:
    """The risks that were identified by the day, in the order of ids; with `key` that one."""
    given = {"day": day.isoformat(), "key": key, **(wanted or Wanted())._asdict()}
    narrowed = [condition for name, condition in _ONLY.items() if given[name] is not None]
    only = "".join(f" AND {condition}" for condition in narrowed)
    statement = _STANDING.format(
        more=_STEPS if steps else "",
        only=only,
        among=f"AND risk IN (SELECT key FROM risk WHERE TRUE{only})" if narrowed else "",  # noqa: S608
    )
    rows = connection.execute(statement, given)
    return [_row(row) for row in rows]


def named(connection: sqlite3.Connection, which: str, field: str = "RISK") -> int:
    """The key of the risk with that id, else with that reference of the organisation's own."""
    name = which.strip()
    if name and not reads_as_id(name):
        own = connection.execute("SELECT key FROM risk WHERE reference = ?", [name]).fetchone()
        if own:
            return int(own[0])
    key = key_of(which, NOUNS["risk"], field=field)
    if connection.execute("SELECT 1 FROM risk WHERE key = ?", [key]).fetchone() is None:
        identifier = id_of(NOUNS["risk"], key)
        message = f"there is no {visible(identifier)} in this register"
        raise refuse(message, field=field, nearest=closest(identifier, known_ids(connection)))
    return key


def known_level(connection: sqlite3.Connection, level: str, field: str = "--level") -> None:
    """Refuse a level that no version of the criteria has, with the nearest."""
    rows = connection.execute("SELECT DISTINCT word FROM risk_level ORDER BY criteria, position")
    known = list(dict.fromkeys(word for (word,) in rows))
    if level not in known:
        if not known:
            raise refuse("no AI risk criteria are adopted: there are no levels yet", field=field)
        raise refuse(not_one_of(level, known), field=field, nearest=closest(level, known))


def known_ids(connection: sqlite3.Connection) -> list[str]:
    """Ids of risks, newest first."""
    rows = connection.execute("SELECT id FROM risk ORDER BY key DESC LIMIT 1000")
    return [row[0] for row in rows]


def as_json(one: RiskRow) -> dict[str, Any]:
    """A risk as it stands in JSON answers; flags and lists as lists."""
    without = {*_LISTS, *FLAGS, "covered", "rank", "acceptable_rank", "treatments", "assessments"}
    found = {name: value for name, value in one._asdict().items() if name not in without}
    return {
        **found,
        "flags": list(one.flags),
        "sources": list(one.sources),
        "affected": list(one.affected),
        "assessments": one.assessments,
        "treatments": one.treatments,
    }


def whole(one: RiskRow) -> dict[str, Any]:
    """A risk as it stands, with every assessment, treatment and acceptance."""
    return {
        **as_json(one),
        "assessed": list(one.assessed),
        "treated": list(one.treated),
        "accepted": list(one.accepted),
    }


def _row(row: sqlite3.Row) -> RiskRow:
    *values, lists = row  # all lists as one JSON text: to read five costs more than the statement
    return RiskRow(*values, *json.loads(lists))
