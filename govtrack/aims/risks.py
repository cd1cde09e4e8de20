"""AI risks: identified, assessed, treated, accepted, closed (6.1.2, 6.1.3, 8.2, 8.3; MAP 4).

Each step is a statement with its own day, kept beside the earlier ones. A level is never given
but follows from the criteria in force on the day of the statement.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlmodel import col, select

from govtrack.aims import links
from govtrack.aims.fields import clearing, empty
from govtrack.aims.risk_fields import AssessmentFields, RiskFields, TreatmentFields
from govtrack.aims.risk_levels import done, level_on
from govtrack.aims.risk_rows import (
    collected,
    criteria_on,
    days,
    find,
    known_words,
    next_position,
    rows,
    said_already,
)
from govtrack.aims.risk_treatment import change_treatment, treat, treatment_done
from govtrack.catalog import refs
from govtrack.catalog.risk_criteria import IMPACT_LEVELS
from govtrack.cycle.recurrence import months_from
from govtrack.errors import BadInput, Problem, closest, not_one_of, refuse, visible
from govtrack.register.nouns import NOUNS, id_of, reads_as_id
from govtrack.register.tables import risks as tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.register.recording import Recording

__all__ = [
    "AssessmentFields",
    "RiskFields",
    "TreatmentFields",
    "accept",
    "add",
    "assess",
    "change",
    "change_treatment",
    "close",
    "find",
    "treat",
    "treatment_done",
]

NEEDED = {
    "title": "the risk in a few words",
    "cause": "what may bring it about",
    "event": "what would happen",
    "consequence": "what that would lead to, and for whom",
}
"""What a risk is never without, and what it says."""


def add(recorded: Recording, said: RiskFields, catalogue: Catalogue) -> str:
    """Record a risk; gives its id. Everything wrong with `said` is refused at once."""
    problems = [*_missing(said, NEEDED)]
    identified = said.identified_on or recorded.today
    problems += days(recorded, ("--identified-on", identified))
    found = _checked(recorded, said, catalogue, problems)
    key = recorded.next_key("risk")
    row = tables.Risk(
        key=key,
        id=id_of(NOUNS["risk"], key),
        title=(said.title or "").strip(),
        system=found.system,
        cause=(said.cause or "").strip(),
        event=(said.event or "").strip(),
        consequence=(said.consequence or "").strip(),
        owner=said.owner and said.owner.strip(),
        reference=said.reference and said.reference.strip(),
        identified_on=identified.isoformat(),
        recorded_on=recorded.today.isoformat(),
    )
    recorded.session.add(row)
    recorded.session.flush()
    _write_lists(recorded, key, found)
    return row.id


def change(recorded: Recording, which: str, said: RiskFields, catalogue: Catalogue) -> str:
    """Correct what `said` gives of a risk (never its system or its day); gives its id."""
    row = find(recorded, which)
    if said == RiskFields():
        message = (
            "nothing to change: give at least one of --title, --cause, --event, --consequence, "
            "--source, --affects, --owner, --reference, --clear"
        )
        raise refuse(message, field="RISK")
    given = [name for name in NEEDED if getattr(said, name) is not None]
    problems = [*_missing(said, given), *clearing(said.clear, said.clearable)]
    said = replace(
        said,
        sources=() if "source" in said.clear else said.sources,
        affected=() if "affects" in said.clear else said.affected,
    )
    found = _checked(recorded, said, catalogue, problems, row)
    for name in (*NEEDED, "owner", "reference"):
        if (value := getattr(said, name)) is not None:
            setattr(row, name, value.strip())
        elif name in said.clear:
            setattr(row, name, None)
    _write_lists(recorded, row.key, found)
    return row.id


def assess(recorded: Recording, which: str, said: AssessmentFields) -> str:
    """Record an assessment of a risk; gives the risk's id.

    The level is that of the matrix in force on the day; refused where no criteria are.
    """
    row, on = find(recorded, which), said.assessed_on or recorded.today
    problems = days(recorded, ("--on", on), of=row)
    problems += empty({"--by": said.assessed_by, "--why": said.why})
    if said.next_review and said.next_review <= on:
        message = f"{said.next_review} is not after the assessment, {on}"
        problems.append(Problem(message, field="--next-review"))
    if problems:
        raise BadInput(problems)
    identifier, criteria = criteria_on(recorded, on)
    given = (("--likelihood", said.likelihood), ("--consequence-rating", said.consequence))
    known_words(criteria, given)
    level = criteria.level(said.likelihood, said.consequence)
    planned = months_from(on, level.review_months)
    if said.next_review and said.next_review > planned:
        recorded.notes.append(
            f"the next review is later than {planned}, {level.review_months} months after the "
            f"assessment, which the criteria ask for at level {level.word}"
        )
    assessment = tables.RiskAssessment(
        risk=row.key,
        position=next_position(recorded, "risk_assessment", row.key),
        assessed_on=on.isoformat(),
        assessed_by=(said.assessed_by or recorded.actor).strip(),
        likelihood=said.likelihood,
        consequence=said.consequence,
        level=level.word,
        criteria=identifier,
        why=said.why and said.why.strip(),
        next_review=(said.next_review or planned).isoformat(),
        recorded_on=recorded.today.isoformat(),
    )
    if said_already(recorded, assessment):
        return row.id
    recorded.session.add(assessment)
    recorded.describe("risk", row.key, "risk.assessed")
    return row.id


def accept(
    recorded: Recording,
    which: str,
    by: str,
    on: date | None = None,
    *,
    until: date | None = None,
    why: str | None = None,
) -> str:
    """Record who accepted the level at which a risk stands on that day; gives the risk's id.

    That is the level of `level_on`. Above what the criteria call acceptable it needs `why`.
    """
    row, on = find(recorded, which), on or recorded.today
    problems = days(recorded, ("--on", on), of=row)
    if not by.strip():
        problems.append(Problem("is missing: who accepted the risk", field="--by"))
    problems += empty({"--why": why})
    if until and until < on:
        problems.append(Problem(f"{until} is before the acceptance, {on}", field="--until"))
    if problems:
        raise BadInput(problems)
    assessments = rows(recorded, tables.RiskAssessment, row.key)
    level = level_on(assessments, rows(recorded, tables.RiskTreatment, row.key), on)
    if level is None:
        raise refuse(
            f"{row.id} was not assessed by {on}: there is no level to accept", field="--on"
        )
    _against_criteria(recorded, row, level, on, why)
    if any(one.assessed_by.casefold() == by.strip().casefold() for one in assessments):
        recorded.notes.append(f"{by.strip()} assessed {row.id} as well: somebody else is to accept")
    acceptance = tables.RiskAcceptance(
        risk=row.key,
        position=next_position(recorded, "risk_acceptance", row.key),
        accepted_by=by.strip(),
        accepted_on=on.isoformat(),
        level=level,
        until=until.isoformat() if until else None,
        why=why and why.strip(),
        recorded_on=recorded.today.isoformat(),
    )
    if said_already(recorded, acceptance):
        return row.id
    recorded.session.add(acceptance)
    recorded.describe("risk", row.key, "risk.accepted")
    return row.id


def _against_criteria(
    recorded: Recording, row: tables.Risk, level: str, on: date, why: str | None
) -> None:
    """Refuse to accept what is above the acceptable level without a reason; note that it is."""
    _, criteria = criteria_on(recorded, on)
    if level not in [one.word for one in criteria.levels]:
        message = (
            f"{row.id} stands at '{level}', a level that the criteria in force on {on} do not "
            "have: assess it again first"
        )
        raise refuse(message, field="--on")
    acceptable = criteria.acceptable_for(_affected(recorded, row.key))
    if criteria.rank(level) <= criteria.rank(acceptable):
        return
    above = f"{level} is above {acceptable}, the highest level acceptable here"
    if not (why or "").strip():
        raise refuse(f"is missing: {above}", field="--why")
    recorded.notes.append(above)


def close(recorded: Recording, which: str, why: str, on: date | None = None) -> str:
    """Record that a risk is there no more, and why; gives its id."""
    row, on = find(recorded, which), on or recorded.today
    problems = days(recorded, ("--on", on), of=row)
    if not why.strip():
        problems.append(Problem("is missing: why the risk is there no more", field="--why"))
    treatments = rows(recorded, tables.RiskTreatment, row.key)
    happened = [one.assessed_on for one in rows(recorded, tables.RiskAssessment, row.key)]
    happened += [one.done_on or one.decided_on for one in treatments]
    happened += [one.accepted_on for one in rows(recorded, tables.RiskAcceptance, row.key)]
    if happened and on.isoformat() < max(happened):
        message = f"{on} is before something that happened to the risk, {max(happened)}"
        problems.append(Problem(message, field="--on"))
    if row.closed_on:
        message = f"{row.id} was closed on {row.closed_on} already"
        problems = [Problem(message, field="RISK")]
    if problems:
        raise BadInput(problems)
    if still := [str(one.position) for one in treatments if not done(one, on.isoformat())]:
        recorded.notes.append(f"{row.id} is closed with treatment {', '.join(still)} not done")
    row.closed_on, row.closed_why = on.isoformat(), why.strip()
    recorded.session.add(row)
    recorded.describe("risk", row.key, "risk.closed")
    return row.id


def _missing(said: RiskFields, names: Iterable[str]) -> Iterator[Problem]:
    """What of these says nothing: a risk is never without it."""
    for name in names:
        if not (getattr(said, name) or "").strip():
            yield Problem(f"is missing: {NEEDED[name]}", field=f"--{name}")


@dataclass(frozen=True, slots=True)
class _Found:
    """What was looked up of what is said of a risk."""

    system: str | None
    sources: tuple[str, ...] | None
    affected: tuple[str, ...] | None


def _checked(
    recorded: Recording,
    said: RiskFields,
    catalogue: Catalogue,
    problems: list[Problem],
    standing: tables.Risk | None = None,
) -> _Found:
    """What `said` names in the register and the catalogue; all problems are raised together."""
    system, sources = None, None
    if said.system is not None:
        system = collected(problems, lambda: links.system_of(recorded, said.system or ""))
    if said.sources is not None:
        resolved = collected(
            problems, lambda: refs.resolve(said.sources or (), catalogue, field="--source")
        )
        sources = resolved.refs if resolved else ()
        problems += _no_sources(sources, catalogue)
        recorded.notes.extend(resolved.notes if resolved else ())
    problems += [
        Problem(not_one_of(one, IMPACT_LEVELS), None, None, "--affects",
                closest(one, IMPACT_LEVELS))
        for one in said.affected or ()
        if one not in IMPACT_LEVELS
    ]  # fmt: skip
    problems += empty({"--owner": said.owner, "--reference": said.reference})
    problems += _reference(recorded, (said.reference or "").strip(), standing)
    if problems:
        raise BadInput(problems)
    return _Found(system, sources, said.affected)


def _no_sources(found: Iterable[str], catalogue: Catalogue) -> Iterator[Problem]:
    """What of it is no source of risks: a clause or a control says what to do about them."""
    for ref in found:
        if catalogue.requirements[ref].framework == "iso":
            message = (
                f"'{ref}' is no subcategory or GenAI risk; the control by which a risk is modified "
                "is said with 'govtrack risk treat --control'"
            )
            yield Problem(message, field="--source")


def _reference(
    recorded: Recording, reference: str, standing: tables.Risk | None
) -> Iterator[Problem]:
    """What is wrong with a reference: no other risk has it, and it reads like no record's id."""
    if reads_as_id(reference):
        message = (
            f"'{visible(reference)}' reads like the id of a record: RISK would name two things"
        )
        yield Problem(message, field="--reference")
    same = select(tables.Risk).where(tables.Risk.reference == reference)
    taken = recorded.session.exec(same).first() if reference else None
    if taken and taken is not standing:
        yield Problem(f"'{visible(reference)}' is {taken.id} already", field="--reference")


def _affected(recorded: Recording, key: int) -> list[str]:
    found = recorded.connection.execute(
        "SELECT impact_level FROM risk_affected WHERE risk = ?", [key]
    )
    return [level for (level,) in found]


def _write_lists(recorded: Recording, key: int, found: _Found) -> None:
    for table, column, words in (
        (tables.RiskSource, "ref", found.sources),
        (tables.RiskAffected, "impact_level", found.affected),
    ):
        if words is None:
            continue
        recorded.session.flush()
        there = recorded.session.exec(select(table).where(col(table.risk) == key))
        standing = {getattr(row, column): row for row in there}
        for word, row in standing.items():
            if word not in words:
                recorded.session.delete(row)
        recorded.session.add_all(
            table(risk=key, **{column: word})
            for word in dict.fromkeys(words)
            if word not in standing
        )
