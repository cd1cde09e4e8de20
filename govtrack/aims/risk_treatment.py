"""Treatments of a risk: decided, put off, done; what they leave of it (6.1.3, 8.3; MANAGE 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import select

from govtrack.aims import links
from govtrack.aims.fields import clearing, empty, too_early
from govtrack.aims.risk_fields import OPTIONS, TreatmentFields
from govtrack.aims.risk_levels import level_on
from govtrack.aims.risk_rows import (
    collected,
    criteria_on,
    days,
    find,
    known_words,
    next_position,
    rows,
)
from govtrack.errors import BadInput, Problem, closest, not_one_of, refuse
from govtrack.register.tables import risks as tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.register.recording import Recording

_NOT_SAID = Problem("is missing: what is done about the risk", field="--what")


def treat(recorded: Recording, which: str, said: TreatmentFields, catalogue: Catalogue) -> str:
    """Record a treatment of a risk; gives the risk's id. Its number is the next of that risk."""
    row, on = find(recorded, which), said.decided_on or recorded.today
    problems = [*days(recorded, ("--on", on), of=row), *empty({"--owner": said.owner})]
    if said.option not in OPTIONS:
        given = said.option or ""
        problems.append(Problem(not_one_of(given, OPTIONS), None, None, "--option",
                                closest(given, OPTIONS)))  # fmt: skip
    if not (said.what or "").strip():
        problems.append(_NOT_SAID)
    controls = collected(problems, lambda: links.controls(recorded, said.controls or (), catalogue))
    treatment = tables.RiskTreatment(
        risk=row.key,
        position=next_position(recorded, "risk_treatment", row.key),
        option=said.option or "",
        what=(said.what or "").strip(),
        decided_on=on.isoformat(),
        recorded_on=recorded.today.isoformat(),
    )
    problems += _carried_out(recorded, row, treatment, said)
    if problems:
        raise BadInput(problems)
    _residual(recorded, treatment, said, on)
    if not rows(recorded, tables.RiskAssessment, row.key):
        recorded.notes.append(f"{row.id} is treated before it was assessed (6.1.3 a)")
    recorded.session.add(treatment)
    _write_controls(recorded, treatment, controls)
    recorded.notes += links.excluded(recorded, controls or (), row.system)
    recorded.describe("risk", row.key, "risk.treated")
    return row.id


def change_treatment(
    recorded: Recording, which: str, number: int, said: TreatmentFields, catalogue: Catalogue
) -> str:
    """Change what `said` gives of a treatment: owner, due day, done, controls, residual words.

    The first due day stays beside a later one. The option and the day of the decision are what
    was decided: another decision is another treatment.
    """
    row = find(recorded, which)
    treatment = _treatment(recorded, row, number)
    if said == TreatmentFields():
        message = (
            "nothing to change: give at least one of --what, --control, --owner, --due, --done, "
            "--residual-likelihood, --residual-consequence, --clear"
        )
        raise refuse(message, field="--treatment")
    problems = [
        Problem(f"is not changed: a new decision is a new {words}", field=field)
        for field, value, words in (
            ("--option", said.option, "treatment"),
            ("--on", said.decided_on, "treatment"),
        )
        if value is not None
    ]
    problems += [*empty({"--owner": said.owner}), *clearing(said.clear, said.clearable)]
    if said.what is not None and not said.what.strip():
        problems.append(_NOT_SAID)
    if said.done_on and treatment.done_on:
        message = f"treatment {number} of {row.id} was done on {treatment.done_on} already"
        problems.append(Problem(message, field="--done"))
    controls = collected(problems, lambda: links.controls(recorded, said.controls or (), catalogue))
    problems += _carried_out(recorded, row, treatment, said)
    if problems:
        raise BadInput(problems)
    treatment.what = (said.what or treatment.what).strip()
    for name in said.clear:
        setattr(treatment, name, None)
    _residual(recorded, treatment, said, said.done_on or recorded.today)
    recorded.session.add(treatment)
    _write_controls(recorded, treatment, controls)
    recorded.notes += links.excluded(recorded, controls or (), row.system)
    action = "risk.treatment_done" if said.done_on else "risk.treatment_changed"
    recorded.describe("risk", row.key, action)
    return row.id


