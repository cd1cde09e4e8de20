"""Which entries of the trail a pack shows, and which only by the hash of their leaf.

An entry's salt is 16 random bytes: without them nobody can find out what a hidden entry says by
hashing guesses, however short its texts are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

ALWAYS = frozenset(
    {
        "workspace", "signing_key", "generation", "pack",
        "certification_decision", "external_audit", "agreement",
    }
)  # fmt: skip
"""Records that speak of the trail or of the whole management system: shown in every pack."""


class Scope(NamedTuple):
    """What a pack that does not show all entries shows: these ids, and what `ALWAYS` names."""

    evidence: frozenset[str]
    systems: frozenset[str]
    holds: frozenset[str]

    def shows(self, kind: str, identifier: str) -> bool:
        """Whether an entry about this record is shown."""
        return (
            kind in ALWAYS
            or (kind == "evidence" and identifier in self.evidence)
            or (kind == "ai_system" and identifier in self.systems)
            or (kind == "legal_hold" and identifier in self.holds)
        )


def scope(connection: sqlite3.Connection, evidence: Iterable[str], systems: Iterable[str]) -> Scope:
    """The scope of a pack that holds this evidence and these AI systems (ids).

    A legal hold is shown where all evidence it is about is in the pack.
    """
    kept = frozenset(evidence)
    held: dict[str, set[str]] = {}
    for hold, one in connection.execute(
        "SELECT legal_hold.id, legal_hold_evidence.evidence FROM legal_hold "
        "JOIN legal_hold_evidence ON legal_hold_evidence.hold = legal_hold.key"
    ):
        held.setdefault(hold, set()).add(one)
    return Scope(
        kept, frozenset(systems), frozenset(hold for hold, about in held.items() if about <= kept)
    )
