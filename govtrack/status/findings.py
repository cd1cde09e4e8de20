"""What a check of a working paper finds: one form for all of them, and how commands are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

HEADINGS = ("finding", "about", "system", "what", "mend with")
"""The columns under which findings are shown, everywhere: those of `Finding`."""


class Finding(NamedTuple):
    """Something found wrong: its code, what it is about, of which system, in words, its mending.

    `about` is an id or a reference (None: the paper as a whole, of which nothing is recorded yet),
    `system` a slug. `mend` is a command; its words in capitals are to be filled in.
    """

    code: str
    about: str | None
    system: str | None
    words: str
    mend: str


def as_json(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as the JSON answer of every check has them."""
    return [one._asdict() for one in found]


def quoted(text: str) -> str:
    """A value as it is typed in a shell, in quotation marks where it needs them."""
    if text.isascii() and text.replace("-", "").replace(".", "").isalnum():
        return text
    from shlex import quote  # noqa: PLC0415  (few commands hold such a value)

    return quote(text)


def including(control: str, risk: str, slug: str | None) -> str:
    """The command that decides a control applicable because it treats that risk."""
    system = f" --system {slug}" if slug else ""
    return (
        f"govtrack soa set {quoted(control)} --applicable --because risk:{risk} --why TEXT{system}"
    )
