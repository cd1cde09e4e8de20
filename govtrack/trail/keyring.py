"""Who may sign what: the trail's keys, walked from those that are known from outside it.

A key that only the trail itself names proves nothing: whoever wrote the trail could have made it
up. So the walk begins at keys that somebody holds apart from it, the anchors. A key that the trail
adds is trusted once the first checkpoint over that entry is signed by a trusted key and by the new
one (the rule of The Update Framework): the holder of the old key says that this is the next one,
and the holder of the new one that they have it. A retired key counts no more after its retirement;
a revoked one only on what was stamped or cosigned before the time from which it is not believed.

The origin of a trail changes with its generation and its key does not, so keys are told apart by
their public half; the name under which one signs is the origin of the checkpoint.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

from govtrack import clock
from govtrack.trail import note, signing
from govtrack.trail.note import fingerprint_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import datetime

    from govtrack.trail.checkpoint import Checkpoint
    from govtrack.trail.note import Note

ADDED, RETIRED, REVOKED = "trail.key_added", "trail.key_retired", "trail.key_revoked"
"""What entries say of a key."""


class KeyEvent(NamedTuple):
    """An entry about a key: its number, its action, the key's line; for a revocation, from when."""

    seq: int
    action: str
    vkey: str
    revoked_at: str | None = None


class Doubt(NamedTuple):
    """What does not hold: code, where, what was expected, what was found."""

    code: str
    where: str
    expected: str
    found: str


class Walk(NamedTuple):
    """What the anchors lead to.

    `trusted` has the sizes of the checkpoints with a signature that counts, each with the line of
    the key that made it. `findings` are wrong; `notes` are no failure, but limit what is proven.
    `keys` are the public keys trusted at the end: the anchors, and those that they passed on to.
    """

    trusted: dict[int, str]
    findings: tuple[Doubt, ...]
    notes: tuple[str, ...]
    keys: frozenset[bytes] = frozenset()


def walk(
    events: Iterable[KeyEvent],
    anchors: Collection[bytes],
    checkpoints: Iterable[tuple[Checkpoint, Note]],
    attested: Callable[[int], str | None],
) -> Walk:
    """Which checkpoints are signed by a key that the anchors (public keys) lead to.

    `events` are all entries about keys, `checkpoints` as many as are known in the order of their
    sizes, at least those first over an added key. `attested(size)` gives the earliest time at which
    a trusted stamp or cosignature saw that size or a later one, where there is one.
    """
    findings: list[Doubt] = []
    keyring = _Keyring(_History(events, findings), anchors)
    trusted: dict[int, str] = {}
    notes: list[str] = []
    for checkpoint, signed in checkpoints:
        signers = _signers(checkpoint, signed, keyring.known(checkpoint.size), findings)
        by = keyring.counting(signers, checkpoint.size, attested, notes)
        notes += keyring.judge(signers, checkpoint.size, passed_on=bool(by))
        if by:
            # of several, as at a rotation, the newest says it
            trusted[checkpoint.size] = note.vkey(checkpoint.origin, by[-1])
    return Walk(trusted, tuple(findings), tuple(dict.fromkeys(notes)), keyring.trusted())


class _History:
    """What the entries say of each key, by its public half, in the order of their numbers."""

    def __init__(self, events: Iterable[KeyEvent], findings: list[Doubt]) -> None:
        self.added: dict[bytes, int] = {}
        self.retired: dict[bytes, int] = {}
        self.revoked: dict[bytes, datetime] = {}
        """From when a key is no more believed."""
        for event in sorted(events, key=lambda one: one.seq):
            try:
                public = _public(event.vkey)
            except ValueError as error:
                where = f"entry {event.seq}"
                findings.append(Doubt("key-chain", where, "a key", f"one that {error}"))
                continue
            if event.action == ADDED:
                self.added.setdefault(public, event.seq)
            elif event.action == RETIRED:
                self.retired.setdefault(public, event.seq)
            elif event.action == REVOKED:
                since = _instant(event.revoked_at)
                self.revoked[public] = min(since, self.revoked.get(public, since))


