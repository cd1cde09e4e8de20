"""The SQLite file of the register: how it is opened, and what is checked before it is believed.

Settings and their reasons: docs/trail.md. No ORM here, because reading needs none.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from govtrack.errors import NotDone
from govtrack.register.failures import Damaged, told

if TYPE_CHECKING:
    from pathlib import Path

APPLICATION_ID = 0x67765472
"""`gvTr`: tells a register from any other SQLite file."""
SCHEMA = 3
"""The schema this govtrack writes; kept in the file's `user_version`."""
BUSY_SECONDS = 30

READING = (
    "PRAGMA query_only = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
)
WRITING = (
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
    "PRAGMA foreign_keys = ON",
    # without it REPLACE deletes rows past the triggers
    "PRAGMA recursive_triggers = ON",
    "PRAGMA journal_mode = TRUNCATE",
    "PRAGMA synchronous = EXTRA",
)


def opened(path: Path, mode: str) -> sqlite3.Connection:
    """A connection to the register at `path`, `mode` ro or rw; never creates a file.

    The caller sees only registers of this schema: anything else is refused in words. A reading
    connection is inside its transaction already, so it stays so; a writing one asks again
    (`recognised`) once it holds the writer's lock.
    """
    _exists(path)
    connection = _connect(path, mode)
    try:
        for setting in READING if mode == "ro" else ():
            connection.execute(setting)
        if mode == "ro":
            connection.execute("BEGIN")
        recognised(connection, path)
        for setting in WRITING if mode == "rw" else ():
            connection.execute(setting)
    except sqlite3.Error as error:
        connection.close()
        if mode == "ro" and getattr(error, "sqlite_errorname", "") == "SQLITE_READONLY_ROLLBACK":
            _roll_back(path)
            return opened(path, mode)
        raise told(error, writes=mode == "rw") from None
    except BaseException:
        connection.close()
        raise
    return connection


def unlocked(path: Path) -> sqlite3.Connection:
    """A further reading connection, for a process beside one that reads and goes on reading.

    It takes no lock and looks for no change: that reader's transaction keeps writers from
    committing, and so the file as it is.
    """
    connection = _connect(path, "ro&immutable=1")
    for setting in READING:
        connection.execute(setting)
    connection.execute("BEGIN")
    return connection


def schema_of(path: Path) -> int:
    """The schema number of the register at `path`, whichever it is."""
    _exists(path)
    connection = _connect(path, "ro")
    try:
        return schema_in(connection, path)
    except sqlite3.Error as error:
        raise told(error, writes=False) from None
    finally:
        connection.close()


def _exists(path: Path) -> None:
    if not path.is_file():
        raise NotDone(
            f"the register is gone: no file {path}; put it back, or restore a backup with "
            "'govtrack restore FILE DIR'"
        )


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    try:
        return sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
        )
    except sqlite3.Error as error:
        raise told(error, writes=mode == "rw") from None


def known(connection: sqlite3.Connection, path: Path) -> int:
    """The schema of an open register that is not newer than this govtrack; else refused."""
    schema = schema_in(connection, path)
    if schema > SCHEMA:
        raise NotDone(
            f"{path} was made by a newer govtrack (schema {schema}, this knows {SCHEMA}): "
            "update govtrack; nothing was touched"
        )
    return schema


def recognised(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse, in words, what is no register or has another schema than this govtrack's."""
    schema = known(connection, path)
    if schema < SCHEMA:
        raise NotDone(
            f"{path} was made by an older govtrack (schema {schema}, this writes {SCHEMA}): "
            "run 'govtrack migrate'"
        )


def schema_in(connection: sqlite3.Connection, path: Path) -> int:
    """The schema number of an open register; refused where it is another program's file."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise Damaged(f"{path} is not a register of govtrack")
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    return int(schema)


def _roll_back(path: Path) -> None:
    """Let SQLite undo what a killed writer left half-done: only a writing connection may."""
    connection = _connect(path, "rw")
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchall()
    except sqlite3.Error as error:
        raise told(error) from None
    finally:
        connection.close()
