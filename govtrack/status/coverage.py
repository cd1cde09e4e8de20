"""Coverage: which requirements have evidence in force on a day, counted by one statement."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.status import freshness, standing
from govtrack.status.documented import documented
from govtrack.status.served import served
from govtrack.status.standing import STATES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue, Framework, Requirement
    from govtrack.status.documented import Documented
    from govtrack.status.served import Served

SHOWN = 5
"""How many pieces of evidence are named for a requirement; all are counted."""

# an artefact may have a requirement confirmed on one word and proposed on another: its last
# column counts every artefact once, so that what is merely proposed is the difference
_COUNTS = f"""
WITH standing AS MATERIALIZED (
  SELECT key, {standing.STATE} AS state FROM evidence
  WHERE {freshness.STANDING} AND {standing.ABOUT}),
tagged AS (
  SELECT ref, evidence, confirmed_on IS NOT NULL AS confirmed, state
  FROM evidence_tag CROSS JOIN standing ON key = evidence
  WHERE declined_on IS NULL AND state IS NOT NULL),
served AS MATERIALIZED (
  SELECT EXISTS (SELECT 1 FROM evidence_tag WHERE evidence = key AND framework = 'rmf'
                 AND confirmed_on IS NOT NULL) AS rmf,
         EXISTS (SELECT 1 FROM evidence_tag WHERE evidence = key AND framework = 'iso'
                 AND confirmed_on IS NOT NULL) AS iso
  FROM standing WHERE state < 2)
SELECT ref, count(DISTINCT evidence) FILTER (WHERE confirmed AND state = 0),
  count(DISTINCT evidence) FILTER (WHERE confirmed AND state = 1),
  count(DISTINCT evidence) FILTER (WHERE confirmed AND state = 2),
  count(DISTINCT evidence) FILTER (WHERE confirmed AND state = 3),
  count(DISTINCT evidence)
FROM tagged GROUP BY ref
UNION ALL
SELECT NULL, sum(rmf AND iso), sum(rmf AND NOT iso), sum(iso AND NOT rmf),
  sum(NOT rmf AND NOT iso), count(*) FROM served
"""  # noqa: S608  (nothing but the SQL of this folder)

_NAMED = f"""
SELECT json_extract(asked.value, '$[0]'), (
  SELECT json_array(json_group_array(id), json_group_array(id) FILTER (WHERE purged)) FROM (
    SELECT DISTINCT id, {freshness.PURGED} AS purged
    FROM evidence_tag CROSS JOIN evidence ON key = evidence
    WHERE ref = json_extract(asked.value, '$[0]') AND declined_on IS NULL
      AND (json_extract(asked.value, '$[1]') = 4
           AND confirmed_on IS NULL AND {standing.STATE} IS NOT NULL
        OR confirmed_on IS NOT NULL AND {standing.STATE} = json_extract(asked.value, '$[1]'))
      AND {freshness.STANDING} AND {standing.ABOUT}
    ORDER BY evidence DESC LIMIT {SHOWN}))
