"""Step 3 of `verify`, its second half: every checkpoint kept, against the entries under it.

Whether a signature counts depends on who is trusted: `outside_checks` says that.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, NamedTuple

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


class Sound(NamedTuple):
    """A checkpoint that is well formed and states the root of its entries."""

    checkpoint: Checkpoint
    note: Note


def check(connection: sqlite3.Connection, levels: Levels, sound: list[Sound]) -> Iterator[Finding]:
    """What is wrong with the checkpoints kept; those with nothing wrong are added to `sound`."""
    begins = journal.origins(connection)
    starts = [start for start, _ in begins]
    before: int | None = None
    rows = connection.execute("SELECT size, previous, note FROM checkpoint ORDER BY size")
    for size, previous, data in rows:
        where = f"checkpoint {size}"
        if previous != before:
            yield Finding(3, "checkpoint", where, f"after checkpoint {before}", f"{previous}")
        before = size
        try:
            found, note = checkpoint.read(bytes(data))
        except ValueError as error:
            yield Finding(3, "checkpoint", where, "a signed checkpoint", str(error))
            continue
        wrong = list(
            _against(where, size, found, levels, begins[bisect_right(starts, size - 1) - 1][1])
        )
        yield from wrong
        if not wrong:
            sound.append(Sound(found, note))


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
