"""`govtrack soa sheet|import`: the Statement of Applicability as a sheet that people edit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govtrack import clock
from govtrack.cli import given_back
from govtrack.cli.changes import catalogue_of
from govtrack.cli.files import form_of, put
from govtrack.cli.options import DAY, Change, as_of_option, changing, current_workspace, json_option
from govtrack.cli.output import talk
from govtrack.errors import refuse, visible

if TYPE_CHECKING:
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.workspace import Workspace

FORMAT = "govtrack.soa-import/1"


@click.command()
@click.option("--output", required=True, metavar="FILE", help="A new .xlsx or .csv file.")
@as_of_option
def sheet(*, output: str, as_of: date | None) -> None:
    r"""Write the Statement of Applicability as a sheet to edit and give back with 'import'.

    One row a control, further rows where a system differs; blue columns are read back. Nothing in
    it is a formula: in a CSV such text gets a leading apostrophe, which is taken off again.

    \b
    Examples:
      govtrack soa sheet --output soa.xlsx
      govtrack soa sheet --output soa.csv --as-of 2025-12-31
    """
    from govtrack.packs import soa_sheet
    from govtrack.packs.edit_sheet import FORMS
    from govtrack.register import journal
    from govtrack.register.reader import reading
    from govtrack.status.soa import statement

    form = form_of(output, FORMS)
    space = current_workspace()
    day = as_of or clock.today(space.zone)
    with reading(space) as connection:
        trail = journal.state(connection)
        found = statement(connection, catalogue_of(space), day)
    put(Path(output), soa_sheet.written(found, form, space.organisation, day, trail))
    talk(f"Wrote {len(found.controls)} controls to {visible(output)}")


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
      govtrack soa import soa.xlsx --on 2026-02-02 --by 'AI steering group' --reason 'Yearly review'
      govtrack soa import soa.csv --yes --json
    """
    given_back.asked_first(change, yes=yes, as_json=as_json)
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
        lambda recorded, fields: decide(recorded, fields, catalogue),
        soa_cells.recorded,
        {"on": on.isoformat()},
    )
