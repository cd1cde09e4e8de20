"""A checkpoint (C2SP tlog-checkpoint): which trail, how many entries, their root. What is signed.

Three lines: the origin, the size in decimal, the root in base64. The root fixes every entry below
the size. Whoever holds the three lines can tell later whether those entries are still the same.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from govtrack.trail import note
from govtrack.trail.tree import EMPTY, HASH

LINES = 3
LARGEST = 2**63 - 1
PROOF = "c2sp.org/tlog-proof@v1"
"""The first line of an inclusion proof, which carries a checkpoint after an empty line."""
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_BLANK = re.compile(r"[\x00-\x20+]")


class Checkpoint(NamedTuple):
    """A trail's origin, the number of its entries and the root over them (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The three lines, each with its newline: the bytes that are signed."""
        return f"{self.origin}\n{self.size}\n{note.encoded(self.root)}\n"


def parsed(text: str) -> Checkpoint:
    """The checkpoint that exactly these three lines write; `ValueError` says what is wrong."""
    lines = text.split("\n")
    if len(lines) != LINES + 1 or lines[-1]:
        raise ValueError("is no checkpoint: that is three lines, an origin, a size and a root")
    return _of(*lines[:LINES])


def read(data: bytes, *, unsigned: bool = False) -> tuple[Checkpoint, note.Note]:
    """The checkpoint in a signed note, and the note; `unsigned` allows one without signatures.

    `ValueError` where either is malformed, or where none of its signatures says to be the trail's
    own. Whether they hold is for `signing` to say.
    """
    found = note.read(data, unsigned=unsigned)
    said = parsed(found.text)
    if found.signatures and said.origin not in {one.name for one in found.signatures}:
        raise ValueError(f"is a checkpoint of {said.origin}, which has not signed it")
    return said, found


def stated(data: bytes) -> Checkpoint:
    """The checkpoint in what somebody kept: a checkpoint, a pack's statement, a proof.

    It is in the first three lines, or, where those begin a proof, in the three after its empty
    line; nothing is asked of what follows. It is a statement, not more: no signature is looked at.
    `ValueError` where there is none.
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ValueError("is no checkpoint: it is not valid UTF-8") from None
    if text.startswith(f"{PROOF}\n"):
        _, _, text = text.partition("\n\n")
    lines = text.split("\n")
    if len(lines) < LINES:
        raise ValueError("is no checkpoint: that begins with three lines, origin, size and root")
    return _of(*lines[:LINES])


def _of(origin: str, size: str, root: str) -> Checkpoint:
    if not origin or _BLANK.search(origin) or any(one.isspace() for one in origin):
        raise ValueError("has an origin that is empty, or has a space or a plus in it")
    if not _SIZE.fullmatch(size) or int(size) > LARGEST:
        raise ValueError("has a size that is no whole number, written without leading zeros")
    try:
        data = note.decoded(root)
    except ValueError:
        raise ValueError("has a root that is not standard base64") from None
    if len(data) != HASH:
        raise ValueError(f"has a root of {len(data)} bytes; a SHA-256 has {HASH}")
    if size == "0" and data != EMPTY:
        raise ValueError("has size 0 and a root that is not that of nothing")
    return Checkpoint(origin, int(size), data)
