"""Step 6 of `verify`, time stamps: every stamp that is kept, against its checkpoint.

A stamp that is damaged, or of other bytes, is a finding. One whose authority's root is not trusted
here is a note: it may be good, and raises nothing. Trust comes from outside, never from the store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.errors import visible
from govtrack.register.attested import STEP, Checked, newest_of_each
from govtrack.register.findings import Finding
from govtrack.trail.reach import STAMPED, Layer

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

CODE = "timestamp"


def check(connection: sqlite3.Connection, roots: Sequence[bytes]) -> Checked:
    """What the stamps in the register prove by these roots (PEM)."""
    rows = connection.execute(
        "SELECT size, authority, at, reply, note FROM timestamp LEFT JOIN checkpoint USING (size) "
        "ORDER BY size, authority"
    ).fetchall()
    if not rows:
        return Checked()
    from govtrack.trail import timestamp  # noqa: PLC0415

    findings: list[Finding] = []
    layers: list[Layer] = []
    times: dict[int, str] = {}
    untrusted: dict[str, int] = {}
    for size, authority, at, reply, note in rows:
        where = f"stamp of size {size} by {authority}"
        try:
            made = timestamp.stamped(reply, _there(note), roots)
        except timestamp.Untrusted:
            untrusted[authority] = size
            continue
        except ValueError as error:
            findings.append(Finding(STEP, CODE, where, "a stamp of that checkpoint", str(error)))
            continue
        if made.at != at:
            findings.append(Finding(STEP, CODE, where, f"its time, {made.at}", str(at)))
        words = visible(f"by {authority} ({made.authority}) at {made.at}")
        layers.append(Layer(STAMPED, size, made.at, made.authority, words))
        times[size] = min(made.at, times.get(size, made.at))
    notes = (
        f"stamps by '{authority}', up to size {size}, count for nothing here: they lead to no root "
        "that is known from outside the store; name one with --tsa-root"
        for authority, size in untrusted.items()
    )
    return Checked(tuple(findings), newest_of_each(layers), tuple(notes), times)


def _there(note: bytes | None) -> bytes:
    if note is None:
        raise ValueError("there is no checkpoint of that size")
    return note
