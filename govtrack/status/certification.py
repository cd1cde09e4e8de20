"""The certification as it is read: the body's records, and the cycle they add up to."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from govtrack.cycle import certification
from govtrack.cycle.records import Agreement, Decision, ExternalAudit

if TYPE_CHECKING:
    import sqlite3

    from govtrack.cycle.certification import CycleState
    from govtrack.cycle.knobs import Knobs

FORMAT = "govtrack.certification/1"
_CERTIFICATE = ("body", "number", "scope")


def cycle_state(connection: sqlite3.Connection, knobs: Knobs, as_of: date) -> CycleState:
    """The certification cycle on `as_of`, from everything recorded."""
    return certification.state(
        decisions(connection), audits(connection), agreements(connection, as_of), as_of, knobs
    )


def decisions(connection: sqlite3.Connection) -> list[Decision]:
    """The body's decisions, in the order they were recorded."""
    rows = connection.execute(
        "SELECT decision, decided_on, effective_on, issued_on, expires_on, body, number, scope, "
        "reference FROM certification_decision ORDER BY key"
    )
    return [
        Decision(
            row[0],
            _day(row[1]),
            _day_or_none(row[2]),
            _day_or_none(row[3]),
            _day_or_none(row[4]),
            *row[5:],
        )
        for row in rows
    ]


def audits(connection: sqlite3.Connection) -> list[ExternalAudit]:
    """The external audits, in the order they were recorded."""
    rows = connection.execute(
        "SELECT audit, started_on, ended_on, auditor, reference FROM external_audit ORDER BY key"
    )
    return [ExternalAudit(row[0], _day(row[1]), _day(row[2]), row[3], row[4]) for row in rows]


def agreements(connection: sqlite3.Connection, as_of: date) -> list[Agreement]:
    """What the body allowed in writing, as recorded by `as_of`: a letter has no date of its own."""
    rows = connection.execute(
        "SELECT about, until_on, reference FROM agreement WHERE recorded_on <= ? ORDER BY key",
        [as_of.isoformat()],
    )
    return [Agreement(row[0], _day(row[1]), row[2]) for row in rows]


def document(connection: sqlite3.Connection, state: CycleState) -> dict[str, Any]:
    """The certificate and every record behind it, as the `govtrack.certification/1` document.

    Decisions and audits dated after the state's day are left out, agreements recorded after it.
    """
    day = state.as_of.isoformat()
    decided = _rows(connection, "certification_decision", "decided_on", day)
    return {
        "format": FORMAT,
        "as_of": day,
        "status": state.status,
        "certificate": _certificate(decided, state),
        "decisions": decided,
        "audits": _rows(connection, "external_audit", "ended_on", day),
        "agreements": _rows(connection, "agreement", "recorded_on", day),
    }


def _certificate(decided: list[dict[str, Any]], state: CycleState) -> dict[str, Any] | None:
    """What the certificate says: the last word on each of its parts."""
    if state.cycle is None:
        return None
    said: dict[str, Any] = {}
    for row in decided:
        said.update({name: row[name] for name in (*_CERTIFICATE, "issued_on") if row[name]})
    return {
        **{name: said.get(name) for name in _CERTIFICATE},
        "decided_on": state.cycle.decision.isoformat(),
        "effective_on": state.cycle.effective.isoformat(),
        "issued_on": said.get("issued_on"),
        "expires_on": state.cycle.expiry.isoformat(),
        "expiry_source": state.cycle.expiry_source,
    }


def _rows(connection: sqlite3.Connection, table: str, dated: str, day: str) -> list[dict[str, Any]]:
    """The rows of a table dated up to `day`, by date, without their keys."""
    found = connection.execute(
        f"SELECT * FROM {table} WHERE {dated} <= ? ORDER BY {dated}, key",  # noqa: S608
        [day],
    )
    return [{name: row[name] for name in row.keys() if name != "key"} for row in found]  # noqa: SIM118


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _day_or_none(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
