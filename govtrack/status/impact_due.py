"""When an AI system impact assessment is due (ISO/IEC 42001 6.1.4, 8.4, A.5.2; MAP 1.1, MAP 3).

At its planned review; when the system's purpose, roles or model are no longer those assessed; when
a system in scope has none, the more so once it is in use. The day of a change is the day the trail
took it: a system's record has no dates of its own for it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from govtrack.cycle.due import Due
from govtrack.cycle.recurrence import days_between, days_from

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from govtrack.cycle.knobs import Knobs

IN_USE = ("deployment", "operation-and-monitoring", "re-evaluation")
"""Stages in which people are affected; the one before them is the last in which to assess."""
OUT_OF_USE = "retirement"
ASSESSED = ("purpose", "roles", "model")
OCCASION = {"purpose": "purpose", "roles": "role", "model": "model"}
"""What to say after `--why` when that changed."""

_SYSTEMS = """
SELECT id, slug, name, generative, owner, coalesce(in_scope_from, recorded_on), in_scope_to,
       purpose, (SELECT group_concat(role, ', ') FROM (
         SELECT role FROM ai_system_role WHERE system = key ORDER BY role)), model, stage
FROM ai_system ORDER BY key
"""
_HISTORY = """
SELECT subject_id, substr(at, 1, 10), json_extract(after, '$.purpose'),
       (SELECT group_concat(value, ', ') FROM json_each(after, '$.roles')),
       json_extract(after, '$.model'), json_extract(after, '$.stage')
FROM (SELECT seq, subject_id, at, json_extract(CAST(bytes AS TEXT), '$.after') AS after
      FROM entry WHERE subject_type = 'ai_system')
WHERE after IS NOT NULL ORDER BY seq
"""
_LATEST = """
SELECT system, id, purpose, roles, model, assessed_on, next_review FROM impact_assessment
WHERE assessed_on <= ? ORDER BY assessed_on, key
"""


class Standing(NamedTuple):
    """A system as it stands on a day; `since` tells for each of what is assessed since when."""

    id: str
    slug: str
    name: str
    generative: bool
    owner: str | None
    in_scope: bool
    scope_from: str
    scope_to: str | None
    purpose: str | None
    roles: str | None
    model: str | None
    stage: str | None
    since: dict[str, str]

    @property
    def in_use(self) -> bool:
        """Whether people are affected by it already."""
        return self.stage in IN_USE


class Reason(NamedTuple):
    """Why an assessment is due, since when (or by when), and the command that settles it.

    `code` is `none`, `in-use`, `purpose`, `roles`, `model` or `review`.
    """

    code: str
    day: str
    words: str
    settle: str
    overdue: bool = True


class DueSystem(NamedTuple):
    """A system with its latest assessment's id and every reason for a new one, if any."""

    system: Standing
    assessment: str | None
    reasons: tuple[Reason, ...]


def systems(connection: sqlite3.Connection, day: date) -> tuple[Standing, ...]:
    """Every system as it stands on `day`, in the order of ids.

    Scope by its own dates; purpose, roles, model and stage by the trail: what had been recorded by
    then, and before the first entry what that one says.
    """
    limit = day.isoformat()
    history: dict[str, list[tuple[str, ...]]] = {}
    for identifier, *state in connection.execute(_HISTORY):
        history.setdefault(identifier, []).append(tuple(state))
    found = []
    for row in connection.execute(_SYSTEMS):
        identifier, slug, name, generative, owner, start, end, *now = row
        states = [one for one in history.get(identifier, ()) if one[0] <= limit]
        states = states or history.get(identifier, [])[:1] or [(start, *now)]
        within = start <= limit and (end is None or limit <= end)
        scope = (within, start, end)
        head = (identifier, slug, name, bool(generative), owner)
        found.append(Standing._make((*head, *scope, *states[-1][1:], _since(states))))
    return tuple(found)


def due_systems(connection: sqlite3.Connection, day: date) -> tuple[DueSystem, ...]:
    """Every system on `day` with its latest assessment and why a new one is due."""
    latest = {row[0]: tuple(row[1:]) for row in connection.execute(_LATEST, [day.isoformat()])}
    return tuple(
        DueSystem(one, latest[one.id][0] if one.id in latest else None,
                  tuple(_reasons(one, latest.get(one.id), day)))
        for one in systems(connection, day)
    )  # fmt: skip


def due(connection: sqlite3.Connection, knobs: Knobs, as_of: date, soon: date) -> Iterator[Due]:
    """What falls due by `soon`: changes and lacks are overdue from their day on."""
    for one in due_systems(connection, as_of):
        for reason in one.reasons:
            day = date.fromisoformat(reason.day)
            if day <= soon:
                yield Due(
                    key=f"{one.assessment or one.system.id}-impact-{reason.code}",
                    kind="impact_review",
                    subject=f"impact assessment of {one.system.slug}: {reason.words}",
                    date=day,
                    days=days_between(as_of, day),
                    overdue=reason.overdue,
                    rule="next_review" if reason.code == "review" else "change",
                    source="ISO/IEC 42001 8.4, A.5.2; AI RMF MAP 5",
                    settle=reason.settle,
                    remind=(days_from(day, -knobs.expiring_days),),
                    term=("impact-assessment", "impact assessment"),
                )


def _reasons(one: Standing, latest: tuple[str, ...] | None, day: date) -> Iterator[Reason]:
    if one.stage == OUT_OF_USE or (one.scope_to and one.scope_to < day.isoformat()):
        return
    if latest is None:
        if one.in_use:
            words = f"there is none, and the system is in {_spoken(one.stage)}"
            yield Reason("in-use", one.since["stage"], words, _add(one, "initial"))
        elif one.in_scope:
            words = f"there is none, and the system is in scope since {one.scope_from}"
            yield Reason("none", one.scope_from, words, _add(one, "initial"))
        return
    if not (one.in_scope or one.in_use):
        return
    identifier, *assessed, made, review = latest
    for name, was in zip(ASSESSED, assessed, strict=True):
        if (getattr(one, name) or None) != (was or None):
            yield _changed(one, identifier, name, was, made)
    over = review < day.isoformat()
    words = f"the review of {identifier} {'was' if over else 'is'} due by {review}"
    yield Reason("review", review, words, _add(one, "planned"), over)


def _changed(one: Standing, identifier: str, name: str, was: str | None, made: str) -> Reason:
    """The record says something else: since the assessment, or all along."""
    now, since = getattr(one, name), one.since[name]
    verb = "they are" if name == "roles" else "it is"
    settle = _add(one, OCCASION[name])
    if was is None:
        words = f"{identifier} does not say for which {name} it was made; {verb} '{now}'"
    elif now is None or since < made:
        says = f"'{now}'" if now else "none"
        words = f"{identifier} was made for {name} '{was}'; the system's record says {says}"
        settle = f"govtrack system set {one.slug} --{OCCASION[name]} TEXT"
    else:
        words = f"{identifier} was made for {name} '{was}'; since {since} {verb} '{now}'"
    return Reason(name, max(since, made), words, settle)


def _add(one: Standing, why: str) -> str:
    return f"govtrack impact add {one.slug} --on DATE --by WHO --why {why}"


def _spoken(stage: str | None) -> str:
    return (stage or "").replace("-", " ")


def _since(states: list[tuple[str, ...]]) -> dict[str, str]:
    """Since when each value that now stands has stood without a break."""
    found = {}
    for position, name in enumerate((*ASSESSED, "stage"), 1):
        day = states[-1][0]
        for state in reversed(states):
            if (state[position] or None) != (states[-1][position] or None):
                break
            day = state[0]
        found[name] = day
    return found
