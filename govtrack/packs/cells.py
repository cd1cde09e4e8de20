"""How a sheet is written into a workbook: one hand for the pack's and for those of one paper.

Days are true dates, numbers numbers, all else text as recorded: no cell reckons.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from govtrack.packs.sheet import Link, cell, holds_days, sheet_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govtrack.packs.sheet import Sheet

OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
"""With these a workbook is to be opened."""

_FORMATS = {
    "head": {
        "bold": True,
        "bg_color": "#F1F4F7",
        "bottom": 2,
        "text_wrap": True,
        "valign": "bottom",
    },
    "text": {"text_wrap": True, "valign": "top", "num_format": "@"},
    "day": {"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"},
    "number": {"num_format": "0", "valign": "top"},
    "link": {"font_color": "#0B4A8F", "underline": 1, "valign": "top", "text_wrap": True},
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Hand:
    """Writes the cells of one workbook (xlsxwriter has no types, so neither have its parts)."""

    def __init__(self, book: Any) -> None:  # noqa: ANN401
        self.book = book
        self.formats = {name: book.add_format(given) for name, given in _FORMATS.items()}

    def sheet(self, sheet: Sheet, more: Sequence[tuple[str, int]] = ()) -> tuple[Any, int]:
        """A page with the sheet's rows and empty columns `more`; the page and its last row."""
        page = self.book.add_worksheet(sheet_name(sheet.name))
        columns = (*sheet.columns, *more)
        for position, (name, width) in enumerate(columns):
            page.set_column(position, position, width)
            page.write_string(0, position, name, self.formats["head"])
        days = {place for place, (name, _) in enumerate(columns) if holds_days(name)}
        last = 0
        for last, row in enumerate(sheet.rows, 1):
            for position, value in enumerate(row):
                given = _day(value) if position in days else value
                self.put(page, last, position, given)
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(last, 1), len(columns) - 1)
        if not last:
            page.write_string(1, 0, "none recorded", self.formats["text"])
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        return page, last

    def put(self, page: Any, row: int, column: int, value: object) -> None:  # noqa: ANN401
        """One cell; nothing where there is nothing to say."""
        if value is None or value == "":
            return
        if isinstance(value, date):
            self._put_day(page, row, column, value)
        elif isinstance(value, Link):
            target = f"external:{value.path}"
            page.write_url(row, column, target, self.formats["link"], cell(value.text))
        elif isinstance(value, int):
            page.write_number(row, column, value, self.formats["number"])
        else:
            page.write_string(row, column, cell(str(value)), self.formats["text"])

    def _put_day(self, page: Any, row: int, column: int, day: date) -> None:  # noqa: ANN401
        if day.year < 1900:  # noqa: PLR2004  (a spreadsheet knows no earlier date)
            page.write_string(row, column, day.isoformat(), self.formats["text"])
        else:
            page.write_datetime(row, column, datetime.combine(day, time.min), self.formats["day"])


def _day(value: object) -> object:
    """A day given as text as a date; what is none stays what it is."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
    return value
