"""AI system impact assessments as they are read, as of a day (6.1.4, 8.4, A.5; MAP 5, MAP 3).

Effects stand at the AI RMF's five levels; the ISO level of each is read off the vocabulary here.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.catalog import impacts as asked
from govtrack.errors import closest, refuse
from govtrack.register.nouns import NOUNS, id_of, key_of
from govtrack.status import freshness
from govtrack.status.standing import STATE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue

FORMAT = "govtrack.impact/1"

_ASSESSMENTS = """
SELECT a.key, a.id, a.system, slug, name, a.purpose, roles, a.model, assessed_on, assessed_by,
       approved_by, approved_on, result, why, next_review, a.recorded_on
FROM impact_assessment AS a JOIN ai_system AS s ON s.id = a.system
WHERE assessed_on <= :day
  AND (json_array_length(:systems) = 0 OR a.system IN (SELECT value FROM json_each(:systems)))
ORDER BY assessed_on DESC, a.key DESC
"""
_EFFECTS = """
SELECT impact, position, impact_level, kind, what, severity, likelihood, reversibility, measure
FROM impact_effect ORDER BY impact, position
"""
_CONSULTED = "SELECT impact, who, how FROM impact_consulted ORDER BY impact, who"
_RISKS = """
SELECT impact, id, title, owner, identified_on, closed_on FROM impact_risk JOIN risk ON id = risk
ORDER BY impact, key
"""
_PAPERS = f"""
SELECT impact, id, title, CASE WHEN NOT {freshness.STANDING} THEN 'not there yet'
    ELSE {freshness.STATUS} END, {freshness.STANDING} AND {STATE} IN (0, 1)
FROM impact_evidence JOIN evidence ON id = evidence ORDER BY impact, key
"""  # noqa: S608  (nothing but the SQL of freshness and standing)


class Effect(NamedTuple):
    """A benefit or a harm at a level (`none`: looked at, none found); `iso` None: risk, 6.1.2."""

    number: int
    level: str
    iso: str | None
    kind: str
    what: str
    severity: str | None
    likelihood: str | None
    reversibility: str | None
    measure: str | None


class Consulted(NamedTuple):
    """Who was consulted, and how."""

    who: str
    how: str | None


class LinkedRisk(NamedTuple):
    """A risk of the register that the assessment bears on, as it is on the day."""

    id: str
    title: str
    owner: str | None
    closed_on: str | None


class Paper(NamedTuple):
    """An artefact the assessment is written down in; `status` is that of the day."""

    id: str
    title: str
    status: str
    in_force: bool

    @property
    def words(self) -> str:
        """Whether it is in force, and why not."""
        if self.in_force:
            return "in force"
        why = "its review is overdue" if self.status == "approved" else self.status
        return f"not in force: {why}"


class Assessment(NamedTuple):
    """One assessment, with what it was made for; an approval after the day is not there yet.

    `levels` are those that were considered, in the order of the five.
    """

    id: str
    system: str
    slug: str
    name: str
    purpose: str | None
    roles: str | None
    model: str | None
    assessed_on: str
    assessed_by: str
    approved_by: str | None
    approved_on: str | None
    result: str | None
    why: str | None
    next_review: str
    recorded_on: str
    effects: tuple[Effect, ...]
    consulted: tuple[Consulted, ...]
    risks: tuple[LinkedRisk, ...]
    evidence: tuple[Paper, ...]
    levels: tuple[str, ...]

    @property
    def harms(self) -> tuple[Effect, ...]:
        """Its harms."""
        return tuple(one for one in self.effects if one.kind == "harm")

    @property
    def benefits(self) -> tuple[Effect, ...]:
        """Its benefits."""
        return tuple(one for one in self.effects if one.kind == "benefit")

    @property
    def days_late(self) -> int | None:
        """Days between assessing and recording it."""
        return freshness.days_late(self.assessed_on, self.recorded_on)


def assessments(
    connection: sqlite3.Connection, catalogue: Catalogue, day: date, systems: Iterable[str] = ()
) -> tuple[Assessment, ...]:
    """Every assessment made by `day` (of the systems with these ids), the newest first."""
    given = freshness.parameters(day) | {"systems": json.dumps(list(systems))}
    heads = connection.execute(_ASSESSMENTS, given).fetchall()
    if not heads:
        return ()
    iso = {one.id: one.iso for one in asked.levels(catalogue)}
    limit = given["day"]
    effects = _grouped(
        (row[0], Effect(row[1], row[2], iso.get(row[2]), *row[3:]))
        for row in connection.execute(_EFFECTS)
    )
    consulted = _grouped((row[0], Consulted(*row[1:])) for row in connection.execute(_CONSULTED))
    risks = _grouped(
        (row[0], LinkedRisk(row[1], row[2], row[3], row[5] if row[5] and row[5] <= limit else None))
        for row in connection.execute(_RISKS)
        if row[4] <= limit
    )
    papers = _grouped(
        (row[0], Paper(row[1], row[2], row[3], bool(row[4])))
        for row in connection.execute(_PAPERS, given)
    )
    found = []
    for key, *head in heads:
        approved = head[10] is not None and head[10] <= limit
        if not approved:
            head[9:11] = None, None
        lists = (tuple(of.get(key, ())) for of in (effects, consulted, risks, papers))
        reached = {effect.level for effect in effects.get(key, ())}
        levels = tuple(name for name in iso if name in reached)
        found.append(Assessment._make((*head, *lists, levels)))
    return tuple(found)


def one(connection: sqlite3.Connection, catalogue: Catalogue, which: str, day: date) -> Assessment:
    """The assessment with that id as it is on `day`; refused with the nearest."""
    noun = NOUNS["impact_assessment"]
    identifier = id_of(noun, key_of(which, noun, field="IA"))
    found = next(
        (one for one in assessments(connection, catalogue, day) if one.id == identifier), None
    )
    if found is None:
        known = ids(connection)
        if identifier in known:
            raise refuse(f"{identifier} was made after {day}", field="IA")
        nearest = closest(identifier, known)
        raise refuse(f"there is no {identifier} in this register", field="IA", nearest=nearest)
    return found


def ids(connection: sqlite3.Connection) -> dict[str, str]:
    """Every id with its system's name, newest first."""
    found = connection.execute(
        "SELECT a.id, name FROM impact_assessment AS a JOIN ai_system AS s ON s.id = system "
        "ORDER BY a.key DESC"
    )
    return {row[0]: row[1] for row in found}