class _Keyring:
    """The keys trusted so far, and which of them were judged."""

    def __init__(self, history: _History, anchors: Collection[bytes]) -> None:
        self._history = history
        self._anchors = frozenset(anchors)
        self._trusted, self._judged = set(anchors), set(anchors)
        self._foreign = [one for one in anchors if one not in history.added]

    def trusted(self) -> frozenset[bytes]:
        """The keys trusted by now."""
        return frozenset(self._trusted)

    def known(self, size: int) -> list[bytes]:
        """Keys that may sign over that many entries: anchors, and what entries below it add."""
        added = self._history.added.items()
        return self._foreign + [one for one, seq in added if seq < size or one in self._anchors]

    def counting(
        self,
        signers: Iterable[bytes],
        size: int,
        attested: Callable[[int], str | None],
        notes: list[str],
    ) -> list[bytes]:
        """Those whose signature counts on a checkpoint of that size; a note where one does not."""
        found = []
        retired, revoked = self._history.retired, self._history.revoked
        for public in signers:
            if public not in self._trusted:
                continue
            if retired.get(public, size) < size:
                notes.append(
                    f"a signature by {fingerprint_of(public)} counts for nothing after its "
                    f"retirement by entry {retired[public]}"
                )
            elif public in revoked and not _before(attested(size), revoked[public]):
                notes.append(
                    f"signatures by {fingerprint_of(public)} count only on checkpoints that were "
                    f"stamped or cosigned before {clock.instant_text(revoked[public])}: it is "
                    "revoked"
                )
            else:
                found.append(public)
        return found

    def judge(self, signers: Collection[bytes], size: int, *, passed_on: bool) -> Iterator[str]:
        """Trust or not the keys that this checkpoint is the first over; a note on a broken chain.

        The first key of a trail, and those before the first one that is known from outside, had
        nobody to pass on to them: that they are not trusted is then no break.
        """
        added = self._history.added
        for public, seq in added.items():
            if seq >= size or public in self._judged:
                continue
            self._judged.add(public)
            if passed_on and public in signers:
                self._trusted.add(public)
            elif any(added.get(one, seq) < seq for one in self._trusted):
                yield (
                    f"continuity of key not proven after {seq}: the key that entry {seq} adds, "
                    f"{fingerprint_of(public)}, was not passed on to by a trusted one; what it "
                    "signs rests on stamps and witnesses, unless it is given from outside"
                )


def _signers(
    checkpoint: Checkpoint, signed: Note, known: Iterable[bytes], findings: list[Doubt]
) -> list[bytes]:
    """The known keys that signed this note, in their order; lines of others are passed over.

    Where a signature in the name of a known one does not hold, the whole note counts for nothing.
    """
    found, sound = [], True
    for public in known:
        verifier = note.signing_under(checkpoint.origin, public)
        named = (verifier.name, verifier.key_id)
        lines = [one for one in signed.signatures if (one.name, one.key_id) == named]
        if not all(signing.holds(verifier, signed.text, one) for one in lines):
            where = f"checkpoint of size {checkpoint.size}"
            expected = f"a signature by {fingerprint_of(public)} that holds"
            findings.append(Doubt("signature", where, expected, "one that does not"))
            sound = False
        elif lines:
            found.append(public)
    return found if sound else []


def _before(seen: str | None, since: datetime) -> bool:
    return seen is not None and clock.instant(seen) < since


def _public(vkey: str) -> bytes:
    found = note.parsed_vkey(vkey)
    if found.algorithm != note.ED25519:
        raise ValueError("is not for signing checkpoints (kind 1)")
    return found.public


def _instant(text: str | None) -> datetime:
    """The time in a revocation; one that cannot be read is the earliest: the key counts nowhere."""
    try:
        found = clock.instant(text or "")
        return found.astimezone(UTC) if found.tzinfo else _EARLIEST
    except (ValueError, OverflowError):
        return _EARLIEST


_EARLIEST = clock.instant("0001-01-01T00:00:00.000000Z")
