"""Where the trail stands, in the three values that make a witness of whoever keeps them."""

from __future__ import annotations

from binascii import b2a_base64
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3


class TrailLine(NamedTuple):
    """Origin, number of entries and root (base64) of the trail."""

    origin: str
    size: int
    root: str

    def __str__(self) -> str:
        """How a reminder or a print says them, on one line."""
        return f"Trail {self.origin}, size {self.size}, root {self.root}"


def trail_line(connection: sqlite3.Connection) -> TrailLine:
    """The trail as it stands in the register."""
    origin, size, root = connection.execute(
        "SELECT coalesce((SELECT origin FROM generation ORDER BY number DESC LIMIT 1), "
        "(SELECT id FROM workspace)), size, root FROM tree"
    ).fetchone()
    return TrailLine(str(origin), int(size), b2a_base64(root, newline=False).decode("ascii"))
