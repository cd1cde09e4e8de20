"""A private key under a passphrase: PKCS#8 with PBES2, scrypt and AES-256-CBC (RFC 8018, RFC 7914).

Written here because the library's own writer stretches a passphrase with 2048 rounds of PBKDF2. The
cost is what OWASP's password storage cheat sheet gives for 16 MiB, so that openssl, which stops at
32 MiB, opens it too.
"""

from __future__ import annotations

import secrets

COST, BLOCK, PARALLEL = 2**14, 8, 5
_SALT = _IV = 16
_KEY = 32
_SEQUENCE, _INTEGER, _OCTETS = 0x30, 0x02, 0x04
_PBES2 = bytes.fromhex("06092a864886f70d01050d")
_SCRYPT = bytes.fromhex("06092b06010401da47040b")
_AES_256_CBC = bytes.fromhex("060960864801650304012a")


def sealed(private: bytes, passphrase: bytes) -> bytes:
    """The DER of an EncryptedPrivateKeyInfo over `private`, the DER of a PrivateKeyInfo."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415
    from cryptography.hazmat.primitives.padding import PKCS7  # noqa: PLC0415

    salt, iv = secrets.token_bytes(_SALT), secrets.token_bytes(_IV)
    key = Scrypt(salt, _KEY, COST, BLOCK, PARALLEL).derive(passphrase)
    padder = PKCS7(algorithms.AES256.block_size).padder()
    encryptor = Cipher(algorithms.AES256(key), modes.CBC(iv)).encryptor()
    hidden = encryptor.update(padder.update(private) + padder.finalize()) + encryptor.finalize()
    costs = b"".join(map(_integer, (COST, BLOCK, PARALLEL, _KEY)))
    derivation = _der(_SEQUENCE, _SCRYPT + _der(_SEQUENCE, _der(_OCTETS, salt) + costs))
    cipher = _der(_SEQUENCE, _AES_256_CBC + _der(_OCTETS, iv))
    scheme = _der(_SEQUENCE, _PBES2 + _der(_SEQUENCE, derivation + cipher))
    return _der(_SEQUENCE, scheme + _der(_OCTETS, hidden))


def _der(tag: int, content: bytes) -> bytes:
    """One element; those here are under 64 KiB."""
    size = len(content)
    if size < 0x80:  # noqa: PLR2004
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def _integer(number: int) -> bytes:
    # a byte more where the highest bit is set: integers in DER have a sign
    return _der(_INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))
