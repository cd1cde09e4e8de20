"""An entry of the trail: one change, the record as it stands afterwards, in canonical bytes.

The format is govtrack-trail/v1 (docs/trail.md). Integers and text only, so that any reader in any
language gives the same bytes.
"""

from __future__ import annotations

import base64
import secrets
from itertools import product
from types import NoneType
from typing import Any, NamedTuple

from govtrack.trail.canonical import canonical, parsed

VERSION = 1
SALT = 16
FIELDS: dict[str, tuple[type, ...]] = {
    "v": (int,),
    "trail": (str,),
    "seq": (int,),
    "at": (str,),
    "actor": (str,),
    "action": (str,),
    "reason": (str, NoneType),
    "subject": (dict,),
    "after": (dict, NoneType),
    "salt": (str,),
}
"""Every field of an entry and what it may hold; there are no others."""
SUBJECT: dict[str, tuple[type, ...]] = {"type": (str,), "id": (str,), "version": (int,)}
_ORDER, _SUBJECT_ORDER = tuple(sorted(FIELDS)), tuple(sorted(SUBJECT))
_TYPES = frozenset(product(*(FIELDS[name] for name in _ORDER)))
_SUBJECT_TYPES = frozenset(product(*(SUBJECT[name] for name in _SUBJECT_ORDER)))


class Change(NamedTuple):
    """What happened to one record: `after` is its whole state, None where nothing is left of it."""

    action: str
    subject_type: str
    subject_id: str
    subject_version: int
    after: dict[str, Any] | None


def written(
    change: Change, *, trail: str, seq: int, at: str, actor: str, reason: str | None
) -> bytes:
    """The entry's canonical bytes, with a fresh salt.

    The salt lets a pack show the hash of an entry without letting short texts in it be guessed.
    """
    return canonical(
        {
            "v": VERSION,
            "trail": trail,
            "seq": seq,
            "at": at,
            "actor": actor,
            "action": change.action,
            "reason": reason,
            "subject": {
                "type": change.subject_type,
                "id": change.subject_id,
                "version": change.subject_version,
            },
            "after": change.after,
            "salt": base64.b64encode(secrets.token_bytes(SALT)).decode("ascii"),
        }
    )


def read(data: bytes) -> dict[str, Any]:
    """The event that an entry's bytes say; `ValueError` says in words what is wrong with them."""
    event = parsed(data)
    if not isinstance(event, dict):
        raise ValueError("is not a JSON object")  # noqa: TRY004
    if event.get("v", VERSION) != VERSION:
        raise ValueError(f"has format version {event['v']}; this govtrack knows {VERSION}")
    # members stand in their order here; what is as it should be is known by that at once
    if tuple(event) != _ORDER or tuple(map(type, event.values())) not in _TYPES:
        _fits(event, FIELDS, "")
    subject = event["subject"]
    if tuple(subject) != _SUBJECT_ORDER or tuple(map(type, subject.values())) not in _SUBJECT_TYPES:
        _fits(subject, SUBJECT, "subject.")
    return event


def _fits(fields: dict[str, Any], expected: dict[str, tuple[type, ...]], inside: str) -> None:
    if fields.keys() != expected.keys():
        missing = ", ".join(f"{inside}{name}" for name in sorted(expected.keys() - fields.keys()))
        surplus = ", ".join(f"{inside}{name}" for name in sorted(fields.keys() - expected.keys()))
        raise ValueError(f"lacks {missing}" if missing else f"has {surplus}, which is unknown")
    for name, types in expected.items():
        # a bool is an int to Python, not to JSON
        if fields[name].__class__ not in types:
            raise ValueError(f"has {inside}{name} of another type than the format's")
