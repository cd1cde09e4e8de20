"""`govtrack soa export`: the Statement of Applicability as a document."""

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
    from datetime import date

FORMS = ("html", "pdf", "xlsx", "json")


@click.command()
@click.option(
    "--output", required=True, metavar="FILE", help="A new .html, .pdf, .xlsx or .json file."
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
    r"""Write the statement as a document: controls, differences, what changed, what tests found.

    \b
    Examples:
      govtrack soa export --output soa.pdf
      govtrack soa export --version 2 --output soa-2.html
    """
    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status import soa_json, soa_paper
    from govtrack.status.systems import named

    form = form_of(output, FORMS)
    space = current_workspace()
    catalogue = catalogue_of(space)
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        about = named(connection, system) if system else None
        said = soa_paper.paper(connection, catalogue, day, about, version)
        if form == "json":
            document = soa_json.shown(said.statement, recorded_by=recorded_by)
            content = (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
        elif form == "xlsx":
            from govtrack.packs import paper_book, soa_document, soa_rows

            sheet = soa_rows.sheet(said.statement)
            content = paper_book.book(soa_document.TITLE, day, [sheet])
        else:
            from govtrack.packs import paper, soa_document

            page = soa_document.page(connection, space, catalogue, said, day)
            content = paper.printed(page, day) if form == "pdf" else page.encode()
    put(Path(output), content)
    talk(f"Wrote {said.statement.counts.line()} to {visible(output)}")
