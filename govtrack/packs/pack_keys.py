"""The keys that a pack names: who signed it, and where a chain of keys breaks off, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.trail import note, signing
from govtrack.trail.keyring import ADDED, RETIRED, REVOKED
from govtrack.trail.note import fingerprint_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from govtrack.packs.pack_proofs import Stated
    from govtrack.trail.keyring import KeyEvent

VKEYS = "data/trail/vkey.txt"


def vkeys(whole: Mapping[str, bytes]) -> list[note.Verifier]:
    """The keys that lie in the pack, as far as they can be read: they prove nothing."""
    found = []
    for line in whole.get(VKEYS, b"").decode("utf-8", "replace").split("\n"):
        try:
            found.append(note.parsed_vkey(line))
        except ValueError:
            continue
    return found


class Named:
    """The keys that the entries name, by their public half."""

    def __init__(self, events: Sequence[KeyEvent]) -> None:
        self.added: dict[bytes, int] = {}
        self.retired: dict[bytes, int] = {}
        self.revoked: set[bytes] = set()
        for event in sorted(events, key=lambda one: one.seq):
            public = _public(event.vkey)
            if public is not None and event.action == ADDED:
                self.added.setdefault(public, event.seq)
            elif public is not None and event.action == RETIRED:
                self.retired.setdefault(public, event.seq)
            elif public is not None and event.action == REVOKED:
                self.revoked.add(public)

    def break_before(self, signer: bytes, stated: Sequence[Stated]) -> str:
        """Why nobody passed on to the key that signed the last of `stated` (by size)."""
        size = stated[-1].checkpoint.size
        signed = f"the key that signed ({fingerprint_of(signer)})"
        if (retired := self.retired.get(signer, size)) < size:
            return f"{signed}, which entry {retired} retired"
        while True:
            if (seq := self.added.get(signer)) is None:
                return f"{signed}, which no entry announces"
            over = next((one for one in stated if one.checkpoint.size > seq), stated[-1])
            announced = f"entry {seq} announces {signed}, but"
            before = self._before(seq)
            if before is None:
                return f"{announced} no key stands before it"
            if not signed_by(over, before):
                return (
                    f"{announced} the key before it ({fingerprint_of(before)}) did not sign "
                    f"checkpoint {over.checkpoint.size}"
                )
            if not signed_by(over, signer):
                return f"{announced} that key itself did not sign checkpoint {over.checkpoint.size}"
            signer = before
            signed = f"a key before the one that signed ({fingerprint_of(before)})"

    def _before(self, seq: int) -> bytes | None:
        """The key that was added last before that entry."""
        earlier = {at: public for public, at in self.added.items() if at < seq}
        return earlier[max(earlier)] if earlier else None

    def signers(self, one: Stated, others: Iterable[bytes]) -> list[bytes]:
        """Public keys among `others`, and named by an entry, that signed a checkpoint."""
        known = dict.fromkeys((*others, *self.added, *self.retired))
        return [public for public in known if signed_by(one, public)]

    def apart(
        self, given: Sequence[bytes], reached: Callable[[bytes], frozenset[bytes]]
    ) -> Iterator[str]:
        """Of several given keys those that none of the others led to, where one is of the trail.

        `reached` tells the keys that a walk from one of them alone leads to.
        """
        last = max(self.added.values(), default=0) + 1
        chain = sorted(dict.fromkeys(given), key=lambda one: self.added.get(one, last))
        if len(chain) < 2 or chain[0] not in self.added:  # noqa: PLR2004  (one has no other)
            return
        for position, key in enumerate(chain[1:], 1):
            if not any(key in reached(earlier) for earlier in chain[:position]):
                yield (
                    f"the key {fingerprint_of(key)} was not passed on to by the key "
                    f"{fingerprint_of(chain[position - 1])}: each counts only because you gave it"
                )


def signed_by(one: Stated, public: bytes) -> bool:
    """Whether a checkpoint has a signature by that key that holds."""
    verifier = note.signing_under(one.checkpoint.origin, public)
    return any(signing.holds(verifier, one.note.text, each) for each in one.note.signatures)


def _public(vkey: str) -> bytes | None:
    try:
        return note.parsed_vkey(vkey).public
    except ValueError:
        return None
