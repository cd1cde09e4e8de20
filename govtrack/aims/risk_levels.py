"""The level at which a risk stands on a day, from its assessments and treatments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from govtrack.register.tables.risks import RiskAssessment, RiskTreatment


def level_on(
    assessments: Iterable[RiskAssessment],
    treatments: Iterable[RiskTreatment],
    day: date,
) -> str | None:
    """The level at which a risk stands on a day; None where it was not assessed by then.

    It is that of the latest assessment; once everything decided by then is done, what the
    treatment done last left of it, unless the risk was assessed again since.
    """
    at = day.isoformat()
    by_then = [one for one in assessments if one.assessed_on <= at]
    if not by_then:
        return None
    latest = max(by_then, key=lambda one: (one.assessed_on, one.position))
    decided = [one for one in treatments if one.decided_on <= at]
    if not decided or not all(done(one, at) for one in decided):
        return latest.level
    last = max(decided, key=lambda one: (end(one), one.position))
    again = latest.assessed_on >= end(last) and latest.assessed_on > last.decided_on
    return latest.level if again or last.residual_level is None else last.residual_level


def end(treatment: RiskTreatment) -> str:
    """The day it was done; to retain a risk there is nothing to do beyond deciding it."""
    if treatment.done_on is None and treatment.option == "retain":
        return treatment.decided_on
    return treatment.done_on or ""


def done(treatment: RiskTreatment, at: str) -> bool:
    """Whether it was done by that day, written as an ISO date."""
    return "" < end(treatment) <= at
