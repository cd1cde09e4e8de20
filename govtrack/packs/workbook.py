"""One XLSX with the pack's tables: to filter, mark and sign. No formulas, macros or links out."""

from __future__ import annotations

import io
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from govtrack.packs import views
from govtrack.packs.sheet import cell, sheet_name
from govtrack.packs.sheets import sheets_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govtrack.packs.contents import PackContents
    from govtrack.packs.sheet import Sheet

AUDITOR = ("auditor's mark", "auditor's note", "auditor, date")
RESULTS = (
    "C conformity, MA major nonconformity, MI minor nonconformity, "
    "OFI opportunity for improvement, NT not audited this time, NA not applicable (controls only)"
)


def workbook(contents: PackContents) -> bytes:
    """The workbook as bytes, the same for the same contents."""
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415

    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties(
        {
            "title": f"Internal audit pack {contents.year}",
            "subject": views.pack_id(contents),
            "company": cell(contents.organisation),
            "created": datetime.combine(contents.as_at, time.min),
        }
    )
    formats = {
        "head": book.add_format(
            {
                "bold": True,
                "bg_color": "#F1F4F7",
                "bottom": 2,
                "text_wrap": True,
                "valign": "bottom",
            }
        ),
        "text": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"}),
        "number": book.add_format({"num_format": "0", "valign": "top"}),
        "link": book.add_format({"font_color": "#0B4A8F", "underline": 1, "valign": "top"}),
    }
    sheets = sheets_of(contents)
    _contents_sheet(book, formats, contents, sheets)
    for sheet in sheets:
        _write(book, formats, contents, sheet)
    book.close()
    return stream.getvalue()


def _contents_sheet(
    book: Any,  # noqa: ANN401  (xlsxwriter has no types)
    formats: dict[str, Any],
    contents: PackContents,
    sheets: Sequence[Sheet],
) -> None:
    page = book.add_worksheet("00 Contents")
    page.set_column(0, 0, 34)
    page.set_column(1, 1, 80)
    facts = [
        ("Internal audit pack", str(contents.year)),
        ("Organisation", contents.organisation),
        ("Sample", "yes: the organisation is invented" if contents.sample else "no"),
        ("Pack", views.pack_id(contents)),
        ("Audit period", f"{contents.period.start} to {contents.period.end}"),
        ("As at", f"{contents.as_at}{'' if contents.finished else ' (period not finished)'}"),
        (
            "Trail",
            f"{contents.trail.origin}, size {contents.trail.size}, root {contents.trail.root}",
        ),
        ("Results", RESULTS),
    ]
    for row, (name, said) in enumerate(facts):
        page.write_string(row, 0, name, formats["head"])
        page.write_string(row, 1, cell(said), formats["text"])
    for row, sheet in enumerate(sheets, len(facts) + 1):
        name = sheet_name(sheet.name)
        page.write_url(row, 0, f"internal:'{name}'!A1", formats["link"], name)
    _printing(page, contents, "00 Contents")


def _write(
    book: Any,  # noqa: ANN401
    formats: dict[str, Any],
    contents: PackContents,
    sheet: Sheet,
) -> None:
    page = book.add_worksheet(sheet_name(sheet.name))
    columns = [*sheet.columns, *((name, 20) for name in AUDITOR if sheet.marks)]
    for position, (name, width) in enumerate(columns):
        page.set_column(position, position, width)
        page.write_string(0, position, name, formats["head"])
    last = 0
    for last, row in enumerate(sheet.rows, 1):
        for position, value in enumerate(row):
            _put(page, last, position, value, formats)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, max(last, 1), len(columns) - 1)
    for position, (name, _) in enumerate(columns):
        if name == "result" and last:
            page.data_validation(
                1,
                position,
                last,
                position,
                {
                    "validate": "list",
                    "source": ["C", "MA", "MI", "OFI", "NT", "NA"],
                },
            )
    if not last:
        page.write_string(1, 0, "none recorded", formats["text"])
    _printing(page, contents, sheet.name)


def _put(
    page: Any,  # noqa: ANN401
    row: int,
    column: int,
    value: object,
    formats: dict[str, Any],
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        if value.year < 1900:  # noqa: PLR2004  (a spreadsheet knows no earlier date)
            page.write_string(row, column, value.isoformat(), formats["text"])
        else:
            page.write_datetime(row, column, datetime.combine(value, time.min), formats["day"])
    elif isinstance(value, int):
        page.write_number(row, column, value, formats["number"])
    else:
        page.write_string(row, column, cell(str(value)), formats["text"])


def _printing(page: Any, contents: PackContents, title: str) -> None:  # noqa: ANN401
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    sample = "SAMPLE, invented. " if contents.sample else ""
    page.set_header(f"&L{sample}{_plain(title)}&R{views.pack_id(contents)}")
    page.set_footer(f"&Las at {contents.as_at}&RPage &P of &N")


def _plain(text: str) -> str:
    return text.replace("&", "&&")
