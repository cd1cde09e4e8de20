"""What falls due of the risk register: reviews, treatments, acceptances that end (8.2, 8.3)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from govtrack.cycle.due import Due
from govtrack.cycle.recurrence import days_between, days_from

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from govtrack.cycle.due import Kind
    from govtrack.cycle.knobs import Knobs

# the day of a review is that of the latest assessment; what a later one replaced is not due
_DUE = """
WITH risks AS (
  SELECT key, id, title, closed_on <= :day AS closed FROM risk WHERE identified_on <= :day),
reviewed AS (
  SELECT risk, next_review, level, max(assessed_on || printf('%09d', position))
  FROM risk_assessment WHERE assessed_on <= :day GROUP BY risk),
accepted AS (
  SELECT risk, until, accepted_by, level, max(accepted_on || printf('%09d', position))
  FROM risk_acceptance WHERE accepted_on <= :day GROUP BY risk)
SELECT 'risk_review', id, title, next_review, level, NULL, iif(closed, 'cancelled', 'open'), id
FROM risks JOIN reviewed ON risk = key
WHERE next_review <= :soon AND (closed IS NOT 1 OR next_review >= :day)
UNION ALL
SELECT 'risk_treatment', id, title, due, position, first_due,
  CASE WHEN done_on <= :day THEN 'settled' WHEN closed THEN 'cancelled' ELSE 'open' END, owner
FROM risks JOIN risk_treatment ON risk = key
WHERE decided_on <= :day AND option <> 'retain' AND due <= :soon
  AND (done_on IS NULL OR done_on > :day OR due >= :day) AND (closed IS NOT 1 OR due >= :day)
UNION ALL
SELECT 'risk_acceptance', id, title, until, level, accepted_by, iif(closed, 'cancelled', 'open'), id
FROM risks JOIN accepted ON risk = key
WHERE until <= :soon AND (closed IS NOT 1 OR until >= :day)
"""


def due(connection: sqlite3.Connection, knobs: Knobs, as_of: date, soon: date) -> Iterable[Due]:
    """What of the risk register falls due up to `soon` or is overdue; done and closed as such."""
    rows = connection.execute(_DUE, {"day": as_of.isoformat(), "soon": soon.isoformat()})
    for row in rows:
        yield _WORDED[row[0]](row, as_of, knobs)


def _review(row: sqlite3.Row, as_of: date, knobs: Knobs) -> Due:
    _, identifier, title, _, level, _, _, _ = row
    return _due(
        row, as_of, knobs, "risk_review", f"{identifier}-assessment",
        f"{identifier} '{title}' ({level}) is to be assessed again",
        "ISO/IEC 42001 8.2; review interval of the level, by the AI risk criteria",
        f"govtrack risk assess {identifier} --likelihood WORD --consequence-rating WORD "
        "--why 'planned interval'",
    )  # fmt: skip


def _treatment(row: sqlite3.Row, as_of: date, knobs: Knobs) -> Due:
    _, identifier, title, text, number, first, _, _ = row
    later = f", first due {first}" if first and first != text else ""
    return _due(
        row, as_of, knobs, "risk_treatment", f"{identifier}-treatment-{number}",
        f"treatment {number} of {identifier} '{title}'{later}",
        "the risk treatment plan (ISO/IEC 42001 6.1.3, 8.3)",
        f"govtrack risk treat {identifier} --treatment {number} --done DATE",
    )  # fmt: skip


def _acceptance(row: sqlite3.Row, as_of: date, knobs: Knobs) -> Due:
    _, identifier, title, _, level, by, _, _ = row
    return _due(
        row, as_of, knobs, "risk_acceptance", f"{identifier}-acceptance",
        f"the acceptance of {identifier} '{title}' at {level} by {by} ends",
        "the acceptance itself (ISO/IEC 42001 6.1.3, MANAGE 1.4)",
        f"govtrack risk accept {identifier} --by WHO --until DATE --why TEXT",
    )  # fmt: skip


_TERMS: dict[str, tuple[str, str]] = {
    "risk_review": ("risk-criteria", "AI risk criteria"),
    "risk_treatment": ("risk-treatment", "risk treatment"),
}
_WORDED = {
    "risk_review": _review,
    "risk_treatment": _treatment,
    "risk_acceptance": _acceptance,
}


def _due(  # noqa: PLR0913, PLR0917  (the columns of one line, written out above)
    row: sqlite3.Row,
    as_of: date,
    knobs: Knobs,
    kind: Kind,
    key: str,
    subject: str,
    source: str,
    settle: str,
) -> Due:
    day = date.fromisoformat(row[3])
    left = days_between(as_of, day)
    return Due(
        key=key,
        kind=kind,
        subject=subject,
        date=day,
        days=left,
        overdue=left < 0 and row[6] == "open",
        rule={"risk_review": "next_review", "risk_treatment": "due"}.get(kind, "until"),
        source=source,
        settle=settle,
        remind=(days_from(day, -knobs.expiring_days),),
        standing=row[6],
        term=_TERMS.get(kind),
    )
