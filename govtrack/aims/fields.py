"""What is said before it is recorded, whoever says it: a command or a table; rules for all of it.

Here it is only words, dates and paths: nothing is looked up in the register, no file is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govtrack.errors import Problem, closest, not_one_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from pathlib import Path

ROLES = ("provider", "producer", "developer", "deployer", "customer", "user", "partner")
"""Roles towards an AI system, after ISO/IEC 22989 clause 5.19."""

EARLIEST_YEAR = 1900
LONG_AGO_YEARS = 10


def empty(given: Mapping[str, object]) -> Iterator[Problem]:
    """A problem for each text, by its option, that is given and says nothing.

    What is left out (None) stays as it is; an empty text never empties a field by accident.
    """
    for field, value in given.items():
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and not text.strip():
                yield Problem("is empty: say something, or leave it out", field=field)


def clearing(clear: tuple[str, ...], fields: Mapping[str, object]) -> Iterator[Problem]:
    """What is wrong with the fields to empty again: `fields` are those that can be, as given."""
    for name in clear:
        if name not in fields:
            nearest = closest(name, fields)
            yield Problem(not_one_of(name, fields), field="--clear", nearest=nearest)
        elif fields[name] is not None:
            yield Problem("is given and cleared at once", field=f"--{name}")


def bygone(day: date) -> str | None:
    """What is wrong with a day before anything could have been recorded: a slip in the year."""
    return f"{day} is before {EARLIEST_YEAR}" if day.year < EARLIEST_YEAR else None


def long_ago(day: date, today: date) -> str | None:
    """A remark on a day that may well be a slip: more than ten years before today."""
    if (day.year + LONG_AGO_YEARS, day.month, day.day) >= (today.year, today.month, today.day):
        return None
    return f"{day} is more than ten years ago: meant?"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the words came from: a table and its row (1 is the header), or neither."""

    file: str | None = None
    row: int | None = None

    def problem(self, message: str, field: str, nearest: str | None = None) -> Problem:
        """What is wrong with `field` at this place."""
        return Problem(message, self.file, self.row, field, nearest)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFields:
    """One piece of evidence to record.

    `kind` is an id of the catalogue and `supports` holds leaf references of it; `systems` and
    `supersedes` are names or ids as the person wrote them, for the register to look up. `version`
    is None where the next one is meant. `notes` are remarks about how references were read.
    """

    files: tuple[Path, ...]
    kind: str
    title: str
    systems: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    period_start: date | None = None
    period_end: date | None = None
    prepared_by: str | None = None
    prepared_on: date | None = None
    approved_by: str | None = None
    approved_on: date | None = None
    valid_until: date | None = None
    source: str | None = None
    why: str | None = None
    classification: str | None = None
    version: int | None = None
    supersedes: tuple[str, ...] = ()
    place: Place = Place()
    notes: tuple[str, ...] = ()


def too_early(due: date | None, decided_on: str) -> str | None:
    """What is wrong with a day by which something is due: it was past when it was decided."""
    if due is None or due.isoformat() >= decided_on:
        return None
    return f"{due} is before it was decided, {decided_on}"


def contradictions(fields: EvidenceFields) -> tuple[Problem, ...]:
    """Everything in `fields` that cannot be true together; empty where all is well."""
    at = fields.place.problem
    found: list[Problem] = []
    start, end = fields.period_start, fields.period_end
    if (start is None) != (end is None):
        missing = "period_end" if end is None else "period_start"
        found.append(at("is missing: a period has a first and a last day", missing))
    elif start and end and end < start:
        found.append(at(f"{end} is before the period starts, {start}", "period_end"))
    if (fields.approved_by is None) != (fields.approved_on is None):
        missing = "approved_on" if fields.approved_on is None else "approved_by"
        found.append(at("is missing: an approval has a person and a day", missing))
    approved, prepared = fields.approved_on, fields.prepared_on
    if approved and prepared and approved < prepared:
        found.append(at(f"{approved} is before it was prepared, {prepared}", "approved_on"))
    return tuple(found)
