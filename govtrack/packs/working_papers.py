"""The working papers as a pack holds them: what the register says of each on the pack's day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.status import attestation, impacts, profile, risks, soa_paper

if TYPE_CHECKING:
    import sqlite3
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue


class WorkingPapers(NamedTuple):
    """The Statement of Applicability, the organisation's profile and attestation, both registers.

    Each is the value its document says; the findings in it are those of the check of its name.
    """

    soa: soa_paper.Paper
    profile: profile.Paper
    attestation: attestation.Paper
    risks: risks.Register
    impacts: impacts.ImpactRegister


def working_papers(
    connection: sqlite3.Connection, catalogue: Catalogue, day: date, systems: tuple[str, ...] = ()
) -> WorkingPapers:
    """All papers on `day`; with `systems` (ids) the registers speak of these alone."""
    return WorkingPapers(
        soa_paper.paper(connection, catalogue, day),
        profile.paper(connection, catalogue, day),
        attestation.paper(connection, catalogue, day),
        risks.register(connection, catalogue, day, systems),
        impacts.register(connection, catalogue, day, systems),
    )
