"""A trace: from any requirement or record along its ties to what hangs together with it.

A requirement, the risks that cite it, their treatments, the controls those rely on, the decisions
and statements on these, the evidence: an auditor who samples one end must reach the other, or see
where the chain breaks (ISO/IEC 42001 6.1.2, 6.1.3, 8.2, 8.3; MAP 4, MANAGE 1).

The walk goes both ways. It never meets the same kind of thing twice on one path, and goes through
no hub: what a system, a profile or an artefact is tied to as well is another matter, unless the
trace begins there. Crosswalks are followed once, from the start: two steps on are noise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.errors import refuse
from govtrack.status import freshness
from govtrack.status.trace_start import FIELD
from govtrack.status.trace_states import parameters, said
from govtrack.status.trace_walk import REQUIREMENTS, Walk

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.trace_start import Start
    from govtrack.status.trace_walk import Edge

FORMAT = "govtrack.trace/1"
DEPTH = 4
"""Steps from the start: from a subcategory over risk, treatment and control to the evidence."""
DEEPEST = 8

KINDS = (
    *REQUIREMENTS, "decision", "statement", "certification", "treatment", "risk", "criteria",
    "system", "impact", "evidence", "profile-row", "profile", "attestation",
)  # fmt: skip
"""Every kind of thing, in the order of the figure's columns."""

TOWARDS = {
    "requirements": frozenset(REQUIREMENTS) - {"control"},
    "controls": frozenset({"control"}),
    "decisions": frozenset({"decision"}),
    "statements": frozenset({"statement"}),
    "treatments": frozenset({"treatment"}),
    "risks": frozenset({"risk"}),
    "systems": frozenset({"system"}),
    "impacts": frozenset({"impact"}),
    "evidence": frozenset({"evidence"}),
    "profiles": frozenset({"profile", "profile-row"}),
    "attestations": frozenset({"attestation"}),
    "criteria": frozenset({"criteria"}),
    "certification": frozenset({"certification"}),
}
"""What a trace may be asked to lead to, and the kinds that are meant."""


class Node(NamedTuple):
    """A thing met: its kind, title and state on the day, how many steps off, what it lacks."""

    id: str
    kind: str
    title: str
    state: str
    depth: int
    lacks: tuple[str, ...]
    over: bool


class Trace(NamedTuple):
    """The answer. `walked` holds (from, edge, to) in the order met, for a tree."""

    start: str
    day: str
    depth: int
    nodes: dict[str, Node]
    edges: tuple[Edge, ...]
    walked: tuple[tuple[str, Edge, str], ...]


def trace(  # noqa: PLR0913  (what may be asked of it)
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    start: Start,
    day: date,
    *,
    depth: int | None = None,
    to: str | None = None,
    system: str | None = None,
    soon_days: int = freshness.SOON_DAYS,
) -> Trace:
    """Everything within `depth` steps of `start`; with `to` (of `TOWARDS`), only the paths there.

    `system` is an id: what is of another system is left out. One statement a step for all ties,
    then one for each kind of thing met.
    """
    # whoever asks for the way to something wants it whole
    steps = depth if depth is not None else DEEPEST if to else DEPTH
    walk = Walk(connection, catalogue, start, day, system)
    walk.go(steps)
    told = said(connection, walk.by_kind(), catalogue, parameters(day, soon_days, system))
    if start.id not in told:
        raise refuse(f"{start.id} is not there on {day}", field=FIELD)
    nodes = {
        identifier: Node(
            identifier, met.kind, about.title, about.state, met.depth, about.lacks, about.over
        )
        for identifier, met in walk.met.items()
        if (about := told.get(identifier)) is not None
    }
    walked = [one for one in walk.walked if one[0] in nodes and one[2] in nodes]
    if to is not None:
        kept = _leading(start.id, walked, nodes, to)
        nodes = {name: node for name, node in nodes.items() if name in kept}
        walked = [one for one in walked if one[0] in kept and one[2] in kept]
    edges = tuple(dict.fromkeys(edge for _, edge, _ in walked))
    return Trace(start.id, day.isoformat(), steps, nodes, edges, tuple(walked))


def as_json(
    answer: Trace, start: Start, *, to: str | None, system: str | None, recorded_by: date | None
) -> dict[str, Any]:
    """The answer as the `govtrack.trace/1` document."""
    return {
        "format": FORMAT,
        "start": start.id,
        "kind": start.kind,
        "as_of": answer.day,
        "recorded_by": recorded_by.isoformat() if recorded_by else None,
        "depth": answer.depth,
        "to": to,
        "system": system,
        "nodes": [{**node._asdict(), "lacks": list(node.lacks)} for node in answer.nodes.values()],
        "edges": [
            {
                "tie": edge.tie,
                "from": edge.near,
                "to": edge.far,
                "relation": edge.says,
                "reverse": edge.back,
                "source": edge.source,
                "row": edge.row,
                "state": edge.state,
            }
            for edge in answer.edges
        ],
    }


def broken(answer: Trace) -> Iterator[tuple[Node, str]]:
    """Where a chain breaks: (thing, id of what it lacks)."""
    for node in answer.nodes.values():
        for lack in node.lacks:
            yield node, lack


_BREAKS = {
    "evidence": {"evidence", "document", "control", "risk-treatment"},
    "treatments": {"risk-treatment", "assessment"},
    "controls": {"control", "risk-treatment"},
    "decisions": {"decision"},
    "statements": {"statement", "decision"},
    "impacts": {"impact-assessment"},
}
"""Which holes end the way to a kind: they are kept, so that a walk says where it broke."""


def _leading(
    start: str, walked: Iterable[tuple[str, Edge, str]], nodes: dict[str, Node], to: str
) -> set[str]:
    """What lies on a way to things of that kind, or to where such a way breaks."""
    back: dict[str, list[str]] = {}
    for here, _, there in walked:
        back.setdefault(there, []).append(here)
    ends = {
        node.id
        for node in nodes.values()
        if node.kind in TOWARDS[to] or _BREAKS.get(to, set()) & set(node.lacks)
    }
    kept, waiting = {start, *ends}, list(ends)
    while waiting:
        for here in back.get(waiting.pop(), ()):
            if here not in kept:
                kept.add(here)
                waiting.append(here)
    return kept
