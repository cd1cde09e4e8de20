"""`govtrack evidence export`: a table of evidence, or the artefacts themselves."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govtrack import clock
from govtrack.cli.evidence_read import chosen, filtering
from govtrack.cli.files import put
from govtrack.cli.options import as_of_option, current_workspace, recorded_by_option
from govtrack.cli.output import plural, talk
from govtrack.errors import refuse, visible

if TYPE_CHECKING:
    from datetime import date

    from govtrack.workspace import Workspace


@click.command()
@click.option("--output", metavar="FILE", help="A .csv, .xlsx or .json file; '-' is CSV on stdout.")
@click.option("--files", "folder", type=click.Path(path_type=Path), metavar="DIR",
              help="A new folder for the artefacts, each checked against its SHA-256.")  # fmt: skip
@filtering
@as_of_option
@recorded_by_option
def export(
    *,
    output: str | None,
    folder: Path | None,
    as_of: date | None,
    recorded_by: date | None,
    **wanted: Any,
) -> None:
    r"""Write evidence as a table, its artefacts into a folder, or both.

    In a CSV, text that a spreadsheet would reckon with (beginning with = + - @) gets a leading
    apostrophe; in XLSX it is kept as text unchanged.

    \b
    Examples:
      govtrack evidence export --output evidence.xlsx
      govtrack evidence export --kind vv-report --files vv-reports
    """
    from govtrack.packs import exports
    from govtrack.register.reader import reading
    from govtrack.status.evidence import documents

    if output is None and folder is None:
        raise refuse("say where: --output FILE, --files DIR, or both", field="--output")
    space = current_workspace()
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        found = list(documents(connection, chosen(space, connection, wanted), day))
    if output == "-":
        sys.stdout.buffer.write(exports.written(found, "csv", day))
    elif output is not None:
        path = Path(output)
        put(path, exports.written(found, path.suffix.lstrip(".").casefold(), day))
        talk(f"Wrote {plural(len(found), 'record')} to {visible(output)}")
    if folder is not None:
        count = _artefacts(space, found, folder)
        talk(f"Wrote {plural(count, 'artefact')} to {visible(str(folder))}")


def _artefacts(space: Workspace, found: list[dict[str, Any]], folder: Path) -> int:
    """Copy every artefact under a name made from its record; the user's name may hold anything."""
    from govtrack.register.objects import copied_out

    folder.mkdir(parents=True)
    count = 0
    for one in found:
        if one["purged_on"]:
            on, why = one["purged_on"], visible(one["purged_why"])
            talk(f"note: {one['id']}: purged on {on} under {why}; its SHA-256 stays")
            continue
        for position, file in enumerate(one["files"], 1):
            suffix = Path(file["name"]).suffix
            safe = suffix if suffix[1:].isalnum() and suffix.isascii() else ".bin"
            target = folder / f"{one['id']}-v{one['version']}-{position}{safe.casefold()}"
            copied_out(space.objects_path, file["sha256"], target, one["id"])
            count += 1
    return count
