"""Whether register, trail and objects agree: the numbered steps of docs/trail.md.

1. The file: SQLite's own checks, expected tables, triggers with the expected SQL.
2. The entries: as many as the tree counts, no gap, canonical, of this trail.
3. The tree: its root computed again from the entries.
4. The rows: replaying the entries gives them, no more and no less.
5. The objects: present, of the size and SHA-256 recorded, not writable.

Every step reports all it finds. What passes is `internal`: the store agrees with itself. Nothing
here shows that the whole store was not replaced; that takes something kept outside it.
"""

from __future__ import annotations

import re
import sqlite3
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from govtrack.register import checkpoint_checks, database, journal, object_checks, row_checks
from govtrack.register.findings import Finding
from govtrack.register.nouns import BY_TABLE, NOUNS
from govtrack.trail import entry, tree
from govtrack.trail.proof import Levels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from govtrack.workspace import Workspace

_BROKEN_RULE = re.compile(rf"(NULL value|CHECK constraint failed) in ({'|'.join(BY_TABLE)})\b")
"""What SQLite says of a value that its table's rules forbid: step 4 then names the record."""
LEVEL = "internal"
"""How far the claim reaches: the store agrees with itself and with nothing outside it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, every finding, and notes that are no failure."""

    origin: str
    entries: int
    root: str
    records: int
    objects: int
    object_bytes: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    level: str = LEVEL


def verified(workspace: Workspace, progress: Callable[[int], None] = lambda _: None) -> Report:
    """Check the workspace's store; `progress` is told of each object's bytes as they are hashed."""
    connection = database.opened(workspace.database_path, "ro")
    try:
        findings = list(_readable(1, _file(connection)))
        if any(finding.code in {"damaged", "table"} for finding in findings):
            return Report("unknown", 0, "", 0, 0, 0, tuple(findings), ())
        notes: list[str] = []
        leaves: list[bytes] = []
        origin = journal.origin(connection)
        findings += _readable(2, _entries(connection, leaves, notes))
        grown = tree.Tree().grown(leaves)
        findings += _readable(3, _tree(connection, grown))
        sound: list[checkpoint_checks.Sound] = []
        levels = Levels(b"".join(leaves))
        findings += _readable(3, checkpoint_checks.check(connection, levels, sound))
        findings += _readable(4, row_checks.check(connection))
        records = _records(connection)
        named, gone = object_checks.named(connection), object_checks.purged(connection)
    finally:
        connection.close()  # hashing takes long: nobody who writes waits for it
    findings += object_checks.check(workspace.objects_path, named, progress)
    notes += object_checks.purges(workspace.objects_path, named, gone)
    notes += object_checks.strays(workspace.objects_path, named, gone)
    return Report(
        origin, grown.size, b64encode(grown.root()).decode(), records, len(named),
        sum(one.size for one in named.values()), tuple(findings), tuple(notes),
    )  # fmt: skip


def _readable(step: int, found: Iterable[Finding]) -> Iterator[Finding]:
    """What a step found, up to where the file could not be read, which is a finding itself."""
    try:
        yield from found
    except sqlite3.Error as error:
        code = "damaged" if step == 1 else "unreadable"
        yield Finding(step, code, "register", "a file that can be read", str(error))


