"""AI risk criteria as they are read: the version in force on a day, a version by its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.catalog.risk_criteria import Criteria, of_image, plain
from govtrack.errors import refuse
from govtrack.register.images import image_of
from govtrack.register.nouns import NOUNS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import date

FORMAT = "govtrack.criteria/1"

IN_FORCE = """SELECT key FROM risk_criteria WHERE in_force_from <= :day
ORDER BY version DESC LIMIT 1"""
"""The key of the version in force on the day: of those whose day has come, the latest version.

A version planned for later than its successor is passed over so, and never comes into force.
"""


class Adopted(NamedTuple):
    """A version that the organisation adopted, and since when it holds."""

    id: str
    version: int
    in_force_from: str
    decided_by: str
    source: str
    recorded_on: str
    criteria: Criteria


def in_force(connection: sqlite3.Connection, day: date) -> Adopted | None:
    """The version in force on that day; None where none was adopted for it."""
    row = connection.execute(IN_FORCE, {"day": day.isoformat()}).fetchone()
    return _adopted(connection, row[0]) if row else None


def numbered(connection: sqlite3.Connection, version: int) -> Adopted:
    """The version with that number; refused where there is none, naming those there are."""
    known: dict[int, int] = dict(
        connection.execute("SELECT version, key FROM risk_criteria ORDER BY version").fetchall()
    )
    if version not in known:
        there = ", ".join(map(str, known)) or "none adopted yet"
        message = f"there is no version {version} of the criteria; there are: {there}"
        raise refuse(message, field="--version")
    return _adopted(connection, known[version])


def history(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every version's head, in the order of versions.

    `replaced_by` is the version that takes the place of one that never comes into force.
    """
    rows = connection.execute(
        "SELECT id, version, title, in_force_from, decided_by, source, recorded_on, "
        "(SELECT min(version) FROM risk_criteria AS later WHERE later.version > this.version "
        "AND later.in_force_from <= this.in_force_from) AS replaced_by "
        "FROM risk_criteria AS this ORDER BY version"
    )
    return [dict(row) for row in rows]


def as_json(
    criteria: Criteria, adopted: Adopted | None, as_of: date, versions: list[dict[str, Any]]
) -> dict[str, Any]:
    """Criteria as the `govtrack.criteria/1` document; `adopted` is None for the shipped default."""
    head: Mapping[str, Any] = {
        name: getattr(adopted, name, None)
        for name in ("id", "version", "in_force_from", "decided_by", "source", "recorded_on")
    }
    return {
        "format": FORMAT,
        "as_of": as_of.isoformat(),
        "adopted": adopted is not None,
        **head,
        **plain(criteria),
        "versions": versions,
    }


def _adopted(connection: sqlite3.Connection, key: int) -> Adopted:
    image = image_of(connection, NOUNS["risk_criteria"], key) or {}
    head = {name: image[name] for name in Adopted._fields if name in image}
    return Adopted(**head, criteria=of_image(image))
