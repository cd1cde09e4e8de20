"""Work that stands aside until it is whole: a folder beside the place it will take.

The folder is locked while somebody works in it. The lock goes with its process, so whoever comes
next knows an abandoned folder (its process was killed) from one in use, and removes it.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NAME = re.compile(r"\..+\.[0-9a-f]{16}\.part")


@contextmanager
def aside(place: Path) -> Iterator[Path]:
    """A new folder, closed to others, beside `place`; it is gone when the block ends."""
    for left in abandoned(place.parent, place.name):
        shutil.rmtree(left, ignore_errors=True)
    folder = place.with_name(f".{place.name}.{secrets.token_hex(8)}.part")
    folder.mkdir(mode=0o700)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def abandoned(folder: Path, name: str | None = None) -> Iterator[Path]:
    """What killed commands left in `folder` (of the place called `name`), and nobody works in."""
    for path in sorted(folder.glob(".*.part")):
        mine = name is None or path.name.startswith(f".{name}.")
        if mine and _NAME.fullmatch(path.name) and _free(path):
            yield path


def _free(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
