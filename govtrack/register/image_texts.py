"""A record's image as SQLite writes it, in the canonical form that entries are in.

A quick way to see that rows are what an entry says: where the texts are the same, so is all they
say. Where they are not, nothing is said yet, and `images` has to tell what differs.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from govtrack.register.nouns import id_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from govtrack.register.nouns import Noun

_LARGEST = 2**53 - 1


def statement(connection: sqlite3.Connection, noun: Noun) -> str | None:
    """A SELECT of (key, text) of the records among `:ids`, a JSON list.

    None where a column has a name that is no plain word: somebody else named it.
    """
    columns = {table: _columns(connection, table) for table in (noun.name, *noun.lists.values())}
    names = [name for told in columns.values() for name in told]
    if not all(name.isascii() and name.isidentifier() for name in names):
        return None
    values = {name: _value(name, type_) for name, type_ in columns[noun.name].items()}
    del values["key"]
    for name, table in noun.lists.items():
        values[name] = _list(table, columns[table], f"{noun.name}.key")
    return (
        f"SELECT key, {_object(values)} FROM {noun.name} "  # noqa: S608  (names of our own schema)
        "WHERE id IN (SELECT value FROM json_each(:ids))"
    )


def texts(
    connection: sqlite3.Connection, noun: Noun, select: str, ids: Iterable[str]
) -> dict[str, bytes]:
    """The images' texts of the records with these ids, as the records' keys give their ids."""
    rows = connection.execute(select, {"ids": json.dumps(list(ids))})
    return {id_of(noun, key): text.encode() for key, text in rows}


def _columns(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    """The declared type of each column, by its name, in the table's order."""
    return {row[1]: row[2] for row in connection.execute(f"PRAGMA table_info({table})")}


def _list(table: str, columns: dict[str, str], key: str) -> str:
    owner, *members = columns
    values = {name: _value(name, columns[name]) for name in members}
    item = _object(values) if len(members) > 1 else values[members[0]]
    return (
        f"(SELECT json_group_array({item}) FROM (SELECT * FROM {table} "  # noqa: S608
        f"WHERE {owner} = {key} ORDER BY {', '.join(columns)}))"
    )


def _object(values: dict[str, str]) -> str:
    members = ", ".join(f"'{name}', {values[name]}" for name in sorted(values))
    return f"json_object({members})"


def _value(name: str, declared: str) -> str:
    """The column; what no entry may say, an integer too large for JSON's readers, as a text."""
    quoted = f'"{name}"'
    if declared.upper() in {"VARCHAR", "TEXT"}:
        return quoted
    return f"iif(abs({quoted}) > {_LARGEST}, '', {quoted})"
