"""Legal holds: evidence whose bytes may not be removed while a matter is open.

A hold does not change the evidence: it stands beside it, with who placed it, when and for what,
and later who lifted it and why. Several holds may be on one artefact; each is lifted by itself.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from govtrack.aims import links
from govtrack.errors import BadInput, Problem, refuse
from govtrack.register.nouns import NOUNS, id_of, key_of
from govtrack.register.tables import evidence as _evidence  # noqa: F401  (a hold refers to it)
from govtrack.register.tables.holds import LegalHold, LegalHoldEvidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govtrack.register.recording import Recording

HOLD = NOUNS["legal_hold"]


def place(recorded: Recording, which: Sequence[str], title: str) -> int:
    """Place a hold on these pieces of evidence; gives its key.

    Raises `BadInput` with every id that is not there, or whose bytes are purged already.
    """
    if not title.strip():
        raise refuse("expected some text: what the hold is for", field="--title")
    held = links.many_identified(recorded, "evidence", which, "EV")
    gone = recorded.connection.execute(
        "SELECT id, purged_on FROM evidence WHERE purged_on IS NOT NULL "
        "AND id IN (SELECT value FROM json_each(?))",
        [json.dumps(held)],
    ).fetchall()
    if gone:
        raise BadInput(
            Problem(f"{identifier} was purged on {day}: there is nothing left to hold", field="EV")
            for identifier, day in gone
        )
    key, today = recorded.next_key("legal_hold"), recorded.today.isoformat()
    recorded.session.add(
        LegalHold(
            key=key,
            id=id_of(HOLD, key),
            title=title,
            placed_by=recorded.actor,
            placed_on=today,
            recorded_on=today,
        )
    )
    recorded.session.flush()
    recorded.session.add_all(LegalHoldEvidence(hold=key, evidence=one) for one in held)
    recorded.describe("legal_hold", key, "legal_hold.placed")
    return key


def lift(recorded: Recording, which: str, why: str) -> int:
    """Lift a hold; it stays on record. Raises `BadInput` where it was lifted before."""
    if not why.strip():
        raise refuse("expected some text: why the hold is lifted", field="--why")
    row = recorded.session.get(
        LegalHold, key_of(links.identified(recorded, "legal_hold", which, "LH"))
    )
    assert row is not None  # noqa: S101  (links found it)
    if row.lifted_on:
        raise refuse(f"{row.id} was lifted on {row.lifted_on} by {row.lifted_by}", field="LH")
    row.lifted_by, row.lifted_on, row.lifted_why = recorded.actor, recorded.today.isoformat(), why
    recorded.session.add(row)
    recorded.describe("legal_hold", row.key, "legal_hold.lifted")
    return row.key
