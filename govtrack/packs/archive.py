"""A folder and its zip written in one pass: each byte is read once, hashed once, put in both.

The zip is the same for the same members: fixed dates and modes, members in the order given, no
extra fields (but for what a member over 2 GiB needs). Text is deflated; artefacts are stored, since
most are compressed already and deflating them again costs thirty times the copy.
"""

from __future__ import annotations

import hashlib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, BinaryIO, Self

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

BLOCK = 1 << 20
_LARGE = 1 << 31
_TEXT = (".html", ".json", ".csv", ".ndjson", ".md", ".txt", ".svg")


class Twin:
    """Writes members to `folder` and to the zip at `archive` under the folder name `top`."""

    def __init__(self, folder: Path, archive: Path | None, top: str, day: date) -> None:
        self.folder = folder
        self.top = top
        self.date = (max(1980, min(2107, day.year)), day.month, day.day, 0, 0, 0)
        self.zip = zipfile.ZipFile(archive, "x", allowZip64=True) if archive else None
        self.hashing = ThreadPoolExecutor(1, "hashing")
        self._made: set[Path] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.hashing.shutdown(wait=True, cancel_futures=True)
        if self.zip is not None:
            self.zip.close()

    def write(self, name: str, content: bytes) -> str:
        """Write `content` as member `name`; its SHA-256."""
        self._path(name).write_bytes(content)
        if self.zip is not None:
            info = self._info(name, zipfile.ZIP_DEFLATED if _is_text(name) else zipfile.ZIP_STORED)
            self.zip.writestr(info, content, compresslevel=6)
        return hashlib.sha256(content).hexdigest()

    def copy(self, name: str, source: BinaryIO, size: int) -> tuple[str, int]:
        """Copy `source` (said to be `size` bytes) to member `name`; its true SHA-256 and size."""
        with self._path(name).open("xb", buffering=0) as target:
            if self.zip is None:
                return self._pour(source, (target,))
            info = self._info(name, zipfile.ZIP_DEFLATED if _is_text(name) else zipfile.ZIP_STORED)
            info.file_size = size
            with self.zip.open(info, "w", force_zip64=size >= _LARGE) as member:
                return self._pour(source, (target, member))

    def _pour(self, source: BinaryIO, targets: tuple[object, ...]) -> tuple[str, int]:
        digest = hashlib.sha256()
        length = 0
        while block := source.read(BLOCK):
            # hashlib and zlib let go of the interpreter: the two threads do run at once
            hashed = self.hashing.submit(digest.update, block)
            for target in targets:
                _write_all(target, block)
            hashed.result()
            length += len(block)
        return digest.hexdigest(), length

    def _path(self, name: str) -> Path:
        path = self.folder / name
        if path.parent not in self._made:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(path.parent)
        return path

    def _info(self, name: str, compression: int) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(f"{self.top}/{name}", self.date)
        info.compress_type = compression
        info.create_system = 3
        info.external_attr = 0o100644 << 16
        return info


def _is_text(name: str) -> bool:
    """Whether deflating pays: artefacts are stored as they are, whatever they are called."""
    return name.endswith(_TEXT) and not name.startswith("data/evidence/")


def digested(source: BinaryIO) -> tuple[str, int]:
    """The SHA-256 and the size of what `source` gives."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(BLOCK):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


def _write_all(target: object, block: bytes) -> None:
    """A raw file may take less than it is given."""
    view = memoryview(block)
    while view:
        view = view[target.write(view) :]  # type: ignore[attr-defined]
