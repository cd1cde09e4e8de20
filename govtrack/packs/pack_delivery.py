"""The proof of a pack's delivery, which lies beside it: is it of this pack, and who says so?

Everything that is wrong with it has one code, `delivery`: the file is no part of the pack, and
another's proof beside a pack says nothing against that pack's own trail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.packs import delivery_proof
from govtrack.packs.pack_entries import ISSUED, lineage
from govtrack.trail import checkpoint, entry, note, proof, signing
from govtrack.trail.keyring import Doubt
from govtrack.trail.tree import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

BESIDE = "the proof of the delivery beside the pack"
WHOLE = "exactly this pack, its pages and tables too"
NOT_WHOLE = "a pack with this digest, and the files that lie here are not all those that it lists"
ABSENT = "no proof of its delivery lies beside the pack"


class Pack(NamedTuple):
    """What the delivery has to be of: the trail's origin, the digest, whether files are as listed.

    `given` are keys from outside, `counting` those and the ones they passed on to, as far as a
    signature by them counts after the pack's size.
    """

    origin: str
    tagmanifest: str | None
    intact: bool
    given: Sequence[bytes]
    counting: Collection[bytes]


class _Wrong(ValueError):
    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.doubt = Doubt("delivery", BESIDE, expected, found)


def check(data: bytes | None, pack: Pack) -> tuple[tuple[Doubt, ...], tuple[str, ...]]:
    """What is wrong with the proof, and what it says."""
    if data is None:
        return (), (ABSENT,)
    try:
        return (), (_told(data, pack),)
    except _Wrong as wrong:
        return (wrong.doubt,), ()


def _told(data: bytes, pack: Pack) -> str:
    try:
        found = delivery_proof.read(data)
        event = entry.read(found.entry)
        said, signed = checkpoint.read(found.proof.checkpoint, unsigned=True)
        index = found.proof.entry
        led = proof.included(index, said.size, leaf_hash(found.entry), found.proof.path)
    except (ValueError, RecursionError) as error:
        raise _Wrong("an inclusion proof with its entry", f"one that {error}") from None
    if led != said.root:
        raise _Wrong("a path that leads to its root", f"root {note.encoded(led)}")
    if lineage(said.origin) != lineage(pack.origin) or event["trail"] != said.origin:
        raise _Wrong(f"a delivery in the trail {pack.origin}", f"one in {said.origin}")
    digest = (event["after"] or {}).get("digest")
    if (event["action"], event["seq"], digest) != (ISSUED, index, pack.tagmanifest):
        expected = f"the delivery of the pack with digest {pack.tagmanifest}"
        raise _Wrong(expected, f"entry {event['seq']}, {event['action']} of {digest}")
    what = WHOLE if pack.intact else NOT_WHOLE
    return f"entry {index} of the trail records the delivery of {what}{_signer(said, signed, pack)}"


def _signer(said: checkpoint.Checkpoint, signed: note.Note, pack: Pack) -> str:
    counting = [note.signing_under(said.origin, one) for one in pack.counting]
    try:
        by = signing.signed_by(signed, counting)
    except ValueError as error:
        raise _Wrong("signatures that hold", f"one that {error}") from None
    if by:
        return f"; signed by {note.fingerprint(by[0])}"
    if pack.given and signed.signatures:
        keys = " or ".join(map(note.fingerprint_of, pack.given))
        raise _Wrong(f"a signature that counts for who holds {keys}", "another key's")
    unsigned = "" if signed.signatures else "; unsigned"
    return f"{unsigned}; nothing from outside says whose trail that is"
