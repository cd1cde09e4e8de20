"""Step 2 of `verify`: the entries, a stretch at a time, and the rows of the records they end.

The last entry of a record says how its rows stand. Where SQLite writes these rows as the very text
that the entry holds, the entry need not be read for it, nor the rows compared field by field.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from govtrack.register import image_texts
from govtrack.register.findings import Finding, readable, unreadable
from govtrack.register.nouns import NOUNS
from govtrack.trail import entry
from govtrack.trail.canonical import free_of_fractions
from govtrack.trail.tree import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STRETCH = 1 << 15
"""Entries that are checked as one part."""
_AT_ONCE = 500
_AFTER = b',"after":'

_ENTRIES = """
SELECT entry.*, subject_version = (
  SELECT max(subject_version) FROM entry AS later
  WHERE later.subject_type = entry.subject_type AND later.subject_id = entry.subject_id
) FROM entry WHERE seq >= ? AND seq < ? ORDER BY seq
"""
_COUNTED = """
SELECT seq, subject_version, earlier, before FROM (
  SELECT seq, subject_version,
    lag(subject_version, 1, 0) OVER subject AS earlier, lag(seq) OVER subject AS before
  FROM entry WINDOW subject AS (PARTITION BY subject_type, subject_id ORDER BY subject_version)
) WHERE subject_version <> earlier + 1 OR before > seq ORDER BY seq
"""


class Stretch(NamedTuple):
    """What a stretch of entries gives."""

    leaves: bytes | bytearray
    """The leaf hashes, computed from the entries' bytes, one after the other."""
    findings: list[Finding]
    notes: list[str]
    ended: int
    """The records whose last entry is here."""
    agreeing: Counter[str]
    """By noun, the records ended here whose rows are what that entry says."""
    unlike: set[str]
    """The nouns of the other records ended here: their rows have to be compared."""


def stretches(
    connection: sqlite3.Connection, origins: Sequence[tuple[int, str]]
) -> Iterator[tuple[int, int, str]]:
    """(first number, number behind the last, origin) of each stretch, in order.

    `origins` says from which entry on which origin holds, the first from 0.
    """
    low, high, count = connection.execute(
        "SELECT min(seq), max(seq), (SELECT count(*) FROM entry) FROM entry"
    ).fetchone()
    if not count:
        return
    step = STRETCH if high - low + 1 == count else high - low + 1  # with gaps: all as one
    # a register that was tampered with may say anything of its generations
    starts = sorted(min(max(seq, low), high + 1) for seq, _ in origins)
    names = [name for _, name in origins]
    for start, origin, end in zip(starts, names, [*starts[1:], high + 1], strict=True):
        for first in range(start, end, step):
            yield first, min(first + step, end), origin


def check(connection: sqlite3.Connection, first: int, end: int, origin: str) -> Stretch:
    """Everything about the entries from `first` until `end`."""
    walk = _Walk(connection, first, origin)
    try:
        cursor = connection.execute(_ENTRIES, (first, end))
        while rows := cursor.fetchmany(_AT_ONCE):
            walk.over(rows)
    except sqlite3.Error as error:
        walk.findings.append(unreadable(2, error))
    return Stretch(walk.leaves, walk.findings, walk.notes, walk.ended, walk.agreeing, walk.unlike)


def versions(connection: sqlite3.Connection) -> list[Finding]:
    """Subjects whose versions do not count up by one, in the order of the entries."""
    return list(readable(2, _miscounted(connection)))


def _miscounted(connection: sqlite3.Connection) -> Iterator[Finding]:
    for seq, version, earlier, before in connection.execute(_COUNTED):
        where = f"entry {seq}"
        if version != earlier + 1:
            yield Finding(2, "version", where, f"version {earlier + 1}", f"version {version}")
        else:
            yield Finding(2, "version", where, f"behind entry {before}", f"version {version}")


