"""Refusals: what was wrong with what was given, in sentences a person can act on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Problem(NamedTuple):
    """One thing wrong with what was given.

    `message` says what is wrong and what was expected, without naming the place; `file`, `row`
    (1-based, or a line of a text file) and `field` are the place; `nearest` is the closest valid
    value, where there is one.
    """

    message: str
    file: str | None = None
    row: int | None = None
    field: str | None = None
    nearest: str | None = None

    def sentence(self) -> str:
        """The problem in one line: `risks.csv, row 14, likelihood: 'x' is not one of …`."""
        row = None if self.row is None else f"row {self.row}"
        place = ", ".join(visible(part) for part in (self.file, row, self.field) if part)
        message = visible(self.message)
        return f"{place}: {message}" if place else message


class Refusal(Exception):
    """Something asked for was not done; nothing was changed. Carries every problem found."""

    exit_code = 1

    def __init__(self, problems: str | Problem | Iterable[Problem]) -> None:
        if isinstance(problems, str):
            problems = Problem(problems)
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("; ".join(problem.sentence() for problem in self.problems))


class BadInput(Refusal):
    """What was given cannot be used: exit code 2."""

    exit_code = 2


class NotDone(Refusal):
    """The operation could not be done, or a check failed: exit code 1."""


def refuse(
    message: str, *, file: str | None = None, field: str | None = None, nearest: str | None = None
) -> BadInput:
    """One bad value as an exception to raise."""
    return BadInput(Problem(message, file=file, field=field, nearest=nearest))


def closest(value: str, choices: Iterable[str]) -> str | None:
    """The choice nearest to `value` in spelling, or None where nothing is near."""
    from difflib import get_close_matches  # noqa: PLC0415  (only on the way to a refusal)

    by_folded = {choice.casefold(): choice for choice in choices}
    found = get_close_matches(value.casefold(), by_folded, n=1, cutoff=0.5)
    return by_folded[found[0]] if found else None


def not_one_of(value: str, choices: Iterable[str]) -> str:
    """`'sometimes' is not one of rare, unlikely, possible`."""
    return f"'{visible(value)}' is not one of {', '.join(choices)}"


def visible(text: str) -> str:
    r"""`text` with control and bidirectional characters shown as escapes (`\n`, `\u202e`).

    Names of files and other people's words reach a terminal and printed pages: a character that
    moves the cursor or turns the writing round must be seen, not obeyed.
    """
    if text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    import unicodedata  # noqa: PLC0415  (a millisecond, and hardly ever needed)

    if char.isprintable() or char == "\N{SOFT HYPHEN}":
        return char
    if char == "\N{NO-BREAK SPACE}" or unicodedata.category(char) == "Zs":
        return " "
    return char.encode("unicode_escape").decode("ascii")
