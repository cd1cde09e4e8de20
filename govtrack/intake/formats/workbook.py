"""XLSX workbooks: the sheet named 'evidence', else the first one.

A workbook is a zip of XML: its size unpacked is checked before it is read, and XML that declares a
document type (the way to entity bombs and to other files) is refused.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

from govtrack.errors import BadInput, Problem, visible
from govtrack.intake.formats import grid, sheet_xml

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
    if encoding is not None:
        raise BadInput(Problem("a workbook says its own encoding", field="--encoding"))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _refuse_bombs(package, file)
            return _table(sheet_xml.Book(package), file)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError):
        raise BadInput(Problem("not an .xlsx workbook (or one with a password)", file)) from None
    except (KeyError, ValueError, IndexError, OverflowError, SyntaxError, ExpatError):
        message = "not a workbook that can be read: save it as .xlsx once more, or as .csv"
        raise BadInput(Problem(message, file)) from None


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
