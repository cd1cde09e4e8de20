"""One sheet of a workbook: a name, columns with widths, rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Columns = tuple[tuple[str, int], ...]


class Sheet(NamedTuple):
    """A sheet: its name (31 characters at most), its columns with widths, its rows.

    With `marks` there are empty columns at the right for the auditor.
    """

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[object]]
    marks: bool = False
