"""A sheet that was exported, edited by hand and given back: its rows as they are written.

Columns may stand in any order and be headed in any case; what cannot be read is refused in words,
all of it at once. What the cells mean, and what of it is a change, is said elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.errors import BadInput, Problem, closest, visible
from govtrack.intake import tables
from govtrack.status.edited_cells import README, plain, unguarded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from govtrack.intake.formats.table import Grid
    from govtrack.status.edited_cells import Column, Layout

LOOKED_AT = 30
"""Lines among which the header is looked for."""
FEWEST = 2
"""Known columns that make a line a header."""
MOST_ROWS = 20_000
OWN = ("x ", "x:", "x-", "x_")
"""How the heading of a column begins that is a person's own and not read."""
NAMED = 12
"""Rows that a note names before it only counts."""


class Row(NamedTuple):
    """A row as written: its number, the text of each known column."""

    number: int
    cells: Mapping[str, str]


class Sheet(NamedTuple):
    """A file given back: its rows, which columns it has, what its "Read me" says, remarks.

    `problems` are what is wrong with its rows as they are written, to be told together with what is
    wrong with what they say; a cell that cannot be read is left out of its row. `serial` tells
    whether a whole number may be a day (only a workbook has such).
    """

    file: str
    rows: tuple[Row, ...]
    columns: frozenset[str]
    facts: Mapping[str, str]
    notes: tuple[str, ...]
    serial: bool
    problems: tuple[Problem, ...]

    def written(self, name: str) -> set[str]:
        """Every text of that column, without the empty ones."""
        return {text for row in self.rows if (text := row.cells.get(name, ""))}


def read(path: Path, layout: Layout, encoding: str | None = None) -> Sheet:
    """The rows of the data sheet in the XLSX or CSV file at `path`.

    The sheet is the one of the layout's name, else the first with a header of it. Raises
    `BadInput` with everything that keeps its header from being read.
    """
    file = str(path)
    grids = tables.grids(path, encoding)
    grid, at, notes = _chosen(grids, layout, file)
    reader = _Reader(file, layout, grid, at)
    rows = tuple(reader.rows())
    if not rows and not reader.problems:
        reader.wrong("has no rows below its header", None)
    if not rows:
        raise BadInput(reader.problems)
    return Sheet(
        file,
        rows,
        frozenset(column.name for column in reader.known.values()),
        _facts(grids),
        (*notes, *reader.notes()),
        grid.serial,
        tuple(reader.problems),
    )


def _chosen(grids: Sequence[Grid], layout: Layout, file: str) -> tuple[Grid, int, list[str]]:
    """The grid that holds the table, which of its lines is the header, and a note on the choice."""
    named = [one for one in grids if (one.name or "").strip().casefold() == layout.sheet.casefold()]
    others = [one for one in grids if one not in named and not _is_read_me(one)]
    if not named and any(_to_read(one, layout) for one in others):
        message = (
            "this is a pack's workbook, or another table to read: write a sheet to edit with "
            f"'{layout.command} export --output FILE'"
        )
        raise BadInput(Problem(message, file))
    fitting = [(one, at) for one in (*named, *others) if (at := _header(one, layout)) is not None]
    if named and (not fitting or fitting[0][0] is not named[0]):
        fitting = []
    if not fitting:
        where = f"sheet '{layout.sheet}'" if named else "no sheet" if len(grids) > 1 else "it"
        wanted = ", ".join(column.heading for column in layout.columns if column.role == "key")
        raise BadInput(
            Problem(
                f"{where} has {'a' if not named and len(grids) > 1 else 'no'} line with the names "
                f"of the columns ({wanted}, ...); expected a sheet that '{layout.command} export' "
                "wrote",
                file,
            )
        )
    (grid, at), *rest = fitting
    notes = []
    if grid.name is not None and not named:
        notes.append(f"{file}: sheet '{visible(grid.name)}' is read")
    notes += [f"{file}: sheet '{visible(one.name or '')}' is not read" for one, _ in rest]
    return grid, at, notes


def _header(grid: Grid, layout: Layout) -> int | None:
    """Which line names the most columns; None where none names enough."""
    counts = [
        len({column.name for text in cells if (column := _named(text, layout))})
        for _, cells in grid.lines[:LOOKED_AT]
    ]
    most = max(counts, default=0)
    return counts.index(most) if most >= FEWEST else None


def _named(text: str, layout: Layout) -> Column | None:
    folded = _folded(text)
    return next((one for one in layout.columns if _folded(one.name) == folded), None)


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").replace("-", " ").split())


def _is_read_me(grid: Grid) -> bool:
    return _folded(grid.name or "") == _folded(README)


def _to_read(grid: Grid, layout: Layout) -> bool:
    """Whether it is the paper's sheet as documents have it, with its number."""
    number, _, name = _folded(grid.name or "").partition(" ")
    return number.isdecimal() and name.endswith(_folded(layout.sheet))


def _facts(grids: Sequence[Grid]) -> dict[str, str]:
    lines = next((one.lines for one in grids if _is_read_me(one)), ())
    return {cells[0].strip(): plain(cells[1]) for _, cells in lines if len(cells) > 1}


