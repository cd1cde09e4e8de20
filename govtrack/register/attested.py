"""What others attest of the trail: the shape of an answer of step 6, and the times it bounds.

Who stamps or cosigns a checkpoint says when it was there at the latest. So every entry under it was
recorded by then, and every entry after it was not yet: a time that an entry states itself can be
held against both.
"""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from govtrack import clock

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from govtrack.register.findings import Finding
    from govtrack.trail.reach import Layer

STEP = 6
TOLERATED = timedelta(minutes=5)
"""Clocks of two machines may differ by so much without anybody's having set one."""


class Checked(NamedTuple):
    """What was checked: what does not hold, what does (the newest of each), what is not counted.

    `times` says of each checkpoint's size when it was there at the latest, by who is trusted.
    """

    findings: tuple[Finding, ...] = ()
    layers: tuple[Layer, ...] = ()
    notes: tuple[str, ...] = ()
    times: Mapping[int, str] = {}


def newest_of_each(layers: Iterable[Layer]) -> tuple[Layer, ...]:
    """The layer of the largest size of each authority or witness."""
    newest: dict[str | None, Layer] = {}
    for layer in layers:
        if layer.who not in newest or layer.size > newest[layer.who].size:
            newest[layer.who] = layer
    return tuple(newest.values())


def earliest(times: Iterable[Mapping[int, str]]) -> dict[int, str]:
    """Of each size the earliest time that any of them attests."""
    found: dict[int, str] = {}
    for some in times:
        for size, at in some.items():
            found[size] = min(at, found.get(size, at))
    return found


def contradicted(connection: sqlite3.Connection, times: Mapping[int, str]) -> Iterator[str]:
    """Notes on entries whose own time cannot be, by what others attest; the first of each run.

    An entry under an attested checkpoint that says to be later than it; one after it that says to
    be earlier. Either clock may be the wrong one, so this is for a person to judge.
    """
    if not times:
        return
    sizes = sorted(times)
    by_then = _bounds(times, sizes)
    ahead = deque(sizes)
    floor, run = "", ""
    for seq, at in connection.execute("SELECT seq, at FROM entry ORDER BY seq"):
        while ahead and ahead[0] <= seq:
            floor = max(floor, _moved(times[ahead.popleft()], -TOLERATED))
        kind = "before" if at < floor else "after" if ahead and at > by_then[ahead[0]] else ""
        if kind == "before" and run != kind:
            yield (
                f"entry {seq} and maybe more after it: the time it states, {at}, is before that at "
                "which others had attested the entries under it"
            )
        if kind == "after" and run != kind:
            yield (
                f"entry {seq} and maybe more after it: the time it states, {at}, is after that at "
                "which others had attested it already"
            )
        run = kind


def _bounds(times: Mapping[int, str], sizes: list[int]) -> dict[int, str]:
    """For each size the earliest time of it and all larger ones, with what is tolerated."""
    bounds, least = {}, ""
    for size in reversed(sizes):
        least = min(least or times[size], times[size])
        bounds[size] = _moved(least, TOLERATED)
    return bounds


def _moved(at: str, by: timedelta) -> str:
    return clock.instant_text(clock.instant(at) + by)
