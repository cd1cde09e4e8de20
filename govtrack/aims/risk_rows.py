"""A risk's rows in an open recording, and the rules that every step of it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sqlmodel import col, select

from govtrack.aims import links
from govtrack.aims.fields import bygone, long_ago
from govtrack.errors import BadInput, Problem, closest, not_one_of, refuse
from govtrack.register.nouns import reads_as_id
from govtrack.register.tables import criteria as _criteria  # noqa: F401  (a level refers to it)
from govtrack.register.tables import risks as tables
from govtrack.register.tables import systems as _systems  # noqa: F401  (a risk refers to it)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from govtrack.catalog.risk_criteria import Criteria
    from govtrack.register.recording import Recording

Looked = TypeVar("Looked")
Row = TypeVar("Row", tables.RiskAssessment, tables.RiskTreatment, tables.RiskAcceptance)


def find(recorded: Recording, which: str, field: str = "RISK") -> tables.Risk:
    """The risk with that id, else with that reference of the organisation's own."""
    name = which.strip()
    if name and not reads_as_id(name):
        own = select(tables.Risk).where(col(tables.Risk.reference) == name)
        if row := recorded.session.exec(own).first():
            return row
    identifier = links.identified(recorded, "risk", which, field)
    return recorded.session.exec(select(tables.Risk).where(tables.Risk.id == identifier)).one()


def days(
    recorded: Recording, *given: tuple[str, date], of: tables.Risk | None = None
) -> list[Problem]:
    """What is wrong with the days on which something happened, to a risk that is there."""
    problems = []
    for field, day in given:
        if early := bygone(day):
            problems.append(Problem(early, field=field))
        elif note := long_ago(day, recorded.today):
            recorded.notes.append(note)
        if day > recorded.today:
            message = f"{day} is after today, {recorded.today}: it has not happened yet"
            problems.append(Problem(message, field=field))
        if of and day.isoformat() < of.identified_on:
            message = f"{day} is before {of.id} was identified, {of.identified_on}"
            problems.append(Problem(message, field=field))
        if of and of.closed_on and day.isoformat() > of.closed_on:
            message = f"{day} is after {of.id} was closed, {of.closed_on}"
            problems.append(Problem(message, field=field))
    return problems


def criteria_on(recorded: Recording, day: date, field: str = "--on") -> tuple[str, Criteria]:
    """Id and values of the criteria in force on that day; refused in words where none are."""
    found = links.criteria_on(recorded, day)
    if found is None:
        message = (
            f"no AI risk criteria are in force on {day}: adopt some with 'govtrack criteria set "
            "--in-force-from DATE --decided-by WHO'"
        )
        raise refuse(message, field=field)
    return found


def known_words(criteria: Criteria, given: Iterable[tuple[str, str]]) -> None:
    """Refuse words that the criteria do not have: a likelihood, then a consequence."""
    scales = (
        [step.word for step in criteria.likelihoods],
        [step.word for step in criteria.consequences],
    )
    problems = []
    for (field, word), known in zip(given, scales, strict=True):
        if word not in known:
            problems.append(
                Problem(not_one_of(word, known), field=field, nearest=closest(word, known))
            )
    if problems:
        raise BadInput(problems)


def collected(problems: list[Problem], looked_up: Callable[[], Looked]) -> Looked | None:
    """What is looked up, or None with its problems added to the rest."""
    try:
        return looked_up()
    except BadInput as refusal:
        problems += refusal.problems
        return None


def rows(recorded: Recording, table: type[Row], key: int) -> list[Row]:
    """The rows of that table about the risk with that key, in the order they were recorded."""
    recorded.session.flush()
    statement = select(table).where(col(table.risk) == key).order_by(col(table.position))
    return list(recorded.session.exec(statement))


def said_already(recorded: Recording, said: Row) -> bool:
    """Whether a row says the same of the same day; noted, and then nothing is to be recorded."""
    beside = {"position", "recorded_on"}
    words = said.model_dump(exclude=beside)
    for row in rows(recorded, type(said), said.risk):
        if row.model_dump(exclude=beside) == words:
            recorded.notes.append(f"the same is recorded already, since {row.recorded_on}")
            return True
    return False


def next_position(recorded: Recording, table: str, key: int) -> int:
    """The position after the last of the rows about the risk with that key."""
    recorded.session.flush()
    (last,) = recorded.connection.execute(
        f"SELECT coalesce(max(position), 0) FROM {table} WHERE risk = ?",  # noqa: S608  (ours)
        [key],
    ).fetchone()
    return int(last) + 1
