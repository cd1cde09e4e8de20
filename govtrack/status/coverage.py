"""Coverage: which requirements have evidence in force on a day, and what one artefact serves.

Only confirmed tags count; proposed ones are shown apart (design law 6). Evidence that was
superseded or withdrawn by the day covers nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.status import freshness

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue, Framework, Requirement

STATES = ("covered", "expiring", "stale", "draft", "proposed", "none")
"""The best that stands for a requirement, best first.

covered: confirmed evidence in force; expiring: the same, but all of it ends soon; stale: confirmed
evidence that lapsed or whose review is overdue; draft: confirmed evidence nobody approved yet;
proposed: tags nobody confirmed yet; none: nothing.
"""

IN_WORDS = {
    "covered": "covered",
    "expiring": "expiring",
    "stale": "stale",
    "draft": "draft only",
    "proposed": "proposed only",
    "none": "none",
}
SHOWN = 5
"""How many pieces of evidence are named for a requirement; all are counted."""

_STATE = """CASE
  WHEN withdrawn_on <= :day OR superseded_on <= :day THEN NULL
  WHEN approved_on IS NULL OR approved_on > :day THEN 3
  WHEN valid_until < :day OR review_due < :day THEN 2
  WHEN valid_until <= :soon OR review_due <= :soon THEN 1
  ELSE 0 END"""
"""What an artefact gives to the requirements it is confirmed for: an index into `STATES`."""

_ABOUT = """(:system IS NULL
  OR key IN (SELECT evidence FROM evidence_system WHERE system = :system)
  OR key NOT IN (SELECT evidence FROM evidence_system))"""
"""About the system asked for, or about none in particular (a policy holds for every system)."""

_COUNTS = f"""
WITH standing AS MATERIALIZED (
  SELECT key, {_STATE} AS state FROM evidence
  WHERE {freshness.STANDING} AND {_ABOUT}),
tagged AS (
  SELECT ref, evidence, confirmed_on IS NOT NULL AS confirmed, state
  FROM evidence_tag CROSS JOIN standing ON key = evidence
  WHERE declined_on IS NULL AND state IS NOT NULL),
served AS (
  SELECT EXISTS (SELECT 1 FROM evidence_tag WHERE evidence = key AND framework = 'rmf'
                 AND confirmed_on IS NOT NULL) AS rmf,
         EXISTS (SELECT 1 FROM evidence_tag WHERE evidence = key AND framework = 'iso'
                 AND confirmed_on IS NOT NULL) AS iso
  FROM standing WHERE state < 2)
SELECT ref, count(DISTINCT evidence) FILTER (WHERE confirmed AND state = 0),
  count(DISTINCT evidence) FILTER (WHERE confirmed AND state = 1),
  count(DISTINCT evidence) FILTER (WHERE confirmed AND state = 2),
  count(DISTINCT evidence) FILTER (WHERE confirmed AND state = 3),
  count(DISTINCT evidence) FILTER (WHERE NOT confirmed)
FROM tagged GROUP BY ref
UNION ALL
SELECT NULL, sum(rmf AND iso), sum(rmf AND NOT iso), sum(iso AND NOT rmf),
  sum(NOT rmf AND NOT iso), count(*) FROM served
"""  # noqa: S608  (nothing but this module's SQL)

_NAMED = f"""
SELECT json_extract(asked.value, '$[0]'), (
  SELECT json_group_array(id) FROM (
    SELECT DISTINCT id FROM evidence_tag CROSS JOIN evidence ON key = evidence
    WHERE ref = json_extract(asked.value, '$[0]') AND declined_on IS NULL
      AND (json_extract(asked.value, '$[1]') = 4
           AND confirmed_on IS NULL AND {_STATE} IS NOT NULL
        OR confirmed_on IS NOT NULL AND {_STATE} = json_extract(asked.value, '$[1]'))
      AND {freshness.STANDING} AND {_ABOUT}
    ORDER BY evidence DESC LIMIT {SHOWN}))
FROM json_each(:asked) AS asked
"""  # noqa: S608

_GAPS = f"""
SELECT value FROM json_each(:asked) WHERE NOT EXISTS (
  SELECT 1 FROM evidence_tag CROSS JOIN evidence ON key = evidence
  WHERE ref = value AND confirmed_on IS NOT NULL AND declined_on IS NULL
    AND {_STATE} < 2 AND {freshness.STANDING} AND {_ABOUT})
"""  # noqa: S608

_ONE_SIDE = f"""
SELECT id, rmf, iso FROM (
  SELECT id, EXISTS (SELECT 1 FROM evidence_tag WHERE evidence = key AND framework = 'rmf'
                     AND confirmed_on IS NOT NULL) AS rmf,
         EXISTS (SELECT 1 FROM evidence_tag WHERE evidence = key AND framework = 'iso'
                 AND confirmed_on IS NOT NULL) AS iso
  FROM evidence WHERE {freshness.STANDING} AND {_ABOUT} AND {_STATE} < 2)
WHERE rmf + iso < 2 ORDER BY id LIMIT 100
"""  # noqa: S608

_PAIRS = f"""
SELECT evidence, group_concat(ref, char(10)) FROM evidence_tag CROSS JOIN evidence ON key = evidence
WHERE confirmed_on IS NOT NULL AND declined_on IS NULL AND {_STATE} < 2
  AND {freshness.STANDING} AND {_ABOUT} GROUP BY evidence
"""  # noqa: S608


class Covered(NamedTuple):
    """A requirement's state, how much evidence there is in each, and the newest of the best."""

    requirement: Requirement
    state: str
    counts: Mapping[str, int]
    evidence: tuple[str, ...]


