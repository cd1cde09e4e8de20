"""What falls due in the certification cycle, in the order in which it has to be done.

The external audit examines the internal audit and the management review (ISO/IEC 17021-1
9.6.2.2), and the review needs the internal audit's results (ISO/IEC 42001 9.3): so before each
external audit stands an internal audit, and after that a management review. Lead times are
reminders, not rules (R-21, R-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from govtrack.cycle.recurrence import days_between, days_from, months_from

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator

    from govtrack.cycle.certification import CycleState
    from govtrack.cycle.knobs import Knobs
    from govtrack.cycle.records import Agreement
    from govtrack.cycle.surveillance import Surveillance

Kind = Literal[
    "surveillance", "recertification", "restoration", "internal_audit", "management_review",
    "agreement",
    "evidence_expiry", "evidence_review", "late_recording",
    "impact_review",
    "risk_review", "risk_treatment", "risk_acceptance",
    "applicability", "soa_review",
    "profile_action", "profile_review", "attestation",
]  # fmt: skip

AUDIT = "govtrack certification record audit {audit} --start DATE --end DATE"
DECISION = "govtrack certification record decision {decision} --on DATE --expiry DATE"
REPORT = "govtrack add-evidence FILE --kind {kind} --prepared-on DATE"
INTERNAL_AUDIT = "internal-audit-report"
MANAGEMENT_REVIEW = "management-review-minutes"
_ORDINALS = {1: ("first", "1"), 2: ("second", "2"), 3: ("third", "3")}


class Due(NamedTuple):
    """One thing that falls due.

    `date` is the last day on which it is in time; `days` counts to it (negative once passed);
    `plan` is an earlier day to plan to, where there is one. `key` stays the same while the dates
    move. `remind` holds the days on which to be reminded, the first being when it is first shown.
    What is settled or cancelled is kept so that a calendar can be told. `term` is a term of the
    vocabulary (its id) that begins the subject or stands in the source, as it is written there.
    """

    key: str
    kind: Kind
    subject: str
    date: dt.date
    days: int
    overdue: bool
    rule: str
    source: str
    settle: str
    plan: dt.date | None = None
    remind: tuple[dt.date, ...] = ()
    standing: Literal["open", "settled", "cancelled"] = "open"
    term: tuple[str, str] | None = None


class Held(NamedTuple):
    """The days on which internal audits and management reviews were held."""

    internal_audits: tuple[dt.date, ...] = ()
    management_reviews: tuple[dt.date, ...] = ()


def due(state: CycleState, knobs: Knobs, held: Held) -> tuple[Due, ...]:
    """What the cycle makes due, by date; what is settled or cancelled among it."""
    found = [
        *_surveillances(state, knobs, held),
        *_recertification(state, knobs, held),
        *_other_agreements(state),
    ]
    return tuple(sorted(found, key=lambda one: one.date))


def _surveillances(state: CycleState, knobs: Knobs, held: Held) -> Iterator[Due]:
    if state.cycle is None:
        return
    for one in state.surveillance:
        external = _surveillance(one, state, knobs)
        if external.standing == "open":
            yield from _preparation(external, state.as_of, knobs, held)
        yield external


def _surveillance(one: Surveillance, state: CycleState, knobs: Knobs) -> Due:
    decision = state.cycle.decision if state.cycle else one.target
    standing: Literal["open", "settled", "cancelled"] = "open"
    if one.held:
        standing = "settled"
    elif one.state == "cancelled":
        standing = "cancelled"
    source = "ISO/IEC 17021-1 9.1.3.3"
    if one.n > 1 and knobs.second_surveillance != "calendar_year":
        source += f"; {knobs.source('second_surveillance')}"
    elif one.n == 1 and one.rule == "R-05" and knobs.twelve_months_after_recertification:
        source += f"; {knobs.source('twelve_months_after_recertification')}"
    return Due(
        key=f"surveillance-{one.n}-{decision}",
        kind="surveillance",
        subject=f"surveillance {one.n}",
        date=one.latest,
        days=days_between(state.as_of, one.latest),
        overdue=one.state == "overdue",
        rule=one.rule,
        source=source + _agreed(state, "surveillance", one.n),
        settle=AUDIT.format(audit="surveillance"),
        plan=_plan(one, state),
        remind=_leads(one.plan, knobs.surveillance_lead_months),
        standing=standing,
    )


def _plan(one: Surveillance, state: CycleState) -> dt.date | None:
    """What the body wrote, else the anniversary, as long as it lies ahead and before the latest."""
    written = [agreement.until for agreement in _agreements(state, "surveillance", one.n)]
    for day in (*reversed(written), one.target):
        if state.as_of <= day < one.latest:
            return day
    return None


def _recertification(state: CycleState, knobs: Knobs, held: Held) -> Iterator[Due]:
    cycle, dates = state.cycle, state.recertification
    if cycle is None or dates is None or state.status in {"withdrawn", "not_certified"}:
        return
    months = knobs.recertification_audit_months_before
    plan = months_from(cycle.expiry, -months) if months else None
    if dates.audit_held:
        settle = DECISION.format(decision="renew")
    else:
        settle = AUDIT.format(audit="recertification")
    if state.as_of > cycle.expiry:
        settle = DECISION.format(decision="grant")
        if state.status == "expired_restorable":
            settle = DECISION.format(decision="restore")
    external = Due(
        key=f"recertification-{cycle.decision}",
        kind="recertification",
        subject=_recertification_subject(state),
        date=cycle.expiry,
        days=days_between(state.as_of, cycle.expiry),
        overdue=state.as_of > cycle.expiry,
        rule="R-09, R-10",
        source=f"expiry, {cycle.expiry_source}; ISO/IEC 17021-1 9.6.3.2"
        + _agreed(state, "recertification"),
        settle=settle,
        plan=plan if plan and not dates.audit_held and plan >= state.as_of else None,
        remind=_leads(cycle.expiry, knobs.recertification_lead_months),
    )
    if dates.audit_held is None and state.as_of <= cycle.expiry:
        yield from _preparation(external, state.as_of, knobs, held)
    yield external
    if state.status == "expired_restorable":
        yield Due(
            key=f"restoration-{cycle.decision}",
            kind="restoration",
            subject="restoration: outstanding activities completed and decided",
            date=dates.restore_latest,
            days=days_between(state.as_of, dates.restore_latest),
            overdue=False,
            rule="R-11",
            source="ISO/IEC 17021-1 9.6.3.2.5",
            settle=DECISION.format(decision="restore"),
            remind=(cycle.expiry, *_leads(dates.restore_latest, (3, 1))),
        )


def _recertification_subject(state: CycleState) -> str:
    if state.recertification and state.recertification.audit_held:
        return f"recertification decision (audit held on {state.recertification.audit_held})"
    return "recertification: audit, corrections verified, decision"


def _preparation(external: Due, as_of: dt.date, knobs: Knobs, held: Held) -> Iterator[Due]:
    """The internal audit, then the management review, before an external audit."""
    audit_day = external.plan or external.date
    since = months_from(audit_day, -knobs.internal_audit_interval_months)
    audit = max((day for day in held.internal_audits if since <= day <= audit_day), default=None)
    since = months_from(audit_day, -knobs.management_review_interval_months)
    reviews = [day for day in held.management_reviews if since <= day <= audit_day]
    review = max(reviews, default=None)
    in_order = audit is not None and review is not None and audit <= review
    before = f"before {external.kind} {external.subject.partition(' ')[2]}".partition(":")[0]
    if external.kind == "recertification":
        before = "before the recertification audit"
    early = ""
    if review is not None and not in_order:
        early = f" (the one of {review} came before the internal audit, so without its results)"
    shown = external.remind[0] if external.remind else as_of
    yield _prepared(
        f"internal_audit-{external.key}", "internal_audit", f"internal audit {before}",
        days_from(audit_day, -knobs.internal_audit_days_before), as_of, shown,
        f"ISO/IEC 42001 9.2; {knobs.source('internal_audit_days_before')}",
        INTERNAL_AUDIT, done=audit is not None,
    )  # fmt: skip
    yield _prepared(
        f"management_review-{external.key}", "management_review",
        f"management review {before}{early}",
        days_from(audit_day, -knobs.management_review_days_before), as_of, shown,
        f"ISO/IEC 42001 9.3; {knobs.source('management_review_days_before')}",
        MANAGEMENT_REVIEW, done=in_order,
    )  # fmt: skip


def _prepared(  # noqa: PLR0913, PLR0917  (one line of the list, written out twice above)
    key: str,
    kind: Kind,
    subject: str,
    day: dt.date,
    as_of: dt.date,
    shown: dt.date,
    source: str,
    evidence: str,
    *,
    done: bool,
) -> Due:
    left = days_between(as_of, day)
    return Due(
        key, kind, subject, day, left, overdue=left < 0 and not done, rule="R-22", source=source,
        settle=REPORT.format(kind=evidence), remind=(min(shown, day), days_from(day, -30)),
        standing="settled" if done else "open",
    )  # fmt: skip


def _leads(day: dt.date, months: Iterable[int]) -> tuple[dt.date, ...]:
    """The days on which to be reminded, each counted from the due day itself."""
    return tuple(sorted(months_from(day, -lead) for lead in months))


def _other_agreements(state: CycleState) -> Iterator[Due]:
    """What else the body agreed to until a day, such as a transition to a new edition (R-27)."""
    for agreement in state.agreements:
        about = agreement.about.casefold()
        if "surveillance" in about or "recertification" in about:
            continue
        left = days_between(state.as_of, agreement.until)
        yield Due(
            key=f"agreement-{agreement.until}-{about}".replace(" ", "-"),
            kind="agreement",
            subject=f"{agreement.about}, agreed with the body",
            date=agreement.until,
            days=left,
            overdue=False,  # whether it was kept is not on record: the body's next decision tells
            rule="R-13",
            source=agreement.reference,
            settle="govtrack certification show",
            remind=_leads(agreement.until, (3, 1)),
            standing="open" if left >= 0 else "settled",
        )


def _agreed(state: CycleState, about: str, n: int | None = None) -> str:
    """The body's written word on that audit, to be shown beside the rule."""
    return "".join(
        f"; agreed until {agreement.until} ({agreement.reference})"
        for agreement in _agreements(state, about, n)
    )


def _agreements(state: CycleState, about: str, n: int | None = None) -> Iterator[Agreement]:
    """The agreements that speak of that audit: of the n-th, or of none in particular."""
    for agreement in state.agreements:
        spoken = agreement.about.casefold()
        words = set(spoken.replace("-", " ").split())
        named = [which for which, names in _ORDINALS.items() if words & set(names)]
        if about in spoken and (n is None or not named or n in named):
            yield agreement
