"""When controls are to be implemented, and when the statement is to be reviewed (6.1.3)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from govtrack.cycle.due import Due
from govtrack.cycle.recurrence import days_between, days_from, months_from

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from govtrack.cycle.knobs import Knobs

# the day a control was planned for stays in earlier decisions once it is implemented or excluded:
# a calendar that showed it is told that it is settled
_CONTROLS = """
WITH decided AS (
  SELECT *, row_number() OVER (
      PARTITION BY control, system ORDER BY decided_on DESC, key DESC) AS place
  FROM applicability WHERE decided_on <= :day)
SELECT control, slug, applicable AND status IS NOT 'implemented' AND due IS NOT NULL, status, (
    SELECT due FROM decided AS earlier WHERE earlier.control = decided.control
      AND earlier.system IS decided.system AND due IS NOT NULL ORDER BY place LIMIT 1) AS last_due
FROM decided LEFT JOIN ai_system ON ai_system.id = system
WHERE place = 1 AND last_due <= :soon ORDER BY last_due, control, system
"""


def due(connection: sqlite3.Connection, knobs: Knobs, as_of: date, soon: date) -> Iterator[Due]:
    """Controls whose day comes by `soon`, and the review of the version approved last."""
    given = {"day": as_of.isoformat(), "soon": soon.isoformat()}
    for control, slug, is_open, status, text in connection.execute(_CONTROLS, given):
        day = date.fromisoformat(text)
        system = f" --system {slug}" if slug else ""
        overdue = bool(is_open) and day < as_of
        # nobody is asked to say that it is implemented because its day has passed
        rest = "--due DATE" if overdue else "--status implemented"
        yield Due(
            key=f"applicability-{control}{'-' if slug else ''}{slug or ''}",
            kind="applicability",
            subject=f"{control}{' for ' if slug else ''}{slug or ''} is to be implemented"
            f" ({status or 'no status'})",
            date=day,
            days=days_between(as_of, day),
            overdue=overdue,
            rule="due",
            source="the decision itself (Statement of Applicability)",
            settle=f"govtrack soa set {control}{system} {rest}",
            remind=(days_from(day, -knobs.expiring_days),),
            standing="open" if is_open else "settled",
        )
    yield from _review(connection, knobs, as_of, soon)


def _review(connection: sqlite3.Connection, knobs: Knobs, as_of: date, soon: date) -> Iterator[Due]:
    latest = connection.execute(
        "SELECT version, approved_on FROM soa WHERE approved_on <= ? ORDER BY version DESC LIMIT 1",
        [as_of.isoformat()],
    ).fetchone()
    if latest is None or not knobs.soa_review_months:
        return
    version, approved_on = latest
    day = months_from(date.fromisoformat(approved_on), knobs.soa_review_months)
    if day > soon:
        return
    left = days_between(as_of, day)
    yield Due(
        key="soa-review",
        kind="soa_review",
        subject=f"review of the Statement of Applicability (version {version} of {approved_on})",
        date=day,
        days=left,
        overdue=left < 0,
        rule="soa_review_months",
        source=f"ISO/IEC 42001 6.1.3; {knobs.source('soa_review_months')}",
        settle="govtrack soa approve --by WHO --on DATE",
        remind=(days_from(day, -knobs.expiring_days),),
    )
