"""An edited Statement of Applicability, read into decisions to record (ISO/IEC 42001 6.1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack import clock
from govtrack.aims.applicability import OF_APPLICABLE, ApplicabilityFields
from govtrack.catalog import refs
from govtrack.errors import BadInput, Problem, closest, visible
from govtrack.intake.edited_values import reasons
from govtrack.intake.edits import Comparing, Register
from govtrack.status.soa_cells import LAYOUT

if TYPE_CHECKING:
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.intake.edited_sheet import Row, Sheet
    from govtrack.intake.edits import Edit, Key
    from govtrack.status.soa_cells import Standing


class Reading(NamedTuple):
    """Decisions to record, the rows they come from, what cannot be read, and remarks."""

    fields: tuple[ApplicabilityFields, ...]
    edits: tuple[Edit, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


class Dated(NamedTuple):
    """When what the sheet changes was decided, and by whom (None: today, who records it)."""

    on: date | None = None
    by: str | None = None


def decisions(
    sheet: Sheet,
    standing: Standing,
    register: Register,
    catalogue: Catalogue,
    dated: Dated,
    *,
    force: bool = False,
) -> Reading:
    """What the sheet says otherwise than the register.

    The problems name file, row, column, what was expected, what is nearest; where there is one,
    nothing is to be recorded.
    """
    reader = _Reader(sheet, standing, catalogue)
    found = Comparing(sheet, LAYOUT, register, reader.key, _undecided, force).edits()
    fields = tuple(_fields(edit, dated) for edit in found.rows)
    return Reading(fields, found.rows, found.problems, found.notes)


class _Reader:
    """Whose row a row is: the control and the system as people write them."""

    def __init__(self, sheet: Sheet, standing: Standing, catalogue: Catalogue) -> None:
        self.file, self.titles, self.catalogue = sheet.file, standing.titles, catalogue
        self.controls = {ref.casefold(): ref for ref in standing.titles}
        self.systems = {
            name.casefold(): identifier
            for identifier, names in standing.systems.items()
            for name in (identifier, *names[::-1])
        }
        self.slugs = [slug for slug, _ in standing.systems.values()]

    def key(self, row: Row) -> tuple[Key, tuple[str, ...]]:
        """The control and the id of the system ('': the whole AIMS), with notes on the reading."""
        problems: list[Problem] = []
        control = ""
        notes: tuple[str, ...] = ()
        try:
            control, notes = self.control(row)
        except BadInput as refusal:
            problems += refusal.problems
        system = row.cells.get("system", "")
        identifier = self.systems.get(system.casefold()) if system else ""
        if identifier is None:
            nearest = closest(system, self.slugs)
            message = f"there is no system '{visible(system)}'"
            problems.append(Problem(message, self.file, row.number, "system", nearest))
        if problems:
            raise BadInput(problems)
        return (control, identifier or ""), notes

    def control(self, row: Row) -> tuple[str, tuple[str, ...]]:
        text = row.cells["control"]
        if known := self.controls.get(text.casefold()):
            return known, ()
        found = refs.resolve(
            [text], self.catalogue, field="control", file=self.file, row=row.number
        )
        if len(found.refs) != 1:
            raise self.wrong(f"'{visible(text)}' names {len(found.refs)}: one a row", row)
        if found.refs[0] not in self.titles:
            message = f"'{found.refs[0]}' is not a control of Annex A or one of your own"
            raise self.wrong(message, row)
        return found.refs[0], found.notes

    def wrong(self, message: str, row: Row) -> BadInput:
        return BadInput(Problem(message, self.file, row.number, "control"))


def _undecided(edit: Edit) -> list[Problem]:
    """What an emptied cell cannot mean, and what a decision needs."""
    at, changes = edit.place.problem, edit.changes
    found = []
    if changes.get("applicable") == "":
        message = "is empty; a decision is not taken back: write yes or no"
        found.append(at(message, "applicable"))
    elif edit.before.mark is None and not edit.key[1] and "applicable" not in changes:
        message = "is empty; nothing can be said of a control that is not decided: write yes or no"
        found.append(at(message, "applicable"))
    if changes.get("why") == "":
        found.append(at("is empty; a decision keeps its reason", "why"))
    turned = edit.before.mark is not None and changes.get("applicable")
    if turned and "why" not in changes:
        word = "excluded" if changes["applicable"] == "no" else "applicable"
        message = f"is still the reason of the decision before: say why it is {word} now"
        found.append(at(message, "why"))
    return found


def _fields(edit: Edit, dated: Dated) -> ApplicabilityFields:
    given: dict[str, Any] = {name: text for name, text in edit.changes.items() if text}
    emptied = [name for name in OF_APPLICABLE if edit.changes.get(name) == ""]
    if "applicable" in given:
        given["applicable"] = given["applicable"] == "yes"
    if "because" in edit.changes:
        given["because"] = reasons(edit.changes["because"])
    if "due" in given:
        given["due"] = clock.day(given["due"], "due")
    return ApplicabilityFields(
        control=edit.key[0],
        system=edit.key[1] or None,
        **given,
        # of an excluded control nothing is carried over that would have to be emptied
        clear=() if given.get("applicable") is False else tuple(emptied),
        decided_on=dated.on,
        decided_by=dated.by,
        place=edit.place,
    )
