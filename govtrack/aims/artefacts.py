"""Artefacts: from the paths a person gives to bytes in the store, with name and media type."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from govtrack.errors import BadInput, Problem, refuse, visible
from govtrack.register import objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from govtrack.register.objects import Stored

# the machine's own tables would give the same file different types on different machines
_TEXT = "bat c cfg conf cpp csv css go h html ini java js log md ps1 py r rs sh sql tex ts tsv txt"
_TYPES = {f".{suffix}": "text/plain" for suffix in _TEXT.split()} | {
    ".7z": "application/x-7z-compressed",
    ".avif": "image/avif",
    ".bz2": "application/x-bzip2",
    ".css": "text/css",
    ".csv": "text/csv",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".eml": "message/rfc822",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".htm": "text/html",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
    ".msg": "application/vnd.ms-outlook",
    ".ndjson": "application/x-ndjson",
    ".odp": "application/vnd.oasis.opendocument.presentation",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".onnx": "application/onnx",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".ppt": "application/vnd.ms-powerpoint",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".rtf": "application/rtf",
    ".sarif": "application/sarif+json",
    ".sqlite": "application/vnd.sqlite3",
    ".svg": "image/svg+xml",
    ".tar": "application/x-tar",
    ".tgz": "application/gzip",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".toml": "application/toml",
    ".tsv": "text/tab-separated-values",
    ".wav": "audio/wav",
    ".webp": "image/webp",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
    ".xz": "application/x-xz",
    ".yaml": "application/yaml",
    ".yml": "application/yaml",
    ".zip": "application/zip",
    ".zst": "application/zstd",
}
"""Media types by suffix, as IANA registers them where it does."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """One file of a piece of evidence whose bytes are in the store.

    `name_b64` holds the exact bytes of a name that is not valid UTF-8.
    """

    name: str
    name_b64: str | None
    sha256: str
    size: int
    media_type: str

    def columns(self) -> dict[str, Any]:
        """As the register keeps it."""
        return {name: getattr(self, name) for name in Artefact.__slots__}


def gathered(paths: Iterable[Path]) -> tuple[tuple[str, Path], ...]:
    """(name, path) of every file to record; a folder gives all files beneath it, in order.

    A symbolic link that a person names is followed; one inside a folder is refused, as it may
    lead anywhere. Hidden files of a folder are taken too. All problems are reported at once.
    """
    found: list[tuple[str, Path]] = []
    problems: list[Problem] = []
    for path in paths:
        if path.is_dir():
            before = len(problems)
            inside = list(_inside(path, problems))
            if not inside and len(problems) == before:
                problems.append(Problem("an empty folder", visible(str(path))))
            found += inside
        else:
            found.append((path.name, path))
    if problems:
        raise BadInput(problems)
    return tuple(found)


def kept(
    files: Iterable[tuple[str, Path]],
    store: Path,
    *,
    keep: bool = True,
    allow_empty: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[Artefact, ...]:
    """Put the files' bytes into the store (with `keep=False` only hash them)."""
    artefacts = []
    for name, path in files:
        stored = objects.store_file(store, path, keep=keep)
        progress(stored.size)
        artefacts.append(_artefact(name, stored, allow_empty=allow_empty))
    return tuple(artefacts)


def kept_stream(
    name: str, stream: BinaryIO, store: Path, *, keep: bool = True, allow_empty: bool = False
) -> Artefact:
    """The same for one artefact that arrives on standard input."""
    return _artefact(name, objects.store_stream(store, stream, keep=keep), allow_empty=allow_empty)


def _inside(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, Path]]:
    def unreadable(error: OSError) -> None:
        place = visible(os.fsdecode(error.filename))
        problems.append(Problem(f"cannot be read: {error.strerror}", place))

    # without it a folder that cannot be read would be left out in silence
    for place, folders, names in os.walk(folder, onerror=unreadable):
        folders.sort()
        for name in sorted(names + [one for one in folders if (Path(place) / one).is_symlink()]):
            path = Path(place) / name
            if path.is_symlink():
                message = f"a symbolic link to {visible(str(path.readlink()))}, inside a folder"
                problems.append(Problem(message, visible(str(path))))
            else:
                yield str(path.relative_to(folder)), path


def _artefact(name: str, stored: Stored, *, allow_empty: bool) -> Artefact:
    if stored.size == 0 and not allow_empty:
        message = "an empty file proves nothing; if it is meant, say --allow-empty"
        raise refuse(message, file=visible(name))
    raw = os.fsencode(name)
    text = raw.decode("utf-8", "replace")
    exact = None if raw == text.encode() else base64.b64encode(raw).decode("ascii")
    return Artefact(text, exact, stored.sha256, stored.size, _media_type(text, stored.start))


def _media_type(name: str, start: bytes) -> str:
    by_name = _TYPES.get(Path(name).suffix.casefold())
    if by_name:
        return by_name
    try:
        # a multi-byte character may be cut off at the end of what was looked at
        start[:-4].decode("utf-8")
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "application/octet-stream" if b"\0" in start else "text/plain"
