"""Files of signing keys: outside the store, so that no copy of a store or pack carries one.

`$XDG_CONFIG_HOME/govtrack/keys/<first origin>.pem` (PKCS#8, 0600, folders 0700), with the public
half beside it as `.vkey`; a key that was replaced stands beside them under its key id. As ssh does,
a file that others can read is refused. Keys and passphrases are in no message and no answer.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from govtrack.errors import NotDone, visible
from govtrack.register import memory
from govtrack.register.failures import os_told
from govtrack.trail import note, signing

if TYPE_CHECKING:
    import sqlite3

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FILE = "GOVTRACK_SIGNING_KEY_FILE"
"""Names another key file, as for CI; never the key itself."""
PASSPHRASE = "GOVTRACK_PASSPHRASE_FD"  # noqa: S105  (the name of a variable)
"""Names the open file descriptor that the passphrase is read from, up to its end."""


class Active(NamedTuple):
    """The key in force: its record's id and its public half."""

    id: str
    verifier: note.Verifier


class Unsigned(NamedTuple):
    """Why nothing is signed here; None where this machine simply holds no key of the trail."""

    why: str | None = None


def folder() -> Path:
    """Where the keys of this machine's user are (it need not be there)."""
    named = os.environ.get("XDG_CONFIG_HOME", "")
    home = Path(named) if named.startswith("/") else Path.home() / ".config"
    return home / "govtrack" / "keys"


def path_of(first_origin: str) -> Path:
    """Where the key of the trail with that first origin stands."""
    return folder() / f"{first_origin}.pem"


def ready() -> None:
    """Load what signing needs, where this machine holds a key at all."""
    with suppress(RuntimeError):  # no home, no keys
        if os.environ.get(FILE) or folder().is_dir():
            signing.ready()


def active(connection: sqlite3.Connection) -> Active | None:
    """The newest key that is neither retired nor revoked; None where the trail is not signed."""
    row = connection.execute(
        "SELECT id, vkey FROM signing_key WHERE retired_on IS NULL AND revoked_at IS NULL "
        "ORDER BY key DESC LIMIT 1"
    ).fetchone()
    return Active(row[0], note.parsed_vkey(row[1])) if row else None


def at_hand(
    first_origin: str, origin: str, wanted: note.Verifier, passphrase: bytes | None = None
) -> signing.Signer | Unsigned:
    """The signer with the private half of `wanted`, for checkpoints of `origin`.

    `Unsigned` says why there is none; nothing is raised, because what is to be recorded is recorded
    all the same.
    """
    why = None
    try:
        # a descriptor gives it once, and there may be several files to try
        passphrase = passphrase if passphrase is not None else passphrase_given()
    except NotDone as refusal:
        return Unsigned(str(refusal))
    for path in _candidates(first_origin):
        try:
            key = loaded(path, passphrase)
        except NotDone as refusal:
            why = why or str(refusal)
            continue
        if signing.public_of(key) == wanted.public:
            return signing.Signer(origin, key)
        why = why or f"{visible(str(path))}: is the key of another trail, or one that was replaced"
    return Unsigned(why)


