"""Which kinds of evidence a working paper of the register takes the place of, and what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.catalog.documentation import documentation
from govtrack.catalog.vocabulary import within
from govtrack.status.paper_steps import PaperStep
from govtrack.status.working_papers import IN_USE, working_papers

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue, Kind
    from govtrack.catalog.vocabulary import Wording

_UNLINKED = """
SELECT id FROM impact_assessment
WHERE key NOT IN (SELECT impact FROM impact_evidence) ORDER BY key
"""


class Answer(NamedTuple):
    """A working paper in force, and whether it can have artefacts linked and has none."""

    paper: str
    unlinked: bool


def answered_by(
    connection: sqlite3.Connection, catalogue: Catalogue, day: date
) -> Mapping[str, Answer]:
    """For each kind a working paper in force on `day` answers: the first, one unlinked before."""
    unlinked = {row[0] for row in connection.execute(_UNLINKED)}
    found: dict[str, Answer] = {}
    papers = documentation(catalogue).papers.values()
    for paper, one in working_papers(connection, catalogue, papers, day):
        if not paper.kind or one.status not in {"approved", IN_USE}:
            continue
        answer = Answer(one.id, one.id in unlinked)
        if paper.kind not in found or (answer.unlinked and not found[paper.kind].unlinked):
            found[paper.kind] = answer
    return found


def artefact_of(answer: Answer, kind: Kind, refs: Sequence[str], words: Wording) -> PaperStep:
    """The step to an artefact that stands for `refs` where the paper itself is in the register."""
    nothing = f"nothing is recorded for {', '.join(refs)}"
    if answer.unlinked:
        return PaperStep(
            f"link the artefact in which {answer.paper} is written down",
            f"{answer.paper} is approved and no artefact is linked; {nothing}",
            f"govtrack impact link {answer.paper} --evidence EV",
        )
    return PaperStep(
        f"record: {within(words.kind(kind))}",
        f"kept in this register ({answer.paper}), but as evidence {nothing}",
        f"govtrack add-evidence FILE --kind {kind.id}",
    )
