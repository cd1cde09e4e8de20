"""Profiles as JSON documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.status.findings import as_json as told

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from govtrack.status.findings import Finding
    from govtrack.status.profile_actions import Actions, Counted
    from govtrack.status.profile_gaps import Gap
    from govtrack.status.profile_playbook import Answered, Playbook
    from govtrack.status.profile_rows import Profile, Row


def as_json(
    profile: Profile,
    counted: Actions | None,
    function: str | None = None,
    recorded_by: date | None = None,
    playbook: Playbook | None = None,
) -> dict[str, Any]:
    """A profile as the `govtrack.profile/1` document: all rows, or those of one function.

    With `playbook` each row says which of the Playbook's questions its evidence answers.
    """
    said = {ref: _answered(one) for ref, one in playbook.rows.items()} if playbook else {}
    return {
        "format": "govtrack.profile/1",
        "as_of": profile.day,
        "recorded_by": recorded_by and recorded_by.isoformat(),
        "profile": profile.head and head(profile.head),
        "function": function,
        "scale": profile.scale,
        "functions": [one._asdict() for one in profile.functions],
        "rows": [
            _row(one) | said.get(one.ref, {})
            for one in profile.rows
            if function in {None, one.function}
        ],
        "actions": [
            _row(one) | said.get(one.ref, {})
            for one in profile.actions
            if function in {None, one.function}
        ],
        "actions_counted": counted and _counts(counted),
        **({"playbook": playbook.source} if playbook else {}),
    }


def gaps_json(profile: Profile, found: tuple[Gap, ...]) -> dict[str, Any]:
    """The gaps as the `govtrack.profile-gaps/1` document."""
    return {
        "format": "govtrack.profile-gaps/1",
        "as_of": profile.day,
        "profile": profile.head and head(profile.head),
        "scale": profile.scale,
        "gaps": [
            {
                "ref": one.row.ref,
                "title": one.row.title,
                "steps": one.steps,
                "days_overdue": one.late,
                "missing": list(one.missing),
                **{name: getattr(one.row, name) for name in _PLAN},
            }
            for one in found
        ],
    }


def check_json(profile: Profile, found: tuple[Finding, ...]) -> dict[str, Any]:
    """What a check found as the `govtrack.profile-check/1` document."""
    return {
        "format": "govtrack.profile-check/1",
        "as_of": profile.day,
        "profile": profile.head and head(profile.head),
        "passed": not found,
        "findings": told(found),
    }


def head(found: Mapping[str, Any]) -> dict[str, Any]:
    """A profile's head without what only the register needs."""
    return {name: value for name, value in found.items() if name != "key"}


_PLAN = (
    "current", "target", "target_by", "priority", "why", "action", "owner", "due",
    "evidence", "newest",
)  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    shown = row._asdict()
    shown["ids"] = list(row.ids)
    shown["iso"] = [one._asdict() for one in row.iso]
    return shown


def _answered(one: Answered) -> dict[str, Any]:
    unanswered = [question._asdict() for question in one.unanswered]
    return {"playbook": one._asdict() | {"unanswered": unanswered}}


def _counts(counted: Actions) -> dict[str, Any]:
    return {
        "total": counted.total,
        "states": counted.states,
        "by_subcategory": [_one(one) for one in counted.by_subcategory],
        "by_risk": [_one(one) for one in counted.by_risk],
        "without": list(counted.without),
    }


def _one(counted: Counted) -> dict[str, Any]:
    return counted._asdict()
