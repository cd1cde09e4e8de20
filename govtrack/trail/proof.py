"""Proofs about a tree (RFC 6962 section 2.1): an entry is in it, an earlier tree is its beginning.

An *inclusion proof* is the hashes beside the way from a leaf to the root. A *consistency proof* is
the hashes that lead both to an earlier root and to a later one. Both are a few hundred bytes for a
million entries, and checking one needs nothing of the trail but the roots.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from govtrack.trail.checkpoint import PROOF
from govtrack.trail.note import decoded, encoded
from govtrack.trail.tree import EMPTY, HASH, Tree, node_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

PAIR = 2 * HASH
_AT_ONCE = 4096 * PAIR
_INDEX = re.compile(rb"0|[1-9][0-9]{0,18}")
_LONGEST = 64
"""No path has more hashes: a tree of 2^63 leaves has 63 levels above them."""


class Levels:
    """The roots of all perfect subtrees over the leaf hashes of a trail, a buffer a level.

    `leaves` is the leaf hashes one after the other, 32 bytes each; the buffers take twice that, 64
    MB for a million. All that is asked for then is O(log n) hashes away.
    """

    __slots__ = ("_levels", "size")

    def __init__(self, leaves: bytes | bytearray) -> None:
        self.size, odd = divmod(len(leaves), HASH)
        if odd:
            raise ValueError(f"{len(leaves)} bytes are no whole number of leaf hashes")
        self._levels: list[bytes | bytearray] = [leaves]
        while len(self._levels[-1]) >= PAIR:
            self._levels.append(_paired(self._levels[-1]))

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves (32 bytes); over all of them unless said."""
        return self._over(0, self._within(self.size if size is None else size))

    def tree(self) -> Tree:
        """The tree over all leaves, as a register keeps it."""
        return Tree(self.size, tuple(self._peaks(0, self.size)))

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that leaf `index` is in the tree of `size`, from the leaf upwards."""
        low, high = 0, self._within(size)
        if not 0 <= index < size:
            raise ValueError(f"there is no leaf {index} in a tree of {size}")
        path: list[bytes] = []
        while high - low > 1:
            middle = low + _left(high - low)
            if index < middle:
                path.append(self._over(middle, high))
                high = middle
            else:
                path.append(self._over(low, middle))
                low = middle
        path.reverse()
        return path

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of `old` is the beginning of the tree of `new` leaves.

        Nothing is needed, and the list is empty, where they are one or there was nothing before.
        """
        low, high = 0, self._within(new)
        if not 0 <= old <= new:
            raise ValueError(f"a tree of {old} is not the beginning of one of {new}")
        if old in {0, new}:
            return []
        path: list[bytes] = []
        while old != high:
            middle = low + _left(high - low)
            if old <= middle:
                path.append(self._over(middle, high))
                high = middle
            else:
                path.append(self._over(low, middle))
                low = middle
        if low:  # the older tree ends with this subtree; where it is all of it, its root is known
            path.append(self._over(low, high))
        path.reverse()
        return path

    def _within(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise ValueError(f"there is no tree of {size} leaves: the trail has {self.size}")
        return size

    def _over(self, low: int, high: int) -> bytes:
        """The root over leaves `low` to `high`, where `low` begins a perfect subtree as large."""
        if low == high:
            return EMPTY
        peaks = self._peaks(low, high)
        root = peaks.pop()
        while peaks:
            root = node_hash(peaks.pop(), root)
        return root

    def _peaks(self, low: int, high: int) -> list[bytes]:
        """The roots of the perfect subtrees from `low` to `high`, largest first."""
        peaks = []
        while low < high:
            level = (high - low).bit_length() - 1
            at = (low >> level) * HASH
            peaks.append(bytes(self._levels[level][at : at + HASH]))
            low += 1 << level
        return peaks


def included(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """The root that `path` leads to from a leaf hash (RFC 9162 section 2.1.3.2).

    Whether it is the root of the checkpoint is for the caller to compare. `ValueError` where the
    path cannot be one for this leaf in a tree of this size.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} in a tree of {size}")
    _all_hashes((leaf, *path))
    if len(path) != _path_length(index, size):
        raise ValueError(f"has {len(path)} hashes; leaf {index} of {size} takes another number")
    root, node, last = leaf, index, size - 1
    for beside in path:
        if node & 1 or node == last:
            root = node_hash(beside, root)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            root = node_hash(root, beside)
        node, last = node >> 1, last >> 1
    return root


def consistent(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> None:
    """Check that the tree of `old` is the beginning of that of `new` (RFC 9162 section 2.1.4.2).

    `ValueError` says which root the proof does not lead to, or why it cannot be one.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} is not the beginning of one of {new}")
    _all_hashes((old_root, new_root, *path))
    if old in {0, new}:
        if path:
            raise ValueError("has hashes where none are needed")
        if old_root != (new_root if old == new else EMPTY):
            raise ValueError(f"the older root is not the one at size {old}")
        return
    if len(path) != _steps(old, new):
        raise ValueError(f"has {len(path)} hashes; from {old} to {new} takes another number")
    earlier, later = _both(old, new, old_root, path)
    if earlier != old_root:
        raise ValueError("does not lead to the older root")
    if later != new_root:
        raise ValueError("does not lead to the newer root")


class Inclusion(NamedTuple):
    """An inclusion proof as it is passed on: the entry's number, hashes, a checkpoint's bytes."""

    entry: int
    path: tuple[bytes, ...]
    checkpoint: bytes


def proof_text(index: int, path: Sequence[bytes], checkpoint: bytes) -> bytes:
    """The proof with the checkpoint it is made against (C2SP tlog-proof@v1)."""
    lines = (PROOF, f"index {index}", *map(encoded, path), "", "")
    return "\n".join(lines).encode() + checkpoint


def read_proof(data: bytes) -> Inclusion:
    """What `proof_text` wrote; a line `extra …`, which others may add, is passed over.

    The checkpoint is given as it stands, not read. `ValueError` where it is no such proof.
    """
    head, parting, checkpoint = data.partition(b"\n\n")
    lines = head.split(b"\n")
    if lines[0] != PROOF.encode():
        raise ValueError(f"is no inclusion proof: its first line is not {PROOF}")
    if not parting or not checkpoint:
        raise ValueError("has no checkpoint after its hashes")
    rest = lines[2:] if lines[1:] and lines[1].startswith(b"extra ") else lines[1:]
    word, _, index = (rest[0] if rest else b"").partition(b" ")
    if word != b"index" or not _INDEX.fullmatch(index):
        raise ValueError("has no line 'index' with the number of its entry")
    return Inclusion(int(index), _hashes(rest[1:]), checkpoint)


def consistency_text(path: Sequence[bytes]) -> str:
    """A consistency proof as it is passed on: a hash in base64 a line."""
    return "".join(f"{encoded(one)}\n" for one in path)


def read_consistency(data: bytes) -> tuple[bytes, ...]:
    """What `consistency_text` wrote; `ValueError` where it is something else."""
    if data and not data.endswith(b"\n"):
        raise ValueError("is cut off: its last line does not end")
    return _hashes(data.split(b"\n")[:-1])


def _hashes(lines: Sequence[bytes]) -> tuple[bytes, ...]:
    if len(lines) > _LONGEST:
        raise ValueError(f"has {len(lines)} hashes, more than any tree takes")
    try:
        found = tuple(decoded(line.decode("ascii")) for line in lines)
        _all_hashes(found)
    except ValueError:
        raise ValueError("has a line that is no SHA-256 in base64") from None
    return found


def _all_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(one) != HASH for one in hashes):
        raise ValueError(f"has a hash that is not of {HASH} bytes")


