"""A backup read from its first byte to its last, everything checked on the way.

Whoever makes a backup reads it again with this before it takes its name, and whoever restores one
reads it with this: what the one lets pass, the other does not refuse.
"""

from __future__ import annotations

import os
import sqlite3
from base64 import b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from govtrack.register import backup_manifest, bundle, database, journal, object_checks
from govtrack.register.backup_manifest import MANIFEST, REGISTER, SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from govtrack.register.backup_manifest import Manifest
    from govtrack.register.bundle import Member

    Place = Callable[[str], BinaryIO | None]


class Contents(NamedTuple):
    """What was read: the manifest, and of each object its size and the SHA-256 of its bytes."""

    manifest: Manifest
    objects: dict[str, tuple[int, str]]


class Standing(NamedTuple):
    """What a register says of itself."""

    organisation: str
    origin: str
    schema: int
    size: int
    root: str


def read_through(file: BinaryIO, place: Place, progress: Callable[[int], None]) -> Contents:
    """Read a backup; `place(name)` gives the new file for a member's bytes, or None to keep none.

    Raises `ValueError`, naming the member, for whatever no backup holds and for bytes that are not
    what the manifest or the object's own name says.
    """
    files: dict[str, tuple[int, str]] = {}
    objects: dict[str, tuple[int, str]] = {}
    manifest = None
    for member, pieces in bundle.members(file, backup_manifest.mode):
        if manifest is not None:
            raise ValueError(f"{member.name}: stands after {MANIFEST}, which is the last")
        _admitted(member, files, objects)
        if member.name == MANIFEST:
            manifest = backup_manifest.read(b"".join(pieces))
            continue
        found = (member.size, _passed(pieces, place(member.name), progress))
        digest = backup_manifest.digest_of(member.name)
        if digest is None:
            files[member.name] = found
        else:
            objects[digest] = found
    if manifest is None:
        raise ValueError(f"there is no {MANIFEST}: it was never finished, or is no backup")
    _agreed(manifest, files, objects)
    return Contents(manifest, objects)


def _admitted(
    member: Member, files: dict[str, tuple[int, str]], objects: dict[str, tuple[int, str]]
) -> None:
    if why := backup_manifest.refusal_of(member.name, member.size):
        raise ValueError(f"{member.name}: {why}")
    if member.name in files or backup_manifest.digest_of(member.name) in objects:
        raise ValueError(f"{member.name}: is there twice")
    if len(files) > backup_manifest.MOST_OWN:
        raise ValueError(f"{member.name}: more than {backup_manifest.MOST_OWN} files of its own")


def _passed(
    pieces: Iterator[bytes], target: BinaryIO | None, progress: Callable[[int], None]
) -> str:
    digest = sha256()
    try:
        for piece in pieces:
            digest.update(piece)
            if target is not None:
                target.write(piece)
            progress(len(piece))
        if target is not None:
            target.flush()
            os.fsync(target.fileno())
    finally:
        if target is not None:
            target.close()
    return digest.hexdigest()


def _agreed(
    manifest: Manifest, files: dict[str, tuple[int, str]], objects: dict[str, tuple[int, str]]
) -> None:
    """What was read against what the manifest says, each difference by name."""
    said = {one.path: (one.size, one.sha256) for one in manifest.files}
    for name in (SETTINGS, REGISTER):
        if name not in said:
            raise ValueError(f"{name}: the manifest does not name it")
    for name in said.keys() | files.keys():
        _same(name, said.get(name), files.get(name))
    damaged = {one.sha256: one.found for one in manifest.damaged}
    for digest, (_, found) in objects.items():
        expected = damaged.get(digest, digest)
        if found != expected:
            raise ValueError(
                f"object {digest[:12]}…: its bytes have the SHA-256 {found}, expected {expected}"
            )
    counted = (len(objects), sum(size for size, _ in objects.values()))
    if counted != (manifest.objects, manifest.object_bytes):
        raise ValueError(
            f"{counted[0]} objects of {counted[1]} bytes stand in it, expected "
            f"{manifest.objects} of {manifest.object_bytes}"
        )


def _same(name: str, said: tuple[int, str] | None, found: tuple[int, str] | None) -> None:
    if found is None:
        raise ValueError(f"{name}: missing")
    if said is None:
        raise ValueError(f"{name}: the manifest does not name it")
    if found != said:
        raise ValueError(f"{name}: its bytes have the SHA-256 {found[1]}, expected {said[1]}")


def register_checked(path: Path, manifest: Manifest | None = None) -> Standing:
    """What the register at `path` says; with a `manifest` it must say the same.

    Raises `ValueError` where SQLite finds it damaged, where it holds views or triggers that no
    register has, or where its trail is another one; `NotDone` for another program's file.
    """
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        for setting in database.READING:
            connection.execute(setting)
        standing = _standing(connection, path)
    except sqlite3.Error as error:
        raise ValueError(f"{REGISTER}: {error}") from None
    finally:
        connection.close()
    if manifest is not None:
        for name in Standing._fields:
            said, found = getattr(manifest, name), getattr(standing, name)
            if said != found:
                raise ValueError(f"{REGISTER}: its {name} is {found}, expected {said}")
    return standing


def _standing(connection: sqlite3.Connection, path: Path) -> Standing:
    schema = database.schema_in(connection, path)
    foreign = connection.execute(
        "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger')"
    ).fetchall()
    for kind, name in foreign:  # before anything is asked that could set one off
        if kind == "view" or name not in journal.APPEND_ONLY:
            raise ValueError(f"{REGISTER}: holds a {kind} '{name}', which no register has")
    (sound,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if sound != "ok":
        raise ValueError(f"{REGISTER}: damaged ({sound})")
    tables = {
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    organisation = connection.execute("SELECT organisation FROM workspace").fetchone()
    size, root = connection.execute("SELECT size, root FROM tree").fetchone() or (0, b"")
    (entries,) = connection.execute("SELECT count(*) FROM entry").fetchone()
    if entries != size:
        raise ValueError(f"{REGISTER}: has {entries} entries, its tree counts {size}")
    # an earlier schema knows no generations
    own = journal.origin if "generation" in tables else journal.first_origin
    return Standing(
        str(organisation[0]) if organisation else "",
        own(connection), schema, size, b64encode(root).decode(),
    )  # fmt: skip


def unnamed_or_missing(path: Path, contents: Contents) -> str | None:
    """The first object of a backup that its register does not name, or names and it lacks."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        named = object_checks.named(connection)
    finally:
        connection.close()
    damaged = {one.sha256: one for one in contents.manifest.damaged}
    for digest, (size, found) in contents.objects.items():
        if digest not in named:
            return f"object {digest[:12]}…: no record names it"
        if size != named[digest].size and found == digest:
            return f"object {digest[:12]}…: {size} bytes, recorded with {named[digest].size}"
    for digest, one in named.items():
        if digest not in contents.objects and digest not in damaged:
            return f"object {digest[:12]}…: missing, recorded with {one.owners}"
    return None
