"""What a finding of `verify` means, and what to do about it: the table of docs/trail.md.

In the order in which they are said. One change shows in several places: whoever changes an entry
also leaves another leaf hash, another root and rows that no longer agree. `within` are the codes
that say it already, so that the same thing is not said three times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Meaning(NamedTuple):
    """Codes of findings, what happened, what to do; `within` whose meaning it is not said again."""

    codes: tuple[str, ...]
    happened: str
    to_do: str
    within: tuple[str, ...] = ()


RESTORE = "Restore a backup: 'govtrack restore FILE DIR'."
_KEEP = "Keep this store as it is, to look into; restore a backup: 'govtrack restore FILE DIR'."
_DAMAGED = ("damaged", "unreadable")
_TABLES = ("constraint", "foreign-key", "table", "unknown-table", "trigger")
_ENTRIES = ("gap", "leaf-hash", "entry", "entry-columns", "origin", "subject", "version")
_STATES = ("memory", "since")

MEANINGS = (
    Meaning(_DAMAGED, "The register's file is damaged.", RESTORE),
    Meaning(
        _ENTRIES,
        "Entries were changed, moved or removed after they were recorded.",
        _KEEP,
    ),
    Meaning(
        _STATES,
        "The store is older than what is remembered or kept of it, or does not continue it.",
        "Put the newer store back; where it is lost, see 'govtrack trail restore --help'.",
        _ENTRIES,
    ),
    Meaning(
        ("tree", "size", "root", "peaks"),
        "The tree kept beside the entries is not theirs: entries or tree were changed.",
        _KEEP,
        (*_DAMAGED, *_ENTRIES),
    ),
    Meaning(
        ("checkpoint",),
        "A checkpoint that was kept is not one over these entries.",
        _KEEP,
        (*_DAMAGED, *_ENTRIES, *_STATES),
    ),
    Meaning(
        ("row", "row-without-entry", "entry-without-row", "replay", "rebuild"),
        "A record was changed past govtrack: it is not what its entries say.",
        _KEEP,
        (*_DAMAGED, *_ENTRIES),
    ),
    Meaning(
        _TABLES,
        "The register's tables or rules were changed past govtrack.",
        _KEEP,
        _DAMAGED,
    ),
    Meaning(
        ("object-hash", "object-size"),
        "An artefact's bytes are not those recorded.",
        "Put the recorded file back from a backup, or from whoever made it, and verify again.",
    ),
    Meaning(
        ("object-missing", "object-unreadable"),
        "An artefact's bytes are not there, or cannot be read.",
        "Put the recorded file back from a backup, or from whoever made it, and verify again.",
    ),
    Meaning(
        ("object-mode",),
        "An artefact's file may be written by somebody.",
        "Take the right to write away (chmod 0400), and find out who gave it.",
    ),
    Meaning(
        ("checkpoint-file",),
        "The file trail/checkpoint is not what the register signed.",
        "Where nothing else is found, 'govtrack trail sign' writes it again; do not hand it out.",
        _STATES,
    ),
    Meaning(
        ("signature", "key-chain", "stranger"),
        "Somebody signed, or named as a key, what the known signing key does not vouch for.",
        "Compare the fingerprints with those noted elsewhere; see docs/security.md.",
    ),
    Meaning(
        ("timestamp", "cosignature"),
        "What an authority or a witness is said to have confirmed does not hold.",
        "Ask them for theirs again; do not rely on the one that is kept.",
        _ENTRIES,
    ),
    Meaning(
        ("unsigned",),
        "Not all entries are signed by a key that is known from outside.",
        "Run 'govtrack trail sign' where the key is, or name the key with --key.",
    ),
)


def meant(codes: Iterable[str]) -> list[Meaning]:
    """What these findings mean together, each once, the cause before what follows from it."""
    found = set(codes)
    return [
        one for one in MEANINGS if not found.isdisjoint(one.codes) and found.isdisjoint(one.within)
    ]
