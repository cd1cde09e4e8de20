"""A table in any format that is known: which reader a file needs, and its bytes."""

from __future__ import annotations

import os
import stat
from importlib import import_module
from typing import TYPE_CHECKING, BinaryIO, cast

from govtrack.errors import BadInput, Problem, visible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from govtrack.intake.formats.table import Grid, Table

LARGEST = 200 * 2**20
"""Bytes of one table; more than a million rows."""

READERS = {
    ".csv": "delimited:read",
    ".tsv": "delimited:read",
    ".txt": "delimited:read",
    ".xlsx": "workbook:read",
    ".xlsm": "workbook:read",
    ".yaml": "yaml_list:read",
    ".yml": "yaml_list:read",
    ".json": "json_list:read",
    ".jsonl": "json_list:read_lines",
}
"""Which reader of `govtrack.intake.formats` reads files with that ending."""

SHEETS = {
    ".csv": "delimited:grids",
    ".tsv": "delimited:grids",
    ".txt": "delimited:grids",
    ".xlsx": "workbook:grids",
    ".xlsm": "workbook:grids",
}
"""Which reader gives the sheets of a file with that ending as grids of cells."""

FORMATS = ("csv", "xlsx", "yaml", "json", "jsonl")
"""What a table without a name (standard input) can be said to be."""


def read(path: Path, encoding: str | None = None) -> Table:
    """The table in the file at `path`; its ending says the format."""
    reader = _reader(path, READERS)
    return cast("Table", _parsed(reader, _bytes(path), str(path), encoding))


def grids(path: Path, encoding: str | None = None) -> tuple[Grid, ...]:
    """The sheets of the CSV file or workbook at `path`, as grids of cells."""
    reader = _reader(path, SHEETS)
    return cast("tuple[Grid, ...]", _parsed(reader, _bytes(path), str(path), encoding))


def _reader(path: Path, readers: Mapping[str, str]) -> str:
    reader = readers.get(path.suffix.casefold())
    if reader is None:
        known = ", ".join(readers)
        ending = f"'{visible(path.suffix)}'" if path.suffix else "no ending"
        raise BadInput(Problem(f"{ending} is no format of a table; known are {known}", str(path)))
    return reader


def read_stream(stream: BinaryIO, form: str, file: str, encoding: str | None = None) -> Table:
    """The table that `stream` gives, of a format of `FORMATS`; `file` is what problems name."""
    data = stream.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise _too_large(file)
    return cast("Table", _parsed(READERS[f".{form}"], data, file, encoding))


def _parsed(reader: str, data: bytes, file: str, encoding: str | None) -> object:
    module, _, name = reader.partition(":")
    function = getattr(import_module(f"govtrack.intake.formats.{module}"), name)
    return function(data, file, encoding)


def _bytes(path: Path) -> bytes:
    file = str(path)
    try:
        # O_NONBLOCK: opening a named pipe must not wait for a writer
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            folder = stat.S_ISDIR(status.st_mode)
            what = "is a folder; expected a table" if folder else "is not a regular file"
            raise BadInput(Problem(what, file))
        with open(descriptor, "rb") as stream:  # noqa: PTH123
            if status.st_size > LARGEST:
                raise _too_large(file)
            return stream.read()
    except FileNotFoundError:
        raise BadInput(Problem("no such file", file)) from None
    except OSError as error:
        raise BadInput(Problem((error.strerror or str(error)).casefold(), file)) from None


def _too_large(file: str) -> BadInput:
    return BadInput(Problem(f"is larger than {LARGEST // 2**20} MiB: split it", file))
