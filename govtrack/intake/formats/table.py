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


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of one sheet as they stand, before anybody says where its header is.

    `name` is the sheet's title (None: a text file has one grid and no name). `lines` holds each
    line that is not empty with its number. `hidden` are numbers of rows not shown, `merged` the
    first and last row of merged ranges with how they are written, `unreckoned` the places (row,
    column from 0) of formulas whose result was not kept. `serial` tells whether a day may stand as
    its number in the calendar from 1900.
    """

    name: str | None
    lines: tuple[tuple[int, tuple[str, ...]], ...]
    hidden: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, str], ...] = ()
    unreckoned: frozenset[tuple[int, int]] = frozenset()
    serial: bool = False
