"""YAML as plain data with the line of every value, read so that no input can hurt.

Only mappings, lists and scalars; no tags that name types, no second document, no duplicate key.
Aliases may be used, but what they stand for counts as if written out. A plain scalar stays text
unless it is a whole number, true, false or null: `5.2` is a clause, not a fraction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from govtrack.errors import Problem, visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BYTES = 4 * 2**20
MAX_VALUES = 100_000
MAX_DEPTH = 30

Place = tuple[str | int, ...]

_TOO_DEEP = f"is nested more than {MAX_DEPTH} deep"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_PLAIN_TAGS = {None, "!", *(_CORE + name for name in ("str", "map", "seq", "int", "null", "bool"))}
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")


@dataclass(frozen=True)
class Source:
    """One file: its data, and the line each place in it was written on."""

    shown: str
    data: Any
    lines: dict[Place, int] = field(repr=False)

    def at(self, place: Place) -> str:
        """`schemas/kinds.yaml:14`: the file and line of a place (or of what holds it)."""
        while place and place not in self.lines:
            place = place[:-1]
        return f"{self.shown}:{self.lines.get(place, 1)}"

    def problem(self, place: Place, message: str, nearest: str | None = None) -> Problem:
        """Something wrong at a place."""
        return Problem(message, self.at(place), field=_named(place), nearest=nearest)


def read(path: Path, shown: str) -> tuple[Source | None, list[Problem]]:
    """The file's data, or None and what is wrong with it."""
    if not path.is_file():
        return None, [Problem("is not a regular file", shown)]
    with path.open("rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        return None, [Problem(f"is larger than {MAX_BYTES // 2**20} MiB", shown)]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return None, [Problem("is not UTF-8", f"{shown}:{line}")]
    return parse(text, shown)


def parse(text: str, shown: str) -> tuple[Source | None, list[Problem]]:
    """The data written in `text`, or None and what is wrong with it."""
    building = _Building(shown)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            building.take(event)
    except _Unusable as stop:
        return None, [*building.problems, stop.problem]
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{shown}:{mark.line + 1}" if mark else shown
        if "nesting depth" in str(error.problem):  # newer parsers stop at a depth of their own
            return None, [*building.problems, Problem(_TOO_DEEP, place)]
        words = ", ".join(part for part in (error.context, error.problem) if part)
        return None, [*building.problems, Problem(f"not valid YAML: {words}", place)]
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        message = "holds a character that YAML does not allow"
        return None, [*building.problems, Problem(message, f"{shown}:{line}")]
    if building.problems:
        return None, building.problems
    return Source(shown, building.root, building.lines), []


class _Unusable(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass
class _Open:
    """A mapping or list that is still being read."""

    value: dict[str, Any] | list[Any]
    place: Place
    anchor: str | None
    size: int = 1
    key: str | None = None

    def next_place(self) -> Place:
        if isinstance(self.value, list):
            return (*self.place, len(self.value))
        return self.place if self.key is None else (*self.place, self.key)


class _Building:
    """Takes the events of one file and builds plain data, counting as it goes."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.root: Any = None
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._taken = 0
        self._documents = 0

    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        self._taken += 1
        if self._taken > 2 * MAX_VALUES:
            raise self._unusable(line, f"holds more than {MAX_VALUES} values")
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._unusable(line, "holds a second document: one file, one document")
        elif isinstance(event, yaml.AliasEvent):
            self._alias(str(event.anchor), line)
        elif isinstance(event, yaml.ScalarEvent):
            self._check_tag(event.tag, line)
            self._add(_scalar(event), 1, line, event.anchor)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._check_tag(event.tag, line)
            self._begin(event, line)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._end(line)

    def _begin(self, event: yaml.CollectionStartEvent, line: int) -> None:
        mapping = isinstance(event, yaml.MappingStartEvent)
        if len(self._stack) >= MAX_DEPTH:
            raise self._unusable(line, _TOO_DEEP)
        inside = self._stack[-1] if self._stack else None
        if inside and isinstance(inside.value, dict) and inside.key is None:
            raise self._unusable(line, "a key must be text, not a list or mapping")
        place = inside.next_place() if inside else ()
        self.lines[place] = line
        if event.anchor:  # until it ends, an alias of it would hold itself
            self._anchors.pop(event.anchor, None)
        self._stack.append(_Open({} if mapping else [], place, event.anchor))

    def _end(self, line: int) -> None:
        done = self._stack.pop()
        self._add(done.value, done.size, line, done.anchor, opened=True)

    def _alias(self, anchor: str, line: int) -> None:
        if anchor not in self._anchors:
            raise self._unusable(line, f"alias *{visible(anchor)} names nothing finished above it")
        value, size = self._anchors[anchor]
        self._add(value, size, line, None)

    def _add(
        self, value: object, size: int, line: int, anchor: str | None, *, opened: bool = False
    ) -> None:
        if anchor:
            self._anchors[anchor] = (value, size)
        if not self._stack:
            self.root = value
            return
        inside = self._stack[-1]
        inside.size += size
        if inside.size > MAX_VALUES:
            raise self._unusable(line, f"holds more than {MAX_VALUES} values, aliases written out")
        if isinstance(inside.value, list):
            if not opened:
                self.lines[inside.next_place()] = line
            inside.value.append(value)
        elif inside.key is None:
            self._key(inside, value, line)
        else:
            if not opened:
                self.lines[inside.next_place()] = line
            inside.value[inside.key] = value
            inside.key = None

    def _key(self, inside: _Open, value: object, line: int) -> None:
        if isinstance(value, list | dict):
            raise self._unusable(line, "a key must be text, not a list or mapping")
        key = value if isinstance(value, str) else _as_written(value)
        if key == "<<":
            raise self._unusable(line, "merge keys (<<) are not read: write the keys out")
        if key in inside.value:
            place = f"{self.shown}:{line}"
            message = "the key stands twice in one mapping"
            self.problems.append(Problem(message, place, field=_named((*inside.place, key))))
        inside.key = key

    def _check_tag(self, tag: str | None, line: int) -> None:
        if tag not in _PLAIN_TAGS:
            raise self._unusable(line, f"the tag {visible(str(tag))} is not read: write plain data")

    def _unusable(self, line: int, message: str) -> _Unusable:
        return _Unusable(Problem(message, f"{self.shown}:{line}"))


def _as_written(value: object) -> str:
    return "null" if value is None else str(value).casefold()


def _scalar(event: yaml.ScalarEvent) -> str | int | bool | None:
    if event.style or event.tag in {"!", _CORE + "str"}:
        return event.value
    if event.value in _WORDS:
        return _WORDS[event.value]
    return int(event.value) if _WHOLE.fullmatch(event.value) else event.value


def _named(place: Place) -> str | None:
    """`rows[3].iso`: a place as a field's name."""
    return "".join(_steps(place)).lstrip(".") or None


def _steps(place: Place) -> Iterator[str]:
    for step in place:
        yield f"[{step + 1}]" if isinstance(step, int) else f".{visible(step)}"
