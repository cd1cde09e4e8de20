"""Whether register, trail and objects agree: the numbered steps of docs/trail.md.

1. The file: SQLite's own checks, expected tables, triggers with the expected SQL.
2. The entries: as many as the tree counts, no gap, canonical, of this trail.
3. The tree: its root computed again from the entries.
4. The rows: replaying the entries gives them, no more and no less.
5. The objects: present, of the size and SHA-256 recorded, not writable.
6. What is kept outside: keys, the memory of this machine, older checkpoints, stamps, witnesses.

Every step reports all it finds. How far the claim reaches is the highest level that step 6 bears
out; without anything outside it is `internal`: the store agrees with itself, and no more.
"""

from __future__ import annotations

import secrets
import sqlite3
from base64 import b64encode
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from govtrack.register import (
    agreement,
    checkpoint_checks,
    database,
    file_checks,
    journal,
    keys,
    object_checks,
    outside_checks,
    rebuild_checks,
)
from govtrack.register.asked import Asked
from govtrack.register.failures import Damaged, told
from govtrack.register.findings import Finding, readable
from govtrack.trail.note import fingerprint
from govtrack.trail.reach import INTERNAL, highest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from govtrack.trail.reach import Layer
    from govtrack.trail.tree import Tree
    from govtrack.workspace import Workspace

EVERYTHING = Asked()


class Sample(NamedTuple):
    """The share of objects that was asked for, and the seed they were drawn by."""

    share: float
    seed: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked, every finding, and notes that are no failure.

    `level` is how far the claim reaches, `layers` what bears it out, each up to a size; `signed` is
    the size of the newest checkpoint whose signature counts (0: none); `key` the fingerprint of
    the key in force as the store itself names it, for comparison.
    """

    origin: str
    entries: int
    root: str
    records: int
    objects: int
    object_bytes: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    hashed: int = 0
    """The objects whose bytes were read and hashed."""
    sample: Sample | None = None
    """Which part of the objects that is, where it is a part by intention."""
    rebuilt: bool = False
    """Whether the tables were made again from the entries, too."""
    level: str = INTERNAL
    layers: tuple[Layer, ...] = ()
    signed: int = 0
    key: str | None = None


def verified(
    workspace: Workspace,
    progress: Callable[[int], None] = lambda _: None,
    asked: Asked = EVERYTHING,
) -> Report:
    """Check the workspace's store; `progress` is told of each object's bytes as they are hashed."""
    try:
        return _verified(workspace, progress, asked)
    except Damaged as refusal:
        found = refusal.what
    except sqlite3.DatabaseError as error:
        refused = told(error, writes=False)
        if not isinstance(refused, Damaged):
            raise refused from error
        found = refused.what
    return _unreadable([Finding(1, "damaged", "register", "a file that can be read", found)])


def _verified(workspace: Workspace, progress: Callable[[int], None], asked: Asked) -> Report:
    connection = database.opened(workspace.database_path, "ro")
    try:
        findings = list(readable(1, file_checks.structure(connection)))
        if any(finding.code in {"damaged", "table"} for finding in findings):
            return _unreadable(findings)
        agreed = agreement.checked(connection, workspace.database_path)
        findings += agreed.findings
        if any(finding.code == "damaged" for finding in findings):
            return _unreadable(findings)
        origin, grown = journal.origin(connection), agreed.levels.tree()
        findings += readable(3, _tree(connection, grown))
        unsound: set[int] = set()
        findings += readable(3, checkpoint_checks.check(connection, agreed.levels, unsound))
        if asked.rebuild:
            findings += readable(4, rebuild_checks.check(connection))
        sound = checkpoint_checks.sound(connection, unsound)
        outside = outside_checks.check(connection, workspace, agreed.levels, sound, asked.held)
        named_key = _named_key(connection)
        named, gone = object_checks.named(connection), object_checks.purged(connection)
    finally:
        connection.close()  # hashing takes long: nobody who writes waits for it
    sample = asked.sample and Sample(asked.sample, asked.seed or secrets.token_hex(8))
    hashed = object_checks.drawn(named, *sample) if sample else named
    findings += object_checks.check(workspace.objects_path, named, progress, hashed)
    findings += outside.findings
    if asked.require_signed and outside.signed < grown.size:
        expected = f"all {grown.size} entries signed by a key that is known from outside"
        found = f"{outside.signed} of them"
        findings.append(Finding(6, "unsigned", "trail", expected, found))
    notes = agreed.notes
    notes += object_checks.purges(workspace.objects_path, named, gone)
    notes += object_checks.strays(workspace.objects_path, named, gone)
    notes += outside.notes
    findings.sort(key=attrgetter("step"))
    layers = () if findings else outside.layers
    return Report(
        origin, grown.size, b64encode(grown.root()).decode(), agreed.records, len(named),
        sum(one.size for one in named.values()), tuple(findings), tuple(notes),
        len(hashed), sample or None, asked.rebuild, highest(layers), layers,
        outside.signed, named_key,
    )  # fmt: skip


def _unreadable(findings: list[Finding]) -> Report:
    """What is said of a file that cannot be looked at further."""
    return Report("unknown", 0, "", 0, 0, 0, tuple(findings), ())


def _named_key(connection: sqlite3.Connection) -> str | None:
    """The fingerprint of the key in force, as the store names it; None where it names none."""
    try:
        in_force = keys.active(connection)
    except ValueError:  # no key: step 4 or the walk of the keys says so
        return None
    return fingerprint(in_force.verifier) if in_force else None


def _tree(connection: sqlite3.Connection, grown: Tree) -> Iterator[Finding]:
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
