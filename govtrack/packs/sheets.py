"""The workbook's sheets: their columns and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.catalog.vocabulary import Wording
from govtrack.packs import (
    data_files,
    documents,
    impact_register,
    profile_rows,
    risk_register,
    soa_rows,
    views,
)
from govtrack.packs.contents import STATES
from govtrack.packs.sheet import Columns, Link, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govtrack.packs.contents import Evidence, PackContents


FEW = 40

SYSTEMS: Columns = (
    ("id", 15), ("slug", 18), ("name", 26), ("roles", 18), ("generative", 10), ("stage", 14),
    ("owner", 22), ("purpose", 40), ("in scope from", 12), ("in scope to", 12),
)  # fmt: skip
CHECKLIST: Columns = (
    ("reference", 10), ("short title", 34), ("{documented-information} asked for", 30),
    ("state on the day", 22), ("evidence confirmed", 34), ("evidence proposed", 20),
    ("serves in AI RMF", 28), ("what was asked, of whom", 30), ("what was found", 40),
    ("result", 14), ("finding no.", 12), ("auditor, date", 18),
)  # fmt: skip
STATEMENT = ("Statement of Applicability", 24)
SAMPLE: Columns = (
    ("rank", 6), ("artefact", 15), ("title", 44), ("digest of the draw", 30),
    ("A approved by another", 12), ("B period touches the year", 12), ("C file with digest", 12),
    ("D source stated", 12), ("E shows what it is tagged with", 14),
)  # fmt: skip
CROSSWALK: Columns = (("AI RMF", 16), ("ISO/IEC 42001", 14), ("source", 20), ("relation", 16))
MASTER: Columns = (
    ("id", 15), ("title", 44), ("form", 12), ("type", 26), ("version", 8), ("status", 12),
    ("author", 26), ("approved by", 26), ("approved on", 12), ("next review", 12),
    ("classification", 14), ("retention", 14), ("missing", 40),
)  # fmt: skip
CYCLE: Columns = (
    ("part", 14), ("what", 30), ("on", 12), ("until", 12), ("state", 16), ("rule", 10),
    ("source", 34), ("reference", 24),
)  # fmt: skip
_WIDTHS = {
    "id": 15, "title": 44, "why": 40, "source": 34, "confirmed": 34, "proposed": 24, "flags": 30,
    "rests_on_it": 34, "files": 44, "sha256": 70, "reference": 16, "framework": 12, "artefact": 15,
    "prepared_by": 24, "approved_by": 24, "ref": 16, "asks": 30,
}  # fmt: skip


def sheets_of(contents: PackContents) -> list[Sheet]:
    """Every sheet after the list of contents, in the order of the documents."""
    every = (*_of_evidence(contents), *_of_papers(contents))
    return sorted(every, key=lambda one: one.name[:2])


def _of_papers(contents: PackContents) -> Iterable[Sheet]:
    papers = contents.working_papers
    if papers is None:
        return
    yield soa_rows.sheet(papers.soa.statement)
    yield profile_rows.sheet(papers.profile)
    yield from risk_register.sheets(papers.risks)
    yield impact_register.sheet(papers.impacts)


def _of_evidence(contents: PackContents) -> Iterable[Sheet]:
    yield Sheet("04 Scope and systems", SYSTEMS, _systems(contents))
    words = Wording(contents.terms, contents.vocabulary)
    for name, level in (("05 Checklist clauses", "clause"), ("06 Checklist controls", "control")):
        columns = (*CHECKLIST[:4], STATEMENT, *CHECKLIST[4:]) if level == "control" else CHECKLIST
        filled = tuple((words.filled(column), width) for column, width in columns)
        yield Sheet(name, filled, _checklist(contents, level))
    yield Sheet("07 Sample", SAMPLE, _sample(contents), marks=True)
    columns = _named(data_files.EVIDENCE_COLUMNS)
    yield Sheet("08 Evidence", columns, _evidence(contents), marks=True)
    columns = _named(data_files.SUPPORT_COLUMNS)
    if contents.large:
        support: Iterable[Sequence[object]] = [("too many rows: see data/register/support.csv",)]
    else:
        support = data_files.support_rows(contents)
    yield Sheet("08 Evidence by requirement", columns, support)
    columns = _named(data_files.REQUIREMENT_COLUMNS)
    yield Sheet("10 Coverage", columns, _coverage(contents))
    pairs = ((pair.rmf, pair.iso, pair.source, pair.relation) for pair in contents.crosswalk)
    yield Sheet("10 Crosswalk", CROSSWALK, pairs)
    yield Sheet("17 Master list", MASTER, _master(contents))
    yield Sheet("18 Cycle", CYCLE, _cycle(contents))


def _named(names: Sequence[str]) -> Columns:
    return tuple((name.replace("_", " "), _WIDTHS.get(name, 14)) for name in names)


def _systems(contents: PackContents) -> Iterable[Sequence[object]]:
    for one in contents.systems:
        yield (
            one.id, one.slug, one.name, ", ".join(one.roles), "yes" if one.generative else "no",
            one.stage, one.owner, one.purpose, one.in_scope_from, one.in_scope_to,
        )  # fmt: skip


def _checklist(contents: PackContents, level: str) -> Iterable[Sequence[object]]:
    stated, day = documents.applicability(contents), contents.as_at
    for line in views.lines(contents, "iso", level):
        one = line.requirement
        said = documents.in_statement(stated[one.ref], day) if one.ref in stated else None
        yield (
            one.ref, one.title, one.asks, STATES[one.state] if one.state else None,
            *((said,) if level == "control" else ()),
            _few(line.confirmed), _few(line.proposed), "; ".join(documents.partners(line)),
        )  # fmt: skip
    for own in documents.own_controls(contents) if level == "control" else ():
        yield (
            own.control, own.title, f"from {own.source}", None, documents.in_statement(own, day),
            " ".join(own.evidence.ids),
        )  # fmt: skip


def _evidence(contents: PackContents) -> Iterable[Sequence[object]]:
    """The rows of `evidence.csv`; the cell of its files leads to the first that lies there."""
    place = data_files.EVIDENCE_COLUMNS.index("files")
    for one, row in zip(contents.evidence, data_files.evidence_rows(contents), strict=True):
        path = next((file.path for file in one.files if file.path), None)
        files = Link(str(row[place]), path) if path else row[place]
        yield (*row[:place], files, *row[place + 1 :])


def _coverage(contents: PackContents) -> Iterable[Sequence[object]]:
    """The rows of `requirements.csv`, with a state in words and marks as in the documents."""
    for framework in documents.FRAMEWORKS:
        for line in views.lines(contents, framework):
            one = line.requirement
            yield (
                one.ref, one.framework, one.level, one.title, one.asks,
                STATES[one.state] if one.state else None,
                _few(line.confirmed, None), _few(line.proposed, None),
            )  # fmt: skip


def _sample(contents: PackContents) -> Iterable[Sequence[object]]:
    for item, one, attributes in documents.sheet(contents, documents.drawn(contents)):
        met = ("yes" if attribute else "no" for attribute in attributes)
        yield (item.rank, one.id, one.title, item.digest, *met)


def _few(found: Sequence[Evidence], most: int | None = FEW) -> str:
    """Ids with their marks, `EV-2025-0001 EV-2025-0002 (stale)`; all of them without `most`."""
    more = f" and {len(found) - most} more: see 10 Coverage" if most and len(found) > most else ""
    return " ".join(_marked(one) for one in found[:most]) + more


def _marked(one: Evidence) -> str:
    return f"{one.id} ({', '.join(one.marks)})" if one.marks else one.id


def _master(contents: PackContents) -> Iterable[Sequence[object]]:
    """Records of a large pack stand in the sheet of evidence only."""
    for one in contents.evidence:
        if contents.large and one.form != "document":
            continue
        yield (
            one.id, one.title, one.form, one.kind_title, one.version, one.standing, one.prepared_by,
            one.approved_by, one.approved_on, one.review_due, one.classification, one.retention,
            "; ".join(one.missing),
        )  # fmt: skip
    for paper in contents.papers:
        yield (
            paper.id, paper.title, paper.form, paper.type, paper.version, paper.status,
            paper.author, paper.approved_by, paper.approved_on, paper.review_due,
            paper.classification, paper.retention, "; ".join(paper.missing),
        )  # fmt: skip


def _cycle(contents: PackContents) -> Iterable[Sequence[object]]:
    cycle = contents.cycle
    parts = {
        "due": cycle.due,
        "missed": cycle.breaches,
        "decision": cycle.decisions,
        "audit": cycle.audits,
        "agreement": cycle.agreements,
    }
    for part, rows in parts.items():
        for row in rows:
            yield part, row.what, row.on, row.until, row.state, row.rule, row.source, row.reference
