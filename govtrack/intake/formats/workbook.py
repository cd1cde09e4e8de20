"""XLSX workbooks: the sheet named 'evidence', else the first one.

A workbook is a zip of XML: its size unpacked is checked before it is read, and XML that declares a
document type (the way to entity bombs and to other files) is refused.
"""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from govtrack.errors import BadInput, Problem, visible
from govtrack.intake.formats import grid

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    _refuse_bombs(data, file)
    problems: list[Problem] = []
    # openpyxl warns about features it drops (validation, styles): nothing to do with the cells
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        name, lines = _sheet(data, file)
        try:
            table = grid.table(_texts(lines, file, problems), file, (f"{file}: sheet '{name}'",))
        except (KeyError, ValueError, TypeError, SyntaxError, zipfile.BadZipFile, zlib.error):
            raise BadInput(Problem(f"the sheet '{name}' cannot be read", file)) from None
    if problems:
        raise BadInput(problems)
    return table


def _sheet(data: bytes, file: str) -> tuple[str, Iterator[tuple[Any, ...]]]:
    from openpyxl import load_workbook  # noqa: PLC0415  (187 ms)

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = book.worksheets
        sheet: Any = next((one for one in sheets if one.title.casefold() == SHEET), sheets[0])
    except (KeyError, ValueError, TypeError, IndexError, SyntaxError, OSError, zlib.error):
        message = "not a workbook that can be read: save it as .xlsx once more, or as .csv"
        raise BadInput(Problem(message, file)) from None
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    return visible(sheet.title), sheet.iter_rows(values_only=True)


def _texts(
    lines: Iterator[tuple[Any, ...]], file: str, problems: list[Problem]
) -> Iterator[tuple[int, list[str]]]:
    width = 0
    for number, values in enumerate(lines, 1):
        cells = [value if type(value) is str else _text(value) for value in values]
        if not _ERRORS.isdisjoint(cells):
            fault = next(cell for cell in cells if cell in _ERRORS)
            problems.append(Problem(f"a cell holds the error {fault}", file, number))
        if any(cells):
            # a sheet leaves out the empty cells at a row's end
            width = width or len(cells)
            yield number, cells + [""] * (width - len(cells))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _refuse_bombs(data: bytes, file: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            if len(members) > MOST_MEMBERS or size > LARGEST:
                message = f"unpacks to {len(members)} files of {size} bytes; that is no table"
                raise BadInput(Problem(message, file))
            for member in members:
                with archive.open(member) as stream:
                    if b"<!DOCTYPE" in stream.read(65_536).replace(b"\0", b""):
                        message = f"'{visible(member.filename)}' in it declares a DTD: not allowed"
                        raise BadInput(Problem(message, file))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError):
        raise BadInput(Problem("not an .xlsx workbook (or one with a password)", file)) from None
