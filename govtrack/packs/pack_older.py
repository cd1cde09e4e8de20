"""Older states that somebody kept of a trail: its three lines, or a whole earlier pack.

Three lines tell that a history is another one. An earlier pack has the leaf of every entry, so it
tells from which entry on; and its digest has to be the one that the trail says was delivered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.packs.pack_entries import ENTRIES, HASHES, HashReader, lineage
from govtrack.packs.pack_files import BLOCK, CHECKPOINT, TAGS, UNREADABLE
from govtrack.trail import checkpoint, note
from govtrack.trail.keyring import Doubt
from govtrack.trail.proof import Levels
from govtrack.trail.reach import REMEMBERED, Layer
from govtrack.trail.tree import HASH, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govtrack.packs.pack_entries import Issued
    from govtrack.packs.pack_files import PackFiles
    from govtrack.packs.pack_proofs import Proven
    from govtrack.trail.checkpoint import Checkpoint


class Kept(NamedTuple):
    """A state that was kept: what it is called, what it states; of a pack its leaves and digest."""

    name: str
    checkpoint: Checkpoint
    leaves: bytes | None = None
    digest: str | None = None


class Older(NamedTuple):
    """What a state that was kept says about a pack."""

    findings: tuple[Doubt, ...] = ()
    notes: tuple[str, ...] = ()
    layers: tuple[Layer, ...] = ()


def of_pack(name: str, files: PackFiles) -> Kept:
    """What an earlier pack states; `ValueError` where it does not agree with itself."""
    try:
        said = checkpoint.stated(files.read(CHECKPOINT))
        leaves = bytes(_leaves(files))
        digest = files.digested(TAGS)
    except (KeyError, *UNREADABLE) as error:
        raise ValueError(f"is a pack that cannot be read: {error}") from None
    levels = Levels(leaves)
    if (levels.size, levels.root()) != (said.size, said.root):
        raise ValueError(
            "is a pack that does not agree with itself (its entries do not give its root), so it "
            "says nothing; verify that one first"
        )
    return Kept(name, said, leaves, digest)


def _leaves(files: PackFiles) -> bytearray:
    if HASHES in files.names:
        reader = HashReader()
        files.digested(HASHES, reader.hear)
        for wrong in reader.end():
            raise ValueError(f"{wrong.where}: expected {wrong.expected}, found {wrong.found}")
        return reader.leaves
    leaves, rest = bytearray(), b""
    with files.opened(ENTRIES) as file:
        while block := file.read(BLOCK):
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                leaves += leaf_hash(line)
    return leaves


def held_against(pack: Proven, then: Kept, issued: Sequence[Issued]) -> Older:
    """Whether the pack continues that state; `issued` are the deliveries that it records."""
    mine, past = pack.said, then.checkpoint
    if lineage(past.origin) != lineage(mine.origin):
        return Older((_since(then, f"a state of {mine.origin}", f"one of {past.origin}"),))
    differs = _first_difference(pack, then)
    if past.size > mine.size:
        least, found = f"at least {past.size} entries", f"{mine.size}"
        return Older((_since(then, least, f"{found}: {_cut(then, differs)}"),))
    root = pack.levels.root(past.size)
    if root != past.root:
        expected = f"root {note.encoded(past.root)} at size {past.size}"
        found = f"root {note.encoded(root)}"
        return Older((_since(then, expected, f"{found}{_from(differs)}"),))
    layer = Layer(
        REMEMBERED, past.size, None, then.name, f"continues size {past.size} of {then.name}"
    )
    wrong, noted = _delivery(pack, then, issued)
    return Older(wrong, noted, (layer,))


def _first_difference(pack: Proven, then: Kept) -> int | None:
    """The first entry that is another one than in the pack that was kept."""
    if then.leaves is None:
        return None
    both = min(pack.said.size, then.checkpoint.size)
    for index in range(both):
        if pack.leaf(index) != then.leaves[index * HASH : (index + 1) * HASH]:
            return index
    return None


def _cut(then: Kept, differs: int | None) -> str:
    if differs is not None:
        return f"another history, the first entry that differs is {differs}"
    if then.leaves is not None:
        return "cut off or an older copy, no entry that is here differs"
    return "cut off, an older copy or another history; the whole earlier pack would tell which"


def _from(differs: int | None) -> str:
    return "" if differs is None else f", the first entry that differs is {differs}"


def _delivery(
    pack: Proven, then: Kept, issued: Sequence[Issued]
) -> tuple[tuple[Doubt, ...], tuple[str, ...]]:
    """The entry that records the delivery of the pack that was kept: it came after its size."""
    if then.digest is None or then.checkpoint.size >= pack.said.size:
        return (), ()
    for one in issued:
        if one.digest == then.digest:
            return (), (f"{then.name}: entry {one.seq} records the delivery of that pack",)
    others = [one for one in issued if one.size == then.checkpoint.size]
    found = "no such entry"
    if others:
        found = f"entry {others[0].seq}, of a pack with digest {others[0].digest}"
    expected = f"an entry that records the delivery of that pack, digest {then.digest}"
    return (_since(then, expected, found),), ()


def _since(then: Kept, expected: str, found: str) -> Doubt:
    return Doubt("since", then.name, expected, found)
