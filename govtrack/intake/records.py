"""A table of evidence, read into what can be recorded: every problem found, nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from govtrack import clock
from govtrack.aims.fields import EvidenceFields, Place, contradictions
from govtrack.errors import BadInput, Problem, visible
from govtrack.intake import artefacts, columns, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date
    from pathlib import Path

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.intake.formats.table import Cell, Row, Table

Read = TypeVar("Read")

LAST_VERSION = 9999


@dataclass(frozen=True, slots=True)
class Reading:
    """What a table says: its records, and remarks on how it was read."""

    records: tuple[EvidenceFields, ...]
    notes: tuple[str, ...]


def read(
    path: Path,
    catalogue: Catalogue,
    *,
    folder: Path | None = None,
    encoding: str | None = None,
) -> Reading:
    """The records of a CSV, XLSX, YAML, JSON or JSON Lines table.

    Paths in it are relative to `folder` (default: the table's own) and stay inside it. Raises
    `BadInput` with every problem: file, row, column, value, what was expected, what is nearest.
    """
    table = tables.read(path, encoding)
    return records(table, str(path), folder or path.parent, catalogue)


def records(table: Table, file: str, folder: Path, catalogue: Catalogue) -> Reading:
    """The records of a table already read; `file` is what its problems name."""
    reader = _Reader(file, artefacts.Folder(folder), catalogue)
    reader.head(table)
    found = [reader.record(row) for row in table.rows]
    if not found:
        reader.problems.append(Problem("has no rows", file))
    if reader.problems:
        raise BadInput(reader.problems)
    return Reading(tuple(fields for fields in found if fields), table.notes)


class _Reader:
    """One table on its way to records; what repeats (kinds, references, dates) is read once."""

    def __init__(self, file: str, folder: artefacts.Folder, catalogue: Catalogue) -> None:
        self.file, self.folder, self.catalogue = file, folder, catalogue
        self.problems: list[Problem] = []
        self.names: dict[str, str | None] = {}
        self.days: dict[str, date] = {}
        self.kinds: dict[str, str] = {}
        self.references: dict[tuple[str, ...], tuple[tuple[str, ...], tuple[str, ...]]] = {}

    def head(self, table: Table) -> None:
        """Learn the columns; a table without those it needs is refused at its header."""
        known = [self.name(name, table.header_row) for name in table.header]
        for column in sorted({name for name in known if name and known.count(name) > 1}):
            self.wrong("this column is there twice", table.header_row, column)
        for column in columns.REQUIRED:
            if table.header and column not in known:
                self.wrong("this column is missing", table.header_row, column)
        if self.problems and table.header:
            raise BadInput(self.problems)

    def record(self, row: Row) -> EvidenceFields | None:
        """The record that a row says, or None where it has a problem."""
        before = len(self.problems)
        cells: dict[str, Cell] = {}
        for name, value in row.cells.items():
            column = self.names[name] if name in self.names else self.name(name, row.number)
            if column and column in cells:
                self.wrong("is said twice", row.number, column)
            if column:
                cells[column] = value
        fields = _Cells(self, row.number, cells).fields()
        if len(self.problems) == before:
            self.problems.extend(contradictions(fields))
        return fields if len(self.problems) == before else None

    def name(self, name: str, row: int | None) -> str | None:
        column = columns.canonical(name)
        if column is None:
            message, nearest = columns.unknown(name)
            self.wrong(message, row, None, nearest)
        self.names[name] = column
        return column

    def wrong(
        self, message: str, row: int | None, column: str | None, nearest: str | None = None
    ) -> None:
        self.problems.append(Problem(message, self.file, row, column, nearest))


class _Cells:
    """One row's cells by column."""

    def __init__(self, reader: _Reader, row: int, cells: dict[str, Cell]) -> None:
        self.reader, self.row, self.cells = reader, row, cells

    def fields(self) -> EvidenceFields:
        files = self.files()
        kind = self.kind()
        supports, notes = self.references()
        start, end = self.period()
        return EvidenceFields(
            files=files,
            kind=kind,
            title=self.text("title") or (files[0].stem if files else ""),
            systems=self.several("system"),
            supports=supports,
            period_start=start,
            period_end=end,
            prepared_by=self.text("prepared_by"),
            prepared_on=self.day("prepared_on"),
            approved_by=self.text("approved_by"),
            approved_on=self.day("approved_on"),
            valid_until=self.day("valid_until"),
            source=self.text("source"),
            why=self.text("why"),
            classification=self.text("classification"),
            version=self.version(),
            supersedes=self.several("supersedes"),
            place=Place(self.reader.file, self.row),
            notes=notes,
        )

    def text(self, column: str) -> str | None:
        value = self.cells.get(column, "")
        if isinstance(value, tuple):
            self.wrong("expected one text, not a list", column)
            return None
        return value.strip() or None

    def several(self, column: str, separators: str = ";,\n") -> tuple[str, ...]:
        """The texts of a list, or of a cell with separators; the same text once."""
        value = self.cells.get(column, "")
        if isinstance(value, str):
            for separator in separators:
                value = value.replace(separator, "\n")
            value = tuple(value.split("\n"))
        return tuple(dict.fromkeys(text for part in value if (text := part.strip())))

    def files(self) -> tuple[Path, ...]:
        names = self.several("file", ";\n")
        if not names:
            self.wrong("is empty; expected the path of a file", "file")
        found: list[Path] = []
        for name in names:
            try:
                found.append(self.reader.folder.file(name))
            except artefacts.NotThereError as error:
                self.wrong(str(error), "file", error.nearest)
        return tuple(found)

    def kind(self) -> str:
        text = self.text("kind")
        known = self.reader.kinds
        if not text:
            if not isinstance(self.cells.get("kind"), tuple):
                self.wrong("is empty; 'govtrack kinds' lists what there is", "kind")
            return ""
        if text not in known:
            from govtrack.catalog import kinds  # noqa: PLC0415

            found = self.tried(lambda: kinds.kind(text, self.reader.catalogue).id, "kind")
            if found is None:
                return ""
            known[text] = found
        return known[text]

    def references(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        texts = self.several("supports")
        known = self.reader.references
        if texts and texts not in known:
            from govtrack.catalog import refs  # noqa: PLC0415

            resolved = self.tried(
                lambda: refs.resolve(texts, self.reader.catalogue, field="supports"), "supports"
            )
            if resolved is None:
                return (), ()
            known[texts] = resolved.refs, resolved.notes
        return known[texts] if texts else ((), ())

    def period(self) -> tuple[date | None, date | None]:
        start, end = self.day("period_start"), self.day("period_end")
        text = self.text("period")
        if text is None:
            return start, end
        if start or end:
            self.wrong("said twice: give period, or period_start and period_end", "period")
        first, dots, last = text.partition(".." if ".." in text else "/")
        if not dots:
            message = f"'{visible(text)}' is not a period such as 2025-01-01..2025-12-31"
            self.wrong(message, "period")
            return None, None
        return self.read_day(first.strip(), "period"), self.read_day(last.strip(), "period")

    def day(self, column: str) -> date | None:
        text = self.text(column)
        return self.read_day(text, column) if text else None

    def read_day(self, text: str, column: str) -> date | None:
        known = self.reader.days
        if text not in known:
            found = self.tried(lambda: clock.day(text, column), column)
            if found is None:
                return None
            known[text] = found
        return known[text]

    def version(self) -> int | None:
        text = self.text("version")
        if text is None:
            return None
        if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= LAST_VERSION):
            message = f"'{visible(text)}' is not a whole number from 1 to {LAST_VERSION}"
            self.wrong(message, "version")
            return None
        return int(text)

    def tried(self, read: Callable[[], Read], column: str) -> Read | None:
        """What `read` gives; its refusal becomes problems of this row and column."""
        try:
            return read()
        except BadInput as refusal:
            self.placed(refusal.problems, column)
            return None

    def placed(self, problems: Iterable[Problem], column: str) -> None:
        for problem in problems:
            self.wrong(problem.message, column, problem.nearest)

    def wrong(self, message: str, column: str, nearest: str | None = None) -> None:
        self.reader.wrong(message, self.row, column, nearest)
