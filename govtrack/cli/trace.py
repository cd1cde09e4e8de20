"""`govtrack trace`: from a requirement or a record along its ties, both ways."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govtrack.cli.options import (
    as_of_option,
    current_workspace,
    json_option,
    recorded_by_option,
)
from govtrack.cli.output import answer_json, on_terminal, say, table, talk
from govtrack.errors import visible

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import date

    from govtrack.catalog.vocabulary import Wording
    from govtrack.status.trace import Edge, Trace
    from govtrack.workspace import Workspace

MOST = 25
"""Lines for one sort of tie at one thing; a drawn tree says how many there are beyond."""
TO = (
    "requirements", "controls", "decisions", "statements", "treatments", "risks", "systems",
    "impacts", "evidence", "profiles", "attestations", "criteria", "certification",
)  # fmt: skip


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="ID-or-REF...")
@click.option("--depth", type=click.IntRange(1, 8), metavar="N",
              help="Steps from the start. Default: 4, or 8 with --to.")  # fmt: skip
@click.option(
    "--to", type=click.Choice(TO), help="Only the paths to these, or to where they break."
)
@click.option("--system", help="Leave out what is of another system (slug or id).")
@as_of_option
@recorded_by_option
@click.option("--svg", type=click.Path(path_type=Path), metavar="FILE", help="Draw it as a figure.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE",
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
            _written(connection, space, found, wording, day, svg, html)
    if start.note:
        talk(start.note)
    if as_json:
        given = {"to": to, "system": only, "recorded_by": recorded_by}
        answer_json(status.as_json(found, start, **given))
        return
    if svg or html:
        for path in filter(None, (svg, html)):
            say(f"Wrote {visible(str(path))}")
        return
    if on_terminal(sys.stdout):
        for line in _drawn(found, wording):
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
    found: Trace,
    wording: Wording,
    day: date,
    svg: Path | None,
    html: Path | None,
) -> None:
    from govtrack.cli.files import put
    from govtrack.packs import trace_paper

    if svg:
        put(svg, trace_paper.figure(found, wording).encode())
    if html:
        put(html, trace_paper.page(connection, space, found, wording, day).encode())


def _lines(found: Trace, wording: Wording) -> Iterator[tuple[object, ...]]:
    """The start, then every tie with what it leads to."""
    from govtrack.status.trace_states import in_words

    for here, edge, there in (("", None, found.start), *found.walked):
        node = found.nodes[there]
        yield (
            node.depth,
            here,
            _relation(here, edge) if edge else "",
            there,
            node.kind,
            node.title,
            node.state,
            _source(edge) if edge else "",
            [in_words(one, wording) for one in node.lacks],
        )


def _drawn(found: Trace, wording: Wording) -> Iterator[str]:
    """The trace as a tree: each thing under the first that led to it."""
    from govtrack.status.trace_states import in_words

    under: dict[str, list[tuple[Edge, str]]] = {}
    for here, edge, there in found.walked:
        under.setdefault(here, []).append((edge, there))
    shown: set[str] = set()
    first = {there: here for here, _, there in reversed(found.walked)}

    def holes(identifier: str, indent: str) -> Iterator[str]:
        for one in found.nodes[identifier].lacks:
            yield f"{indent}! {in_words(one, wording)}"

    def below(here: str, indent: str) -> Iterator[str]:
        yield from holes(here, indent)
        counts: dict[str, int] = {}
        beside: set[str] = set()
        for edge, there in under.get(here, ()):
            counts[edge.tie] = counts.get(edge.tie, 0) + 1
            if counts[edge.tie] > MOST:
                continue
            relation, source = _relation(here, edge), _source(edge)
            cited = f"  [{source}]" if source else ""
            if there in beside:
                yield f"{indent}  also {relation} {there}{cited}"
                continue
            beside.add(there)
            node = found.nodes[there]
            line = f"{indent}{relation}  {there}  {node.title}"
            line += f"  ({node.state})" if node.state else ""
            if first[there] != here or there in shown:
                where = "above" if there in shown or there == found.start else "below"
                yield f"{indent}{relation}  {there}  ({where}){cited}"
                continue
            shown.add(there)
            yield line + cited
            yield from below(there, indent + "  ")
        for tie, count in counts.items():
            if count > MOST:
                yield f"{indent}... and {count - MOST} more by this tie ({tie}); --json has all"

    start = found.nodes[found.start]
    yield f"{start.id}  {start.title}" + (f"  ({start.state})" if start.state else "")
    yield from below(found.start, "  ")


def _told(found: Trace) -> None:
    from govtrack.status.trace import broken

    holes = len({node.id for node, _ in broken(found)})
    said = f"{len(found.nodes)} things within {found.depth} steps on {found.day}"
    talk(f"{said}; {holes} lack something ('!')." if holes else f"{said}; nothing is lacking.")


def _relation(here: str, edge: Edge) -> str:
    return edge.says if edge.near == here else edge.back


def _source(edge: Edge) -> str:
    return ", ".join(part for part in (edge.source, edge.row, edge.state) if part)
