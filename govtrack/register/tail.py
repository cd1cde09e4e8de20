"""The unsigned tail: entries after the newest checkpoint, recorded where the key was not at hand.

Whoever holds the key signs them later, by a checkpoint and no entry. So it is looked at first that
the tail continues what was signed, and who recorded it is said: a signature covers others' entries.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from govtrack.errors import NotDone, visible
from govtrack.register import checkpoints, database, journal, keys, stamping
from govtrack.register.failures import told
from govtrack.trail import checkpoint, note, tree

if TYPE_CHECKING:
    from govtrack.register.checkpoints import Kept
    from govtrack.trail.checkpoint import Checkpoint
    from govtrack.trail.signing import Signer
    from govtrack.workspace import Workspace


class Signed(NamedTuple):
    """The checkpoint that was issued, by which key, over whose entries; notes worth telling."""

    stated: Checkpoint
    key: note.Verifier
    entries: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]


def sign(space: Workspace, passphrase: bytes | None = None) -> Signed | None:
    """Sign the trail as it stands; None where the newest checkpoint is over all of it already.

    `NotDone` in words where the key is not at hand, or the tail does not continue what was signed.
    """
    path = space.database_path
    connection = database.opened(path, "rw")
    try:
        connection.execute("BEGIN IMMEDIATE")
        database.recognised(connection, path)
        checkpoints.not_behind(connection)
        stated, newest = checkpoints.stated(connection), checkpoints.newest(connection)
        if newest and newest.size == stated.size:
            return None
        signer = _signer(connection, passphrase)
        _continues(connection, stated, newest)
        since = newest.size if newest else 0
        entries = connection.execute(
            "SELECT actor, count(*) FROM entry WHERE seq >= ? GROUP BY actor ORDER BY 2 DESC, 1",
            [since],
        ).fetchall()
        issued = checkpoints.issue(connection, [signer])
        connection.execute("COMMIT")
        first = journal.first_origin(connection)
    except sqlite3.Error as error:
        raise told(error) from None
    finally:
        connection.close()
    notes = checkpoints.publish(space, first, issued) + stamping.after_recording(space)
    return Signed(stated, signer.verifier, tuple(entries), tuple(notes))


def _signer(connection: sqlite3.Connection, passphrase: bytes | None) -> Signer:
    in_force = keys.active(connection)
    if in_force is None:
        raise NotDone("this trail has no signing key: 'govtrack trail key new' makes one")
    first = journal.first_origin(connection)
    found = keys.at_hand(first, journal.origin(connection), in_force, passphrase)
    if isinstance(found, keys.Unsigned):
        raise NotDone(_unable(found, in_force, visible(str(keys.path_of(first)))))
    return found


def _unable(found: keys.Unsigned, in_force: keys.Active, usual: str) -> str:
    """Why nothing can be signed here, and what whoever stands here can do."""
    if closed := found.closed():
        return closed
    why = found.why or f"there is no key of this trail at {usual}"
    return (
        f"{why}; {in_force.id}, {note.fingerprint(in_force.verifier)}, signs this trail: its "
        "holder runs 'govtrack trail sign' where that key is (if nobody has it any more, "
        "docs/security.md says what to do)"
    )


def _continues(connection: sqlite3.Connection, stated: Checkpoint, newest: Kept | None) -> None:
    """Refuse a tail that is not what its hashes say, or does not continue the last checkpoint."""
    since = newest.size if newest else 0
    grown = journal.prefix(connection, since)
    whole = newest is None or grown.root() == checkpoint.read(newest.note)[0].root
    leaves = []
    rows = connection.execute(
        "SELECT leaf_hash, bytes FROM entry WHERE seq >= ? ORDER BY seq", [since]
    )
    for leaf, data in rows:
        whole = whole and leaf == tree.leaf_hash(data)
        leaves.append(leaf)
    if not whole or grown.grown(leaves).root() != stated.root:
        raise NotDone(
            "the entries do not give the root that is to be signed, or do not continue the "
            f"checkpoint of size {since}: nothing was signed; run 'govtrack verify'"
        )
