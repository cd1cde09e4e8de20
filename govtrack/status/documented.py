"""Documented information that the clauses ask for, and what of it nobody has recorded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.status import freshness, standing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from govtrack.catalog.catalogue import Catalogue, Requirement

_KINDS = f"""
SELECT value FROM json_each(:kinds) WHERE NOT EXISTS (
  SELECT 1 FROM evidence WHERE kind = value AND {standing.STATE} IS NOT NULL
    AND {freshness.STANDING} AND {standing.ABOUT})
"""  # noqa: S608  (nothing but the SQL of this folder)


class Documented(NamedTuple):
    """Documented information a clause asks for, and how far it is recorded.

    `recorded` where confirmed evidence stands for the clause, be it a draft or stale. `kinds` are
    those the clause asks for by name (the Statement of Applicability of 6.1.3), `missing` those
    of them of which no artefact stands at all.
    """

    requirement: Requirement
    state: str
    recorded: bool
    kinds: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def what(self) -> str:
        """What is asked for, in a few words."""
        return (self.requirement.documented_information or {})["what"]

    @property
    def explicit(self) -> bool:
        """Whether the clause asks in so many words; else it sets rules for handling."""
        return (self.requirement.documented_information or {})["strength"] == "explicit"


def documented(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    states: Iterable[tuple[Requirement, str]],
    given: Mapping[str, Any],
) -> tuple[Documented, ...]:
    """The documented information asked for by the requirements with these states."""
    asking = [(one, state) for one, state in states if one.documented_information]
    if not asking:
        return ()
    kinds = _asked_by_name(catalogue)
    named = sorted({kind for one, _ in asking for kind in kinds.get(one.ref, ())})
    rows = connection.execute(_KINDS, {**given, "kinds": json.dumps(named)})
    absent = {row[0] for row in rows}
    return tuple(
        Documented(
            one,
            state,
            state not in {"proposed", "none"},
            kinds.get(one.ref, ()),
            tuple(kind for kind in kinds.get(one.ref, ()) if kind in absent),
        )
        for one, state in asking
    )


def _asked_by_name(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """The kinds of evidence that a clause itself names, by clause."""
    found: dict[str, tuple[str, ...]] = {}
    for kind in catalogue.kinds.values():
        for tag in kind.tags:
            if tag.source == "clause":
                found[tag.ref] = (*found.get(tag.ref, ()), kind.id)
    return found
