"""What of the working papers rests on an artefact: risks, controls, assessments, outcomes."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from govtrack.packs import views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govtrack.packs.contents import PackContents
    from govtrack.packs.working_papers import WorkingPapers


@lru_cache(maxsize=2)
def resting(contents: PackContents) -> dict[str, tuple[str, ...]]:
    """By artefact: risks, controls, impact assessments; rows of the profile, declared outcomes.

    A control rests on what is current and confirmed for it or named in how it is implemented, a
    risk on what stands behind the controls that treat it, a row of the profile on what is current
    and confirmed where its current state needs evidence. Empty without working papers.
    """
    papers = contents.working_papers
    if papers is None:
        return {}
    found: dict[str, dict[str, None]] = {}
    for of in (_risks, _controls, _assessments, _outcomes, _rows):
        for artefact, what in of(contents, papers):
            found.setdefault(artefact, {})[what] = None
    return {artefact: tuple(what) for artefact, what in found.items()}


def _risks(_: PackContents, papers: WorkingPapers) -> Iterator[tuple[str, str]]:
    for trace in papers.risks.traces:
        for artefact in trace.control.evidence if trace.control else ():
            yield artefact, trace.risk


def _controls(contents: PackContents, papers: WorkingPapers) -> Iterator[tuple[str, str]]:
    confirmed = {
        line.requirement.ref: [one.id for one in line.confirmed if one.current]
        for line in views.lines(contents, "iso", "control")
    }
    for one in papers.soa.statement.controls:
        if one.standing == "applicable":
            for artefact in (*confirmed.get(one.control, ()), *one.evidence.ids):
                yield artefact, one.control


def _assessments(_: PackContents, papers: WorkingPapers) -> Iterator[tuple[str, str]]:
    for of in papers.impacts.systems:
        for one in (of.latest, *of.earlier) if of.latest else ():
            for cited in one.evidence:
                yield cited.id, one.id


def _rows(_: PackContents, papers: WorkingPapers) -> Iterator[tuple[str, str]]:
    said = papers.profile.profile
    if said.head is None:
        return
    proven = {one["id"] for one in said.scale["states"] if one.get("needs_evidence")}
    found: dict[str, list[str]] = {}
    for row in (*said.rows, *said.actions):
        for artefact in row.ids if row.current in proven else ():
            found.setdefault(artefact, []).append(row.ref)
    for artefact, refs in found.items():
        yield artefact, f"row{'s' if len(refs) > 1 else ''} of {said.head['id']}: {_named(refs)}"


def _named(refs: list[str]) -> str:
    """`MAP 2.3, MEASURE 2.3, 2.11`: each function named once, as long as it goes on."""
    functions = ["", *(ref.rpartition(" ")[0] for ref in refs)]
    return ", ".join(
        ref.removeprefix(f"{before} ") if before else ref
        for before, ref in zip(functions, refs, strict=False)
    )


def _outcomes(_: PackContents, papers: WorkingPapers) -> Iterator[tuple[str, str]]:
    declared = papers.attestation.attestation
    if declared is None:
        return
    for artefact, count in Counter(one.evidence for one in papers.attestation.supports).items():
        yield artefact, f"{count} outcome{'s' if count > 1 else ''} of {declared['id']}"
