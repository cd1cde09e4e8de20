"""Audit packs handed over: what left the house, for which period, and the digest that fixes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from govtrack.register.nouns import NOUNS, id_of
from govtrack.register.tables.packs import Pack

if TYPE_CHECKING:
    from datetime import date

    from govtrack.register.recording import Recording


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFields:
    """What is said of a delivered pack; `digest` is the SHA-256 of its tagmanifest-sha256.txt.

    `trail_size` and `trail_root` (base64) are what the pack states of the trail.
    """

    year: int
    period_start: date
    period_end: date
    as_of: date
    digest: str
    files: int
    trail_size: int
    trail_root: str


def issued(recorded: Recording, fields: PackFields) -> str:
    """Record that a pack was delivered; gives its id."""
    key = recorded.next_key("pack")
    row = Pack(
        key=key,
        id=id_of(NOUNS["pack"], key),
        year=fields.year,
        period_start=fields.period_start.isoformat(),
        period_end=fields.period_end.isoformat(),
        as_of=fields.as_of.isoformat(),
        digest=fields.digest,
        files=fields.files,
        recorded_on=recorded.today.isoformat(),
        trail_size=fields.trail_size,
        trail_root=fields.trail_root,
    )
    recorded.session.add(row)
    recorded.describe("pack", key, "pack.issued")
    return row.id
