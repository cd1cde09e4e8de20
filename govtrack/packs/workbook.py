"""One XLSX with the pack's tables: to filter, mark and sign. No formulas, no macros.

It leads to the artefacts' files where they lie beside it, and nowhere else.
"""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from govtrack.packs import views
from govtrack.packs.cells import OPTIONS, Hand
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
    book = xlsxwriter.Workbook(stream, OPTIONS)
    book.set_properties(
        {
            "title": f"Internal audit pack {contents.year}",
            "subject": views.pack_id(contents),
            "company": cell(contents.organisation),
            "created": datetime.combine(contents.as_at, time.min),
        }
    )
    hand = Hand(book)
    sheets = sheets_of(contents)
    _contents_sheet(hand, contents, sheets)
    for sheet in sheets:
        _write(hand, contents, sheet)
    book.close()
    return stream.getvalue()


def _contents_sheet(hand: Hand, contents: PackContents, sheets: Sequence[Sheet]) -> None:
    page, formats = hand.book.add_worksheet("00 Contents"), hand.formats
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
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    _printing(page, contents, "00 Contents")


def _write(hand: Hand, contents: PackContents, sheet: Sheet) -> None:
    marks = tuple((name, 20) for name in AUDITOR if sheet.marks)
    page, last = hand.sheet(sheet, marks)
    for position, (name, _) in enumerate(sheet.columns):
        if name == "result" and last:
            results = {"validate": "list", "source": ["C", "MA", "MI", "OFI", "NT", "NA"]}
            page.data_validation(1, position, last, position, results)
    _printing(page, contents, sheet.name)


def _printing(page: Any, contents: PackContents, title: str) -> None:  # noqa: ANN401
    sample = "SAMPLE, invented. " if contents.sample else ""
    page.set_header(f"&L{sample}{_plain(title)}&R{views.pack_id(contents)}")
    page.set_footer(f"&Las at {contents.as_at}&RPage &P of &N")


def _plain(text: str) -> str:
    return text.replace("&", "&&")
