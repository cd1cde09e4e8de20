"""AI risk criteria that the organisation adopts, version by version (6.1.1, 6.1.2; MAP 1.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlmodel import col, select

from govtrack.aims.fields import bygone, empty, long_ago
from govtrack.catalog import risk_criteria
from govtrack.cycle.recurrence import months_from
from govtrack.errors import BadInput, NotDone, Problem
from govtrack.register.nouns import NOUNS, id_of
from govtrack.register.tables import criteria as tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlmodel import SQLModel

    from govtrack.catalog.risk_criteria import Criteria
    from govtrack.register.recording import Recording

SHIPPED = "govtrack's own risk-criteria.yaml"
"""The source of criteria that were adopted as they ship (`catalogue.risk_criteria`)."""
FAR_AHEAD_MONTHS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaFields:
    """Criteria to adopt: since when they hold, who decided, and where they were written.

    `in_force_from` may lie ahead. `title` stands in place of the criteria's own.
    """

    criteria: Criteria
    in_force_from: date
    decided_by: str
    source: str = SHIPPED
    title: str | None = None


def adopt(recorded: Recording, said: CriteriaFields) -> str:
    """Record the next version of the criteria; gives its id.

    Raises `BadInput` with everything that is wrong with them, and where they would come into force
    before the version that is in force today; `NotDone` where they are that version again, under
    the same name. A version that is only planned, for that day or a later one, never comes into
    force then: this one takes its place, and a note says so.
    """
    today, start = recorded.today.isoformat(), said.in_force_from.isoformat()
    versions = list(
        recorded.session.exec(
            select(tables.RiskCriteria).order_by(col(tables.RiskCriteria.version).desc())
        )
    )
    held = next((one for one in versions if one.in_force_from <= today), None)
    problems = list(_problems(said, held))
    if problems:
        raise BadInput(problems)
    last = versions[0] if versions else None
    same = last is not None and _same(recorded, last, said.criteria)
    title = (said.title or said.criteria.title).strip()
    if same and last and last is held and said.title is None and title == last.title:
        raise NotDone(
            f"nothing differs from version {last.version}, in force from {last.in_force_from}: "
            "nothing was recorded; --title gives the same criteria another name"
        )
    recorded.notes.extend(_days(said, recorded.today))
    recorded.notes.extend(
        f"version {one.version}, planned from {one.in_force_from}, never comes into force: these "
        "criteria take its place"
        for one in versions
        if one.in_force_from > today and one.in_force_from >= start
    )
    if same and last:
        recorded.notes.append(f"the scales, matrix and levels are those of version {last.version}")
    key = recorded.next_key("risk_criteria")
    row = tables.RiskCriteria(
        key=key,
        id=id_of(NOUNS["risk_criteria"], key),
        version=last.version + 1 if last else 1,
        title=title,
        in_force_from=said.in_force_from.isoformat(),
        decided_by=said.decided_by.strip(),
        source=said.source,
        recorded_on=recorded.today.isoformat(),
    )
    recorded.session.add(row)
    recorded.session.flush()
    recorded.session.add_all(_parts(key, said.criteria))
    recorded.describe("risk_criteria", key, "risk_criteria.adopted")
    recorded.notes.extend(_assessed_before(recorded, row))
    return row.id


def _days(said: CriteriaFields, today: date) -> Iterator[str]:
    """Days that may well be slips: long ago, or far ahead."""
    if note := long_ago(said.in_force_from, today):
        yield note
    if said.in_force_from > months_from(today, FAR_AHEAD_MONTHS):
        yield f"{said.in_force_from} is more than two years ahead: meant?"


def _problems(said: CriteriaFields, held: tables.RiskCriteria | None) -> Iterator[Problem]:
    for fault in risk_criteria.faults(risk_criteria.plain(said.criteria)):
        place = ".".join(map(str, fault.place))
        yield Problem(fault.message, said.source, field=place, nearest=fault.nearest)
    if not said.decided_by.strip():
        yield Problem("is missing: who decided on the criteria", field="--decided-by")
    yield from empty({"--title": said.title})
    if early := bygone(said.in_force_from):
        yield Problem(early, field="--in-force-from")
    elif held and said.in_force_from.isoformat() < held.in_force_from:
        message = (
            f"{said.in_force_from} is before version {held.version} came into force, "
            f"{held.in_force_from}"
        )
        yield Problem(message, field="--in-force-from", nearest=held.in_force_from)


def _parts(key: int, criteria: Criteria) -> Iterator[SQLModel]:
    for position, step in enumerate(criteria.likelihoods, 1):
        yield tables.RiskLikelihood(criteria=key, position=position, **step._asdict())
    for position, consequence in enumerate(criteria.consequences, 1):
        yield tables.RiskConsequence(criteria=key, position=position, **consequence._asdict())
    for position, level in enumerate(criteria.levels, 1):
        yield tables.RiskLevel(criteria=key, position=position, **level._asdict())
    for likelihood, row in criteria.matrix.items():
        for consequence_word, word in row.items():
            yield tables.RiskMatrix(
                criteria=key, likelihood=likelihood, consequence=consequence_word, level=word
            )
    for impact_level, word in criteria.acceptable.items():
        yield tables.RiskAcceptable(criteria=key, impact_level=impact_level, level=word)


def _same(recorded: Recording, last: tables.RiskCriteria, criteria: Criteria) -> bool:
    standing = risk_criteria.of_image(recorded.image("risk_criteria", last.key))
    return standing._replace(title="") == criteria._replace(title="")


def _assessed_before(recorded: Recording, row: tables.RiskCriteria) -> Iterator[str]:
    """What was assessed by an earlier version on a day from which this one holds."""
    (count,) = recorded.connection.execute(
        "SELECT count(DISTINCT risk) FROM risk_assessment WHERE assessed_on >= ?",
        [row.in_force_from],
    ).fetchone()
    if count:
        yield (
            f"{count} {'risk was' if count == 1 else 'risks were'} assessed by earlier criteria on "
            f"or after {row.in_force_from}: 'govtrack risk check' names what to assess again"
        )
