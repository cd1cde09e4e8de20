"""The generative AI profile of NIST AI 600-1: its actions counted by subcategory and by risk.

An action that covers several risks counts for each of them, so the risks' totals add up to more
than there are actions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.status.profile_rows import tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.profile_rows import Profile, Row


class Counted(NamedTuple):
    """How many actions a subcategory or risk has, and in which states they are."""

    ref: str
    title: str
    total: int
    states: Mapping[str, int]


class Actions(NamedTuple):
    """All actions by state, by subcategory and by risk; `without` are subcategories with none."""

    total: int
    states: Mapping[str, int]
    by_subcategory: tuple[Counted, ...]
    by_risk: tuple[Counted, ...]
    without: tuple[str, ...]


def actions(profile: Profile, catalogue: Catalogue) -> Actions:
    """The actions of a generative AI profile, counted."""
    states = [one["id"] for one in catalogue.profile_scale["states"]]
    rows = {row.ref: row for row in profile.actions}
    by_subcategory: dict[str, list[Row]] = {}
    by_risk: dict[str, list[Row]] = {}
    for action in catalogue.genai["actions"]:
        row = rows[action["id"]]
        by_subcategory.setdefault(action["rmf"], []).append(row)
        for risk in action["risks"]:
            by_risk.setdefault(f"genai:{risk}", []).append(row)
    return Actions(
        len(rows),
        tally(rows.values(), states),
        _counted(by_subcategory, catalogue, states),
        _counted(by_risk, catalogue, states),
        tuple(catalogue.genai["without_actions"]),
    )


def _counted(
    groups: Mapping[str, list[Row]], catalogue: Catalogue, states: Iterable[str]
) -> tuple[Counted, ...]:
    return tuple(
        Counted(ref, one.title, len(groups[ref]), tally(groups[ref], states))
        for ref, one in catalogue.requirements.items()
        if ref in groups
    )
