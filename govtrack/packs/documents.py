"""The documents of an audit pack, and what each template is given to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from govtrack.packs import consistency, figures, sampling, soa_document, views
from govtrack.packs.contents import STATES
from govtrack.packs.figures import Mark
from govtrack.packs.resting import resting

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from govtrack.packs.contents import Evidence, PackContents, Pair, Paper, Requirement
    from govtrack.packs.sampling import Draw
    from govtrack.packs.views import Line
    from govtrack.status.soa import Control


class Document(NamedTuple):
    """A document of the pack: its number, file name, title and the question it answers."""

    number: str
    name: str
    title: str
    purpose: str


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """A document as it lies in the pack: paths below `data/`, pages, digest of `path`."""

    number: str
    title: str
    purpose: str
    page: str | None
    path: str
    pages: int | None
    sha256: str


COVER = Document("00", "00-cover", "Cover and contents", "What this pack is, holds and lacks")
DOCUMENTS = (
    Document("04", "04-scope", "Scope, criteria and AI systems", "What is audited, against what"),
    Document("05", "05-checklist-clauses", "Checklist, clauses 4 to 10",
             "Each clause with its evidence, ready for the auditor"),
    Document("06", "06-checklist-controls", "Checklist, Annex A controls",
             "Each control with its evidence, ready for the auditor"),
    Document("07", "07-sampling", "Sampling record",
             "Which artefacts were drawn, how, and how to draw them again"),
    Document("08", "08-evidence-index", "Evidence index",
             "Every artefact by id and by requirement, and what is wrong with it"),
    Document("10", "10-coverage", "Coverage and crosswalk",
             "What is covered in both frameworks, and what is not"),
    Document("17", "17-master-list", "{documented-information} master list",
             "Documents and records with versions, approvals and reviews"),
    Document("18", "18-cycle", "Certification cycle sheet", "What falls due, by which rule"),
    Document("21", "21-trail", "Trail statement and manifest", "What the pack's proof rests on"),
)  # fmt: skip
PAPERS = (
    Document("09", "09-soa", "Statement of Applicability",
             "Which controls are necessary and why, how far implemented, what stands behind each"),
    Document("19", "19-profile", "AI RMF profile", "Outcomes now and wanted, the gaps, the plan"),
    Document("20", "20-attestation", "AI RMF self-attestation",
             "What is declared, on what evidence, and what is not"),
    Document("23", "23-risks", "AI risk register and treatment plan",
             "Risks by the criteria in force, how each is treated, what is left of it"),
    Document("24", "24-impacts", "AI system impact assessments",
             "Benefits and harms at five levels, measures, who was consulted"),
)  # fmt: skip
"""The working papers: left out where contents are made without a register."""
WORKBOOK = Document("22", "workbook", "Workbook", "The tables above, to filter and sign")
ABSENT = (
    "01 audit programme", "02 audit plan", "03 auditors and impartiality",
    "11 to 13 findings and corrective actions", "14 audit report", "15 meeting records",
    "16 management review",
)  # fmt: skip
REACH = {
    "internal": "Read alone, this pack agrees with itself, and no more: whoever can write all of "
    "it can make all of it agree. It reaches further only with something kept outside it: the "
    "trail's signing key, the size and root of last year's pack, an authority's certificate, a "
    "witness's key. Document 21 says what lies in the pack for each.",
}
FRAMEWORKS = {"rmf": "AI RMF 1.0", "iso": "ISO/IEC 42001:2023", "genai": "NIST AI 600-1 (GenAI)"}


class CrosswalkRow(NamedTuple):
    """A subcategory, what corresponds to it by each source, and the artefacts that serve both."""

    requirement: Requirement
    by_source: tuple[tuple[str, tuple[str, ...]], ...]
    shared_refs: frozenset[str]
    shared: tuple[Evidence, ...]


def printed(contents: PackContents) -> tuple[Document, ...]:
    """The documents that a pack of these contents has, in the order of their numbers."""
    papers = PAPERS if contents.working_papers else ()
    return tuple(sorted((*DOCUMENTS, *papers), key=lambda one: one.number))


def drawn(contents: PackContents) -> Draw:
    """The sample of the pack."""
    return sampling.draw(
        views.population(contents), contents.organisation, contents.year, contents.sample_seed
    )


def values(contents: PackContents) -> dict[str, object]:
    """What every template of the pack may use."""
    by_framework = tuple(
        (FRAMEWORKS[framework], found)
        for framework in FRAMEWORKS
        if (found := views.lines(contents, framework))
    )
    flags = {one.id: views.flags(one, contents) for one in contents.evidence}
    rmf, clauses = views.lines(contents, "rmf"), views.lines(contents, "iso", "clause")
    controls = views.lines(contents, "iso", "control")
    draw = drawn(contents)
    kept = [file for one in contents.evidence for file in one.files if file.path is not None]
    every = [file for one in contents.evidence for file in one.files]
    return {
        "c": contents,
        "pack": views.pack_id(contents),
        "standing": views.standing(contents),
        "states": STATES,
        "reach_means": REACH[contents.trail.reach],
        "absent": ABSENT,
        "applicability": applicability(contents),
        "in_statement": {
            ref: in_statement(one, contents.as_at) for ref, one in applicability(contents).items()
        },
        "own_controls": own_controls(contents),
        "paper_findings": paper_findings(contents),
        "statement_facts": soa_document.facts(contents.working_papers.soa)
        if contents.working_papers
        else (),
        "by_framework": by_framework,
        "totals": _totals(contents),
        "counts": {"subcategories": len(rmf), "clauses": len(clauses), "controls": len(controls)},
        "gaps": {
            "subcategories": _open(rmf),
            "clauses": _open(clauses),
            "controls": _open(controls),
        },
        "classifications": sorted(
            {e.classification for e in contents.evidence if e.classification}
        ),
        "recorded_later": [one for one in contents.evidence if one.recorded_later],
        "flags": flags,
        "flagged": sum(map(bool, flags.values())),
        "aims_scope": aims_scope(contents),
        "approved": sum(one.in_force for one in contents.evidence),
        "current": sum(one.current for one in contents.evidence),
        "files": len(every),
        "size": readable(sum(file.size for file in every)),
        "kept": sorted(
            {file.path: file for file in kept}.values(), key=lambda file: str(file.path)
        ),
        "supports": {
            e.id: (_refs(e, confirmed=True), _refs(e, confirmed=False)) for e in contents.evidence
        },
        "in_pack": {one.id for one in contents.evidence},
        "resting": resting(contents),
        "unused": [e for e in contents.evidence if not any(tag.confirmed for tag in e.tags)],
        "draw": draw,
        "outside": views.outside(contents),
        "trail_signed": views.signed(contents.trail),
        "first_leaf": contents.trail.first_leaf,
        "sheet": sheet(contents, draw),
        "least": sampling.LEAST,
        "most": sampling.MOST,
        "checks": consistency.checks(contents),
        "days_left": (contents.period.end - contents.as_at).days,
        "figures": drawings(contents),
        "roles": sorted({role for system in contents.systems for role in system.roles}),
        "scope_evidence": next(
            (line.confirmed for line in clauses if line.requirement.ref == "4.3"), ()
        ),
        "per_system": per_system(contents),
        "checklist": {"05": _grouped(clauses, contents), "06": _grouped(controls, contents)},
        "partners": {line.requirement.ref: partners(line) for line in (*clauses, *controls)},
        "both": both_frameworks(contents),
        "crosswalk": crosswalk(contents, rmf),
        "master": master_list(contents),
        "papers": {
            part: [one for one in contents.papers if one.form == form]
            for part, form in (("maintained", "document"), ("kept", "record"))
        },
        "records_by_kind": records_by_kind(contents),
        "asked": [line for line in clauses if line.requirement.asks],
        "kept_as": kept_as(contents),
        "statuses": sorted({one.status for one in contents.evidence}),
        "kinds": sorted({one.kind_title for one in contents.evidence}),
    }


def readable(size: int) -> str:
    """`1.4 MiB`: bytes as people read them."""
    amount, units = float(size), iter(("bytes", "KiB", "MiB", "GiB", "TiB"))
    unit = next(units)
    while amount >= 1024 and unit != "TiB":  # noqa: PLR2004
        amount, unit = amount / 1024, next(units)
    return f"{int(amount)} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"


def drawings(contents: PackContents) -> dict[str, Markup]:
    """The three figures of the pack, each followed by itself for a narrow screen."""
    rmf, iso = (views.groups(contents, framework) for framework in ("rmf", "iso"))
    marks, day = _marks(contents), contents.as_at
    by_function = "Coverage of AI RMF 1.0 by function"
    by_clause = "Coverage of ISO/IEC 42001 by clause and by Annex A objective"
    drawn: dict[str, Markup] = {}
    for suffix, frame in (("", figures.WIDE), ("-narrow", figures.NARROW)):
        for name, drawing in (
            ("rmf", figures.coverage(f"rmf{suffix}", by_function, rmf, frame)),
            ("iso", figures.coverage(f"iso{suffix}", by_clause, iso, frame)),
            ("cycle", figures.timeline(f"cycle{suffix}", "Certification cycle", marks, day, frame)),
        ):
            drawn[name] = drawn.get(name, Markup()) + drawing
    return drawn


def _marks(contents: PackContents) -> list[Mark]:
    cycle, day = contents.cycle, contents.as_at
    marks = []
    if cycle.issued_on and cycle.expires_on and cycle.expires_on >= cycle.issued_on:
        marks.append(Mark("certificate", cycle.issued_on, cycle.expires_on))
    marks += [Mark(f"decision: {row.what}", row.on) for row in cycle.decisions if row.on]
    marks += [Mark(row.what, row.on, row.until) for row in cycle.audits if row.on]
    marks += [
        Mark(row.what, row.on, None, "overdue" if row.on < day else "due")
        for row in cycle.due
        if row.on
    ]
    return marks


def sheet(
    contents: PackContents, draw: Draw
) -> list[tuple[sampling.Item, Evidence, tuple[bool, ...]]]:
    """The test sheet: each drawn artefact with attributes A to D as the register has them."""
    by_id = {one.id: one for one in contents.evidence}
    return [(item, by_id[item.id], _attributes(by_id[item.id], contents)) for item in draw.items]


def _attributes(one: Evidence, contents: PackContents) -> tuple[bool, ...]:
    period = contents.period
    if one.period_start is None and one.period_end is None:
        maintained = one.form == "document" and one.approved_on is not None
        touches = maintained and str(one.approved_on) <= str(period.end)
    else:
        ended, began = one.period_end or period.end, one.period_start or period.start
        touches = ended >= period.start and began <= period.end
    return (
        bool(one.approved_by) and one.approved_by != one.prepared_by,
        touches,
        bool(one.files),
        bool(one.source),
    )


def applicability(contents: PackContents) -> dict[str, Control]:
    """The row that 09 has for each control, by reference; empty without working papers."""
    if contents.working_papers is None:
        return {}
    return {one.control: one for one in contents.working_papers.soa.statement.controls}


def in_statement(control: Control, day: date) -> str:
    """What 09 says of a control: `applicable, planned by 2026-12-31`, and `overdue` past it."""
    said, decision = control.standing, control.decision
    if decision and decision.status:
        said += ", not implemented" if decision.status == "not" else f", {decision.status}"
    if decision and decision.due:
        said += f" by {decision.due}"
        said += ", overdue" if decision.overdue(day.isoformat()) else ""
    if control.differences:
        several = "s" if len(control.differences) > 1 else ""
        said += f"; differs for {len(control.differences)} AI system{several}"
    return said


def own_controls(contents: PackContents) -> list[Control]:
    """The controls outside Annex A, which stand in 06 too."""
    return [one for one in applicability(contents).values() if one.additional]


def aims_scope(contents: PackContents) -> str | None:
    """The scope of the AIMS that the pack is made under, with where it is told.

    That of the Statement of Applicability in force, else the newest confirmed evidence for 4.3.
    """
    papers = contents.working_papers
    version = papers.soa.statement.latest if papers else None
    if version:
        return f"{version.scope} ({version.id}, version {version.version})"
    clauses = views.lines(contents, "iso", "clause")
    found = (one for line in clauses if line.requirement.ref == "4.3" for one in line.confirmed)
    newest = next(found, None)
    return f"{newest.title}, version {newest.version} ({newest.id})" if newest else None


def paper_findings(contents: PackContents) -> list[tuple[str, int]]:
    """How much the tests of each working paper find, by the number of its document."""
    papers = contents.working_papers
    if papers is None:
        return []
    found = (papers.soa, papers.profile, papers.attestation, papers.risks, papers.impacts)
    counts = (len(one.findings) for one in found)
    return list(zip((one.number for one in PAPERS), counts, strict=True))


def per_system(contents: PackContents) -> dict[str, dict[str, object]]:
    """For each AI system how many artefacts speak of it, its assessments and its highest risk.

    `impact` is the newest artefact, `assessment` the newest record (`overdue`: a new one is due by
    now), `level` the highest level of its open risks.
    """
    papers = contents.working_papers
    assessed = {one.system.id: one for one in papers.impacts.systems} if papers else {}
    found: dict[str, dict[str, object]] = {}
    for system in contents.systems:
        of_it = [one for one in contents.evidence if system.id in one.systems]
        impacts = [one for one in of_it if one.kind == "impact-assessment" and one.prepared_on]
        newest = max(impacts, key=lambda one: str(one.prepared_on), default=None)
        standing = assessed.get(system.id)
        open_risks = (
            one
            for one in (papers.risks.risks if papers else ())
            if one.system == system.id and one.closed_on is None and one.rank
        )
        highest = max(open_risks, key=lambda one: one.rank or 0, default=None)
        found[system.id] = {
            "count": len(of_it),
            "impact": newest,
            "assessment": standing and standing.latest,
            "overdue": any(reason.overdue for reason in standing.due) if standing else False,
            "level": highest and highest.level,
        }
    return found


def partners(line: Line) -> tuple[str, ...]:
    """The subcategories and categories that correspond to a clause or control by any source."""
    return tuple(dict.fromkeys(pair.rmf for pair in line.pairs if " " in pair.rmf))


def both_frameworks(
    contents: PackContents,
) -> list[tuple[Evidence, tuple[str, ...], tuple[str, ...]]]:
    """Artefacts confirmed for a requirement of each framework, with those requirements."""
    found = []
    for one in contents.evidence:
        tags = views.refs(one, confirmed=True)
        rmf = tuple(tag.ref for tag in tags if tag.framework == "rmf")
        iso = tuple(tag.ref for tag in tags if tag.framework == "iso")
        if rmf and iso:
            found.append((one, rmf, iso))
    return found


def crosswalk(contents: PackContents, rmf: Iterable[Line]) -> list[CrosswalkRow]:
    """Each subcategory with its correspondences by source, and what evidence serves both ends."""
    confirmed = {
        line.requirement.ref: {one.id for one in line.confirmed}
        for line in views.lines(contents, "iso")
    }
    rows = []
    for line in rmf:
        mine = {one.id for one in line.confirmed}
        shared_refs = frozenset(p.iso for p in line.pairs if mine & confirmed.get(p.iso, set()))
        shared_ids = {id_ for ref in shared_refs for id_ in mine & confirmed[ref]}
        shared = tuple(one for one in line.confirmed if one.id in shared_ids)
        rows.append(
            CrosswalkRow(
                line.requirement, _by_source(line.requirement.ref, line.pairs), shared_refs, shared
            )
        )
    return rows


def _by_source(ref: str, pairs: Iterable[Pair]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Correspondences under their source; `article, for MAP 4` where it names the category."""
    found: dict[str, dict[str, None]] = {}
    for pair in pairs:
        source = pair.source if pair.rmf == ref else f"{pair.source}, for {pair.rmf}"
        found.setdefault(source, {})[pair.iso] = None
    return tuple((source, tuple(refs)) for source, refs in found.items())


