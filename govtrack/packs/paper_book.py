"""Tables of one paper as a workbook by itself: to filter and sign, no formulas, no links."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from govtrack.packs.cells import OPTIONS, Hand

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from govtrack.packs.sheet import Sheet


def book(title: str, day: date, sheets: Iterable[Sheet]) -> bytes:
    """The workbook; `day` is its date, so the same tables give the same bytes."""
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415

    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, OPTIONS)
    created = datetime(day.year, day.month, day.day, tzinfo=UTC)
    made.set_properties({"title": title, "created": created})
    hand = Hand(made)
    for sheet in sheets:
        hand.sheet(sheet)
    made.close()
    return stream.getvalue()
