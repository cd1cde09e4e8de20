"""Numbers of records: gapless for each noun and year, taken under the writer's lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.register.nouns import YEAR

if TYPE_CHECKING:
    import sqlite3

    from govtrack.register.nouns import Noun


def latest_key(connection: sqlite3.Connection, noun: Noun, year: int) -> int:
    """The highest key of `noun` in `year`; `year * YEAR` where there is none yet."""
    (key,) = connection.execute(
        f"SELECT max(key) FROM {noun.name} WHERE key > ? AND key < ?",  # noqa: S608
        (year * YEAR, (year + 1) * YEAR),
    ).fetchone()
    return int(key or year * YEAR)
