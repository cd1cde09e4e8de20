"""CSV (RFC 4180), and its kin separated by semicolons or tabs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from govtrack.errors import BadInput, Problem
from govtrack.intake import decoding
from govtrack.intake.formats import grid
from govtrack.intake.formats.table import Grid

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govtrack.intake.formats.table import Table

LOOKED_AT = 30
"""Lines among which a header is looked for."""
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}


def read(data: bytes, file: str, encoding: str | None = None) -> Table:
    """The table in `data`; the separator is the one that splits the header line.

    Raises `BadInput` naming the line: bytes of another encoding, NUL, a quote never closed, a
    field over 128 KiB, too few or too many cells.
    """
    text = decoding.text(data, file, encoding).replace("\r\n", "\n").replace("\r", "\n")
    _no_nul(text, file, encoding)
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    separator = max(SEPARATORS, key=lambda mark: len(_split(first, mark)))
    notes = () if separator == "," else (f"{file}: read as separated by {SEPARATORS[separator]}",)
    return grid.table(_records(text, separator, file), file, notes)


def grids(data: bytes, file: str, encoding: str | None = None) -> tuple[Grid, ...]:
    """The cells of `data` as one grid, for readers that look for their header themselves.

    The separator is the one that gives the most cells in the first lines, or that `sep=;` names.
    """
    text = decoding.text(data, file, encoding).replace("\r\n", "\n").replace("\r", "\n")
    _no_nul(text, file, encoding)
    first, _, rest = text.partition("\n")
    separator = first[4:5]
    if first.casefold().startswith("sep=") and separator in SEPARATORS:
        text = f"\n{rest}"
    else:
        lines = text.split("\n", LOOKED_AT)[:LOOKED_AT]
        separator = max(SEPARATORS, key=lambda mark: sum(len(_split(one, mark)) for one in lines))
    records = _records(text, separator, file)
    return (Grid(None, tuple((number, tuple(cells)) for number, cells in records if any(cells))),)


def _records(text: str, separator: str, file: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadInput(Problem(_said(error), file, begins)) from None


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


def _said(error: csv.Error) -> str:
    if "field larger" in str(error):
        return f"a cell of more than {csv.field_size_limit()} characters, or a quote never closed"
    if "unexpected end" in str(error):
        return 'a quote (") that opens here is never closed'
    return 'a quote (") stands inside a quoted cell, or a quoted cell is never closed'


def _no_nul(text: str, file: str, encoding: str | None) -> None:
    place = text.find("\0")
    if place < 0:
        return
    line = text.count("\n", 0, place) + 1
    hint = ": if this is UTF-16, say --encoding utf-16" if encoding is None else ""
    raise BadInput(Problem(f"a NUL character, which is not text{hint}", file, line))
