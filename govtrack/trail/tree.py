"""The Merkle tree of RFC 6962 over entries, kept as the peaks of its perfect subtrees.

A tree of n leaves splits at the largest power of two below n, so its perfect subtrees have the
sizes of the binary digits of n, largest first. Their roots (the peaks, at most 64) are all that
appending a leaf and computing the root need: O(log n) state, whatever the size.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

EMPTY = sha256(b"").digest()
HASH = 32


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry), RFC 6962 section 2.1."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right), RFC 6962 section 2.1."""
    return sha256(b"\x01" + left + right).digest()


class Tree(NamedTuple):
    """A tree's size and the roots of its perfect subtrees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def grown(self, leaves: Iterable[bytes]) -> Tree:
        """The tree with these leaf hashes appended."""
        peaks, size = list(self.peaks), self.size
        for leaf in leaves:
            carried, digits = leaf, size
            while digits & 1:
                carried = node_hash(peaks.pop(), carried)
                digits >>= 1
            peaks.append(carried)
            size += 1
        return Tree(size, tuple(peaks))

    def root(self) -> bytes:
        """The root hash (32 bytes); of the empty tree, SHA-256 of nothing."""
        if not self.peaks:
            return EMPTY
        root, *higher = reversed(self.peaks)
        for peak in higher:
            root = node_hash(peak, root)
        return root

    def packed(self) -> bytes:
        """The peaks one after the other: how they are kept."""
        return b"".join(self.peaks)


def unpacked(size: int, peaks: bytes) -> Tree:
    """The tree whose `packed()` gave `peaks`; `ValueError` where the two cannot belong together."""
    if size < 0 or len(peaks) != HASH * size.bit_count():
        raise ValueError(f"{len(peaks)} bytes of peaks cannot belong to a tree of {size} leaves")
    return Tree(size, tuple(peaks[at : at + HASH] for at in range(0, len(peaks), HASH)))
