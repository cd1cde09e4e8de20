"""What killed and refused commands left behind, and no record names: found, and removed when old.

An artefact is stored before its record (docs/trail.md), so for a while no record names it. Two
things keep it: its age, which storing the same bytes again renews; and that whoever records looks,
under the writer's lock, whether the object is still there, while this removes under that same
lock. What an entry of the trail names is kept even where its row is gone: a register that was
tampered with must not lose its evidence to a tidy-up.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import stat
from typing import TYPE_CHECKING, NamedTuple

from govtrack import clock
from govtrack.errors import NotDone
from govtrack.register import checkpoints, database, journal, memory
from govtrack.register.asides import abandoned
from govtrack.register.failures import os_told, told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from pathlib import Path

    from govtrack.workspace import Workspace

_FOUNDING = re.compile(r"\.govtrack-[0-9a-f]{16}")
_MIGRATING = re.compile(r"-schema-\d+\.db\.tmp(-journal)?")
_PUBLISHING = re.compile(r"checkpoint\.[0-9a-f]{8}")

_NAMED = """
SELECT sha256 FROM evidence_file JOIN evidence ON evidence = key
WHERE purged_on IS NULL OR id IN (
  SELECT evidence FROM legal_hold_evidence JOIN legal_hold ON hold = key WHERE lifted_on IS NULL)
UNION
SELECT json_extract(file.value, '$.sha256') FROM (
  SELECT CAST(bytes AS TEXT) AS said FROM entry WHERE seq IN (
    SELECT max(seq) FROM entry WHERE subject_type = 'evidence' GROUP BY subject_id)
), json_each(said, '$.after.files') AS file
WHERE json_extract(said, '$.after.purged_on') IS NULL
"""
"""Objects that a record names, by its row or by its last entry, or that a legal hold keeps."""

_PURGED = "SELECT sha256 FROM evidence_file JOIN evidence ON evidence = key"
"""Of what `_NAMED` does not name, this is what only purged evidence names."""


class Left(NamedTuple):
    """Something left behind: its sort, where it is (within the workspace), its bytes."""

    what: str
    path: str
    bytes: int


class Collected(NamedTuple):
    """What was removed (or would be), and how many younger ones were left alone."""

    removed: tuple[Left, ...]
    young: int


def collected(space: Workspace, older_than: timedelta, *, dry_run: bool = False) -> Collected:
    """Remove what is left behind and older than that; with `dry_run` only say what that is.

    Raises `NotDone` where the register cannot be locked, or is behind what this machine remembers
    of it: an older register would not name the objects of the newer one.
    """
    limit = (clock.now() - older_than).timestamp()
    connection = database.opened(space.database_path, "ro" if dry_run else "rw")
    try:
        if not dry_run:
            connection.execute("BEGIN IMMEDIATE")
            database.recognised(connection, space.database_path)
        _not_behind(connection)
        found, young = [], 0
        for what, path in [*_objects(space, connection), *_leftovers(space)]:
            state = path.lstat()
            if state.st_mtime >= limit:
                young += 1
                continue
            size = state.st_size if stat.S_ISREG(state.st_mode) else _size(path)
            if not dry_run:
                _removed(path)
            found.append(Left(what, _shown(space, path), size))
    except sqlite3.Error as error:
        raise told(error, writes=False) from error
    except OSError as error:
        raise os_told(error, writes=False) from error
    finally:
        connection.close()  # which gives the lock back; nothing of the register was changed
    return Collected(tuple(found), young)


def _not_behind(connection: sqlite3.Connection) -> None:
    first = journal.first_origin(connection)
    kept = memory.remembered(first)
    if kept is None:
        return
    label = checkpoints.seen_on(kept)
    if why := checkpoints.contradiction(connection, kept.checkpoint, label):
        raise NotDone(
            f"{why}: nothing is removed, for an older register does not name the newer one's "
            "artefacts; put the newer store back, or, where it is lost, run 'govtrack trail "
            "restore --reason TEXT'"
        )


def named(connection: sqlite3.Connection) -> set[str]:
    """The SHA-256 of every object that must stay."""
    return {digest for (digest,) in connection.execute(_NAMED)}


def _objects(space: Workspace, connection: sqlite3.Connection) -> Iterator[tuple[str, Path]]:
    for path in sorted((space.objects_path / "tmp").glob("*")):
        yield "unfinished", path
    kept = named(connection)
    connection.row_factory = None
    purged = {digest for (digest,) in connection.execute(_PURGED)}
    for path in sorted((space.objects_path / "sha256").glob("[0-9a-f][0-9a-f]/*")):
        digest = path.parent.name + path.name
        if path.is_dir() and not path.is_symlink():
            continue
        if re.fullmatch(r"[0-9a-f]{64}", digest) and digest not in kept:
            yield "purged" if digest in purged else "unnamed", path


def _leftovers(space: Workspace) -> Iterator[tuple[str, Path]]:
    for path in sorted(space.root.glob(".govtrack-*")):
        if _FOUNDING.fullmatch(path.name) and path.is_dir() and not path.is_symlink():
            yield "init", path
    yield from (("backup", path) for path in abandoned(space.root))
    register = space.database_path
    for path in sorted(register.parent.glob(f"{register.stem}-schema-*")):
        if _MIGRATING.fullmatch(path.name.removeprefix(register.stem)):
            yield "migrate", path
    for path in sorted((space.store / "trail").glob("checkpoint.*")):
        if _PUBLISHING.fullmatch(path.name):
            yield "checkpoint", path


def _size(path: Path) -> int:
    if path.is_symlink() or not path.is_dir():
        return 0
    return sum(one.lstat().st_size for one in path.rglob("*") if one.is_file())


def _removed(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _shown(space: Workspace, path: Path) -> str:
    return str(path.relative_to(space.root) if path.is_relative_to(space.root) else path)


def unlinked(space: Workspace, digests: set[str]) -> tuple[set[str], set[str]]:
    """Remove the bytes of purged evidence, once that is committed: those that nothing else names.

    Under the writer's lock again: whoever recorded the same bytes in between has them kept. Gives
    which were removed, and which are named by another record and stay.
    """
    connection = database.opened(space.database_path, "rw")
    try:
        connection.execute("BEGIN IMMEDIATE")
        stay = digests & named(connection)
        for digest in digests - stay:
            path = space.objects_path / "sha256" / digest[:2] / digest[2:]
            path.unlink(missing_ok=True)
    except sqlite3.Error as error:
        raise told(error) from error
    except OSError as error:
        raise os_told(error) from error
    finally:
        connection.close()
    return digests - stay, stay
