"""The workbook's sheet "09 Applicability": its columns and rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.packs.sheet import Sheet
from govtrack.status.soa import standing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govtrack.status.soa import Control, Decision, Statement
    from govtrack.status.soa_behind import Proof, Treated

SHEET = "09 Applicability"
COLUMNS: tuple[tuple[str, int], ...] = (
    ("control", 10), ("short title", 34), ("for", 18), ("standing", 14), ("why", 44),
    ("because", 30), ("status", 14), ("due", 12), ("how", 34), ("owner", 22),
    ("evidence in force", 34), ("newest", 12), ("risks treated", 26), ("impact assessments", 20),
    ("residual risk accepted", 40), ("decision", 15), ("decided on", 12), ("decided by", 22),
    ("source of an additional control", 30),
)  # fmt: skip


def sheet(found: Statement) -> Sheet:
    """The sheet: a row a control, and one more for each system that differs from the AIMS."""
    return Sheet(SHEET, COLUMNS, _rows(found), marks=True)


def _rows(found: Statement) -> Iterator[tuple[object, ...]]:
    for one in found.controls:
        yield _row(one, one.decision, found.day, (one.evidence, one.risks))
        if found.system is None:
            for differing in one.differences:
                behind = (differing.evidence, differing.risks)
                yield _row(one, differing.decision, found.day, behind)


def _row(
    one: Control, said: Decision | None, day: str, behind: tuple[Proof, tuple[Treated, ...]]
) -> tuple[object, ...]:
    proof, risks = behind
    about = said.slug or "the AIMS" if said else "the AIMS"
    late = " overdue" if said and said.overdue(day) else ""
    accepted = (f"{risk.id}: {risk.acceptance}" for risk in risks)
    return (
        one.control, one.title, about, standing(said) if said else "not decided",
        said and said.why, said and "; ".join(f"{kind}:{what}" for kind, what in said.because),
        said and said.status, said and said.due and said.due + late,
        said and said.how, said and said.owner,
        proof.line(), proof.newest,
        " ".join(dict.fromkeys(risk.id for risk in risks)),
        " ".join(dict.fromkeys(name for risk in risks for name in risk.impacts)),
        "; ".join(dict.fromkeys(accepted)),
        said and said.id, said and said.decided_on, said and said.decided_by, one.source,
    )  # fmt: skip
