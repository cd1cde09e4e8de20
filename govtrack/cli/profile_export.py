"""`govtrack profile export`: document 19 by itself, or a sheet to edit."""

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
    import sqlite3
    from datetime import date

    from govtrack.status.profile_rows import Profile
    from govtrack.workspace import Workspace

FORMS = ("html", "pdf", "xlsx", "csv", "json")


@click.command()
@naming
@click.option(
    "--output", required=True, metavar="FILE", help="Ends in .html, .pdf, .xlsx, .csv or .json."
)
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
    r"""Write a profile to a file: the document, a sheet to edit and give back, or JSON.

    HTML and PDF have the scale, rows, gaps and plan. XLSX and CSV are to be edited and read back
    with 'import': one row a subcategory; blue columns are read back.

    \b
    Examples:
      govtrack profile export --output profile.pdf
      govtrack profile export --output profile.xlsx
      govtrack profile export --system triage --as-of 2025-12-31 --output triage.html
    """
    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status.profile import paper
    from govtrack.status.systems import named

    form = form_of(output, FORMS)
    space = current_workspace()
    catalogue = catalogue_of(space)
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        identifier = named(connection, system) if system else None
        found = paper(connection, catalogue, day, which, system=identifier)
        if form == "json":
            from govtrack.status.profile_form import as_json as document

            counted = found.generative[0].counted if found.profile.actions else None
            written = document(found.profile, counted, None, recorded_by, found.playbook)
            content = json.dumps(written, ensure_ascii=False, indent=2).encode()
        elif form in {"xlsx", "csv"}:
            content = _to_edit(connection, space, found.profile, form, day, identifier)
        else:
            from govtrack.packs import profile_page

            page = profile_page.page(connection, space, catalogue, found)
            content = profile_page.printed(page, day) if form == "pdf" else page.encode()
    put(Path(output), content)
    if as_json:
        answer_json({"format": "govtrack.written/1", "path": output, "bytes": len(content)})
    else:
        say(f"Wrote {visible(output)}")


def _to_edit(
    connection: sqlite3.Connection,
    space: Workspace,
    profile: Profile,
    form: str,
    day: date,
    system: str | None,
) -> bytes:
    """The sheet; that of a system's profile names the system, also where none is recorded yet."""
    from govtrack.packs import profile_sheet
    from govtrack.register import journal
    from govtrack.status.systems import slug_of

    head = profile.head
    about = head["system"] if head and head["kind"] == "system" else system
    of_system = about if about and (head is None or head["kind"] == "system") else None
    slug = slug_of(connection, of_system) if of_system else None
    trail = journal.state(connection)
    return profile_sheet.written(profile, form, space.organisation, day, trail, slug)
