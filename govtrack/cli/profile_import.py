"""`govtrack profile import`: a profile as people edited it in a sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govtrack import clock
from govtrack.cli import given_back
from govtrack.cli.changes import catalogue_of
from govtrack.cli.options import DAY, Change, changing, current_workspace, json_option
from govtrack.errors import refuse, visible

if TYPE_CHECKING:
    import sqlite3
    from datetime import date

    from govtrack.intake.edited_sheet import Sheet
    from govtrack.intake.profile_sheet import Whose
    from govtrack.workspace import Workspace

FORMAT = "govtrack.profile-import/1"


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--profile", metavar="PROFILE",
              help="Slug or id. Default: as the sheet says, else the organisation's.")  # fmt: skip
@click.option("--system", help="The profile of this AI system (slug or id).")
@click.option("--on", type=DAY, metavar="DATE", help="From which day it holds. Default: today.")
@click.option("--encoding", metavar="NAME", help="Of a CSV. Default: UTF-8.")
@click.option("--force", is_flag=True,
              help="Take the sheet's word where somebody changed the same meanwhile.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Record without asking.")
@json_option
@changing
def import_(*, file: Path, yes: bool, as_json: bool, change: Change, **given: Any) -> None:
    r"""Read an edited sheet back: show what changes, ask, and record all of it or nothing.

    Only what differs is recorded, each subcategory as a row of its own day. docs/sheets.md says
    what is read and what is refused; every problem is named with its row and column.

    \b
    Examples:
      govtrack profile import profile.xlsx --dry-run
      govtrack profile import triage.xlsx --on 2026-03-31 --reason 'Review of the first quarter'
      govtrack profile import profile.csv --yes --json
    """
    space = current_workspace()
    today = clock.today(space.zone)
    on: date = given["on"] or today
    if on > today:
        raise refuse(f"{on} has not come yet; today is {today}", field="--on")
    read = _read(space, file, on, given)
    given_back.taken(space, read, change, yes=yes, as_json=as_json)


def _read(space: Workspace, file: Path, on: date, given: dict[str, Any]) -> given_back.Given:
    from govtrack.aims.profile import set_row
    from govtrack.intake import edited_sheet, edits, profile_sheet
    from govtrack.register.reader import reading
    from govtrack.status import profile_cells, profile_rows, sheet_origin
    from govtrack.status.systems import slug_of

    catalogue = catalogue_of(space)
    layout = profile_cells.layout(catalogue.profile_scale)
    written = edited_sheet.read(file, layout, given["encoding"])
    with reading(space) as connection:
        size = sheet_origin.size_of(connection, written.facts, written.file)
        of, about, head = _whose(connection, written, given)
        standing = profile_rows.profile(connection, catalogue, on, head, system=about)
        identifier = head["id"] if head else ""
        register = edits.Register(
            {line.key: line for line in profile_cells.lines(standing)},
            profile_cells.recorded(connection, written.written(profile_cells.MARK), identifier),
            sheet_origin.since(connection, "profile_row", size),
        )
        slug = head["slug"] if head else (slug_of(connection, about) if about else "organisation")
    found = profile_sheet.rows(
        written, register, catalogue, of, on,
        generative=bool(standing.actions), force=given["force"],
    )  # fmt: skip
    return given_back.Given(
        FORMAT,
        written.file,
        layout,
        [
            given_back.Wanted(fields, edit.before, edit.place.row or 0, edit.meanwhile)
            for fields, edit in zip(found.fields, found.edits, strict=True)
        ],
        found.problems,
        found.notes,
        lambda recorded, fields: set_row(recorded, fields, catalogue).id,
        profile_cells.recorded,
        {"profile": slug, "on": on.isoformat()},
    )


def _whose(
    connection: sqlite3.Connection, written: Sheet, given: dict[str, Any]
) -> tuple[Whose, str | None, dict[str, Any] | None]:
    """Which profile the sheet is of, the id of its system, its head (None: not recorded yet)."""
    from govtrack.intake import profile_sheet
    from govtrack.status.profile_rows import head
    from govtrack.status.systems import named

    found = []
    said = profile_sheet.Whose(given["profile"], given["system"])
    told = profile_sheet.whose(written)
    for of in dict.fromkeys((told, said)):
        about = named(connection, of.system) if of.system else None
        found.append((of, about, head(connection, of.profile, about)))
    if told == profile_sheet.Whose() or len(found) == 1:
        return found[-1]
    (_, about, there), (_, wanted, other) = found
    same = there == other if there or other else about == wanted
    if said == profile_sheet.Whose() or same:
        return found[0]
    name = there["slug"] if there else about or told.profile
    message = f"the sheet is of the profile '{visible(str(name))}'"
    raise refuse(message, file=written.file, field="--system" if wanted else "--profile")
