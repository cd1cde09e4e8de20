"""What the certification body decided, audited and agreed (ISO/IEC 17021-1 clause 9).

What contradicts itself is refused. What is only against the rules is kept and noted: it may be
the body that was wrong, and the register holds what happened.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import col, select

from govtrack.cycle.knobs import Knobs
from govtrack.cycle.records import AUDITS, DECISIONS, Agreement, Decision, ExternalAudit
from govtrack.cycle.standing import standing
from govtrack.errors import BadInput, Problem, closest, not_one_of
from govtrack.register.nouns import NOUNS, id_of
from govtrack.register.tables import certification as tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govtrack.register.recording import Recording


def decided(recorded: Recording, decision: Decision, knobs: Knobs | None = None) -> str:
    """Record a decision of the body; gives its id.

    Notes on the recording name what is out of its window (a grant during a running certification,
    a restoration too late). Raises `BadInput` with everything that contradicts itself.
    """
    problems = [*_unknown(decision.decision, DECISIONS, "decision"), *_contradictions(decision)]
    if problems:
        raise BadInput(problems)
    recorded.notes.extend(_remarks(recorded, decision, knobs or Knobs()))
    key = recorded.next_key("certification_decision")
    row = tables.CertificationDecision(
        key=key,
        id=id_of(NOUNS["certification_decision"], key),
        decision=decision.decision,
        decided_on=decision.decided_on.isoformat(),
        effective_on=_text(decision.effective_on),
        issued_on=_text(decision.issued_on),
        expires_on=_text(decision.expires_on),
        body=decision.body,
        number=decision.number,
        scope=decision.scope,
        reference=decision.reference,
        recorded_on=recorded.today.isoformat(),
    )
    recorded.session.add(row)
    return row.id


def audited(recorded: Recording, audit: ExternalAudit) -> str:
    """Record an audit held by the body; gives its id."""
    problems = _unknown(audit.audit, AUDITS, "audit")
    if audit.ended_on < audit.started_on:
        message = f"{audit.ended_on} is before the audit started, {audit.started_on}"
        problems.append(Problem(message, field="--end"))
    if problems:
        raise BadInput(problems)
    if audit.ended_on > recorded.today:
        recorded.notes.append(
            f"the audit ends on {audit.ended_on}, after today: it counts from that day"
        )
    key = recorded.next_key("external_audit")
    row = tables.ExternalAudit(
        key=key,
        id=id_of(NOUNS["external_audit"], key),
        audit=audit.audit,
        started_on=audit.started_on.isoformat(),
        ended_on=audit.ended_on.isoformat(),
        auditor=audit.auditor,
        reference=audit.reference,
        recorded_on=recorded.today.isoformat(),
    )
    recorded.session.add(row)
    return row.id


def agreed(recorded: Recording, agreement: Agreement) -> str:
    """Record what the body allowed in writing, and until when; gives its id.

    It is shown beside the rule's date, never instead of it.
    """
    problems = [
        Problem(f"is missing: {what}", field=field)
        for field, value, what in (
            ("--about", agreement.about, "what the body agreed to, such as 'second surveillance'"),
            ("--reference", agreement.reference, "the body's letter, as it can be found again"),
        )
        if not value.strip()
    ]
    if problems:
        raise BadInput(problems)
    key = recorded.next_key("agreement")
    row = tables.Agreement(
        key=key,
        id=id_of(NOUNS["agreement"], key),
        about=agreement.about,
        until_on=agreement.until.isoformat(),
        reference=agreement.reference,
        recorded_on=recorded.today.isoformat(),
    )
    recorded.session.add(row)
    return row.id


def _unknown(given: str, known: tuple[str, ...], field: str) -> list[Problem]:
    if given in known:
        return []
    return [Problem(not_one_of(given, known), field=field, nearest=closest(given, known))]


def _contradictions(decision: Decision) -> Iterator[Problem]:
    """An expiry that comes before the certificate begins."""
    expiry = decision.expires_on
    if expiry is None:
        return
    for name, begun in (
        ("issued", decision.issued_on),
        ("in effect", decision.effective_on),
        ("decided", decision.decided_on),
    ):
        if begun and expiry < begun:
            yield Problem(f"{expiry} is before it was {name}, {begun}", field="--expiry")
            return


def _remarks(recorded: Recording, decision: Decision, knobs: Knobs) -> Iterator[str]:
    """What is against the rules without contradicting itself."""
    on = decision.decided_on
    if on > recorded.today:
        yield f"the decision is dated {on}, after today: it counts from that day"
    if decision.effective_on and decision.effective_on < on:
        yield (
            f"the effective date {decision.effective_on} is before the decision, {on}: a "
            "certification cannot take effect before it is decided (ISO/IEC 17021-1 8.2.2); it "
            "counts from the decision"
        )
    if decision.issued_on and decision.issued_on < on:
        yield f"the certificate is issued on {decision.issued_on}, before the decision, {on}"
    yield from _out_of_window(recorded, decision, knobs)


def _out_of_window(recorded: Recording, decision: Decision, knobs: Knobs) -> Iterator[str]:
    """What the decisions recorded so far make of this one."""
    rows = recorded.session.exec(
        select(tables.CertificationDecision).order_by(col(tables.CertificationDecision.key))
    ).all()
    earlier = [one for row in rows if (one := _decision(row)).decided_on <= decision.decided_on]
    audits = [
        ExternalAudit(row.audit, _day(row.started_on), _day(row.ended_on))  # type: ignore[arg-type]
        for row in recorded.session.exec(select(tables.ExternalAudit))
    ]
    known = standing(earlier, audits, knobs).remarks
    for remark in standing([*earlier, decision], audits, knobs).remarks:
        if remark not in known:
            yield remark


def _decision(row: tables.CertificationDecision) -> Decision:
    return Decision(
        row.decision,  # type: ignore[arg-type]
        _day(row.decided_on),
        _day(row.effective_on) if row.effective_on else None,
        _day(row.issued_on) if row.issued_on else None,
        _day(row.expires_on) if row.expires_on else None,
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
