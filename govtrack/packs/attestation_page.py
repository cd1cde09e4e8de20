"""Document 20 by itself: the page of a self-attestation, and its print."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from govtrack.catalog.vocabulary import Wording
from govtrack.packs import paper as papers

if TYPE_CHECKING:
    import sqlite3

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.attestation import Paper
    from govtrack.workspace import Workspace

printed = papers.printed


def page(
    connection: sqlite3.Connection, space: Workspace, catalogue: Catalogue, paper: Paper
) -> str:
    """The page of a declaration; raises `BadInput` where a template cannot be used."""
    one = paper.attestation
    head = papers.head(
        connection,
        space,
        "Self-attestation to the AI RMF",
        date.fromisoformat(paper.day),
        number=one["id"] if one else None,
    )
    words = Wording(catalogue.terms, space.vocabulary)
    values = {"paper": paper, "words": words}
    return papers.page("attestation/page.html.j2", head, values, space.templates)
