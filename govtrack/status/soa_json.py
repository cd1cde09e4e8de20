"""The statement, its versions, differences and tests as JSON documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.status.findings import as_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from govtrack.status.soa import Control, Decision, Statement, Version
    from govtrack.status.soa_behind import Proof, Treated
    from govtrack.status.soa_check import Test
    from govtrack.status.soa_diff import Comparison


def shown(
    found: Statement, control: str | None = None, recorded_by: date | None = None
) -> dict[str, Any]:
    """The statement as the `govtrack.soa/1` document; of one control alone where it is named."""
    return {
        "format": "govtrack.soa/1",
        "as_of": found.day,
        "recorded_by": recorded_by and recorded_by.isoformat(),
        "system": found.system,
        "edition": found.edition,
        "version": found.version and _version(found.version),
        "latest": found.latest and _version(found.latest),
        "roles": list(found.roles),
        "counts": found.counts._asdict(),
        "controls": [
            _control(one, found.day) for one in found.controls if control in {None, one.control}
        ],
    }


def listed(found: Iterable[Version], day: date) -> dict[str, Any]:
    """Every version as the `govtrack.soa-versions/1` document."""
    return {
        "format": "govtrack.soa-versions/1",
        "as_of": day.isoformat(),
        "versions": list(map(_version, found)),
    }


def compared(found: Comparison) -> dict[str, Any]:
    """What differs as the `govtrack.soa-diff/1` document."""
    return {
        "format": "govtrack.soa-diff/1",
        "as_of": found.day,
        "from": found.before and found.before.version,
        "to": found.after and found.after.version,
        "changes": [one._asdict() for one in found.changes],
    }


def checked(found: Iterable[Test], day: date) -> dict[str, Any]:
    """The tests as the `govtrack.soa-check/1` document."""
    tests = tuple(found)
    return {
        "format": "govtrack.soa-check/1",
        "as_of": day.isoformat(),
        "passed": not any(one.findings for one in tests),
        "tests": [
            {
                "code": one.code,
                "question": one.question,
                "findings": len(one.findings),
                "result": one.result,
                "remark": one.remark,
            }
            for one in tests
        ],
        "findings": as_json(finding for one in tests for finding in one.findings),
    }


def _version(one: Version) -> dict[str, Any]:
    return one._asdict()


def _control(one: Control, day: str) -> dict[str, Any]:
    return {
        "control": one.control,
        "title": one.title,
        "additional": one.additional,
        "source": one.source,
        "standing": one.standing,
        "decision": one.decision and _decision(one.decision, day),
        "differences": [
            {
                **_decision(differing.decision, day),
                "evidence": _proof(differing.evidence),
                "risks": [_risk(risk, day) for risk in differing.risks],
            }
            for differing in one.differences
        ],
        "inputs": [{**source._asdict(), "refs": list(source.refs)} for source in one.inputs],
        "evidence": _proof(one.evidence),
        "risks": [_risk(risk, day) for risk in one.risks],
    }


def _risk(one: Treated, day: str) -> dict[str, Any]:
    accepted = one.accepted and dict(zip(("by", "on", "level"), one.accepted, strict=True))
    more = {"accepted": accepted, "impacts": list(one.impacts), "overdue": one.overdue(day)}
    found = {**one._asdict(), **more}
    del found["slug"]  # the system is named by its id here
    return found


def _decision(one: Decision, day: str) -> dict[str, Any]:
    because = [{"kind": kind, "reference": what} for kind, what in one.because]
    return {**one._asdict(), "because": because, "overdue": one.overdue(day)}


def _proof(one: Proof) -> dict[str, Any]:
    lists = {
        "ids": list(one.ids),
        "kinds": list(one.kinds),
        "systems": list(map(list, one.systems)),
    }
    return {**one._asdict(), **lists}
