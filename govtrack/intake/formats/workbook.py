"""XLSX workbooks: the sheet named 'evidence', else the first one.

A workbook is a zip of XML: its size unpacked is checked before it is read, and XML that declares a
document type (the way to entity bombs and to other files) is refused.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from govtrack.errors import BadInput, Problem, visible
from govtrack.intake.formats import grid, sheet_xml
from govtrack.intake.formats.table import Grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govtrack.intake.formats.table import Table

SHEET = "evidence"
LARGEST = 500 * 2**20
"""Bytes of all members of the zip, unpacked."""
MOST_MEMBERS = 2_000
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


def read(data: bytes, file: str, encoding: str | None = None) -> Table:
    """The sheet's table; dates become ISO text and whole numbers lose their `.0`.

    Raises `BadInput` where it is not a workbook, unpacks too large, or has error cells.
    """
    with _opened(data, file, encoding) as book:
        return _table(book, file)


def grids(data: bytes, file: str, encoding: str | None = None) -> tuple[Grid, ...]:
    """Every sheet's cells as text, for readers that look for their table themselves.

    Raises `BadInput` as `read` does, but says nothing of error cells: their text is theirs.
    """
    with _opened(data, file, encoding) as book:
        return tuple(_grid(book, sheet) for sheet in book.sheets)


@contextmanager
def _opened(data: bytes, file: str, encoding: str | None) -> Iterator[sheet_xml.Book]:
    """The workbook while it is read; whatever is not whole about it becomes a refusal."""
    if encoding is not None:
        raise BadInput(Problem("a workbook says its own encoding", field="--encoding"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _refuse_bombs(package, file)
            yield sheet_xml.Book(package)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError):
        raise BadInput(Problem("not an .xlsx workbook (or one with a password)", file)) from None
    except (KeyError, ValueError, IndexError, OverflowError, SyntaxError, ExpatError):
        message = "not a workbook that can be read: save it as .xlsx once more, or as .csv"
        raise BadInput(Problem(message, file)) from None


def _grid(book: sheet_xml.Book, sheet: sheet_xml.Sheet) -> Grid:
    marks = sheet_xml.Marks()
    rows = {number: tuple(cells) for number, cells in book.rows(sheet, marks) if any(cells)}
    return Grid(
        sheet.title,
        tuple(rows.items()),
        frozenset(marks.hidden) & rows.keys(),
        tuple(_rows_of(written) for written in marks.merged),
        frozenset(
            (row, column)
            for row, column in marks.formulas
            if not "".join(rows.get(row, ())[column : column + 1])
        ),
        serial=not book.from_1904,
    )


def _rows_of(written: str) -> tuple[int, int, str]:
    """First and last row of a range such as `B5:B7`."""
    first, _, last = written.partition(":")
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ$"
    return int(first.strip(letters)), int((last or first).strip(letters)), written


def _table(book: sheet_xml.Book, file: str) -> Table:
    sheet = next((one for one in book.sheets if one.title.casefold() == SHEET), book.sheets[0])
    problems: list[Problem] = []
    note = f"{file}: sheet '{visible(sheet.title)}'"
    table = grid.table(_whole(book.rows(sheet), file, problems), file, (note,))
    if problems:
        raise BadInput(problems)
    return table


def _whole(
    rows: Iterable[tuple[int, list[str]]], file: str, problems: list[Problem]
) -> Iterator[tuple[int, list[str]]]:
    """The rows with the empty cells at their ends, which a sheet leaves out."""
    width = 0
    for number, cells in rows:
        if not _ERRORS.isdisjoint(cells):
            fault = next(cell for cell in cells if cell in _ERRORS)
            problems.append(Problem(f"a cell holds the error {fault}", file, number))
        if any(cells):
            width = width or len(cells)
            yield number, cells + [""] * (width - len(cells))


def _refuse_bombs(package: zipfile.ZipFile, file: str) -> None:
    members = package.infolist()
    size = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or size > LARGEST:
        message = f"unpacks to {len(members)} files of {size} bytes; that is no table"
        raise BadInput(Problem(message, file))
    for member in members:
        with package.open(member) as stream:
            if b"<!DOCTYPE" in stream.read(65_536).replace(b"\0", b""):
                message = f"'{visible(member.filename)}' in it declares a DTD: not allowed"
                raise BadInput(Problem(message, file))
