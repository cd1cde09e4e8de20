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

import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from govtrack.errors import Refusal
from govtrack.register import database, journal
from govtrack.register.images import images
from govtrack.register.nouns import BY_TABLE, NOUNS, Noun, id_of
from govtrack.register.objects import BLOCK, path_of
from govtrack.register.replay import last_states
from govtrack.trail import entry, tree

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from govtrack.workspace import Workspace

LEVEL = "internal"
"""How far the claim reaches: the store agrees with itself and with nothing outside it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not agree: the step, where, what was expected and what stands there."""

    step: int
    code: str
    where: str
    expected: str
    found: str


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
        connection.execute("BEGIN")
        findings = list(_file(connection))
        if any(finding.code in {"damaged", "table"} for finding in findings):
            return Report("unknown", 0, "", 0, 0, 0, tuple(findings), ())
        notes: list[str] = []
        leaves: list[bytes] = []
        origin = journal.origin(connection)
        findings += _entries(connection, origin, leaves, notes)
        findings += _tree(connection, leaves)
        findings += _rows(connection)
        named = dict(connection.execute("SELECT sha256, max(size) FROM evidence_file GROUP BY 1"))
        findings += _objects(connection, workspace.objects_path, named, progress)
        notes += _strays(workspace.objects_path, named)
        (records,) = connection.execute(
            "SELECT count(DISTINCT subject_type || subject_id) FROM entry"
        ).fetchone()
    finally:
        connection.close()
    grown = tree.Tree().grown(leaves)
    return Report(
        origin, grown.size, grown.root().hex(), records, len(named), sum(named.values()),
        tuple(findings), tuple(notes),
    )  # fmt: skip


def _file(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (problem,) in connection.execute("PRAGMA integrity_check"):
        if problem != "ok":
            yield Finding(1, "damaged", "register", "integrity_check ok", problem)
    for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield Finding(1, "foreign-key", f"{table} row {rowid}", f"a record of {parent}", "none")
    standing = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    for table in ("entry", "tree", *BY_TABLE):
        if table not in standing:
            yield Finding(1, "table", table, "a table", "none")
    triggers = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE type='trigger'"))
    for name in sorted(triggers.keys() | journal.APPEND_ONLY):
        expected, found = journal.APPEND_ONLY.get(name), triggers.get(name)
        if expected != found:
            yield Finding(1, "trigger", name, expected or "no such trigger", found or "none")


def _entries(
    connection: sqlite3.Connection, origin: str, leaves: list[bytes], notes: list[str]
) -> Iterator[Finding]:
    latest = ""
    versions: dict[tuple[str, str], int] = {}
    for expected_seq, row in enumerate(connection.execute("SELECT * FROM entry ORDER BY seq")):
        seq, at, leaf, data = row[0], row[1], row[7], row[8]
        leaves.append(tree.leaf_hash(data))
        if seq != expected_seq:
            yield Finding(2, "gap", f"entry {seq}", f"entry {expected_seq}", f"entry {seq}")
        if leaves[-1] != leaf:
            yield Finding(2, "leaf-hash", f"entry {seq}", leaves[-1].hex(), bytes(leaf).hex())
        try:
            event = entry.read(data)
        except ValueError as error:
            yield Finding(2, "entry", f"entry {seq}", "a canonical entry", str(error))
            continue
        yield from _event(f"entry {seq}", event, row, origin, versions)
        if at < latest:
            notes.append(
                f"entries {seq - 1} and {seq}: the second's time, {at}, is before {latest}"
            )
        latest = at


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


def _tree(connection: sqlite3.Connection, leaves: list[bytes]) -> Iterator[Finding]:
    kept = connection.execute("SELECT size, peaks, root FROM tree").fetchall()
    grown = tree.Tree().grown(leaves)
    expected = (grown.size, grown.packed(), grown.root())
    if len(kept) != 1:
        yield Finding(3, "tree", "tree", "one row", f"{len(kept)} rows")
    elif kept[0][0] != grown.size:
        yield Finding(3, "size", "tree", f"{kept[0][0]} entries", f"{grown.size} entries")
    elif kept[0] != expected:
        yield Finding(3, "root", "tree", grown.root().hex(), bytes(kept[0][2]).hex())


def _rows(connection: sqlite3.Connection) -> Iterator[Finding]:
    states: dict[str, dict[int, dict[str, Any] | None]] = {name: {} for name in NOUNS}
    try:
        for noun, key, after in last_states(connection):
            states[noun.name][key] = after
    except (ValueError, KeyError, TypeError, Refusal) as error:
        yield Finding(4, "replay", "entries", "entries that can be replayed", str(error))
        return
    for name, noun in NOUNS.items():
        yield from _records(connection, noun, states[name])


def _records(
    connection: sqlite3.Connection, noun: Noun, states: dict[int, dict[str, Any] | None]
) -> Iterator[Finding]:
    """The rows of a noun against the last after-images of its records, both ways."""
    for key, image in images(connection, noun):
        where = f"{noun.name} {image['id'] if key == 1 else id_of(noun, key)}"
        after = states.pop(key, None)
        if after is None:
            yield Finding(4, "row-without-entry", where, "an entry", "none")
        elif after != image:
            yield from _differing(where, after, image)
    for key, after in states.items():
        if after is not None:
            where = f"{noun.name} {id_of(noun, key)}"
            yield Finding(4, "entry-without-row", where, "the row of its last entry", "none")


def _differing(where: str, after: dict[str, Any], image: dict[str, Any]) -> Iterator[Finding]:
    for field in sorted(after.keys() | image.keys()):
        said, stands = after.get(field), image.get(field)
        if said == stands:
            continue
        if isinstance(said, list) and isinstance(stands, list):
            pairs = zip_longest(said, stands)
            said, stands = next((pair for pair in pairs if pair[0] != pair[1]), (said, stands))
        yield Finding(4, "row", f"{where}, {field}", _brief(said), _brief(stands))


def _brief(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:199]}…"  # noqa: PLR2004


