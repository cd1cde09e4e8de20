"""The cycle's settings: the shipped values, with the workspace's own and whose word they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.catalog.sources import shape
from govtrack.errors import closest, not_one_of

if TYPE_CHECKING:
    from govtrack.catalog.sources.yaml_text import Place, Source
    from govtrack.errors import Problem


def lay_over(shipped: dict[str, Any], own: Source) -> list[Problem]:
    """Put the workspace's values into `shipped`, each with `from` = its file and line."""
    problems = shape.check(own, (), {"knobs": "mapping", "format": "text", "edition": "text"})
    if problems:
        return problems
    standing = shipped["knobs"]
    for name in own.data.get("knobs", {}):
        place: Place = ("knobs", name)
        if name not in standing:
            problems.append(shape.unknown_of(own, place, name, standing, "the settings"))
            continue
        fields = {"value": "any", "source": "text"}
        faults = shape.check(own, place, fields, ("value", "source"))
        faults = faults or _value(own, place, standing[name])
        problems.extend(faults)
        if not faults:
            given = shape.at(own.data, place)
            standing[name] = {
                **standing[name],
                "value": given["value"],
                "source": str(given["source"]),
                "from": own.at(place),
            }
    return problems


def _value(own: Source, place: Place, shipped: dict[str, Any]) -> list[Problem]:
    value = shape.at(own.data, place)["value"]
    where = (*place, "value")
    if choices := shipped.get("choices"):
        if value in choices and isinstance(value, type(choices[0])):
            return []
        shown = [
            str(choice).casefold() if isinstance(choice, bool) else choice for choice in choices
        ]
        return [own.problem(where, not_one_of(str(value), shown), closest(str(value), shown))]
    if isinstance(shipped["value"], list):
        if isinstance(value, list) and value and all(map(_count, value)):
            return []
        return [own.problem(where, "expected a list of whole numbers such as [6, 3, 1]")]
    return [] if _count(value) else [own.problem(where, "expected a whole number, 0 or more")]


def _count(value: object) -> bool:
    return type(value) is int and value >= 0