class _Reader:
    """One grid on its way to rows."""

    def __init__(self, file: str, layout: Layout, grid: Grid, at: int) -> None:
        self.file, self.layout, self.grid, self.at = file, layout, grid, at
        self.problems: list[Problem] = []
        self.known: dict[int, Column] = {}
        self.own: dict[int, str] = {}
        self.hidden: list[int] = []
        self.header_row, self.header = grid.lines[at]
        self.head()
        if self.problems:
            raise BadInput(self.problems)

    def head(self) -> None:
        """Learn which column stands where."""
        strangers: list[str] = []
        for position, text in enumerate(self.header):
            name = text.strip()
            column = _named(name, self.layout)
            if column is not None:
                if column in self.known.values():
                    self.wrong("this column is there twice", self.header_row, column.heading)
                self.known[position] = column
            elif name.casefold().startswith(OWN):
                self.own[position] = name
            elif name:
                strangers.append(name)
        missing = [one for one in self.layout.of("key")[:1] if one not in self.known.values()]
        for name in strangers:
            # what is there already cannot be meant
            free = [one.heading for one in self.layout.columns if one not in self.known.values()]
            self.wrong(
                f"'{visible(name)}' is not a column of this sheet; a column of your own is headed "
                "'x ...'",
                self.header_row,
                nearest=closest(name, free),
            )
        for column in missing:
            nearest = closest(column.heading, strangers)
            self.wrong("this column is missing", self.header_row, column.heading, nearest)

    def rows(self) -> Iterator[Row]:
        """Every row that says something; blank ones are passed over."""
        lines = self.grid.lines[self.at + 1 :]
        if len(lines) > MOST_ROWS:
            self.wrong(f"{len(lines)} rows; at most {MOST_ROWS} are read", None)
            return
        self.parted()
        key = self.layout.of("key")[0].name
        for number, cells in lines:
            found = self.row(number, cells)
            if found is None or key not in found.cells:
                continue
            if not found.cells[key]:
                self.wrong(f"says no {key}; notes have their place in a column headed 'x ...'",
                           number)  # fmt: skip
                continue
            if number in self.grid.hidden:
                self.hidden.append(number)
            yield found

    def parted(self) -> None:
        """Refuse cells merged below the header."""
        for first, last, written in self.grid.merged:
            if last > self.header_row:
                message = f"cells {visible(written)} are merged: part them, each row says its own"
                self.wrong(message, max(first, self.header_row + 1))

    def row(self, number: int, cells: Sequence[str]) -> Row | None:
        """The row's known cells, or None where it is blank or too short to be one."""
        text_file = self.grid.name is None
        said = {
            column.name: plain(cells[position]) if position < len(cells) else ""
            for position, column in self.known.items()
        }
        unread = []
        more = [at for at in range(len(cells)) if at not in self.known and at not in self.own]
        stray = next((at for at in more if cells[at].strip()), None)
        if stray is not None:
            message = f"column {_letters(stray)} has no heading; one of your own is headed 'x ...'"
            self.wrong(message, number)
        if not any(said.values()) and not any(
            "".join(cells[at : at + 1]).strip() for at in self.own
        ):
            return None
        if text_file and len(cells) < len(self.header):
            missing = visible(self.header[len(cells)])
            message = f"{len(cells)} cells where the header names {len(self.header)}"
            self.wrong(f"{message}: no '{missing}'", number)
            unread += [one.name for at, one in self.known.items() if at >= len(cells)]
        for position, column in self.known.items():
            if (number, position) in self.grid.unreckoned and column.role != "told":
                message = "a formula without its result: save the file in a spreadsheet program"
                self.wrong(message, number, column.heading)
                unread.append(column.name)
        if text_file:
            said = {name: unguarded(text) for name, text in said.items()}
        return Row(number, {name: text for name, text in said.items() if name not in unread})

    def notes(self) -> Iterator[str]:
        """What was read although it may not have been meant to be, and what was not."""
        if self.hidden:
            yield f"{self.file}: {numbered(self.hidden)} hidden in the sheet and read too"
        if self.own:
            names = ", ".join(f"'{visible(name)}'" for name in self.own.values())
            yield f"{self.file}: columns of your own are not read: {names}"
        missing = [one for one in self.layout.of("edited") if one not in self.known.values()]
        if missing:
            names = ", ".join(one.heading for one in missing)
            yield f"{self.file}: columns that are not there stay as they are: {names}"

    def wrong(
        self, message: str, row: int | None, field: str | None = None, nearest: str | None = None
    ) -> None:
        self.problems.append(Problem(message, self.file, row, field, nearest))


def numbered(rows: Sequence[int]) -> str:
    """`row 7 is`, `rows 7, 9 are`, `23 rows are`."""
    if len(rows) == 1:
        return f"row {rows[0]} is"
    if len(rows) > NAMED:
        return f"{len(rows)} rows are"
    return f"rows {', '.join(map(str, rows))} are"


def _letters(position: int) -> str:
    """`A` for 0, `AA` for 26: how a spreadsheet names a column."""
    name, left = "", position + 1
    while left:
        left, letter = divmod(left - 1, 26)
        name = chr(65 + letter) + name
    return name