FROM json_each(:asked) AS asked
"""  # noqa: S608


class Covered(NamedTuple):
    """A requirement's state, how much evidence there is in each, and the newest of the best.

    `purged` are those of `evidence` whose bytes were removed under a retention rule.
    """

    requirement: Requirement
    state: str
    counts: Mapping[str, int]
    evidence: tuple[str, ...]
    purged: tuple[str, ...] = ()


class Total(NamedTuple):
    """A function, category, clause or objective: how many of its leaves are in each state."""

    requirement: Requirement
    leaves: int
    counts: Mapping[str, int]


class Coverage(NamedTuple):
    """The answer: every leaf asked for, the totals above them, and what artefacts serve."""

    day: str
    leaves: tuple[Covered, ...]
    totals: tuple[Total, ...]
    served: Served
    documented: tuple[Documented, ...]


def coverage(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    day: date,
    soon_days: int = freshness.SOON_DAYS,
    *,
    framework: Framework | None = None,
    system: str | None = None,
) -> Coverage:
    """Coverage of one framework or all on `day`; with `system` (an id) of that system.

    `documented` holds every clause that asks for documented information.
    """
    given = standing.given(day, soon_days, system)
    *rows, totals = connection.execute(_COUNTS, given).fetchall()
    counts = {row[0]: (*row[1:5], row[5] - sum(row[1:5])) for row in rows}
    wanted = standing.asked(connection, catalogue, framework)
    states = {one.ref: _best(counts.get(one.ref, ())) for one in wanted}
    named = _named(connection, states, given)
    leaves = tuple(
        Covered(
            one,
            STATES[states[one.ref]],
            dict(zip(STATES, counts.get(one.ref, (0,) * 5), strict=False)),
            *named.get(one.ref, ((), ())),
        )
        for one in wanted
    )
    both, rmf_only, iso_only, neither = (int(count or 0) for count in totals[1:5])
    return Coverage(
        day.isoformat(),
        leaves,
        _totals(catalogue, leaves),
        served(connection, (both, rmf_only, iso_only, neither), given),
        documented(connection, catalogue, ((one[0], one[1]) for one in leaves), given),
    )


def statement(day: date, soon_days: int = freshness.SOON_DAYS) -> tuple[str, dict[str, Any]]:
    """The one statement that counts, with its parameters: what coverage cannot cost less than."""
    return _COUNTS, standing.given(day, soon_days, None)


def tally(leaves: Iterable[Covered]) -> dict[str, int]:
    """How many requirements are in each state."""
    counts = dict.fromkeys(STATES, 0)
    for one in leaves:
        counts[one.state] += 1
    return counts


def as_json(
    found: Coverage,
    framework: str | None = None,
    system: str | None = None,
    recorded_by: date | None = None,
) -> dict[str, Any]:
    """Coverage as the `govtrack.coverage/1` document, with what was asked for."""
    return {
        "format": "govtrack.coverage/1",
        "as_of": found.day,
        "recorded_by": recorded_by and recorded_by.isoformat(),
        "framework": framework,
        "system": system,
        "requirements": [
            {
                "ref": one.requirement.ref,
                "framework": one.requirement.framework,
                "title": one.requirement.title,
                "state": one.state,
                "counts": {name: one.counts[name] for name in STATES[:-1]},
                "evidence": list(one.evidence),
                "purged": list(one.purged),
            }
            for one in found.leaves
        ],
        "totals": [
            {
                "ref": one.requirement.ref,
                "level": one.requirement.level,
                "leaves": one.leaves,
                "counts": dict(one.counts),
            }
            for one in found.totals
        ],
        "artefacts": {
            "both": found.served.both,
            "rmf_only": found.served.rmf_only,
            "iso_only": found.served.iso_only,
            "neither": found.served.neither,
            "rmf_only_ids": list(found.served.rmf_ids),
            "iso_only_ids": list(found.served.iso_ids),
            "neither_ids": list(found.served.neither_ids),
        },
        "documented_information": [
            {
                "ref": one.requirement.ref,
                "what": one.what,
                "strength": "explicit" if one.explicit else "rules",
                "state": one.state,
                "recorded": one.recorded,
                "kinds": list(one.kinds),
                "missing_kinds": list(one.missing),
            }
            for one in found.documented
        ],
    }


def _best(counts: tuple[int, ...]) -> int:
    """The index of the first state that anything stands in."""
    return next((index for index, count in enumerate(counts) if count), len(STATES) - 1)


def _named(
    connection: sqlite3.Connection, states: Mapping[str, int], given: Mapping[str, Any]
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """By reference: the evidence named for it, and what of that was purged."""
    asked = [[ref, state] for ref, state in states.items() if state < len(STATES) - 1]
    rows = connection.execute(_NAMED, {**given, "asked": json.dumps(asked)})
    lists = ((ref, json.loads(both)) for ref, both in rows)
    return {ref: (tuple(ids), tuple(purged)) for ref, (ids, purged) in lists}


def _totals(catalogue: Catalogue, leaves: Iterable[Covered]) -> tuple[Total, ...]:
    counts: dict[str, dict[str, int]] = {}
    for one in leaves:
        for above in catalogue.above(one.requirement.ref):
            counts.setdefault(above.ref, dict.fromkeys(STATES, 0))[one.state] += 1
    return tuple(
        Total(one, sum(counts[one.ref].values()), counts[one.ref])
        for one in catalogue.requirements.values()
        if one.ref in counts
    )
