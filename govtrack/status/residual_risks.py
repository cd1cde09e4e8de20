"""Risks left on a day, for whoever relies on what is declared (MANAGE 1.4; 6.1.3, 8.3).

Open risks that are above what the criteria accept, or that nobody assessed, and those whose level
somebody accepted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.status import risk_rows

if TYPE_CHECKING:
    import sqlite3
    from datetime import date


class Residual(NamedTuple):
    """An open risk that is not assessed, above acceptance, or accepted by somebody.

    `level` is where it stands on the day, `above` whether the criteria accept less than that. An
    acceptance that has lapsed or is of a lower level is none.
    """

    id: str
    title: str
    level: str | None
    assessed_on: str | None
    above: bool
    accepted_by: str | None
    accepted_on: str | None
    accepted_level: str | None
    until: str | None


def residual(connection: sqlite3.Connection, day: date, system: str | None) -> tuple[Residual, ...]:
    """What is left on the day: of a system with what concerns none in particular, or of all."""
    found = (
        _one(row)
        for row in risk_rows.standing(connection, day, risk_rows.Wanted(open=True))
        if system is None or row.system in {None, system}
    )
    return tuple(one for one in found if one.level is None or one.above or one.accepted_by)


def _one(row: risk_rows.RiskRow) -> Residual:
    accepted = (row.accepted_by, row.accepted_on, row.accepted_level, row.accepted_until)
    return Residual(
        row.id,
        row.title,
        row.level,
        row.assessed_on,
        bool(row.above_acceptable),
        *(accepted if row.covered else (None, None, None, None)),
    )
