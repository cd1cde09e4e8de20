"""Where a profile's current state is below its target, and what a profile says beyond proof."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govtrack.status.profile_rows import Profile, Row

LAST = "9999-12-31"


class Gap(NamedTuple):
    """A row below its target: how many steps, days late (0: in time), what of the plan is missing.

    `late` counts from the action's due day, or from the target's day where that is earlier.
    """

    row: Row
    steps: int
    late: int
    missing: tuple[str, ...]


class Finding(NamedTuple):
    """Something a profile says that does not hold or is not whole; `ref` None: the profile."""

    rule: str
    ref: str | None
    message: str


def gaps(profile: Profile) -> tuple[Gap, ...]:
    """Every row below its target: by priority, the widest first, then by the day it is due."""
    priorities = {one["id"]: place for place, one in enumerate(profile.scale["priorities"])}
    found = [
        _gap(row, profile.day) for row in (*profile.rows, *profile.actions) if (row.gap or 0) > 0
    ]
    found.sort(
        key=lambda one: (
            priorities.get(one.row.priority or "", len(priorities)),
            -one.steps,
            one.row.due or one.row.target_by or LAST,
        )
    )
    return tuple(found)


def findings(profile: Profile) -> tuple[Finding, ...]:
    """Everything `govtrack profile check` names, the profile's own first, then row by row."""
    open_ = gaps(profile)
    by_ref = {one.row.ref: one for one in open_}
    found = list(_of_head(profile, open_))
    for row in (*profile.rows, *profile.actions):
        found += _of_row(row, profile, by_ref.get(row.ref))
    return tuple(found)


def _of_head(profile: Profile, open_: tuple[Gap, ...]) -> Iterator[Finding]:
    head = profile.head
    if head is None:
        yield Finding("no-profile", None, "no profile is recorded: nothing is assessed")
        return
    if head["review_due"] and head["review_due"] < profile.day:
        yield Finding("review-overdue", None, f"its review was due on {head['review_due']}")
    if open_ and not any(one.row.priority for one in open_):
        message = "no gap is prioritised: which of them come first is not said"
        yield Finding("no-priority", None, message)


def _of_row(row: Row, profile: Profile, gap: Gap | None) -> Iterator[Finding]:
    states = {one["id"]: one for one in profile.scale["states"]}
    for name, state in (("current", row.current), ("target", row.target)):
        if state and state not in states:
            message = f"{name} '{state}' is not on the scale: set it anew"
            yield Finding("off-scale", row.ref, message)
    if states.get(row.current or "", {}).get("needs_evidence") and not row.evidence:
        message = f"'{row.current}' has no confirmed evidence in force behind it"
        yield Finding("beyond-evidence", row.ref, message)
    if row.target and not row.current:
        yield Finding("target-only", row.ref, "has a target and no current state")
    if row.gap is not None and row.gap < 0 and not row.why:
        message = f"target '{row.target}' is below current '{row.current}', without a why"
        yield Finding("target-below", row.ref, message)
    if gap and gap.missing:
        yield Finding("no-plan", row.ref, f"gap without {', '.join(gap.missing)}")
    if gap and gap.late:
        yield Finding("overdue", row.ref, f"gap {gap.late} days overdue: {_dues(row)}")


def _gap(row: Row, day: str) -> Gap:
    first = min((one for one in (row.due, row.target_by) if one), default=LAST)
    late = (date.fromisoformat(day) - date.fromisoformat(first)).days
    plan = {"action": row.action, "owner": row.owner, "due": row.due}
    return Gap(row, row.gap or 0, max(late, 0), tuple(name for name in plan if not plan[name]))


def _dues(row: Row) -> str:
    return ", ".join(
        words
        for words in (
            row.due and f"action due on {row.due}",
            row.target_by and f"target by {row.target_by}",
        )
        if words
    )
