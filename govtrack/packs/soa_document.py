"""The Statement of Applicability as a document by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.catalog.vocabulary import Wording
from govtrack.packs import paper

if TYPE_CHECKING:
    import sqlite3
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.soa_paper import Paper
    from govtrack.workspace import Workspace

NUMBER = "09"
TITLE = "Statement of Applicability"


def page(
    connection: sqlite3.Connection, space: Workspace, catalogue: Catalogue, said: Paper, day: date
) -> str:
    """The HTML page of `said`, a statement on `day`."""
    head = paper.head(
        connection, space, TITLE, day, number=NUMBER, facts=facts(said), landscape=True
    )
    values = {"paper": said, "words": Wording(catalogue.terms, space.vocabulary)}
    return paper.page("soa/page.html.j2", head, values, space.templates)


def facts(said: Paper) -> tuple[tuple[str, object], ...]:
    """The lines of the head: which version of what, for which scope, by whom."""
    found = said.statement
    held = found.version
    if held:
        version = f"{held.id}, version {held.version}"
        approved = f"by {held.approved_by} on {held.approved_on}"
    elif found.latest:
        version = f"working state; {found.latest.id}, version {found.latest.version}, is approved"
        approved = f"version {found.latest.version} by {found.latest.approved_by} on "
        approved += found.latest.approved_on
    else:
        version, approved = "working state; no version is approved", None
    last = held or found.latest
    return (
        ("State", said.state),
        ("Version", version),
        ("Approved", approved),
        ("Next review", said.review),
        ("Scope of the AIMS", last and last.scope),
        ("Standard", f"{found.edition}, Annex A"),
        ("Roles", ", ".join(found.roles)),
        ("AI system", found.system or "all; differences stand under each control"),
        ("Note", held and held.note),
        ("Controls", found.counts.line()),
    )
