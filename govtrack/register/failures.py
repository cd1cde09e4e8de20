"""What the database or the disk refused, as sentences."""

from __future__ import annotations

import errno
import os
import sqlite3

from govtrack.errors import NotDone

_SENTENCES = {
    "SQLITE_BUSY": "the store is busy (another govtrack has been writing for 30 s)",
    "SQLITE_LOCKED": "the store is busy (another govtrack is writing)",
    "SQLITE_FULL": "no space left on the disk of the register",
    "SQLITE_READONLY": "the register cannot be written: read-only file or file system",
    "SQLITE_CANTOPEN": "the register cannot be opened: no permission, or too many open files",
    "SQLITE_IOERR": "the disk of the register failed",
    "SQLITE_CORRUPT": "the register's file is damaged",
    "SQLITE_NOTADB": "the register's file is not a database",
    "SQLITE_NOMEM": "not enough memory",
    "SQLITE_PERM": "the register cannot be opened: no permission",
}
_AT_THE_END = {"SQLITE_IOERR_FSYNC", "SQLITE_IOERR_DIR_FSYNC", "SQLITE_IOERR_CLOSE"}
"""What may fail when all is written already: then it is there, if the disk did not lose it."""


_DAMAGED = {"SQLITE_CORRUPT", "SQLITE_NOTADB"}


class Damaged(NotDone):
    """A file that is no sound register: `what` says how; only a backup helps."""

    def __init__(self, what: str, *, writes: bool = False) -> None:
        self.what = what
        recorded = "; nothing was recorded" if writes else ""
        super().__init__(f"{what}{recorded}: restore a backup with 'govtrack restore FILE DIR'")


def told(error: BaseException, *, writes: bool = True) -> NotDone:
    """The refusal that says in words what failed and, where it `writes`, what became of that."""
    original = getattr(error, "orig", None) or error
    if isinstance(original, sqlite3.Error):
        code = getattr(original, "sqlite_errorname", "")
        family = "_".join(code.split("_")[:2])
        sentence = _SENTENCES.get(family, f"the register refused: {original}")
        if family in _DAMAGED:
            return Damaged(f"{sentence} ({code})", writes=writes)
        if not writes:
            return NotDone(f"{sentence} ({code or type(original).__name__})")
        recorded = "nothing was recorded"
        if code in _AT_THE_END:
            recorded = "whether this was recorded is not certain: see 'govtrack log'"
        return NotDone(f"{sentence} ({code or type(original).__name__}); {recorded}")
    if isinstance(original, OSError):
        return os_told(original, writes=writes)
    return NotDone(f"the register refused: {original}{'; nothing was recorded' if writes else ''}")


def os_told(error: OSError, *, writes: bool = True) -> NotDone:
    """The same for an error of the operating system."""
    reason = "no space left" if error.errno == errno.ENOSPC else (error.strerror or str(error))
    place = f"{os.fsdecode(error.filename)}: " if error.filename else ""
    return NotDone(f"{place}{reason}{'; nothing was recorded' if writes else ''}")
