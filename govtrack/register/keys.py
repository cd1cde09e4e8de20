"""Files of signing keys: outside the store, so that no copy of a store or pack carries one.

`$XDG_CONFIG_HOME/govtrack/keys/<first origin>.pem` (PKCS#8, 0600, folders 0700), with the public
half beside it as `.vkey`; a key that was replaced stands beside them under its key id. As ssh does,
a file that others can read is refused, and folders that others can write into. Keys and passphrases
are in no message and no answer.
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
    """Why nothing is signed here; None where this machine simply holds no key of the trail.

    `file` is the one that is, or may be, the key in force and cannot be used as things are; with
    `sealed`, because its passphrase was not given.
    """

    why: str | None = None
    file: Path | None = None
    sealed: bool = False

    def closed(self) -> str | None:
        """Why the file that is here cannot be used, and what opens it; None where none is here."""
        if self.sealed:
            return f"{self.why}: --passphrase-fd N, or {PASSPHRASE}, gives it"
        return self.why if self.file else None


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


def of_trail(connection: sqlite3.Connection, origin: str) -> list[note.Verifier]:
    """All keys that the trail ever had, each under that origin, in which a generation signs.

    `ValueError` where a record holds none.
    """
    rows = connection.execute("SELECT vkey FROM signing_key ORDER BY key").fetchall()
    return [note.signing_under(origin, note.parsed_vkey(vkey).public) for (vkey,) in rows]


def at_hand(
    first_origin: str, origin: str, wanted: Active, passphrase: bytes | None = None
) -> signing.Signer | Unsigned:
    """The signer with the private half of `wanted`, for checkpoints of `origin`.

    A file that names another public half is not opened. `Unsigned` says why there is no signer;
    nothing is raised, because what is to be recorded is recorded all the same.
    """
    try:
        # a descriptor gives it once, and there may be several files to try
        passphrase = passphrase if passphrase is not None else passphrase_given()
    except NotDone as refusal:
        found = _candidates(first_origin)
        return Unsigned(str(refusal), found[0]) if found else Unsigned()
    failed: Unsigned | None = None
    stranger: Path | None = None
    for path in _candidates(first_origin):
        named = _named(path)
        if named is None or named.public == wanted.verifier.public:
            try:
                key = loaded(path, passphrase)
            except NotDone as refusal:
                closed = passphrase is None and is_sealed(path)
                here = path if path.exists() else None
                failed = failed or Unsigned(str(refusal), here, closed)
                continue
            if signing.public_of(key) == wanted.verifier.public:
                return signing.Signer(origin, key)
        stranger = stranger or path
    if failed or stranger is None:
        return failed or Unsigned()
    why = f"{wanted.id}'s private half is not on this machine"
    if stranger in {path_of(first_origin), _named_by_environment()}:
        name = visible(str(stranger))
        why = f"{name}: is the key of another trail, or one that was replaced; {why}"
    return Unsigned(why)


def loaded(path: Path, passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """The private key in the file; `NotDone` in words where it cannot or may not be used."""
    name = visible(str(path))
    _not_open(path)
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
    """The public halves of the keys this machine holds for the trail; nothing sealed is opened.

    Raises `NotDone` where others may write into their folder: they could be anybody's.
    """
    found = here(first_origin)
    for path in found:
        _not_open(path)
    return list(found.values())


def here(first_origin: str) -> dict[Path, note.Verifier]:
    """The key files of the trail on this machine, by what is known of each: its public half."""
    found = ((path, _half(path, first_origin)) for path in _candidates(first_origin))
    return {path: half for path, half in found if half}


def nameless(first_origin: str) -> list[Path]:
    """Key files of the trail that do not say whose they are: sealed, or not to be read."""
    return [path for path in _candidates(first_origin) if _half(path, first_origin) is None]


def sealed(first_origin: str) -> bool:
    """Whether any key file of the trail is under a passphrase."""
    return any(map(is_sealed, _candidates(first_origin)))


def is_sealed(path: Path) -> bool:
    """Whether the key file is under a passphrase."""
    try:
        with path.open("rb") as file:
            return signing.SEALED in file.read(1 << 16)
    except OSError:
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
        half = _half(usual, first_origin)
        was = old if half is None or (old and old.public == half.public) else half
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


def _half(path: Path, first_origin: str) -> note.Verifier | None:
    """The public half: as the file beside the key has it, else from the key, if it is unsealed."""
    return _named(path) or _derived(path, first_origin)


def _named(path: Path) -> note.Verifier | None:
    try:
        return note.parsed_vkey(path.with_suffix(".vkey").read_text("ascii"))
    except (OSError, ValueError):
        return None


def _derived(path: Path, first_origin: str) -> note.Verifier | None:
    try:
        with path.open("rb") as file:
            key = signing.from_pem(file.read(1 << 16))
        return note.parsed_vkey(note.vkey(first_origin, signing.public_of(key)))
    except (OSError, ValueError):
        return None


def _candidates(first_origin: str) -> list[Path]:
    if named := _named_by_environment():
        return [named]
    usual = path_of(first_origin)
    return [path for path in (usual, *sorted(usual.parent.glob(f"{usual.stem}.*.pem")))
            if path.exists()]  # fmt: skip


def _named_by_environment() -> Path | None:
    named = os.environ.get(FILE)
    return Path(named) if named else None


def _not_open(path: Path) -> None:
    """Refuse a key in a folder of this machine's keys where others may put theirs in its place."""
    own = folder()
    if not path.is_relative_to(own):
        return
    for one in path.parents:
        try:
            mode = one.stat().st_mode
        except OSError:
            continue
        if mode & 0o022:
            name = visible(str(one))
            raise NotDone(
                f"{name}: others may write into this folder of signing keys "
                f"({stat.filemode(mode)}), so none in it is used: chmod 700 {name}"
            )
        if one == own.parent:
            return


def _new(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(handle)
