"""A table in any format that is known: which reader a file needs, and its bytes."""

from __future__ import annotations

import os
import stat
from importlib import import_module
from typing import TYPE_CHECKING, cast

from govtrack.errors import BadInput, Problem, visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from govtrack.intake.formats.table import Table

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

FORMATS = ("csv", "xlsx", "yaml", "json", "jsonl")
"""What a table without a name (standard input) can be said to be."""


def read(path: Path, encoding: str | None = None) -> Table:
    """The table in the file at `path`; its ending says the format."""
    file = str(path)
    reader = READERS.get(path.suffix.casefold())
    if reader is None:
        known = ", ".join(READERS)
        ending = f"'{visible(path.suffix)}'" if path.suffix else "no ending"
        raise BadInput(Problem(f"{ending} is no format of a table; known are {known}", file))
    return _parsed(reader, _bytes(path), file, encoding)


def read_bytes(data: bytes, form: str, file: str, encoding: str | None = None) -> Table:
    """The table in `data`, which is of a format of `FORMATS`; `file` is what problems name."""
    return _parsed(READERS[f".{form}"], data, file, encoding)


def _parsed(reader: str, data: bytes, file: str, encoding: str | None) -> Table:
    module, _, name = reader.partition(":")
    function = getattr(import_module(f"govtrack.intake.formats.{module}"), name)
    return cast("Callable[[bytes, str, str | None], Table]", function)(data, file, encoding)


def _bytes(path: Path) -> bytes:
    file = str(path)
    try:
        # O_NONBLOCK: opening a named pipe must not wait for a writer
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:  # noqa: PTH123
            status = os.fstat(stream.fileno())
            if stat.S_ISDIR(status.st_mode):
                raise BadInput(Problem("is a folder; expected a table", file))
            if not stat.S_ISREG(status.st_mode):
                raise BadInput(Problem("is not a regular file", file))
            if status.st_size > LARGEST:
                limit = f"{LARGEST // 2**20} MiB"
                raise BadInput(Problem(f"is larger than {limit}: split it", file))
            return stream.read()
    except FileNotFoundError:
        raise BadInput(Problem("no such file", file)) from None
    except OSError as error:
        raise BadInput(Problem((error.strerror or str(error)).casefold(), file)) from None
