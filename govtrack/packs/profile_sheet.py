"""An AI RMF profile as a sheet to edit and give back (NIST AI 100-1 section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.packs import edit_sheet
from govtrack.packs.soa_sheet import trail_rows
from govtrack.status import profile_cells
from govtrack.status.edited_cells import PROFILE, SYSTEM

if TYPE_CHECKING:
    from datetime import date

    from govtrack.status.profile_rows import Profile
    from govtrack.trail.tree import Tree


def written(
    profile: Profile, form: str, organisation: str, day: date, trail: Tree, system: str | None
) -> bytes:
    """The profile on `day` as `xlsx` or `csv`; `system` is the short name of whose it is, if any.

    `trail` is the tree it was made from.
    """
    layout = profile_cells.layout(profile.scale)
    lines = tuple(profile_cells.lines(profile))
    if form == "csv":
        return edit_sheet.csv_file(layout, lines)
    head = profile.head
    about = [(PROFILE, head["slug"] if head else system or "organisation")]
    if system:
        about.append((SYSTEM, system))
    if head:
        about += [
            (label, head[name])
            for label, name in (("Title", "title"), ("Scope", "scope"), ("Method", "method"))
            if head[name]
        ]
    rows = (*about, ("Scale", str(profile.scale["source"])), *trail_rows(trail))
    return edit_sheet.workbook(layout, lines, edit_sheet.Facts(day, organisation, rows))
