"""What the body's decisions add up to: the terms they opened, and the status on a day.

Status comes from decisions and expiry alone (R-08, R-10, R-11, R-15, R-17). A decision outside its
window is kept and remarked on, never refused: it may be the body that was wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from govtrack.cycle.recurrence import days_from, months_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from govtrack.cycle.knobs import Knobs
    from govtrack.cycle.records import Decision, ExternalAudit

Status = Literal[
    "certified", "suspended", "expired_restorable", "expired", "withdrawn", "not_certified"
]
TERM_MONTHS = 36
RESTORATION_MONTHS = 6


class Term(NamedTuple):
    """One turn of the cycle: opened by a decision, ended by an expiry or a withdrawal."""

    kind: Literal["initial", "recertification"]
    decision: date
    effective: date
    expiry: date
    expiry_source: Literal["printed", "computed"]
    withdrawn: date | None = None

    @property
    def last_day(self) -> date:
        """The last day on which the certification can be in force."""
        if self.withdrawn is None:
            return self.expiry
        return min(self.expiry, days_from(self.withdrawn, -1))

    @property
    def restore_latest(self) -> date:
        """The last day of the restoration window (R-11)."""
        return months_from(self.expiry, RESTORATION_MONTHS)


class Standing(NamedTuple):
    """The terms opened so far, in order, the suspension if any, and remarks on decisions."""

    terms: tuple[Term, ...] = ()
    suspended_from: date | None = None
    suspended_until: date | None = None
    remarks: tuple[str, ...] = ()

    @property
    def term(self) -> Term | None:
        """The latest term."""
        return self.terms[-1] if self.terms else None

    def suspended_on(self, day: date) -> bool:
        """Whether a suspension holds on `day`."""
        if self.suspended_from is None or day < self.suspended_from:
            return False
        return self.suspended_until is None or day < self.suspended_until

    def status_on(self, day: date) -> Status:
        """The status on `day`, from decisions and expiry alone."""
        governing = next((term for term in reversed(self.terms) if term.effective <= day), None)
        if governing is None:
            return "not_certified"
        if governing.withdrawn is not None and governing.withdrawn <= day:
            return "withdrawn"
        if day > governing.expiry:
            return "expired_restorable" if day <= governing.restore_latest else "expired"
        return "suspended" if self.suspended_on(day) else "certified"


class _Reading(NamedTuple):
    """What a step needs to know beside the decision."""

    knobs: Knobs
    audits: tuple[ExternalAudit, ...]


def standing(
    decisions: Iterable[Decision], audits: Iterable[ExternalAudit], knobs: Knobs
) -> Standing:
    """What the decisions add up to, taken in the order of their dates.

    The audits speak only where the knobs count a restoration to the last audit day; they never
    change a status.
    """
    reached = Standing()
    reading = _Reading(knobs, tuple(audits))
    for decision in sorted(decisions, key=lambda decision: decision.decided_on):
        reached = _STEPS[decision.decision](reached, decision, reading)
    return reached


def first_expiry(decided_on: date, knobs: Knobs) -> date:
    """The expiry of a term that follows no other, by the convention of the knobs (R-07)."""
    last = months_from(decided_on, TERM_MONTHS)
    return last if knobs.expiry_convention == "same_day" else days_from(last, -1)


def _grant(so_far: Standing, decision: Decision, reading: _Reading) -> Standing:
    term = so_far.term
    opened = _opened(decision, "initial", first_expiry(decision.decided_on, reading.knobs))
    granted = Standing((*so_far.terms, opened), remarks=so_far.remarks)
    if term is None or term.withdrawn is not None or decision.decided_on > term.expiry:
        return granted
    return _remarked(
        granted,
        f"The grant of {decision.decided_on} was decided while a certification was in force until "
        f"{term.expiry}: a new initial cycle is counted from it.",
    )


def _renew(so_far: Standing, decision: Decision, reading: _Reading) -> Standing:
    term = so_far.term
    if term is None:
        return _opened_without_predecessor(so_far, decision, reading)
    if term.withdrawn is not None and term.withdrawn <= decision.effective:
        return _without_effect(so_far, decision, "a withdrawn certification starts anew")
    if decision.decided_on > term.expiry:
        return _restored(so_far, term, decision, reading)
    opened = _opened(decision, "recertification", months_from(term.expiry, TERM_MONTHS))
    return so_far._replace(terms=(*so_far.terms, opened))


def _restore(so_far: Standing, decision: Decision, reading: _Reading) -> Standing:
    term = so_far.term
    if term is None:
        return _opened_without_predecessor(so_far, decision, reading)
    if term.withdrawn is not None and term.withdrawn <= decision.effective:
        return _without_effect(so_far, decision, "a withdrawn certification starts anew")
    if decision.decided_on > term.expiry:
        return _restored(so_far, term, decision, reading)
    return _lift(so_far, decision, reading)


def _restored(so_far: Standing, prior: Term, decision: Decision, reading: _Reading) -> Standing:
    """A term opened after the expiry: it follows the prior one's rhythm, so it is shorter."""
    computed = months_from(prior.expiry, TERM_MONTHS)
    remark = (
        f"The certification expired on {prior.expiry} and the '{decision.decision}' was decided on "
        f"{decision.decided_on}: from the day after the expiry to the day before it took effect "
        "there was no certification (R-10)."
    )
    if _finished(prior, decision, reading) > prior.restore_latest:
        computed = first_expiry(decision.decided_on, reading.knobs)
        remark += (
            f" It is later than six months after the expiry ({prior.restore_latest}): at least "
            "another stage 2 is needed, and whether the expiry follows the prior cycle is read "
            "both ways (R-11)."
        )
    return Standing(
        (*so_far.terms, _opened(decision, "recertification", computed)),
        remarks=(*so_far.remarks, remark),
    )