def _left(size: int) -> int:
    """The leaves left of where a tree of `size` is split: the largest power of two below."""
    return 1 << ((size - 1).bit_length() - 1)


def _paired(level: bytes | bytearray) -> bytearray:
    """The level above: the hash of each pair, what is odd left over."""
    above, end = bytearray(), len(level) // PAIR * PAIR
    # some thousand at a time, so that as many small objects are alive, and no more
    for start in range(0, end, _AT_ONCE):
        part = bytes(level[start : min(start + _AT_ONCE, end)])
        above += b"".join(
            [sha256(b"\x01" + part[at : at + PAIR]).digest() for at in range(0, len(part), PAIR)]
        )
    return above


def _path_length(index: int, size: int) -> int:
    """How many hashes an inclusion proof has: the levels below the split, then left turns."""
    inner = (index ^ (size - 1)).bit_length()
    return inner + (index >> inner).bit_count()


def _steps(old: int, new: int) -> int:
    """How many hashes a consistency proof has, where `old` is neither nothing nor all."""
    low, high, found = 0, new, 0
    while old != high:
        middle = low + _left(high - low)
        if old <= middle:
            high = middle
        else:
            low = middle
        found += 1
    return found + bool(low)


def _both(old: int, new: int, old_root: bytes, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots, at both sizes, that a consistency proof of the right length leads to."""
    hashes = iter(path if old & (old - 1) else (old_root, *path))
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    earlier = later = next(hashes)
    for beside in hashes:
        if node & 1 or node == last:
            earlier, later = node_hash(beside, earlier), node_hash(beside, later)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            later = node_hash(later, beside)
        node, last = node >> 1, last >> 1
    return earlier, later
