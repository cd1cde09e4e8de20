"""`govtrack profile show|gaps`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.changes import catalogue_of
from govtrack.cli.options import (
    OneOf,
    as_of_option,
    current_workspace,
    json_option,
    recorded_by_option,
)
from govtrack.cli.output import answer_json, on_terminal, plural, say, table, talk
from govtrack.errors import visible
from govtrack.status.profile_rows import FUNCTIONS, NOT_ASSESSED

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.profile_actions import Actions
    from govtrack.status.profile_gaps import Gap
    from govtrack.status.profile_rows import Counterpart, Profile, Row


def naming(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which profile is meant, and on which day; `read` takes them."""
    for option in reversed((
        click.option("--profile", "which", metavar="PROFILE",
                     help="Slug or id. Default: the organisation's."),
        click.option("--system", help="The profile of this AI system (slug or id)."),
        as_of_option,
        recorded_by_option,
    )):  # fmt: skip
        command = option(command)
    return command


def read(
    *,
    which: str | None,
    system: str | None,
    as_of: date | None,
    recorded_by: date | None,
    listed: bool = False,
) -> tuple[Profile, Catalogue]:
    """The profile that these options mean, and the catalogue."""
    from govtrack import clock
    from govtrack.register.reader import reading

    space = current_workspace()
    catalogue = catalogue_of(space)
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        return profile_of(connection, catalogue, day, which, system, listed=listed), catalogue


def profile_of(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    day: date,
    which: str | None,
    system: str | None = None,
    *,
    listed: bool = False,
) -> Profile:
    """The profile of that name, of that system, or the organisation's, on a day."""
    from govtrack.status.profile_rows import head, profile
    from govtrack.status.systems import named

    identifier = named(connection, system) if system else None
    of = head(connection, which, identifier)
    return profile(connection, catalogue, day, of, listed=listed, system=identifier)


@click.command()
@naming
@click.option("--function", type=OneOf(FUNCTIONS, case_sensitive=False),
              help="Only this function's rows.")  # fmt: skip
@click.option("--actions", "with_actions", is_flag=True,
              help="Of a generative AI profile: list the actions of NIST AI 600-1.")  # fmt: skip
@json_option
def show(*, function: str | None, with_actions: bool, as_json: bool, **which: Any) -> None:
    r"""Show a profile on a day: all 72 subcategories, whether set or not.

    Evidence is what is confirmed and in force on the day: how many, and the newest. Beside each
    subcategory stand the clauses and controls that the crosswalks name, with their sources.

    \b
    Examples:
      govtrack profile show
      govtrack profile show --system triage --function MEASURE
      govtrack profile show --as-of 2025-12-31 --json
    """
    found, catalogue = read(**which, listed=as_json)
    counted = None
    if found.actions:
        from govtrack.status.profile_actions import actions

        counted = actions(found, catalogue)
    if as_json:
        from govtrack.status.profile_form import as_json as document

        answer_json(document(found, counted, function, which["recorded_by"]))
        return
    _heading(found)
    rows = found.actions if with_actions and found.actions else found.rows
    table(
        ("ref", "current", "target", "gap", "priority", "owner", "due", "evidence",
         "ISO/IEC 42001"),
        [_line(row) for row in rows if function in {None, row.function}],
    )  # fmt: skip
    _functions(found)
    if counted:
        _actions(counted)
    scale(found.scale)


@click.command()
@naming
@json_option
def gaps(*, as_json: bool, **which: Any) -> None:
    r"""Show what is below its target: by priority, the widest gap first, then by day due.

    Overdue ones are marked, and what a plan lacks (action, owner, due) is named.

    \b
    Examples:
      govtrack profile gaps
      govtrack profile gaps --system triage --as-of 2026-06-30
    """
    from govtrack.status.profile_gaps import gaps as gaps_in

    profile, _ = read(**which)
    found = gaps_in(profile)
    if as_json:
        from govtrack.status.profile_form import gaps_json

        answer_json(gaps_json(profile, found))
        return
    _heading(profile)
    if not found:
        say(f"No gaps on {profile.day}: nothing is below its target.")
        beside(_unset(profile))
        return
    table(
        ("ref", "priority", "current", "target", "steps", "action", "owner", "due", "remarks",
         "title"),
        [
            (one.row.ref, one.row.priority, one.row.current, one.row.target, one.steps,
             one.row.action, one.row.owner, one.row.due or one.row.target_by, _remarks(one),
             one.row.title)
            for one in found
        ],
    )  # fmt: skip
    beside(_unset(profile))


def beside(text: str) -> None:
    """What belongs to the answer on a terminal, and stands beside its table in a pipe."""
    (say if on_terminal(sys.stdout) else talk)(visible(text))


def scale(found: Mapping[str, Any]) -> None:
    """The scale, since a word without its meaning says nothing."""
    beside(f"Scale ({found['source']}):")
    for name in ("states", "priorities"):
        for one in found[name]:
            beside(f"  {one['id']:9} {one['meaning']}")


def named(found: Profile) -> str:
    """How a profile is named in a line."""
    if found.head is None:
        return f"no profile recorded, on {found.day}"
    return f"{found.head['id']} '{found.head['title']}' ({found.head['slug']}), on {found.day}"


def _heading(found: Profile) -> None:
    beside(named(found))
    if found.head is None:
        talk("Begin with 'govtrack profile set SUBCATEGORY --current STATE --target STATE'.")


def _line(row: Row) -> tuple[Any, ...]:
    behind = f"{row.evidence}, {row.newest}" if row.newest else "none"
    steps = row.gap if row.gap and row.gap > 0 else None
    return (
        row.ref, row.current or NOT_ASSESSED, row.target, steps, row.priority, row.owner,
        row.due, behind, crossed(row.iso),
    )  # fmt: skip


def crossed(iso: tuple[Counterpart, ...]) -> str:
    """`A.6.2.4, 9.1 (article); A.6 (microsoft, at category level)`."""
    by: dict[str, list[str]] = {}
    for one in iso:
        by.setdefault(f"{one.source}, by category" if one.note else one.source, []).append(one.ref)
    return "; ".join(f"{', '.join(refs)} ({source})" for source, refs in by.items())


def _functions(found: Profile) -> None:
    for one in found.functions:
        states = ", ".join(f"{count} {state}" for state, count in one.current.items() if count)
        beside(
            f"{one.ref}: {one.total} subcategories; {states}; {plural(one.gaps, 'gap')}; "
            f"{one.supported} with evidence in force"
        )


def _actions(counted: Actions) -> None:
    beside(f"Actions of NIST AI 600-1: {counted.total}; {_states(counted.states)}")
    for title, groups in (("By subcategory", counted.by_subcategory), ("By risk", counted.by_risk)):
        beside(f"{title} (an action with several risks counts for each):"
               if title == "By risk" else f"{title}:")  # fmt: skip
        for one in groups:
            beside(f"  {one.ref}: {one.total}; {_states(one.states)}")
    beside(f"{len(counted.without)} subcategories have no action: {', '.join(counted.without)}")


def _states(states: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {state}" for state, count in states.items() if count)


def _remarks(gap: Gap) -> str:
    said = [gap.dues] if gap.late else []
    if gap.missing:
        said.append(f"no {', no '.join(gap.missing)}")
    return "; ".join(said)


def _unset(found: Profile) -> str:
    missing = sum(1 for row in found.rows if not row.current)
    return f"{missing} of {len(found.rows)} subcategories are not assessed."
