"""Step 1 of `verify`: SQLite's own checks, expected tables, triggers with the expected SQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govtrack.register import journal
from govtrack.register.findings import Finding
from govtrack.register.nouns import BY_TABLE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_BROKEN_RULE = re.compile(rf"(NULL value|CHECK constraint failed) in ({'|'.join(BY_TABLE)})\b")
"""What SQLite says of a value that its table's rules forbid: step 4 then names the record."""


def integrity(connection: sqlite3.Connection) -> Iterator[Finding]:
    """What SQLite finds wrong with the file, its indexes and its references."""
    for (problem,) in connection.execute("PRAGMA integrity_check"):
        if problem != "ok":
            code = "constraint" if _BROKEN_RULE.match(problem) else "damaged"
            yield Finding(1, code, "register", "integrity_check ok", problem)
    for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        row = table if rowid is None else f"{table} row {rowid}"
        yield Finding(1, "foreign-key", row, f"a record of {parent}", "none")


def structure(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Tables, indexes and triggers that are not as a register's are, or none of its own."""
    standing: dict[str, dict[str, str]] = {"table": {}, "index": {}, "trigger": {}, "view": {}}
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master"):
        standing[kind][name] = sql
    yield from _tables(standing)
    for name in sorted(standing["trigger"].keys() | journal.APPEND_ONLY):
        expected, found = journal.APPEND_ONLY.get(name), standing["trigger"].get(name)
        if expected != found:
            yield Finding(1, "trigger", name, expected or "no such trigger", found or "none")


def _tables(standing: dict[str, dict[str, str]]) -> Iterator[Finding]:
    for name in BY_TABLE:
        if name not in standing["table"]:
            yield Finding(1, "table", name, "a table", "none")
    for kind, name, sql in journal.STRUCTURE:
        found = standing[kind].get(name)
        if found != sql:
            yield Finding(1, "table", name, sql, found or "none")
    known = {*BY_TABLE, *(name for _, name, _ in journal.STRUCTURE)}
    for name in (standing["table"] | standing["view"]).keys() - known:
        if not name.startswith("sqlite_"):  # SQLite's own, such as statistics
            yield Finding(1, "unknown-table", name, "no such table", "a table")
