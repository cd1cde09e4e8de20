"""Proofs out of the register: that an entry is in its tree, that an older tree is its beginning.

Each is made against the newest signed checkpoint that reaches far enough, else against the tree as
it stands, unsigned. Each is checked as a stranger would check it, from the entries' bytes, before
it is given away: a proof that does not hold is no proof, but a sign that the register was changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.errors import NotDone, refuse, visible
from govtrack.register import checkpoints, journal, keys, memory
from govtrack.trail import checkpoint, note, proof, tree

if TYPE_CHECKING:
    import sqlite3

    from govtrack.trail.checkpoint import Checkpoint


class Against(NamedTuple):
    """The checkpoint a proof leads to: its bytes, and who signed it (none: it is not signed)."""

    stated: Checkpoint
    data: bytes
    signers: tuple[note.Verifier, ...]


class Proved(NamedTuple):
    """An entry, whose it is, and the proof that it is in a checkpoint's tree."""

    entry: int
    at: str
    action: str
    record: str
    leaf: bytes
    path: list[bytes]
    against: Against

    def written(self) -> bytes:
        """The proof as it is passed on (C2SP tlog-proof@v1)."""
        return proof.proof_text(self.entry, self.path, self.against.data)


class Continued(NamedTuple):
    """An older checkpoint, and the proof that a newer one continues it."""

    older: Checkpoint
    path: list[bytes]
    against: Against

    def written(self) -> str:
        """The proof as it is passed on: a hash a line; empty where the two have one size."""
        return proof.consistency_text(self.path)


def entry_named(connection: sqlite3.Connection, text: str) -> int:
    """The number of the newest entry of a record by its id, or of the entry `text` numbers."""
    from govtrack.register.nouns import BY_CODE, id_of, key_of  # noqa: PLC0415

    given = text.strip()
    if given.isascii() and given.isdigit() and len(given) <= len(str(checkpoint.LARGEST)):
        number, size = int(given), journal.state(connection).size
        if number >= size:
            last = f"{size} entries, 0 to {size - 1}" if size else "no entries"
            raise refuse(f"there is no entry {number}: the trail has {last}", field="ID")
        return number
    if "/" in given:  # the workspace itself
        noun, identifier = BY_CODE["WS"], given
    else:
        key = key_of(given, field="ID")
        noun = BY_CODE[given.upper().partition("-")[0]]
        identifier = id_of(noun, key)
    (newest,) = connection.execute(
        "SELECT max(seq) FROM entry WHERE subject_type = ? AND subject_id = ?",
        [noun.name, identifier],
    ).fetchone()
    if newest is None:
        raise refuse(f"the trail has no entry of {visible(identifier)}", field="ID")
    return int(newest)


def against(connection: sqlite3.Connection, least: int) -> Against:
    """The newest signed checkpoint over at least `least` entries, else the tree as it stands.

    `NotDone` where a stored checkpoint is malformed, or is not signed by a key of the trail.
    """
    kept = checkpoints.newest(connection)
    if kept is None or kept.size < least:
        stated = checkpoints.stated(connection)
        return Against(stated, note.Note(stated.body(), ()).written(), ())
    from govtrack.trail import signing  # noqa: PLC0415

    try:
        own = keys.of_trail(connection, checkpoint.stated(kept.note).origin)
        stated, _, signers = signing.opened(kept.note, own)
    except ValueError as error:
        raise NotDone(
            f"the register's checkpoint of size {kept.size} {error}: run 'govtrack verify'"
        ) from None
    return Against(stated, kept.note, signers)


def proved(connection: sqlite3.Connection, number: int) -> Proved:
    """The proof that entry `number` is in the trail; `NotDone` where it does not hold."""
    target = against(connection, number + 1)
    at, action, record, data = connection.execute(
        "SELECT at, action, subject_id, bytes FROM entry WHERE seq = ?", [number]
    ).fetchone()
    leaf = tree.leaf_hash(data)
    try:
        path = journal.levels(connection, target.stated.size).inclusion(number, target.stated.size)
        led = proof.included(number, target.stated.size, leaf, path)
    except ValueError as error:
        raise _broken(target, str(error)) from None
    if led != target.stated.root:
        raise _broken(target, f"entry {number} does not lead to the root")
    return Proved(number, at, action, record, leaf, path, target)


def continued(connection: sqlite3.Connection, older: Checkpoint, where: str) -> Continued:
    """The proof that the trail continues `older`, which `where` states.

    Refused where that is another trail's; `NotDone` where the older root is not reproduced, which
    is what a holder of it wants to know.
    """
    first = journal.first_origin(connection)
    if memory.generation(older.origin, first) is None:
        raise refuse(
            f"is of another trail, {visible(older.origin)}; this one is {visible(first)}",
            file=where,
        )
    size = journal.state(connection).size
    if older.size > size:
        raise NotDone(
            f"{where}: states {older.size} entries, and the register has {size}: it is an older "
            "copy, or entries were cut off"
        )
    target = against(connection, older.size)
    made = journal.levels(connection, max(older.size, target.stated.size))
    if made.size != max(older.size, target.stated.size):
        raise _broken(target, "entries are missing")
    if made.root(older.size) != older.root:
        raise NotDone(
            f"{where}: the first {older.size} entries of the register do not give the root it "
            f"states: they are not the entries that were there{_restored(connection, older.size)}"
        )
    path = made.consistency(older.size, target.stated.size)
    try:
        proof.consistent(older.size, target.stated.size, older.root, target.stated.root, path)
    except ValueError as error:
        raise _broken(target, str(error)) from None
    return Continued(older, path, target)


def _restored(connection: sqlite3.Connection, size: int) -> str:
    """That it was restored with less than `size` entries once, which explains what is missing."""
    row = connection.execute(
        "SELECT id, restored_size FROM generation WHERE restored_size < ? ORDER BY number LIMIT 1",
        [size],
    ).fetchone()
    return f" (it was restored with {row[1]} of them, see {row[0]})" if row else ""


def _broken(target: Against, why: str) -> NotDone:
    return NotDone(
        f"the register's entries do not give the root of its checkpoint of size "
        f"{target.stated.size} ({why}): run 'govtrack verify'"
    )
