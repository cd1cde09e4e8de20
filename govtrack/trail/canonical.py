"""Canonical JSON (RFC 8785): one value, one sequence of bytes.

orjson with sorted keys writes the same bytes as RFC 8785 asks for as long as object keys are ASCII
and there are no floats; both are required here, so nothing else can be written or accepted. A
property test holds it against an independent implementation of the RFC.
"""

from __future__ import annotations

import string
from types import NoneType
from typing import Any

import orjson

_PLAIN = frozenset((str, int, bool, NoneType))
_FORM = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER
_ALIKE = bytes.maketrans(b"[e", b",.")
_PASSED_OVER = b"-_" + (string.digits + string.ascii_letters).replace("e", "").encode()


def canonical(value: object) -> bytes:
    """The canonical bytes of `value`: no newline, no byte order mark.

    Raises `ValueError` where the value has a float, a key that is not ASCII, an integer beyond
    ±(2^53 - 1) or text that is not valid Unicode.
    """
    _check(value)
    return _dumped(value)


def _dumped(value: object) -> bytes:
    try:
        return orjson.dumps(value, option=_FORM)
    except orjson.JSONEncodeError as error:
        raise ValueError(str(error)) from None


def parsed(data: bytes) -> Any:  # noqa: ANN401  (JSON)
    """The value that `data` writes; `ValueError` where it is not written canonically."""
    value = orjson.loads(data)
    if not (data.isascii() and free_of_fractions(data)):
        _check(value)
    if _dumped(value) != data:
        raise ValueError("is JSON, but not written in the canonical form of RFC 8785")
    return value


def free_of_fractions(data: bytes) -> bool:
    """Whether a scan shows that no number in these bytes of JSON has a fraction or an exponent.

    The JSON is valid and without white space: a number follows `":`, `[` or `,`, or begins it all.
    Without digits and signs, what is left of a fraction begins there with a point or an `e`. Other
    letters are left out to have less to search. A text, and `true`, may look so too; then nothing
    is shown.
    """
    left = data.translate(_ALIKE, _PASSED_OVER)
    return not (b'":.' in left or b",." in left or left.startswith(b"."))


def _check(value: object) -> None:
    """Refuse what orjson would write otherwise than RFC 8785 does.

    Entries are checked by the hundred thousand, so what is plain is passed over in place.
    """
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if not "".join(one).isascii():
                raise ValueError("a key is not ASCII text")
            waiting += [inner for inner in one.values() if inner.__class__ not in _PLAIN]
        elif isinstance(one, list):
            waiting += [inner for inner in one if inner.__class__ not in _PLAIN]
        elif one.__class__ not in _PLAIN:
            raise ValueError(f"{type(one).__name__} is no text, integer, true, false or null")
