"""The certification cycle as the pack tells it: each date with its rule and where that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.cycle.rules import cited
from govtrack.packs.contents import Cycle, CycleRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from govtrack.cycle.certification import CycleState
    from govtrack.cycle.records import Decision, ExternalAudit
    from govtrack.cycle.surveillance import Surveillance

STATES = {
    "certified": "certified",
    "suspended": "suspended",
    "expired_restorable": "expired, can still be restored",
    "expired": "expired",
    "withdrawn": "withdrawn",
    "not_certified": "not certified",
}
RULES = {
    "R-05": ("ISO/IEC 17021-1 9.1.3.3", "within twelve months of the decision"),
    "R-06": ("ISO/IEC 17021-1 9.1.3.3", "one in each calendar year"),
}
RECERTIFIED = ("ISO/IEC 17021-1 9.6.3", "audited, corrected and decided by the expiry")
RESTORED = ("ISO/IEC 17021-1 9.6.3.2.5", "within six months of the expiry")


def cycle(
    state: CycleState, decisions: Sequence[Decision], audits: Sequence[ExternalAudit]
) -> Cycle:
    """The sheet of the state's day; what happened later is left out."""
    day = state.as_of
    decided = [one for one in decisions if one.decided_on <= day]
    held = sorted((a for a in audits if a.ended_on <= day), key=lambda a: (a.ended_on, a.audit))
    in_term = decided if state.cycle else []
    return Cycle(
        STATES[state.status],
        _last(in_term, "body"),
        _last(in_term, "number"),
        _last(in_term, "scope"),
        next((one.issued_on for one in reversed(in_term) if one.issued_on), None)
        or (state.cycle.decision if state.cycle else None),
        state.cycle.expiry if state.cycle else None,
        decisions=tuple(_decision(one) for one in decided),
        audits=tuple(
            CycleRow(
                _words(one.audit), one.started_on, _until(one), "held", reference=one.reference
            )
            for one in held
        ),
        due=tuple(_due(state)),
        breaches=tuple(_breach(name) for name in state.breaches),
        agreements=tuple(
            CycleRow(one.about, None, one.until, "agreed", reference=one.reference)
            for one in state.agreements
        ),
        notes=tuple(map(cited, state.notes)),
    )


def _last(decided: Sequence[Decision], name: str) -> str | None:
    """The last word of the body on that part of the certificate."""
    said = [getattr(one, name) for one in decided]
    return next((str(value) for value in reversed(said) if value), None)


def _decision(one: Decision) -> CycleRow:
    effective = f"effective {one.effective}"
    return CycleRow(_words(one.decision), one.decided_on, None, effective, reference=one.reference)


def _until(one: ExternalAudit) -> date | None:
    return one.ended_on if one.ended_on != one.started_on else None


def _due(state: CycleState) -> Iterator[CycleRow]:
    for one in state.surveillance:
        if one.state in {"due", "overdue"}:
            yield _surveillance(one)
    recertification = state.recertification
    if recertification is None or state.status in {"expired", "withdrawn"}:
        return
    if state.status == "expired_restorable":
        yield _row("restoration, at the latest", recertification.restore_latest, RESTORED, state)
    else:
        yield _row("recertification decided", recertification.decision_latest, RECERTIFIED, state)


def _row(what: str, day: date, rule: tuple[str, str], state: CycleState) -> CycleRow:
    left = (day - state.as_of).days
    return CycleRow(what, day, None, f"due in {left} days", *rule)


def _surveillance(one: Surveillance) -> CycleRow:
    if one.state == "overdue":
        said = f"overdue by {one.days_overdue} days"
    else:
        said = f"due in {one.days_left} days"
    what = f"surveillance {one.n}"
    if one.plan != one.latest:
        what += f" (plan to {one.plan})"
    return CycleRow(what, one.latest, None, said, *RULES[one.rule])


def _breach(name: str) -> CycleRow:
    what, _, year = name.partition(":")
    if what == "calendar_year":
        rule, source = RULES["R-06"]
        return CycleRow(f"no audit in {year}", None, None, "missed", rule, source)
    rule, source = RULES["R-05"]
    return CycleRow("first surveillance not held in time", None, None, "missed", rule, source)


def _words(name: str) -> str:
    return name.replace("_", " ")
