"""What a check of the register found: the word that all its steps share."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree: the step, where, what was expected and what stands there."""

    step: int
    code: str
    where: str
    expected: str
    found: str


def readable(step: int, found: Iterable[Finding]) -> Iterator[Finding]:
    """What a step found, up to where the file could not be read, which is a finding itself."""
    try:
        yield from found
    except sqlite3.Error as error:
        yield unreadable(step, error)


def unreadable(step: int, error: sqlite3.Error) -> Finding:
    """The finding that a step could not read what it needs."""
    code = "damaged" if step == 1 else "unreadable"
    return Finding(step, code, "register", "a file that can be read", str(error))
