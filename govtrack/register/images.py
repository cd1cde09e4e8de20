"""A record as one value, and back: its root row without the key, with its lists sorted.

The same image is what an entry of the trail carries, what replay projects into tables again and
what `verify` compares, so the three cannot disagree about what a record is.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from govtrack.register.nouns import Noun

Image = dict[str, Any]
Rows = list[tuple[Any, ...]]


def columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """The column names of a table, in its own order."""
    return tuple(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))


def images(
    connection: sqlite3.Connection, noun: Noun, key: int | None = None
) -> Iterator[tuple[int, Image]]:
    """(key, image) of every record of `noun` in the order of keys, or of the one with `key`.

    One statement for the root and one for each list, read side by side: memory does not grow
    with the register.
    """
    names = columns(connection, noun.name)
    lists = {name: _grouped(connection, table, key) for name, table in noun.lists.items()}
    for row in _ordered(connection, noun.name, names, key):
        yield (
            row[0],
            dict(zip(names[1:], row[1:], strict=True))
            | {name: take(row[0]) for name, take in lists.items()},
        )


def projector(
    connection: sqlite3.Connection, noun: Noun
) -> Callable[[int, Image], dict[str, Rows]]:
    """A function (key, image) -> {table: rows}, the rows in the order of the table's columns."""
    names = columns(connection, noun.name)[1:]
    lists = {name: (table, columns(connection, table)[1:]) for name, table in noun.lists.items()}
    return partial(_projected, noun.name, names, lists)


def _projected(
    root: str,
    names: tuple[str, ...],
    lists: dict[str, tuple[str, tuple[str, ...]]],
    key: int,
    image: Image,
) -> dict[str, Rows]:
    rows: dict[str, Rows] = {root: [(key, *map(image.get, names))]}
    for name, (table, members) in lists.items():
        if len(members) == 1:
            rows[table] = [(key, value) for value in image.get(name, ())]
        else:
            rows[table] = [(key, *map(item.get, members)) for item in image.get(name, ())]
    return rows


def _ordered(
    connection: sqlite3.Connection, table: str, names: tuple[str, ...], key: int | None
) -> Iterator[tuple[Any, ...]]:
    where = "" if key is None else f"WHERE {names[0]} = :key"
    order = ", ".join(names)
    cursor = connection.cursor()
    cursor.row_factory = None
    return cursor.execute(
        f"SELECT {order} FROM {table} {where} ORDER BY {order}",  # noqa: S608  (names from the schema)
        {"key": key},
    )


def _grouped(
    connection: sqlite3.Connection, table: str, key: int | None
) -> Callable[[int], list[Any]]:
    """A function giving the list of the record with each key, asked for in ascending order."""
    names = columns(connection, table)
    groups = groupby(_ordered(connection, table, names, key), key=itemgetter(0))
    waiting: list[tuple[int, list[Any]]] = []

    def take(wanted: int) -> list[Any]:
        while not waiting or waiting[0][0] < wanted:
            if waiting:
                waiting.pop()
            owner, rows = next(groups, (None, ()))
            if owner is None:
                return []
            waiting.append((owner, [_item(names, row) for row in rows]))
        return waiting.pop()[1] if waiting[0][0] == wanted else []

    return take


def _item(names: tuple[str, ...], row: tuple[Any, ...]) -> object:
    if len(names) == 2:  # noqa: PLR2004  (the owner and one value)
        return row[1]
    return dict(zip(names[1:], row[1:], strict=True))
