"""What profiles and attestations make due: actions, reviews, and declarations that end.

An action is open until the current state is the one wanted. A declaration that ended stays due
until it is withdrawn or a later one on the same profile is signed.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from govtrack.cycle.due import Due
from govtrack.cycle.recurrence import days_between, days_from
from govtrack.status.findings import quoted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from govtrack.cycle.knobs import Knobs

_ACTIONS = """
SELECT slug, ref, action, row.due FROM profile_row AS row JOIN profile ON profile.id = row.profile
WHERE row.due <= :soon AND set_on <= :day AND current IS NOT target AND NOT EXISTS (
  SELECT 1 FROM profile_row AS later
  WHERE later.profile = row.profile AND later.ref = row.ref AND later.set_on <= :day
    AND (later.set_on, later.key) > (row.set_on, row.key))
ORDER BY row.due, row.key
"""

_REVIEWS = "SELECT id, slug, title, review_due FROM profile WHERE review_due <= :soon ORDER BY key"

_ENDING = """
SELECT one.id, slug, valid_until FROM attestation AS one JOIN profile ON profile.id = one.profile
WHERE signed_on <= :day AND valid_until <= :soon
  AND (withdrawn_on IS NULL OR withdrawn_on > :day) AND NOT EXISTS (
    SELECT 1 FROM attestation AS later WHERE later.profile = one.profile
      AND later.signed_on <= :day AND (later.withdrawn_on IS NULL OR later.withdrawn_on > :day)
      AND (later.signed_on, later.key) > (one.signed_on, one.key))
ORDER BY one.key
"""


def due(connection: sqlite3.Connection, knobs: Knobs, as_of: date, soon: date) -> Iterator[Due]:
    """What falls due up to `soon`, and what is overdue."""
    given = {"day": as_of.isoformat(), "soon": soon.isoformat()}
    for slug, ref, action, text in connection.execute(_ACTIONS, given):
        yield _due(date.fromisoformat(text), as_of, knobs)._replace(
            key=f"profile-action-{slug}-{ref}".replace(" ", "-"),
            kind="profile_action",
            subject=f"{ref} in profile {slug}: {action or 'close the gap'}",
            rule="due",
            source="the profile's plan (NIST AI 100-1 section 6)",
            settle=f"govtrack profile set {quoted(ref)} --profile {slug} --current STATE",
        )
    for identifier, slug, title, text in connection.execute(_REVIEWS, given):
        yield _due(date.fromisoformat(text), as_of, knobs)._replace(
            key=f"{identifier}-review",
            kind="profile_review",
            subject=f"profile {slug} '{title}' is to be reviewed",
            rule="review_due",
            source="the profile's head",
            settle=f"govtrack profile change {slug} --review-due DATE",
        )
    for identifier, slug, text in connection.execute(_ENDING, given):
        yield _due(date.fromisoformat(text), as_of, knobs)._replace(
            key=f"{identifier}-valid-until",
            kind="attestation",
            subject=f"{identifier} on profile {slug} is valid until then",
            rule="valid_until",
            source="the attestation itself (ISO/IEC 17050-1)",
            settle=f"govtrack attest --profile {slug} --scope TEXT --signatory NAME "
            "--function TEXT",
        )


def _due(day: date, as_of: date, knobs: Knobs) -> Due:
    """The days of something due; what it is, each kind says itself."""
    left = days_between(as_of, day)
    shown = (days_from(day, -knobs.expiring_days),)
    return Due("", "profile_action", "", day, left, left < 0, "", "", "", remind=shown)
