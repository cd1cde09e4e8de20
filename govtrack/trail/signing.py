"""Ed25519 (RFC 8032): keys as PEM, signatures under a note, and whether they hold.

`cryptography` does all of it, and is imported where it is used only. Where it cannot be imported,
nothing is signed and nothing holds: there is no other road.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, NamedTuple

from govtrack.trail import checkpoint
from govtrack.trail.note import (
    COSIGNATURE,
    ED25519,
    Note,
    Signature,
    Verifier,
    checked_key,
    fingerprint,
    key_id,
    parsed_vkey,
    vkey,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

TIME = 8
"""Bytes before a cosignature of kind 4: the time it was made, in seconds since 1970."""
SEALED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"
"""How the PEM of a key under a passphrase begins."""
_LINE = 64


class PassphraseNeeded(ValueError):
    """The key is under a passphrase, and none was given."""


class WrongPassphrase(ValueError):
    """The passphrase does not open the key."""


class Signer(NamedTuple):
    """A private key with the name it signs under. Shown, it hides the key."""

    name: str
    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return public_of(self.key)

    @property
    def verifier(self) -> Verifier:
        """What others check this signer's signatures with."""
        return parsed_vkey(vkey(self.name, self.public))

    def sign(self, text: str) -> Signature:
        """The signature over a note's text."""
        return Signature(
            self.name, key_id(self.name, ED25519, self.public), self.key.sign(text.encode())
        )


def ready() -> None:
    """Load what signing needs, now: whoever then holds a lock does not keep others waiting."""
    from cryptography.hazmat.primitives import serialization  # noqa: F401, PLC0415
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: F401, PLC0415


def new_key() -> Ed25519PrivateKey:
    """A fresh private key, from the system's source of randomness."""
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    return ed25519.Ed25519PrivateKey.generate()


def to_pem(key: Ed25519PrivateKey, passphrase: bytes | None) -> bytes:
    """The private key as PKCS#8 in PEM; with a passphrase, under it (scrypt, AES-256).

    `ValueError` for an empty passphrase, which would look like a protection and be none.
    """
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    if passphrase == b"":
        raise ValueError("a passphrase cannot be empty")
    private = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    if passphrase is None:
        return _pem("PRIVATE KEY", private)
    from govtrack.trail import sealed_key  # noqa: PLC0415

    return _pem("ENCRYPTED PRIVATE KEY", sealed_key.sealed(private, passphrase))


def from_pem(pem: bytes, passphrase: bytes | None = None) -> Ed25519PrivateKey:
    """The private key in `pem`; a passphrase that is not needed is passed over.

    `PassphraseNeeded`, `WrongPassphrase`, or `ValueError` where it is no private key of Ed25519.
    No error quotes the key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    sealed = SEALED in pem
    if sealed and passphrase is None:
        raise PassphraseNeeded("is under a passphrase, and none was given")
    try:
        key = serialization.load_pem_private_key(pem, passphrase if sealed else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if sealed:
            raise WrongPassphrase("is not opened by this passphrase, or is damaged") from None
        raise ValueError("is no private key in PEM (PKCS#8)") from None
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise ValueError("is a private key, but not one of Ed25519")  # noqa: TRY004
    return key


def public_of(key: Ed25519PrivateKey) -> bytes:
    """The public half of a private key, 32 bytes."""
    return key.public_key().public_bytes_raw()


def public_pem(public: bytes) -> bytes:
    """A public key as openssl reads it: SubjectPublicKeyInfo in PEM."""
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    return ed25519.Ed25519PublicKey.from_public_bytes(public).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def from_public_pem(pem: bytes) -> bytes:
    """The public key that `public_pem` wrote, 32 bytes; `ValueError` where it is none."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("is no public key in PEM") from None
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise ValueError("is a public key, but not one of Ed25519")  # noqa: TRY004
    public = key.public_bytes_raw()
    checked_key(ED25519, public)
    return public


def holds(verifier: Verifier, text: str, signature: Signature) -> bool:
    """Whether this is this verifier's signature over `text`, by name, key id and mathematics."""
    if (signature.name, signature.key_id) != (verifier.name, verifier.key_id):
        return False
    if verifier.algorithm == ED25519:
        return _verified(verifier.public, text.encode(), signature.signature)
    if verifier.algorithm == COSIGNATURE and len(signature.signature) > TIME:
        at = int.from_bytes(signature.signature[:TIME], "big")
        return _verified(verifier.public, cosigned_bytes(text, at), signature.signature[TIME:])
    return False


def cosigned_bytes(text: str, at: int) -> bytes:
    """What a cosignature of kind 4 signs: its own heading, the time, the checkpoint's lines."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def signed_by(note: Note, verifiers: Iterable[Verifier]) -> tuple[Verifier, ...]:
    """Which of `verifiers` have signed the note: none, some, each once.

    `ValueError` where a signature under the name and key id of one of them does not hold: then the
    whole note is to be refused, whatever else stands under it.
    """
    found = []
    for verifier in dict.fromkeys(verifiers):
        named = (verifier.name, verifier.key_id)
        own = [one for one in note.signatures if (one.name, one.key_id) == named]
        if not all(holds(verifier, note.text, one) for one in own):
            raise ValueError(
                f"has a signature in the name of {verifier.name} ({fingerprint(verifier)}) that "
                "does not hold"
            )
        if own:
            found.append(verifier)
    return tuple(found)


def opened(
    data: bytes, verifiers: Iterable[Verifier]
) -> tuple[checkpoint.Checkpoint, Note, tuple[Verifier, ...]]:
    """A checkpoint that one of its own trail's keys among `verifiers` has signed, and who did.

    A key that signs for another origin does not count. `ValueError` where the checkpoint is
    malformed, a signature does not hold, or none of the keys has signed it.
    """
    said, note = checkpoint.read(data)
    signers = signed_by(note, (one for one in verifiers if one.name == said.origin))
    if not signers:
        raise ValueError(f"has no signature of {said.origin} by a key that is known")
    return said, note, signers


def _verified(public: bytes, message: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    try:
        ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _pem(label: str, der: bytes) -> bytes:
    armour = base64.b64encode(der).decode("ascii")
    lines = [armour[at : at + _LINE] for at in range(0, len(armour), _LINE)]
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", "")).encode()
