"""Step 6 of `verify`, the file `trail/checkpoint` beside the register: a copy of what it signed.

One that is older than the register, or not there, is a note: an interrupted command leaves it so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.register import checkpoints
from govtrack.register.findings import Finding
from govtrack.trail import checkpoint

if TYPE_CHECKING:
    import sqlite3

    from govtrack.workspace import Workspace

STEP, CODE = 6, "checkpoint-file"


def check(connection: sqlite3.Connection, workspace: Workspace) -> tuple[list[Finding], list[str]]:
    """What is wrong with the file, and what is only worth knowing of it."""
    path, newest = workspace.checkpoint_path, checkpoints.newest(connection)
    where = f"{path.parent.name}/{path.name}"
    try:
        data = path.read_bytes()
        size = checkpoint.read(data)[0].size
    except FileNotFoundError:
        gone = "the file trail/checkpoint is not there: the next change writes it"
        return [], [gone] if newest else []
    except (OSError, ValueError) as error:
        return [Finding(STEP, CODE, where, "the newest checkpoint", str(error))], []
    notes = []
    if newest and size < newest.size:
        notes.append(
            f"the file trail/checkpoint lags: size {size}, the register's is {newest.size} (an "
            "interrupted command); the next change writes it"
        )
    kept = checkpoints.newest(connection, size)
    if kept is None or kept.size != size:
        expected = "a checkpoint that the register has"
        return [Finding(STEP, CODE, where, expected, f"size {size}")], notes
    if kept.note != data:
        said = repr(data.decode(errors="replace"))
        return [Finding(STEP, CODE, where, repr(kept.note.decode()), said)], notes
    return [], notes
