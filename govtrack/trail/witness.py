"""What a witness looks at before it cosigns a checkpoint, without any store.

A cosignature says: at this time this was the largest state of that trail that I had seen, and it
continues all that I had seen before. So a witness compares with the older checkpoint that it kept.
That the newer one continues it, and was not made up beside it, takes a proof of consistency; and
that it is the trail's own, its key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.trail import checkpoint, proof, signing
from govtrack.trail.note import ED25519, key_id, parsed_vkey, vkey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govtrack.trail.checkpoint import Checkpoint
    from govtrack.trail.note import Note, Verifier


class Contradicted(ValueError):
    """What was looked at can be read, and speaks against the checkpoint."""


def looked_at(data: bytes, keys: Sequence[Verifier] = ()) -> tuple[Checkpoint, Note]:
    """The signed checkpoint in `data`; with `keys`, only if one of them has signed it as its own.

    A key counts by its bytes, since a trail that was restored signs under another name than before.
    `ValueError` says what is wrong with the checkpoint; `Contradicted` where it was signed by
    others only, or a signature does not hold.
    """
    found, note = checkpoint.read(data)
    if keys:
        own = (parsed_vkey(vkey(found.origin, key.public)) for key in keys)
        try:
            signed = signing.signed_by(note, own)
        except ValueError as error:
            raise Contradicted(str(error)) from None
        if not signed:
            raise Contradicted(f"has no signature of {found.origin} by the key that was given")
    return found, note


def continues(found: Checkpoint, older: Checkpoint, path: Sequence[bytes] | None) -> bool:
    """Whether it is proven that `found` continues the older checkpoint of the same trail.

    `path` is a proof of consistency, None where there is none: then two checkpoints of different
    sizes are no contradiction, and nothing is proven either. `ValueError` where they are of two
    trails; `Contradicted` where they contradict one another, or the proof does not lead from one to
    the other.
    """
    if found.origin != older.origin:
        raise ValueError(f"is of another trail, {older.origin}; this one is {found.origin}")
    if older.size > found.size:
        raise Contradicted(
            f"has size {older.size}, more than the {found.size} of the newer one: the trail was "
            "cut back, or the two were taken for one another"
        )
    if older.size == found.size and older.root != found.root:
        raise Contradicted(
            f"has another root at the same size {found.size}: these are two histories of one trail"
        )
    if path is None:
        return older.size in {0, found.size}
    try:
        proof.consistent(older.size, found.size, older.root, found.root, path)
    except ValueError as error:
        raise Contradicted(str(error)) from None
    return True


def is_own(found: Checkpoint, note: Note, public: bytes) -> bool:
    """Whether that key signed the checkpoint as the trail's own: it can be no witness of it."""
    own = key_id(found.origin, ED25519, public)
    return any(one.key_id == own for one in note.signatures if one.name == found.origin)
