"""JSON: a list of objects, an object whose `evidence` is such a list, or an object a line.

The standard library's reader takes more than JSON (NaN, the last of two equal keys) and fails on
deep nesting; here each of these is refused in a sentence. Numbers stay as they are written, so a
clause 6.10 does not become 6.1.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from govtrack.errors import BadInput, Problem, visible
from govtrack.intake import decoding
from govtrack.intake.formats.table import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govtrack.intake.formats.table import Cell

LIST = "evidence"
LONGEST_NUMBER = 20
_SPACE = " \t\n\r"


def read(data: bytes, file: str, encoding: str | None = None) -> Table:
    """The objects in `data`; a row's number is the line its object begins on."""
    if data.startswith(b"\xef\xbb\xbf"):
        message = "begins with a byte order mark, which JSON does not have: save it without"
        raise BadInput(Problem(message, file))
    return _Document(decoding.text(data, file, encoding), file).table()


def read_lines(data: bytes, file: str, encoding: str | None = None) -> Table:
    """The objects in `data`, one a line (JSON Lines)."""
    document = _Document(decoding.text(data, file, encoding), file)
    return document.collected(document.lines())


class _Document:
    """A JSON text and how far it has been read."""

    def __init__(self, text: str, file: str) -> None:
        self.text, self.file = text, file
        self.place, self.line, self.counted = 0, 1, 0
        self.decoder = json.JSONDecoder(
            object_pairs_hook=_once,
            parse_float=_short,
            parse_int=_short,
            parse_constant=_no_constant,
        )

    def table(self) -> Table:
        """The list at the top, or under `evidence`."""
        opening = self.peek()
        if opening == "[":
            return self.collected(self.ended(self.items()))
        if opening == "{":
            return self.collected(self.ended(self.members()))
        raise self.wrong(f"expected a list of objects, or an object with '{LIST}'")

    def collected(self, items: Iterator[tuple[int, object]]) -> Table:
        problems: list[Problem] = []
        rows = [Row(line, _cells(item, self.file, line, problems)) for line, item in items]
        if problems:
            raise BadInput(problems)
        return Table(tuple(rows))

    def members(self) -> Iterator[tuple[int, object]]:
        self.take("{")
        seen: set[str] = set()
        while self.peek() != "}":
            if self.peek() != '"':
                raise self.wrong("expected a name in double quotes")
            name = str(self.value())
            if name in seen:
                raise self.wrong(f"the name '{visible(name)}' is there twice")
            seen.add(name)
            self.take(":")
            if name == LIST:
                if self.peek() != "[":
                    raise self.wrong(f"'{LIST}' is not a list")
                yield from self.items()
            else:
                self.value()
            self.comma("}")
        self.take("}")
        if LIST not in seen:
            raise self.wrong(f"the object has no '{LIST}' with a list of objects")

    def items(self) -> Iterator[tuple[int, object]]:
        self.take("[")
        while self.peek() != "]":
            yield self.here(), self.value()
            self.comma("]")
        self.take("]")

    def lines(self) -> Iterator[tuple[int, object]]:
        while self.peek():
            yield self.here(), self.value()

    def ended(self, items: Iterator[tuple[int, object]]) -> Iterator[tuple[int, object]]:
        yield from items
        if self.peek():
            raise self.wrong("something follows the end of the JSON document")

    def value(self) -> object:
        self.peek()
        try:
            value, self.place = self.decoder.raw_decode(self.text, self.place)
        except json.JSONDecodeError as error:
            self.place = error.pos
            said = error.msg.removesuffix(" starting at")
            raise self.wrong(f"not JSON: {said[0].lower()}{said[1:]}") from None
        except RecursionError:
            raise self.wrong("lists or objects nested too deeply") from None
        except _NotTakenError as error:
            raise self.wrong(str(error)) from None
        return value

    def peek(self) -> str:
        """The next character that is not space; empty at the end."""
        while self.text[self.place : self.place + 1] in _SPACE and self.place < len(self.text):
            self.place += 1
        return self.text[self.place : self.place + 1]

    def take(self, character: str) -> None:
        if self.peek() != character:
            raise self.wrong(f"not JSON: expected '{character}'")
        self.place += 1

    def comma(self, closing: str) -> None:
        if self.peek() == closing:
            return
        self.take(",")
        if self.peek() == closing:
            raise self.wrong(f"not JSON: a comma before '{closing}'")

    def here(self) -> int:
        """The line of the next value."""
        self.peek()
        self.line += self.text.count("\n", self.counted, self.place)
        self.counted = self.place
        return self.line

    def wrong(self, message: str) -> BadInput:
        line = self.text.count("\n", 0, self.place) + 1
        return BadInput(Problem(message, self.file, line))


class _NotTakenError(Exception):
    """JSON for the standard library, not for a register."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise _NotTakenError(f"the name '{visible(twice)}' is there twice")
    return names


def _short(digits: str) -> str:
    if len(digits) > LONGEST_NUMBER:
        raise _NotTakenError(f"a number of {len(digits)} digits; at most {LONGEST_NUMBER} are read")
    return digits


def _no_constant(name: str) -> None:
    raise _NotTakenError(f"{name} is not JSON")


def _cells(item: object, file: str, line: int, problems: list[Problem]) -> dict[str, Cell]:
    if not isinstance(item, dict):
        problems.append(Problem("expected an object in braces", file, line))
        return {}
    cells: dict[str, Cell] = {}
    for name, value in item.items():
        cell = _cell(value)
        if cell is not None and not _is_text(cell):
            problems.append(Problem("a surrogate escape, which is not text", file, line, name))
        elif cell is None:
            problems.append(Problem("expected text or a list of texts", file, line, name))
        else:
            cells[name] = cell
    return cells


def _cell(value: object) -> Cell | None:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    return None


def _is_text(cell: Cell) -> bool:
    try:
        "".join(cell).encode()
    except UnicodeEncodeError:
        return False
    return True
