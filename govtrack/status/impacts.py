"""The register of AI system impact assessments on a day: what the document and the answers show.

Of each system the assessment that holds (the one approved last), the latest, which may be a draft,
earlier ones, what is due and what is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.catalog import impacts as asked
from govtrack.status.findings import as_json
from govtrack.status.impact_checks import counts, states
from govtrack.status.impact_records import document

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.catalog.impacts import Level, Step
    from govtrack.status.findings import Finding
    from govtrack.status.impact_due import Reason, Standing
    from govtrack.status.impact_records import Assessment, Effect

LIST = "govtrack.impacts/1"
CHECK = "govtrack.impact-check/1"


class AtLevel(NamedTuple):
    """What the latest assessment says of one level; `considered` where it says anything."""

    level: Level
    benefits: tuple[Effect, ...]
    harms: tuple[Effect, ...]
    none: tuple[Effect, ...]

    @property
    def considered(self) -> bool:
        """Whether the level was looked at."""
        return bool(self.benefits or self.harms or self.none)


class OfSystem(NamedTuple):
    """A system with its assessments; `counts`: it is in scope or in use, so one has to hold."""

    system: Standing
    counts: bool
    latest: Assessment | None
    levels: tuple[AtLevel, ...]
    iso_levels: tuple[str, ...]
    earlier: tuple[Assessment, ...]
    due: tuple[Reason, ...]
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> Assessment | None:
        """The assessment approved last: a later draft does not take its place."""
        made = (self.latest, *self.earlier) if self.latest else ()
        return next((one for one in made if one.approved_on), None)


class ImpactRegister(NamedTuple):
    """Everything document 24 shows; `scales` by name, each step with its meaning."""

    as_of: date
    levels: tuple[Level, ...]
    as_risk: str
    scales: tuple[tuple[str, tuple[Step, ...]], ...]
    scales_source: str
    systems: tuple[OfSystem, ...]
    findings: tuple[Finding, ...]

    @property
    def assessments(self) -> tuple[Assessment, ...]:
        """Every assessment shown, of each system the newest first."""
        return tuple(
            found for one in self.systems if one.latest for found in (one.latest, *one.earlier)
        )


def register(
    connection: sqlite3.Connection, catalogue: Catalogue, day: date, systems: Iterable[str] = ()
) -> ImpactRegister:
    """The register on `day`: every system that counts or was assessed, or those with these ids."""
    only = tuple(systems)
    levels = asked.levels(catalogue)
    found = []
    for state in states(connection, catalogue, day, only):
        asks = counts(state.due, day)
        if not (asks or state.assessments or state.due.system.id in only):
            continue
        latest = state.assessments[0] if state.assessments else None
        found.append(
            OfSystem(
                state.due.system,
                asks,
                latest,
                tuple(_at(level, latest) for level in levels) if latest else (),
                asked.iso_levels(catalogue, latest.levels) if latest else (),
                state.assessments[1:],
                state.due.reasons,
                state.findings,
            )
        )
    return ImpactRegister(
        day,
        levels,
        asked.AS_RISK,
        tuple((name, asked.scale(catalogue, name)) for name in asked.SCALES),
        str(catalogue.impact_scales["source"]),
        tuple(found),
        tuple(finding for one in found for finding in one.findings),
    )


def list_document(
    found: ImpactRegister, catalogue: Catalogue, recorded_by: date | None = None
) -> dict[str, Any]:
    """The `govtrack.impacts/1` document: every assessment, and of each system what is due."""
    return {
        "format": LIST,
        "as_of": found.as_of.isoformat(),
        "recorded_by": recorded_by and recorded_by.isoformat(),
        "iso_note": found.as_risk,
        "impacts": [document(one, catalogue) for one in found.assessments],
        "systems": [
            {
                "system": one.system.id,
                "slug": one.system.slug,
                "counts": one.counts,
                "latest": one.latest and one.latest.id,
                "holds": one.holds and one.holds.id,
                "due": [reason._asdict() for reason in one.due],
            }
            for one in found.systems
        ],
    }


def check_document(found: ImpactRegister) -> dict[str, Any]:
    """The `govtrack.impact-check/1` document."""
    return {
        "format": CHECK,
        "as_of": found.as_of.isoformat(),
        "systems": sum(1 for one in found.systems if one.counts),
        "findings": as_json(found.findings),
    }


def _at(level: Level, latest: Assessment) -> AtLevel:
    of = {
        kind: tuple(one for one in latest.effects if one.level == level.id and one.kind == kind)
        for kind in asked.EFFECTS
    }
    return AtLevel(level, of["benefit"], of["harm"], of["none"])