def treatment_done(recorded: Recording, which: str, number: int, on: date) -> str:
    """Record that a treatment was carried out on that day; gives the risk's id."""
    row = find(recorded, which)
    treatment = _treatment(recorded, row, number)
    if treatment.done_on:
        message = f"treatment {number} of {row.id} was done on {treatment.done_on} already"
        raise refuse(message, field="--done")
    if problems := list(_carried_out(recorded, row, treatment, TreatmentFields(done_on=on))):
        raise BadInput(problems)
    recorded.session.add(treatment)
    recorded.describe("risk", row.key, "risk.treatment_done")
    return row.id


def _carried_out(
    recorded: Recording,
    row: tables.Risk,
    treatment: tables.RiskTreatment,
    said: TreatmentFields,
) -> Iterator[Problem]:
    """Set who, by when and done; gives what is wrong with the days."""
    treatment.owner = said.owner.strip() if said.owner else treatment.owner
    if said.due:
        if wrong := too_early(said.due, treatment.decided_on):
            yield Problem(wrong, field="--due")
        treatment.due = said.due.isoformat()
        treatment.first_due = treatment.first_due or treatment.due
    if said.done_on:
        yield from days(recorded, ("--done", said.done_on), of=row)
        if said.done_on.isoformat() < treatment.decided_on:
            message = f"{said.done_on} is before the treatment was decided, {treatment.decided_on}"
            yield Problem(message, field="--done")
        treatment.done_on = said.done_on.isoformat()


def _residual(
    recorded: Recording, treatment: tables.RiskTreatment, said: TreatmentFields, on: date
) -> None:
    """The level that is left, by the criteria in force on that day."""
    likelihood, consequence = said.residual_likelihood, said.residual_consequence
    if likelihood is None and consequence is None:
        return
    if likelihood is None or consequence is None:
        missing = "likelihood" if likelihood is None else "consequence"
        message = "is missing: what is left of a risk has a likelihood and a consequence"
        raise refuse(message, field=f"--residual-{missing}")
    treatment.criteria, criteria = criteria_on(recorded, on)
    known_words(
        criteria, (("--residual-likelihood", likelihood), ("--residual-consequence", consequence))
    )
    treatment.residual_likelihood, treatment.residual_consequence = likelihood, consequence
    left = criteria.level(likelihood, consequence).word
    treatment.residual_level = left
    others = [
        one
        for one in rows(recorded, tables.RiskTreatment, treatment.risk)
        if one.position != treatment.position
    ]
    stands = level_on(rows(recorded, tables.RiskAssessment, treatment.risk), others, on)
    known = [one.word for one in criteria.levels]
    if stands in known and known.index(left) > known.index(stands):
        recorded.notes.append(f"{left} is to be left of a risk that stands at {stands}: meant?")


def _treatment(recorded: Recording, row: tables.Risk, number: int) -> tables.RiskTreatment:
    found = {one.position: one for one in rows(recorded, tables.RiskTreatment, row.key)}
    if number not in found:
        known = ", ".join(map(str, found)) or "none"
        raise refuse(f"{row.id} has no treatment {number}; there are: {known}", field="--treatment")
    return found[number]


def _write_controls(
    recorded: Recording, treatment: tables.RiskTreatment, controls: tuple[str, ...] | None
) -> None:
    """Add the controls that are not there yet: what was once named stays named."""
    recorded.session.flush()
    statement = select(tables.RiskControl.control).where(
        tables.RiskControl.risk == treatment.risk,
        tables.RiskControl.treatment == treatment.position,
    )
    standing = set(recorded.session.exec(statement))
    recorded.session.add_all(
        tables.RiskControl(risk=treatment.risk, treatment=treatment.position, control=control)
        for control in controls or ()
        if control not in standing
    )
