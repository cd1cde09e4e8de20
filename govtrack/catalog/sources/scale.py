"""The scale of RMF profiles: the shipped one, or the workspace's own lists in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.catalog.sources import shape

if TYPE_CHECKING:
    from govtrack.catalog.sources.yaml_text import Place, Source
    from govtrack.errors import Problem

LISTS: dict[str, dict[str, shape.Form]] = {
    "states": {"id": "text", "meaning": "text", "needs_evidence": "flag"},
    "priorities": {"id": "text", "meaning": "text"},
}
_FEWEST = 2


def scale(shipped: Source, own: Source | None) -> tuple[dict[str, Any], list[Problem]]:
    """The scale as the catalogue holds it, and everything wrong with either file."""
    made: dict[str, Any] = {}
    problems = _lay(made, shipped, "shipped", tuple(LISTS))
    if own is not None:
        problems += _lay(made, own, own.shown, ())
    return made, problems


def _lay(
    made: dict[str, Any], source: Source, origin: str, needed: tuple[str, ...]
) -> list[Problem]:
    fields: dict[str, shape.Form] = {"source": "text", **dict.fromkeys(LISTS, "records")}
    problems = shape.check(source, (), fields, ("source", *needed))
    if problems:
        return problems
    for name in LISTS:
        if name in source.data:
            problems += _list(source, name)
    if not problems:
        given = {
            name: [_level(one) for one in source.data[name]]
            for name in LISTS
            if name in source.data
        }
        made.update({"source": str(source.data["source"]), "from": origin, **given})
    return problems


def _list(source: Source, name: str) -> list[Problem]:
    records = source.data[name]
    if len(records) < _FEWEST:
        return [source.problem((name,), f"expected {_FEWEST} or more, in order")]
    problems: list[Problem] = []
    seen: set[str] = set()
    for index, record in enumerate(records):
        place: Place = (name, index)
        problems += shape.check(source, place, LISTS[name], ("id", "meaning"))
        identifier = str(record.get("id")).casefold()
        if identifier in seen:
            problems.append(source.problem((*place, "id"), f"'{identifier}' stands twice"))
        seen.add(identifier)
    return problems


def _level(record: dict[str, Any]) -> dict[str, Any]:
    level = {"id": str(record["id"]), "meaning": " ".join(str(record["meaning"]).split())}
    return level | ({"needs_evidence": True} if record.get("needs_evidence") else {})
