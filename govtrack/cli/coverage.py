"""`govtrack coverage`: which requirements have evidence in force."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from govtrack.cli import words
from govtrack.cli.options import (
    OneOf,
    as_of_option,
    current_workspace,
    json_option,
    recorded_by_option,
)
from govtrack.cli.output import answer_json, on_terminal, plural, say, table, talk, width
from govtrack.errors import visible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue, Requirement
    from govtrack.catalog.vocabulary import Wording
    from govtrack.status.coverage import Coverage, Covered, Total
    from govtrack.status.documented import Documented
    from govtrack.workspace import Workspace

HEAT_MAP_WIDTH = 110
"""Columns that the heat map needs."""


@click.command()
@click.option("--framework", type=OneOf(("rmf", "iso", "genai")), help="Only this one.")
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

    Only confirmed requirements count. GenAI risks are shown once a generative system is on
    record. In a pipe: one line for each requirement.

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
    soon = Knobs.from_mapping(catalogue.knobs).expiring_days
    asked: dict[str, Any] = {"framework": framework, "system": None}
    with reading(space, recorded_by) as connection:
        if system:
            asked["system"] = named(connection, system)
        if only_gaps and not as_json:
            from govtrack.status.gaps import gaps
            from govtrack.status.standing import asked as leaves

            wanted = leaves(connection, catalogue, asked["framework"])
            refs = [one.ref for one in wanted]
            _gaps(gaps(connection, refs, day, system=asked["system"]), catalogue, space)
            return
        found = status.coverage(connection, catalogue, day, soon, **asked)
        heat = {}
        if not as_json and _heat_map_fits(framework):
            from govtrack.status.served import pairs

            heat = pairs(connection, catalogue, day, system=asked["system"])
    if only_gaps:
        open_ = [one for one in found.leaves if one.state not in {"covered", "expiring"}]
        found = found._replace(leaves=tuple(open_))
    if as_json:
        answer_json(status.as_json(found, **asked, recorded_by=recorded_by))
    elif on_terminal(sys.stdout):
        _summary(found, catalogue, space, heat)
    else:
        _lines(found, space)


def _heat_map_fits(framework: str | None) -> bool:
    return framework is None and on_terminal(sys.stdout) and width() >= HEAT_MAP_WIDTH


def _lines(found: Coverage, space: Workspace) -> None:
    from govtrack.status.standing import IN_WORDS

    leaves = {one.requirement.ref: one for one in found.leaves}
    table(
        ("ref", "state", "evidence", "title"),
        [
            (one.ref, IN_WORDS[leaves[one.ref].state], _named(leaves[one.ref]), one.title)
            for one in _leading_first((one.requirement for one in found.leaves), space)
        ],
    )


def _named(one: Covered) -> list[str]:
    return [f"{ev} (purged)" if ev in one.purged else ev for ev in one.evidence]


def _gaps(found: dict[str, str], catalogue: Catalogue, space: Workspace) -> None:
    """What has no evidence in force, with the kinds of evidence that would support it."""
    from govtrack.status.standing import IN_WORDS

    if not found:
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
                one.ref,
                IN_WORDS[found[one.ref]],
                one.title,
                (one.documented_information or {}).get("what"),
                kinds.get(one.ref, ()),
            )
            for one in _leading_first((catalogue.requirements[ref] for ref in found), space)
        ],
    )


def _summary(
    found: Coverage, catalogue: Catalogue, space: Workspace, heat: dict[tuple[str, str], int]
) -> None:
    from govtrack.catalog.vocabulary import Wording
    from govtrack.status.coverage import tally
    from govtrack.status.standing import STATES

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
    if all(one.state == "none" for one in found.leaves):
        say("Nothing recorded yet: 'govtrack next' says what to begin with.")
        return
    totals = {one.requirement.ref: one for one in found.totals}
    ordered = _leading_first((one.requirement for one in found.totals), space)
    table(("", "title", *STATES), [_total(totals[one.ref]) for one in ordered])
    if heat:
        from govtrack.cli.heat_map import heat_map

        heat_map(heat, catalogue)
    _missing(found.documented, catalogue, Wording(catalogue.terms, space.vocabulary))
    if any(one.state not in {"covered", "expiring"} for one in found.leaves):
        talk("What is missing: 'govtrack coverage --gaps'; what to do first: 'govtrack next'.")


def _total(one: Total) -> tuple[Any, ...]:
    from govtrack.status.standing import STATES

    counts = (one.counts[name] or "" for name in STATES)
    return (one.requirement.ref, one.requirement.title, *counts)


def _missing(documented: Iterable[Documented], catalogue: Catalogue, said: Wording) -> None:
    """Documented information that nobody has recorded, whole or in part."""
    absent = [one for one in documented if not one.recorded]
    parts = [one for one in documented if one.recorded and one.missing]
    if absent:
        what = said.heading("documented-information")
        say(f"{what} that a clause asks for and nobody has recorded:")
        for one in absent:
            how = "" if one.explicit else " (rules of handling)"
            say(visible(f"  {one.requirement.ref:8} {one.what}{how}"))
    if parts:
        say("Recorded in part; no artefact of these kinds, which the clause names too:")
        for one in parts:
            titles = "; ".join(said.kind(catalogue.kinds[name]) for name in one.missing)
            say(visible(f"  {one.requirement.ref:8} {titles}"))


def _leading_first(requirements: Iterable[Requirement], space: Workspace) -> list[Requirement]:
    """The workspace's leading framework first, each in catalogue order."""
    order = words.order(space.vocabulary)
    return sorted(requirements, key=lambda one: order.index(one.framework))
