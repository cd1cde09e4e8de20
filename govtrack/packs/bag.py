"""A BagIt 1.0 bag (RFC 8493): what lies in it, in what order, and where it may be put.

The bag is written beside its place under a hidden name and renamed when it is whole, so that a
refusal leaves nothing behind and a reader never sees half a pack.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from govtrack import __version__
from govtrack.errors import NotDone, refuse, visible
from govtrack.packs.archive import Twin, digested

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True, slots=True)
class Made:
    """A payload file made by govtrack: its path below `data/` and its bytes."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A payload file copied from the object store: it must have this SHA-256 and size.

    `evidence` is named where it has not.
    """

    path: str
    evidence: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Label:
    """What `bag-info.txt` says beside the counts; `day` is the day of the archive's members.

    No Bagging-Date is said: the same register gives the same bag on whatever day it is made.
    """

    identifier: str
    organisation: str
    title: str
    day: date


@dataclass(frozen=True, slots=True)
class Written:
    """A bag as written: `tagmanifest_sha256` stands for all of it."""

    folder: Path
    archive: Path | None
    files: int
    size: int
    tagmanifest_sha256: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a bag will stand once it is whole."""

    folder: Path
    archive: Path | None
    force: bool

    @property
    def proof(self) -> Path:
        """Where the proof of the pack's delivery will lie, beside it."""
        return beside(self.folder)


def beside(folder: Path) -> Path:
    """The file beside a pack's folder that proves its delivery."""
    return folder.with_name(f"{folder.name}.issued.tlog-proof")


def place(folder: Path, store: Path, *, archive: bool = True, force: bool = False) -> Place:
    """Check that a pack may be put at `folder` (and `folder`.zip); refuse in words where not.

    Never through a symbolic link, never inside the register's store, never over something that is
    no pack. An earlier pack is replaced with `force` only.
    """
    folder = folder.absolute()
    name = visible(str(folder))
    if not folder.name or folder.name in {".", ".."}:
        raise refuse("expected the path of a new folder", field="--output", file=name)
    if folder.resolve().is_relative_to(store.resolve()):
        raise refuse("lies inside the register's store", field="--output", file=name)
    zipped = folder.with_name(f"{folder.name}.zip") if archive else None
    for path in filter(None, (folder, zipped, beside(folder))):
        _check_free(path, force=force)
    return Place(folder, zipped, force)


def _check_free(path: Path, *, force: bool) -> None:
    name = visible(str(path))
    if path.is_symlink():
        raise refuse("is a symbolic link; a pack is not written through it", file=name)
    if not path.exists():
        return
    if not force:
        raise refuse("exists already; --force replaces it", file=name)
    if path.is_dir() and any(path.iterdir()) and not (path / "bagit.txt").is_file():
        raise refuse("is a folder with other things in it, not a pack; nothing replaced", file=name)


def write(
    artefacts: Sequence[Kept],
    made: Callable[[], Sequence[Made]],
    tags: Sequence[Made],
    label: Label,
    where: Place,
    opened: Callable[[str], BinaryIO],
    wrote: Callable[[int], object] = int,
) -> Written:
    """Write the bag and its zip: first the artefacts, then what `made` gives.

    `opened(sha256)` gives an object, `wrote(bytes)` hears of progress.

    Raises `NotDone` naming the evidence where an object is missing or is not what was recorded;
    then nothing is left behind.
    """
    with _aside(where.folder) as aside:
        folder = aside / where.folder.name
        folder.mkdir()
        zipped = aside / where.archive.name if where.archive else None
        with Twin(folder, zipped, where.folder.name, label.day) as twin:
            put = partial(_put, twin, opened, wrote)
            manifest = [put(one) for one in sorted(artefacts, key=_path)]
            manifest += [put(one) for one in sorted(made(), key=_path)]
            manifest.sort()
            size = sum(length for _, _, length in manifest)
            tag_files = [
                *tags,
                Made("bag-info.txt", _info(label, size, len(manifest))),
                Made("bagit.txt", DECLARATION),
                Made("manifest-sha256.txt", _manifest((p, d) for p, d, _ in manifest)),
            ]
            tagged = [
                (tag.path, twin.write(tag.path, tag.content))
                for tag in sorted(tag_files, key=_path)
            ]
            whole = twin.write("tagmanifest-sha256.txt", _manifest(tagged))
        _recount(folder, [(path, length) for path, _, length in manifest])
        _into_place(aside, where)
    return Written(where.folder, where.archive, len(manifest), size, whole)


