"""`govtrack import`: record many pieces of evidence from a table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govtrack.cli.options import Change, OneOf, changing, current_workspace, json_option
from govtrack.cli.output import answer_json, plural, progress, say, talk
from govtrack.errors import BadInput, Problem, refuse

if TYPE_CHECKING:
    from govtrack.aims.bulk import Imported
    from govtrack.aims.fields import EvidenceFields
    from govtrack.catalog.catalogue import Catalogue
    from govtrack.intake.records import Reading

FORMAT = "govtrack.imported/1"
STANDARD_INPUT = "standard input"


@click.command("import")
@click.argument("tables", nargs=-1, required=True, metavar="TABLE...")
@click.option("--folder", type=click.Path(path_type=Path), metavar="DIR",
              help="Where the artefacts are. Default: the folder of the table.")  # fmt: skip
@click.option("--encoding", metavar="NAME", help="Of text tables. Default: UTF-8.")
@click.option("--format", "form", type=OneOf(["csv", "xlsx", "yaml", "json", "jsonl"]),
              help="Format of a table on standard input ('-').")  # fmt: skip
@click.option("--accept-proposed", is_flag=True, help="Confirm every proposed requirement.")
@click.option("--allow-duplicate", is_flag=True, help="Record bytes that are recorded already.")
@click.option("--allow-empty", is_flag=True, help="Record files without content.")
@json_option
@changing
def import_(
    tables: tuple[str, ...],
    *,
    folder: Path | None,
    encoding: str | None,
    form: str | None,
    accept_proposed: bool,
    allow_duplicate: bool,
    allow_empty: bool,
    as_json: bool,
    change: Change,
) -> None:
    r"""Record what every row of TABLE... says: all of it, or nothing.

    A table is CSV, XLSX, YAML, JSON or JSON Lines; docs/import.md names its columns. Rows that
    are on record already (same files, kind and title) are passed over, so a table can be given
    again. Every problem is named with its row before anything is recorded.

    \b
    Examples:
      govtrack import evidence.csv --dry-run
      govtrack import evidence-2025.xlsx --folder artefacts --reason 'Records of 2025'
      govtrack import - --format json < export.json
    """
    from govtrack.aims import bulk
    from govtrack.catalog.loading import catalogue as load

    space = current_workspace()
    catalogue = load(space.schemas)
    readings = _read(tables, folder, encoding, form, catalogue)
    records = [record for reading in readings for record in reading.records]
    with progress("reading files", len(records)) as advance:
        imported = bulk.record_many(
            space,
            records,
            catalogue,
            change.actor,
            change.reason,
            dry_run=change.dry_run,
            accept_proposed=accept_proposed,
            allow_duplicate=allow_duplicate,
            allow_empty=allow_empty,
            progress=advance,
        )
    notes = [note for reading in readings for note in reading.notes]
    for note in (*notes, *_notes(records), *imported.notes):
        talk(f"note: {note}")
    if as_json:
        answer_json(
            {
                "format": FORMAT,
                "tables": list(tables),
                "recorded": list(imported.recorded),
                "already": list(imported.already),
                "dry_run": change.dry_run,
            }
        )
    else:
        say(_said(imported, dry_run=change.dry_run))


def _read(
    tables: tuple[str, ...],
    folder: Path | None,
    encoding: str | None,
    form: str | None,
    catalogue: Catalogue,
) -> list[Reading]:
    """Every table read; the problems of all are refused together."""
    if ("-" in tables) != (form is not None):
        raise refuse("goes with '-' (standard input), and '-' with it", field="--format")
    readings: list[Reading] = []
    problems: list[Problem] = []
    for table in dict.fromkeys(tables):
        try:
            readings.append(_read_one(table, folder, encoding, form, catalogue))
        except BadInput as refusal:
            problems.extend(refusal.problems)
    if problems:
        raise BadInput(problems)
    return readings


def _read_one(
    table: str, folder: Path | None, encoding: str | None, form: str | None, catalogue: Catalogue
) -> Reading:
    from govtrack.intake import records, tables

    if table == "-" and form is not None:
        read = tables.read_stream(sys.stdin.buffer, form, STANDARD_INPUT, encoding)
        return records.records(read, STANDARD_INPUT, folder or Path(), catalogue)
    return records.read(Path(table), catalogue, folder=folder, encoding=encoding)


def _notes(records: list[EvidenceFields]) -> list[str]:
    """What was read differently, each once, at the first row it was met."""
    first: dict[str, str] = {}
    for record in records:
        for note in record.notes:
            first.setdefault(note, f"{record.place.file}, row {record.place.row}: {note}")
    return list(first.values())


def _said(imported: Imported, *, dry_run: bool) -> str:
    new, old = imported.recorded, imported.already
    done = "Would record" if dry_run else "Recorded"
    which = f", {new[0]}" + (f" to {new[-1]}" if len(new) > 1 else "") if new else ""
    pieces = plural(len(new), "piece of evidence", "pieces of evidence")
    before = f"; {len(old)} on record already" if old else ""
    return f"{done} {pieces}{which}{before}."
