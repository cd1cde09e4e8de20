"""What one artefact serves: both frameworks at once, or only one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.status import freshness, standing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue

_ONE_SIDE = f"""
SELECT id, rmf, iso FROM (
  SELECT id, EXISTS (SELECT 1 FROM evidence_tag WHERE evidence = key AND framework = 'rmf'
                     AND confirmed_on IS NOT NULL) AS rmf,
         EXISTS (SELECT 1 FROM evidence_tag WHERE evidence = key AND framework = 'iso'
                 AND confirmed_on IS NOT NULL) AS iso
  FROM evidence WHERE {freshness.STANDING} AND {standing.ABOUT} AND {standing.STATE} < 2)
WHERE rmf + iso < 2 ORDER BY id LIMIT 100
"""  # noqa: S608  (nothing but the SQL of this folder)

_PAIRS = f"""
SELECT group_concat(ref, char(10)) FROM evidence_tag CROSS JOIN evidence ON key = evidence
WHERE confirmed_on IS NOT NULL AND {standing.STATE} < 2
  AND {freshness.STANDING} AND {standing.ABOUT} GROUP BY evidence
"""  # noqa: S608


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


def served(
    connection: sqlite3.Connection, counted: tuple[int, int, int, int], given: Mapping[str, Any]
) -> Served:
    """The counts (both, RMF only, ISO only, neither) with the ids of what does not serve both."""
    if not any(counted[1:]):
        return Served(*counted)
    found = connection.execute(_ONE_SIDE, given).fetchall()
    return Served(
        *counted,
        tuple(one[0] for one in found if one[1]),
        tuple(one[0] for one in found if one[2]),
        tuple(one[0] for one in found if not one[1] and not one[2]),
    )


def rows_and_columns(catalogue: Catalogue) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """RMF categories, and ISO clauses 4 to 10 with the control objectives of Annex A."""
    every = catalogue.requirements.values()
    rows = (one.ref for one in every if one.level == "category")
    columns = (
        one.ref
        for one in every
        if one.level == "objective" or (one.level == "clause-group" and one.parent is None)
    )
    return tuple(rows), tuple(columns)


def pairs(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    day: date,
    *,
    system: str | None = None,
) -> dict[tuple[str, str], int]:
    """How many artefacts in force serve both an RMF category and an ISO clause or objective."""
    rows, columns = map(frozenset, rows_and_columns(catalogue))
    group = {
        one.ref: above.ref
        for one in catalogue.requirements.values()
        if one.leaf
        for above in catalogue.above(one.ref)
        if above.ref in rows or above.ref in columns
    }
    found: dict[tuple[str, str], int] = {}
    given = standing.given(day, freshness.SOON_DAYS, system)
    for (refs,) in connection.execute(_PAIRS, given):
        groups = {group[ref] for ref in refs.split("\n") if ref in group}
        for pair in _crossed(groups & rows, groups & columns):
            found[pair] = found.get(pair, 0) + 1
    return found


def _crossed(left: frozenset[str] | set[str], right: set[str]) -> Iterator[tuple[str, str]]:
    return ((one, other) for one in left for other in right)
