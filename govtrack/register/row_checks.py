"""Step 4 of `verify`: the rows against the last after-images of their records, both ways."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

import orjson

from govtrack.errors import BadInput
from govtrack.register.findings import Finding
from govtrack.register.images import columns, images
from govtrack.register.nouns import NOUNS, Noun, id_of
from govtrack.register.replay import key_for

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator

    from govtrack.register.images import Image

Latest = dict[str, dict[int, int]]
"""By noun and key: the number of the record's last entry. Not the images: there may be many."""


def ownerless(connection: sqlite3.Connection) -> Iterator[Finding]:
    """The rows of lists that belong to no record."""
    for noun in NOUNS.values():
        yield from _ownerless(connection, noun)


def agree(connection: sqlite3.Connection, name: str, agreeing: int) -> bool:
    """Whether the noun `name` has no more records than the ones known to agree with entries."""
    (rows,) = connection.execute(f"SELECT count(*) FROM {name}").fetchone()  # noqa: S608
    return bool(rows == agreeing)


def check(connection: sqlite3.Connection, names: Collection[str]) -> Iterator[Finding]:
    """Everything in which rows and entries of these nouns differ, read field by field."""
    latest: Latest = {name: {} for name in names}
    yield from _latest(connection, latest)
    for name in names:
        noun = NOUNS[name]
        if not any(_ownerless(connection, noun)):  # else lists cannot be read beside records
            yield from _records(connection, noun, latest[name])


def _latest(connection: sqlite3.Connection, latest: Latest) -> Iterator[Finding]:
    """Fill `latest` for its nouns; entries of unknown nouns are step 2's finding."""
    for name, keys in latest.items():
        last = connection.execute(
            "SELECT subject_id, max(seq) FROM entry WHERE subject_type = ? GROUP BY subject_id",
            [name],
        )
        for identifier, seq in last:
            try:
                keys[key_for(NOUNS[name], identifier)] = seq
            except BadInput as refusal:
                yield Finding(4, "replay", f"entry {seq}", f"an id of {name}", str(refusal))


def _ownerless(connection: sqlite3.Connection, noun: Noun) -> Iterator[Finding]:
    for table in noun.lists.values():
        owner = columns(connection, table)[0]
        stray = connection.execute(
            f"SELECT DISTINCT {owner} FROM {table} "  # noqa: S608  (names of our own schema)
            f"WHERE typeof({owner}) <> 'integer' OR {owner} NOT IN (SELECT key FROM {noun.name})"
        )
        for (key,) in stray:
            yield Finding(4, "row-without-entry", f"{table} of {key!r}", f"its {noun.name}", "none")


def _records(
    connection: sqlite3.Connection, noun: Noun, latest: dict[int, int]
) -> Iterator[Finding]:
    for key, image in images(connection, noun):
        seq = latest.pop(key, None)
        where = f"{noun.name} {_named(noun, key, image)}"
        if seq is None:
            yield Finding(4, "row-without-entry", where, "an entry", "none")
        else:
            yield from _compared(connection, f"{where} (entry {seq})", seq, image)
    for key, seq in latest.items():
        yield from _compared(connection, f"{noun.name} {_named(noun, key)} (entry {seq})", seq)


def _compared(
    connection: sqlite3.Connection, where: str, seq: int, image: Image | None = None
) -> Iterator[Finding]:
    """A record as its last entry says it, against its rows as they stand (None: there are none)."""
    try:
        after = _after(connection, seq)
    except ValueError as error:
        yield Finding(4, "replay", where, "an entry that can be replayed", str(error))
        return
    if after == image:
        return
    if image is None:
        yield Finding(4, "entry-without-row", where, "the row of its last entry", "none")
    elif after is None:
        yield Finding(4, "row-without-entry", where, "no row after its last entry", "a row")
    else:
        yield from _differing(where, after, image)


def _named(noun: Noun, key: int, image: Image | None = None) -> str:
    if noun.name == "workspace":
        return str(image["id"]) if image else ""
    return id_of(noun, key)


def _after(connection: sqlite3.Connection, seq: int) -> Image | None:
    (data,) = connection.execute("SELECT bytes FROM entry WHERE seq = ?", (seq,)).fetchone()
    event = orjson.loads(data)
    after = event.get("after", "") if isinstance(event, dict) else ""
    if not isinstance(after, dict | None):
        raise ValueError("it says no state of the record")  # noqa: TRY004
    return after


def _differing(where: str, after: Image, image: Image) -> Iterator[Finding]:
    for field in sorted(after.keys() | image.keys()):
        said, stands = after.get(field), image.get(field)
        if said == stands:
            continue
        if isinstance(said, list) and isinstance(stands, list):
            pairs = zip_longest(said, stands)
            said, stands = next((pair for pair in pairs if pair[0] != pair[1]), (said, stands))
        yield Finding(4, "row", f"{where}, {field}", brief(said), brief(stands))


def brief(value: object) -> str:
    """A value as a finding shows it."""
    text = "none" if value is None else repr(value)
    return text if len(text) <= 200 else f"{text[:199]}…"  # noqa: PLR2004
