"""A witness's cosignature under a checkpoint (C2SP tlog-cosignature, Ed25519, kind 4).

It says more than a signature: that this was, at that time, the largest tree of this trail that the
witness had seen, and that it was consistent with all it had seen before. So a trail that is cut
back or rewritten cannot be shown to people who ask for the same witness.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.trail.note import COSIGNATURE, Signature, Verifier, key_id
from govtrack.trail.signing import TIME, cosigned_bytes, holds, public_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

LATEST = 2**63 - 1


def cosigned(body: str, name: str, key: Ed25519PrivateKey, at: int) -> Signature:
    """The cosignature of `name` over a checkpoint's three lines, at `at` seconds since 1970."""
    if not 0 <= at <= LATEST:
        raise ValueError(f"{at} is no time in seconds since 1970")
    return Signature(
        name,
        key_id(name, COSIGNATURE, public_of(key)),
        at.to_bytes(TIME, "big") + key.sign(cosigned_bytes(body, at)),
    )


def time_of(verifier: Verifier, body: str, signature: Signature) -> int:
    """When the witness cosigned these three lines, in seconds since 1970, by its own clock.

    `ValueError` where the key is no witness's, the signature is another's, or it does not hold.
    """
    if verifier.algorithm != COSIGNATURE:
        raise ValueError(f"the key of {verifier.name} is not one for cosignatures (kind 4)")
    if (signature.name, signature.key_id) != (verifier.name, verifier.key_id):
        raise ValueError(f"is not by the key of {verifier.name} that is known")
    at = int.from_bytes(signature.signature[:TIME], "big")
    if at > LATEST or not holds(verifier, body, signature):
        raise ValueError(f"is a cosignature in the name of {verifier.name} that does not hold")
    return at
