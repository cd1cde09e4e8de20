"""What documented information is tested for: the shipped file, a workspace's own laid over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.catalog.sources import shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govtrack.catalog.sources.standards import Record
    from govtrack.catalog.sources.yaml_text import Place, Source
    from govtrack.errors import Problem

TESTS = ("known-kind", "approved-by-another", "hashed", "chained", "known-rule", "confirmed",
         "looked-at-again")  # fmt: skip
"""What a need may ask beyond a field being there; `status/documentation.py` has them."""

_NEED: dict[str, shape.Form] = {
    "id": "text", "fields": "texts", "any": "texts", "test": TESTS, "form": ("document", "record"),
    "kinds": "texts", "missing": "text", "option": "text", "command": "text",
}  # fmt: skip
_SET: dict[str, shape.Form] = {
    "id": "text", "title": "text", "source": "text", "required": "flag", "term": "text",
}  # fmt: skip
_CRITERION: dict[str, shape.Form] = {
    "id": "text", "set": "text", "number": "number", "source": "text", "title": "text",
    "needs": "texts", "told": "flag", "untold": "text", "kinds": "texts", "refs": "texts",
}  # fmt: skip
_PAPER: dict[str, shape.Form] = {
    "id": "text", "title": "text", "form": ("document", "record"), "kind": "text?",
    "clauses": "texts", "needs": "texts", "term": "text",
}  # fmt: skip
_PARTS: dict[str, tuple[dict[str, shape.Form], tuple[str, ...]]] = {
    "needs": (_NEED, ("id", "missing")),
    "sets": (_SET, ("id", "title", "source", "required")),
    "criteria": (_CRITERION, ("id", "set", "title")),
    "papers": (_PAPER, ("id", "title", "form", "kind", "clauses", "needs")),
}
_LISTS = ("fields", "any", "kinds", "needs", "refs", "clauses")


def take(
    source: Source,
    standing: dict[str, Any],
    records: Mapping[str, Record],
    kinds: Mapping[str, object],
    *,
    own: bool,
) -> list[Problem]:
    """Lay the file over `standing`; an own entry with a shipped id changes the fields it names.

    A workspace adds needs and criteria and changes the weights; sets and papers are govtrack's.
    """
    parts = ("needs", "criteria", "weak") if own else (*_PARTS, "weak", "source_ids")
    problems = shape.check(
        source, (), {name: "records" if name in _PARTS else "mapping" for name in parts}
    )
    if problems:
        return problems
    for part, (fields, required) in _PARTS.items():
        kept = standing.setdefault(part, {})
        for index, record in enumerate(source.data.get(part, ())):
            place: Place = (part, index)
            name = _named(part, record)
            needed = ("id", "set") if part == "criteria" else ("id",)
            faults = shape.check(source, place, fields, needed if name in kept else required)
            faults = faults or list(_unknown(source, place, standing, records, kinds))
            problems += faults
            if not faults:
                kept[name] = {**kept.get(name, {}), **_plain(record)}
    return problems + _weights(source, standing)


def plain(standing: Mapping[str, Any]) -> dict[str, Any]:
    """The parts as lists, as the catalogue's document keeps them."""
    return {name: list(standing[name].values()) for name in _PARTS} | {"weak": standing["weak"]}


def _named(part: str, record: dict[str, Any]) -> str:
    """Criteria of different sets may share an id: approval is asked for in two of them."""
    return f"{record.get('set')}/{record.get('id')}" if part == "criteria" else str(record["id"])


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {name: shape.texts(v) if name in _LISTS else v for name, v in record.items()}


def _unknown(
    source: Source,
    place: Place,
    standing: Mapping[str, Any],
    records: Mapping[str, Record],
    kinds: Mapping[str, object],
) -> Iterator[Problem]:
    """Names in a record that nothing has: needs, sets, references, kinds."""
    record = shape.at(source.data, place)
    known: tuple[tuple[str, Mapping[str, object], str], ...] = (
        ("set", standing.get("sets", {}), "the sets"),
        ("needs", standing.get("needs", {}), "the needs"),
        ("refs", records, "the catalogue"),
        ("clauses", records, "the catalogue"),
        ("kinds", {**kinds, "all": None}, "the kinds of evidence"),
        ("kind", kinds, "the kinds of evidence"),
    )
    for name, choices, what in known:
        for value in shape.texts(record.get(name)):
            if value not in choices:
                yield shape.unknown_of(source, (*place, name), value, choices, what)


def _weights(source: Source, standing: dict[str, Any]) -> list[Problem]:
    weights = standing.setdefault("weak", {})
    given = source.data.get("weak", {})
    known: Mapping[str, shape.Form] = dict.fromkeys(weights or given, "number")
    problems = shape.check(source, ("weak",), known) if given else []
    if not problems:
        weights.update(given)
    return problems
