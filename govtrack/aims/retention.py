"""Retention: the bytes of an artefact go, under a rule that a person names; its record stays.

What may go is no longer in force (superseded, withdrawn, expired) and under no legal hold. Record,
hash and history stay, so the trail still shows what there was, that it was removed, by whom and
under which rule (ISO/IEC 42001, 7.5.3: retention and disposition).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.aims import links
from govtrack.errors import BadInput, Problem, refuse
from govtrack.register.nouns import EVIDENCE, key_of
from govtrack.register.tables.evidence import Evidence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govtrack.register.recording import Recording


class Purged(NamedTuple):
    """What was marked: ids, the SHA-256 of their files, and those that others name too, by whom.

    `standing` says of those that are `in force` or `a draft` still: purging takes nothing back.
    """

    evidence: tuple[str, ...]
    digests: frozenset[str]
    shared: dict[str, tuple[str, ...]]
    standing: dict[str, str]


def purge(
    recorded: Recording, which: Sequence[str], rule: str, *, in_force: bool = False
) -> Purged:
    """Mark the evidence as purged under `rule`; the bytes are removed after the commit.

    Raises `BadInput` with every id that is not there, is purged, is held, or is in force or only a
    draft while `in_force` does not say that this is meant.
    """
    if not rule.strip():
        raise refuse("expected some text: the retention rule that asks for it", field="--rule")
    ids = links.many_identified(recorded, "evidence", which, "EV")
    problems: list[Problem] = []
    rows = []
    for identifier in ids:
        row = recorded.session.get_one(Evidence, key_of(identifier, EVIDENCE))
        problems += [
            Problem(f"{identifier} {why}", field="EV")
            for why in _reasons(recorded, row, in_force=in_force)
        ]
        rows.append(row)
    if problems:
        raise BadInput(problems)
    today = recorded.today.isoformat()
    for row in rows:
        row.purged_on, row.purged_by = today, recorded.actor
        row.purged_why = rule
        recorded.session.add(row)
        recorded.describe("evidence", row.key, "evidence.purged")
    recorded.session.flush()
    digests = _digests(recorded, [row.key for row in rows])
    standing = {row.id: found for row in rows if (found := _standing(row, today))}
    return Purged(tuple(ids), frozenset(digests), _shared(recorded, digests), standing)


def _reasons(recorded: Recording, row: Evidence, *, in_force: bool) -> list[str]:
    """Why a piece of evidence may not be purged; empty where it may."""
    if row.purged_on:
        return [f"was purged on {row.purged_on} already"]
    found = []
    for hold, title in links.holds_on(recorded, row.id):
        found.append(
            f"is under the legal hold {hold} '{title}': lift it first with 'govtrack evidence "
            f"release {hold} --why TEXT'"
        )
    if not in_force and (standing := _standing(row, recorded.today.isoformat())):
        found.append(
            f"is {standing}: only what is superseded, withdrawn or expired may be purged; if "
            "it is meant all the same, say --in-force"
        )
    return found


def _standing(row: Evidence, today: str) -> str | None:
    """`in force` or `a draft`; None for evidence that is neither any longer."""
    if (row.withdrawn_on or "9") <= today or (row.superseded_on or "9") <= today:
        return None
    if row.approved_on is None or row.approved_on > today:
        return "a draft"
    return None if (row.valid_until or "9") < today else "in force"


def _digests(recorded: Recording, keys: Sequence[int]) -> set[str]:
    return {
        digest
        for key in keys
        for (digest,) in recorded.connection.execute(
            "SELECT sha256 FROM evidence_file WHERE evidence = ?", [key]
        )
    }


def _shared(recorded: Recording, digests: set[str]) -> dict[str, tuple[str, ...]]:
    """Of those bytes, the ones that evidence which is not purged names too, and its ids."""
    found: dict[str, tuple[str, ...]] = {}
    for digest in sorted(digests):
        owners = recorded.connection.execute(
            "SELECT DISTINCT id FROM evidence JOIN evidence_file ON evidence = key "
            "WHERE sha256 = ? AND purged_on IS NULL ORDER BY id",
            [digest],
        ).fetchall()
        if owners:
            found[digest] = tuple(owner for (owner,) in owners)
    return found
