"""What stands for a requirement on a day: the states, best first, and the SQL that tells them.

Only confirmed tags count; proposed ones are shown apart (design law 6). Evidence that was
superseded or withdrawn by the day stands for nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from govtrack.status import freshness

if TYPE_CHECKING:
    import sqlite3
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

STATE = """CASE
  WHEN withdrawn_on <= :day OR superseded_on <= :day THEN NULL
  WHEN approved_on IS NULL OR approved_on > :day THEN 3
  WHEN valid_until < :day OR review_due < :day THEN 2
  WHEN valid_until <= :soon OR review_due <= :soon THEN 1
  ELSE 0 END"""
"""What an artefact gives to the requirements it is confirmed for: an index into `STATES`."""

ABOUT = """(:system IS NULL
  OR key IN (SELECT evidence FROM evidence_system WHERE system = :system)
  OR key NOT IN (SELECT evidence FROM evidence_system))"""
"""About the system asked for, or about none in particular (a policy holds for every system)."""

_GENERATIVE = """
SELECT EXISTS (SELECT 1 FROM ai_system WHERE generative)
    OR EXISTS (SELECT 1 FROM evidence_tag WHERE ref IN (SELECT value FROM json_each(?)))
"""


def given(day: date, soon_days: int, system: str | None) -> dict[str, Any]:
    """The parameters that the SQL above asks for; `system` is an id."""
    return freshness.parameters(day, soon_days) | {"system": system}


def asked(
    connection: sqlite3.Connection, catalogue: Catalogue, framework: Framework | None = None
) -> tuple[Requirement, ...]:
    """The leaves of one framework, or of all that concern this register, in catalogue order.

    GenAI risks concern it once a generative system is on record, or evidence about such a risk.
    """
    if framework is not None:
        return catalogue.leaves(framework)
    risks = json.dumps([one.ref for one in catalogue.leaves("genai")])
    (generative,) = connection.execute(_GENERATIVE, [risks]).fetchone()
    return tuple(
        one
        for one in catalogue.requirements.values()
        if one.leaf and (generative or one.framework != "genai")
    )
