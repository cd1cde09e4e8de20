"""Document 24: the AI system impact assessments, as a page, a print, a sheet and data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from govtrack.catalog.vocabulary import Wording
from govtrack.packs import paper as papers
from govtrack.packs.data_files import table
from govtrack.packs.paper_book import book
from govtrack.packs.sheet import Sheet
from govtrack.status.impacts import list_document

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.impact_records import Assessment, Effect
    from govtrack.status.impacts import ImpactRegister, OfSystem
    from govtrack.workspace import Workspace

FORMS = ("html", "pdf", "xlsx", "csv", "json")
TITLE = "AI system impact assessments"
NUMBER = "24"
SHEET = "24 Impacts"
COLUMNS = (
    ("assessment", 15), ("system", 18), ("system id", 15), ("holds", 8), ("assessed on", 12),
    ("assessed by", 22), ("approved on", 12), ("approved by", 22), ("occasion", 12),
    ("purpose assessed", 34), ("roles assessed", 18), ("model assessed", 18), ("no.", 6),
    ("AI RMF level", 14), ("ISO/IEC 42001 level", 16), ("kind", 10), ("effect", 44),
    ("severity", 12), ("likelihood", 14), ("reversibility", 16), ("measure", 40),
    ("consulted", 34), ("risks", 18), ("evidence", 24), ("result", 34), ("next review", 12),
    ("recorded on", 12),
)  # fmt: skip


def sheet(found: ImpactRegister) -> Sheet:
    """The workbook's sheet: a row an effect, and one for what has none."""
    return Sheet(SHEET, COLUMNS, _rows(found))


def written(
    connection: sqlite3.Connection,
    space: Workspace,
    catalogue: Catalogue,
    found: ImpactRegister,
    form: str,
    recorded_by: date | None = None,
) -> bytes:
    """The document in one of `FORMS`."""
    if form == "json":
        document = list_document(found, catalogue, recorded_by)
        return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()
    if form == "csv":
        return table([name for name, _ in COLUMNS], _rows(found))
    if form == "xlsx":
        return book(TITLE, found.as_of, [sheet(found)])
    html = page(connection, space, catalogue, found)
    return html.encode() if form == "html" else papers.printed(html, found.as_of)


def page(
    connection: sqlite3.Connection, space: Workspace, catalogue: Catalogue, found: ImpactRegister
) -> str:
    """The page of the document by itself; `BadInput` where a template cannot be used."""
    count = sum(1 for one in found.systems if one.counts)
    facts = (
        ("AI systems in scope or in use", str(count)),
        ("Assessments", str(len(found.assessments))),
        ("Findings", str(len(found.findings))),
    )
    head = papers.head(connection, space, TITLE, found.as_of, number=NUMBER, facts=facts)
    values = {"paper": found, "words": Wording(catalogue.terms, space.vocabulary)}
    return papers.page("impact/page.html.j2", head, values, space.templates)


def _rows(found: ImpactRegister) -> Iterator[tuple[object, ...]]:
    for of in found.systems:
        if of.latest is None:
            yield (None, of.system.slug, of.system.id, "none recorded")
            continue
        for one in (of.latest, *of.earlier):
            for effect in one.effects or (None,):
                yield _row(of, one, effect)


def _row(of: OfSystem, one: Assessment, effect: Effect | None) -> tuple[object, ...]:
    said = (None,) * 9
    if effect is not None:
        said = (
            effect.number, effect.level, effect.iso or "risk (6.1.2)", effect.kind, effect.what,
            effect.severity, effect.likelihood, effect.reversibility, effect.measure,
        )  # type: ignore[assignment]  # fmt: skip
    return (
        one.id, of.system.slug, of.system.id, "yes" if one is of.holds else "no",
        one.assessed_on, one.assessed_by, one.approved_on, one.approved_by, one.why, one.purpose,
        one.roles, one.model, *said,
        "; ".join(f"{who.who}: {who.how}" if who.how else who.who for who in one.consulted),
        "; ".join(risk.id for risk in one.risks),
        "; ".join(f"{paper.id} ({paper.words})" for paper in one.evidence),
        one.result, one.next_review, one.recorded_on,
    )  # fmt: skip