def _file(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (problem,) in connection.execute("PRAGMA integrity_check"):
        if problem != "ok":
            code = "constraint" if _BROKEN_RULE.match(problem) else "damaged"
            yield Finding(1, code, "register", "integrity_check ok", problem)
    for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        row = table if rowid is None else f"{table} row {rowid}"
        yield Finding(1, "foreign-key", row, f"a record of {parent}", "none")
    standing: dict[str, dict[str, str]] = {"table": {}, "index": {}, "trigger": {}, "view": {}}
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master"):
        standing[kind][name] = sql
    yield from _tables(standing)
    for name in sorted(standing["trigger"].keys() | journal.APPEND_ONLY):
        expected, found = journal.APPEND_ONLY.get(name), standing["trigger"].get(name)
        if expected != found:
            yield Finding(1, "trigger", name, expected or "no such trigger", found or "none")


def _tables(standing: dict[str, dict[str, str]]) -> Iterator[Finding]:
    for name in BY_TABLE:
        if name not in standing["table"]:
            yield Finding(1, "table", name, "a table", "none")
    for kind, name, sql in journal.STRUCTURE:
        found = standing[kind].get(name)
        if found != sql:
            yield Finding(1, "table", name, sql, found or "none")
    known = {*BY_TABLE, *(name for _, name, _ in journal.STRUCTURE)}
    for name in (standing["table"] | standing["view"]).keys() - known:
        if not name.startswith("sqlite_"):  # SQLite's own, such as statistics
            yield Finding(1, "unknown-table", name, "no such table", "a table")


def _entries(
    connection: sqlite3.Connection, leaves: list[bytes], notes: list[str]
) -> Iterator[Finding]:
    latest, origin = "", ""
    begins = dict(journal.origins(connection))
    versions: dict[tuple[str, str], int] = {}
    for expected_seq, row in enumerate(connection.execute("SELECT * FROM entry ORDER BY seq")):
        seq, at, leaf, data = row[0], row[1], row[7], row[8]
        leaves.append(tree.leaf_hash(data))
        origin = begins.get(seq, origin)
        if seq != expected_seq:
            yield Finding(2, "gap", f"entry {seq}", f"entry {expected_seq}", f"entry {seq}")
        if leaves[-1] != leaf:
            yield Finding(2, "leaf-hash", f"entry {seq}", leaves[-1].hex(), leaf.hex())
        if at < latest:
            notes.append(
                f"entries {seq - 1} and {seq}: the second's time, {at}, is before {latest}"
            )
        latest = at
        try:
            event = entry.read(data)
        except ValueError as error:
            yield Finding(2, "entry", f"entry {seq}", "a canonical entry", str(error))
        else:
            yield from _event(f"entry {seq}", event, row, origin, versions)


def _event(
    where: str,
    event: dict[str, Any],
    row: tuple[Any, ...],
    origin: str,
    versions: dict[tuple[str, str], int],
) -> Iterator[Finding]:
    """What an entry says against the columns it is found by, the trail and the record's past."""
    kind, identifier, version = (event["subject"][name] for name in ("type", "id", "version"))
    said = (*(event[name] for name in ("seq", "at", "actor", "action")), kind, identifier, version)
    if said != row[:7]:
        yield Finding(2, "entry-columns", where, f"{said}", f"{row[:7]}")
    if event["trail"] != origin:
        yield Finding(2, "origin", where, origin, str(event["trail"]))
    if kind not in NOUNS:
        yield Finding(2, "subject", where, "a known noun", str(kind))
    expected = versions.get((kind, identifier), 0) + 1
    if version != expected:
        yield Finding(2, "version", where, f"version {expected}", f"version {version}")
    versions[kind, identifier] = version


def _tree(connection: sqlite3.Connection, grown: tree.Tree) -> Iterator[Finding]:
    kept = connection.execute("SELECT id, size, peaks, root FROM tree").fetchall()
    if len(kept) != 1 or kept[0][0] != 1:
        yield Finding(3, "tree", "tree", "one row, with id 1", f"{len(kept)}, {kept[:1]}")
        return
    _, size, peaks, root = kept[0]
    if size != grown.size:
        yield Finding(3, "size", "tree", f"{size} entries", f"{grown.size} entries")
    if root != grown.root():
        yield Finding(3, "root", "tree", *(b64encode(one).decode() for one in (grown.root(), root)))
    if peaks != grown.packed():
        yield Finding(3, "peaks", "tree", grown.packed().hex(), peaks.hex())


def _records(connection: sqlite3.Connection) -> int:
    (count,) = connection.execute(
        "SELECT count(*) FROM (SELECT DISTINCT subject_type, subject_id FROM entry)"
    ).fetchone()
    return int(count)
