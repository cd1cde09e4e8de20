"""Status and freshness of evidence on a day: functions of its dates, as SQL and in words.

Status: withdrawn, superseded, draft, expired, approved. Freshness of what is approved: `stale`
once its review is overdue, `expiring` when its validity or review ends within the days asked
for, else `fresh`. Nothing of this is stored (design law 5).
"""

from __future__ import annotations

from datetime import date, timedelta

STATUSES = ("draft", "approved", "expired", "superseded", "withdrawn")
FRESHNESSES = ("fresh", "expiring", "stale")

STANDING = "coalesce(prepared_on, approved_on, recorded_on) <= :day"
"""Whether the artefact existed on the day, by its own dates."""

STATUS = """CASE
  WHEN withdrawn_on <= :day THEN 'withdrawn'
  WHEN superseded_on <= :day THEN 'superseded'
  WHEN approved_on IS NULL OR approved_on > :day THEN 'draft'
  WHEN valid_until < :day THEN 'expired'
  ELSE 'approved' END"""

FRESHNESS = """CASE
  WHEN valid_until < :day OR review_due < :day THEN 'stale'
  WHEN valid_until <= :soon OR review_due <= :soon THEN 'expiring'
  ELSE 'fresh' END"""
"""Freshness of what is approved on the day; `:soon` is the last day that counts as soon."""

PURGED = "coalesce(purged_on <= :day, 0)"
"""Whether the artefact's bytes were removed by the day: nothing more can be done with it."""

RENEWED = """EXISTS (
  SELECT 1 FROM evidence AS later
  WHERE later.kind = standing.kind AND later.approved_on > standing.approved_on
    AND later.approved_on <= :day AND (later.withdrawn_on IS NULL OR later.withdrawn_on > :day)
    AND NOT EXISTS (
      SELECT 1 FROM evidence_system WHERE evidence = standing.key AND system NOT IN (
        SELECT system FROM evidence_system WHERE evidence = later.key))
    AND (EXISTS (SELECT 1 FROM evidence_system WHERE evidence = standing.key)
      OR NOT EXISTS (SELECT 1 FROM evidence_system WHERE evidence = later.key)))"""
"""Whether a later artefact of the same kind, about the same systems, was approved by the day.

A periodic record (minutes, a monitoring report) is not reviewed again: the next one takes its
place. `standing` is the alias of the artefact asked about.
"""

SOON_DAYS = 60
"""How many days ahead an end is `expiring`, unless the workspace's knobs say otherwise."""


def parameters(day: date, soon_days: int = SOON_DAYS) -> dict[str, str]:
    """The parameters that the SQL above asks for."""
    try:
        soon = day + timedelta(days=soon_days)
    except OverflowError:
        soon = date.max
    return {"day": day.isoformat(), "soon": soon.isoformat()}


def days_late(prepared_on: str | None, recorded_on: str) -> int | None:
    """Days between preparing an artefact and recording it; None where nothing was dated."""
    if prepared_on is None:
        return None
    return (date.fromisoformat(recorded_on) - date.fromisoformat(prepared_on)).days
