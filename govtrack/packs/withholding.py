"""Words about records that a pack does not disclose, taken out of what it says.

The working papers speak of the whole management system: the Statement of Applicability cites risks
and evidence of every AI system. In a pack that shows only what is in its scope, the titles of other
evidence and of other systems' risks and profiles are replaced, and the names of other AI systems by
their ids. What an artefact in the pack says itself is not touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from govtrack.packs.trail_scope import Scope

WITHHELD = "[not disclosed]"
_WORD = re.compile(r"\w+")
_OF_SYSTEMS = (
    "SELECT system, title FROM risk WHERE system IS NOT NULL "
    "UNION ALL SELECT system, title FROM profile WHERE system IS NOT NULL "
    "UNION ALL SELECT system, slug FROM profile WHERE system IS NOT NULL"
)

Value = TypeVar("Value")


def withheld(connection: sqlite3.Connection, scope: Scope) -> dict[str, str]:
    """The words that are not to be told, each with what stands instead.

    What a disclosed record is called by too is no secret.
    """
    told: set[str] = set()
    hidden: dict[str, str] = {}

    def sort(words: str | None, instead: str, *, shown: bool) -> None:
        if words and shown:
            told.add(words)
        elif words:
            hidden[words] = instead

    for identifier, title in connection.execute("SELECT id, title FROM evidence"):
        sort(title, WITHHELD, shown=identifier in scope.evidence)
    for system, title in connection.execute(_OF_SYSTEMS):
        sort(title, WITHHELD, shown=system in scope.systems)
    for identifier, slug, name in connection.execute("SELECT id, slug, name FROM ai_system"):
        for words in (slug, name):
            sort(words, identifier, shown=identifier in scope.systems)
    return {words: instead for words, instead in hidden.items() if words not in told}


class Withholding:
    """Takes words out of values: texts, tuples, mappings and records made of them."""

    def __init__(self, hidden: Mapping[str, str]) -> None:
        self._hidden = hidden
        self._by_word: dict[str, list[tuple[int, str]]] = {}
        for words in sorted(hidden, key=len, reverse=True):
            if first := _WORD.search(words):
                self._by_word.setdefault(first[0], []).append((first.start(), words))

    def of(self, value: Value) -> Value:
        """The value without these words."""
        found: Any = self._of(value)
        return found  # type: ignore[no-any-return]

    def _of(self, value: Any) -> Any:  # noqa: ANN401, PLR0911  (whatever a paper is made of)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, tuple):
            inner = [self._of(one) for one in value]
            return type(value)(*inner) if hasattr(value, "_fields") else tuple(inner)
        if isinstance(value, Mapping):
            return {self._of(key): self._of(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self._of(one) for one in value]
        if isinstance(value, set | frozenset):
            return type(value)(self._of(one) for one in value)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **self._fields(value))
        return value

    def _fields(self, value: Any) -> dict[str, Any]:  # noqa: ANN401
        return {one.name: self._of(getattr(value, one.name)) for one in fields(value) if one.init}

    def _text(self, text: str) -> str:
        if text in self._hidden:
            return self._hidden[text]
        parts: list[str] = []
        end = 0
        for word in _WORD.finditer(text):
            if word.start() < end:
                continue
            for words, start in self._at(text, word):
                if start >= end:
                    parts += [text[end:start], self._hidden[words]]
                    end = start + len(words)
                    break
        return "".join((*parts, text[end:])) if parts else text

    def _at(self, text: str, word: re.Match[str]) -> Iterable[tuple[str, int]]:
        for offset, words in self._by_word.get(word[0], ()):
            start, stop = word.start() - offset, word.start() - offset + len(words)
            if start >= 0 and text.startswith(words, start) and not text[stop : stop + 1].isalnum():
                yield words, start
