"""Gaps alone: which requirements have no evidence in force, without counting what has.

One statement that stops at the first evidence in force it finds for a requirement, looking at the
newest first, so that it answers at once whatever the register's size.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from govtrack.status import freshness, standing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import date

_TAGGED = f"""
  FROM evidence_tag CROSS JOIN evidence ON key = evidence
  WHERE ref = asked.value AND declined_on IS NULL
    AND {freshness.STANDING} AND {standing.ABOUT}"""

# a scalar subquery, because EXISTS would not look at the newest first
_GAPS = f"""
SELECT asked.value, (
  SELECT min(CASE WHEN confirmed_on IS NULL THEN 4 ELSE {standing.STATE} END)
  {_TAGGED} AND {standing.STATE} IS NOT NULL)
FROM json_each(:asked) AS asked
WHERE (
  SELECT 1 {_TAGGED} AND confirmed_on IS NOT NULL AND {standing.STATE} < 2
  ORDER BY evidence DESC LIMIT 1) IS NULL
"""  # noqa: S608  (nothing but the SQL of this folder)


def gaps(
    connection: sqlite3.Connection,
    refs: Iterable[str],
    day: date,
    *,
    system: str | None = None,
) -> dict[str, str]:
    """What stands for each of `refs` that has no evidence in force on `day`, in their order.

    The state is stale, draft, proposed or none, as `coverage` has it; `system` is an id.
    """
    given = standing.given(day, freshness.SOON_DAYS, system) | {"asked": json.dumps(list(refs))}
    return {
        ref: standing.STATES[-1 if state is None else state]
        for ref, state in connection.execute(_GAPS, given)
    }
