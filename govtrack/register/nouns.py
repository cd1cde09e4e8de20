"""The nouns of the register, as plain data: which table holds each, which tables hold its lists.

A record is its root row with its lists. The first column of a list's table names the record it
belongs to (the root's `key`); a list with one further column is a list of plain values.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from govtrack.errors import BadInput, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping


class Noun(NamedTuple):
    """A kind of record: the name in entries (also its root table), its id's letters, its lists."""

    name: str
    code: str
    lists: Mapping[str, str] = MappingProxyType({})


NOUNS = {
    noun.name: noun
    for noun in (
        Noun("workspace", "WS"),
        Noun("ai_system", "SYS", {"roles": "ai_system_role"}),
        Noun(
            "evidence",
            "EV",
            {
                "files": "evidence_file",
                "supersedes": "evidence_supersedes",
                "systems": "evidence_system",
                "tags": "evidence_tag",
            },
        ),
        Noun("certification_decision", "CD"),
        Noun("external_audit", "XA"),
        Noun("agreement", "AG"),
        Noun("pack", "PK"),
        Noun(
            "risk_criteria",
            "RC",
            {
                "acceptable": "risk_acceptable",
                "consequences": "risk_consequence",
                "levels": "risk_level",
                "likelihoods": "risk_likelihood",
                "matrix": "risk_matrix",
            },
        ),
        Noun(
            "risk",
            "R",
            {
                "acceptances": "risk_acceptance",
                "affected": "risk_affected",
                "assessments": "risk_assessment",
                "controls": "risk_control",
                "sources": "risk_source",
                "treatments": "risk_treatment",
            },
        ),
        Noun(
            "impact_assessment",
            "IA",
            {
                "consulted": "impact_consulted",
                "effects": "impact_effect",
                "evidence": "impact_evidence",
                "risks": "impact_risk",
            },
        ),
        Noun("applicability", "AD", {"because": "applicability_because"}),
        Noun("additional_control", "AC"),
        Noun("soa", "SOA", {"rows": "soa_row"}),
        Noun("profile", "PF"),
        Noun("profile_row", "PR"),
        Noun(
            "attestation",
            "AT",
            {"evidence": "attestation_evidence", "outcomes": "attestation_outcome"},
        ),
        Noun("signing_key", "KEY"),
        Noun("generation", "GN"),
        Noun("legal_hold", "LH", {"evidence": "legal_hold_evidence"}),
    )
}

EVIDENCE = NOUNS["evidence"]

BY_CODE = {noun.code: noun for noun in NOUNS.values()}
BY_TABLE = {table: noun for noun in NOUNS.values() for table in (noun.name, *noun.lists.values())}
YEAR = 10_000_000
"""A key is year x YEAR + number, so keys sort as ids do and a year is a range of keys."""


def id_of(noun: Noun, key: int) -> str:
    """`EV-2025-0001` for key 20250000001."""
    return f"{noun.code}-{key // YEAR}-{key % YEAR:04d}"


def key_of(identifier: str, noun: Noun | None = None, *, field: str | None = None) -> int:
    """The key of an id as people write it (`ev-2025-1` too); refused where it is not such an id."""
    expected = f"{noun.code}-2025-0001" if noun else "EV-2025-0001"
    code, _, rest = identifier.strip().upper().partition("-")
    year, _, number = rest.partition("-")
    known = code == noun.code if noun else code in BY_CODE
    if not known or not _digits(year, 4, 4) or not _digits(number, 1, 7) or int(number) == 0:
        raise refuse(f"'{identifier}' is not an id such as {expected}", field=field)
    return int(year) * YEAR + int(number)


def reads_as_id(text: str) -> bool:
    """Whether people would read `text` as the id of a record, of whichever noun."""
    try:
        key_of(text)
    except BadInput:
        return False
    return True


def _digits(text: str, least: int, most: int) -> bool:
    return text.isascii() and text.isdigit() and least <= len(text) <= most
