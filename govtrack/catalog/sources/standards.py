"""The three standards' files as requirement records, in the order the standards print them.

A record is `[ref, framework, level, parent, title, documented_information, leaf, details]`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.catalog.sources import shape

if TYPE_CHECKING:
    from govtrack.catalog.sources.yaml_text import Place, Source
    from govtrack.errors import Problem

Record = list[Any]

_CLAUSE = {
    "id": "text",
    "title": "text",
    "parent": "text",
    "group": "flag",
    "documented_information": "mapping",
    "evidence": "texts",
    "related_controls": "texts",
}
_ASKED = {
    "required": "flag",
    "kind": ("document", "record", "both"),
    "strength": ("explicit", "rules"),
    "what": "text",
}
_BLOCK = {
    "id": "text",
    "level": ("objective", "area"),
    "area": "text",
    "title": "text",
    "controls": "records",
}
_RISK = {
    "id": "text",
    "number": "number",
    "title": "text",
    "description": "text",
    "trustworthy_characteristics": "texts",
    "actions": "number",
}


class Standards:
    """Collects the records of all three standards and every problem met."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.problems: list[Problem] = []

    def take_rmf(self, source: Source) -> None:
        """Functions, categories and subcategories of NIST AI 100-1, tables 1 to 4."""
        below = {"function": "categories", "category": "subcategories", "subcategory": ""}
        levels = list(below)

        def take(place: Place, depth: int, parent: str | None) -> None:
            level = levels[depth]
            fields = {"id": "text", "title": "text", "code": "text"}
            if below[level]:
                fields[below[level]] = "records"
            if not self._fits(
                source, place, fields, ("id", "title", *fields.keys() & {below[level]})
            ):
                return
            record = shape.at(source.data, place)
            details = {"code": record["code"]} if "code" in record else {}
            self._add(source, place, "rmf", level, parent, None, details)
            for index in range(len(record.get(below[level], ()))):
                take((*place, below[level], index), depth + 1, str(record["id"]))

        for index in range(len(source.data["functions"])):
            take(("functions", index), 0, None)
        evaluates = {
            ref: one["id"]
            for one in source.data["trustworthy_characteristics"]
            for ref in shape.texts(one["evaluated_by"])
        }
        for ref, characteristic in evaluates.items():
            if ref in self.records:
                self.records[ref][7]["characteristic"] = characteristic

    def take_iso(self, source: Source) -> None:
        """Clauses 4 to 10, then Annex A: areas, objectives and controls."""
        for index in range(len(source.data["clauses"])):
            self._clause(source, ("clauses", index))
        for index in range(len(source.data["annex_a"])):
            self._block(source, ("annex_a", index))
        for index, clause in enumerate(source.data["clauses"]):
            for position, ref in enumerate(clause.get("related_controls", ())):
                if ref not in self.records:
                    place = ("clauses", index, "related_controls", position)
                    self.problems.append(shape.unknown(source, place, ref, self.records))

    def _clause(self, source: Source, place: Place) -> None:
        if not self._fits(source, place, _CLAUSE, ("id", "title")):
            return
        record = shape.at(source.data, place)
        asked = record.get("documented_information")
        if asked is not None:
            needed = ("kind", "strength", "what") if asked.get("required") else ()
            self._fits(source, (*place, "documented_information"), _ASKED, ("required", *needed))
            asked = {k: v for k, v in asked.items() if k != "required"} if needed else None
        parent = shape.text(record.get("parent"))
        if parent and parent not in self.records:
            self.problems.append(shape.unknown(source, (*place, "parent"), parent, self.records))
        level = "clause-group" if record.get("group") else "clause"
        details = {
            name: shape.texts(record[name])
            for name in ("evidence", "related_controls")
            if name in record
        }
        self._add(source, place, "iso", level, parent, asked, details)

    def _block(self, source: Source, place: Place) -> None:
        if not self._fits(source, place, _BLOCK, ("id", "level", "title")):
            return
        record = shape.at(source.data, place)
        self._add(source, place, "iso", record["level"], record.get("area"), None, {})
        for index in range(len(record.get("controls", ()))):
            control = (*place, "controls", index)
            if self._fits(source, control, {"id": "text", "title": "text"}, ("id", "title")):
                self._add(source, control, "iso", "control", record["id"], None, {})

    def take_genai(self, source: Source) -> None:
        """The twelve risks of NIST AI 600-1, and every reference of its actions."""
        for index in range(len(source.data["risks"])):
            place: Place = ("risks", index)
            if self._fits(source, place, _RISK, ("id", "number", "title", "description")):
                record = shape.at(source.data, place)
                details = {k: v for k, v in record.items() if k not in {"id", "title"}}
                self._add(source, place, "genai", "risk", None, None, details)
        for name in ("subcategories", "actions"):
            for index, record in enumerate(source.data[name]):
                self._genai_row(source, (name, index), record)

    def _genai_row(self, source: Source, place: Place, record: dict[str, Any]) -> None:
        if record["rmf"] not in self.records:
            self.problems.append(
                shape.unknown(source, (*place, "rmf"), record["rmf"], self.records)
            )
        for position, risk in enumerate(record["risks"]):
            if f"genai:{risk}" not in self.records:
                where = (*place, "risks", position)
                self.problems.append(shape.unknown(source, where, f"genai:{risk}", self.records))

    def take_titles(self, source: Source) -> None:
        """A workspace's own wording (for instance licensed text) in place of the short titles."""
        fields = {"source": "text", "titles": "mapping"}
        if not self._fits(source, (), fields, ("titles",)):
            return
        for ref, title in source.data["titles"].items():
            place: Place = ("titles", ref)
            if ref not in self.records:
                self.problems.append(shape.unknown(source, place, ref, self.records))
            elif not isinstance(title, str) or not title.strip():
                self.problems.append(source.problem(place, "expected some text"))
            else:
                record = self.records[ref]
                record[7] = {**record[7], "shipped_title": record[4]}
                record[4] = " ".join(title.split())
                if "source" in source.data:
                    record[7]["title_source"] = str(source.data["source"])

    def _fits(
        self, source: Source, place: Place, fields: dict[str, Any], required: tuple[str, ...]
    ) -> bool:
        problems = shape.check(source, place, fields, required)
        self.problems.extend(problems)
        return not problems

    def _add(
        self,
        source: Source,
        place: Place,
        framework: str,
        level: str,
        parent: str | None,
        asked: dict[str, str] | None,
        details: dict[str, Any],
    ) -> None:
        record = shape.at(source.data, place)
        ref = f"genai:{record['id']}" if framework == "genai" else str(record["id"])
        if ref in self.records:
            self.problems.append(source.problem((*place, "id"), f"'{ref}' stands twice"))
        leaf = level in {"subcategory", "clause", "control", "risk"}
        self.records[ref] = [
            ref, framework, level, parent, str(record["title"]), asked, leaf, details,
        ]  # fmt: skip
