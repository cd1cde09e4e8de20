"""What a backup holds and what it says of itself: the names of its members, and its manifest.

The members stand under the names they have in a workspace, so a backup that is unpacked with tar
in an empty folder is one:

    govtrack.toml  .govtrack/register.db  schemas/…  templates/…
    .govtrack/objects/sha256/ab/cdef…  backup.json

`backup.json` is the manifest. It comes last: a file that was cut off has none.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

FORMAT = "govtrack.backup-file/1"
SETTINGS, REGISTER, MANIFEST = "govtrack.toml", ".govtrack/register.db", "backup.json"
OBJECTS = ".govtrack/objects/sha256/"
OWN = ("schemas", "templates")
LARGEST = {SETTINGS: 1 << 20, MANIFEST: 64 << 20}
"""The most bytes that these may have; a file of `OWN` may have `LARGEST_OWN`."""
LARGEST_OWN = 64 << 20
MOST_OWN = 10_000
"""The most files of `OWN`: a backup that has more was made by something else."""

_OBJECT = re.compile(rf"{re.escape(OBJECTS)}([0-9a-f]{{2}})/([0-9a-f]{{62}})")


class File(NamedTuple):
    """A member that is no object: its name, its bytes, their SHA-256."""

    path: str
    size: int
    sha256: str


class Damaged(NamedTuple):
    """An object that is not what was recorded: whose it is, what is wrong, its bytes' SHA-256.

    `found` is None where it is missing or cannot be read; it is then not in the backup. Bytes that
    differ from their record are in it, as they are.
    """

    sha256: str
    evidence: str
    what: str
    found: str | None


class Manifest(NamedTuple):
    """What a backup says of itself. `size` and `root` are those of the trail in its register."""

    made_at: str
    organisation: str
    origin: str
    schema: int
    size: int
    root: str
    objects: int
    object_bytes: int
    files: tuple[File, ...]
    damaged: tuple[Damaged, ...]

    def written(self) -> bytes:
        """As it stands in the backup."""
        document = {"format": FORMAT, **self._asdict()}
        document["files"] = [one._asdict() for one in self.files]
        document["damaged"] = [one._asdict() for one in self.damaged]
        return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def read(data: bytes) -> Manifest:
    """The manifest from its bytes. Raises `ValueError` in words for anything else."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise ValueError(f"{MANIFEST} is not JSON") from None
    form = document.get("format") if isinstance(document, dict) else None
    if form != FORMAT:
        raise ValueError(f"{MANIFEST} is of the form {form!r}, expected {FORMAT!r}")
    del document["format"]
    try:
        document["files"] = tuple(_of(File, one) for one in document["files"])
        document["damaged"] = tuple(_of(Damaged, one) for one in document["damaged"])
        found: Manifest = _of(Manifest, document)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{MANIFEST} is not of the form {FORMAT}: {error}") from None
    return found


def _of(form: Any, said: Any) -> Any:  # noqa: ANN401  (whatever somebody wrote)
    """A named tuple from a JSON object that has exactly its members, of their types."""
    if not isinstance(said, dict) or set(said) != set(form._fields):
        raise TypeError(f"a {form.__name__.casefold()} has {', '.join(form._fields)}")
    for name, declared in form.__annotations__.items():
        kinds = _TYPES.get(declared.__forward_arg__, (tuple,))
        if not isinstance(said[name], kinds) or isinstance(said[name], bool):
            raise TypeError(f"{name} is {said[name]!r}")
    return form(**said)


_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "str | None": (str, type(None)),
}


def mode(name: str) -> int:
    """The mode a member has: nobody writes an object."""
    return 0o400 if name.startswith(OBJECTS) else 0o600


def object_name(digest: str) -> str:
    """The member that holds the object with that SHA-256."""
    return f"{OBJECTS}{digest[:2]}/{digest[2:]}"


def digest_of(name: str) -> str | None:
    """The SHA-256 of the object in the member of that name; None where it is no object."""
    match = _OBJECT.fullmatch(name)
    return match and match[1] + match[2]


def refusal_of(name: str, size: int) -> str | None:
    """Why a backup cannot hold a member of that name and size; None where it can."""
    if name == REGISTER or digest_of(name):
        return None
    if name in LARGEST:
        return None if size <= LARGEST[name] else f"{size} bytes, more than {LARGEST[name]}"
    parts = name.split("/")
    if name.startswith("/") or any(part in {"", ".", ".."} for part in parts) or "\0" in name:
        return "a path that leads out of its folder"
    if parts[0] not in OWN or len(parts) == 1:
        return "not a file that a backup holds"
    return None if size <= LARGEST_OWN else f"{size} bytes, more than {LARGEST_OWN}"
