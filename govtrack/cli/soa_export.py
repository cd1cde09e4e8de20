"""`govtrack soa export`: the Statement of Applicability as a document, or a sheet to edit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govtrack.cli.changes import catalogue_of
from govtrack.cli.files import form_of, put
from govtrack.cli.options import as_of_option, current_workspace, recorded_by_option
from govtrack.cli.output import talk
from govtrack.errors import visible

if TYPE_CHECKING:
    import sqlite3
    from datetime import date

    from govtrack.status.soa import Statement
    from govtrack.workspace import Workspace

FORMS = ("html", "pdf", "xlsx", "csv", "json")
TABLES = ("xlsx", "csv")


@click.command()
@click.option(
    "--output", required=True, metavar="FILE", help="A new .html, .pdf, .xlsx, .csv or .json file."
)
@click.option("--system", metavar="SYSTEM", help="As it is for one system (slug or id).")
@click.option("--version", type=int, metavar="N", help="As that version froze it.")
@as_of_option
@recorded_by_option
def export(
    *,
    output: str,
    system: str | None,
    version: int | None,
    as_of: date | None,
    recorded_by: date | None,
) -> None:
    r"""Write the statement as a document, or as a sheet to edit and give back with 'import'.

    HTML and PDF have controls, differences, what changed, what the tests found. The XLSX or CSV of
    what holds is to be edited: one row a control, further rows where a system differs; blue
    columns are read back. That of a version, a system or an earlier state is a table to read.

    \b
    Examples:
      govtrack soa export --output soa.pdf
      govtrack soa export --output soa.xlsx
      govtrack soa export --version 2 --output soa-2.html
    """
    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status import soa_json, soa_paper
    from govtrack.status.soa import statement
    from govtrack.status.systems import named

    form = form_of(output, FORMS)
    space = current_workspace()
    catalogue = catalogue_of(space)
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        if form in TABLES and (system, version, recorded_by) == (None, None, None):
            found = statement(connection, catalogue, day)
            content = _to_edit(connection, space, found, form, day)
        else:
            about = named(connection, system) if system else None
            said = soa_paper.paper(connection, catalogue, day, about, version)
            found = said.statement
            if form == "json":
                document = soa_json.shown(found, recorded_by=recorded_by)
                content = (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
            elif form in TABLES:
                content = _to_read(found, form, day)
            else:
                from govtrack.packs import paper, soa_document

                page = soa_document.page(connection, space, catalogue, said, day)
                content = paper.printed(page, day) if form == "pdf" else page.encode()
    put(Path(output), content)
    talk(f"Wrote {found.counts.line()} to {visible(output)}")


def _to_edit(
    connection: sqlite3.Connection, space: Workspace, found: Statement, form: str, day: date
) -> bytes:
    from govtrack.packs import soa_sheet
    from govtrack.register import journal

    trail = journal.state(connection)
    return soa_sheet.written(found, form, space.organisation, day, trail)


def _to_read(found: Statement, form: str, day: date) -> bytes:
    from govtrack.packs import data_files, paper_book, soa_document, soa_rows

    sheet = soa_rows.sheet(found)
    if form == "csv":
        return data_files.table([name for name, _ in sheet.columns], sheet.rows)
    return paper_book.book(soa_document.TITLE, day, [sheet])
