"""One sheet of a workbook: a name, columns with widths, rows; and what a cell may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.errors import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST = 32_767  # what a cell holds; a spreadsheet program cuts silently, so we cut and say so
CUT = " [cut here: the whole text is in data/register]"
_FORBIDDEN = set("[]:*?/\\")

Columns = tuple[tuple[str, int], ...]
_DAYS = frozenset(
    (
        "newest", "due", "first due", "decided on", "target by", "set on", "identified on",
        "assessed on", "next review", "accepted on", "accepted until", "closed on", "done on",
        "approved on", "recorded on",
    )
)  # fmt: skip
"""Columns that hold days; the rows of some papers give them as text."""


class Link(NamedTuple):
    """A cell that leads to a file of the pack; `path` counts from the workbook's folder."""

    text: str
    path: str


class Sheet(NamedTuple):
    """A sheet: its name (31 characters at most), its columns with widths, its rows.

    With `marks` there are empty columns at the right for the auditor.
    """

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[object]]
    marks: bool = False


def cell(text: str) -> str:
    """`text` as a cell may hold it: control characters shown, the cut of an overlong one marked."""
    shown = "\n".join(visible(line) for line in text.split("\n"))
    return shown if len(shown) <= LONGEST else shown[: LONGEST - len(CUT)] + CUT


def holds_days(column: str) -> bool:
    """Whether what stands under that heading is a day, or nothing."""
    return column in _DAYS


def sheet_name(text: str) -> str:
    r"""`text` as a sheet's name: none of `[]:*?/\\`, no apostrophe at an end, 31 characters."""
    cleaned = "".join("-" if char in _FORBIDDEN else char for char in visible(text))
    return cleaned[:31].strip("' ") or "sheet"
