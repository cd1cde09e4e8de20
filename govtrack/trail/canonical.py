"""Canonical JSON (RFC 8785): one value, one sequence of bytes.

orjson with sorted keys writes the same bytes as RFC 8785 asks for as long as object keys are ASCII
and there are no floats; both are required here, so nothing else can be written or accepted. A
property test holds it against an independent implementation of the RFC.
"""

from __future__ import annotations

from typing import Any

import orjson

EXACT = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly."""


def canonical(value: object) -> bytes:
    """The canonical bytes of `value`: no newline, no byte order mark.

    Raises `ValueError` where the value has a float, a key that is not ASCII, an integer beyond
    ±(2^53 - 1) or text that is not valid Unicode.
    """
    _check(value)
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:
        raise ValueError(str(error)) from None


def parsed(data: bytes) -> Any:  # noqa: ANN401  (JSON)
    """The value that `data` writes; `ValueError` where it is not written canonically."""
    value = orjson.loads(data)
    _check(value)
    if orjson.dumps(value, option=orjson.OPT_SORT_KEYS) != data:
        raise ValueError("is JSON, but not written in the canonical form of RFC 8785")
    return value


def _check(value: object) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise ValueError(f"the key {key!r} is not ASCII text")
            _check(inner)
    elif isinstance(value, list):
        for inner in value:
            _check(inner)
    else:
        _check_plain(value)


def _check_plain(value: object) -> None:
    if isinstance(value, int):
        if abs(value) > EXACT:
            raise ValueError(f"{value} is beyond ±(2^53 - 1)")
    elif not isinstance(value, str | None):
        raise ValueError(f"{type(value).__name__} is not text, an integer, true, false or null")  # noqa: TRY004
