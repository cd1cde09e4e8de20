"""The journal: entries of the trail and the tree over them, as tables that only grow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.errors import NotDone
from govtrack.trail import tree

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from govtrack.trail.proof import Levels

_KEPT = {
    "entry": "entries of the trail are never changed",
    "checkpoint": "checkpoints of the trail are never changed",
    "cosignature": "cosignatures are never changed",
    "timestamp": "time stamps are never changed",
}
APPEND_ONLY = {
    f"{table}_no_{event.lower()}": (
        f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{why}'); END"
    )
    for table, why in _KEPT.items()
    for event in ("UPDATE", "DELETE")
}
"""The triggers by name; `verify` compares the SQL that stands in the file with this text."""

_ENTRY = """CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_type TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    subject_version INTEGER NOT NULL,
    leaf_hash BLOB NOT NULL,
    bytes BLOB NOT NULL
) STRICT"""
_BY_SUBJECT = """CREATE UNIQUE INDEX entry_by_subject
    ON entry (subject_type, subject_id, subject_version)"""
_TREE = """CREATE TABLE tree (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    size INTEGER NOT NULL,
    peaks BLOB NOT NULL,
    root BLOB NOT NULL
) STRICT"""
_CHECKPOINT = """CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    previous INTEGER,
    note BLOB NOT NULL
) STRICT"""
_COSIGNATURE = """CREATE TABLE cosignature (
    size INTEGER NOT NULL,
    witness TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (size, witness)
) STRICT"""
_TIMESTAMP = """CREATE TABLE timestamp (
    size INTEGER NOT NULL,
    authority TEXT NOT NULL,
    at TEXT NOT NULL,
    reply BLOB NOT NULL,
    PRIMARY KEY (size, authority)
) STRICT"""
STRUCTURE = (
    ("table", "entry", _ENTRY),
    ("index", "entry_by_subject", _BY_SUBJECT),
    ("table", "tree", _TREE),
    ("table", "checkpoint", _CHECKPOINT),
    ("table", "cosignature", _COSIGNATURE),
    ("table", "timestamp", _TIMESTAMP),
)
"""What the trail is kept in, by type and name; `verify` compares this SQL too."""
DEFINITIONS = (*(sql for _, _, sql in STRUCTURE), *APPEND_ONLY.values())


class Changed(NamedTuple):
    """A record that changed: what happened and how it stands now; `new` when it has no past."""

    action: str
    subject_type: str
    subject_id: str
    after: dict[str, Any] | None
    new: bool


class Written(NamedTuple):
    """What was appended: how many entries, the tree after them, and notes worth telling."""

    entries: int
    tree: tree.Tree
    notes: tuple[str, ...]


def first_origin(connection: sqlite3.Connection) -> str:
    """The origin the trail began with: the workspace's own id; empty where that record is gone."""
    found = connection.execute("SELECT id FROM workspace WHERE key = 1").fetchone()
    return str(found[0]) if found else ""


def origin(connection: sqlite3.Connection) -> str:
    """The trail's origin now: that of its newest generation, else the one it began with."""
    found = connection.execute("SELECT origin FROM generation ORDER BY number DESC").fetchone()
    return str(found[0]) if found else first_origin(connection)


def origins(connection: sqlite3.Connection) -> list[tuple[int, str]]:
    """(number of its first entry, origin) of each generation of the trail, in order."""
    later = connection.execute("SELECT restored_size, origin FROM generation ORDER BY number")
    return [(0, first_origin(connection)), *((int(seq), str(name)) for seq, name in later)]


def state(connection: sqlite3.Connection) -> tree.Tree:
    """The tree as it stands; `NotDone` where what is kept of it cannot be one."""
    row = connection.execute("SELECT size, peaks FROM tree").fetchone()
    try:
        return tree.unpacked(*row) if row else tree.Tree()
    except ValueError as error:
        raise NotDone(
            f"the tree of the trail is damaged ({error}): run 'govtrack verify'"
        ) from None


def prefix(connection: sqlite3.Connection, size: int) -> tree.Tree:
    """The tree over the first `size` entries: what it was when there were no more."""
    return levels(connection, size).tree()


def levels(connection: sqlite3.Connection, size: int) -> Levels:
    """The tree's levels over the first `size` leaf hashes, as the register keeps them."""
    from govtrack.trail.proof import Levels  # noqa: PLC0415  (hardly ever needed)

    rows = connection.execute("SELECT leaf_hash FROM entry WHERE seq < ? ORDER BY seq", [size])
    return Levels(b"".join(leaf for (leaf,) in rows))


def last_state(
    connection: sqlite3.Connection, subject_type: str, subject_id: str
) -> tuple[int | None, dict[str, Any] | None]:
    """Number and after-image of the record's last entry; (None, None) where there is none."""
    import orjson  # noqa: PLC0415  (who only asks how the trail stands needs it not)

    row = connection.execute(
        "SELECT seq, bytes FROM entry WHERE subject_type = ? AND subject_id = ? "
        "ORDER BY subject_version DESC LIMIT 1",
        [subject_type, subject_id],
    ).fetchone()
    return (row[0], orjson.loads(row[1])["after"]) if row else (None, None)


def append(
    connection: sqlite3.Connection,
    changes: Iterable[Changed],
    *,
    at: str,
    actor: str,
    reason: str | None,
) -> Written:
    """Write an entry for each change and grow the tree, inside the caller's transaction."""
    before = state(connection)
    notes = _clock_notes(connection, at)
    leaves: list[bytes] = []
    connection.executemany(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        _rows(connection, changes, before.size, at, actor, reason, leaves),
    )
    after = before.grown(leaves)
    connection.execute(
        "INSERT INTO tree VALUES (1, :size, :peaks, :root) ON CONFLICT (id) "
        "DO UPDATE SET size = :size, peaks = :peaks, root = :root",
        {"size": after.size, "peaks": after.packed(), "root": after.root()},
    )
    return Written(len(leaves), after, notes)


def _rows(
    connection: sqlite3.Connection,
    changes: Iterable[Changed],
    start: int,
    at: str,
    actor: str,
    reason: str | None,
    leaves: list[bytes],
) -> Iterator[tuple[Any, ...]]:
    from govtrack.trail import entry  # noqa: PLC0415  (who only reads needs no writer of JSON)

    trail = origin(connection)
    if not trail:
        raise NotDone("the workspace's own record is gone: run 'govtrack verify'")
    for seq, (action, subject_type, subject_id, after, new) in enumerate(changes, start):
        version = 1 if new else _version(connection, subject_type, subject_id) + 1
        change = entry.Change(action, subject_type, subject_id, version, after)
        data = entry.written(change, trail=trail, seq=seq, at=at, actor=actor, reason=reason)
        leaf = tree.leaf_hash(data)
        leaves.append(leaf)
        yield seq, at, actor, action, subject_type, subject_id, version, leaf, data


def _version(connection: sqlite3.Connection, subject_type: str, subject_id: str) -> int:
    (version,) = connection.execute(
        "SELECT coalesce(max(subject_version), 0) FROM entry "
        "WHERE subject_type = ? AND subject_id = ?",
        (subject_type, subject_id),
    ).fetchone()
    return int(version)


def _clock_notes(connection: sqlite3.Connection, at: str) -> tuple[str, ...]:
    row = connection.execute("SELECT at FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
    if row is None or row[0] <= at:
        return ()
    note = (
        f"this machine's clock says {at}, which is before the latest entry ({row[0]}): "
        "recorded in the trail's order, and verify will note it"
    )
    return (note,)