def _objects(
    connection: sqlite3.Connection,
    root: Path,
    named: dict[str, int],
    progress: Callable[[int], None],
) -> Iterator[Finding]:
    with ThreadPoolExecutor() as pool:
        faults = pool.map(_object_fault, [root] * len(named), named, named.values())
        for digest, fault in zip(named, faults, strict=True):
            progress(named[digest])
            if fault:
                owners = connection.execute(
                    "SELECT group_concat(id, ', ') FROM evidence JOIN evidence_file "
                    "ON evidence = key WHERE sha256 = ?",
                    [digest],
                ).fetchone()[0]
                code, expected, found = fault
                yield Finding(5, code, f"{owners}, object {digest[:12]}…", expected, found)


def _object_fault(root: Path, digest: str, size: int) -> tuple[str, str, str] | None:
    path = path_of(root, digest)
    try:
        with path.open("rb", buffering=0) as file:
            state = path.lstat()
            if not stat.S_ISREG(state.st_mode):
                return "object-missing", "a regular file", "something else"
            if state.st_size != size:
                return "object-size", f"{size} bytes", f"{state.st_size} bytes"
            hashed = sha256()
            while block := file.read(BLOCK):
                hashed.update(block)
    except OSError as error:
        return "object-missing", f"{size} bytes", error.strerror or str(error)
    if hashed.hexdigest() != digest:
        return "object-hash", digest, hashed.hexdigest()
    if state.st_mode & 0o222:
        return "object-mode", "a file nobody may write", stat.filemode(state.st_mode)
    return None


def _strays(root: Path, named: dict[str, int]) -> Iterator[str]:
    """Files a crash left behind, or that no record names: no harm, but worth knowing."""
    for path in sorted((root / "tmp").glob("*")):
        yield f"{path.name} in objects/tmp: left by an interrupted command"
    for path in sorted((root / "sha256").glob("*/*")):
        digest = path.parent.name + path.name
        if digest not in named:
            yield f"object {digest[:12]}…: no record names it (an interrupted command)"
