"""The artefacts' bytes, each kept once under its SHA-256.

Order of writing (docs/trail.md): copy and hash in one pass into `tmp/`, sync, link to its final
name, sync the folders; only then may a record name it. A crash leaves at most a file in `tmp/` or
an object that no record names.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from contextlib import contextmanager, suppress
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from govtrack.errors import NotDone, refuse, visible
from govtrack.register.failures import os_told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

BLOCK = 1 << 20
ATTEMPTS = 3


class Stored(NamedTuple):
    """An object in the store: its SHA-256 in hex, its size in bytes, its first bytes.

    `new` is False where the store held these bytes already.
    """

    sha256: str
    size: int
    start: bytes
    new: bool


def path_of(root: Path, digest: str) -> Path:
    """Where the object with that SHA-256 stands: `sha256/ab/cdef…`."""
    return root / "sha256" / digest[:2] / digest[2:]


def opened(root: Path, digest: str) -> BinaryIO:
    """The object with that SHA-256, open for reading, its bytes unchecked.

    Raises `OSError` where it is not there, or is no regular file: a link or a pipe put in its
    place is neither followed nor waited for.
    """
    path = path_of(root, digest)
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return os.fdopen(handle, "rb", buffering=0)


def store_file(root: Path, source: Path, *, keep: bool = True) -> Stored:
    """Keep the bytes of the file at `source`; with `keep=False` only read and hash them.

    Raises `BadInput` where it is no regular file, `NotDone` where it changed while being read
    (three attempts) or the disk refuses.
    """
    name = visible(str(source))
    for _ in range(ATTEMPTS):
        with _regular(source, name) as file:
            before = _state(file)
            stored, ready = _copied(root, file, keep=keep)
            if _state(file) == before and stored.size == before[0]:
                return _placed(root, stored, ready)
            _removed(ready)
    raise NotDone(f"{name}: changed while being read, three times; nothing was recorded")


def store_stream(root: Path, stream: BinaryIO, *, keep: bool = True) -> Stored:
    """Keep what `stream` gives until its end."""
    stored, ready = _copied(root, stream, keep=keep)
    return _placed(root, stored, ready)


def copied_out(root: Path, digest: str, target: Path, owner: str) -> None:
    """Copy an object to the new file `target`, checking it on the way.

    Raises `NotDone`, naming its `owner`, where the bytes are not what was recorded; nothing is
    left at `target` then.
    """
    try:
        with opened(root, digest) as source, target.open("xb") as file:
            stored = _pumped(source, file)
    except OSError as error:
        if not isinstance(error, FileExistsError):
            _removed(target)
        raise os_told(error) from error
    if stored.sha256 != digest:
        _removed(target)
        raise NotDone(f"{owner}: recorded with SHA-256 {digest}, stored is {stored.sha256}")


@contextmanager
def _regular(source: Path, name: str) -> Iterator[BinaryIO]:
    """The file opened without waiting (a pipe would block) and known to be a regular one."""
    try:
        handle = os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        if error.errno in {errno.EMFILE, errno.ENFILE}:
            raise os_told(error) from None
        if error.errno in {errno.ENXIO, errno.ENODEV}:
            raise refuse("not a regular file", file=name) from None
        raise refuse(f"cannot be read: {error.strerror}", file=name) from None
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        kind = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise refuse(f"{kind}, expected a regular file", file=name)
    with os.fdopen(handle, "rb", buffering=0) as file:
        yield file


def _state(file: BinaryIO) -> tuple[int, int, int]:
    state = os.fstat(file.fileno())
    return state.st_size, state.st_mtime_ns, state.st_ino


def _copied(root: Path, source: BinaryIO, *, keep: bool) -> tuple[Stored, Path | None]:
    if not keep:
        return _pumped(source, None), None
    ready = root / "tmp" / secrets.token_hex(16)
    try:
        ready.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(ready, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb", buffering=0) as target:
            stored = _pumped(source, target)
            os.fchmod(handle, 0o400)
            os.fsync(handle)
    except OSError as error:
        _removed(ready)
        raise os_told(error) from error
    except BaseException:
        _removed(ready)
        raise
    return stored, ready


def _pumped(source: BinaryIO, target: BinaryIO | None) -> Stored:
    digest, size, start = sha256(), 0, b""
    block = bytearray(BLOCK)
    view = memoryview(block)
    while count := source.readinto(view):  # type: ignore[attr-defined]
        piece = view[:count]
        start = start or bytes(piece[:4096])
        digest.update(piece)
        size += count
        while target is not None and piece:
            piece = piece[target.write(piece) :]
    return Stored(digest.hexdigest(), size, start, new=True)


def _placed(root: Path, stored: Stored, ready: Path | None) -> Stored:
    final = path_of(root, stored.sha256)
    if ready is None:
        return Stored(stored.sha256, stored.size, stored.start, new=not final.exists())
    try:
        final.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = _linked(ready, final)
        # synced even when they were there: another process may have made them a moment ago
        synced_folder(final.parent)
        synced_folder(final.parent.parent)
        if not new:
            _renewed(final)
            _compared(root, stored.sha256)
    except OSError as error:
        raise os_told(error) from error
    finally:
        _removed(ready)
    return Stored(stored.sha256, stored.size, stored.start, new)


def _linked(ready: Path, final: Path) -> bool:
    """Give the bytes their final name; False where something has it already."""
    try:
        os.link(ready, final)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS or final.exists():
            raise
        # same name, same bytes: whoever else renames here a moment later changes nothing
        ready.rename(final)
    return True


_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
"""What file systems without hard links answer."""


def _renewed(final: Path) -> None:
    """Make an object as young as one stored now: `gc` removes only what is old and unnamed.

    Where that is not ours to do (another owner's file), `still_there` is what notices a removal.
    """
    with suppress(OSError):
        os.utime(final)


def still_there(root: Path, digests: Iterable[str]) -> None:
    """Refuse to name objects that were removed since they were stored.

    Asked under the writer's lock, which `gc` and `purge` hold while they remove: so no record can
    be committed that names what they took away.
    """
    for digest in digests:
        if not path_of(root, digest).exists():
            raise NotDone(
                f"object {digest[:12]}… was removed a moment ago (gc or purge): run the command "
                "again; nothing was recorded"
            )


def _compared(root: Path, digest: str) -> None:
    """A record is never tied to bytes that were kept before and are damaged now."""
    with opened(root, digest) as file:
        found = file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    if found != digest:
        raise NotDone(
            f"the store holds these bytes already, but damaged (object {digest[:12]}…, now "
            f"{found[:12]}…): run 'govtrack verify'; nothing was recorded"
        )


def synced_folder(folder: Path) -> None:
    """Make the folder's list of names durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _removed(path: Path | None) -> None:
    if path is not None:
        with suppress(OSError):
            path.unlink()
