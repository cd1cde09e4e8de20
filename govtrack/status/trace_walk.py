"""The walk of a trace: one step after another along the ties, each thing met at its nearest."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from govtrack.catalog.crosswalk import corresponding
from govtrack.status.trace_start import kind_of
from govtrack.status.trace_ties import REQUIREMENT, TIES, End, found

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.trace_start import Start
    from govtrack.status.trace_ties import Found

REQUIREMENTS = (
    "function", "category", "subcategory", "area", "objective", "control", "clause-group",
    "clause", "genai-risk", "action",
)  # fmt: skip
_ONWARD = {
    "subcategory": ("source", "support"),
    "genai-risk": ("source", "support"),
    "clause": ("support",),
    "control": ("control", "decision", "support"),
    "treatment": ("treatment", "control"),
    "risk": ("source", "treatment", "because", "risk-system", "impact-risk"),
    "decision": ("decision", "because", "decision-system", "statement"),
    "statement": ("certificate",),
    "impact": ("impact-system", "impact-risk", "impact-evidence"),
    "evidence": ("evidence-system",),
    "profile-row": ("profile",),
}
"""Which ties are followed from a thing that the trace did not begin with."""


_SINGLE = frozenset({
    "treatment", "risk-system", "decision", "decision-system", "certificate", "impact-system",
    "profile-row", "profile", "profile-system", "attestation",
})  # fmt: skip
"""Ties of which a thing has one at most from its near end: there is no other to look for."""


class Edge(NamedTuple):
    """A tie between two things: its words from either end, on whose word it stands.

    `source` and `row` say where the tie comes from (a crosswalk and its row, the origin of a
    tag), and are None where the record itself states it.
    """

    tie: str
    near: str
    far: str
    says: str
    back: str
    source: str | None
    row: str | None
    state: str | None


class Met(NamedTuple):
    """A thing met: how far off, which kinds its path has passed, whether from whole to part.

    `settled` is the tie it was met by, where it has no other of that sort.
    """

    kind: str
    depth: int
    passed: frozenset[str]
    downward: bool
    settled: str | None = None


class Walk:
    """One step after another from the start; each thing is met once, at its nearest."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        catalogue: Catalogue,
        start: Start,
        day: date,
        system: str | None,
    ) -> None:
        self.connection, self.catalogue = connection, catalogue
        self.start, self.day, self.system = start, day, system
        self.met = {start.id: Met(start.kind, 0, frozenset({start.kind}), downward=True)}
        self.walked: list[tuple[str, Edge, str]] = []
        self._seen: set[Edge] = set()
        self._kinds: dict[str, str] = {}
        self._looked: dict[tuple[str, str | None], tuple[End, ...]] = {}

    def by_kind(self) -> dict[str, list[str]]:
        """The ids of what was met, by kind."""
        kinds: dict[str, list[str]] = {}
        for identifier, met in self.met.items():
            kinds.setdefault(met.kind, []).append(identifier)
        return kinds

    def go(self, steps: int) -> None:
        """Walk that many steps, or until nothing new is met."""
        frontier = [self.start.id]
        if self.start.kind in REQUIREMENTS:
            frontier += self._upward()
        for step in range(steps):
            frontier = self._onward(frontier, step)
            if not frontier:
                return

    def _upward(self) -> list[str]:
        """What the start is part of, at no step's cost: crosswalk rows name it at that level."""
        if self.start.id not in self.catalogue.requirements:
            return []
        below, above = self.start.id, []
        for one in self.catalogue.above(self.start.id):
            if one.level in {"function", "area"} or (one.parent is None):
                break
            kind = kind_of(one.ref, self.catalogue)
            self.met[one.ref] = Met(kind, 0, frozenset({self.start.kind, kind}), downward=False)
            self._walk(below, _part(below, one.ref), one.ref)
            below = one.ref
            above.append(one.ref)
        return above

    def _onward(self, frontier: list[str], step: int) -> list[str]:
        """One step from the frontier; gives what was met and may be walked on from."""
        asked: dict[End, list[str]] = {}
        for here in frontier:
            for end in self._ends(here):
                asked.setdefault(end, []).append(here)
        place = {here: number for number, here in enumerate(frontier)}
        steps = [
            (place[here], near, one)
            for near, here, one in _taken(
                found(self.connection, asked, self.day, self.system), asked
            )
        ]
        # what was met first is walked on from first; what a person recorded before any crosswalk
        steps.sort(key=itemgetter(0))
        reached: list[str] = []
        for _, near, one in steps:
            reached += self._along(one, near=near, step=step)
        for here in frontier:
            for edge, there, kind in self._of_catalogue(here, step):
                reached += self._reach(here, edge, there, kind, step)
        return reached

    def _along(self, one: Found, *, near: bool, step: int) -> list[str]:
        """A tie of the register, walked from its near or far end."""
        name, here, there, *about, _, over = one
        tie = TIES[name]
        kind = tie.far
        if not near:
            here, there, over, kind = there, here, one[6], tie.near
        if over and here != self.start.id:
            return []
        if kind == REQUIREMENT:
            kind = self._kind(there)
        if there not in self.met and kind in self.met[here].passed and here != self.start.id:
            return []
        edge = Edge(name, one[1], one[2], tie.says, tie.back, *about)
        return self._reach(here, edge, there, kind, step, over=bool(over))

    def _kind(self, ref: str) -> str:
        """The kind of a reference; a reference is met many times."""
        kind = self._kinds.get(ref)
        if kind is None:
            kind = self._kinds[ref] = kind_of(ref, self.catalogue)
        return kind

    def _ends(self, here: str) -> tuple[End, ...]:
        """The ends of ties to look at from a thing."""
        met = self.met[here]
        if here == self.start.id:
            return tuple(_ends(met.kind, TIES))
        known = self._looked.get((met.kind, met.settled))
        if known is None:
            names = _ONWARD.get(met.kind, ())
            settled = End(met.settled or "", near=True)
            known = tuple(end for end in _ends(met.kind, names) if end != settled)
            self._looked[met.kind, met.settled] = known
        return known

    def _of_catalogue(self, here: str, step: int) -> Iterator[tuple[Edge, str, str]]:
        """Members of a reference, and, at the first step, what crosswalks say of it."""
        met = self.met[here]
        if met.kind == "action" and (action := _action(here, self.catalogue)):
            yield _part(here, action), action, kind_of(action, self.catalogue)
        if here not in self.catalogue.requirements:
            return
        if met.downward or met.kind == "objective":
            for member in self.catalogue.members(here):
                yield _part(member.ref, here), member.ref, kind_of(member.ref, self.catalogue)
        if here == self.start.id:
            yield from self._actions(here)
            for above in self.catalogue.above(here)[:1]:
                yield _part(here, above.ref), above.ref, kind_of(above.ref, self.catalogue)
        if step == 0:
            yield from self._corresponding(here)

    def _actions(self, here: str) -> Iterator[tuple[Edge, str, str]]:
        """Actions of AI 600-1 for a subcategory, where a profile of this register has rows."""
        rows = self.connection.execute("SELECT DISTINCT ref FROM profile_row ORDER BY ref")
        for (ref,) in rows.fetchall():
            if _action(ref, self.catalogue) == here:
                yield _part(ref, here), ref, "action"

    def _corresponding(self, here: str) -> Iterator[tuple[Edge, str, str]]:
        numbers = {
            id(row): number
            for walk in self.catalogue.crosswalks.values()
            for number, row in enumerate(walk.rows, 1)
        }
        for one in corresponding(here, self.catalogue):
            row = one.row
            if one.through != "itself" or row.rmf is None or one.other is None:
                continue
            place = f"row {numbers[id(row)]}" + (f", table {row.table}" if row.table else "")
            remarks = [row.strength if row.strength != "stated" else None, row.note, row.flag]
            said_ = "; ".join(part for part in remarks if part) or None
            edge = Edge(
                "crosswalk", row.rmf, row.iso, "corresponds to", "corresponds to",
                row.source, place, said_,
            )  # fmt: skip
            yield edge, one.other, kind_of(one.other, self.catalogue)

    def _reach(
        self, here: str, edge: Edge, there: str, kind: str, step: int, *, over: bool = False
    ) -> list[str]:
        """Note the tie; gives what is to be walked on from, if it is met for the first time."""
        from_ = self.met[here]
        new = there not in self.met
        if new and here != self.start.id and kind in from_.passed:
            return []
        if new:
            down = edge.tie == "part" and from_.downward and edge.near == there
            settled = edge.tie if edge.tie in _SINGLE and edge.near == there else None
            self.met[there] = Met(kind, step + 1, from_.passed | {kind}, down, settled)
        self._walk(here, edge, there)
        return [there] if new and not over else []

    def _walk(self, here: str, edge: Edge, there: str) -> None:
        if edge not in self._seen:
            self._seen.add(edge)
            self.walked.append((here, edge, there))


def _ends(kind: str, names: Iterable[str]) -> Iterator[End]:
    own = REQUIREMENT if kind in REQUIREMENTS else kind
    for name in names:
        for near, at in ((True, TIES[name].near), (False, TIES[name].far)):
            if at == own:
                yield End(name, near)


def _taken(
    rows: Iterable[Found], asked: Mapping[End, Iterable[str]]
) -> Iterator[tuple[bool, str, Found]]:
    """Each tie found with the end it was looked at from: (near or not, that thing, tie)."""
    looked = [(end, frozenset(ids)) for end, ids in asked.items()]
    for name, members in groupby(rows, itemgetter(0)):
        ends = [(end.near, ids) for end, ids in looked if end.tie == name]
        for one in members:
            for near, ids in ends:
                here = one[1] if near else one[2]
                if here in ids:
                    yield near, here, one


def _part(part: str, whole: str) -> Edge:
    return Edge("part", part, whole, "part of", "holds", None, None, None)


def _action(ref: str, catalogue: Catalogue) -> str | None:
    return next((one["rmf"] for one in catalogue.genai["actions"] if one["id"] == ref), None)
