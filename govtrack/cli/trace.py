"""`govtrack trace`: from a requirement or a record along its ties, both ways."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govtrack.cli.files import form_of
from govtrack.cli.options import (
    OneOf,
    as_of_option,
    current_workspace,
    json_option,
    recorded_by_option,
)
from govtrack.cli.output import answer_json, on_terminal, say, table, talk, width
from govtrack.errors import visible

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.catalog.vocabulary import Wording
    from govtrack.status.trace import Trace
    from govtrack.status.trace_walk import Edge
    from govtrack.workspace import Workspace

MOST = 25
"""Lines for one sort of tie at one thing; a drawn tree says how many there are beyond."""
SHORTEST = 32
"""Characters of a title that are shown however narrow the terminal is."""
TO = (
    "requirements", "controls", "decisions", "statements", "treatments", "risks", "systems",
    "impacts", "evidence", "profiles", "attestations", "criteria", "certification",
)  # fmt: skip


def _ending(_: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    """The file, if it ends as the option is called."""
    if path:
        field = option.opts[0]
        form_of(str(path), [field.lstrip("-")], field)
    return path


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="ID-or-REF")
@click.option("--depth", type=click.IntRange(1, 8), metavar="N",
              help="Steps from the start. Default: 4, or 8 with --to.")  # fmt: skip
@click.option("--to", type=OneOf(TO), help="Only the paths to these, or to where they break.")
@click.option(
    "--system", metavar="SYSTEM", help="Leave out what is of another system (slug or id)."
)
@as_of_option
@recorded_by_option
@click.option("--svg", type=click.Path(path_type=Path), metavar="FILE", callback=_ending,
              help="Draw it as a figure.")  # fmt: skip
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", callback=_ending,
              help="The figure and every tie in words, as a page.")  # fmt: skip
@json_option
def trace(
    words: tuple[str, ...],
    *,
    depth: int | None,
    to: str | None,
    system: str | None,
    as_of: date | None,
    recorded_by: date | None,
    svg: Path | None,
    html: Path | None,
    as_json: bool,
) -> None:
    r"""Walk from a requirement or a record along its ties: both ways, to the evidence.

    Begin at a reference, or at the id of anything recorded: a risk, its treatment (R-2026-0001/2),
    an impact assessment, a decision on a control, evidence, a system. Every line says the tie,
    what is met and its state on the day; '!' says where a chain breaks. Crosswalk ties name their
    source and row and are never merged. In a pipe: one line for each tie.

    \b
    Examples:
      govtrack trace MEASURE 2.7
      govtrack trace R-2026-0001 --to evidence
      govtrack trace A.6.2.4 --system triage --html trace.html
    """
    from govtrack import clock
    from govtrack.catalog.loading import catalogue as load
    from govtrack.catalog.vocabulary import Wording
    from govtrack.cycle.knobs import Knobs
    from govtrack.register.reader import reading
    from govtrack.status import trace as status
    from govtrack.status.systems import named
    from govtrack.status.trace_start import started

    space = current_workspace()
    catalogue = load(space.schemas)
    day = as_of or clock.today(space.zone)
    soon = Knobs.from_mapping(catalogue.knobs).expiring_days
    wording = Wording(catalogue.terms, space.vocabulary)
    with reading(space, recorded_by) as connection:
        only = named(connection, system) if system else None
        start = started(connection, words, catalogue)
        found = status.trace(
            connection, catalogue, start, day, depth=depth, to=to, system=only, soon_days=soon
        )
        if svg or html:
            _written(connection, space, catalogue, found, svg, html)
    if start.note:
        talk(start.note)
    if as_json:
        answer_json(status.as_json(found, start, to=to, system=only, recorded_by=recorded_by))
        return
    if svg or html:
        for path in filter(None, (svg, html)):
            say(f"Wrote {visible(str(path))}")
        return
    if on_terminal(sys.stdout):
        for line in _Tree(found, wording).lines():
            say(visible(line))
        _told(found)
    else:
        table(
            ("depth", "from", "relation", "to", "kind", "title", "state", "source", "lacks"),
            _lines(found, wording),
        )


def _written(
    connection: sqlite3.Connection,
    space: Workspace,
    catalogue: Catalogue,
    found: Trace,
    svg: Path | None,
    html: Path | None,
) -> None:
    """Each file says the other framework's word once, so each has a wording of its own."""
    from govtrack.catalog.vocabulary import Wording
    from govtrack.cli.files import put
    from govtrack.packs import trace_paper

    if svg:
        wording = Wording(catalogue.terms, space.vocabulary)
        put(svg, trace_paper.figure(found, wording).encode(), "--svg")
    if html:
        wording = Wording(catalogue.terms, space.vocabulary)
        put(html, trace_paper.page(connection, space, found, wording).encode(), "--html")