def _finished(prior: Term, decision: Decision, reading: _Reading) -> date:
    """The day that must lie within the restoration window, by the knobs."""
    if reading.knobs.restoration_counted_to == "decision":
        return decision.decided_on
    days = [
        audit.ended_on
        for audit in reading.audits
        if audit.audit in {"recertification", "stage_2", "special"}
        and prior.decision < audit.ended_on <= decision.decided_on
    ]
    return max(days, default=decision.decided_on)


def _suspend(so_far: Standing, decision: Decision, reading: _Reading) -> Standing:
    del reading
    if not _in_force(so_far, decision):
        return _without_effect(so_far, decision, "no certification was in force")
    if so_far.suspended_on(decision.effective):
        return _without_effect(so_far, decision, "it was suspended already")
    return so_far._replace(suspended_from=decision.effective, suspended_until=None)


def _lift(so_far: Standing, decision: Decision, reading: _Reading) -> Standing:
    if so_far.suspended_from is None or so_far.suspended_until is not None:
        return _without_effect(so_far, decision, "there was no suspension to end")
    return _kept(so_far, decision, reading)._replace(suspended_until=decision.effective)


def _withdraw(so_far: Standing, decision: Decision, reading: _Reading) -> Standing:
    del reading
    if so_far.term is None or so_far.term.withdrawn is not None:
        return _without_effect(so_far, decision, "there was no certification to withdraw")
    terms = tuple(
        term._replace(withdrawn=term.withdrawn or decision.effective) for term in so_far.terms
    )
    return so_far._replace(terms=terms)


def _kept(so_far: Standing, decision: Decision, reading: _Reading) -> Standing:
    """A decision that leaves the cycle as it is, but whose certificate may print an expiry."""
    del reading
    term = so_far.term
    if term is None or not _in_force(so_far, decision):
        return _without_effect(so_far, decision, "no certification was in force")
    printed = decision.expires_on
    if printed is None:
        return so_far
    changed = term._replace(expiry=printed, expiry_source="printed")
    reached = so_far._replace(terms=(*so_far.terms[:-1], changed))
    if printed <= term.expiry or term.expiry_source == "computed":
        return reached
    return _remarked(
        reached,
        f"The '{decision.decision}' of {decision.decided_on} prints the expiry {printed}, later "
        f"than {term.expiry}: validity is not stretched (R-10); ask the body.",
    )


def _transfer(so_far: Standing, decision: Decision, reading: _Reading) -> Standing:
    if so_far.term is None:
        reached = _opened_without_predecessor(so_far, decision, reading)
        return reached._replace(terms=(reached.terms[0]._replace(kind="initial"),))
    reached = _kept(so_far, decision, reading)
    if not so_far.suspended_on(decision.decided_on):
        return reached
    return _remarked(
        reached,
        f"The transfer of {decision.decided_on} was decided during a suspension: a suspended "
        "certification is not accepted for transfer (R-17, IAF MD 2).",
    )


def _opened_without_predecessor(
    so_far: Standing, decision: Decision, reading: _Reading
) -> Standing:
    opened = _opened(decision, "recertification", first_expiry(decision.decided_on, reading.knobs))
    remark = (
        f"No decision before the '{decision.decision}' of {decision.decided_on} is recorded: the "
        "cycle is counted from it. Record the decision that opened the running cycle."
    )
    return so_far._replace(terms=(opened,), remarks=(*so_far.remarks, remark))


def _opened(
    decision: Decision, kind: Literal["initial", "recertification"], computed: date
) -> Term:
    return Term(
        kind,
        decision.decided_on,
        decision.effective,
        decision.expires_on or computed,
        "printed" if decision.expires_on else "computed",
    )


def _in_force(so_far: Standing, decision: Decision) -> bool:
    term = so_far.term
    return term is not None and decision.decided_on <= term.last_day


def _without_effect(so_far: Standing, decision: Decision, why: str) -> Standing:
    return _remarked(
        so_far, f"The '{decision.decision}' of {decision.decided_on} changes nothing: {why}."
    )


def _remarked(so_far: Standing, remark: str) -> Standing:
    return so_far._replace(remarks=(*so_far.remarks, remark))


_STEPS: dict[str, Callable[[Standing, Decision, _Reading], Standing]] = {
    "grant": _grant,
    "renew": _renew,
    "restore": _restore,
    "suspend": _suspend,
    "lift": _lift,
    "withdraw": _withdraw,
    "reduce": _kept,
    "extend": _kept,
    "maintain": _kept,
    "transfer": _transfer,
}
