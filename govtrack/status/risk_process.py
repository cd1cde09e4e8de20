"""The risk process of both frameworks beside what is recorded of it: one row a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.criteria import Adopted
    from govtrack.status.findings import Finding
    from govtrack.status.risk_rows import RiskRow


class Step(NamedTuple):
    """A step: the clause and subcategories that ask for it, what is recorded, what is amiss.

    `state` is met, amiss (there are findings) or none (nothing is recorded). `cited` counts the
    risks that name one of the subcategories as their source.
    """

    step: str
    clause: str
    asks: str
    rmf: tuple[str, ...]
    recorded: str
    cited: int
    amiss: int
    state: str


def process(
    catalogue: Catalogue,
    criteria: Adopted | None,
    risks: Sequence[RiskRow],
    findings: Iterable[Finding],
) -> tuple[Step, ...]:
    """Every step of `risk-method.yaml`, told of `risks`."""
    codes = [one.code for one in findings]
    return tuple(
        _step(row, criteria, risks, sum(code in row["findings"] for code in codes))
        for row in catalogue.risk_method["process"]
    )


def _step(
    row: Mapping[str, Any], criteria: Adopted | None, risks: Sequence[RiskRow], amiss: int
) -> Step:
    count, words = _RECORDED[row["step"]](criteria, risks)
    refs = frozenset(row["rmf"])
    cited = sum(not refs.isdisjoint(one.sources) for one in risks)
    state = "amiss" if amiss else "met" if count else "none"
    return Step(
        row["step"], str(row["clause"]), row["asks"], tuple(row["rmf"]), words, cited, amiss, state
    )


_Count = tuple[int, str]


def _of_criteria(criteria: Adopted | None, _: Sequence[RiskRow]) -> _Count:
    if criteria is None:
        return 0, "none in force"
    return 1, f"{criteria.id}, version {criteria.version}, in force from {criteria.in_force_from}"


def _identified(_: Adopted | None, risks: Sequence[RiskRow]) -> _Count:
    sources = {ref for one in risks for ref in one.sources}
    return len(risks), f"{_many(len(risks), 'risk')} from {_many(len(sources), 'source')}"


def _assessed(_: Adopted | None, risks: Sequence[RiskRow]) -> _Count:
    count = sum(one.assessed_on is not None for one in risks)
    return count, f"{count} of {_many(len(risks), 'risk')} assessed"


def _evaluated(_: Adopted | None, risks: Sequence[RiskRow]) -> _Count:
    known = [one for one in risks if one.rank and one.acceptable_rank and one.status != "closed"]
    above = sum(one.above_acceptable for one in known)
    return len(known), f"{above} of {_many(len(known), 'open risk')} above the acceptable level"


def _treated(_: Adopted | None, risks: Sequence[RiskRow]) -> _Count:
    count = sum(one.treatments for one in risks)
    controls = {ref for one in risks for each in one.treated for ref in each["controls"]}
    return count, f"{_many(count, 'treatment')} with {_many(len(controls), 'control')}"


def _accepted(_: Adopted | None, risks: Sequence[RiskRow]) -> _Count:
    count = sum(bool(one.covered) for one in risks)
    return count, f"{_many(count, 'risk')} accepted at the present level"


def _reassessed(_: Adopted | None, risks: Sequence[RiskRow]) -> _Count:
    again = sum(one.assessments > 1 for one in risks)
    assessed = sum(one.assessments for one in risks)
    return assessed, f"{_many(assessed, 'assessment')}; {_many(again, 'risk')} assessed again"


def _implemented(_: Adopted | None, risks: Sequence[RiskRow]) -> _Count:
    treatments = sum(one.treatments for one in risks)
    ended = treatments - sum(one.open for one in risks)
    retained = sum(
        each["option"] == "retain" and not each["done_on"] for one in risks for each in one.treated
    )
    if not retained:
        return ended, f"{ended} of {_many(treatments, 'treatment')} done"
    words = f"{ended - retained} done, {retained} retained of {_many(treatments, 'treatment')}"
    return ended, words


_RECORDED: dict[str, Callable[[Adopted | None, Sequence[RiskRow]], _Count]] = {
    "criteria": _of_criteria,
    "identified": _identified,
    "assessed": _assessed,
    "evaluated": _evaluated,
    "treated": _treated,
    "accepted": _accepted,
    "reassessed": _reassessed,
    "implemented": _implemented,
}


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
