"""Evidence as one table in a file: CSV, XLSX or JSON, by the file's suffix."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from govtrack.errors import closest, refuse
from govtrack.packs.data_files import table
from govtrack.packs.sheet import cell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

COLUMNS = (
    "id", "status", "freshness", "title", "kind", "version", "systems", "supports", "proposed",
    "period_start", "period_end", "prepared_by", "prepared_on", "approved_by", "approved_on",
    "valid_until", "review_due", "recorded_on", "supersedes", "superseded_by", "superseded_on",
    "withdrawn_on", "purged_on", "source", "classification", "retention", "why", "files", "sha256",
)  # fmt: skip


def written(documents: Sequence[dict[str, Any]], form: str, day: date) -> bytes:
    """The documents of `status.evidence` as a file of the form csv, xlsx or json."""
    if form not in _FORMS:
        nearest = closest(form, _FORMS)
        raise refuse(
            f"'{form}' is not one of {', '.join(_FORMS)}", field="--output", nearest=nearest
        )
    return _FORMS[form](documents, day)


def row(one: dict[str, Any]) -> tuple[object, ...]:
    """One piece of evidence in the order of `COLUMNS`; several values are joined by '; '."""
    confirmed = [tag["ref"] for tag in one["tags"] if tag["confirmed"]]
    proposed = [tag["ref"] for tag in one["tags"] if tag["state"] == "proposed"]
    lists: dict[str, list[str]] = {
        "systems": one["systems"],
        "supports": list(dict.fromkeys(confirmed)),
        "proposed": [ref for ref in dict.fromkeys(proposed) if ref not in confirmed],
        "supersedes": one["supersedes"],
        "files": [file["name"] for file in one["files"]],
        "sha256": [file["sha256"] for file in one["files"]],
    }
    return tuple("; ".join(lists[name]) if name in lists else one[name] for name in COLUMNS)


def _csv(documents: Sequence[dict[str, Any]], _: date) -> bytes:
    return table(COLUMNS, map(row, documents))


def _xlsx(documents: Sequence[dict[str, Any]], day: date) -> bytes:
    import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415

    stream = io.BytesIO()
    # numbers and formulas stay what was recorded: text
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": datetime(day.year, day.month, day.day, tzinfo=UTC)})
    page = book.add_worksheet("evidence")
    page.freeze_panes(1, 1)
    for line, values in enumerate([COLUMNS, *map(row, documents)]):
        for column, value in enumerate(values):
            page.write_string(line, column, "" if value is None else cell(str(value)))
    book.close()
    return stream.getvalue()


def _json(documents: Sequence[dict[str, Any]], day: date) -> bytes:
    whole = {
        "format": "govtrack.evidence-list/1",
        "as_of": day.isoformat(),
        "recorded_by": None,
        "evidence": list(documents),
    }
    return f"{json.dumps(whole, ensure_ascii=False, indent=2)}\n".encode()


_FORMS: dict[str, Callable[[Sequence[dict[str, Any]], date], bytes]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "json": _json,
}
