"""A sheet that people edit and give back, as XLSX or CSV; `status.edited_cells` says its shape.

No formulas, no macros, nothing hidden, nothing locked: what may be edited is white, what is for
information is grey, and a "Read me" sheet says what may be written where.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.status.edited_cells import README, cell, guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govtrack.status.edited_cells import Column, Layout, Line

SPARE = 200
"""Rows below the last one that have the drop-downs too: for rows that people add."""
FIRST_YEAR = 1900
"""Spreadsheets know no earlier day; such a one is written as text."""
FORMS = ("xlsx", "csv")
ROWS = (
    "A row that is left out or unchanged changes nothing. Rows may be sorted, filtered and moved, "
    "whole ones only; blank rows are passed over."
)
COLUMNS = (
    "Blue columns are read back, grey ones are for information and never are. Columns may stand in "
    "any order. For notes of your own add a column whose heading begins with 'x '."
)

_TEXT: dict[str, Any] = {"text_wrap": True, "valign": "top", "num_format": "@"}
_DAY: dict[str, Any] = {"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}
_HEAD: dict[str, Any] = {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 2}
_TOLD: dict[str, Any] = {"font_color": "#5B6570", "bg_color": "#F1F4F7"}
_EDITED: dict[str, Any] = {"font_color": "#FFFFFF", "bg_color": "#0B4A8F"}


class Facts(NamedTuple):
    """What stands on the "Read me" sheet: facts by label, and the day everything is as at."""

    day: date
    organisation: str
    rows: Sequence[tuple[str, str]]


def csv_file(layout: Layout, lines: Iterable[Line]) -> bytes:
    """The sheet as CSV (RFC 4180, UTF-8 with a mark): no cell of it is a formula."""
    stream = io.StringIO(newline="")
    stream.write("\ufeff")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([column.heading for column in layout.columns])
    for line in lines:
        writer.writerow([guarded(cell(line.said(column.name))) for column in layout.columns])
    return stream.getvalue().encode()


def workbook(layout: Layout, lines: Sequence[Line], facts: Facts) -> bytes:
    """The sheet as XLSX, the same bytes for the same lines and facts."""
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415

    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties(
        {
            "title": layout.title,
            "company": cell(facts.organisation)[:255],
            "created": datetime.combine(facts.day, time.min, UTC),
        }
    )
    formats = {
        "text": book.add_format(_TEXT),
        "day": book.add_format(_DAY),
        "told": book.add_format(_TEXT | _TOLD),
        "told day": book.add_format(_DAY | _TOLD),
        "head": book.add_format(_HEAD | _EDITED),
        "told head": book.add_format(_HEAD | _TOLD),
        "bold": book.add_format({**_TEXT, "bold": True}),
        "title": book.add_format({"bold": True, "font_size": 14, "num_format": "@"}),
    }
    _read_me(book.add_worksheet(README), formats, layout, facts)
    _data(book.add_worksheet(layout.sheet), formats, layout, lines, facts)
    book.close()
    return stream.getvalue()


def _read_me(page: Any, formats: dict[str, Any], layout: Layout, facts: Facts) -> None:  # noqa: ANN401  (xlsxwriter has no types)
    page.set_column(0, 0, 22)
    page.set_column(1, 1, 90)
    page.write_string(0, 0, layout.title, formats["title"])
    give_back = (
        f"Edit the sheet '{layout.sheet}', save, and give the file back: {layout.command} import "
        "FILE. What changes is shown before anything is recorded."
    )
    told = (
        ("How", give_back),
        ("Organisation", facts.organisation),
        ("As at", facts.day.isoformat()),
        *facts.rows,
        ("Rows", ROWS),
        ("Columns", COLUMNS),
        ("Formulas", "Their results are read, as last saved."),
    )
    row = 2
    for label, text in told:
        page.write_string(row, 0, label, formats["bold"])
        page.write_string(row, 1, cell(text), formats["text"])
        row += 1
    row += 1
    page.write_string(row, 0, "Column", formats["head"])
    page.write_string(row, 1, "What may stand in it", formats["head"])
    for column in layout.columns:
        if column.says:
            row += 1
            page.write_string(row, 0, column.heading, formats["bold"])
            page.write_string(row, 1, column.says, formats["text"])
    _printing(page, layout, facts, README)


def _data(
    page: Any,  # noqa: ANN401
    formats: dict[str, Any],
    layout: Layout,
    lines: Sequence[Line],
    facts: Facts,
) -> None:
    for at, column in enumerate(layout.columns):
        style = _style(column)
        page.set_column(at, at, column.width, formats[style])
        told = style.startswith("told")
        page.write_string(0, at, column.heading, formats["told head" if told else "head"])
        if column.role == "edited":
            _choices(page, at, column, len(lines) + SPARE)
    for row, line in enumerate(lines, 1):
        for at, column in enumerate(layout.columns):
            _put(page, (row, at), column, line.said(column.name), formats)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(len(lines), 1), len(layout.columns) - 1)
    page.repeat_rows(0)
    _printing(page, layout, facts, layout.sheet)


def _style(column: Column) -> str:
    told = "" if column.role in {"key", "edited"} else "told"
    return f"{told} day".strip() if column.form == "day" else told or "text"


def _put(
    page: Any,  # noqa: ANN401
    place: tuple[int, int],
    column: Column,
    text: str,
    formats: dict[str, Any],
) -> None:
    style = formats[_style(column)]
    if not text:
        page.write_blank(*place, None, style)
    elif column.form == "day" and int(text[:4]) >= FIRST_YEAR:
        page.write_datetime(*place, datetime.combine(date.fromisoformat(text), time.min), style)
    else:
        page.write_string(*place, cell(text), style)


def _choices(page: Any, at: int, column: Column, last: int) -> None:  # noqa: ANN401
    words = ("yes", "no") if column.form == "yes-no" else column.words
    if words and len(",".join(words)) < 256:  # noqa: PLR2004  (what a drop-down's list holds)
        rule: dict[str, Any] = {
            "validate": "list",
            "source": list(words),
            "error_title": column.heading,
            "error_message": f"one of: {', '.join(words)}"[:255],
        }
    elif column.form == "day":
        rule = {
            "validate": "date",
            "criteria": ">=",
            "value": date(FIRST_YEAR, 1, 1),
            "error_title": column.heading,
            "error_message": "a date, or text written as YYYY-MM-DD",
            "error_type": "warning",
        }
    else:
        return
    page.data_validation(1, at, last, at, {**rule, "ignore_blank": True})


def _printing(page: Any, layout: Layout, facts: Facts, title: str) -> None:  # noqa: ANN401
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.set_header(f"&L{_plain(layout.title)}: {_plain(title)}&R{_plain(facts.organisation)}")
    page.set_footer(f"&Las at {facts.day}&RPage &P of &N")


def _plain(text: str) -> str:
    return cell(text)[:60].replace("&", "&&")