class Served(NamedTuple):
    """How many artefacts in force serve both frameworks, one of them, or neither yet.

    `rmf_ids`, `iso_ids` and `neither_ids` name the first hundred that do not serve both.
    """

    both: int
    rmf_only: int
    iso_only: int
    neither: int
    rmf_ids: tuple[str, ...] = ()
    iso_ids: tuple[str, ...] = ()
    neither_ids: tuple[str, ...] = ()


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
    undocumented: tuple[Covered, ...]


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

    `undocumented` are the clauses and controls that ask for documented information of which
    nothing stands confirmed.
    """
    given = _given(day, soon_days, system)
    *rows, served = connection.execute(_COUNTS, given).fetchall()
    counts = {row[0]: tuple(row[1:]) for row in rows}
    wanted = [
        one
        for one in catalogue.requirements.values()
        if one.leaf and framework in {None, one.framework}
    ]
    states = {one.ref: _best(counts.get(one.ref)) for one in wanted}
    named = _named(connection, states, given)
    leaves = tuple(
        Covered(
            one,
            STATES[states[one.ref]],
            dict(zip(STATES, counts.get(one.ref, (0,) * 5), strict=False)),
            named.get(one.ref, ()),
        )
        for one in wanted
    )
    undocumented = tuple(
        one
        for one in leaves
        if one.requirement.documented_information and one.state in {"proposed", "none"}
    )
    return Coverage(
        day.isoformat(),
        leaves,
        _totals(catalogue, leaves),
        _served(connection, served, given),
        undocumented,
    )


def statement(day: date, soon_days: int = freshness.SOON_DAYS) -> tuple[str, dict[str, Any]]:
    """The one statement that counts, with its parameters: what coverage cannot cost less than."""
    return _COUNTS, _given(day, soon_days, None)


def gaps(
    connection: sqlite3.Connection,
    refs: Iterable[str],
    day: date,
    *,
    system: str | None = None,
) -> tuple[str, ...]:
    """The references without evidence in force; stops at the first it finds for each."""
    asked = json.dumps(list(refs))
    given = _given(day, freshness.SOON_DAYS, system) | {"asked": asked}
    return tuple(row[0] for row in connection.execute(_GAPS, given))


def pairs(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    day: date,
    *,
    system: str | None = None,
) -> dict[tuple[str, str], int]:
    """How many artefacts in force serve both an RMF category and an ISO clause or objective."""
    above = {
        one.ref: one.parent
        for one in catalogue.requirements.values()
        if one.leaf and one.framework != "genai" and one.parent
    }
    clause = {ref: catalogue.above(ref)[-1].ref for ref in above if ref[0].isdigit()}
    found: dict[tuple[str, str], int] = {}
    for _, refs in connection.execute(_PAIRS, _given(day, freshness.SOON_DAYS, system)):
        groups = {clause.get(ref, above.get(ref)) for ref in refs.split("\n")} - {None}
        rmf = [one for one in groups if one and " " in one]
        iso = [one for one in groups if one and " " not in one]
        for pair in ((left, right) for left in rmf for right in iso):
            found[pair] = found.get(pair, 0) + 1
    return found


def as_json(found: Coverage, framework: str | None, system: str | None) -> dict[str, Any]:
    """Coverage as the `govtrack.coverage/1` document."""
    return {
        "format": "govtrack.coverage/1",
        "as_of": found.day,
        "framework": framework,
        "system": system,
        "requirements": [
            {
                "ref": one.requirement.ref,
                "framework": one.requirement.framework,
                "title": one.requirement.title,
                "state": one.state,
                "counts": {name: one.counts.get(name, 0) for name in STATES[:-1]},
                "evidence": list(one.evidence),
            }
            for one in found.leaves
        ],
        "totals": [
            {
                "ref": one.requirement.ref,
                "level": one.requirement.level,
                "leaves": one.leaves,
                "counts": {name: one.counts.get(name, 0) for name in STATES},
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
        "documented_information_missing": [
            {
                "ref": one.requirement.ref,
                "what": (one.requirement.documented_information or {}).get("what"),
                "strength": (one.requirement.documented_information or {}).get("strength"),
                "state": one.state,
            }
            for one in found.undocumented
        ],
    }


def tally(leaves: Iterable[Covered]) -> dict[str, int]:
    """How many requirements are in each state."""
    counts = dict.fromkeys(STATES, 0)
    for one in leaves:
        counts[one.state] += 1
    return counts


def _given(day: date, soon_days: int, system: str | None) -> dict[str, Any]:
    return freshness.parameters(day, soon_days) | {"system": system}


def _best(counts: tuple[int, ...] | None) -> int:
    """The index of the first state that anything stands in."""
    if counts is None:
        return len(STATES) - 1
    return next((index for index, count in enumerate(counts) if count), len(STATES) - 1)


def _named(
    connection: sqlite3.Connection, states: Mapping[str, int], given: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    asked = [[ref, state] for ref, state in states.items() if state < len(STATES) - 1]
    rows = connection.execute(_NAMED, {**given, "asked": json.dumps(asked)})
    return {ref: tuple(json.loads(ids)) for ref, ids in rows}


def _served(
    connection: sqlite3.Connection, row: tuple[Any, ...], given: Mapping[str, Any]
) -> Served:
    both, rmf_only, iso_only, neither = (int(value or 0) for value in row[1:5])
    if not rmf_only + iso_only + neither:
        return Served(both, 0, 0, 0)
    found = connection.execute(_ONE_SIDE, given).fetchall()
    return Served(
        both,
        rmf_only,
        iso_only,
        neither,
        tuple(one[0] for one in found if one[1]),
        tuple(one[0] for one in found if one[2]),
        tuple(one[0] for one in found if not one[1] and not one[2]),
    )


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
