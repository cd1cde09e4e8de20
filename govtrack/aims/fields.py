"""What is said of a piece of evidence before it is recorded, whoever says it: a command or a table.

Here it is only words, dates and paths: nothing is looked up in the register, no file is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govtrack.errors import Problem

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path


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
