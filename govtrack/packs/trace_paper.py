"""A trace as a figure by itself, and as a page with every tie in words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from govtrack.packs import paper
from govtrack.packs.trace_figure import drawn, ties_in_words
from govtrack.status.trace_words import in_words, titled

if TYPE_CHECKING:
    import sqlite3

    from govtrack.catalog.vocabulary import Wording
    from govtrack.status.trace import Trace
    from govtrack.workspace import Workspace


def figure(found: Trace, wording: Wording) -> str:
    """The figure as an SVG file's text."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + str(drawn(found, wording))


def page(connection: sqlite3.Connection, space: Workspace, found: Trace, wording: Wording) -> str:
    """The figure, what was met and every tie, as one page that needs nothing else."""
    start = found.nodes[found.start]
    lacking = sum(1 for node in found.nodes.values() if node.lacks)
    facts = (
        ("Begins at", f"{start.id}, {start.title}"),
        ("Steps", found.depth),
        ("Things and ties", f"{len(found.nodes)} and {len(found.edges)}"),
        ("Chains break at", f"{lacking} of them" if lacking else "none of them"),
    )
    title = f"Trace of {start.id}"
    head = paper.head(
        connection, space, title, date.fromisoformat(found.day), facts=facts, landscape=True
    )
    titles = {node.id: titled(node.kind, node.title, wording) for node in found.nodes.values()}
    lacks = {
        node.id: ", ".join(in_words(one, wording) for one in node.lacks)
        for node in found.nodes.values()
    }
    values = {
        "figure": drawn(found, wording),
        "nodes": list(found.nodes.values()),
        "titles": titles,
        "lacks": lacks,
        "ties": ties_in_words(found.edges, wording),
        "sections": (("figure", "Figure"), ("things", "What was met"), ("ties", "Ties")),
    }
    return paper.page("trace/page.html.j2", head, values, space.templates)
