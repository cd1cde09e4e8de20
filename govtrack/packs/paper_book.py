"""Tables of one paper as a workbook by itself: text to filter and sign, no formulas, no links."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from govtrack.packs.sheet import cell, sheet_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from govtrack.packs.sheet import Sheet


def book(title: str, day: date, sheets: Iterable[Sheet]) -> bytes:
    """The workbook; `day` is its date, so the same tables give the same bytes."""
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415

    stream = io.BytesIO()
    # numbers and formulas stay what was recorded: text
    made = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    created = datetime(day.year, day.month, day.day, tzinfo=UTC)
    made.set_properties({"title": title, "created": created})
    head = made.add_format({"bold": True, "text_wrap": True, "bg_color": "#F1F4F7", "bottom": 2})
    text = made.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    for sheet in sheets:
        page = made.add_worksheet(sheet_name(sheet.name))
        page.freeze_panes(1, 1)
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        for column, (name, width) in enumerate(sheet.columns):
            page.set_column(column, column, width)
            page.write_string(0, column, name, head)
        last = 0
        for last, row in enumerate(sheet.rows, 1):
            for column, value in enumerate(row):
                if value not in {None, ""}:
                    page.write_string(last, column, cell(str(value)), text)
        page.autofilter(0, 0, max(last, 1), len(sheet.columns) - 1)
    made.close()
    return stream.getvalue()
