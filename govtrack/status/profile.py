"""Document 19: a profile with its gaps and plan, what it claims beyond proof, generative AI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.status import profile_rows
from govtrack.status.profile_actions import actions
from govtrack.status.profile_gaps import findings, gaps
from govtrack.status.profile_playbook import playbook

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.findings import Finding
    from govtrack.status.profile_actions import Actions
    from govtrack.status.profile_gaps import Gap
    from govtrack.status.profile_playbook import Playbook
    from govtrack.status.profile_rows import Function, Profile, Row


class Generative(NamedTuple):
    """A profile of generative AI with its actions counted, and the Playbook's questions."""

    profile: Profile
    counted: Actions
    playbook: Playbook


class Paper(NamedTuple):
    """What the document says of a profile on a day.

    `generative` holds the profile itself where it is one of generative AI, and beside the
    organisation's all there are; `others` are the heads of every other profile. `playbook` says of
    each row how many of the Playbook's questions its evidence answers.
    """

    day: str
    profile: Profile
    playbook: Playbook
    gaps: tuple[Gap, ...]
    findings: tuple[Finding, ...]
    generative: tuple[Generative, ...]
    others: tuple[Mapping[str, Any], ...]

    @property
    def by_function(self) -> tuple[tuple[Function, tuple[Row, ...]], ...]:
        """Each function with its rows."""
        return tuple(
            (one, tuple(row for row in self.profile.rows if row.function == one.ref))
            for one in self.profile.functions
        )

    @property
    def states(self) -> tuple[str, ...]:
        """The scale's states, the lowest first, then that of a row nobody assessed."""
        given = (one["id"] for one in self.profile.scale["states"])
        return (*given, profile_rows.NOT_ASSESSED)


def paper(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    day: date,
    profile: str | None = None,
    *,
    system: str | None = None,
) -> Paper:
    """The document about a profile (a slug or id), that of a system (an id), or the organisation's.

    Raises `BadInput` where there is no profile of that name.
    """
    of = profile_rows.head(connection, profile, system)
    found = profile_rows.profile(connection, catalogue, day, of, listed=True, system=system)
    heads = profile_rows.heads(connection, day)
    others = [one for one in heads if of is None or one["id"] != of["id"]]
    generative = [found] if found.actions else []
    if not generative and (of is None or of["kind"] == "organisation"):
        generative = [
            profile_rows.profile(connection, catalogue, day, one, listed=True)
            for one in others
            if one["kind"] == "generative-ai"
        ]
    return Paper(
        day.isoformat(),
        found,
        playbook(connection, catalogue, day, (*found.rows, *found.actions)),
        gaps(found),
        findings(found),
        tuple(
            Generative(
                one,
                actions(one, catalogue),
                playbook(connection, catalogue, day, (*one.rows, *one.actions)),
            )
            for one in generative
        ),
        tuple(others),
    )
