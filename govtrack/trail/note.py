"""A signed note (C2SP signed-note): a text, an empty line, a line for each signature.

The text is what is signed, byte for byte, its last newline with it. A signature line is an em dash,
a space, the signer's name, a space, and in base64 four bytes that tell the signer's keys apart (the
key id) and the signature itself. Anybody may add a line; a reader heeds those of the keys it knows.

Nothing here says whether a signature holds: `signing` does.
"""

from __future__ import annotations

import base64
import binascii
import re
from hashlib import sha256
from typing import NamedTuple

ED25519 = 1
COSIGNATURE = 4
ALGORITHMS = {ED25519: "Ed25519", COSIGNATURE: "Ed25519 cosignature with a time"}
"""The kinds of signature that are known, by the number that a key and its id carry."""
KEY_ID = 4
PUBLIC = 32
LARGEST = 1_000_000
MOST = 100
_DASH = "\u2014"
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_HEX_ID = re.compile(r"[0-9a-f]{8}")
_SMALL_ORDER = frozenset(
    bytes.fromhex(one)
    for one in (
        "00" * 32,
        "01" + "00" * 31,
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    )
)
"""Points of small order, without the bit of the sign: under such a "key" forgeries hold."""


class Verifier(NamedTuple):
    """A public key with the name it signs under; `vkey` writes it in one line."""

    name: str
    key_id: bytes
    algorithm: int
    public: bytes


class Signature(NamedTuple):
    """A signature line: who says to have signed, with which key (4 bytes), and the signature."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"{_DASH} {self.name} {encoded(self.key_id + self.signature)}\n"


class Note(NamedTuple):
    """A text, with its last newline, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def written(self) -> bytes:
        """The note's bytes; without signatures it ends with the empty line."""
        return "".join((self.text, "\n", *(one.line() for one in self.signatures))).encode()


def key_id(name: str, algorithm: int, public: bytes) -> bytes:
    """The four bytes that stand before a signature: SHA-256(name, 0x0A, algorithm, key)[:4]."""
    return sha256(b"%b\n%c%b" % (name.encode(), algorithm, public)).digest()[:KEY_ID]


def vkey(name: str, public: bytes, algorithm: int = ED25519) -> str:
    """The public key in one line, `NAME+KEYID+KEY`; `ValueError` where it cannot be one."""
    _checked_name(name)
    checked_key(algorithm, public)
    hex_id = key_id(name, algorithm, public).hex()
    return f"{name}+{hex_id}+{encoded(bytes((algorithm,)) + public)}"


def parsed_vkey(text: str) -> Verifier:
    """The key that a line written by `vkey` says; white space around it is passed over.

    `ValueError` where it is malformed, of a kind that is not known, where the id is not that of the
    name and the key, or where the key is one under which anybody's signature would hold.
    """
    parts = text.strip().split("+", 2)
    if len(parts) != 3:  # noqa: PLR2004
        raise ValueError("is no key: a key is one line, NAME+KEYID+KEY")
    name, hex_id, key = parts
    _checked_name(name)
    if not _HEX_ID.fullmatch(hex_id):
        raise ValueError("has a key id that is not 8 digits of lower-case hex")
    data = decoded(key)
    if not data:
        raise ValueError("has no key in it")
    algorithm, public = data[0], data[1:]
    checked_key(algorithm, public)
    if bytes.fromhex(hex_id) != key_id(name, algorithm, public):
        raise ValueError("has a key id that is not that of its name and key")
    return Verifier(name, bytes.fromhex(hex_id), algorithm, public)


def signing_under(name: str, public: bytes) -> Verifier:
    """A trail's signing key under a name: its name is the origin, which changes in time."""
    return Verifier(name, key_id(name, ED25519, public), ED25519, public)


def fingerprint(verifier: Verifier) -> str:
    """What people compare: `SHA256:` and the key's SHA-256 in base64, as ssh writes it."""
    return fingerprint_of(verifier.public)


def fingerprint_of(public: bytes) -> str:
    """The same of a public key alone: the name under which it signs is not in it."""
    return f"SHA256:{encoded(sha256(public).digest()).rstrip('=')}"


def read(data: bytes, *, unsigned: bool = False) -> Note:
    """The note that `data` writes; with `unsigned` it may end with the empty line.

    `ValueError` says in words what is wrong with it.
    """
    written = _text(data)
    text, parting, lines = written.rpartition("\n\n")
    if not parting or not text:
        raise ValueError("has no empty line between its text and its signatures")
    if not lines and not unsigned:
        raise ValueError("has no signature line")
    if lines and not lines.endswith("\n"):
        raise ValueError("is cut off: its last line does not end")
    found = tuple(map(signature, lines.split("\n")[:-1]))
    if len(found) > MOST:
        raise ValueError(f"has more than {MOST} signatures")
    return Note(f"{text}\n", found)


def signature(line: str) -> Signature:
    """What a signature line says, without its newline; `ValueError` where it is none."""
    dash, _, rest = line.partition(" ")
    name, parting, armour = rest.partition(" ")
    if dash != _DASH or not parting:
        raise ValueError("has a line after the empty one that is no signature line")
    _checked_name(name)
    data = decoded(armour)
    if len(data) <= KEY_ID:
        raise ValueError("has a signature line without a signature")
    return Signature(name, data[:KEY_ID], data[KEY_ID:])


def checked_key(algorithm: int, public: bytes) -> None:
    """Refuse with `ValueError` what is no key that may be relied on."""
    if algorithm not in ALGORITHMS:
        raise ValueError(f"is a key of kind {algorithm}; this govtrack knows 1 and 4 (Ed25519)")
    if len(public) != PUBLIC:
        raise ValueError(f"has a key of {len(public)} bytes; one of Ed25519 has {PUBLIC}")
    if public[:-1] + bytes((public[-1] & 0x7F,)) in _SMALL_ORDER:
        raise ValueError("has a key of small order, under which forged signatures would hold")


def encoded(data: bytes) -> str:
    """Base64 as all of the trail writes it: the standard alphabet, with padding."""
    return base64.b64encode(data).decode("ascii")


def decoded(text: str) -> bytes:
    """The bytes that `encoded` wrote as `text`; `ValueError` for any other way to write them."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error):
        raise ValueError("has something else where base64 was expected") from None
    if encoded(data) != text:
        raise ValueError("has base64 that is not written in its one standard way")
    return data


def _text(data: bytes) -> str:
    if len(data) > LARGEST:
        raise ValueError(f"is larger than a note may be ({LARGEST} bytes)")
    try:
        written = data.decode()
    except UnicodeDecodeError:
        raise ValueError("is not valid UTF-8") from None
    if _CONTROL.search(written):
        raise ValueError("has a control character, which a note may not have (line ends are 0x0A)")
    return written


def _checked_name(name: str) -> None:
    """A name has no white space and no plus, or a line with it could be read in two ways."""
    if not name or "+" in name or any(one.isspace() for one in name) or _CONTROL.search(name):
        raise ValueError("has a signer's name that is empty, or has a space or a plus in it")
