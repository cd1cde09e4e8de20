"""The parts of an XLSX package (ECMA-376), as far as a table of text and dates needs them.

Twice to four times as fast as a general library, which a sheet of 100,000 rows makes worth it: a
row at a time is read, as text, and nothing of styles is kept but which cells are dates.
"""

from __future__ import annotations

import posixpath
import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET
from xml.parsers import expat

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
"""Number formats of ECMA-376 part 1, 18.8.30 that show a date or time."""
_NOT_A_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = {"1", "true"}
_EPOCH = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_LEAP_DAY_THAT_NEVER_WAS = 60
_MOST_DAYS = 2_958_466
CHUNK = 2**20
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Sheet(NamedTuple):
    """A sheet: its title and the member of the package that holds it."""

    title: str
    member: str


class Marks:
    """What a sheet says beside its cells: hidden rows, merged ranges, cells with a formula.

    Rows count from 1, columns from 0; a range is as the sheet writes it, `B5:B7`.
    """

    def __init__(self) -> None:
        self.hidden: list[int] = []
        self.merged: list[str] = []
        self.formulas: list[tuple[int, int]] = []


class Book:
    """A workbook's sheets, and what their cells refer to.

    Raises `KeyError`, `ValueError` or a syntax error of either XML parser where the package is not
    whole.
    """

    def __init__(self, package: zipfile.ZipFile) -> None:
        self.package = package
        main = self._related("_rels/.rels", "").get("officeDocument", {}).popitem()[1]
        folder, name = posixpath.split(main)
        related = self._related(f"{folder}/_rels/{name}.rels", folder)
        tree = self._tree(main)
        worksheets = related.get("worksheet", {})
        self.sheets = [
            Sheet(one.get("name", ""), worksheets[target])
            for one in _named(tree, "sheet")
            if (target := _relation(one)) in worksheets
        ]
        self.from_1904 = any(one.get("date1904") in _TRUE for one in _named(tree, "workbookPr"))
        self.strings = [
            _string(one) for path in related.get("sharedStrings", {}).values()
            for one in _named(self._tree(path), "si")
        ]  # fmt: skip
        self.dates = {
            str(number) for path in related.get("styles", {}).values()
            for number in _date_styles(self._tree(path))
        }  # fmt: skip

    def cell(self, value: str, attributes: dict[str, str]) -> str:
        """The text of a cell that holds `value`, by the cell's type and style."""
        form = attributes.get("t", "n")
        if form == "s" and value:
            return self.strings[int(value)]
        if form == "b":
            return _BOOLEANS.get(value, value)
        if form != "n" or not value:
            return _unescaped(value)
        number = float(value)
        if attributes.get("s") in self.dates and 0 <= number < _MOST_DAYS:
            return _moment(number, from_1904=self.from_1904)
        return str(int(number)) if number.is_integer() else str(number)

    def rows(self, sheet: Sheet, marks: Marks | None = None) -> Iterator[tuple[int, list[str]]]:
        """Each row's number and its cells as text, up to its last cell; `marks` is filled."""
        cells = _Cells(self, marks or Marks())
        with self.package.open(sheet.member) as stream:
            while chunk := stream.read(CHUNK):
                cells.parser.Parse(chunk)
                yield from cells.taken()
        cells.parser.Parse(b"", True)  # noqa: FBT003  (expat's own: this was the last)
        yield from cells.taken()

    def _tree(self, member: str) -> ET.Element:
        with self.package.open(member) as stream:
            return ET.parse(stream).getroot()  # noqa: S314  (document types are refused before)

    def _related(self, member: str, folder: str) -> dict[str, dict[str, str]]:
        """Members by the last word of their relation's type, then by the relation's id."""
        found: dict[str, dict[str, str]] = {}
        for one in self._tree(member).iter(_RELATIONS):
            kind = one.get("Type", "").rpartition("/")[2]
            target = posixpath.normpath(posixpath.join("/", folder, one.get("Target", "")))
            found.setdefault(kind, {})[one.get("Id", "")] = target.lstrip("/")
        return found


