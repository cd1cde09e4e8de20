"""The Statement of Applicability as a sheet to edit and give back (ISO/IEC 42001 6.1.3)."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from govtrack.packs import edit_sheet
from govtrack.status import soa_cells
from govtrack.status.edited_cells import TRAIL_ROOT, TRAIL_SIZE

if TYPE_CHECKING:
    from datetime import date

    from govtrack.status.soa import Statement
    from govtrack.trail.tree import Tree


def written(statement: Statement, form: str, organisation: str, day: date, trail: Tree) -> bytes:
    """The statement of `day` as `xlsx` or `csv`; `trail` is the tree it was made from."""
    lines = tuple(soa_cells.lines(statement))
    if form == "csv":
        return edit_sheet.csv_file(soa_cells.LAYOUT, lines)
    latest = statement.latest
    version = (
        f"{latest.version}, approved by {latest.approved_by} on {latest.approved_on}"
        if latest
        else "none approved yet"
    )
    rows = (
        ("Standard", statement.edition),
        ("Latest version", version),
        ("Controls", statement.counts.line()),
        *trail_rows(trail),
    )
    return edit_sheet.workbook(soa_cells.LAYOUT, lines, edit_sheet.Facts(day, organisation, rows))


def trail_rows(trail: Tree) -> tuple[tuple[str, str], ...]:
    """From which state of the register a sheet was made."""
    return ((TRAIL_SIZE, str(trail.size)), (TRAIL_ROOT, b64encode(trail.root()).decode()))
