"""What a person changed in a sheet: its cells beside what the register says and said.

A row carries the id of the record it was written from. So a cell that still says what that record
said was not touched, whatever was recorded since; a cell that a person changed while somebody else
recorded something different there is a clash, and nobody's word is lost in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from govtrack.aims.fields import Place
from govtrack.errors import BadInput, Problem, visible
from govtrack.intake import edited_values
from govtrack.intake.edited_sheet import numbered
from govtrack.status.edited_cells import Line, cell, guarded, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from govtrack.intake.edited_sheet import Row, Sheet
    from govtrack.status.edited_cells import Column, Layout

Key = tuple[str, str]


class Register(NamedTuple):
    """What the register says of the rows of a sheet.

    `standing` are the rows in force, `named` those that the sheet's own records said, by their ids;
    `since` the ids recorded after the sheet was exported (None: that is not known).
    """

    standing: Mapping[Key, Line]
    named: Mapping[str, Line]
    since: frozenset[str] | None = None


class Edit(NamedTuple):
    """One row that differs: where it is written, what holds, and the new text by column.

    '' is a cell that was emptied. `meanwhile` are the columns somebody else changed as well.
    """

    place: Place
    key: Key
    before: Line
    changes: Mapping[str, str]
    meanwhile: frozenset[str]


class Edits(NamedTuple):
    """Every row that differs and can be read, in the order of the sheet; problems, and remarks."""

    rows: tuple[Edit, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class Comparing:
    """A sheet on its way to edits.

    `key_of` reads whose row a row is, or raises `BadInput`; `wrong_with` says what is wrong with an
    edit by itself.
    """

    sheet: Sheet
    layout: Layout
    register: Register
    key_of: Callable[[Row], tuple[Key, tuple[str, ...]]]
    wrong_with: Callable[[Edit], Iterable[Problem]] = lambda _: ()
    force: bool = False
    problems: list[Problem] = field(default_factory=list)
    notes: dict[str, None] = field(default_factory=dict)
    kept: dict[int, None] = field(default_factory=dict)

    def edits(self) -> Edits:
        """Every row that differs, and every problem of every row."""
        seen: dict[Key, int] = {}
        found = []
        self.problems += self.sheet.problems
        for row in self.sheet.rows:
            try:
                key, notes = self.key_of(row)
            except BadInput as refusal:
                self.problems += refusal.problems
                continue
            self.notes |= dict.fromkeys(f"{self._at(row)}: {note}" for note in notes)
            if key in seen:
                name = self.layout.of("key")[0].heading
                message = f"{visible(key[0])} stands in row {seen[key]} already"
                self._wrong(row, message, name)
                continue
            seen[key] = row.number
            before = len(self.problems)
            edit = self._row(row, key)
            if edit and len(self.problems) == before:
                self.problems += self.wrong_with(edit)
            if edit and len(self.problems) == before:
                found.append(edit)
        return Edits(tuple(found), tuple(self.problems), tuple(self._notes(seen)))

    def _row(self, row: Row, key: Key) -> Edit | None:
        standing = self.register.standing.get(key) or Line(key, None, {})
        base = self._base(row, standing)
        if base is None:
            return None
        changes: dict[str, str] = {}
        meanwhile: set[str] = set()
        for column in self.layout.of("edited"):
            said = self._changed(row, column, base, standing)
            if said is None:
                continue
            changes[column.name] = said
            if base.said(column.name) != standing.said(column.name):
                meanwhile.add(column.name)
                self._clash(row, column, said, base, standing)
        if not changes:
            return None
        place = Place(self.sheet.file, row.number)
        return Edit(place, key, standing, changes, frozenset(meanwhile))

    def _changed(self, row: Row, column: Column, base: Line, standing: Line) -> str | None:
        """The new text of a cell that a person changed to something the register does not say."""
        said = row.cells.get(column.name)
        for read in (False, True):
            # as it is written first: what nobody touched need not be readable
            if said is not None and read:
                said = self._value(row, column, said)
            if said is None or _same(said, standing, column):
                return None
            if _same(said, base, column):
                self.kept[row.number] = None
                return None
        return said

    def _base(self, row: Row, standing: Line) -> Line | None:
        """What the row said when it was written; None where it names a record of another row."""
        mark = self.layout.of("mark")[0]
        if mark.name not in self.sheet.columns:
            since = self.register.since
            # only that something was recorded since is known: what the sheet said is not
            return _UNKNOWN if since and standing.mark in since else standing
        named = row.cells.get(mark.name, "")
        if not named:
            return standing if standing.mark is None else Line(standing.key, None, {})
        if named == standing.mark:
            return standing
        base = self.register.named.get(named)
        if base is None:
            self._wrong(row, f"there is no {visible(named)} in this register", mark.heading)
        elif base.key != standing.key:
            if base.key == (standing.key[0], "") and standing.mark is None:
                # the row for all was copied, and says now what differs for one system
                return Line(standing.key, None, {})
            self._wrong(row, _elsewhere(base, standing), mark.heading)
            return None
        return base

    def _value(self, row: Row, column: Column, written: str) -> str | None:
        if not written:
            return ""
        try:
            said = edited_values.value(column, written, serial=self.sheet.serial)
        except edited_values.Unread as unread:
            self._wrong(row, str(unread), column.heading, unread.nearest)
            return None
        if said.note:
            self.notes[f"{self._at(row)}, {column.heading}: {said.note}"] = None
        return said.text

    def _clash(self, row: Row, column: Column, said: str, base: Line, standing: Line) -> None:
        if self.force:
            return
        now = shortened(standing.said(column.name))
        if base.mark and (standing.mark is None or standing.mark < base.mark):
            holds = standing.mark or "nothing"
            message = (
                f"the row was written from {base.mark}, but on that day {holds} holds: write a "
                "sheet as of that day"
            )
        else:
            message = (
                f"changed meanwhile: {standing.mark} says '{now}', the sheet '{shortened(said)}'; "
                "edit a new export"
            )
        self._wrong(row, f"{message}, or say --force to take the sheet's word", column.heading)

    def _notes(self, seen: Mapping[Key, int]) -> Iterator[str]:
        yield from self.sheet.notes
        yield from self.notes
        if self.kept:
            yield (
                f"{self.sheet.file}: {numbered(tuple(self.kept))} as first exported, and changed "
                "meanwhile in the register: what is recorded is kept"
            )
        if self.layout.of("mark")[0].name not in self.sheet.columns and not self.register.since:
            yield (
                f"{self.sheet.file}: without the column '{self.layout.of('mark')[0].heading}' "
                "nobody can tell what was changed meanwhile"
            )
        missing = [key for key in self.register.standing if key not in seen]
        if missing:
            few = len(missing) == 1
            rows = "1 row is" if few else f"{len(missing)} rows are"
            stay = "stays as it is" if few else "stay as they are"
            yield f"{self.sheet.file}: {rows} not in the sheet and {stay}"

    def _at(self, row: Row) -> str:
        return f"{self.sheet.file}, row {row.number}"

    def _wrong(self, row: Row, message: str, name: str, nearest: str | None = None) -> None:
        self.problems.append(Problem(message, self.sheet.file, row.number, name, nearest))


def _elsewhere(base: Line, standing: Line) -> str:
    about = " ".join(part for part in base.key if part)
    if base.key[0] == standing.key[0]:
        return f"{base.mark} is of {visible(about)}: is the sheet, or the row, of another one?"
    return f"{base.mark} is of {visible(about)}: was one column sorted by itself?"


_UNKNOWN = Line(("", ""), None, {})
_LONG = 40


def shortened(text: str) -> str:
    """A text in one short line, for a sentence."""
    line = " ".join(text.split())
    return line if len(line) <= _LONG else f"{line[: _LONG - 1]}…"


def _same(written: str, line: Line, column: Column) -> bool:
    """Whether a cell says what a row of the register says, as it was written into a cell.

    A CSV that was saved as a workbook still has the apostrophes of its guarded cells.
    """
    said = line.said(column.name)
    shown = cell(said)
    return written in {said, plain(shown), plain(guarded(shown))}
