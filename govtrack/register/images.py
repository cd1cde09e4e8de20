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
    from collections.abc import Callable, Iterator, Mapping

    from govtrack.register.nouns import Noun

Image = dict[str, Any]
Rows = list[tuple[Any, ...]]


def columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    """The column names of a table, in its own order."""
    return tuple(row[1] for row in connection.execute(f"PRAGMA table_info({table})"))


def images(
    connection: sqlite3.Connection,
    noun: Noun,
    among: str | None = None,
    given: Mapping[str, Any] | None = None,
) -> Iterator[tuple[int, Image]]:
    """(key, image) of the records of `noun` in the order of keys: all, or those `among`.

    `among` is a SELECT of keys with the parameters `given`. One statement for the root and one
    for each list, read side by side: memory does not grow with the register.
    """
    names = columns(connection, noun.name)
    lists = []
    for name, table in noun.lists.items():
        members = columns(connection, table)
        rows = _ordered(connection, table, members, among, given)
        lists.append((name, members[1:], _grouped(rows)))
    fields = names[1:]
    for row in _ordered(connection, noun.name, names, among, given):
        image = dict(zip(fields, row[1:], strict=True))
        for name, members, take in lists:
            if len(members) == 1:
                image[name] = [item[1] for item in take(row[0])]
            else:
                image[name] = [dict(zip(members, item[1:], strict=True)) for item in take(row[0])]
        yield row[0], image


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


def image_of(connection: sqlite3.Connection, noun: Noun, key: int) -> Image | None:
    """The image of one record; None where there is no such record."""
    found = next(images(connection, noun, "SELECT :key", {"key": key}), None)
    return found and found[1]


def same(one: Image, other: Image) -> bool:
    """Whether two images say the same; a column that one of them lacks is empty in it."""
    return all(one.get(field) == other.get(field) for field in one.keys() | other.keys())


def _ordered(
    connection: sqlite3.Connection,
    table: str,
    names: tuple[str, ...],
    among: str | None,
    given: Mapping[str, Any] | None,
) -> Iterator[tuple[Any, ...]]:
    where = f"WHERE {names[0]} IN ({among})" if among else ""
    order = ", ".join(names)
    cursor = connection.cursor()
    cursor.row_factory = None
    yield from cursor.execute(
        f"SELECT {order} FROM {table} {where} ORDER BY {order}",  # noqa: S608  (the schema's names)
        given or {},
    )


def _grouped(ordered: Iterator[tuple[Any, ...]]) -> Callable[[int], list[Any]]:
    """A function giving the list of the record with each key, asked for in ascending order."""
    groups = groupby(ordered, key=itemgetter(0))
    waiting: list[tuple[int, list[Any]]] = []

    def take(wanted: int) -> list[Any]:
        while not waiting or waiting[0][0] < wanted:
            if waiting:
                waiting.pop()
            owner, rows = next(groups, (None, ()))
            if owner is None:
                return []
            waiting.append((owner, list(rows)))
        return waiting.pop()[1] if waiting[0][0] == wanted else []

    return take
