"""The container of a backup: a tar of regular files, uncompressed, every header exactly ours.

tar, because any machine can list and unpack it in fifty years, it is written and read in one pass,
and a member cannot be larger than the file it stands in: evidence seldom compresses, and what is
not compressed cannot swell. Headers are POSIX ustar (a size beyond 8 GiB in base 256, as GNU tar
and bsdtar write it) with fixed owner, time and mode. A reader accepts a header only when it is,
byte for byte, the one that would be written for that name and size: so links, folders, devices,
sparse files and extended headers need no rule of their own.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BLOCK = 512
PIECE = 1 << 20
_FIELDS = struct.Struct("100s8s8s8s12s12s8s1s100s6s2s32s32s8s8s155s12x")
_OCTAL_SIZE = 8**11
_END = bytes(2 * BLOCK)


class Member(NamedTuple):
    """A file in the container: its name with `/` between folders, its size in bytes."""

    name: str
    size: int


def header(name: str, size: int, mode: int) -> bytes:
    """The 512 bytes before a member. Raises `ValueError` for a name that ustar cannot hold."""
    prefix, tail = _split(name.encode("utf-8"))
    length = b"%011o\0" % size if size < _OCTAL_SIZE else b"\x80" + size.to_bytes(11, "big")
    fields = [
        tail, b"%07o\0" % mode, b"%07o\0" % 0, b"%07o\0" % 0, length, b"%011o\0" % 0, b" " * 8,
        b"0", b"", b"ustar\0", b"00", b"", b"", b"%07o\0" % 0, b"%07o\0" % 0, prefix,
    ]  # fmt: skip
    fields[6] = b"%06o\0 " % sum(_FIELDS.pack(*fields))
    return _FIELDS.pack(*fields)


def _split(name: bytes) -> tuple[bytes, bytes]:
    if len(name) <= 100:  # noqa: PLR2004  (the field's length)
        return b"", name
    at = name.find(b"/", len(name) - 101)
    if at <= 0 or at > 155 or at == len(name) - 1:  # noqa: PLR2004  (the same)
        raise ValueError("its path is too long for a tar (255 bytes)")
    return name[:at], name[at + 1 :]


def written_end(file: BinaryIO) -> None:
    """Write what ends a container."""
    file.write(_END)


def padding(size: int) -> bytes:
    """The zeros that fill a member's last block."""
    return bytes(-size % BLOCK)


def members(file: BinaryIO, mode: Callable[[str], int]) -> Iterator[tuple[Member, Iterator[bytes]]]:
    """Each member with its bytes in pieces; pieces that are not asked for are passed over.

    `mode(name)` is the mode that a member of that name is written with. Raises `ValueError`, in
    words, for everything that is not such a container, bytes after its end too.
    """
    while True:
        block = _exactly(file, BLOCK, "a header")
        if block == bytes(BLOCK):
            break
        member = _member(block, mode)
        pieces = _pieces(file, member)
        yield member, pieces
        for _ in pieces:
            pass
        if any(_exactly(file, -member.size % BLOCK, member.name)):
            raise ValueError(f"{member.name}: bytes stand between its end and the next file")
    if _exactly(file, BLOCK, "the end") != bytes(BLOCK) or file.read(1):
        raise ValueError("bytes stand after its end")


def _member(block: bytes, mode: Callable[[str], int]) -> Member:
    fields = _FIELDS.unpack(block)
    tail, prefix = (fields[at].split(b"\0", 1)[0] for at in (0, 15))
    try:
        name = (prefix + b"/" + tail if prefix else tail).decode("utf-8")
        size = _size(fields[4])
        expected = header(name, size, mode(name))
    except (UnicodeDecodeError, ValueError):
        raise ValueError(f"the header of {tail!r} is damaged or not one of a backup") from None
    if block == expected:
        return Member(name, size)
    kind = fields[7]
    if _summed(block) and kind != b"0":
        raise ValueError(f"{name}: {_KINDS.get(kind, 'of a type that no backup has')}")
    raise ValueError(f"{name}: its header is damaged or not one of a backup")


_KINDS = {
    b"1": "a hard link",
    b"2": "a symbolic link",
    b"3": "a device",
    b"4": "a device",
    b"5": "a folder",
    b"6": "a pipe",
    b"S": "a sparse file",
    **dict.fromkeys((b"x", b"g", b"L", b"K"), "an extended header"),
}


def _size(field: bytes) -> int:
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    return int(field.rstrip(b"\0"), 8)


def _summed(block: bytes) -> bool:
    """Whether the header's own sum holds: then it was written so, and not damaged."""
    said = block[148:156].rstrip(b"\0 ")
    return said.isdigit() and int(said, 8) == sum(block[:148] + b" " * 8 + block[156:])


def _pieces(file: BinaryIO, member: Member) -> Iterator[bytes]:
    left = member.size
    while left:
        piece = file.read(min(PIECE, left))
        if not piece:
            raise ValueError(f"{member.name}: the file ends before it does (cut off)")
        left -= len(piece)
        yield piece


def _exactly(file: BinaryIO, count: int, what: str) -> bytes:
    data = file.read(count)
    if len(data) != count:
        raise ValueError(f"the file ends before {what} does (cut off)")
    return data
