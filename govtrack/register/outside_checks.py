"""Step 6 of `verify`: the trail against what is kept outside the store, and by whose word.

Signatures count by keys that are known from outside; the store must be, or continue, what this
machine remembers and every checkpoint that the asker holds; stamps and cosignatures count by roots
and witnesses known from outside. What is known from the store alone raises nothing.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from govtrack.errors import NotDone
from govtrack.register import (
    attested,
    beside_checks,
    checkpoints,
    journal,
    keys,
    memory,
    stamp_checks,
)
from govtrack.register import witness_checks as witnessing
from govtrack.register.findings import Finding
from govtrack.trail import entry, keyring, note
from govtrack.trail.reach import REMEMBERED, SIGNED, STAMPED, WITNESSED, Layer, highest

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from govtrack.register.asked import Held
    from govtrack.register.memory import Remembered
    from govtrack.trail.checkpoint import Checkpoint
    from govtrack.trail.proof import Levels
    from govtrack.workspace import Workspace

STEP = 6
_Read = TypeVar("_Read")


class Outside(NamedTuple):
    """What was found, what holds (a layer each), what is only noted; `signed` up to which size."""

    findings: tuple[Finding, ...]
    layers: tuple[Layer, ...]
    notes: tuple[str, ...]
    signed: int


def check(
    connection: sqlite3.Connection,
    workspace: Workspace,
    levels: Levels,
    sound: Iterable[tuple[Checkpoint, note.Note]],
    held: Held,
) -> Outside:
    """Everything outside the store against the store."""
    first = journal.first_origin(connection)
    findings, late = beside_checks.check(connection, workspace)
    layers: list[Layer] = []
    notes = [*_gaps(connection), *late]
    pins = _pins(first, findings)
    others = [
        stamp_checks.check(connection, (*held.roots, *pins.roots)),
        witnessing.check(connection, (*held.witnesses, *pins.witnesses)),
    ]
    times = attested.earliest(one.times for one in others)
    anchors = (*held.keys, *pins.keys)
    events = key_events(connection)
    walk = keyring.walk(
        events,
        {one.public for one in anchors},
        sound,
        lambda size: min((at for over, at in times.items() if over >= size), default=None),
    )
    findings += [Finding(STEP, *one) for one in walk.findings]
    findings += _strangers(connection, anchors, events, walk)
    notes += walk.notes
    notes += _after_theft(connection, events)
    signed = max(walk.trusted, default=0)
    if signed:
        layers.append(_signed(signed, walk.trusted[signed], levels.size))
    for code, label, known in _known(pins.kept, held.since):
        if why := checkpoints.contradiction(connection, known, label, levels):
            found = f"size {levels.size}, root {note.encoded(levels.root())}"
            findings.append(Finding(STEP, code, label, _expected(known), f"{found}: {why}"))
        elif lost := checkpoints.gap(connection, known):
            if code == "since":
                findings.append(Finding(STEP, code, label, _expected(known), lost))
            else:
                notes.append(f"the {label} is not continued: {lost}")
        else:
            layers.append(Layer(REMEMBERED, known.size, None, label, f"continues the {label}"))
    for one in others:
        findings += one.findings
        layers += one.layers
        notes += one.notes
    notes += attested.contradicted(connection, times)
    layers, idle = _vouched(layers)
    notes += idle
    if pins.kept is None and not held.since and highest(layers) != WITNESSED:
        notes.append("this machine remembers nothing of this trail, and no older state was given")
    return Outside(tuple(findings), tuple(layers), tuple(notes), signed)


def _vouched(layers: list[Layer]) -> tuple[list[Layer], list[str]]:
    """The layers without stamps of a size for which nothing else from outside vouches.

    An authority stamps for everybody: it says when, and not whose trail it is.
    """
    reach = max((one.size for one in layers if one.level != STAMPED), default=0)
    idle = [one for one in layers if one.level == STAMPED and one.size > reach]
    notes = [
        f"the time stamp of size {one.size} raises nothing: nothing else from outside reaches so "
        "far, and an authority says when, not whose trail it is; name the signing key with --key"
        for one in idle
    ]
    return [one for one in layers if one not in idle], notes


def _strangers(
    connection: sqlite3.Connection,
    anchors: Sequence[note.Verifier],
    events: Sequence[keyring.KeyEvent],
    walk: keyring.Walk,
) -> Iterator[Finding]:
    """Where others signed this trail, and nobody who is known from outside ever did.

    A known key whose signatures count no more is no stranger: the walk says why they do not.
    """
    said = walk.trusted or walk.findings or walk.notes
    if not anchors or said or checkpoints.newest(connection) is None:
        return
    known = " or ".join(dict.fromkeys(map(note.fingerprint, anchors)))
    others = " and ".join(dict.fromkeys(_fingerprints(events))) or "that it does not name"
    expected = f"a signature by {known}"
    yield Finding(STEP, "stranger", "signing key", expected, f"signatures by others, {others}")


def _fingerprints(events: Sequence[keyring.KeyEvent]) -> Iterator[str]:
    for event in events:
        with suppress(ValueError):
            yield note.fingerprint(note.parsed_vkey(event.vkey))


def key_events(connection: sqlite3.Connection) -> list[keyring.KeyEvent]:
    """What the entries say of signing keys, in their order; entries that say nothing are step 2's.

    A key that cannot be one, and a time that is none, are judged where the keys are walked.
    """
    rows = connection.execute(
        "SELECT seq, action, bytes FROM entry WHERE subject_type = 'signing_key' ORDER BY seq"
    )
    return list(_key_events(rows))


def _key_events(rows: Iterable[tuple[int, str, bytes]]) -> Iterator[keyring.KeyEvent]:
    for seq, action, data in rows:
        with suppress(ValueError):
            after = entry.read(data)["after"] or {}
            since = after.get("revoked_at")
            yield keyring.KeyEvent(
                seq, action, str(after.get("vkey")), None if since is None else str(since)
            )


def _after_theft(
    connection: sqlite3.Connection, events: Sequence[keyring.KeyEvent]
) -> Iterator[str]:
    """Entries between the time of a revocation and it: the thief may have made them."""
    for event in events:
        if event.action != keyring.REVOKED or not event.revoked_at:
            continue
        first, last, count = connection.execute(
            "SELECT min(seq), max(seq), count(*) FROM entry WHERE at >= ? AND seq < ?",
            [event.revoked_at, event.seq],
        ).fetchone()
        named = list(_fingerprints([event]))
        key = named[0] if named else "a key"
        which = f"{count} entries, {first} to {last}, were" if count else "no entries were"
        yield (
            f"{key} is revoked from {event.revoked_at}: {which} recorded from then until entry "
            f"{event.seq} said so" + (": look at them with 'govtrack log'" if count else "")
        )


class _Pins(NamedTuple):
    """What this machine holds of the trail apart from the store."""

    kept: Remembered | None
    keys: tuple[note.Verifier, ...]
    witnesses: tuple[note.Verifier, ...]
    roots: tuple[bytes, ...]


def _pins(first: str, findings: list[Finding]) -> _Pins:
    """All of it; a part that cannot be read is a finding, and counts for nothing."""

    def read(get: Callable[[str], _Read], otherwise: _Read) -> _Read:
        try:
            return get(first)
        except (NotDone, OSError, RuntimeError) as error:
            findings.append(Finding(STEP, "memory", "memory outside", "to be read", str(error)))
            return otherwise

    nobody: list[note.Verifier] = []
    nothing: list[bytes] = []
    trusted = read(memory.signing_key, None)
    halves = read(keys.public_halves, nobody)
    return _Pins(
        read(memory.remembered, None),
        tuple(halves) if trusted is None else (trusted, *halves),
        tuple(read(memory.witnesses, nobody)),
        tuple(read(memory.roots, nothing)),
    )


def _known(
    kept: Remembered | None, since: Sequence[tuple[str, Checkpoint]]
) -> Iterator[tuple[str, str, Checkpoint]]:
    """Code of the finding, name and checkpoint of all that is known of an earlier state."""
    if kept:
        yield "memory", checkpoints.seen_on(kept), kept.checkpoint
    for name, known in since:
        yield "since", f"checkpoint of size {known.size} in {name}", known


def _expected(known: Checkpoint) -> str:
    return f"size {known.size}, root {note.encoded(known.root)}, or more entries after those"


def _signed(size: int, vkey: str, entries: int) -> Layer:
    verifier = note.parsed_vkey(vkey)
    left = entries - size
    after = f"; {left} {'entry' if left == 1 else 'entries'} after that not signed" if left else ""
    words = f"by {note.fingerprint(verifier)}{after}"
    return Layer(SIGNED, size, None, vkey, words)


def _gaps(connection: sqlite3.Connection) -> Iterator[str]:
    """Said for ever: where an older store was restored, and what was lost."""
    rows = connection.execute(
        "SELECT number, restored_size, known_size FROM generation ORDER BY number"
    )
    for number, restored, known in rows:
        if known is None:
            lost = "what was lost is not known"
        elif known > restored:
            lost = f"{known - restored} entries that were known are lost"
        else:
            lost = f"it does not continue the state of {known} entries that was known"
        yield f"generation {number} begins at entry {restored}, from an older store: {lost}"