def loaded(path: Path, passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """The private key in the file; `NotDone` in words where it cannot or may not be used."""
    name = visible(str(path))
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_ISREG(mode) and mode & 0o077:
                raise NotDone(
                    f"{name}: others may read this signing key ({stat.filemode(mode)}), so it is "
                    f"not used: chmod 600 {name}"
                )
            pem = file.read(1 << 16)
    except OSError as error:
        raise NotDone(f"{name}: cannot be read: {error.strerror}") from None
    if passphrase is None:
        passphrase = passphrase_given()
    try:
        return signing.from_pem(pem, passphrase)
    except ValueError as error:
        raise NotDone(f"{name}: {error}") from None


def passphrase_given() -> bytes | None:
    """The passphrase from the descriptor that the environment names; None where it names none."""
    named = os.environ.get(PASSPHRASE)
    return None if not named else passphrase_from(named)


def passphrase_from(descriptor: str) -> bytes:
    """The passphrase up to the end of an open file descriptor, without its last line end."""
    try:
        with os.fdopen(os.dup(int(descriptor)), "rb") as file:
            given = file.read(1 << 16)
    except (ValueError, OSError):
        raise NotDone(
            f"'{visible(descriptor)}' is not the number of an open file descriptor"
        ) from None
    return given.removesuffix(b"\n").removesuffix(b"\r")


def written(path: Path, key: Ed25519PrivateKey, vkey: str, passphrase: bytes | None) -> None:
    """Keep a new private key at `path`, for its owner alone, and the public half beside it.

    Never over another key: `NotDone` where one stands there, or the disk refuses.
    """
    from govtrack.register.objects import synced_folder  # noqa: PLC0415  (only who writes a key)

    try:
        memory.private(path.parent)
        _new(path, signing.to_pem(key, passphrase))
        try:
            _new(path.with_suffix(".vkey"), f"{vkey}\n".encode())
        except OSError:
            path.unlink()
            raise
        synced_folder(path.parent)
    except FileExistsError:
        raise NotDone(
            f"{visible(str(path))}: a key stands there already; nothing was changed"
        ) from None
    except OSError as error:
        raise os_told(error) from error


def removed(path: Path) -> None:
    """Take away a key that was made for something that then came to nothing."""
    for one in (path, path.with_suffix(".vkey")):
        with suppress(OSError):
            one.unlink()


def public_halves(first_origin: str) -> list[note.Verifier]:
    """The public halves of the keys this machine holds for the trail, without opening any."""
    return [half for path in _candidates(first_origin) if (half := _half(path))]


def nameless(first_origin: str) -> list[Path]:
    """Key files of the trail without a public half beside them: whose they are, only they know."""
    return [path for path in _candidates(first_origin) if not path.with_suffix(".vkey").exists()]


def sealed(first_origin: str) -> bool:
    """Whether any key file of the trail is under a passphrase."""
    for path in _candidates(first_origin):
        with suppress(OSError):
            if signing.SEALED in path.read_bytes():
                return True
    return False


def path_beside(first_origin: str, verifier: note.Verifier) -> Path:
    """Where a key stands that is not, or no more, the one in force: under its key id."""
    usual = path_of(first_origin)
    return usual.with_name(f"{usual.stem}.{verifier.key_id.hex()}.pem")


def put_in_force(first_origin: str, new: note.Verifier, old: note.Verifier | None) -> None:
    """Give the new key's file the usual name, and the old one's its key id.

    Interrupted anywhere, both are still found, and doing it again finishes it. `OSError` where the
    disk refuses; `NotDone` where a file stands under the old one's new name.
    """
    from govtrack.register.objects import synced_folder  # noqa: PLC0415  (as above)

    usual, waiting = path_of(first_origin), path_beside(first_origin, new)
    if not waiting.exists():
        return
    if usual.exists():
        was = _half(usual) or old
        if was is None:
            raise NotDone(f"{visible(str(usual))}: whose key that is is not known; it stays there")
        _renamed(usual, path_beside(first_origin, was))
    _renamed(waiting, usual)
    synced_folder(usual.parent)


def _renamed(one: Path, other: Path) -> None:
    """A key's file and its public half, the half first: a key is never without its own."""
    if other.exists():
        raise NotDone(f"{visible(str(other))}: a key stands there already; nothing was renamed")
    half = one.with_suffix(".vkey")
    if half.exists():
        half.replace(other.with_suffix(".vkey"))
    one.rename(other)


def _half(path: Path) -> note.Verifier | None:
    try:
        return note.parsed_vkey(path.with_suffix(".vkey").read_text("ascii"))
    except (OSError, ValueError):
        return None


def _candidates(first_origin: str) -> list[Path]:
    if named := os.environ.get(FILE):
        return [Path(named)]
    usual = path_of(first_origin)
    return [path for path in (usual, *sorted(usual.parent.glob(f"{usual.stem}.*.pem")))
            if path.exists()]  # fmt: skip


def _new(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
