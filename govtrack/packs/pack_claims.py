"""Steps 7 to 9 of a pack's verification: what a pack proves to somebody who holds something.

Keys, witnesses, roots and older states come from outside the pack. What lies in the pack itself is
told, so that it can be compared, and raises nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack import clock
from govtrack.packs import pack_delivery, pack_older
from govtrack.packs.pack_entries import lineage
from govtrack.packs.pack_keys import Named, vkeys
from govtrack.trail import cosignature, keyring, note, signing
from govtrack.trail.keyring import REVOKED, Doubt
from govtrack.trail.note import fingerprint_of
from govtrack.trail.reach import SIGNED, STAMPED, WITNESSED, Layer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from govtrack.packs.pack_entries import EntryReader, Issued
    from govtrack.packs.pack_older import Kept
    from govtrack.packs.pack_proofs import Proven, Stated
    from govtrack.trail.checkpoint import Checkpoint
    from govtrack.trail.keyring import KeyEvent, Walk


class Trust(NamedTuple):
    """What is known from outside the pack.

    `keys` are public keys that may sign; `since` older states that were kept;
    `remembered` the newest state that this machine saw; `roots` certificates in PEM.
    """

    keys: tuple[bytes, ...] = ()
    since: tuple[Kept, ...] = ()
    witnesses: tuple[note.Verifier, ...] = ()
    roots: tuple[bytes, ...] = ()
    remembered: Checkpoint | None = None
    require_signed: bool = False


class Beside(NamedTuple):
    """The proof beside the pack, where there is one, and what it has to be of.

    `tagmanifest` is the pack's digest, `intact` whether its files are all those that are listed.
    """

    delivery: bytes | None
    tagmanifest: str | None
    intact: bool


class Claims(NamedTuple):
    """What does not hold, what limits the claim, and the layers that hold."""

    findings: tuple[Doubt, ...]
    notes: tuple[str, ...]
    layers: tuple[Layer, ...]


def check(
    pack: Proven,
    stated: Sequence[Stated],
    entries: EntryReader,
    trust: Trust,
    beside: Beside,
) -> Claims:
    """Hold the pack's checkpoints (`stated`, the pack's own last) against what is trusted."""
    claims = _Claims(pack, stated, entries.events, trust)
    claims.attested()
    claims.signed()
    claims.older(entries.issued)
    claims.delivered(beside.delivery, beside.tagmanifest, intact=beside.intact)
    return claims.said()


class _Claims:
    def __init__(
        self,
        pack: Proven,
        stated: Sequence[Stated],
        events: Sequence[KeyEvent],
        trust: Trust,
    ) -> None:
        self.pack, self.stated, self.events, self.trust = pack, stated, events, trust
        self.findings: list[Doubt] = []
        self.notes: list[str] = []
        self.layers: list[Layer] = []
        self.times: dict[int, str] = {}
        """By size: when somebody trusted says to have seen it, at the latest."""
        self.named = Named(events)
        self.reached: frozenset[bytes] = frozenset()
        """Keys that the walk led to."""

    def said(self) -> Claims:
        if any(one.level == STAMPED for one in self.layers) and not any(
            one.level == SIGNED for one in self.layers
        ):
            self.layers = [one for one in self.layers if one.level != STAMPED]
            self.notes.append(
                "a time stamp holds, and without a signing key from outside nothing says whose "
                "checkpoint it is of: it raises nothing"
            )
        return Claims(tuple(self.findings), tuple(self.notes), tuple(self.layers))

    def attested(self) -> None:
        """Cosignatures and time stamps in files beside each checkpoint."""
        for one in self.stated:
            for name in sorted(self.pack.whole):
                if name == f"{one.name}.cosig":
                    self._cosigned(one, name)
                elif name.startswith(f"{one.name}.") and name.endswith(".tsr"):
                    self._stamped(one, name)

    def _cosigned(self, one: Stated, name: str) -> None:
        try:
            lines = self.pack.whole[name].decode().split("\n")
            found = [note.signature(line) for line in lines[:-1]]
        except ValueError as error:
            self._found("cosignature", name, "lines of cosignatures", f"one that {error}")
            return
        known = {(witness.name, witness.key_id): witness for witness in self.trust.witnesses}
        unknown = [line.name for line in found if (line.name, line.key_id) not in known]
        if unknown:
            names = ", ".join(dict.fromkeys(unknown))
            self.notes.append(f"{name}: cosigned by {names}, who is not known from outside")
        for line in found:
            witness = known.get((line.name, line.key_id))
            if witness is None:
                continue
            try:
                text = one.checkpoint.body()
                at = clock.instant_at(cosignature.time_of(witness, text, line))
            except (ValueError, OverflowError, OSError) as error:
                self._found("cosignature", name, "a cosignature that holds", f"{error}")
                continue
            who = f"{witness.name} ({note.fingerprint(witness)})"
            self._holds(Layer(WITNESSED, one.checkpoint.size, at, who, f"cosigned by {who}"))

    def _stamped(self, one: Stated, name: str) -> None:
        if not self.trust.roots:
            self.notes.append(f"{name}: not checked; name the authority's root with --tsa-root")
            return
        from govtrack.trail import timestamp  # noqa: PLC0415  (a quarter of a second)

        try:
            found = timestamp.stamped(self.pack.whole[name], one.data, self.trust.roots)
        except timestamp.Untrusted as error:
            self.notes.append(f"{name}: {error}; it proves nothing here")
        except ValueError as error:
            self._found("timestamp", name, "a time stamp of the checkpoint", f"{error}")
        else:
            size, who = one.checkpoint.size, found.authority
            self._holds(Layer(STAMPED, size, found.at, who, f"stamped by {who}"))

    def _holds(self, layer: Layer) -> None:
        self.layers.append(layer)
        at = str(layer.at)
        self.times[layer.size] = min(at, self.times.get(layer.size, at))

    def _seen(self, size: int) -> str | None:
        """The earliest time at which that size or a later one was seen."""
        return min((at for other, at in self.times.items() if other >= size), default=None)

    def signed(self) -> None:
        """Walk from the keys that are known to those that signed the checkpoints."""
        walked = self._walk(self.events, self.trust.keys)
        self.findings += walked.findings
        self._own_signatures()
        self.reached = walked.keys
        self.notes += self.named.apart(self.trust.keys, self._from)
        if not any(one.code == "signature" for one in self.findings):
            self._concluded(walked)
        if not any(one.code == "key-chain" for one in self.findings):
            self.notes += walked.notes  # a break in the chain is told by its finding
        size, mine = self.pack.said.size, self.stated[-1]
        if self.trust.require_signed and size not in walked.trusted and not self.findings:
            expected = f"a signature by a key known from outside, up to size {size}"
            self._found("signature", mine.name, expected, self._who())

    def _walk(self, events: Sequence[KeyEvent], keys: Sequence[bytes]) -> Walk:
        by_size = sorted(self.stated, key=lambda one: one.checkpoint.size)
        notes = ((one.checkpoint, one.note) for one in by_size)
        return keyring.walk(events, keys, notes, self._seen)

    def _from(self, key: bytes) -> frozenset[bytes]:
        return self._walk(self.events, [key]).keys

    def _concluded(self, walked: Walk) -> None:
        mine, keys = self.stated[-1], self.trust.keys
        size, signed = self.pack.said.size, bool(mine.note.signatures)
        if not keys:
            self.notes.append(
                f"signed by {self._who()}: compare it with the key that you noted, and give that "
                "with --key; a key known from the pack alone proves nothing"
                if signed
                else f"unsigned: {self._tail()}"
            )
        elif size in walked.trusted or (walked.trusted and not signed):
            reached = max(walked.trusted)
            who = note.fingerprint(note.parsed_vkey(walked.trusted[reached]))
            self.layers.append(Layer(SIGNED, reached, None, who, f"signed by {who}"))
            if reached < size:
                tail = "1 entry" if size - reached == 1 else f"{size - reached} entries"
                verb = "is" if size - reached == 1 else "are"
                self.notes.append(f"{tail} after checkpoint {reached} {verb} not signed")
        else:
            self._found(*self._unsigned_by_known(mine))

    def _unsigned_by_known(self, mine: Stated) -> tuple[str, str, str, str]:
        """Why no signature on the pack's checkpoint counts: code, place, expected, found."""
        keys, signers = (
            " or ".join(map(fingerprint_of, self.trust.keys)),
            self._signers_known(mine),
        )
        if signers and self.named.added.keys() & set(self.trust.keys):
            unrevoked = [one for one in self.events if one.action != REVOKED]
            if mine.checkpoint.size in self._walk(unrevoked, self.trust.keys).trusted:
                seen = "a stamp or cosignature from before the key was revoked"
                return "revoked", mine.name, seen, f"{self._who()}, seen by nobody in time"
            expected = f"a signature by {keys}, or by a key that this one passed on to"
            found = self.named.break_before(signers[0], self.stated)
            return "key-chain", mine.name, expected, found
        return "stranger", mine.name, f"a signature by {keys}", self._who()

    def _signers_known(self, mine: Stated) -> list[bytes]:
        """Public keys named anywhere in the pack, or given, that signed its checkpoint."""
        own = [one.public for one in vkeys(self.pack.whole)]
        return self.named.signers(mine, (*self.trust.keys, *own))

    def _own_signatures(self) -> None:
        """Signatures in the name of a key that lies in the pack have to hold, too."""
        for own in vkeys(self.pack.whole):
            if own.public in self.named.added or own.public in self.trust.keys:
                continue
            for one in self.stated:
                verifier = note.signing_under(one.checkpoint.origin, own.public)
                try:
                    signing.signed_by(one.note, [verifier])
                except ValueError as error:
                    self._found("signature", one.name, "signatures that hold", f"{error}")

    def _who(self) -> str:
        """Who signed the pack's checkpoint, by fingerprint where that can be said."""
        mine = self.stated[-1]
        known = self._signers_known(mine)
        if known:
            return ", ".join(map(fingerprint_of, known))
        if not mine.note.signatures:
            return "no signature"
        ids = ", ".join(one.key_id.hex() for one in mine.note.signatures)
        return f"a key that is not known (id {ids})"

    def _tail(self) -> str:
        size = self.pack.said.size
        signed = [one.checkpoint.size for one in self.stated if one.note.signatures]
        if not signed:
            return f"no signed checkpoint stands over its {size} entries"
        return f"{size - max(signed)} entries after checkpoint {max(signed)}"

    def older(self, issued: Sequence[Issued]) -> None:
        """States that somebody kept, or this machine: their roots come out of the entries still."""
        mine, memory = self.pack.said, self.trust.remembered
        held = list(self.trust.since)
        if memory is not None and lineage(memory.origin) == lineage(mine.origin):
            if memory.size <= mine.size:
                held.append(pack_older.Kept("the memory of this machine", memory))
            else:
                self.notes.append(
                    f"this machine remembers a newer state, of size {memory.size}: it says nothing "
                    f"about a pack of size {mine.size}"
                )
        for then in held:
            found = pack_older.held_against(self.pack, then, issued)
            self.findings += found.findings
            self.notes += found.notes
            self.layers += found.layers

    def delivered(self, data: bytes | None, tagmanifest: str | None, *, intact: bool) -> None:
        """The proof beside the pack: the trail has an entry that names this pack's digest."""
        gone = self.named.revoked | self.named.retired.keys()
        pack = pack_delivery.Pack(
            self.pack.said.origin, tagmanifest, intact, self.trust.keys, self.reached - gone
        )
        wrong, notes = pack_delivery.check(data, pack)
        self.findings += wrong
        self.notes += notes

    def _found(self, code: str, where: str, expected: str, found: str) -> None:
        self.findings.append(Doubt(code, where, expected, found))


def merged(layers: Sequence[Layer]) -> Iterator[Layer]:
    """Of each level and each one who says it the layer of the largest size, highest level first."""
    newest: dict[tuple[str, str | None], Layer] = {}
    for one in layers:
        if (kept := newest.get((one.level, one.who))) is None or one.size > kept.size:
            newest[one.level, one.who] = one
    yield from newest.values()
