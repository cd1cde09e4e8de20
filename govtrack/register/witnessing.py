"""Cosignatures that came back from witnesses: checked against the checkpoints that are kept.

A cosignature line does not say which checkpoint it is under, so it is held against each, newest
first. What holds is kept beside that checkpoint, and its witness is pinned in this machine's
memory, because only what is known from outside the store counts.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from govtrack.errors import NotDone
from govtrack.register import checkpoints, database, journal, memory
from govtrack.register.failures import told
from govtrack.register.witness_checks import time_text
from govtrack.trail import checkpoint, cosignature, note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govtrack.workspace import Workspace


class Accepted(NamedTuple):
    """A cosignature that holds: of which size, whose, its time; `new` if it was not kept before."""

    size: int
    witness: note.Verifier
    at: str
    new: bool


def lines(data: bytes) -> list[note.Signature]:
    """Every signature line in a file that a witness sent back, whatever else stands in it.

    `ValueError` where there is none, or one that is malformed.
    """
    try:
        text = data.decode().replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ValueError("is not valid UTF-8") from None
    found = [note.signature(line) for line in text.split("\n") if line.startswith("\u2014 ")]
    if not found:
        raise ValueError("has no signature line in it, which begins with a dash (\u2014)")
    return found


def known(space: Workspace) -> list[note.Verifier]:
    """The witnesses that were accepted on this machine."""
    connection = database.opened(space.database_path, "ro")
    try:
        return memory.witnesses(journal.first_origin(connection))
    finally:
        connection.close()


def accept(
    space: Workspace, signatures: Sequence[note.Signature], witnesses: Sequence[note.Verifier]
) -> list[Accepted]:
    """Keep the cosignatures by these witnesses, and trust the witnesses from now on.

    Signatures of others are passed over. Raises `NotDone`, and keeps nothing, where none is by one
    of the witnesses, one of theirs holds for no checkpoint, or the store is an older copy.
    """
    by_id = {(one.name, one.key_id): one for one in witnesses}
    theirs = [
        (by_id[signature.name, signature.key_id], signature)
        for signature in signatures
        if (signature.name, signature.key_id) in by_id
    ]
    if not theirs:
        names = ", ".join(dict.fromkeys(one.name for one in signatures))
        raise NotDone(
            f"no signature there is by a witness that is known here (there are: {names}): name the "
            "witness's key with --witness"
        )
    try:
        connection = database.opened(space.database_path, "rw")
        try:
            connection.execute("BEGIN IMMEDIATE")
            database.recognised(connection, space.database_path)
            checkpoints.not_behind(connection)
            accepted = [_kept(connection, *one) for one in theirs]
            for one in accepted:
                memory.trust_witness(journal.first_origin(connection), _vkey(one.witness))
            connection.execute("COMMIT")
        finally:
            connection.close()
    except (sqlite3.Error, OSError) as error:
        raise told(error) from None
    return accepted


def _kept(
    connection: sqlite3.Connection, witness: note.Verifier, signature: note.Signature
) -> Accepted:
    rows = connection.execute("SELECT size, note FROM checkpoint ORDER BY size DESC")
    for size, issued in rows:
        try:
            at = cosignature.time_of(witness, checkpoint.read(issued)[0].body(), signature)
        except ValueError:
            continue
        vkey = _vkey(witness)
        done = connection.execute(
            "INSERT OR IGNORE INTO cosignature VALUES (?, ?, ?)", [size, vkey, signature.line()]
        )
        return Accepted(size, witness, time_text(at), done.rowcount == 1)
    raise NotDone(
        f"the cosignature by {witness.name} holds for no checkpoint of this trail; nothing was kept"
    )


def _vkey(witness: note.Verifier) -> str:
    return note.vkey(witness.name, witness.public, witness.algorithm)
