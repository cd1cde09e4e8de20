"""An entry of the trail: one change, the record as it stands afterwards, in canonical bytes.

The format is govtrack-trail/v1 (docs/trail.md). Integers and text only, so that any reader in any
language gives the same bytes.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import Any

from govtrack.trail.canonical import canonical, parsed

VERSION = 1
SALT = 16
FIELDS = frozenset(
    ("v", "trail", "seq", "at", "actor", "action", "reason", "subject", "after", "salt")
)


@dataclass(frozen=True, slots=True)
class Change:
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
    if missing := FIELDS - event.keys():
        raise ValueError(f"lacks {', '.join(sorted(missing))}")
    if event["v"] != VERSION:
        raise ValueError(f"has format version {event['v']}; this govtrack knows {VERSION}")
    subject = event["subject"]
    if not isinstance(subject, dict) or subject.keys() != {"type", "id", "version"}:
        raise ValueError("has a subject without type, id and version")
    return event
