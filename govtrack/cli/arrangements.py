"""`govtrack arrangements`: three ways of using both frameworks together, and what is missing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from govtrack.cli.changes import catalogue_of
from govtrack.cli.options import as_of_option, current_workspace, json_option, recorded_by_option
from govtrack.cli.output import answer_json, on_terminal, plural, say, table
from govtrack.errors import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from govtrack.status.arrangements import Arrangement, Arrangements, Paired, Side


@click.command()
@click.argument("number", metavar="[1|2|3]", required=False, type=click.IntRange(1, 3))
@as_of_option
@recorded_by_option
@json_option
def arrangements(
    *, number: int | None, as_of: date | None, recorded_by: date | None, as_json: bool
) -> None:
    r"""Show how the two frameworks serve each other here, row by row, and what is missing.

    1: the AI RMF supplies the content of clauses 6 and 8. 2: ISO/IEC 42001 supplies the management
    system around Govern, Measure 4 and Manage 4. 3: NIST AI 600-1 within the AIMS, for generative
    AI. Without a number all three, in the order of the workspace's adoption pattern.

    \b
    Examples:
      govtrack arrangements
      govtrack arrangements 3 --as-of 2025-12-31
    """
    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status import arrangements as status

    space = current_workspace()
    catalogue = catalogue_of(space)
    with reading(space, recorded_by) as connection:
        day = as_of or clock.today(space.zone)
        found = status.arrangements(connection, catalogue, day, space.pattern, number)
    if as_json:
        answer_json(status.as_json(found, recorded_by))
    elif on_terminal(sys.stdout):
        for one in found.arrangements:
            _told(one)
    else:
        _lines(found)


def _told(one: Arrangement) -> None:
    """One arrangement for a person: what it is, the pairs, then what is missing."""
    say(f"{one.number}. {one.title}")
    say(f"   {one.about}")
    say(f"   Source of the rows: {one.source}")
    for fact in one.facts:
        say(f"   {visible(fact)}")
    if one.idle:
        say(f"   {one.idle[0].upper()}{one.idle[1:]}.")
    table(
        ("ISO/IEC 42001", "in force", "AI RMF, NIST AI 600-1", "in force", "recorded", "missing"),
        [
            (_name(row.iso), _share(row.iso), _name(row.rmf), _share(row.rmf), _recorded(row),
             len(row.missing) or "")
            for row in one.rows
        ],
    )  # fmt: skip
    shown: set[str | None] = set()
    for row in one.rows:
        for note in row.missing:
            if note.settle not in shown:
                shown.add(note.settle)
                say(f"   {visible(note.words)}\n   $ {visible(note.settle or '')}")
    say(f"   {plural(len(shown), 'step')} missing.\n" if shown else "   Nothing is missing.\n")


def _lines(found: Arrangements) -> None:
    """One line a row and missing thing, for a pipe."""
    table(
        ("arrangement", "table", "strength", "iso", "iso in force", "rmf", "rmf in force",
         "recorded", "missing", "mend with"),
        [line for one in found.arrangements for row in one.rows for line in _of(one, row)],
    )  # fmt: skip


def _of(one: Arrangement, row: Paired) -> Iterator[tuple[object, ...]]:
    head = (
        one.number, row.table, row.strength, _name(row.iso), _share(row.iso), _name(row.rmf),
        _share(row.rmf), _recorded(row),
    )  # fmt: skip
    if not row.missing:
        yield (*head, one.idle, None)
    for note in row.missing:
        yield (*head, note.words, note.settle)


def _name(side: Side) -> str:
    return side.ref or side.title


def _share(side: Side) -> str:
    return f"{side.in_force} of {len(side.leaves)}"


def _recorded(row: Paired) -> str:
    said = dict.fromkeys(note.words for note in (*row.iso.notes, *row.rmf.notes))
    return "; ".join(said)