def _path(member: Made | Kept) -> str:
    return member.path


def _put(
    twin: Twin,
    opened: Callable[[str], BinaryIO],
    wrote: Callable[[int], object],
    member: Made | Kept,
) -> tuple[str, str, int]:
    """Put a payload file in; its path, digest and size."""
    name = f"data/{member.path}"
    if isinstance(member, Made):
        digest, size = twin.write(name, member.content), len(member.content)
    else:
        digest, size = _checked(member, opened, partial(twin.copy, name, size=member.size))
    wrote(size)
    return name, digest, size


def check(artefacts: Iterable[Kept], opened: Callable[[str], BinaryIO]) -> None:
    """Read every artefact and compare it with what was recorded; refuse as `write` would."""
    for one in artefacts:
        _checked(one, opened, digested)


def _checked(
    one: Kept,
    opened: Callable[[str], BinaryIO],
    taken: Callable[[BinaryIO], tuple[str, int]],
) -> tuple[str, int]:
    """What `taken` finds of the artefact, if that is what was recorded."""
    try:
        with opened(one.sha256) as source:
            found, size = taken(source)
    except FileNotFoundError:
        raise NotDone(
            f"{one.evidence}: the object {one.sha256} is missing from the store; "
            "no pack was written (see 'govtrack verify')"
        ) from None
    if (found, size) != (one.sha256, one.size):
        raise NotDone(
            f"{one.evidence}: the stored object is not what was recorded: expected SHA-256 "
            f"{one.sha256} ({one.size} bytes), found {found} ({size} bytes); "
            "no pack was written (see 'govtrack verify')"
        )
    return found, size


def _manifest(lines: Iterable[tuple[str, str]]) -> bytes:
    """Lines that `sha256sum -c` reads; paths are generated ASCII, so nothing needs escaping."""
    return "".join(f"{digest}  {path}\n" for path, digest in lines).encode("ascii")


def _info(label: Label, size: int, files: int) -> bytes:
    lines = {
        "Source-Organization": " ".join(visible(label.organisation).split()),
        "External-Identifier": label.identifier,
        "External-Description": " ".join(visible(label.title).split()),
        "Payload-Oxum": f"{size}.{files}",
        "Bag-Software-Agent": f"govtrack {__version__}",
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items()).encode()


def _recount(folder: Path, expected: list[tuple[str, int]]) -> None:
    """Bytes were hashed on their way; what is left to check is that all of them arrived."""
    found = {
        entry.path[len(str(folder)) + 1 :]: entry.stat().st_size
        for entry in _files(folder / "data")
    }
    if found != dict(expected):
        raise NotDone("the pack as written is not what was to be written; it was not delivered")


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _files(folder / entry.name)
        else:
            yield entry


@contextmanager
def _aside(target: Path) -> Iterator[Path]:
    """A hidden folder beside `target`, on the same disk, gone afterwards whatever happens."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.parent / tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent)
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _into_place(aside: Path, where: Place) -> None:
    """Rename into place; an earlier pack is moved aside first, and put back on failure."""
    done: list[tuple[Path, Path]] = []
    (aside / "replaced").mkdir()

    def move(source: Path, target: Path) -> None:
        source.rename(target)
        done.append((source, target))

    try:
        for path in filter(None, (where.archive, where.folder)):
            _check_free(path, force=where.force)
            if path.exists():
                move(path, aside / "replaced" / path.name)
            move(aside / path.name, path)
    except BaseException:
        for source, target in reversed(done):
            target.rename(source)
        raise