def _lines(found: Trace, wording: Wording) -> Iterator[tuple[object, ...]]:
    """The start, then every tie with what it leads to."""
    from govtrack.status.trace_words import in_words, titled

    for here, edge, there in (("", None, found.start), *found.walked):
        node = found.nodes[there]
        yield (
            node.depth,
            here,
            _relation(here, edge, wording) if edge else "",
            there,
            node.kind,
            titled(node.kind, node.title, wording),
            node.state,
            _source(edge) if edge else "",
            [in_words(one, wording) for one in node.lacks],
        )


class _Tree:
    """The trace as a tree: each thing under the first that led to it."""

    def __init__(self, found: Trace, wording: Wording) -> None:
        self.found, self.wording = found, wording
        self.under: dict[str, list[tuple[Edge, str]]] = {}
        for here, edge, there in found.walked:
            self.under.setdefault(here, []).append((edge, there))
        self.first = {there: here for here, _, there in reversed(found.walked)}
        self.shown = {found.start}

    def lines(self) -> Iterator[str]:
        yield self._thing(self.found.start)
        yield from self._below(self.found.start, "  ")

    def _below(self, here: str, indent: str) -> Iterator[str]:
        from govtrack.status.trace_words import in_words

        for lack in self.found.nodes[here].lacks:
            yield f"{indent}! {in_words(lack, self.wording)}"
        for tie, ties in _by_tie(self.under.get(here, ())).items():
            for edge, there in ties[:MOST]:
                yield from self._tie(here, edge, there, indent)
            if len(ties) > MOST:
                yield f"{indent}... and {len(ties) - MOST} more ({tie}); --json has all"

    def _tie(self, here: str, edge: Edge, there: str, indent: str) -> Iterator[str]:
        cited = f"  [{source}]" if (source := _source(edge)) else ""
        begins = f"{indent}{_relation(here, edge, self.wording)}  "
        if self.first.get(there) == here and there not in self.shown:
            self.shown.add(there)
            yield self._thing(there, begins, cited)
            yield from self._below(there, indent + "  ")
        elif edge.tie != "evidence-system":  # said of every artefact, it would hide the rest
            where = "above" if there in self.shown else "below"
            yield f"{begins}{there} ({where}){cited}"

    def _thing(self, identifier: str, begins: str = "", cited: str = "") -> str:
        """A thing on a line; a title too long for it is cut, for a folded tree is hard to read."""
        from govtrack.status.trace_words import titled

        node = self.found.nodes[identifier]
        title = titled(node.kind, node.title, self.wording)
        state = f"  ({node.state})" if node.state else ""
        room = width() - len(f"{begins}{node.id}  {state}{cited}")
        if len(title) > max(room, SHORTEST):
            title = f"{title[: max(room, SHORTEST) - 1].rstrip()}\u2026"
        return f"{begins}{node.id}  {title}{state}{cited}"


def _by_tie(ties: Iterable[tuple[Edge, str]]) -> dict[str, list[tuple[Edge, str]]]:
    """The ties of one thing sort by sort: those of the register, then those of the catalogue.

    Ties to the same thing stand together.
    """
    sorts: dict[str, list[tuple[Edge, str]]] = {}
    for edge, there in ties:
        sorts.setdefault(edge.tie, []).append((edge, there))
    places = dict.fromkeys(sorts, -1) | {"part": 0, "crosswalk": 1}
    for members in sorts.values():
        order = {there: place for place, (_, there) in reversed(list(enumerate(members)))}
        members.sort(key=lambda one, order=order: order[one[1]])  # type: ignore[misc]
    return dict(sorted(sorts.items(), key=lambda item: places[item[0]]))


def _told(found: Trace) -> None:
    from govtrack.status.trace import broken

    holes = len({node.id for node, _ in broken(found)})
    said = f"{len(found.nodes)} things within {found.depth} steps on {found.day}"
    talk(f"{said}; {holes} lack something ('!')." if holes else f"{said}; nothing is lacking.")


def _relation(here: str, edge: Edge, wording: Wording) -> str:
    from govtrack.status.trace_words import related

    return related(edge.says if edge.near == here else edge.back, wording)


def _source(edge: Edge) -> str:
    return ", ".join(part for part in (edge.source, edge.row, edge.state) if part)
