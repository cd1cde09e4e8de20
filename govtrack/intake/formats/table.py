"""What every reader of tables gives: rows of text, under the names that the file uses."""

from __future__ import annotations

from dataclasses import dataclass

Cell = str | tuple[str, ...]
"""Text, or the texts of a list where the format has lists."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: `number` is the line it begins on (of a sheet: the row), as a person counts."""

    number: int
    cells: dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one file.

    `header` are the names of the columns and `header_row` the row they stand on, in formats that
    have them; `notes` say how the file was read, where that was not plain.
    """

    rows: tuple[Row, ...]
    header: tuple[str, ...] = ()
    header_row: int | None = None
    notes: tuple[str, ...] = ()
