"""Step 6 of `verify`, witnesses: every cosignature that is kept, against its checkpoint.

One that does not hold is a finding. One by a witness whose key is not known from outside the store
is a note, and raises nothing, since whoever writes the store could have made up that witness.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from govtrack import clock
from govtrack.register.attested import STEP, Checked, newest_of_each
from govtrack.register.findings import Finding
from govtrack.trail import checkpoint, cosignature, note
from govtrack.trail.reach import WITNESSED, Layer

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

CODE = "cosignature"


def check(connection: sqlite3.Connection, witnesses: Sequence[note.Verifier]) -> Checked:
    """What the cosignatures in the register prove by these witnesses' keys."""
    rows = connection.execute(
        "SELECT size, witness, line, note FROM cosignature LEFT JOIN checkpoint USING (size) "
        "ORDER BY size, witness"
    )
    trusted = set(witnesses)
    findings: list[Finding] = []
    layers: list[Layer] = []
    times: dict[int, str] = {}
    untrusted: dict[str, int] = {}
    for size, vkey, line, issued in rows:
        try:
            witness, at = cosigned(str(vkey), str(line), issued)
        except ValueError as error:
            where = f"cosignature of size {size} by {str(vkey).partition('+')[0]}"
            expected = "a cosignature of that checkpoint"
            findings.append(Finding(STEP, CODE, where, expected, f"one that {error}"))
            continue
        if witness not in trusted:
            untrusted[f"{witness.name} ({note.fingerprint(witness)})"] = size
            continue
        words = f"by {witness.name} ({note.fingerprint(witness)}) at {at}"
        layers.append(Layer(WITNESSED, size, at, str(vkey), words))
        times[size] = min(at, times.get(size, at))
    notes = (
        f"cosignatures by {who}, up to size {size}, count for nothing here: that key is not known "
        "from outside the store; name it with --witness"
        for who, size in untrusted.items()
    )
    return Checked(tuple(findings), newest_of_each(layers), tuple(notes), times)


def cosigned(vkey: str, line: str, issued: bytes | None) -> tuple[note.Verifier, str]:
    """The witness of a cosignature line and its time; `ValueError` says why it does not hold."""
    if issued is None:
        raise ValueError("is of no checkpoint: none of that size is there")
    witness = note.parsed_vkey(vkey)
    body = checkpoint.read(issued)[0].body()
    at = cosignature.time_of(witness, body, note.signature(line.removesuffix("\n")))
    return witness, time_text(at)


def time_text(seconds: int) -> str:
    """The time of a cosignature, as all times that are kept are written."""
    try:
        return clock.instant_text(datetime.fromtimestamp(seconds, UTC))
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"states a time that is none, {seconds}") from None
