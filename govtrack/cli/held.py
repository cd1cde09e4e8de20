"""What people hold apart from a store or pack: older checkpoints, keys, witnesses, certificates."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govtrack.errors import refuse, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any, TypeVar

    from govtrack.register.asked import Held
    from govtrack.trail.checkpoint import Checkpoint
    from govtrack.trail.note import Verifier

    Command = TypeVar("Command", bound=Callable[..., Any])

LARGEST = 1 << 20
_PEM = b"-----BEGIN "


def holding(command: Command) -> Command:
    """Add `--since`, `--key`, `--witness` and `--tsa-root`: what the asker trusts or kept."""
    for option in (
        click.option("--tsa-root", "roots", multiple=True, metavar="PEM",
                     help="A time stamping authority's root certificate. May be given again."),
        click.option("--witness", "witnesses", multiple=True, metavar="VKEY",
                     help="A witness's key: its line, or a file of them. May be given again."),
        click.option("--key", "keys", multiple=True, metavar="VKEY",
                     help="The trail's signing key: its vkey line, a file with it, or its public "
                     "PEM. May be given again."),
        click.option("--since", multiple=True, metavar="FILE",
                     help="An older checkpoint, statement or proof that was kept; for a PACK also "
                     "an earlier pack. May be given again."),
    ):  # fmt: skip
        option(command)
    return command


def held(
    since: Iterable[str], keys: Iterable[str], witnesses: Iterable[str], roots: Iterable[str]
) -> Held:
    """What those options give; refused by name where something is not what is expected."""
    from govtrack.register.asked import Held
    from govtrack.trail import note

    return Held(
        tuple((visible(file), checkpoint_in(file, "--since")) for file in since),
        keys_in(keys, "--key", note.ED25519),
        keys_in(witnesses, "--witness", note.COSIGNATURE),
        certificates_in(roots, "--tsa-root"),
    )


def checkpoint_in(file: str, field: str) -> Checkpoint:
    """The checkpoint that a file (`-`: standard input) states; refused where it states none."""
    from govtrack.trail.checkpoint import stated

    try:
        return stated(read(file, field))
    except ValueError as error:
        raise refuse(str(error), file=visible(file), field=field) from None


def keys_in(values: Iterable[str], field: str, algorithm: int) -> tuple[Verifier, ...]:
    """Keys given as vkey lines, as files of such lines, or (signing keys) as public PEM."""
    return tuple(one for value in values for one in _keys(value, field, algorithm))


def certificates_in(values: Iterable[str], field: str) -> tuple[bytes, ...]:
    """Certificates in PEM; refused where a file holds none."""
    found = tuple(read(value, field) for value in values)
    for value, data in zip(values, found, strict=True):
        if b"-----BEGIN CERTIFICATE-----" not in data:
            raise refuse("holds no certificate in PEM", file=visible(value), field=field)
    return found


def read(file: str, field: str) -> bytes:
    """The bytes of a small file, or of standard input for `-`."""
    try:
        if file == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(LARGEST + 1)
    except OSError as error:
        raise refuse(f"cannot be read: {error.strerror}", file=visible(file), field=field) from None
    if len(data) > LARGEST:
        raise refuse("is too large to be what is expected here", file=visible(file), field=field)
    return data


def _keys(value: str, field: str, algorithm: int) -> list[Verifier]:
    from govtrack.trail import note

    _no_fingerprint(value, value, field)
    if "+" in value and not Path(value).exists():
        lines, file = [value], None
    else:
        data, file = read(value, field), visible(value)
        if data.startswith(_PEM) and algorithm == note.ED25519:
            return [_pem(data, file, field)]
        lines = data.decode(errors="replace").splitlines()
    found = []
    for line in filter(str.strip, lines):
        _no_fingerprint(line, file, field)
        try:
            one = note.parsed_vkey(line)
        except ValueError as error:
            raise refuse(str(error), file=file, field=field) from None
        if one.algorithm != algorithm:
            kinds = f"{note.ALGORITHMS[one.algorithm]}, expected {note.ALGORITHMS[algorithm]}"
            raise refuse(f"is a key for another use: {kinds}", file=file, field=field)
        found.append(one)
    if not found:
        raise refuse("holds no key: a key is one line, NAME+KEYID+KEY", file=file, field=field)
    return found


def _no_fingerprint(text: str, file: str | None, field: str) -> None:
    """A fingerprint is of a key: nothing can be verified with it."""
    if text.strip().startswith("SHA256:"):
        raise refuse(
            "is a fingerprint, not a key: give the line it belongs to (NAME+KEYID+KEY)",
            file=file and visible(file),
            field=field,
        )


def _pem(data: bytes, file: str, field: str) -> Verifier:
    """A public key without a name: it counts by its bytes."""
    from govtrack.trail import note, signing

    try:
        return note.Verifier("", b"", note.ED25519, signing.from_public_pem(data))
    except ValueError as error:
        raise refuse(str(error), file=file, field=field) from None
