"""Backing up a workspace into one file, which is read again before it takes its name.

What is in it: docs/trail.md, 'Backup, restore, removal'. The register is copied at one moment, by
SQLite itself, while others may go on writing; then every object which that copy names. Keys are
outside the workspace and are never in it.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from govtrack import clock
from govtrack.errors import NotDone, Problem, refuse, visible
from govtrack.register import backup_manifest, backup_reading, bundle, database, object_checks
from govtrack.register.asides import aside
from govtrack.register.backup_manifest import Damaged, File, Manifest
from govtrack.register.failures import os_told, told
from govtrack.register.objects import opened, synced_folder
from govtrack.workspace import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from govtrack.register.object_checks import Named
    from govtrack.workspace import Workspace

    Progress = Callable[[int], None]


class BackedUp(NamedTuple):
    """A backup that was made and read again; `bytes` are its own, `notes` what is not in it."""

    path: Path
    bytes: int
    manifest: Manifest
    notes: tuple[str, ...]


def backed_up(
    space: Workspace,
    target: Path,
    *,
    force: bool = False,
    allow_damaged: bool = False,
    progress: Progress = lambda _: None,
) -> BackedUp:
    """Write a backup of the workspace to `target`; `progress` is told of bytes, written and read.

    Raises `BadInput` where no backup may stand at `target`, and `NotDone`, naming the evidence,
    where an object is missing or damaged and `allow_damaged` does not allow it; nothing is left
    at `target` then, and what stood there stands.
    """
    _may_stand(space, target, force=force)
    try:
        with aside(target) as folder:
            made = _Making(space, folder, allow_damaged=allow_damaged, progress=progress)
            manifest = made.written()
            size = _read_again(made.path, progress)
            _placed(made.path, target, force=force)
            synced_folder(target.parent)
    except OSError as error:
        raise os_told(error) from error
    return BackedUp(target, size, manifest, tuple(made.notes))


def _may_stand(space: Workspace, target: Path, *, force: bool) -> None:
    name = visible(str(target))
    if not target.parent.is_dir():
        folder_name = visible(str(target.parent))
        raise refuse(f"there is no folder '{folder_name}' to write to", field="FILE")
    if target.is_symlink():
        raise refuse("a symbolic link, expected a new file", file=name)
    place = target.parent.resolve() / target.name
    own = (space.store, space.objects_path, *(space.root / one for one in backup_manifest.OWN))
    for folder in own:
        if place.is_relative_to(folder.resolve()):
            raise refuse(f"lies in {visible(str(folder))}, which it is a backup of", file=name)
    if target.exists():
        _may_be_written_over(space, target, name, force=force)


def _may_be_written_over(space: Workspace, target: Path, name: str, *, force: bool) -> None:
    if not target.is_file():
        raise refuse("not a regular file", file=name)
    if target.samefile(space.database_path):
        raise refuse("is the register itself", file=name)
    if not force:
        raise NotDone(f"{name}: is there already; to write over it, say --force")


class _Making:
    """A backup as it is written."""

    def __init__(
        self, space: Workspace, folder: Path, *, allow_damaged: bool, progress: Progress
    ) -> None:
        self.path = folder / "backup.tar"
        self.notes: list[str] = []
        self._space = space
        self._snapshot = folder / "register.db"
        self._allow_damaged = allow_damaged
        self._progress = progress
        self._files: list[File] = []
        self._damaged: list[Damaged] = []
        self._objects = self._bytes = 0

    def written(self) -> Manifest:
        """Write everything, make it durable, give what it holds."""
        standing, named = self._taken()
        with self.path.open("xb") as file:
            self.path.chmod(0o600)
            self._plain(file, backup_manifest.SETTINGS, self._space.root / SETTINGS)
            self._plain(file, backup_manifest.REGISTER, self._snapshot)
            for name, path in self._own():
                self._plain(file, name, path)
            for digest, one in named.items():
                self._object(file, digest, one)
            if self._damaged and not self._allow_damaged:
                raise NotDone(self._lacking())
            manifest = Manifest(
                made_at=clock.instant_text(clock.now()),
                **standing._asdict(),
                objects=self._objects,
                object_bytes=self._bytes,
                files=tuple(self._files),
                damaged=tuple(self._damaged),
            )
            data = manifest.written()
            file.write(bundle.header(backup_manifest.MANIFEST, len(data), 0o600))
            file.write(data + bundle.padding(len(data)))
            bundle.written_end(file)
            file.flush()
            os.fsync(file.fileno())
        return manifest

    def _taken(self) -> tuple[backup_reading.Standing, dict[str, Named]]:
        """The register as it is at one moment, in a file of its own, and what it names."""
        _snapshot(self._space.database_path, self._snapshot)
        try:
            standing = backup_reading.register_checked(self._snapshot)
        except ValueError as error:
            raise NotDone(f"{error}: run 'govtrack verify'; nothing was backed up") from None
        with closing(sqlite3.connect(self._snapshot)) as connection:
            return standing, object_checks.named(connection)

    def _plain(self, file: BinaryIO, name: str, path: Path) -> None:
        """A file as it is; one that changes its length meanwhile is refused."""
        with path.open("rb") as source:
            size = os.fstat(source.fileno()).st_size
            if why := backup_manifest.refusal_of(name, size):
                raise NotDone(f"{visible(name)}: {why}; nothing was backed up")
            try:
                file.write(bundle.header(name, size, backup_manifest.mode(name)))
            except ValueError as error:
                raise NotDone(f"{visible(name)}: {error}; nothing was backed up") from None
            copied, digest = self._copied(source, file, size)
            if copied != size or source.read(1):
                raise NotDone(f"{visible(name)}: changed while being read; nothing was backed up")
        file.write(bundle.padding(size))
        self._files.append(File(name, size, digest))

    def _own(self) -> Iterator[tuple[str, Path]]:
        """The workspace's own schemas and templates; what is no regular file is noted."""
        count = 0
        for top in backup_manifest.OWN:
            for place, folders, names in os.walk(self._space.root / top):
                folders.sort()
                base = self._space.root
                links = [one for one in folders if (base / place / one).is_symlink()]
                for name in sorted(names + links):
                    path = base / place / name
                    inside = str(path.relative_to(base))
                    if path.is_symlink() or not path.is_file():
                        self.notes.append(f"{inside}: not a regular file, so not in the backup")
                        continue
                    count += 1
                    yield inside, path
        if count > backup_manifest.MOST_OWN:
            raise NotDone(f"{count} files of schemas and templates are too many for a backup")

    def _object(self, file: BinaryIO, digest: str, one: Named) -> None:
        """An object, hashed on the way."""
        start = file.tell()
        try:
            with opened(self._space.objects_path, digest) as source:
                size = os.fstat(source.fileno()).st_size
                file.write(bundle.header(backup_manifest.object_name(digest), size, 0o400))
                copied, found = self._copied(source, file, size)
                if copied != size or source.read(1):
                    raise OSError(_CHANGED, "changed while being read")  # noqa: TRY301
        except OSError as error:
            if not isinstance(error, FileNotFoundError) and error.errno not in _UNREADABLE:
                raise
            file.seek(start)
            file.truncate()
            what = "missing" if isinstance(error, FileNotFoundError) else str(error.strerror)
            self._damaged.append(Damaged(digest, one.owners, what, None))
            return
        file.write(bundle.padding(size))
        self._objects += 1
        self._bytes += size
        if found != digest:
            what = f"{size} bytes, recorded with {one.size}" if size != one.size else "bytes differ"
            self._damaged.append(Damaged(digest, one.owners, what, found))

    def _copied(self, source: BinaryIO, file: BinaryIO, size: int) -> tuple[int, str]:
        hashed, copied = sha256(), 0
        while copied < size and (piece := source.read(min(bundle.PIECE, size - copied))):
            hashed.update(piece)
            file.write(piece)
            copied += len(piece)
            self._progress(len(piece))
        return copied, hashed.hexdigest()

    def _lacking(self) -> list[Problem]:
        """Each object that is not what was recorded, with the evidence it belongs to."""
        told_of = [
            Problem(f"{one.evidence}, object {one.sha256[:12]}…: {one.what}")
            for one in self._damaged
        ]
        last = (
            "nothing was backed up: run 'govtrack verify', or say --allow-damaged to back up what "
            "there is; an object purged a moment ago is no longer asked for when you run it again"
        )
        return [*told_of, Problem(last)]


