"""Kinds of evidence: the shipped file, with a workspace's own kinds added or laid over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.catalog.sources import shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from govtrack.catalog.sources.standards import Record
    from govtrack.catalog.sources.yaml_text import Place, Source
    from govtrack.errors import Problem

OWN = "own"
"""Source of a tag that a workspace's kind gives without saying why."""

_EXTRA = {
    "per_characteristic": "flag",
    "characteristics_as_objectives": "flag",
    "levels_to_cover": "texts",
}
_KIND: dict[str, shape.Form] = {
    "id": "text",
    "title": "text",
    "rmf_title": "text",
    "form": ("document", "record"),
    "core": "flag",
    "iso": "any",
    "rmf": "any",
    "genai": "any",
    "review": "mapping",
    "retention": "text",
    "note": "text",
    **_EXTRA,
}
_REVIEW = {"interval_months": "number?", "also_when": "texts"}
_TAG = {
    "id": "text",
    "source": "text",
    "via": "text",
    "table": "text",
    "also": "text",
    "reason": "text",
    "flagged": "flag",
}
_RULE = {"suggest": "text", "months_after_superseded": "number", "basis": "text"}
_FRAMEWORKS = ("iso", "rmf", "genai")


class Kinds:
    """Collects kinds and retention rules, file by file, and every problem met."""

    def __init__(
        self, records: Mapping[str, Record], crosswalks: Mapping[str, dict[str, Any]]
    ) -> None:
        self.kinds: dict[str, dict[str, Any]] = {}
        self.rules: dict[str, dict[str, Any]] = {}
        self.tag_sources: dict[str, str] = {}
        self.problems: list[Problem] = []
        self._records = records
        self._crosswalks = crosswalks

    def take(self, source: Source, *, own: bool) -> None:
        """Add the kinds of one file; an own entry with a shipped id changes the fields it names."""
        head = dict.fromkeys(source.data, "any") if not own else {}
        known = {**head, "retention_rules": "mapping", "tag_sources": "mapping", "kinds": "records"}
        faults = shape.check(source, (), known)
        self.problems.extend(faults)
        if faults:
            return
        self.tag_sources.update(source.data.get("tag_sources", {}))
        for name in source.data.get("retention_rules", {}):
            self._rule(source, ("retention_rules", name))
        seen: set[str] = set()
        for index in range(len(source.data.get("kinds", ()))):
            self._kind(source, ("kinds", index), seen, own=own)

    def _rule(self, source: Source, place: Place) -> None:
        faults = shape.check(source, place, _RULE, ("suggest", "months_after_superseded"))
        self.problems.extend(faults)
        if not faults:
            self.rules[str(place[-1])] = shape.at(source.data, place)

    def _kind(self, source: Source, place: Place, seen: set[str], *, own: bool) -> None:
        record = shape.at(source.data, place)
        name = str(record.get("id"))
        standing = self.kinds.get(name)
        needed = ("id",) if standing else ("id", "title", "form", "review", "retention")
        faults = shape.check(source, place, _KIND, needed)
        if name in seen:
            faults.append(source.problem((*place, "id"), f"'{name}' stands twice in this file"))
        seen.add(name)
        if "review" in record and not faults:
            faults += shape.check(source, (*place, "review"), _REVIEW)
        if "retention" in record and record["retention"] not in self.rules:
            where = (*place, "retention")
            faults.append(
                shape.unknown_of(
                    source, where, str(record["retention"]), self.rules, "the retention rules"
                )
            )
        tags = [] if faults else list(self._tags(source, place))
        self.problems.extend(faults)
        if not faults:
            self.kinds[name] = _laid_over(standing, record, tags, own=own)

    def _tags(self, source: Source, place: Place) -> Iterator[list[Any]]:
        record = shape.at(source.data, place)
        for framework in _FRAMEWORKS:
            given = record.get(framework, [])
            if not isinstance(given, list):
                self.problems.append(source.problem((*place, framework), "expected a list of tags"))
                continue
            for index, tag in enumerate(given):
                where = (*place, framework, index)
                if not isinstance(tag, dict):
                    tag = {"id": tag}  # noqa: PLW2901  (the short form)
                else:
                    faults = shape.check(source, where, _TAG, ("id",))
                    self.problems.extend(faults)
                    if faults:
                        continue
                tag = {"source": OWN, **tag, "id": _ref(tag["id"], framework)}  # noqa: PLW2901
                if self._stands(source, where, framework, tag):
                    yield [
                        tag["id"], framework, tag["source"], tag.get("via"), tag.get("table"),
                        tag.get("also"), tag.get("reason"), tag.get("flagged", False),
                    ]  # fmt: skip

    def _stands(self, source: Source, place: Place, framework: str, tag: dict[str, Any]) -> bool:
        """Whether the tag's element exists and its source, where a crosswalk, holds the pair."""
        ref, whose = tag["id"], str(tag["source"])
        known = {name: one for name, one in self._records.items() if one[1] == framework}
        where = (*place, "id")
        if ref not in known:
            self.problems.append(shape.unknown(source, where, ref, known))
            return False
        sources = {**self.tag_sources, OWN: "", **self._crosswalks}
        if whose not in sources:
            self.problems.append(
                shape.unknown_of(source, (*place, "source"), whose, sources, "the tag sources")
            )
            return False
        walk = self._crosswalks.get(whose)
        if walk is None or framework != "rmf" or "via" not in tag:
            return True
        if not _holds(walk, self._near(ref), self._near(str(tag["via"]))):
            self.problems.append(
                source.problem(where, f"{whose} holds no pair of {ref} and {tag['via']}")
            )
            return False
        return True

    def _near(self, ref: str) -> set[str]:
        """The element and the block or category that holds it: a source may name either."""
        parent = self._records[ref][3] if ref in self._records else None
        return {ref, parent} if parent else {ref}


def _holds(walk: dict[str, Any], rmf: set[str], iso: set[str]) -> bool:
    return any(row[0] in rmf and row[2] in iso for row in walk["rows"])


def _ref(written: object, framework: str) -> str:
    """A tag's reference; a GenAI risk may be named without its prefix."""
    ref = str(written)
    return f"genai:{ref}" if framework == "genai" and not ref.startswith("genai:") else ref


def _laid_over(
    standing: dict[str, Any] | None, record: dict[str, Any], tags: list[list[Any]], *, own: bool
) -> dict[str, Any]:
    base: dict[str, Any] = standing or {
        "core": False,
        "note": None,
        "also_when": [],
        "tags": [],
        "extra": {},
    }
    review = record.get("review")
    kind: dict[str, Any] = {
        **base,
        **{k: record[k] for k in ("title", "rmf_title", "form", "core", "note") if k in record},
    }
    kind["id"] = str(record["id"])
    if review is not None:
        kind["interval_months"] = review.get("interval_months")
        kind["also_when"] = shape.texts(review.get("also_when"))
    if "retention" in record:
        kind["retention"] = str(record["retention"])
    replaced = {framework for framework in _FRAMEWORKS if framework in record}
    kind["tags"] = [tag for tag in base["tags"] if tag[1] not in replaced] + tags
    kind["extra"] = {**base["extra"], **{k: record[k] for k in _EXTRA if k in record}}
    kind["own"] = own or base.get("own", False)
    return kind
