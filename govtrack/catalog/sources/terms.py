"""Terms in both vocabularies: the shipped file, with a workspace's own laid over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.catalog.sources import shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govtrack.catalog.sources.standards import Record
    from govtrack.catalog.sources.yaml_text import Place, Source
    from govtrack.errors import Problem

RELATIONS = ("same", "close", "differs", "only-rmf", "only-iso")

_EXTRA = {
    "rmf_levels": "texts",
    "iso_levels": "texts",
    "level_map": "mapping",
    "level_map_note": "text",
}
_TERM: dict[str, shape.Form] = {
    "id": "text",
    "iso_term": "text?",
    "rmf_term": "text?",
    "iso": "text?",
    "rmf": "text?",
    "relation": RELATIONS,
    "note": "text",
    "refs": "texts",
    "source": "texts",
    **_EXTRA,
}


def take(
    source: Source,
    standing: dict[str, dict[str, Any]],
    records: Mapping[str, Record],
    *,
    own: bool,
) -> list[Problem]:
    """Lay the file's terms over `standing`; gives everything wrong with the file."""
    head = {} if own else dict.fromkeys(source.data, "any")
    problems = shape.check(source, (), {**head, "terms": "records"}, ("terms",))
    if problems:
        return problems
    seen: set[str] = set()
    for index, record in enumerate(source.data["terms"]):
        place: Place = ("terms", index)
        name = str(record.get("id"))
        needed = ("id",) if name in standing else ("id", "iso_term", "rmf_term", "relation")
        faults = shape.check(source, place, _TERM, needed)
        if name in seen:
            faults.append(source.problem((*place, "id"), f"'{name}' stands twice in this file"))
        seen.add(name)
        faults += [
            shape.unknown(source, (*place, "refs", position), ref, records)
            for position, ref in enumerate(shape.texts(record.get("refs")))
            if ref not in records
        ]
        problems += faults
        if not faults:
            standing[name] = _laid_over(standing.get(name), record)
            if not (standing[name]["iso_term"] or standing[name]["rmf_term"]):
                problems.append(source.problem(place, "expected a word in one vocabulary at least"))
    return problems


def _laid_over(standing: dict[str, Any] | None, record: dict[str, Any]) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "iso_term": None, "rmf_term": None, "iso": None, "rmf": None, "note": None,
        "refs": [], "source": [], "extra": {},
    }  # fmt: skip
    base = standing or empty
    term = {**base, **{k: v for k, v in record.items() if k not in _EXTRA}}
    term["id"] = str(record["id"])
    term["refs"], term["source"] = shape.texts(term["refs"]), shape.texts(term["source"])
    term["extra"] = {**base["extra"], **{k: record[k] for k in _EXTRA if k in record}}
    return term
