"""`govtrack coverage`: which requirements have evidence in force."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from govtrack.cli import words
from govtrack.cli.options import (
    as_of_option,
    current_workspace,
    json_option,
    recorded_by_option,
)
from govtrack.cli.output import answer_json, on_terminal, plural, say, table, talk, width

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.coverage import Coverage, Total
    from govtrack.workspace import Workspace

HEAT_MAP_WIDTH = 110
"""Columns that the heat map needs."""


@click.command()
@click.option("--framework", type=click.Choice(("rmf", "iso", "genai")), help="Only this one.")
@click.option("--system", help="Only evidence about this system, or about none in particular.")
@as_of_option
@recorded_by_option
@click.option("--gaps", "only_gaps", is_flag=True, help="Only what has no evidence in force.")
@json_option
def coverage(
    *,
    framework: str | None,
    system: str | None,
    as_of: date | None,
    recorded_by: date | None,
    only_gaps: bool,
    as_json: bool,
) -> None:
    r"""Show which subcategories, clauses, controls and GenAI risks have evidence in force.

    Only confirmed requirements count. In a pipe: one line for each requirement.

    \b
    Examples:
      govtrack coverage
      govtrack coverage --framework iso --gaps
      govtrack coverage --as-of 2025-12-31 --json
    """
    from govtrack import clock
    from govtrack.catalog.loading import catalogue as load
    from govtrack.cycle.knobs import Knobs
    from govtrack.register.reader import reading
    from govtrack.status import coverage as status
    from govtrack.status.systems import named

    space = current_workspace()
    catalogue = load(space.schemas)
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        about = named(connection, system) if system else None
        found = status.coverage(
            connection,
            catalogue,
            day,
            Knobs.from_mapping(catalogue.knobs).expiring_days,
            framework=framework,  # type: ignore[arg-type]
            system=about,
        )
        heat = {}
        if on_terminal(sys.stdout) and not (framework or as_json or only_gaps) and _wide():
            heat = status.pairs(connection, catalogue, day, system=about)
    if only_gaps:
        gaps = tuple(one for one in found.leaves if one.state not in {"covered", "expiring"})
        found = found._replace(leaves=gaps)
    if as_json:
        answer_json(status.as_json(found, framework, about))
    elif only_gaps:
        _gaps(found, catalogue)
    elif on_terminal(sys.stdout):
        _summary(found, catalogue, space, heat)
    else:
        _lines(found)


def _lines(found: Coverage) -> None:
    from govtrack.status.coverage import IN_WORDS

    table(
        ("ref", "state", "evidence", "title"),
        [
            (one.requirement.ref, IN_WORDS[one.state], one.evidence, one.requirement.title)
            for one in found.leaves
        ],
    )


def _gaps(found: Coverage, catalogue: Catalogue) -> None:
    """What has no evidence in force, with the kinds of evidence that would support it."""
    from govtrack.status.coverage import IN_WORDS

    if not found.leaves:
        say("No gaps: every requirement has evidence in force.")
        return
    kinds: dict[str, list[str]] = {}
    for kind in catalogue.kinds.values():
        for tag in kind.tags:
            kinds.setdefault(tag.ref, []).append(kind.id)
    table(
        ("ref", "state", "title", "asks for", "supported by"),
        [
            (
                one.requirement.ref,
                IN_WORDS[one.state],
                one.requirement.title,
                (one.requirement.documented_information or {}).get("what"),
                kinds.get(one.requirement.ref, ()),
            )
            for one in found.leaves
        ],
    )


def _summary(
    found: Coverage, catalogue: Catalogue, space: Workspace, heat: dict[tuple[str, str], int]
) -> None:
    from govtrack.status.coverage import STATES, tally

    say(f"Coverage on {found.day}")
    for framework in words.order(space.vocabulary):
        leaves = [one for one in found.leaves if one.requirement.framework == framework]
        if leaves:
            counts = tally(leaves)
            good = counts["covered"] + counts["expiring"]
            say(f"  {good} of {len(leaves)} {words.SIDES[framework][1]} have evidence in force")
    served = found.served
    say(
        f"  {plural(served.both, 'artefact')} in force {'serves' if served.both == 1 else 'serve'} "
        f"both frameworks; {served.rmf_only} only the AI RMF, {served.iso_only} only "
        f"ISO/IEC 42001, {served.neither} neither yet"
    )
    table(
        ("", "title", *(name for name in STATES)),
        [_total(one) for one in _ordered(found.totals, space)],
    )
    if heat:
        _heat_map(heat, catalogue)
    if found.undocumented:
        say("Documented information asked for and not recorded:")
        for one in found.undocumented:
            asked = one.requirement.documented_information or {}
            say(f"  {one.requirement.ref:8} {asked.get('what')} ({asked.get('strength')})")
    if not any(total.counts["none"] < total.leaves for total in found.totals):
        talk("Nothing recorded yet that counts: start with 'govtrack next'.")


def _total(one: Total) -> tuple[Any, ...]:
    from govtrack.status.coverage import STATES

    return (
        one.requirement.ref,
        one.requirement.title,
        *(one.counts[name] or "" for name in STATES),
    )


def _ordered(totals: Sequence[Total], space: Workspace) -> list[Total]:
    """The workspace's leading framework first, each in catalogue order."""
    order = words.order(space.vocabulary)
    return sorted(totals, key=lambda one: order.index(one.requirement.framework))


def _heat_map(heat: dict[tuple[str, str], int], catalogue: Catalogue) -> None:
    """RMF categories by ISO clauses and objectives: artefacts in force that serve both."""
    rows = [one.ref for one in catalogue.requirements.values() if one.level == "category"]
    columns = [
        one.ref
        for one in catalogue.requirements.values()
        if one.framework == "iso"
        and (one.level == "objective" or (one.level == "clause-group" and one.parent is None))
    ]
    say("Artefacts in force that serve both (rows: AI RMF, columns: ISO/IEC 42001)")
    table(
        ("", *columns),
        [(row, *(heat.get((row, column), "") for column in columns)) for row in rows],
    )


def _wide() -> bool:
    return width() >= HEAT_MAP_WIDTH
