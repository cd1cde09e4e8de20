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


class _Run(NamedTuple):
    """Entries one after the other whose times cannot be, the first one's time and its bound."""

    kind: str
    first: int
    last: int
    at: str
    bound: str

    def words(self) -> str:
        which = (
            f"entry {self.first} states a time"
            if self.first == self.last
            else f"entries {self.first} to {self.last} state times"
        )
        attested = (
            "before that at which others had attested the entries under"
            if self.kind == "before"
            else "after that at which others had attested"
        )
        them = "it" if self.first == self.last else "them"
        return f"{which}, {self.at}, {attested} {them}, {self.bound}: one of the clocks was wrong"


def contradicted(connection: sqlite3.Connection, times: Mapping[int, str]) -> Iterator[str]:
    """Notes on entries whose own time cannot be, by what others attest; a note for each run.

    An entry under an attested checkpoint that says to be later than it; one after it that says to
    be earlier. Either clock may be the wrong one, so this is for a person to judge.
    """
    if not times:
        return
    run: _Run | None = None
    for kind, seq, at, bound in _judged(connection, times):
        if run and kind == run.kind:
            run = run._replace(last=seq)
            continue
        if run:
            yield run.words()
        run = _Run(kind, seq, seq, at, bound) if kind else None
    if run:
        yield run.words()


def _judged(
    connection: sqlite3.Connection, times: Mapping[int, str]
) -> Iterator[tuple[str, int, str, str]]:
    """(kind, number, its time, the bound it is past) of each entry; kind is empty for a good one.

    Bounds are told as they were attested; five minutes more are tolerated.
    """
    sizes = sorted(times)
    by_then = _bounds(times, sizes)
    ahead = deque(sizes)
    floor = ""
    for seq, at in connection.execute("SELECT seq, at FROM entry ORDER BY seq"):
        while ahead and ahead[0] <= seq:
            floor = max(floor, times[ahead.popleft()])
        if floor and at < _moved(floor, -TOLERATED):
            yield "before", seq, at, floor
        elif ahead and at > _moved(by_then[ahead[0]], TOLERATED):
            yield "after", seq, at, by_then[ahead[0]]
        else:
            yield "", seq, at, ""


def _bounds(times: Mapping[int, str], sizes: list[int]) -> dict[int, str]:
    """For each size the earliest time of it and all larger ones."""
    bounds, least = {}, ""
    for size in reversed(sizes):
        bounds[size] = least = min(least or times[size], times[size])
    return bounds


def _moved(at: str, by: timedelta) -> str:
    return clock.instant_text(clock.instant(at) + by)
