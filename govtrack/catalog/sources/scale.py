"""Scales as data: the shipped ones, or the workspace's own lists in their place.

Those of RMF profiles (`PROFILE`) and of AI system impact assessments (`IMPACT`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.catalog.sources import shape

if TYPE_CHECKING:
    from govtrack.catalog.sources.yaml_text import Place, Source
    from govtrack.errors import Problem

Lists = dict[str, dict[str, shape.Form]]
"""The lists of a file by name, and the fields of their records."""

PROFILE: Lists = {
    "states": {"id": "text", "meaning": "text", "needs_evidence": "flag"},
    "priorities": {"id": "text", "meaning": "text"},
}
IMPACT: Lists = {
    "severity": {"id": "text", "meaning": "text", "needs_risk": "flag"},
    "likelihood": {"id": "text", "meaning": "text"},
    "reversibility": {"id": "text", "meaning": "text", "needs_risk": "flag"},
    "occasions": {"id": "text", "meaning": "text"},
}
_FEWEST = 2


def scale(
    shipped: Source, own: Source | None, lists: Lists
) -> tuple[dict[str, Any], list[Problem]]:
    """The scale as the catalogue holds it, and everything wrong with either file."""
    made: dict[str, Any] = {}
    problems = _lay(made, shipped, "shipped", lists, tuple(lists))
    if own is not None:
        problems += _lay(made, own, own.shown, lists, ())
    return made, problems


def _lay(
    made: dict[str, Any], source: Source, origin: str, lists: Lists, needed: tuple[str, ...]
) -> list[Problem]:
    fields: dict[str, shape.Form] = {"source": "text", **dict.fromkeys(lists, "records")}
    problems = shape.check(source, (), fields, ("source", *needed))
    if problems:
        return problems
    for name in lists:
        if name in source.data:
            problems += _list(source, name, lists[name])
    if not problems:
        given = {
            name: [_level(one) for one in source.data[name]]
            for name in lists
            if name in source.data
        }
        made.update({"source": str(source.data["source"]), "from": origin, **given})
    return problems


def _list(source: Source, name: str, fields: dict[str, shape.Form]) -> list[Problem]:
    records = source.data[name]
    if len(records) < _FEWEST:
        return [source.problem((name,), f"expected {_FEWEST} or more, in order")]
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, record in enumerate(records):
        place: Place = (name, index)
        problems += shape.check(source, place, fields, ("id", "meaning"))
        identifier = str(record.get("id")).casefold()
        if identifier in seen:
            problems.append(source.problem((*place, "id"), f"'{identifier}' stands twice"))
        seen.add(identifier)
    return problems


def _level(record: dict[str, Any]) -> dict[str, Any]:
    level = {"id": str(record["id"]), "meaning": " ".join(str(record["meaning"]).split())}
    return level | {name: True for name in ("needs_evidence", "needs_risk") if record.get(name)}
