"""From which state of which register a sheet was made, as its "Read me" says."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from govtrack.errors import refuse, visible
from govtrack.register import journal
from govtrack.status.edited_cells import README, TRAIL_ROOT, TRAIL_SIZE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

LONGEST = 12
"""Digits of a trail's size; a trail of more entries than that nobody has."""


def size_of(connection: sqlite3.Connection, facts: Mapping[str, str], file: str) -> int | None:
    """The size of the trail when the sheet was made; None where the sheet does not say.

    Raises `BadInput` where this register was never in that state: the sheet is of another one.
    """
    said, root = facts.get(TRAIL_SIZE, ""), facts.get(TRAIL_ROOT, "")
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) <= LONGEST):
        message = (
            f"'{visible(said)}' is not the size of a trail: leave the sheet '{README}' as it is"
        )
        raise refuse(message, file=file, field=TRAIL_SIZE)
    size = int(said)
    found = journal.prefix(connection, size)
    if found.size != size or (root and b64encode(found.root()).decode() != root):
        raise refuse(
            f"this register never had a trail of {size} entries with the root {visible(root)}: the "
            "sheet was made from another register",
            file=file,
            field=TRAIL_ROOT,
        )
    return size


def since(connection: sqlite3.Connection, noun: str, size: int | None) -> frozenset[str] | None:
    """The ids of records of `noun` that were recorded after the trail had `size` entries."""
    if size is None:
        return None
    rows = connection.execute(
        "SELECT subject_id FROM entry WHERE seq >= ? AND subject_type = ?", [size, noun]
    )
    return frozenset(row[0] for row in rows)
