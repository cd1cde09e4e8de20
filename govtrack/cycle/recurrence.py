"""Counting months and days between calendar dates.

Months are counted from the anchor (the decision, the printed expiry), never from a result counted
before: 31 August + 6 months is the last day of February, and 29 February finds itself again after
four years. Nothing here leaves the calendar: what would fall outside stops at its first or last
day.
"""

from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta


def months_from(anchor: date, months: int) -> date:
    """The day `months` calendar months after `anchor` (before it, where negative).

    The same day of the month, or the month's last day where it has no such day.
    """
    try:
        return anchor + relativedelta(months=months)
    except (ValueError, OverflowError):
        return date.max if months > 0 else date.min


def days_from(anchor: date, days: int) -> date:
    """The day `days` after `anchor` (before it, where negative)."""
    try:
        return anchor + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def days_between(start: date, end: date) -> int:
    """Whole days from `start` to `end`: 0 on the day itself, negative once it has passed."""
    return (end - start).days


def year_end(year: int) -> date:
    """31 December of that year, or of the calendar's last year."""
    return date(min(year, date.max.year), 12, 31)
