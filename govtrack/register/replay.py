"""The register made again from the entries of its trail alone."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

import orjson

from govtrack.register.images import projector
from govtrack.register.nouns import NOUNS, Noun, key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_LAST = """
SELECT subject_type, subject_id, bytes FROM entry JOIN (
  SELECT max(seq) AS seq FROM entry WHERE at < :before GROUP BY subject_type, subject_id
) USING (seq) ORDER BY seq
"""
END = "9999-12-31T23:59:59.999999Z"


def last_states(
    connection: sqlite3.Connection, before: str = END
) -> Iterator[tuple[Noun, int, dict[str, Any] | None]]:
    """(noun, key, after-image) of every record, from its last entry before that instant.

    Entries of unknown types are left out; `verify` reports them.
    """
    cursor = connection.cursor()
    cursor.row_factory = None
    for subject_type, subject_id, data in cursor.execute(_LAST, {"before": before}):
        if noun := NOUNS.get(subject_type):
            yield noun, key_for(noun, subject_id), orjson.loads(data)["after"]


def key_for(noun: Noun, subject_id: str) -> int:
    """The key of the record with that id (the workspace is the only one of its noun)."""
    return 1 if noun.name == "workspace" else key_of(subject_id, noun)


def replayed(connection: sqlite3.Connection, before: str) -> sqlite3.Connection:
    """A register in memory holding what the entries before that instant say (and they too)."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    for (sql,) in connection.execute(
        "SELECT sql FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL "
        "AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY type DESC"
    ):
        memory.execute(sql)
    memory.execute("BEGIN")
    _copy_entries(connection, memory, before)
    projectors = {name: projector(memory, noun) for name, noun in NOUNS.items()}
    for noun, key, image in last_states(connection, before):
        if image is not None:
            for table, rows in projectors[noun.name](key, image).items():
                insert(memory, table, rows)
    memory.execute("COMMIT")
    return memory


def insert(connection: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    """Insert whole rows, in the order of the table's columns."""
    if rows:
        places = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608


def _copy_entries(connection: sqlite3.Connection, memory: sqlite3.Connection, before: str) -> None:
    cursor = connection.cursor()
    cursor.row_factory = None
    entries = cursor.execute("SELECT * FROM entry WHERE at < ?", [before])
    memory.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", entries)