_CHANGED = 0
_UNREADABLE = {_CHANGED, errno.EIO, errno.EACCES, errno.EINVAL, errno.ELOOP}
"""Why an object cannot be read; any other error is one of the disk that the backup goes to."""


def _snapshot(register: Path, target: Path) -> None:
    """Copy the register as it is now, whole, with SQLite's own means, while others may write."""
    database.schema_of(register)  # in words, where it is none
    try:
        connection = sqlite3.connect(
            f"{register.absolute().as_uri()}?mode=rw",  # what a killed writer left is undone
            uri=True,
            timeout=database.BUSY_SECONDS,
            isolation_level=None,
        )
        with closing(connection):
            database.known(connection, register)
            connection.execute("VACUUM INTO ?", [str(target)])
    except sqlite3.Error as error:
        raise told(error) from error


def _read_again(path: Path, progress: Progress) -> int:
    """Read the whole file as it lies on the disk, every hash in it computed again."""
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):  # from the disk, not from what was just in memory
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        try:
            backup_reading.read_through(file, lambda _: None, progress)
        except ValueError as error:
            raise NotDone(
                f"the backup does not read as it was written ({error}): the disk is not to be "
                "trusted; nothing was left"
            ) from None
        return file.tell()


def _placed(made: Path, target: Path, *, force: bool) -> None:
    if force:
        made.replace(target)
        return
    try:
        os.link(made, target)
    except FileExistsError:
        raise NotDone(f"{visible(str(target))}: somebody wrote it meanwhile") from None
    except OSError:
        if target.exists():
            raise
        made.replace(target)  # a file system without hard links
