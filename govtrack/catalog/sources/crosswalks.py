"""A crosswalk's file as pairs, each with its source, strength, table and flags.

A file holds `source` (who says so) and `rows`; a row names one or several elements on each side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.catalog.sources import shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govtrack.catalog.sources.standards import Record
    from govtrack.catalog.sources.yaml_text import Place, Source
    from govtrack.errors import Problem

MOST_GUESSES = 100
"""Problems of one file for which the nearest reference is looked for: a guess takes its time."""

STRENGTHS = ("stated", "partial", "broad")

_ROW: dict[str, shape.Form] = {
    "rmf": "texts",
    "theme": "text",
    "iso": "texts",
    "strength": STRENGTHS,
    "table": "text",
    "note": "text",
    "flags": "mapping",
    "printed": "texts",
    "read_from": "texts",
}


def take(source: Source, records: Mapping[str, Record]) -> tuple[dict[str, Any], list[Problem]]:
    """The crosswalk as a plain document with an `id`, and everything wrong with its file."""
    problems = _head(source)
    if problems:
        return {}, problems
    known = {
        side: {ref: one for ref, one in records.items() if one[1] == side}
        for side in ("rmf", "iso")
    }
    rows: list[list[Any]] = []
    for index in range(len(source.data["rows"])):
        place: Place = ("rows", index)
        faults = shape.check(source, place, _ROW, ("iso",))
        faults = faults or _references(source, place, known, guess=len(problems) < MOST_GUESSES)
        problems.extend(faults)
        if not faults:
            rows.extend(_pairs(shape.at(source.data, place), records))
    head = source.data["source"]
    about = {key: value for key, value in source.data.items() if key not in {"source", "rows"}}
    walk = {
        "id": str(head["id"]),
        "title": str(head["title"]),
        "display": str(head.get("display", head["title"])),
        "about": {**head, **about},
        "rows": rows,
    }
    return walk, problems


def _head(source: Source) -> list[Problem]:
    if not isinstance(source.data, dict):
        return [source.problem((), "expected 'source' and 'rows'")]
    problems = [
        source.problem((), f"'{name}' is missing")
        for name in ("source", "rows")
        if name not in source.data
    ]
    if problems:
        return problems
    if not isinstance(source.data["rows"], list):
        return [source.problem(("rows",), "expected a list of rows")]
    head = source.data["source"]
    if not isinstance(head, dict):
        return [source.problem(("source",), "expected a mapping (name: value)")]
    fields = dict.fromkeys(head, "any") | {"id": "text", "title": "text", "display": "text"}
    return shape.check(source, ("source",), fields, ("id", "title"))


def _references(
    source: Source, place: Place, known: Mapping[str, Mapping[str, Record]], *, guess: bool
) -> list[Problem]:
    row = shape.at(source.data, place)
    if ("rmf" in row) == ("theme" in row):
        return [source.problem(place, "expected either 'rmf' or 'theme', and 'iso'")]
    problems = []
    for side, elements in known.items():
        given = row.get(side)
        for position, ref in enumerate(shape.texts(given)):
            where = (*place, side, position) if isinstance(given, list) else (*place, side)
            if ref not in elements:
                problems.append(shape.unknown(source, where, ref, elements if guess else {}))
    problems += [
        source.problem((*place, "flags", ref), f"'{ref}' is not in this row")
        for ref in row.get("flags", ())
        if ref not in {*shape.texts(row["iso"]), *shape.texts(row.get("rmf"))}
    ]
    printed, iso = shape.texts(row.get("printed")), shape.texts(row["iso"])
    if printed and len(printed) != len(iso):
        problems.append(
            source.problem((*place, "printed"), "expected one printed number for each of 'iso'")
        )
    table = row.get("table")
    tables = source.data.get("tables")
    if isinstance(tables, dict) and table is not None and table not in tables:
        problems.append(shape.unknown_of(source, (*place, "table"), str(table), tables, "tables"))
    return problems


def _pairs(row: dict[str, Any], records: Mapping[str, Record]) -> list[list[Any]]:
    iso = shape.texts(row["iso"])
    printed = dict(zip(iso, shape.texts(row.get("printed")), strict=False))
    flags = row.get("flags", {})
    pairs = []
    for rmf in (*shape.texts(row.get("rmf")),) or (None,):
        for ref in iso:
            shown = printed.get(ref)
            pairs.append(
                [
                    rmf,
                    records[rmf][2] if rmf else None,
                    ref,
                    records[ref][2],
                    row.get("strength", "stated"),
                    shape.text(row.get("table")),
                    shape.text(row.get("theme")),
                    shape.text(row.get("note")),
                    shape.text(flags.get(ref, flags.get(rmf))),
                    shown if shown != ref else None,
                ]
            )
    return pairs
