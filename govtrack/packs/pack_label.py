"""What a pack says that it is, in its bag-info.txt: words to be read, which prove nothing.

And what a computer leaves in any folder that somebody opened: no file of the pack, and no forgery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

INFO = "bag-info.txt"
_LEFT = frozenset({".ds_store", "thumbs.db", "desktop.ini"})


class Label(NamedTuple):
    """The organisation, the title and the id of a pack, each None where it says none."""

    organisation: str | None
    title: str | None
    identifier: str | None


def label(data: bytes) -> Label:
    """What bag-info.txt says (RFC 8493, 2.2.2); a line that begins with a blank goes on."""
    found: dict[str, str] = {}
    name = ""
    for line in data.decode("utf-8", "replace").splitlines():
        if line[:1].isspace():
            if name:
                found[name] += f" {line.strip()}"
            continue
        name, colon, value = line.partition(":")
        name = name.strip().casefold() if colon else ""
        if name:
            found[name] = value.strip()
    organisation, title, identifier = (
        found.get(one) or None
        for one in ("source-organization", "external-description", "external-identifier")
    )
    return Label(organisation, title, identifier)


def left_behind(names: Iterable[str]) -> list[str]:
    """Those among the names that macOS or Windows leave in folders by themselves."""
    return sorted(one for one in names if _left(one.rpartition("/")[2]))


def _left(name: str) -> bool:
    return name.casefold() in _LEFT or name.startswith("._")