@dataclass(frozen=True, slots=True)
class OfKind:
    """The records of one kind, counted: approved, of these overdue for review, the rest."""

    title: str
    all: int
    approved: int
    overdue: int
    draft: int
    lapsed: int
    newest: date | None


def kept_as(contents: PackContents) -> dict[str, tuple[str, str]]:
    """By clause: the working papers that answer it, and the documents that hold them."""
    found: dict[str, list[Paper]] = {}
    for one in contents.papers:
        for ref in one.kept_for:
            found.setdefault(ref, []).append(one)
    return {
        ref: (
            ", ".join(one.id for one in papers),
            ", ".join(sorted({one.document for one in papers if one.document})),
        )
        for ref, papers in found.items()
    }


def records_by_kind(contents: PackContents) -> list[OfKind]:
    """What stands in the master list for records too many to print: their kinds, counted."""
    by_kind: dict[str, list[Evidence]] = {}
    for one in contents.evidence:
        if one.form != "document":
            by_kind.setdefault(one.kind_title, []).append(one)
    return [
        OfKind(
            title,
            len(found),
            sum(one.in_force for one in found),
            sum(one.in_force and one.stale for one in found),
            sum(one.status == "draft" for one in found),
            sum(one.status in {"expired", "superseded", "withdrawn"} for one in found),
            max((one.prepared_on for one in found if one.prepared_on), default=None),
        )
        for title, found in sorted(by_kind.items())
    ]