class _Cells:
    """A sheet's XML on its way to rows of text: what expat calls, so every line of it counts."""

    def __init__(self, book: Book, marks: Marks) -> None:
        self.book = book
        self.marks = marks
        self.done: list[tuple[int, list[str]]] = []
        self.number = 0
        self.row: list[str] = []
        self.attributes: dict[str, str] = {}
        self.text: list[str] = []
        self.reading = 0
        parser = self.parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end

    def taken(self) -> list[tuple[int, list[str]]]:
        """The rows that are whole by now, each once."""
        done, self.done = self.done, []
        return done

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition("}")[2]
        if local == "c":
            self.attributes = attributes
            self.text = []
        elif local in {"v", "t"}:
            if self.reading == 0:
                self.parser.CharacterDataHandler = self.text.append
        elif local == "rPh":  # how a text is read aloud, beside it
            self.reading += 1
        elif local == "row":
            self.number = int(attributes.get("r") or self.number + 1)
            self.row = []
            if attributes.get("hidden") in _TRUE:
                self.marks.hidden.append(self.number)
        else:
            self.mark(local, attributes)

    def mark(self, local: str, attributes: dict[str, str]) -> None:
        """What is seldom there and only some ask for."""
        if local == "f":
            place = self.attributes.get("r")
            self.marks.formulas.append((self.number, _column(place) if place else len(self.row)))
        elif local == "mergeCell":
            self.marks.merged.append(attributes.get("ref", ""))

    def end(self, name: str) -> None:
        local = name.rpartition("}")[2]
        if local in {"v", "t"}:
            self.parser.CharacterDataHandler = None
        elif local == "c":
            place = self.attributes.get("r")
            row = self.row
            if place and (missing := _column(place) - len(row)) > 0:
                row.extend([""] * missing)
            row.append(self.book.cell("".join(self.text), self.attributes))
        elif local == "row":
            self.done.append((self.number, self.row))
        elif local == "rPh":
            self.reading -= 1


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _named(tree: ET.Element, name: str) -> Iterator[ET.Element]:
    return (element for element in tree.iter() if _local(element) == name)


def _relation(sheet: ET.Element) -> str:
    return next((value for name, value in sheet.items() if name.endswith("}id")), "")


def _string(item: ET.Element) -> str:
    """The text of a string with its runs, without the readings beside it (`rPh`)."""
    text = "".join(
        part.text or ""
        for inner in item
        if _local(inner) != "rPh"
        for part in inner.iter()
        if _local(part) == "t"
    )
    return _unescaped(text)


def _unescaped(text: str) -> str:
    """What XML cannot hold is written as `_x000D_` (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _date_styles(styles: ET.Element) -> Iterator[int]:
    codes = {one.get("numFmtId"): one.get("formatCode", "") for one in _named(styles, "numFmt")}
    for cells in _named(styles, "cellXfs"):
        for number, style in enumerate(cells):
            code = style.get("numFmtId", "0")
            own = codes.get(code)
            if int(code) in BUILT_IN_DATES if own is None else _shows_a_date(own):
                yield number


def _shows_a_date(code: str) -> bool:
    return any(letter in "dmyhs" for letter in _NOT_A_CODE.sub("", code.partition(";")[0]).lower())


def _column(reference: str) -> int:
    """0 for `A7`, 26 for `AA7`."""
    letters = reference.rstrip("0123456789")
    known = _COLUMNS.get(letters)
    if known is None:
        known = 0
        for letter in letters:
            known = known * 26 + ord(letter) - 64
        known = _COLUMNS[letters] = known - 1
    return known


_COLUMNS: dict[str, int] = {}
_BOOLEANS = {"1": "true", "0": "false"}


def _moment(days: float, *, from_1904: bool) -> str:
    """The date, or the date and time, that a serial number stands for."""
    whole = int(days)
    if not from_1904 and 0 < whole < _LEAP_DAY_THAT_NEVER_WAS:
        whole += 1
    day = _EPOCH[from_1904] + timedelta(days=whole)
    seconds = round((days - int(days)) * 86_400)
    if not seconds:
        return day.isoformat()
    start = datetime.fromisoformat(day.isoformat())
    return (start + timedelta(seconds=seconds)).isoformat()