def document(found: Assessment, catalogue: Catalogue) -> dict[str, Any]:
    """An assessment as the `govtrack.impact/1` document, with both frameworks' levels."""
    levels = {one.id: one.iso for one in asked.levels(catalogue)}
    return {
        "format": FORMAT,
        **{name: getattr(found, name) for name in _PLAIN},
        "roles": found.roles.split(", ") if found.roles else [],
        "recorded_days_late": found.days_late,
        "self_approved": own_approval(found),
        "levels": [
            {"level": name, "iso_level": levels[name], "considered": name in found.levels}
            for name in levels
        ],
        "iso_levels": list(asked.iso_levels(catalogue, found.levels)),
        "iso_note": asked.AS_RISK,
        "effects": [
            {
                "number": one.number,
                "level": one.level,
                "iso_level": one.iso,
                **{name: getattr(one, name) for name in _EFFECT},
            }
            for one in found.effects
        ],
        "consulted": [one._asdict() for one in found.consulted],
        "risks": [one._asdict() for one in found.risks],
        "evidence": [one._asdict() for one in found.evidence],
    }


_PLAIN = (
    "id", "system", "purpose", "roles", "model", "assessed_on", "assessed_by", "approved_by",
    "approved_on", "result", "why", "next_review", "recorded_on",
)  # fmt: skip
_EFFECT = ("kind", "what", "severity", "likelihood", "reversibility", "measure")


def own_approval(found: Assessment) -> bool:
    """Whether the one who assessed it approved it too."""
    by = found.approved_by
    return by is not None and by.casefold() == found.assessed_by.casefold()


def _grouped(rows: Iterable[tuple[int, Any]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for key, value in rows:
        found.setdefault(key, []).append(value)
    return found
