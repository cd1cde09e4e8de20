"""`govtrack profile export`: document 19 by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govtrack.cli.changes import catalogue_of
from govtrack.cli.files import form_of, put
from govtrack.cli.options import current_workspace, json_option
from govtrack.cli.output import answer_json, say
from govtrack.cli.profile_read import naming
from govtrack.errors import visible

if TYPE_CHECKING:
    from datetime import date

PAGES = ("html", "pdf")


@click.command()
@naming
@click.option("--output", required=True, metavar="FILE", help="Ends in .html, .pdf or .json.")
@json_option
def export(
    *,
    which: str | None,
    system: str | None,
    as_of: date | None,
    recorded_by: date | None,
    output: str,
    as_json: bool,
) -> None:
    r"""Write a profile to a file: the document with its scale, rows, gaps and plan, or JSON.

    \b
    Examples:
      govtrack profile export --output profile.pdf
      govtrack profile export --system triage --as-of 2025-12-31 --output triage.html
    """
    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status.profile import paper
    from govtrack.status.systems import named

    form = form_of(output, (*PAGES, "json"))
    space = current_workspace()
    catalogue = catalogue_of(space)
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        identifier = named(connection, system) if system else None
        found = paper(connection, catalogue, day, which, system=identifier)
        if form == "json":
            from govtrack.status.profile_form import as_json as document

            counted = found.generative[0].counted if found.profile.actions else None
            written = document(found.profile, counted, None, recorded_by)
            content = json.dumps(written, ensure_ascii=False, indent=2).encode()
        else:
            from govtrack.packs import profile_page

            page = profile_page.page(connection, space, catalogue, found)
            content = profile_page.printed(page, day) if form == "pdf" else page.encode()
    put(Path(output), content)
    if as_json:
        answer_json({"format": "govtrack.written/1", "path": output, "bytes": len(content)})
    else:
        say(f"Wrote {visible(output)}")
