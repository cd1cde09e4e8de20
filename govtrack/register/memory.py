"""What this machine remembers of a trail, outside its store: its newest checkpoint, whom to trust.

A store that was put back or rewritten agrees with itself; it does not agree with a checkpoint that
is kept elsewhere. So each command that records leaves the newest one here, and the next compares:
`$XDG_STATE_HOME/govtrack/<first 16 hex digits of SHA-256 of the origin>/` holds

- `checkpoint`: the newest size and root seen, signed where the trail was signed;
- `vkey`: the signing key this machine trusts for the trail;
- `witnesses`: keys of witnesses whose cosignatures were accepted here, a vkey a line;
- `roots/<SHA-256>.pem`: certificates of time stamping authorities accepted here;
- `unanswered/<name>`: when an authority last gave no good stamp (`stamping` writes it).
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from govtrack.errors import NotDone, visible
from govtrack.register.small_files import locked, replaced
from govtrack.trail import checkpoint, note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govtrack.trail.checkpoint import Checkpoint


class Remembered(NamedTuple):
    """The newest checkpoint this machine saw, its bytes, and the day (UTC) it was kept."""

    checkpoint: Checkpoint
    data: bytes
    seen: float


def state_home() -> Path:
    """`$XDG_STATE_HOME`, or `~/.local/state` (a relative value counts as none, as XDG has it)."""
    named = os.environ.get("XDG_STATE_HOME", "")
    return Path(named) if named.startswith("/") else Path.home() / ".local" / "state"


def folder(first_origin: str) -> Path:
    """Where the memory of the trail with that first origin is kept (it need not be there)."""
    return state_home() / "govtrack" / sha256(first_origin.encode()).hexdigest()[:16]


def remembered(first_origin: str) -> Remembered | None:
    """What is remembered of the trail; None where nothing is.

    Raises `NotDone` where something is kept that is no checkpoint of this trail.
    """
    path = folder(first_origin) / "checkpoint"
    try:
        with path.open("rb") as file:
            data, seen = file.read(1 << 16), os.fstat(file.fileno()).st_mtime
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise NotDone(f"{visible(str(path))}: cannot be read: {error.strerror}") from None
    try:
        found, _ = checkpoint.read(data, unsigned=True)
    except ValueError as error:
        raise NotDone(
            f"{visible(str(path))}: the memory of this trail is not a checkpoint: {error}; "
            "move the file away only if you know how that came"
        ) from None
    if generation(found.origin, first_origin) is None:
        raise NotDone(f"{visible(str(path))}: is of another trail, {visible(found.origin)}")
    return Remembered(found, data, seen)


def generation(origin: str, first_origin: str) -> int | None:
    """Which generation of the trail that origin names, 1 for the first; None for another trail."""
    if origin == first_origin:
        return 1
    rest = origin.removeprefix(f"{first_origin}/g")
    return int(rest) if rest != origin and rest.isascii() and rest.isdigit() else None


def remember(first_origin: str, data: bytes) -> None:
    """Keep this checkpoint, if it is newer than what is kept: of several writers the last wins.

    Raises `OSError` where it cannot be kept; what was kept stays.
    """
    new = checkpoint.read(data, unsigned=True)[0]
    with _locked(folder(first_origin)) as place:
        old = remembered(first_origin)
        if old is not None and order(new, first_origin) < order(old.checkpoint, first_origin):
            return
        replaced(place / "checkpoint", data)


def order(one: Checkpoint, first_origin: str) -> tuple[int, int]:
    """What makes one checkpoint of a trail newer than another: its generation, then its size."""
    return generation(one.origin, first_origin) or 0, one.size


def signing_key(first_origin: str) -> note.Verifier | None:
    """The signing key this machine trusts for the trail; None where none was kept."""
    found = _lines(folder(first_origin) / "vkey")
    return found[0] if found else None


def trust_signing_key(first_origin: str, vkey: str) -> None:
    """Trust this key for the trail from now on, unless one is trusted already."""
    with _locked(folder(first_origin)) as place:
        if not _lines(place / "vkey"):
            replaced(place / "vkey", f"{vkey}\n".encode())


def witnesses(first_origin: str) -> list[note.Verifier]:
    """Keys of the witnesses accepted on this machine."""
    return _lines(folder(first_origin) / "witnesses")


def trust_witness(first_origin: str, vkey: str) -> None:
    """Trust this witness from now on."""
    with _locked(folder(first_origin)) as place:
        path = place / "witnesses"
        kept = path.read_text("ascii") if path.exists() else ""
        if vkey not in kept.splitlines():
            replaced(path, f"{kept}{vkey}\n".encode())


def roots(first_origin: str) -> list[bytes]:
    """Certificates (PEM) of the time stamping authorities accepted on this machine."""
    return [path.read_bytes() for path in sorted(folder(first_origin).glob("roots/*.pem"))]


def trust_root(first_origin: str, pem: bytes) -> None:
    """Trust this authority's root certificate from now on."""
    with _locked(folder(first_origin)) as place:
        kept = place / "roots"
        kept.mkdir(mode=0o700, exist_ok=True)
        path = kept / f"{sha256(pem).hexdigest()}.pem"
        if not path.exists():
            replaced(path, pem)


def first_trusted(first_origin: str, vkey: str) -> list[str]:
    """Trust the key that was just made here; a note, and no failure, where that cannot be kept.

    Whoever makes the key need not be told which it is.
    """
    try:
        trust_signing_key(first_origin, vkey)
    except (NotDone, OSError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or error
        return [f"the signing key could not be remembered outside the store ({why})"]
    return []


def _lines(path: Path) -> list[note.Verifier]:
    try:
        text = path.read_text("ascii")
        return [note.parsed_vkey(line) for line in text.splitlines() if line]
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise NotDone(f"{visible(str(path))}: cannot be used: {error}") from None


def private(place: Path) -> None:
    """Make the folder and what is missing above it, for its owner alone whatever the umask."""
    for one in reversed([place, *place.parents]):
        if not one.exists():
            one.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def _locked(place: Path) -> Iterator[Path]:
    private(place)
    with locked(place):
        yield place
