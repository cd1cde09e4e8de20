"""The files of a pack that somebody hands over: a folder, or a zip that is not trusted.

Nothing is unpacked to the disk. No link is followed, no member is taken that leads out of the pack
or has another's name, and no more is read than a member says to hold.
"""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, cast

from govtrack.errors import refuse, visible
from govtrack.workspace import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCK = 1 << 20
LARGEST = 256 << 20
"""A list or table of a pack that is read as a whole is never so large."""
TIMES = 200
"""No pack deflates to less than one part in so many."""
_ROOM = 64 << 20
_ENCRYPTED = 1
MARK = "bagit.txt"
CHECKPOINT = "data/trail/checkpoint"
STATEMENT = "data/trail/statement.txt"
MANIFEST, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"
ABSENT = "a folder or zip that holds an audit pack (a BagIt bag with bagit.txt)"


class Odd(NamedTuple):
    """Something in the pack that is no file of it: where, what was expected, what stands there."""

    where: str
    expected: str
    found: str


class PackFiles(NamedTuple):
    """Names (paths from the folder that holds bagit.txt), and how to open one of them."""

    names: frozenset[str]
    odd: tuple[Odd, ...]
    opened: Callable[[str], BinaryIO]

    def digested(self, name: str, heard: Callable[[bytes], object] | None = None) -> str:
        """The SHA-256 of a file, read once in blocks, which `heard` gets too."""
        digest = hashlib.sha256()
        with self.opened(name) as file:
            while block := file.read(BLOCK):
                digest.update(block)
                if heard:
                    heard(block)
        return digest.hexdigest()

    def read(self, name: str) -> bytes:
        """The whole of a file that is read as one; `ValueError` where it is too large for that."""
        with self.opened(name) as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise ValueError(f"is larger than {LARGEST >> 20} MiB")
        return data


UNREADABLE = (
    OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError,
    ValueError,
)  # fmt: skip
"""What reading a damaged member may raise."""


def bag_at(path: Path) -> Path:
    """The bag that is meant by `path`: itself, or the only one in that folder, one level below.

    Refused where several lie there; where there is none, `files_of` says so. Packs often lie in a
    workspace: whoever names that does not mean one of them.
    """
    if not path.is_dir() or _is_bag(path) or (path / SETTINGS).exists():
        return path
    within = sorted(one for one in path.iterdir() if one.is_dir() and _is_bag(one))
    if len(within) > 1:
        names = ", ".join(visible(one.name) for one in within)
        raise refuse(f"holds several packs: {names}; name one of them", file=visible(str(path)))
    return within[0] if within else path


def _is_bag(path: Path) -> bool:
    return any((path / name).is_file() for name in (MARK, MANIFEST))


@contextmanager
def files_of(path: Path) -> Iterator[PackFiles]:
    """The files of the pack at `path`; refused in words where there is no pack."""
    name = visible(str(path))
    if path.is_dir():
        found = _folder(path)
        if not {MARK, MANIFEST} & found.names:
            raise refuse(f"is no pack; expected {ABSENT}", file=name)
        yield found
        return
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        why = error.strerror if isinstance(error, OSError) else "is no folder and no whole zip"
        raise refuse(f"{why}; expected {ABSENT}", file=name) from None
    with archive:
        yield _archive(archive, path.stat().st_size, name)


def _folder(path: Path) -> PackFiles:
    names: set[str] = set()
    odd: list[Odd] = []
    for folder, inner, files in os.walk(path):
        for one in (*inner, *files):
            full = Path(folder, one)
            within = full.relative_to(path).as_posix()
            kind = full.lstat().st_mode
            if stat.S_ISREG(kind):
                names.add(within)
            elif not stat.S_ISDIR(kind):
                what = "a symbolic link" if stat.S_ISLNK(kind) else "something that is no file"
                odd.append(Odd(within, "a file", what))

    def opened(name: str) -> BinaryIO:
        handle = os.open(path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        return os.fdopen(handle, "rb")

    return PackFiles(frozenset(names), tuple(odd), opened)


def _archive(archive: zipfile.ZipFile, size: int, name: str) -> PackFiles:
    members = [one for one in archive.infolist() if not one.is_dir()]
    whole = sum(one.file_size for one in members)
    if whole > size * TIMES + _ROOM:
        raise refuse(
            f"is a zip of {size} bytes that says to hold {whole}; no pack deflates so far, and it "
            "was not read",
            file=name,
        )
    marks = [one.filename for one in members if one.filename.rpartition("/")[2] == MARK]
    if not marks:
        raise refuse(f"is a zip without a pack; expected {ABSENT}", file=name)
    top = min(marks, key=len).removesuffix(MARK)
    found: dict[str, zipfile.ZipInfo] = {}
    odd: list[Odd] = []
    for one in members:
        within = one.filename.removeprefix(top)
        if why := _wrong(one, within in found):
            odd.append(Odd(within, *why))
        else:
            found[within] = one
    return PackFiles(
        frozenset(found), tuple(odd), lambda one: cast("BinaryIO", archive.open(found[one]))
    )


def _wrong(member: zipfile.ZipInfo, twice: bool) -> tuple[str, str] | None:  # noqa: FBT001
    """What was expected of a member and what it is, where it is not taken."""
    parts = member.filename.split("/")
    mode = member.external_attr >> 16
    if twice:
        return "one file of that name", "two"
    if "" in parts or ".." in parts or "\\" in member.filename or "\0" in member.filename:
        return "a path inside the pack", "one that leads out of it"
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        return "a file", "a symbolic link" if stat.S_ISLNK(mode) else "something that is no file"
    if member.flag_bits & _ENCRYPTED:
        return "a file that can be read", "one that is encrypted"
    return None
