"""Step 3 of `verify`, its second half: every checkpoint kept, against the entries under it.

Whether a signature counts depends on who is trusted: `outside_checks` says that.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from govtrack.register import journal
from govtrack.register.findings import Finding
from govtrack.trail import checkpoint
from govtrack.trail.note import encoded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from govtrack.trail.checkpoint import Checkpoint
    from govtrack.trail.note import Note
    from govtrack.trail.proof import Levels


def check(connection: sqlite3.Connection, levels: Levels, unsound: set[int]) -> Iterator[Finding]:
    """What is wrong with the checkpoints kept; the sizes of those that are go into `unsound`."""
    begins = journal.origins(connection)
    starts = [start for start, _ in begins]
    before: int | None = None
    for size, previous, data in _kept(connection):
        where = f"checkpoint {size}"
        if previous != before:
            yield Finding(3, "checkpoint", where, f"after checkpoint {before}", f"{previous}")
        before = size
        try:
            found, _ = checkpoint.read(bytes(data))
        except ValueError as error:
            unsound.add(size)
            yield Finding(3, "checkpoint", where, "a signed checkpoint", str(error))
            continue
        origin = begins[bisect_right(starts, size - 1) - 1][1]
        for wrong in _against(where, size, found, levels, origin):
            unsound.add(size)
            yield wrong


def sound(connection: sqlite3.Connection, unsound: set[int]) -> Iterator[tuple[Checkpoint, Note]]:
    """The checkpoints that are well formed and state the root of their entries, by size.

    Read again, not kept: there may be one for every recording there ever was.
    """
    return (
        checkpoint.read(bytes(data)) for size, _, data in _kept(connection) if size not in unsound
    )


def _kept(connection: sqlite3.Connection) -> sqlite3.Cursor:
    return connection.execute("SELECT size, previous, note FROM checkpoint ORDER BY size")


def _against(
    where: str, size: int, found: Checkpoint, levels: Levels, origin: str
) -> Iterator[Finding]:
    if found.origin != origin:
        yield Finding(3, "checkpoint", where, f"origin {origin}", found.origin)
    if found.size != size:
        yield Finding(3, "checkpoint", where, f"size {size}", f"size {found.size}")
    elif size > levels.size:
        yield Finding(3, "checkpoint", where, f"{size} entries", f"{levels.size} entries")
    elif (root := levels.root(size)) != found.root:
        yield Finding(
            3, "checkpoint", where, f"root {encoded(root)}", f"root {encoded(found.root)}"
        )
