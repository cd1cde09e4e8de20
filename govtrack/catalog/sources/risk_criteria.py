"""AI risk criteria from a file: its shape first, then the rules of `catalog.risk_criteria`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.catalog.risk_criteria import IMPACT_LEVELS, faults
from govtrack.catalog.sources import shape
from govtrack.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govtrack.catalog.sources.yaml_text import Source
    from govtrack.errors import Problem

_SCALES: dict[str, dict[str, shape.Form]] = {
    "likelihood": {"word": "text", "meaning": "text"},
    "consequence": {"word": "text", **dict.fromkeys(IMPACT_LEVELS, "text")},
    "levels": {"word": "text", "meaning": "text", "review_months": "number"},
}
_PARTS: dict[str, shape.Form] = {
    "title": "text",
    **dict.fromkeys(_SCALES, "records"),
    "matrix": "mapping",
    "acceptable": "mapping",
}


def take(source: Source) -> dict[str, Any]:
    """The criteria of the file as plain data, every word as text.

    Raises `BadInput` with every problem, each naming file, line and place.
    """
    problems = _shape(source)
    if not problems:
        problems = [
            source.problem(fault.place, fault.message, fault.nearest)
            for fault in faults(_read(source.data))
        ]
    if problems:
        raise BadInput(problems)
    return _read(source.data)


def _shape(source: Source) -> list[Problem]:
    problems = shape.check(source, (), _PARTS, tuple(_PARTS))
    if not isinstance(source.data, dict):
        return problems
    for name, fields in _SCALES.items():
        records = source.data.get(name)
        for index in range(len(records) if isinstance(records, list) else 0):
            problems += shape.check(source, (name, index), fields, tuple(fields))
    matrix, acceptable = source.data.get("matrix"), source.data.get("acceptable")
    if isinstance(matrix, dict):
        for likelihood, row in matrix.items():
            forms: dict[str, shape.Form] = dict.fromkeys(
                row if isinstance(row, dict) else (), "text"
            )
            problems += shape.check(source, ("matrix", likelihood), forms)
    if isinstance(acceptable, dict):
        problems += shape.check(source, ("acceptable",), dict.fromkeys(acceptable, "text"))
    return problems


def _read(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data with texts as text: a word such as 4 reads as a whole number."""
    return {
        "title": str(data["title"]),
        **{
            name: [
                {field: one[field] if form == "number" else str(one[field])
                 for field, form in fields.items()}
                for one in data[name]
            ]
            for name, fields in _SCALES.items()
        },
        "matrix": {
            likelihood: {word: str(level) for word, level in row.items()}
            for likelihood, row in data["matrix"].items()
        },
        "acceptable": {word: str(level) for word, level in data["acceptable"].items()},
    }  # fmt: skip
