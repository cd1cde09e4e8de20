"""Generations of the trail: what begins when an older store is put in place of a lost newer one.

The entries recorded since then exist no more, and their numbers would be given again, under the
same name, to others. So the restored store goes on under a new origin, and its first entry says for
good what was known before and what was left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.errors import NotDone
from govtrack.register import checkpoints, journal, memory
from govtrack.register.nouns import NOUNS, id_of
from govtrack.register.tables.generations import Generation
from govtrack.trail.note import encoded

if TYPE_CHECKING:
    from govtrack.register.recording import Recording
    from govtrack.trail.checkpoint import Checkpoint


def begun(recorded: Recording, known: Checkpoint | None = None) -> Generation:
    """Begin the next generation, from the store as it stands.

    `known` is the newest checkpoint that somebody holds of the lost store; by default what this
    machine remembers. `NotDone` where the store continues what is known: then nothing is lost.
    """
    connection = recorded.connection
    first, stands = journal.first_origin(connection), checkpoints.stated(connection)
    kept = memory.remembered(first)
    known = known or (kept.checkpoint if kept else None)
    if known and not checkpoints.contradiction(connection, known, "checkpoint that is known"):
        raise NotDone(
            f"the store continues all that is known of it (size {known.size}): nothing is lost, "
            "and no new generation is begun"
        )
    number = (memory.generation(stands.origin, first) or 1) + 1
    key = recorded.next_key("generation")
    row = Generation(
        key=key,
        id=id_of(NOUNS["generation"], key),
        number=number,
        origin=f"{first}/g{number}",
        known_size=known.size if known else None,
        known_root=encoded(known.root) if known else None,
        restored_size=stands.size,
        restored_root=encoded(stands.root),
        recorded_on=recorded.today.isoformat(),
    )
    recorded.session.add(row)
    recorded.describe("generation", key, "trail.restored")
    return row
