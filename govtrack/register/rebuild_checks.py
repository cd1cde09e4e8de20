"""Step 4 of `verify` by the other way: every table made again from the entries, and compared.

The second database is a temporary file of SQLite's own, so that memory does not grow with the
register. It has the tables as they were made, without their indexes.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from govtrack.errors import BadInput
from govtrack.register.findings import Finding
from govtrack.register.images import projector
from govtrack.register.nouns import BY_TABLE, NOUNS
from govtrack.register.replay import insert, last_states
from govtrack.register.row_checks import brief

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = tuple[Any, ...] | None

_AT_ONCE = 1000
_RANKS: dict[type, int] = {type(None): 0, int: 1, float: 1, str: 2, bytes: 3}
"""The order in which SQLite sorts values of different types."""


def check(connection: sqlite3.Connection) -> Iterator[Finding]:
    """Every row that stands in one of the two and not in the other."""
    with closing(sqlite3.connect("", isolation_level=None)) as second:
        try:
            rebuilt(connection, second)
        except (ValueError, TypeError, LookupError, AttributeError, BadInput) as error:
            yield Finding(4, "rebuild", "register", "entries that can be replayed", str(error))
            return
        for table in BY_TABLE:
            yield from _compared(connection, second, table)


def rebuilt(connection: sqlite3.Connection, second: sqlite3.Connection) -> None:
    """Make the records' tables in the empty database `second` from the last entries alone."""
    for name, sql in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"):
        if name in BY_TABLE:
            second.execute(sql)
    second.execute("BEGIN")
    projectors = {name: projector(second, noun) for name, noun in NOUNS.items()}
    waiting: dict[str, list[tuple[Any, ...]]] = {name: [] for name in BY_TABLE}
    for noun, key, image in last_states(connection):
        if image is None:
            continue
        for table, rows in projectors[noun.name](key, image).items():
            waiting[table] += rows
            if len(waiting[table]) >= _AT_ONCE:
                insert(second, table, waiting[table])
                waiting[table] = []
    for table, rows in waiting.items():
        insert(second, table, rows)
    second.execute("COMMIT")


def _compared(
    connection: sqlite3.Connection, second: sqlite3.Connection, table: str
) -> Iterator[Finding]:
    """Both tables side by side in the order of their primary key."""
    told = connection.execute(f"PRAGMA table_info({table})").fetchall()
    names = [row[1] for row in told]
    keys = [row[0] for row in sorted(told, key=itemgetter(5)) if row[5]]
    order = ", ".join(names[place] for place in keys)
    select = f"SELECT * FROM {table} ORDER BY {order}"  # noqa: S608
    made, stands = second.execute(select), connection.execute(select)
    one, other = made.fetchone(), stands.fetchone()
    while one or other:
        if _same(one, other):
            one, other = made.fetchone(), stands.fetchone()
            continue
        first, last = _key(one, keys), _key(other, keys)
        where = f"{table} {_named(one if first <= last else other, keys)}"
        if first < last:
            yield Finding(4, "rebuild", where, "a row, as the entries give it", "none")
            one = made.fetchone()
        elif last < first:
            yield Finding(4, "rebuild", where, "none: the entries give no such row", "a row")
            other = stands.fetchone()
        else:
            for name, said, found in zip(names, one, other, strict=True):
                if not _same((said,), (found,)):
                    yield Finding(4, "rebuild", f"{where}, {name}", brief(said), brief(found))
            one, other = made.fetchone(), stands.fetchone()


def _same(one: Row, other: Row) -> bool:
    """The same values of the same types: to Python 1 and 1.0 are one."""
    return one == other and (one is None or [*map(type, one)] == [*map(type, other or ())])


def _key(row: Row, keys: list[int]) -> tuple[bool, list[tuple[int, Any]]]:
    """What a row is sorted by, as SQLite sorts; where there is none, behind all rows."""
    if row is None:
        return True, []
    values = [row[place] for place in keys]
    return False, [(_RANKS[type(value)], 0 if value is None else value) for value in values]


def _named(row: Row, keys: list[int]) -> str:
    return ", ".join(brief(row[place]) for place in keys if row)
