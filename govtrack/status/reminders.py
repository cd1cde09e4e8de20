"""What falls due: the certification cycle, evidence that ends, working papers, late recordings.

Functions of the register and a day; nothing is stored about what was reminded of.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.cycle.due import INTERNAL_AUDIT, MANAGEMENT_REVIEW, Due, Held, due
from govtrack.cycle.recurrence import days_between, days_from
from govtrack.status import freshness, impact_due, profile_due, risk_due, soa_due
from govtrack.status.certification import cycle_state

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from govtrack.cycle.knobs import Knobs
    from govtrack.status.trail_line import TrailLine

FORMAT = "govtrack.remind/1"

WORKING_PAPERS: tuple[Callable[[sqlite3.Connection, Knobs, date, date], Iterable[Due]], ...] = (
    impact_due.due,
    risk_due.due,
    soa_due.due,
    profile_due.due,
)
"""What the working papers make due by a day (connection, knobs, as of, soon)."""

_EVIDENCE = f"""
WITH standing AS (
  SELECT key, id, title, kind, valid_until, review_due, prepared_on, approved_on, recorded_on,
         CASE WHEN {freshness.PURGED} THEN 'withdrawn' ELSE {freshness.STATUS} END AS status
  FROM evidence WHERE {freshness.STANDING})
SELECT 'evidence_expiry', id, title, kind, valid_until, status FROM standing
 WHERE valid_until <= :soon AND (status IN ('approved', 'expired')
    OR status IN ('superseded', 'withdrawn') AND valid_until >= :day)
UNION ALL
SELECT 'evidence_review', id, title, kind, review_due, status FROM standing
 WHERE review_due <= :soon AND (status = 'approved' AND NOT {freshness.RENEWED}
    OR status IN ('superseded', 'withdrawn') AND review_due >= :day)
UNION ALL
SELECT 'late_recording', id, title, prepared_on, recorded_on, status FROM standing
 WHERE recorded_on BETWEEN :since AND :day
   AND julianday(recorded_on) - julianday(prepared_on) > :late
"""  # noqa: S608  (nothing but the SQL of freshness)

_HELD = f"""
SELECT kind, min(coalesce(period_end, prepared_on, approved_on),
                 coalesce(prepared_on, period_end, approved_on)) AS held
FROM evidence
WHERE kind IN (:audit, :review) AND held <= :day
  AND {freshness.STATUS} IN ('approved', 'expired', 'superseded')
"""  # noqa: S608


class Reminders(NamedTuple):
    """What falls due, by date: `due` is what to show, `everything` what a calendar gets."""

    as_of: date
    days: int | None
    everything: tuple[Due, ...]
    due: tuple[Due, ...]

    @property
    def overdue(self) -> tuple[Due, ...]:
        """What is past its last day."""
        return tuple(one for one in self.due if one.overdue)


def reminders(
    connection: sqlite3.Connection,
    knobs: Knobs,
    as_of: date,
    days: int | None = None,
    *,
    calendar: bool = False,
) -> Reminders:
    """What falls due within `days`, or by each rule's own lead time where `days` is None.

    What is overdue is always there. For a calendar, `everything` also holds the evidence whose
    end is further ahead.
    """
    state = cycle_state(connection, knobs, as_of)
    of_cycle = due(state, knobs, _held(connection, as_of))
    ahead = knobs.expiring_days if days is None else days
    soon = date.max if calendar else days_from(as_of, ahead)
    of_evidence = _evidence(connection, knobs, as_of, soon, days_from(as_of, -ahead))
    of_papers = (one for due_of in WORKING_PAPERS for one in due_of(connection, knobs, as_of, soon))
    everything = tuple(sorted((*of_cycle, *of_evidence, *of_papers), key=lambda one: one.date))
    shown = tuple(one for one in everything if _shown(one, as_of, days))
    return Reminders(as_of, days, everything, shown)


def as_json(found: Reminders, trail: TrailLine) -> dict[str, Any]:
    """The reminders as the `govtrack.remind/1` document."""
    return {
        "format": FORMAT,
        "as_of": found.as_of.isoformat(),
        "days": found.days,
        "overdue": len(found.overdue),
        "due": [
            {
                "kind": one.kind,
                "subject": one.subject,
                "date": one.date.isoformat(),
                "days": one.days,
                "overdue": one.overdue,
                "plan": one.plan and one.plan.isoformat(),
                "rule": one.rule,
                "source": one.source,
                "settle": one.settle,
            }
            for one in found.due
        ],
        "trail": trail._asdict(),
    }


def _shown(one: Due, as_of: date, days: int | None) -> bool:
    if one.standing != "open":
        return False
    if one.overdue or one.kind == "late_recording":
        return True
    if days is None:
        return not one.remind or one.remind[0] <= as_of
    soonest = one.plan if one.plan and one.plan >= as_of else one.date
    return days_between(as_of, soonest) <= days


def _evidence(
    connection: sqlite3.Connection, knobs: Knobs, as_of: date, soon: date, since: date
) -> Iterable[Due]:
    rows = connection.execute(
        _EVIDENCE,
        {
            "day": as_of.isoformat(),
            "soon": soon.isoformat(),
            "since": since.isoformat(),
            "late": knobs.late_recording_days,
        },
    )
    for row in rows:
        yield _late(row, as_of) if row[0] == "late_recording" else _ending(row, as_of, knobs)


def _ending(row: sqlite3.Row, as_of: date, knobs: Knobs) -> Due:
    """Evidence whose validity or review comes to its day; cancelled once it stepped back.

    What was purged has stepped back too: there is nothing left to review.
    """
    kind, identifier, title, of_kind, text, status = row
    day = date.fromisoformat(text)
    left = days_between(as_of, day)
    expiry = kind == "evidence_expiry"
    return Due(
        key=f"{identifier}-{'valid-until' if expiry else 'review'}",
        kind=kind,
        subject=f"{identifier} '{title}' {'expires' if expiry else 'is to be reviewed'}",
        date=day,
        days=left,
        overdue=left < 0,
        rule="valid_until" if expiry else "review_due",
        source=f"the evidence itself ({of_kind})" if expiry else f"review interval of {of_kind}",
        settle=f"govtrack add-evidence FILE --kind {of_kind} --supersedes {identifier}",
        remind=(days_from(day, -knobs.expiring_days),),
        standing="cancelled" if status in {"superseded", "withdrawn"} else "open",
    )


def _late(row: sqlite3.Row, as_of: date) -> Due:
    _, identifier, title, *days, _ = row
    prepared, recorded = map(date.fromisoformat, days)
    late = days_between(prepared, recorded)
    return Due(
        key=f"{identifier}-late",
        kind="late_recording",
        subject=f"{identifier} '{title}' was recorded {late} days after it was prepared",
        date=recorded,
        days=days_between(as_of, recorded),
        overdue=False,
        rule="R-23",
        source=f"prepared on {prepared}",
        settle=f"govtrack evidence history {identifier}",
    )


def _held(connection: sqlite3.Connection, as_of: date) -> Held:
    """The days on which the evidence says that internal audits and reviews were held."""
    rows = connection.execute(
        _HELD,
        {"day": as_of.isoformat(), "audit": INTERNAL_AUDIT, "review": MANAGEMENT_REVIEW},
    ).fetchall()
    days: dict[str, list[date]] = {INTERNAL_AUDIT: [], MANAGEMENT_REVIEW: []}
    for kind, held in rows:
        days[kind].append(date.fromisoformat(held))
    return Held(tuple(sorted(days[INTERNAL_AUDIT])), tuple(sorted(days[MANAGEMENT_REVIEW])))
