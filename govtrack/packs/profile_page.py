"""Document 19 by itself: the page of a profile, and its print."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from govtrack.catalog.vocabulary import Wording
from govtrack.packs import paper as papers

if TYPE_CHECKING:
    import sqlite3

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.profile import Paper
    from govtrack.workspace import Workspace

printed = papers.printed


def page(
    connection: sqlite3.Connection, space: Workspace, catalogue: Catalogue, paper: Paper
) -> str:
    """The page about a profile; raises `BadInput` where a template cannot be used."""
    of = paper.profile.head
    head = papers.head(
        connection,
        space,
        "RMF profile",
        date.fromisoformat(paper.day),
        number=of["id"] if of else None,
        landscape=True,
    )
    words = Wording(catalogue.terms, space.vocabulary)
    return papers.page(
        "profile/page.html.j2", head, {"paper": paper, "words": words}, space.templates
    )
