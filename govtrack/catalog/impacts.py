"""What the catalogue has for AI system impact assessments: levels, scales, occasions.

Effects are recorded at the AI RMF's five levels; the three of ISO/IEC 42001 are read off them by
the vocabulary's `level_map` whenever they are shown, and stored nowhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govtrack.catalog.catalogue import Catalogue

TERM = "impact-levels"
EFFECTS = ("benefit", "harm", "none")
"""Sorts of effect; `none` says that a level was considered and no effect was found there."""
SCALES = ("severity", "likelihood", "reversibility")
AS_RISK = (
    "effects on organisations are treated as risk (ISO/IEC 42001 6.1.2) and not as impact on the "
    "ISO side"
)


class Step(NamedTuple):
    """A step of a scale; a harm of a step that `needs_risk` asks for a risk in the register."""

    id: str
    meaning: str
    needs_risk: bool = False


class Level(NamedTuple):
    """One of the AI RMF's five levels, and the ISO level it counts for (None: it is risk)."""

    id: str
    iso: str | None


def levels(catalogue: Catalogue) -> tuple[Level, ...]:
    """The five levels in their order, each with its ISO level."""
    extra = catalogue.terms[TERM].extra
    return tuple(Level(name, extra["level_map"][name]) for name in extra["rmf_levels"])


def iso_levels(catalogue: Catalogue, found: Iterable[str]) -> tuple[str, ...]:
    """The ISO levels for which the levels `found` count, in ISO's order, each once."""
    extra = catalogue.terms[TERM].extra
    reached = {extra["level_map"].get(name) for name in found}
    return tuple(name for name in extra["iso_levels"] if name in reached)


def scale(catalogue: Catalogue, name: str) -> tuple[Step, ...]:
    """The steps of a scale (or the occasions), the least first."""
    return tuple(
        Step(one["id"], one["meaning"], one.get("needs_risk", False))
        for one in catalogue.impact_scales[name]
    )


def occasions(catalogue: Catalogue) -> tuple[Step, ...]:
    """Why an assessment is made."""
    return scale(catalogue, "occasions")
