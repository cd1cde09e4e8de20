"""Time stamps of an authority (RFC 3161) over bytes: the request, and what a reply proves.

A reply is decoded and verified at once or refused in words: nothing in between is of any use. What
is verified: the status is exactly *granted*; the message imprint is the SHA-256 of the data; the
nonce is the request's, where there is one; one certificate signed, it may stamp and nothing else
made it so (a critical extended key usage), and its chain leads to a root that is trusted, **at the
time that the stamp states**. So a stamp outlives the certificate of who made it. Whether a
certificate was revoked is not asked: that needs the network, and an answer of that day.

Nothing here is on the network or a disk. `rfc3161_client` and `cryptography` take a quarter of a
second to import, so they are, only once a stamp is made or read.
"""

from __future__ import annotations

import hashlib
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.x509 import Certificate

LONGEST = 64 * 1024
"""A reply is some thousand bytes; one beyond this is none."""
_SHA256 = "2.16.840.1.101.3.4.2.1"
_STATUS = (
    "granted",
    "granted with changes",
    "rejected",
    "waiting",
    "revocation is near",
    "revoked",
)
_NOT_LED = ("self-signed certificate", "unable to get", "unable to verify the first")
"""How OpenSSL says that a chain of certificates does not end at a root it was given."""


class Untrusted(ValueError):
    """The stamp's certificates lead to no root that is trusted here: it proves nothing here."""


class Request(NamedTuple):
    """A request as it goes to an authority, and the nonce that its reply must repeat."""

    data: bytes
    nonce: int


class Stamp(NamedTuple):
    """What a verified stamp says.

    `at` is the time in UTC, as everything kept writes it; `authority` the subject of the
    certificate that signed; `serial` the stamp's number at that authority.
    """

    at: str
    authority: str
    serial: int


def request(data: bytes) -> Request:
    """A request for a stamp of `data`: its SHA-256, a nonce, and the certificates asked for."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder  # noqa: PLC0415

    built = (
        TimestampRequestBuilder()
        .data(data)
        .hash_algorithm(HashAlgorithm.SHA256)
        .nonce(nonce=True)
        .cert_request(cert_request=True)
        .build()
    )
    nonce = built.nonce
    if nonce is None:
        raise RuntimeError("a request without a nonce")
    return Request(built.as_bytes(), nonce)


def stamped(
    reply: bytes, data: bytes, roots: Sequence[bytes], request: Request | None = None
) -> Stamp:
    """What `reply` proves of `data`, by the certificates of `roots` (PEM, one or several in each).

    `request` is given when the reply has just come, so that an old one is not taken for it; a reply
    that was kept is read without. Raises ValueError in words, `Untrusted` where nothing is wrong
    with the reply but its root.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a library thinks of other people's certificates
        try:
            return _stamped(reply, data, roots, request)
        except ValueError:
            raise
        except Exception as error:
            # a certificate of a kind that the library does not know, for one
            raise ValueError(f"the stamp cannot be read: {error}") from error


def _stamped(reply: bytes, data: bytes, roots: Sequence[bytes], request: Request | None) -> Stamp:
    decoded = _decoded(reply)
    said = decoded.tst_info
    imprint = said.message_imprint
    if imprint.hash_algorithm.dotted_string != _SHA256:
        raise ValueError("the stamp is of a hash that is not SHA-256")
    if imprint.message != hashlib.sha256(data).digest():
        raise ValueError("the stamp is of other bytes: its hash is not theirs")
    if request is not None and said.nonce != request.nonce:
        raise ValueError("the reply's nonce is not the request's: it answers another request")
    _verify(decoded, data, [one for pem in roots for one in _certificates(pem)])
    return Stamp(clock.instant_text(said.gen_time), _signer(decoded), said.serial_number)


def fingerprints(pem: bytes) -> list[str]:
    """What people compare of the certificates in `pem`, written as `openssl x509` does."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415

    return [one.fingerprint(hashes.SHA256()).hex(":").upper() for one in _certificates(pem)]


def _decoded(reply: bytes) -> Any:  # noqa: ANN401  (the library's, imported late)
    from rfc3161_client import PKIStatus, decode_timestamp_response  # noqa: PLC0415

    if len(reply) > LONGEST:
        raise ValueError(f"a reply of more than {LONGEST // 1024} KiB is no time stamp")
    try:
        decoded = decode_timestamp_response(reply)
        status, words = decoded.status, "; ".join(decoded.status_string)
    except ValueError as error:
        if "InvalidSetOrdering" in str(error):
            raise ValueError(
                "this authority is not usable: the certificates in its reply are not in the order "
                "that DER demands"
            ) from None
        raise ValueError("the reply is no time stamp (RFC 3161)") from None
    if status != PKIStatus.GRANTED:
        name = _STATUS[status] if 0 <= status < len(_STATUS) else f"status {status}"
        raise ValueError(f"not granted: {name}{f' ({words})' if words else ''}")
    try:
        _ = decoded.tst_info, decoded.signed_data
    except ValueError:
        raise ValueError("the reply says that it is granted, and holds no time stamp") from None
    return decoded


def _certificates(pem: bytes) -> list[Certificate]:
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415

    try:
        return load_pem_x509_certificates(pem)
    except ValueError:
        raise ValueError("the root is no certificate in PEM") from None


def _verify(decoded: Any, data: bytes, roots: list[Certificate]) -> None:  # noqa: ANN401
    from rfc3161_client import VerificationError, VerifierBuilder  # noqa: PLC0415

    if not roots:
        raise Untrusted("no root of an authority is trusted here")
    verifier = VerifierBuilder(roots=list(dict.fromkeys(roots))).build()
    try:
        verifier.verify_message(decoded, data)
    except (VerificationError, ValueError) as error:
        why = str(error)
        if any(words in why for words in _NOT_LED):
            raise Untrusted(
                "the certificates of the stamp lead to no root that is trusted here"
            ) from None
        raise ValueError(_in_words(why)) from None


def _in_words(why: str) -> str:
    if "has expired" in why or "not yet valid" in why:
        return "a certificate of the stamp was not valid at the time it states"
    if "Verify error: " in why:
        reason = why.partition("Verify error: ")[2].rstrip('"])} ')
        return f"the certificates of the stamp do not hold: {reason}"
    if "signer certificate not found" in why:
        return "the reply does not hold the certificate that signed it"
    if "pkcs7" in why:
        return "the signature of the stamp does not hold"
    return f"the stamp does not hold: {why.rstrip('.')}"


def _signer(decoded: Any) -> str:  # noqa: ANN401
    """The subject of the certificate that signed: the verifier has seen to it that it is there."""
    from cryptography.x509 import load_der_x509_certificate  # noqa: PLC0415

    (signed,) = decoded.signed_data.signer_infos
    for der in decoded.signed_data.certificates:
        certificate = load_der_x509_certificate(der)
        if (certificate.issuer, certificate.serial_number) == (signed.issuer, signed.serial_number):
            return certificate.subject.rfc4514_string()
    raise ValueError("the reply does not hold the certificate that signed it")
