"""What the pack says as data: JSON to read again, CSV to open in a spreadsheet, the trail."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from govtrack.errors import visible
from govtrack.packs import documents, sampling, views
from govtrack.packs.resting import resting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from govtrack.packs.contents import PackContents
    from govtrack.packs.working_papers import WorkingPapers

FORMULA = ("=", "+", "-", "@", "\t", "\r")

_FILES = {
    "register/evidence.csv": "evidence (CSV)",
    "register/evidence.json": "evidence (JSON)",
    "register/requirements.csv": "requirements (CSV)",
    "register/requirements.json": "requirements (JSON)",
    "register/systems.json": "AI systems (JSON)",
    "register/cycle.json": "certification cycle (JSON)",
    "register/support.csv": "what supports what (CSV)",
    "register/crosswalk.csv": "crosswalk (CSV)",
    "register/population.txt": "population of the sample",
}
_PAPERS = {
    "soa": "Statement of Applicability (JSON)",
    "profile": "profile (JSON)",
    "attestation": "self-attestation (JSON)",
    "risks": "risks (JSON)",
    "impacts": "impact assessments (JSON)",
}
_MANIFEST = "register/attestation-manifest.txt"
"""The evidence behind the self-attestation, in the bytes whose SHA-256 it declares."""


def named(contents: PackContents) -> list[tuple[str, str]]:
    """Path and short name of the data files worth a link."""
    papers = _PAPERS if contents.working_papers else {}
    more = {f"register/{name}.json": words for name, words in papers.items()}
    if _declared(contents):
        more[_MANIFEST] = "manifest of the self-attestation"
    return [*_FILES.items(), *more.items()]


def all_of(contents: PackContents) -> Iterator[tuple[str, bytes]]:
    """Path below `data/` and bytes of each data file."""
    draw = documents.drawn(contents)
    yield "register/evidence.csv", table(EVIDENCE_COLUMNS, evidence_rows(contents))
    yield "register/evidence.json", _json("evidence", contents.evidence, sample=contents.sample)
    yield "register/requirements.csv", table(REQUIREMENT_COLUMNS, requirement_rows(contents))
    yield (
        "register/requirements.json",
        _json("requirements", contents.requirements, sample=contents.sample),
    )
    yield "register/systems.json", _json("systems", contents.systems, sample=contents.sample)
    yield "register/cycle.json", _json("cycle", contents.cycle, sample=contents.sample)
    yield "register/support.csv", table(SUPPORT_COLUMNS, support_rows(contents))
    rows = ((pair.rmf, pair.iso, pair.source, pair.relation) for pair in contents.crosswalk)
    yield "register/crosswalk.csv", table(("rmf", "iso", "source", "relation"), rows)
    for name in _PAPERS if contents.working_papers else ():
        paper = getattr(contents.working_papers, name)
        yield f"register/{name}.json", _json(name, paper, sample=contents.sample)
    if papers := _declared(contents):
        yield _MANIFEST, papers.attestation.manifest.encode()
    yield "register/population.txt", sampling.population_text(draw.population).encode()
    yield "register/sample-seed.txt", f"{draw.seed}\n".encode()
    yield from contents.trail.files
    yield "trail/statement.txt", _statement(contents)


def _declared(contents: PackContents) -> WorkingPapers | None:
    """The working papers, where an attestation is among them."""
    papers = contents.working_papers
    return papers if papers and papers.attestation.attestation else None


def _statement(contents: PackContents) -> bytes:
    """Origin, size and root, a line each; then what is there to check and to be told."""
    trail = contents.trail
    said = [trail.origin, str(trail.size), trail.root, f"first-leaf {trail.first_leaf}"]
    if contents.sample:
        said.append("sample: the organisation is invented")
    return "".join(f"{line}\n" for line in said).encode()


EVIDENCE_COLUMNS = (
    "id", "title", "kind", "version", "status", "stale", "period_start", "period_end",
    "prepared_by", "prepared_on", "approved_by", "approved_on", "recorded_on", "valid_until",
    "review_due", "source", "systems", "classification", "retention", "why", "confirmed",
    "proposed", "rests_on_it", "flags", "supersedes", "superseded_by", "files", "sha256",
)  # fmt: skip
SUPPORT_COLUMNS = ("reference", "framework", "artefact", "title", "status", "tag")
REQUIREMENT_COLUMNS = (
    "ref",
    "framework",
    "level",
    "title",
    "asks",
    "state",
    "confirmed",
    "proposed",
)


def evidence_rows(contents: PackContents) -> Iterator[tuple[object, ...]]:
    """One row an artefact, in the order of `EVIDENCE_COLUMNS`; several values one a line."""
    rests = resting(contents)
    for one in contents.evidence:
        tags = (views.refs(one, confirmed=True), views.refs(one, confirmed=False))
        yield (
            one.id, one.title, one.kind, one.version, one.status, "yes" if one.stale else "no",
            one.period_start, one.period_end, one.prepared_by, one.prepared_on, one.approved_by,
            one.approved_on, one.recorded_on, one.valid_until, one.review_due, one.source,
            " ".join(one.systems), one.classification, one.retention, one.why,
            *("; ".join(tag.ref for tag in found) for found in tags),
            "; ".join(rests.get(one.id, ())), "; ".join(views.flags(one, contents)),
            " ".join(one.supersedes), one.superseded_by,
            "; ".join(f.path or f"{f.name} ({one.purged or 'left out'})" for f in one.files),
            " ".join(file.sha256 for file in one.files),
        )  # fmt: skip


def requirement_rows(contents: PackContents) -> Iterator[tuple[object, ...]]:
    """One row a leaf requirement, in the order of `REQUIREMENT_COLUMNS`."""
    for framework in documents.FRAMEWORKS:
        for line in views.lines(contents, framework):
            one = line.requirement
            yield (
                one.ref, one.framework, one.level, one.title, one.asks, one.state,
                " ".join(e.id for e in line.confirmed), " ".join(e.id for e in line.proposed),
            )  # fmt: skip


def support_rows(contents: PackContents) -> Iterator[tuple[object, ...]]:
    """One row a requirement and artefact, in the order of `SUPPORT_COLUMNS`."""
    for framework in documents.FRAMEWORKS:
        for line in views.lines(contents, framework):
            for tag, found in (("confirmed", line.confirmed), ("proposed", line.proposed)):
                for one in found:
                    yield line.requirement.ref, framework, one.id, one.title, one.status, tag


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV (RFC 4180, UTF-8 with a mark so that Excel reads it) no cell of which is a formula."""
    stream = io.StringIO(newline="")
    stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return stream.getvalue().encode()


def _cell(value: object) -> object:
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    # a leading apostrophe keeps a spreadsheet from reckoning with other people's words
    shown = visible(value)
    return f"'{shown}" if value.startswith(FORMULA) else shown


def _json(name: str, value: object, *, sample: bool) -> bytes:
    import orjson  # noqa: PLC0415  (dataclasses and dates as they are, ten times as fast)

    document = {"format": f"govtrack.audit-pack.{name}/1", "sample": sample, name: value}
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(document, default=_plain, option=options)


def _plain(value: object) -> object:
    """What orjson does not know: named tuples by the names of their fields, mappings, days."""
    if isinstance(value, date):  # of a class of its own, as where time is simulated
        return value.isoformat()
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return value._asdict()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
