"""Bytes to text: UTF-8 unless another encoding is said; nothing is guessed in silence."""

from __future__ import annotations

import codecs

from govtrack.errors import BadInput, Problem, closest

FAMILIAR = (
    "utf-8",
    "cp1252",
    "utf-16",
    "iso-8859-1",
    "iso-8859-15",
    "cp1250",
    "cp437",
    "mac-roman",
)
_MARKS = ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
          (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


def text(data: bytes, file: str, encoding: str | None = None) -> str:
    """The text of `data` without a byte order mark.

    Raises `BadInput` naming the first byte that is not of the encoding, its line, and the
    encoding to say.
    """
    codec = _codec(encoding)
    if codec == "utf-8":
        codec = "utf-8-sig"
        if marked := next((name for mark, name in _MARKS if data.startswith(mark)), None):
            message = (
                f"byte 1, line 1: this is {marked.upper()}, not UTF-8: say --encoding {marked}"
            )
            raise BadInput(Problem(message, file))
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise BadInput(Problem(_not_decoded(data, error, encoding), file)) from None
    except UnicodeError as error:
        raise BadInput(Problem(f"is not {encoding}: {error}", file)) from None


def _codec(encoding: str | None) -> str:
    if encoding is None:
        return "utf-8"
    try:
        codec = codecs.lookup(encoding).name
        " ".encode(codec)
    except LookupError:
        message = f"'{encoding}' is not a text encoding such as {', '.join(FAMILIAR[:3])}"
        nearest = closest(encoding, FAMILIAR)
        raise BadInput(Problem(message, field="--encoding", nearest=nearest)) from None
    return codec


def _not_decoded(data: bytes, error: UnicodeDecodeError, encoding: str | None) -> str:
    line = data.count(b"\n", 0, error.start) + 1
    place = f"byte {error.start + 1} (0x{data[error.start]:02x}), line {line}"
    if encoding is not None:
        return f"{place}: not {encoding}"
    return f"{place}: not UTF-8: save it as UTF-8, or say --encoding cp1252 if it is from Windows"
