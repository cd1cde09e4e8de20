"""`govtrack soa import`: the Statement of Applicability as people edited it in a sheet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govtrack import clock
from govtrack.cli import given_back
from govtrack.cli.changes import catalogue_of
from govtrack.cli.options import DAY, Change, changing, current_workspace, json_option
from govtrack.errors import refuse

if TYPE_CHECKING:
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.workspace import Workspace

FORMAT = "govtrack.soa-import/1"


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--on", type=DAY, metavar="DATE", help="When it was decided. Default: today.")
@click.option("--by", metavar="WHO", help="Who decided. Default: who records it.")
@click.option("--encoding", metavar="NAME", help="Of a CSV. Default: UTF-8.")
@click.option("--force", is_flag=True,
              help="Take the sheet's word where somebody changed the same meanwhile.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Record without asking.")
@json_option
@changing
def import_(*, file: Path, yes: bool, as_json: bool, change: Change, **given: Any) -> None:
    r"""Read an edited sheet back: show what changes, ask, and record all of it or nothing.

    Only what differs is recorded, each control as a decision of its own. docs/sheets.md says what
    is read and what is refused; every problem is named with its row and column.

    \b
    Examples:
      govtrack soa import soa.xlsx --dry-run
      govtrack soa import soa.xlsx --by 'AI steering group' --reason 'Yearly review'
      govtrack soa import soa.csv --yes --json
    """
    space = current_workspace()
    today = clock.today(space.zone)
    on: date = given["on"] or today
    if on > today:
        raise refuse(f"{on} has not come yet; today is {today}", field="--on")
    read = _read(space, catalogue_of(space), file, on, given)
    given_back.taken(space, read, change, yes=yes, as_json=as_json)


def _read(
    space: Workspace, catalogue: Catalogue, file: Path, on: date, given: dict[str, Any]
) -> given_back.Given:
    from govtrack.aims.applicability import decide
    from govtrack.intake import edited_sheet, edits, soa_sheet
    from govtrack.register.reader import reading
    from govtrack.status import sheet_origin, soa_cells

    written = edited_sheet.read(file, soa_cells.LAYOUT, given["encoding"])
    with reading(space) as connection:
        size = sheet_origin.size_of(connection, written.facts, written.file)
        standing = soa_cells.standing(connection, catalogue, on)
        register = edits.Register(
            standing.lines,
            soa_cells.recorded(connection, written.written("decision")),
            sheet_origin.since(connection, "applicability", size),
        )
    dated = soa_sheet.Dated(on, given["by"])
    found = soa_sheet.decisions(written, standing, register, catalogue, dated, force=given["force"])
    return given_back.Given(
        FORMAT,
        written.file,
        soa_cells.LAYOUT,
        [
            given_back.Wanted(fields, edit.before, edit.place.row or 0, edit.meanwhile)
            for fields, edit in zip(found.fields, found.edits, strict=True)
        ],
        found.problems,
        found.notes,
        lambda recorded, fields: decide(recorded, fields, catalogue).id,
        soa_cells.recorded,
        {"on": on.isoformat()},
    )
