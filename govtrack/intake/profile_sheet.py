"""An edited profile, read into rows to set (NIST AI 100-1 section 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack import clock
from govtrack.aims.profile import ProfileRowFields
from govtrack.catalog import profile_refs
from govtrack.errors import BadInput, Problem, visible
from govtrack.intake.edits import Comparing, Register
from govtrack.status import profile_cells
from govtrack.status.edited_cells import PROFILE, SYSTEM

if TYPE_CHECKING:
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.intake.edited_sheet import Row, Sheet
    from govtrack.intake.edits import Edit, Key


class Whose(NamedTuple):
    """Which profile: a slug or id, or the system whose own it is; neither is the organisation's."""

    profile: str | None = None
    system: str | None = None


class Reading(NamedTuple):
    """Rows to set, the edits they come from, what cannot be read, and remarks."""

    fields: tuple[ProfileRowFields, ...]
    edits: tuple[Edit, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def whose(sheet: Sheet) -> Whose:
    """Which profile the sheet's "Read me" names; neither where it names none."""
    system = sheet.facts.get(SYSTEM)
    return Whose(None, system) if system else Whose(sheet.facts.get(PROFILE) or None, None)


def rows(
    sheet: Sheet,
    register: Register,
    catalogue: Catalogue,
    of: Whose,
    on: date,
    *,
    generative: bool = False,
    force: bool = False,
) -> Reading:
    """What the sheet says otherwise than the register, to be set on `on`.

    The problems name file, row, column, what was expected, what is nearest; where there is one,
    nothing is to be recorded. `generative`: the profile has rows for the actions of NIST AI 600-1.
    """

    def key(row: Row) -> tuple[Key, tuple[str, ...]]:
        text = row.cells["subcategory"]
        found = profile_refs.resolve(
            [text], catalogue, generative=generative, field="subcategory", file=sheet.file,
            row=row.number,
        )  # fmt: skip
        if len(found) != 1:
            message = f"'{visible(text)}' names {len(found)}: one a row"
            raise BadInput(Problem(message, sheet.file, row.number, "subcategory"))
        return (found[0], ""), ()

    layout = profile_cells.layout(catalogue.profile_scale)
    found = Comparing(sheet, layout, register, key, force=force).edits()
    fields = tuple(_fields(edit, of, on) for edit in found.rows)
    return Reading(fields, found.rows, found.problems, found.notes)


def _fields(edit: Edit, of: Whose, on: date) -> ProfileRowFields:
    given: dict[str, Any] = {name: text for name, text in edit.changes.items() if text}
    for name in ("target_by", "due"):
        if name in given:
            given[name] = clock.day(given[name], name)
    return ProfileRowFields(
        ref=edit.key[0],
        profile=of.profile,
        system=of.system,
        **given,
        clear=tuple(name for name, text in edit.changes.items() if not text),
        set_on=on,
        place=edit.place,
    )
