"""Sheets that people edit and give back: their columns, and how a value stands in a cell.

Whoever writes such a sheet and whoever reads it again must say the same: what is compared on the
way back is the cell as it was written, so that what nobody touched is never taken for a change.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from govtrack.errors import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 32_767
"""What a cell holds; a spreadsheet program cuts silently, so we cut and say so."""
CUT = " [cut here: a cell holds no more; edit this text with the command]"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula in a text file."""

README = "Read me"
"""The sheet that says how to edit and from which state of the register the file was made."""
TRAIL_SIZE, TRAIL_ROOT, PROFILE, SYSTEM = "Trail size", "Trail root", "Profile", "System"
"""Labels of that sheet that are read again."""

Form = Literal["text", "day", "word", "yes-no", "reasons"]


class Column(NamedTuple):
    """A column: its name, how wide it is shown, and what may stand in it.

    `role` is key (which row it is), edited (read back), told (for information, never read) or
    mark (the id of the record the row was written from). `words` are those a `word` may be, `also`
    what people write for one of them.
    """

    name: str
    width: int
    role: Literal["key", "edited", "told", "mark"] = "told"
    form: Form = "text"
    words: tuple[str, ...] = ()
    says: str = ""
    also: tuple[tuple[str, str], ...] = ()

    @property
    def heading(self) -> str:
        """How the column is headed: `target outcome`."""
        return self.name.replace("_", " ")


class Layout(NamedTuple):
    """A sheet to edit: its title, the name of its data sheet, its columns in order."""

    title: str
    sheet: str
    command: str
    columns: tuple[Column, ...]

    def of(self, role: str) -> tuple[Column, ...]:
        """The columns of that role."""
        return tuple(one for one in self.columns if one.role == role)


class Line(NamedTuple):
    """A row of the sheet as the register has it; `cells` are texts by column, days in ISO form.

    `key` is the reference and the id of the system ('' where there is none), `mark` the id of the
    record that says it (None: nothing is recorded).
    """

    key: tuple[str, str]
    mark: str | None
    cells: Mapping[str, str]

    def said(self, name: str) -> str:
        """What the register says in that column, '' for nothing."""
        return self.cells.get(name, "")


def cell(text: str, cut: str = CUT) -> str:
    """`text` as a cell may hold it: control characters shown, the cut of an overlong one marked.

    `_x0041_` is how a workbook writes the letter A, and its programs differ on a text that is
    written so: its first character is shown as an escape too.
    """
    shown = "\n".join(visible(line) for line in text.split("\n"))
    if "_x" in shown:
        shown = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", r"\\x5f", shown)
    if len(shown) <= LONGEST // 2:
        return shown
    units = shown.encode("utf-16-le")  # what a spreadsheet counts
    if len(units) <= 2 * LONGEST:
        return shown
    return units[: 2 * (LONGEST - len(cut))].decode("utf-16-le", "ignore") + cut


def guarded(shown: str) -> str:
    """`shown` for a text file: no spreadsheet reckons with it, and `unguarded` gives it back."""
    return f"'{shown}" if shown.lstrip("'").startswith(FORMULA) else shown


def unguarded(written: str) -> str:
    """The text that `guarded` made `written` of."""
    rest = written.lstrip("'")
    return written[1:] if rest != written and rest.startswith(FORMULA) else written


def plain(written: str) -> str:
    """A cell's text without what a spreadsheet does to line ends and to the ends of a text."""
    return written.replace("\r\n", "\n").replace("\r", "\n").strip()
