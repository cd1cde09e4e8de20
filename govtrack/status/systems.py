"""The AI systems as they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.errors import closest, refuse, visible
from govtrack.register.images import images
from govtrack.register.nouns import NOUNS

if TYPE_CHECKING:
    import sqlite3


def systems(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every system with its roles, in the order of ids."""
    return [image for _, image in images(connection, NOUNS["ai_system"])]


def named(connection: sqlite3.Connection, which: str, field: str = "--system") -> str:
    """The id of the system with that slug or id; refused with the nearest where there is none."""
    known: dict[str, str] = dict(
        connection.execute("SELECT slug, id FROM ai_system ORDER BY key").fetchall()
    )
    identifier = known.get(which.casefold(), which.upper())
    if identifier not in known.values():
        message = f"there is no system '{visible(which)}'"
        raise refuse(message, field=field, nearest=closest(which, known))
    return identifier


def slug_of(connection: sqlite3.Connection, system: str) -> str:
    """The slug of the system with that id."""
    row = connection.execute("SELECT slug FROM ai_system WHERE id = ?", [system]).fetchone()
    return str(row[0])


def evidence_about(connection: sqlite3.Connection, system: str) -> list[dict[str, Any]]:
    """Id and title of the evidence about the system with that id."""
    rows = connection.execute(
        "SELECT id, title FROM evidence JOIN evidence_system ON evidence = key "
        "WHERE system = ? ORDER BY key",
        [system],
    )
    return [{"id": row[0], "title": row[1]} for row in rows]
