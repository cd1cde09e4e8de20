"""The state of the certification on a day: ISO/IEC 17021-1's cycle, from the body's records.

Status comes from decisions and expiry alone. Audits missed are breaches beside it. Only what had
happened by the day asked counts (R-23).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.cycle import room
from govtrack.cycle.records import Agreement, Decision, ExternalAudit
from govtrack.cycle.recurrence import months_from
from govtrack.cycle.standing import TERM_MONTHS, Status, standing
from govtrack.cycle.surveillance import (
    FIRST_MONTHS,
    CalendarYear,
    Surveillance,
    TermAudits,
    calendar_years,
    first_within_twelve_months,
    surveillances,
    term_audits,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from govtrack.cycle.knobs import Knobs
    from govtrack.cycle.standing import Term

__all__ = ["Agreement", "CycleState", "Decision", "ExternalAudit", "as_json", "state"]

FORMAT = "govtrack.cycle/1"


class Recertification(NamedTuple):
    """By when the recertification is decided, restored at the latest, and what follows in time.

    `audit_held` is the day of the recertification audit, None while it was not held.
    """

    decision_latest: date
    restore_latest: date
    next_expiry_if_timely: date
    audit_held: date | None


class CycleState(NamedTuple):
    """The certification as it stands on `as_of`."""

    as_of: date
    status: Status
    cycle: Term | None
    surveillance: tuple[Surveillance, ...]
    calendar_years: tuple[CalendarYear, ...]
    recertification: Recertification | None
    breaches: tuple[str, ...]
    notes: tuple[str, ...]
    agreements: tuple[Agreement, ...] = ()


def state(
    decisions: Iterable[Decision],
    audits: Iterable[ExternalAudit],
    agreements: Iterable[Agreement],
    as_of: date,
    knobs: Knobs,
) -> CycleState:
    """The certification on `as_of`, by the rules and the knobs.

    Args:
        decisions: the body's decisions, in the order recorded; those after `as_of` are left out.
        audits: the external audits; those that had not ended by `as_of` are left out.
        agreements: what the body allowed in writing; shown, never counted.
        as_of: the day asked about.
        knobs: what bodies do differently.
    """
    audits = tuple(audits)
    agreements = tuple(agreements)
    known = [decision for decision in decisions if decision.decided_on <= as_of]
    reached = standing(known, audits, knobs)
    term = reached.term
    if term is None:
        notes = (
            *reached.remarks,
            *room.notes_before_certification(audits, as_of),
            *room.notes_on_agreements(agreements, None, as_of),
        )
        return CycleState(
            as_of, "not_certified", None, (), (), None, (), notes, agreements=agreements
        )
    held = term_audits(term, audits, as_of, knobs)
    planned = surveillances(held, knobs)
    years = calendar_years(held)
    notes = (
        *reached.remarks,
        *room.notes_on_term(term, reached, as_of, knobs),
        *room.notes_on_surveillance(held, planned, knobs),
        *room.notes_on_years(held, years),
        *room.notes_on_special_audits(audits, years, as_of),
        *room.notes_on_agreements(agreements, term.decision, as_of),
        *room.notes_on_knobs(knobs),
    )
    return CycleState(
        as_of,
        reached.status_on(as_of),
        term,
        planned,
        years,
        _recertification(term, held),
        _breaches(held, planned, years, knobs),
        notes,
        tuple(agreement for agreement in agreements if agreement.until >= term.decision),
    )


def as_json(state: CycleState) -> dict[str, Any]:
    """The state as the `govtrack.cycle/1` document; dates as ISO 8601 text."""
    cycle, recertification = state.cycle, state.recertification
    return {
        "format": FORMAT,
        "as_of": state.as_of.isoformat(),
        "status": state.status,
        "cycle": cycle
        and {
            "kind": cycle.kind,
            "decision": cycle.decision.isoformat(),
            "expiry": cycle.expiry.isoformat(),
            "expiry_source": cycle.expiry_source,
        },
        "surveillance": [
            {
                "n": audit.n,
                "target": audit.target.isoformat(),
                "latest": audit.latest.isoformat(),
                "state": audit.state,
                "held": audit.held and audit.held.isoformat(),
                "days_left": audit.days_left,
                "days_overdue": audit.days_overdue,
                "days_late": audit.days_late,
            }
            for audit in state.surveillance
        ],
        "calendar_years": [
            {
                "year": year.year,
                "latest": year.latest.isoformat(),
                "state": year.state,
                "held": year.held and year.held.isoformat(),
                "by": year.by,
            }
            for year in state.calendar_years
        ],
        "recertification": recertification
        and {
            "decision_latest": recertification.decision_latest.isoformat(),
            "restore_latest": recertification.restore_latest.isoformat(),
            "next_expiry_if_timely": recertification.next_expiry_if_timely.isoformat(),
        },
        "breaches": list(state.breaches),
        "notes": list(state.notes),
    }


def _recertification(term: Term, held: TermAudits) -> Recertification:
    return Recertification(
        decision_latest=term.expiry,
        restore_latest=term.restore_latest,
        next_expiry_if_timely=months_from(term.expiry, TERM_MONTHS),
        audit_held=held.recertified,
    )


def _breaches(
    held: TermAudits,
    planned: tuple[Surveillance, ...],
    years: tuple[CalendarYear, ...],
    knobs: Knobs,
) -> tuple[str, ...]:
    """Names of the rules broken by the day asked, while the certification was in force."""
    term = held.term
    found = []
    if planned and first_within_twelve_months(term, knobs):
        latest = months_from(term.decision, FIRST_MONTHS)
        day = planned[0].held or held.as_of
        if day > latest and term.last_day >= latest:
            found.append("first_surveillance_12_months")
    found += [f"calendar_year:{year.year:04d}" for year in years if year.state == "overdue"]
    return tuple(found)