def master_list(contents: PackContents) -> tuple[tuple[str, str, list[Evidence]], ...]:
    """Documents to be maintained, and records to be kept (clause 7.5), withdrawn ones included.

    In a large pack the records are counted by kind instead (`records_by_kind`).
    """
    maintained = [one for one in contents.evidence if one.form == "document"]
    kept = [one for one in contents.evidence if one.form != "document"]
    return (
        ("maintained", "Documents to be maintained", maintained),
        ("kept", "Records to be kept", [] if contents.large else kept),
    )


def _totals(contents: PackContents) -> list[tuple[str, dict[str, int]]]:
    return [
        (name, {str(state): n for state, n in views.total(found).items()})
        for framework, name in FRAMEWORKS.items()
        if (found := views.groups(contents, framework))
    ]


def _grouped(found: Iterable[Line], contents: PackContents) -> list[tuple[Requirement, list[Line]]]:
    by_ref = {one.ref: one for one in contents.requirements}
    grouped: dict[str, list[Line]] = {}
    for line in found:
        top = views.heading(line.requirement, by_ref)
        grouped.setdefault(top.ref, []).append(line)
    return [(by_ref[ref], members) for ref, members in grouped.items()]


def _refs(one: Evidence, *, confirmed: bool) -> tuple[str, ...]:
    return tuple(tag.ref for tag in views.refs(one, confirmed=confirmed))


def _open(found: Iterable[Line]) -> int:
    return sum(line.requirement.state != "covered" for line in found)
