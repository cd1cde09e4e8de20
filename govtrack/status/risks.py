"""The AI risk register and treatment plan on a day, whole: what the document and the check show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.status import freshness, risk_rows
from govtrack.status.criteria import Adopted, in_force
from govtrack.status.findings import Finding, as_json
from govtrack.status.risk_check import findings
from govtrack.status.risk_process import Step, process
from govtrack.status.risk_traces import Trace, traces

if TYPE_CHECKING:
    import sqlite3
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.risk_rows import RiskRow

CHECK = "govtrack.risk-check/1"
REGISTER = "govtrack.risk-register/1"


class Register(NamedTuple):
    """The risks with all their steps, the criteria in force, lines to evidence, what is amiss.

    `systems` holds the ids that were asked for; empty, all are meant, and risks of the whole AIMS.
    """

    as_of: date
    systems: tuple[str, ...]
    criteria: Adopted | None
    risks: tuple[RiskRow, ...]
    traces: tuple[Trace, ...]
    findings: tuple[Finding, ...]
    process: tuple[Step, ...]


def register(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    day: date,
    systems: tuple[str, ...] = (),
    soon_days: int = freshness.SOON_DAYS,
) -> Register:
    """The register on `day`, of all systems or of those with the ids in `systems`."""
    adopted = in_force(connection, day)
    every = risk_rows.standing(connection, day, steps=True)
    risks = tuple(one for one in every if not systems or one.system in systems)
    lines = tuple(traces(connection, catalogue, day, soon_days, risks))
    amiss = findings(connection, day, adopted, risks, lines, systems)
    steps = process(catalogue, adopted, risks, amiss)
    return Register(day, systems, adopted, risks, lines, amiss, steps)


def check_json(found: Register) -> dict[str, Any]:
    """The check as the `govtrack.risk-check/1` document."""
    return {
        "format": CHECK,
        "as_of": found.as_of.isoformat(),
        "systems": list(found.systems),
        "criteria": found.criteria and found.criteria.id,
        "risks": len(found.risks),
        "process": [{**one._asdict(), "rmf": list(one.rmf)} for one in found.process],
        "findings": as_json(found.findings),
        "traces": list(map(_trace_json, found.traces)),
    }


def register_json(found: Register) -> dict[str, Any]:
    """The register as the `govtrack.risk-register/1` document."""
    return {
        "format": REGISTER,
        "as_of": found.as_of.isoformat(),
        "systems": list(found.systems),
        "criteria": found.criteria and found.criteria.id,
        "risks": list(map(risk_rows.whole, found.risks)),
        "traces": list(map(_trace_json, found.traces)),
        "findings": as_json(found.findings),
    }


def _trace_json(one: Trace) -> dict[str, Any]:
    control = one.control and {**one.control._asdict(), "evidence": list(one.control.evidence)}
    return {**one._asdict(), "control": control}
