"""The consistency tests that a lead auditor makes by hand, made by machine and printed on 00."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govtrack.packs import views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govtrack.packs.contents import Evidence, PackContents
    from govtrack.packs.working_papers import WorkingPapers


@dataclass(frozen=True, slots=True)
class Check:
    """A consistency test a lead auditor makes by hand, and what came out."""

    question: str
    passed: bool
    found: str


FEW = 12
"""How many ids a result names; the document itself has them all."""


def checks(contents: PackContents) -> tuple[Check, ...]:
    """The consistency tests of the pack, printed on its cover whether they pass or not."""
    papers = contents.working_papers
    return (*_of_evidence(contents), *(_of_papers(contents, papers) if papers else ()))


def _of_evidence(contents: PackContents) -> tuple[Check, ...]:
    files = [file for one in contents.evidence for file in one.files]
    unhashed = [file.name for file in files if len(file.sha256) != 64]  # noqa: PLR2004
    meant = [
        file
        for one in contents.evidence
        if one.status != "withdrawn" and not one.purged
        for file in one.files
    ]
    left_out = [file.name for file in meant if file.path is None]
    known = {one.ref for one in contents.requirements}
    strangers = {tag.ref for one in contents.evidence for tag in one.tags} - known
    clauses = len(views.lines(contents, "iso", "clause"))
    controls = len(views.lines(contents, "iso", "control"))
    subcategories = len(views.lines(contents, "rmf"))
    late = [one.id for one in contents.evidence if _after(one, contents)]
    in_pack = {one.id for one in contents.evidence}
    drawn_elsewhere = set(views.population(contents)) - in_pack
    return (
        Check(
            "Does every file of every artefact have its SHA-256 in the evidence index?",
            not unhashed,
            f"{len(files)} files, {len(unhashed)} without",
        ),
        Check(
            "Does every file of every artefact that was not withdrawn or purged lie in this pack?",
            not left_out,
            f"{len(meant) - len(left_out)} of {len(meant)}",
        ),
        Check(
            "Are all requirements there?",
            (clauses, controls, subcategories) == (32, 38, 72),
            f"{clauses} clauses (32), {controls} controls (38), {subcategories} subcategories (72)",
        ),
        Check(
            "Does every tag name a requirement of the catalogue?",
            not strangers,
            ", ".join(sorted(strangers)) or "all do",
        ),
        Check(
            "Is no artefact dated after the day of this pack?",
            not late,
            ", ".join(late) or "none is",
        ),
        Check(
            "Is the sample drawn from artefacts of this pack only?",
            not drawn_elsewhere,
            f"population {len(views.population(contents))}",
        ),
    )


def _of_papers(contents: PackContents, papers: WorkingPapers) -> Iterator[Check]:
    """Whether the papers agree with one another, with 06 and 08, and what their own tests find."""
    counts = papers.soa.statement.counts
    yield Check(
        "Does 09 decide on every control of Annex A?",
        counts.undecided == 0,
        counts.line(),
    )
    rows = {line.requirement.ref for line in views.lines(contents, "iso", "control")}
    applicable = [one for one in papers.soa.statement.controls if one.standing == "applicable"]
    missing = [one.control for one in applicable if not one.additional and one.control not in rows]
    own = sum(one.additional for one in applicable)
    yield Check(
        "Is every control that 09 has as applicable a row of 06?",
        not missing,
        _named(missing) or f"{len(applicable) - own} of Annex A and {own} of one's own, all are",
    )
    elsewhere = sorted(_cited(papers) - {one.id for one in contents.evidence})
    yield Check(
        "Is every artefact that 09, 19, 20 and 24 cite in the evidence index 08?",
        not elsewhere,
        _named(elsewhere) or f"all {len(_cited(papers))} are",
    )
    unassessed = [one.id for one in papers.risks.risks if one.level is None]
    yield Check(
        "Is every risk of 23 assessed by criteria that were in force that day?",
        not unassessed,
        _named(unassessed) or f"{len(papers.risks.risks)} risks, all are",
    )
    for number, what, found in (
        ("09", "the Statement of Applicability",
         papers.soa.findings),
        ("19", "the profile", papers.profile.findings),
        ("20", "the self-attestation", papers.attestation.findings),
        ("23", "the risk register", papers.risks.findings),
        ("24", "the impact assessments", papers.impacts.findings),
    ):  # fmt: skip
        about = [one.about or one.code for one in found]
        yield Check(
            f"Do the tests of {what} find nothing ({number})?",
            not found,
            f"{len(found)}: {_named(about)}" if found else "nothing",
        )


def _cited(papers: WorkingPapers) -> set[str]:
    """The artefacts that the papers name as standing behind something on the day."""
    found = {id_ for one in papers.soa.statement.controls for id_ in one.evidence.ids}
    found |= {id_ for row in papers.profile.profile.rows for id_ in row.ids}
    found |= {one.evidence for one in papers.attestation.supports}
    return found | {
        cited.id for one in papers.impacts.systems if one.latest for cited in one.latest.evidence
    }


def _named(found: list[str]) -> str:
    each = list(dict.fromkeys(found))
    more = f" and {len(each) - FEW} more" if len(each) > FEW else ""
    return ", ".join(each[:FEW]) + more


def _after(one: Evidence, contents: PackContents) -> bool:
    dates = (one.prepared_on,) if one.status == "draft" else (one.prepared_on, one.approved_on)
    return any(day is not None and day > contents.as_at for day in dates)