class _Walk:
    """A walk over a stretch: what was met so far."""

    def __init__(self, connection: sqlite3.Connection, first: int, origin: str) -> None:
        self.connection = connection
        self.origin = origin
        self.leaves = bytearray()
        self.findings: list[Finding] = []
        self.notes: list[str] = []
        self.ended = 0
        self.agreeing: Counter[str] = Counter()
        self.unlike: set[str] = set()
        self._selects = {
            name: image_texts.statement(connection, noun) for name, noun in NOUNS.items()
        }
        before: tuple[int, str] | None = connection.execute(
            "SELECT seq, at FROM entry WHERE seq < ? ORDER BY seq DESC LIMIT 1", [first]
        ).fetchone()
        self._seq, self._at = before or (-1, "")

    def over(self, rows: list[tuple[Any, ...]]) -> None:
        """Look at these entries, each with whether it is its record's last."""
        said = self._said(rows)
        for *row, last in rows:
            seq, at, leaf, data = row[0], row[1], row[7], row[8]
            hashed = leaf_hash(data)
            self.leaves += hashed
            if hashed != leaf:
                self._find("leaf-hash", seq, hashed.hex(), leaf.hex())
            if seq != self._seq + 1:
                self._find("gap", seq, f"entry {self._seq + 1}", f"entry {seq}")
            if at < self._at:
                self.notes.append(
                    f"entries {self._seq} and {seq}: the second's time, {at}, is before {self._at}"
                )
            self._seq, self._at = seq, at
            if last:
                self._ended(row, said.get((row[4], row[5])))
            else:
                self._read(row, data)

    def _ended(self, row: list[Any], text: bytes | None) -> None:
        """A record's last entry, and what its rows say, as `text`."""
        short = _shortened(row[8], text) if text else None
        event = self._read(row, short or row[8])
        self.ended += 1
        if event and (short or _says(event["after"], text)):
            self.agreeing[row[4]] += 1
        else:
            self.unlike.add(row[4])

    def _read(self, row: list[Any], data: bytes) -> dict[str, Any] | None:
        """The event that an entry's bytes say; None where they are no entry."""
        try:
            event = entry.read(data)
        except ValueError as error:
            self._find("entry", row[0], "a canonical entry", str(error))
            return None
        self._compared(row[0], event, row)
        return event

    def _said(self, rows: list[tuple[Any, ...]]) -> dict[tuple[str, str], bytes]:
        """The images' texts of the records that these entries end, by (noun, id)."""
        ids: dict[str, list[str]] = {}
        for row in rows:
            if row[9] and self._selects.get(row[4]):
                ids.setdefault(row[4], []).append(row[5])
        said = {}
        for name, wanted in ids.items():
            try:
                texts = image_texts.texts(
                    self.connection, NOUNS[name], self._selects[name] or "", wanted
                )
            except sqlite3.Error:  # a value that JSON cannot hold: step 4 says which
                continue
            said.update({(name, identifier): text for identifier, text in texts.items()})
        return said

    def _compared(self, seq: int, event: dict[str, Any], row: list[Any]) -> None:
        """What an entry says against the columns it is found by, the trail and the nouns."""
        subject = event["subject"]
        kind = subject["type"]
        said = [
            event["seq"], event["at"], event["actor"], event["action"], kind, subject["id"],
            subject["version"],
        ]  # fmt: skip
        if said != row[:7]:
            self._find("entry-columns", seq, f"{tuple(said)}", f"{tuple(row[:7])}")
            if said[6] != row[6]:
                self._find("version", seq, f"version {row[6]}", f"version {said[6]}")
        if event["trail"] != self.origin:
            self._find("origin", seq, self.origin, event["trail"])
        if kind not in NOUNS:
            self._find("subject", seq, "a known noun", kind)

    def _find(self, code: str, seq: int, expected: str, found: str) -> None:
        self.findings.append(Finding(2, code, f"entry {seq}", expected, found))


def _shortened(data: bytes, text: bytes) -> bytes | None:
    """An entry with `null` for its `after`, where that is `text`; None where it is not.

    The entry is canonical if this is. Only action and actor come before `after`, and no text in
    JSON holds a quotation mark as it is: so the first place that looks like that member is it.
    """
    start = data.find(_AFTER) + len(_AFTER)
    if not data.startswith(text, start) or not free_of_fractions(data):
        return None
    return data[:start] + b"null" + data[start + len(text) :]


def _says(after: dict[str, Any] | None, text: bytes | None) -> bool:
    """Whether an entry's `after` says what the rows say, written as `text`.

    An entry of an earlier schema lacks what was added to the rows since and is empty in them.
    """
    if after is None or text is None:
        return False
    image: dict[str, Any] = orjson.loads(text)
    known = {name: value for name, value in image.items() if value is not None or name in after}
    return _dumped(known) == _dumped(after)  # as bytes: to Python 1 and true are the same


def _dumped(image: dict[str, Any]) -> bytes:
    return orjson.dumps(image, option=orjson.OPT_SORT_KEYS)
