"""The catalogue, read once and kept where reading it again is cheap.

YAML takes longer to read than a whole command may: the checked document is kept as JSON in the
user's cache folder, under the size and time of change of every file it was made from.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from govtrack import __version__
from govtrack.catalog.catalogue import Catalogue
from govtrack.catalog.files import files

if TYPE_CHECKING:
    from pathlib import Path


def catalogue(own: Path | None = None) -> Catalogue:
    """What the standards ask, with the files of `own` (a workspace's `schemas/`) over it.

    Raises `BadInput` with every problem of every file, each naming file and line.
    """
    made_from = files(own)
    key = json.dumps([__version__, made_from.key()], separators=(",", ":"))
    place = _place(made_from.own)
    kept = _kept(place, key)
    if kept is None:
        from govtrack.catalog.sources.assembling import document  # noqa: PLC0415  (imports yaml)

        kept = document(made_from)
        _keep(place, key, kept)
    return Catalogue(kept)


def _place(own: Path | None) -> str:
    """One file for all that use the shipped data alone, and one a workspace with its own."""
    name = "catalogue.json"
    if own:
        from zlib import crc32  # noqa: PLC0415  (hashlib costs more to import)

        name = f"catalogue-{crc32(os.fsencode(own)):08x}.json"
    return os.path.join(_cache_folder(), name)  # noqa: PTH118  (strings all the way: it is cheap)


def _cache_folder() -> str:
    """The user's cache folder, by the rule of platformdirs (whose import costs more)."""
    given = os.environ.get("XDG_CACHE_HOME", "").strip()
    home = os.path.expanduser("~")  # noqa: PTH111
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA") or f"{home}\\AppData\\Local"
        return f"{local}\\govtrack\\Cache"
    if given and os.path.isabs(given):  # noqa: PTH117
        return f"{given}/govtrack"
    return (
        f"{home}/Library/Caches/govtrack" if sys.platform == "darwin" else f"{home}/.cache/govtrack"
    )


def _kept(place: str, key: str) -> dict[str, Any] | None:
    """The document kept under that key, or None where it is not, or is not whole."""
    try:
        with open(place, encoding="utf-8") as stream:  # noqa: PTH123
            if stream.readline().rstrip("\n") != key:
                return None
            document = json.loads(stream.read())
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) else None


def _keep(place: str, key: str, document: dict[str, Any]) -> None:
    """Keep the document; a folder that cannot be written to only makes the next command slower."""
    written = f"{place}.{os.getpid()}"
    text = json.dumps(document, separators=(",", ":"))
    try:
        os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120
        with open(written, "w", encoding="utf-8") as stream:  # noqa: PTH123
            stream.write(f"{key}\n{text}\n")
        os.replace(written, place)  # noqa: PTH105
    except OSError:
        _forget(written)


def _forget(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except OSError:
        return
