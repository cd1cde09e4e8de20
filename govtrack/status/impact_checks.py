"""What is wrong with the impact assessments on a day, each by name, with the command that mends it.

Of each system in scope or in use the latest assessment is held against what 6.1.4, 8.4 and A.5 ask
for; earlier ones are history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.catalog import impacts as asked
from govtrack.status.findings import Finding
from govtrack.status.impact_due import DueSystem, due_systems
from govtrack.status.impact_records import Assessment, Effect, assessments, own_approval

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.catalog.impacts import Level, Step

_DUE = {
    "none": "not-assessed",
    "in-use": "in-use-not-assessed",
    "purpose": "changed-purpose",
    "roles": "changed-roles",
    "model": "changed-model",
    "review": "review-overdue",
}
CODES = (
    *_DUE.values(), "levels-not-considered", "harm-without-measure", "harm-without-risk",
    "nobody-consulted", "not-approved", "own-approval", "no-evidence", "evidence-not-in-force",
)  # fmt: skip
"""Every sort of finding."""
PASSED = ("superseded", "expired", "withdrawn")
"""What an artefact may become once another one in force stands beside it."""


class State(NamedTuple):
    """A system, its assessments by the day (the newest first) and what is wrong on it."""

    due: DueSystem
    assessments: tuple[Assessment, ...]
    findings: tuple[Finding, ...]


def states(
    connection: sqlite3.Connection, catalogue: Catalogue, day: date, systems: Iterable[str] = ()
) -> tuple[State, ...]:
    """Every system (or those with these ids) with its assessments and findings, by id."""
    only = tuple(systems)
    of: dict[str, list[Assessment]] = {}
    for one in assessments(connection, catalogue, day, only):
        of.setdefault(one.system, []).append(one)
    levels, grave = asked.levels(catalogue), _grave(catalogue)
    found = []
    for system in due_systems(connection, day):
        if not only or system.system.id in only:
            made = tuple(of.get(system.system.id, ()))
            wrong = [*_due(system)]
            if made and counts(system, day):
                wrong += _wrong(made[0], levels, grave)
            found.append(State(system, made, tuple(wrong)))
    return tuple(found)


def counts(one: DueSystem, day: date) -> bool:
    """Whether the system is in scope or in use on the day, so that its assessment has to hold."""
    system = one.system
    ended = system.scope_to is not None and system.scope_to < day.isoformat()
    return (system.in_scope or system.in_use) and not ended


def _due(one: DueSystem) -> Iterator[Finding]:
    for reason in one.reasons:
        if reason.overdue:
            code = _DUE[reason.code]
            yield Finding(code, reason.about, one.system.slug, reason.words, reason.settle)


def _wrong(
    one: Assessment, levels: tuple[Level, ...], grave: dict[str, tuple[str, ...]]
) -> Iterator[Finding]:
    missing = [level.id for level in levels if level.id not in one.levels]
    if missing:
        said = f"not considered: {', '.join(missing)}"
        said += "; say for each that there is none, or benefit/harm with its words"
        mend = f"govtrack impact effect {one.id} --level {missing[0]} --kind none --what TEXT"
        yield _finding(one, "levels-not-considered", said, _open(one, mend))
    for harm in one.harms:
        if not harm.measure:
            said = f"harm {harm.number} ({harm.level}) has no measure: {harm.what}"
            mend = f"govtrack impact effect {one.id} --number {harm.number} --measure TEXT"
            yield _finding(one, "harm-without-measure", said, _open(one, mend))
    yield from _without_risk(one, grave)
    if not one.consulted:
        said = "nobody was consulted: neither those affected nor those who know the use"
        mend = f"govtrack impact link {one.id} --consulted 'WHO: HOW'"
        yield _finding(one, "nobody-consulted", said, _open(one, mend))
    if one.approved_by is None:
        approve = f"govtrack impact approve {one.id} --by WHO --on DATE"
        yield _finding(one, "not-approved", f"assessed by {one.assessed_by}, not approved", approve)
    elif own_approval(one):
        said = f"approved by {one.approved_by}, who assessed it"
        yield _finding(one, "own-approval", said, _again(one))
    yield from _papers(one)


def _without_risk(one: Assessment, grave: dict[str, tuple[str, ...]]) -> Iterator[Finding]:
    """Harms whose step of a scale asks for a risk beside them, where no open one is linked."""
    if any(risk.closed_on is None for risk in one.risks):
        return
    for harm in one.harms:
        if steps := _grave_steps(harm, grave):
            closed = ", ".join(risk.id for risk in one.risks)
            rest = f"only closed ones are linked ({closed})" if closed else "no risk is linked"
            said = f"harm {harm.number} ({harm.level}) is {' and '.join(steps)}, and {rest}"
            yield _finding(
                one, "harm-without-risk", said, f"govtrack impact link {one.id} --risk R"
            )


def _papers(one: Assessment) -> Iterator[Finding]:
    mend = f"govtrack impact link {one.id} --evidence EV"
    if not one.evidence:
        said = "no artefact is linked in which it is written down"
        yield _finding(one, "no-evidence", said, mend)
    replaced = any(paper.in_force for paper in one.evidence)
    for paper in one.evidence:
        if paper.in_force or (replaced and paper.status in PASSED):
            continue
        if paper.status == "draft":
            settle = f"govtrack evidence approve {paper.id} --by WHO --on DATE"
        else:
            settle = mend
        said = f"{paper.id} '{paper.title}' is {paper.words}"
        yield _finding(one, "evidence-not-in-force", said, settle)


def _grave(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """The steps of each scale that ask for a risk."""

    def needing(steps: tuple[Step, ...]) -> tuple[str, ...]:
        return tuple(step.id for step in steps if step.needs_risk)

    return {name: needing(asked.scale(catalogue, name)) for name in asked.SCALES}


def _grave_steps(harm: Effect, grave: dict[str, tuple[str, ...]]) -> list[str]:
    return [word for name, words in grave.items() if (word := getattr(harm, name)) in words]


def _finding(one: Assessment, code: str, words: str, mend: str) -> Finding:
    return Finding(code, one.id, one.slug, words, mend)


def _open(one: Assessment, mend: str) -> str:
    """What mends an assessment; what is approved is not changed but made again."""
    return mend if one.approved_by is None else _again(one)


def _again(one: Assessment) -> str:
    """What is approved is not changed: an assessment that lacks something is made again."""
    return f"govtrack impact add {one.slug} --on DATE --by WHO --why planned"
