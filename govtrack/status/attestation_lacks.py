"""Confirmed evidence that does not hold up an outcome yet, or no longer: why not, what mends it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from govtrack.status import freshness, standing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import date

# what is nearest to counting comes first: a draft has only to be approved
_LACKS = f"""
SELECT ref, id, kind, approved_on, valid_until, review_due, state FROM (
  SELECT ref, id, kind, key, approved_on, valid_until, review_due, {standing.STATE} AS state
  FROM evidence_tag CROSS JOIN evidence ON key = evidence
  WHERE ref IN (SELECT value FROM json_each(:refs)) AND framework = 'rmf'
    AND confirmed_on IS NOT NULL AND declined_on IS NULL
    AND {freshness.STANDING} AND {standing.ABOUT})
WHERE state >= 2 OR state < 2 AND NOT EXISTS (SELECT 1 FROM evidence_file WHERE evidence = key)
ORDER BY state DESC, key DESC
"""  # noqa: S608  (nothing but the SQL of this folder)


def lacks(
    connection: sqlite3.Connection, refs: Iterable[str], day: date, system: str | None
) -> Mapping[str, str]:
    """What to say of each of `refs` that has such evidence on `day`, of one artefact for each.

    `system` is an id: evidence about others alone is none here. Superseded or withdrawn evidence is
    not spoken of, because nothing brings it back.
    """
    given = standing.given(day, freshness.SOON_DAYS, system) | {"refs": json.dumps(list(refs))}
    found: dict[str, str] = {}
    for ref, identifier, kind, *dates in connection.execute(_LACKS, given):
        why = _why(identifier, kind, *dates)
        found.setdefault(ref, f"{identifier} is confirmed for it but {why}")
    return found


def _why(
    identifier: str,
    kind: str,
    approved_on: str | None,
    valid_until: str | None,
    review_due: str | None,
    state: int,
) -> str:
    again = f"govtrack add-evidence FILE --kind {kind} --supersedes {identifier}"
    if standing.STATES[state] == "draft":
        if approved_on:
            return f"approved on {approved_on} only: declare as of that day or later"
        return f"a draft: govtrack evidence approve {identifier} --by WHO --on DATE"
    if standing.STATES[state] != "stale":
        return f"has no file: {again}"
    ended = min(day for day in (valid_until, review_due) if day)
    return f"{'expired on' if ended == valid_until else 'to be reviewed by'} {ended}: {again}"
