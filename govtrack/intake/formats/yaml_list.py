"""YAML: a list of mappings, or a mapping whose `evidence` is such a list.

Read event by event, so that nothing is built that is not wanted: no objects of any language, no
tree of aliases that grows when it is walked, no nesting deeper than a list in a mapping in a list.
Every scalar stays text as written, so a clause 6.10 does not become 6.1 and `no` stays no.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from govtrack.errors import BadInput, Problem, visible
from govtrack.intake import decoding
from govtrack.intake.formats.table import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govtrack.intake.formats.table import Cell

LIST = "evidence"
MOST_VALUES = 5_000_000
"""Cells in one file, aliases counted each time they are used."""

DEEPEST = 20
"""Nesting in what is passed over; the parser's own time grows with its square."""

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_PLAIN_TAGS = {
    "!",
    *(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "timestamp")),
    *(f"tag:yaml.org,2002:{name}" for name in ("seq", "map")),
}
_ONE_OR_MANY = "expected text or a list of texts"
_TOO_DEEP = "lists or mappings nested too deeply"
_NOTHING = {"", "~", "null", "Null", "NULL"}


def read(data: bytes, file: str, encoding: str | None = None) -> Table:
    """The mappings in `data`; a row's number is the line its mapping begins on."""
    text = decoding.text(data, file, encoding)
    document = _Document(text, file)
    try:
        return document.table()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise BadInput(_not_read(error, document, line)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        given = error.character
        code = given if isinstance(given, int) else ord(given)
        message = f"not YAML: the character U+{code:04X} is not allowed"
        raise BadInput(Problem(message, file, line)) from None


class _Document:
    """The events of a YAML text, read once from first to last."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)
        self.anchors: dict[str | None, Cell | dict[str, Cell]] = {}
        self.values = 0
        self.field: str | None = None

    def table(self) -> Table:
        next(self.events)
        if isinstance(next(self.events), yaml.StreamEndEvent):
            raise BadInput(Problem(f"is empty; expected a list under '{LIST}'", self.file))
        rows = tuple(self.top(next(self.events)))
        next(self.events)
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self.wrong(after, "a second document; expected one")
        return Table(rows)

    def top(self, event: yaml.Event) -> Iterator[Row]:
        if isinstance(event, yaml.SequenceStartEvent):
            yield from self.rows()
        elif isinstance(event, yaml.MappingStartEvent):
            found = False
            for name, value in self.members():
                if name != LIST:
                    self.passed_over(value)
                    continue
                if not isinstance(value, yaml.SequenceStartEvent):
                    raise self.wrong(value, f"'{LIST}' is not a list")
                found = True
                yield from self.rows()
            if not found:
                raise self.wrong(event, f"the mapping has no '{LIST}' with a list")
        else:
            raise self.wrong(event, f"expected a list of mappings, or a mapping with '{LIST}'")

    def rows(self) -> Iterator[Row]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield Row(_line(event), self.mapping(event))

    def mapping(self, event: yaml.Event) -> dict[str, Cell]:
        if isinstance(event, yaml.AliasEvent):
            shared = self.anchors.get(event.anchor)
            if not isinstance(shared, dict):
                raise self.wrong(event, f"*{event.anchor} is not a mapping above")
            self.count(len(shared), event)
            return shared
        if not isinstance(event, yaml.MappingStartEvent):
            raise self.wrong(event, "expected a mapping such as 'file: report.pdf'")
        self.plain(event)
        cells: dict[str, Cell] = {}
        for name, value in self.members():
            self.field = name
            cells[name] = self.cell(value)
            self.field = None
        self.keep(event, cells)
        return cells

    def members(self) -> Iterator[tuple[str, yaml.Event]]:
        """The names of a mapping, each with the event that its value begins with."""
        seen: set[str] = set()
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self.wrong(event, "expected a name")
            if event.value == "<<":
                raise self.wrong(event, "merge keys (<<) are not read")
            if event.value in seen:
                raise self.wrong(event, f"'{visible(event.value)}' is there twice")
            seen.add(event.value)
            yield event.value, next(self.events)

    def cell(self, event: yaml.Event) -> Cell:
        self.count(1, event)
        if isinstance(event, yaml.SequenceStartEvent):
            self.plain(event)
            items: list[str] = []
            while not isinstance(inner := next(self.events), yaml.SequenceEndEvent):
                self.count(1, inner)
                items.append(self.text(inner))
            self.keep(event, tuple(items))
            return tuple(items)
        if isinstance(event, yaml.AliasEvent) and isinstance(
            shared := self.anchors.get(event.anchor), tuple
        ):
            self.count(len(shared), event)
            return shared
        return self.text(event)

    def text(self, event: yaml.Event) -> str:
        if isinstance(event, yaml.AliasEvent):
            value = self.anchors.get(event.anchor)
            if not isinstance(value, str):
                raise self.wrong(event, f"*{event.anchor} is not a text above")
            return value
        if not isinstance(event, yaml.ScalarEvent):
            raise self.wrong(event, _ONE_OR_MANY)
        self.plain(event)
        unquoted = not event.style
        value = "" if unquoted and event.value in _NOTHING else event.value
        self.keep(event, value)
        return value

    def passed_over(self, event: yaml.Event) -> None:
        depth = 0
        while True:
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            self.plain(event)
            if depth == 0:
                return
            if depth > DEEPEST:
                raise self.wrong(event, _TOO_DEEP)
            event = next(self.events)

    def keep(self, event: yaml.NodeEvent, value: Cell | dict[str, Cell]) -> None:
        if event.anchor is not None:
            self.anchors[event.anchor] = value

    def plain(self, event: yaml.Event) -> None:
        tag: str | None = getattr(event, "tag", None)
        if tag is None or tag in _PLAIN_TAGS:
            return
        shown = tag.replace("tag:yaml.org,2002:", "!!")
        raise self.wrong(event, f"the tag {visible(shown)} is not read: only text, lists, mappings")

    def count(self, values: int, event: yaml.Event) -> None:
        self.values += values
        if self.values > MOST_VALUES:
            raise self.wrong(event, f"more than {MOST_VALUES} values, counting aliases")

    def wrong(self, event: yaml.Event, message: str) -> BadInput:
        return BadInput(Problem(message, self.file, _line(event), self.field))


def _not_read(error: yaml.MarkedYAMLError, document: _Document, line: int | None) -> Problem:
    """What the parser refuses; newer ones look ahead and stop at a depth of their own."""
    if "nesting depth" not in str(error.problem):
        return Problem(f"not YAML: {error.problem}", document.file, line)
    message = _ONE_OR_MANY if document.field else _TOO_DEEP
    return Problem(message, document.file, line, document.field)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
