"""The trail's entries as a pack carries them: read twice, never all in memory.

The first reading hashes every entry, holds the tree against what the register keeps, and gives the
digests of the files that the entries will fill. The second writes those files, when the bag is
written; entries are never changed, so it gives the same bytes, and their digests show that it did.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Self, cast

from govtrack.errors import NotDone
from govtrack.register import database
from govtrack.trail.proof import Levels
from govtrack.trail.tree import leaf_hash

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator

    from govtrack.packs.trail_scope import Scope
    from govtrack.workspace import Workspace

ENTRIES = "trail/entries.ndjson"
HASHES = "trail/leaf-hashes.txt"
DELIVERY = "pack.issued"
KEY_CHANGES = frozenset({"trail.key_added", "trail.key_retired", "trail.key_revoked",
                         "trail.restored"})  # fmt: skip
"""What changes who may sign the trail, or under which name."""
_BLOCK = 1 << 20


class Streamed(NamedTuple):
    """A file of the pack that the entries fill: its path below `data/`, its digest and size."""

    path: str
    sha256: str
    size: int


class Entries(NamedTuple):
    """What the first reading found of the trail up to the pack's size.

    `levels` is the whole tree, later deliveries with it; `newest` the number of the newest entry of
    each piece of evidence asked for; `key_changes` the numbers of entries in `KEY_CHANGES`.
    """

    size: int
    levels: Levels
    shown: int
    first_leaf: str
    first_at: str | None
    last_at: str | None
    later: int
    newest: dict[str, int]
    key_changes: tuple[int, ...]
    files: tuple[Streamed, ...]


def size_of_pack(connection: sqlite3.Connection) -> int:
    """How many entries there are up to the last one that is not the delivery of a pack.

    So the same register gives the same pack, however often it was delivered before: a tree's
    beginning is a tree.
    """
    for seq, action in connection.execute("SELECT seq, action FROM entry ORDER BY seq DESC"):
        if action != DELIVERY:
            return int(seq) + 1
    return 0


def read(
    connection: sqlite3.Connection,
    scope: Scope | None,
    evidence: Collection[str],
    end_of_day: str,
) -> Entries:
    """Read all entries; `scope` None shows all, `end_of_day` is from when on one is later.

    Raises `NotDone` where entries and tree do not agree.
    """
    size, leaves = size_of_pack(connection), bytearray()
    filled, hashes = sha256(), sha256()
    length = shown = later = 0
    first_at = last_at = None
    newest: dict[str, int] = {}
    changes: list[int] = []
    rows = connection.execute(
        "SELECT seq, at, action, subject_type, subject_id, bytes FROM entry ORDER BY seq"
    )
    for seq, at, action, kind, identifier, data in rows:
        leaf = leaf_hash(data)
        leaves += leaf
        if seq >= size:
            continue
        hashes.update(f"{leaf.hex()}\n".encode())
        first_at, last_at, later = first_at or at, at, later + (at >= end_of_day)
        if kind == "evidence" and identifier in evidence:
            newest[identifier] = seq
        if action in KEY_CHANGES:
            changes.append(seq)
        if scope is None or scope.shows(kind, identifier):
            filled.update(data)
            filled.update(b"\n")
            length += len(data) + 1
            shown += 1
    levels = Levels(leaves)
    _agree(connection, levels)
    files = [Streamed(ENTRIES, filled.hexdigest(), length)]
    if shown < size:
        files.append(Streamed(HASHES, hashes.hexdigest(), 65 * size))
    first = bytes(leaves[:32]).hex() if size else ""
    return Entries(
        size, levels, shown, first, first_at, last_at, later, newest, tuple(changes), tuple(files)
    )


def _agree(connection: sqlite3.Connection, levels: Levels) -> None:
    kept, root = connection.execute("SELECT size, root FROM tree").fetchone()
    if (levels.size, levels.root()) != (kept, bytes(root)):
        raise NotDone(
            f"the trail does not agree with itself: {levels.size} entries give another root than "
            f"the one kept for {kept}; run 'govtrack verify'. No pack was written"
        )


def opened(space: Workspace, path: str, size: int, scope: Scope | None) -> BinaryIO:
    """The file of that path as the first `size` entries fill it, from the register."""
    connection = database.opened(space.database_path, "ro")
    lines = _hash_lines if path == HASHES else _entry_lines
    return cast("BinaryIO", _Lines(connection, lines(connection, size, scope)))


def _entry_lines(connection: sqlite3.Connection, size: int, scope: Scope | None) -> Iterator[bytes]:
    rows = connection.execute(
        "SELECT subject_type, subject_id, bytes FROM entry WHERE seq < ? ORDER BY seq", [size]
    )
    for kind, identifier, data in rows:
        if scope is None or scope.shows(kind, identifier):
            yield data
            yield b"\n"


def _hash_lines(
    connection: sqlite3.Connection,
    size: int,
    scope: Scope | None,  # noqa: ARG001  (hashes are of all entries)
) -> Iterator[bytes]:
    rows = connection.execute("SELECT bytes FROM entry WHERE seq < ? ORDER BY seq", [size])
    return (f"{leaf_hash(data).hex()}\n".encode() for (data,) in rows)


class _Lines:
    """Lines as a file that is read from its beginning to its end, once."""

    def __init__(self, connection: sqlite3.Connection, lines: Iterator[bytes]) -> None:
        self._connection = connection
        self._lines = lines

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._connection.close()

    def read(self, size: int = _BLOCK) -> bytes:
        """At least `size` bytes, to the end of a line; fewer, and then none, at the end."""
        found = bytearray()
        for line in self._lines:
            found += line
            if len(found) >= size:
                break
        return bytes(found)


def base64(root: bytes) -> str:
    """A root as people read it."""
    return b64encode(root).decode("ascii")
