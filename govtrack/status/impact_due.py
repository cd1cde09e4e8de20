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
_MADE = """
SELECT system, id, purpose, roles, model, assessed_on, next_review,
       coalesce(approved_on <= :day, 0)
FROM impact_assessment WHERE assessed_on <= :day ORDER BY assessed_on, key
"""


class Made(NamedTuple):
    """An assessment made by the day: for what, when, until when, and whether it is approved."""

    id: str
    purpose: str | None
    roles: str | None
    model: str | None
    assessed_on: str
    next_review: str
    approved: int


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

    `code` is `none`, `in-use`, `purpose`, `roles`, `model` or `review`; `about` the assessment that
    no longer holds, or the system that has none.
    """

    code: str
    about: str
    day: str
    words: str
    settle: str
    overdue: bool = True


class DueSystem(NamedTuple):
    """A system with its latest assessment's id and every reason for a new one, if any.

    `approved` is the assessment approved last: a draft does not hold yet.
    """

    system: Standing
    assessment: str | None
    approved: str | None
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
    made: dict[str, list[Made]] = {}
    for system, *rest in connection.execute(_MADE, {"day": day.isoformat()}):
        made.setdefault(system, []).append(Made._make(rest))
    found = []
    for one in systems(connection, day):
        of = made.get(one.id, [])
        approved = [each.id for each in of if each.approved]
        found.append(
            DueSystem(
                one,
                of[-1].id if of else None,
                approved[-1] if approved else None,
                tuple(_reasons(one, of, day)),
            )
        )
    return tuple(found)


def due(connection: sqlite3.Connection, knobs: Knobs, as_of: date, soon: date) -> Iterator[Due]:
    """What falls due by `soon`: changes and lacks on their day, overdue from the next on."""
    for one in due_systems(connection, as_of):
        for reason in one.reasons:
            day = date.fromisoformat(reason.day)
            if day <= soon:
                yield Due(
                    key=f"{reason.about}-impact-{reason.code}",
                    kind="impact_review",
                    subject=f"impact assessment of {one.system.slug}: {reason.words}",
                    date=day,
                    days=days_between(as_of, day),
                    overdue=reason.overdue and day < as_of,
                    rule="next_review" if reason.code == "review" else "change",
                    source="ISO/IEC 42001 8.4, A.5.2; AI RMF MAP 5",
                    settle=reason.settle,
                    remind=(days_from(day, -knobs.expiring_days),),
                    term=("impact-assessment", "impact assessment"),
                )


def _reasons(one: Standing, made: list[Made], day: date) -> Iterator[Reason]:
    """Changes are measured against the assessment approved last; a draft settles none of them."""
    if one.stage == OUT_OF_USE or (one.scope_to and one.scope_to < day.isoformat()):
        return
    if not made:
        if one.in_use:
            words = f"there is none, and the system is in {_spoken(one.stage)}"
            yield Reason("in-use", one.id, one.since["stage"], words, _add(one, "initial"))
        elif one.in_scope:
            words = f"there is none, and the system is in scope since {one.scope_from}"
            yield Reason("none", one.id, one.scope_from, words, _add(one, "initial"))
        return
    if not (one.in_scope or one.in_use):
        return
    latest = made[-1]
    holds = next((each for each in reversed(made) if each.approved), latest)
    for name in ASSESSED:
        if _differs(one, holds, name):
            yield _changed(one, holds, name, latest)
    over = latest.next_review < day.isoformat()
    words = f"the review of {latest.id} {'was' if over else 'is'} due by {latest.next_review}"
    yield Reason("review", latest.id, latest.next_review, words, _add(one, "planned"), over)


def _differs(one: Standing, made: Made, name: str) -> bool:
    return (getattr(one, name) or None) != (getattr(made, name) or None)


def _changed(one: Standing, made: Made, name: str, latest: Made) -> Reason:
    """The record says something else: since the assessment, or all along."""
    now, since, was = getattr(one, name), one.since[name], getattr(made, name)
    verb = "they are" if name == "roles" else "it is"
    settle = _add(one, OCCASION[name])
    if was is None:
        words = f"{made.id} does not say for which {name} it was made; {verb} '{now}'"
    elif now is None or since < made.assessed_on:
        says = f"'{now}'" if now else "none"
        words = f"{made.id} was made for {name} '{was}'; the system's record says {says}"
        settle = f"govtrack system set {one.slug} --{OCCASION[name]} TEXT"
    else:
        words = f"{made.id} was made for {name} '{was}'; since {since} {verb} '{now}'"
    if latest != made and not _differs(one, latest, name):
        words += f"; {latest.id}, made for that, is not approved"
        settle = f"govtrack impact approve {latest.id} --by WHO --on DATE"
    return Reason(name, made.id, max(since, made.assessed_on), words, settle)


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
