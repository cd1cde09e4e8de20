"""The keys that sign the trail, as records: added, retired, revoked (docs/security.md).

The register holds their public halves only. The private ones are files outside it, which
`key_changes` makes and moves together with these records.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from sqlmodel import col, select

from govtrack import clock
from govtrack.errors import NotDone, refuse, visible
from govtrack.register.nouns import NOUNS, id_of, key_of
from govtrack.register.tables.signing_keys import SigningKey
from govtrack.trail.keyring import ADDED, RETIRED, REVOKED

if TYPE_CHECKING:
    from datetime import datetime

    from govtrack.register.recording import Recording

How = Literal["founded", "rotated", "lost", "stolen"]
"""The first key; one that the key before it passed on to; one that replaces a key which nobody can
use any more, or which others might use too."""
NOUN = NOUNS["signing_key"]


def added(recorded: Recording, vkey: str, how: How, replaces: str | None = None) -> SigningKey:
    """Record a key that signs from now on; `replaces` is the id of the one before it."""
    key = recorded.next_key(NOUN.name)
    day = recorded.today.isoformat()
    row = SigningKey(
        key=key, id=id_of(NOUN, key), vkey=vkey, how=how, replaces=replaces, added_on=day,
        recorded_on=day,
    )  # fmt: skip
    recorded.session.add(row)
    recorded.describe(NOUN.name, key, ADDED)
    return row


def retired(recorded: Recording, which: str) -> SigningKey:
    """Record that a key signs no more; `NotDone` where that is so already."""
    row = find(recorded, which)
    if row.retired_on:
        raise NotDone(f"{row.id} was retired on {row.retired_on} already; nothing was recorded")
    row.retired_on = recorded.today.isoformat()
    recorded.describe(NOUN.name, row.key, RETIRED)
    return row


def revoked(recorded: Recording, which: str, since: datetime, why: str) -> SigningKey:
    """Record that a key's signatures are not believed from `since` on.

    A key that is revoked may be revoked from an earlier time, as when a theft turns out to be
    older; never from a later one.
    """
    if not why.strip():
        raise refuse("is empty: what happened to the key", field="--why")
    if since > recorded.at:
        raise refuse(f"{clock.instant_text(since)} is after now", field="--since")
    row, text = find(recorded, which), clock.instant_text(since)
    # a day's grace: days are counted in the organisation's zone
    if since.date() + timedelta(days=1) < date.fromisoformat(row.added_on):
        raise refuse(f"{text} is before {row.id} was added, on {row.added_on}", field="--since")
    if row.revoked_at and row.revoked_at <= text:
        raise NotDone(f"{row.id} is revoked from {row.revoked_at} on already; nothing was recorded")
    row.revoked_at, row.revoked_why = text, why
    recorded.describe(NOUN.name, row.key, REVOKED)
    return row


def find(recorded: Recording, which: str) -> SigningKey:
    """The key with that id; refused with those there are where there is none."""
    row = recorded.session.get(SigningKey, key_of(which, NOUN, field="KEY"))
    if row is None:
        ids = recorded.session.exec(select(SigningKey.id).order_by(col(SigningKey.key))).all()
        known = f"there are {', '.join(ids)}" if ids else "this trail has no signing key"
        raise refuse(f"there is no key {visible(which)}: {known}", field="KEY")
    return row
