"""Small files that several processes write: whole and durable, one writer after the other."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else who locks that folder is between these braces; a lock goes with its process."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def replaced(path: Path, data: bytes) -> None:
    """Put these bytes at `path`, for the owner alone: whole and durable, or not at all."""
    import secrets  # noqa: PLC0415  (who only reads writes no file aside)

    aside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(handle)
        aside.replace(path)
    except BaseException:
        with suppress(OSError):
            aside.unlink()
        raise
