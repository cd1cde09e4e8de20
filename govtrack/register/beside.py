"""The file `trail/checkpoint` beside the register, written again where it is not what it should be.

Each recording writes it after its commit; one that was interrupted, or somebody's editor, leaves
another. It is a copy, so the register's newest checkpoint makes it whole, if that one is sound.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from govtrack.register import checkpoints, journal, keys, memory
from govtrack.register.reader import reading
from govtrack.trail import checkpoint

if TYPE_CHECKING:
    import sqlite3

    from govtrack.register.checkpoints import Kept
    from govtrack.workspace import Workspace


def written_again(space: Workspace) -> list[str]:
    """Write the file from the register's newest checkpoint where it is damaged, older or gone.

    Gives what was done, in words; nothing where the file is right, or names more than the
    register has: that is for `verify` to find. Raises `NotDone` where the store is behind what
    this machine remembers.
    """
    with reading(space) as connection:
        newest = checkpoints.newest(connection)
        first = journal.first_origin(connection)
        if newest is None or (was := _wrong(space, newest, first)) is None:
            return []
        checkpoints.not_behind(connection)
        if why := _unsound(connection, newest):
            left = f"the file trail/checkpoint {was} and is left so: the register's newest"
            return [f"{left} checkpoint, of size {newest.size}, {why}; run 'govtrack verify'"]
    notes = checkpoints.publish(space, first, checkpoints.Issued(newest.note, signed=True))
    if notes:
        return notes
    source = f"the register's checkpoint of size {newest.size}"
    return [f"the file trail/checkpoint {was}: written again from {source}"]


def _wrong(space: Workspace, newest: Kept, first: str) -> str | None:
    """How the file is not the newest checkpoint, where that one can take its place."""
    try:
        data = space.checkpoint_path.read_bytes()
    except FileNotFoundError:
        return "was not there"
    except OSError as error:
        return f"could not be read ({error.strerror})"
    if data == newest.note:
        return None
    try:
        found = memory.order(checkpoint.read(data)[0], first)
        kept = memory.order(checkpoint.read(newest.note)[0], first)
    except ValueError:
        return "was damaged"
    if found > kept:
        return None
    return "lagged" if found < kept else "was not the one that the register has"


def _unsound(connection: sqlite3.Connection, newest: Kept) -> str | None:
    """Why the register's newest checkpoint may not be handed out."""
    from govtrack.trail import signing  # noqa: PLC0415  (takes long to import)

    try:
        found, written = checkpoint.read(newest.note)
    except ValueError as error:
        return str(error)
    begins = journal.origins(connection)
    origin = begins[bisect_right([start for start, _ in begins], newest.size - 1) - 1][1]
    stated = (found.origin, found.size, found.root)
    if stated != (origin, newest.size, journal.prefix(connection, newest.size).root()):
        return "does not state the root of its entries"
    try:
        signed = signing.signed_by(written, keys.of_trail(connection, origin))
    except ValueError as error:
        return str(error)
    return None if signed else "is signed by no key of this trail"
