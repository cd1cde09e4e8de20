"""What a check of the register found: the word that all its steps share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree: the step, where, what was expected and what stands there."""

    step: int
    code: str
    where: str
    expected: str
    found: str
