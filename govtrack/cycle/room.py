"""Where the standard leaves room, and how these dates read it.

A bare date would claim more than the text says. Each note names what is open, what is assumed here
and the rule, and appears only where it bears on the dates shown.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from govtrack.cycle.recurrence import months_from
from govtrack.cycle.standing import RESTORATION_MONTHS, TERM_MONTHS
from govtrack.cycle.surveillance import FIRST_MONTHS, first_within_twelve_months

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from govtrack.cycle.knobs import Knobs
    from govtrack.cycle.records import Agreement, ExternalAudit
    from govtrack.cycle.standing import Standing, Term
    from govtrack.cycle.surveillance import CalendarYear, Surveillance, TermAudits

_LONGEST_MONTHS = TERM_MONTHS + 12  # a recertification is never decided a year early


def notes_on_term(term: Term, standing: Standing, as_of: date, knobs: Knobs) -> Iterator[str]:
    """What is open about the expiry, the suspension and the term's length."""
    if term.effective > as_of:
        yield f"Decided on {term.decision}, in effect from {term.effective} (R-03)."
    if term.expiry_source == "computed":
        yield _computed(term, standing, knobs)
    if term.expiry > months_from(term.decision, _LONGEST_MONTHS):
        yield (
            f"The printed expiry {term.expiry} lies further off than a three-year cycle allows "
            "(R-04, R-07): check the certificate."
        )
    if term.withdrawn and term.withdrawn > as_of:
        yield f"Withdrawal is decided and takes effect on {term.withdrawn}."
    if standing.suspended_on(as_of) and term.withdrawn is None:
        yield from _suspended(term, standing, as_of, knobs)


def notes_on_surveillance(
    audits: TermAudits, planned: Iterable[Surveillance], knobs: Knobs
) -> Iterator[str]:
    """What is open about the surveillance dates."""
    term = audits.term
    planned = tuple(planned)
    if audits.as_of.year == term.decision.year and term.kind == "initial":
        yield (
            f"No surveillance is asked for in {term.decision.year}, the decision's own year: our "
            "reading, stage 2 stood in it (R-06)."
        )
    if not first_within_twelve_months(term, knobs) and planned and planned[0].held is None:
        anniversary = months_from(term.decision, FIRST_MONTHS)
        yield (
            "The twelve months for the first surveillance bind after an initial certification "
            f"only; some bodies ask for them here too, by {anniversary} (R-05)."
        )
    if any(audit.n > 1 and audit.state in {"due", "overdue"} for audit in planned):
        yield _second(knobs)
    yield from _early_or_late(planned)
    yield from (note for audit in planned for note in _straddling(audit))


def notes_on_years(audits: TermAudits, years: Iterable[CalendarYear]) -> Iterator[str]:
    """What is open about the calendar years."""
    term = audits.term
    target = months_from(term.expiry, -3)
    if audits.recertified is None and target.year < term.expiry.year:
        yield (
            f"The recertification may fall in {target.year} or {term.expiry.year}: which is the "
            "recertification year, exempt from surveillance, is not said; here it is the year of "
            "the audit, or of the expiry while none is held (R-06)."
        )
    if any(year.state == "overdue" for year in years):
        yield (
            "An audit missed is a ground for suspension or withdrawal (R-14); the status is the "
            "body's to decide and does not change by itself."
        )


def notes_on_special_audits(
    audits: Iterable[ExternalAudit], years: Iterable[CalendarYear], as_of: date
) -> Iterator[str]:
    """Special audits in a year still open: they stand for no surveillance by themselves."""
    open_years = {year.year for year in years if year.held is None}
    for audit in audits:
        held = audit.ended_on
        if audit.audit == "special" and held <= as_of and held.year in open_years:
            yield (
                f"The special audit of {held} does not stand for the surveillance of {held.year} "
                "unless the body says so (R-16)."
            )


def notes_before_certification(audits: Iterable[ExternalAudit], as_of: date) -> Iterator[str]:
    """What runs between stage 2 and the decision."""
    stage_2 = [a.ended_on for a in audits if a.audit == "stage_2" and a.ended_on <= as_of]
    if stage_2:
        verified = months_from(max(stage_2), 6)
        yield (
            f"Stage 2 ended on {max(stage_2)}: corrections of major nonconformities, if there are "
            f"any, are verified by {verified}, else another stage 2 comes first (R-02). The cycle "
            "starts with the decision, not with stage 2 (R-03)."
        )


def notes_on_agreements(
    agreements: Iterable[Agreement], since: date | None, as_of: date
) -> Iterator[str]:
    """What the body allowed in writing: shown beside the rule's dates, never instead of them."""
    for agreement in agreements:
        if since is None or agreement.until >= since:
            ended = " (ended)" if agreement.until < as_of else ""
            yield (
                f"Agreed with the body: {agreement.about}, until {agreement.until}{ended} "
                f"({agreement.reference}). The rule's date stands beside it (R-13)."
            )


def notes_on_knobs(knobs: Knobs) -> Iterator[str]:
    """Each value that is not the default, with whose word it is."""
    for name in knobs.changed():
        value = getattr(knobs, name)
        shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value).lower()
        yield f"{name} = {shown}: {knobs.source(name)}."


def _computed(term: Term, standing: Standing, knobs: Knobs) -> str:
    terms = standing.terms
    prior = terms[-2] if len(terms) > 1 and terms[-2].withdrawn is None else None
    if prior and term.expiry == months_from(prior.expiry, TERM_MONTHS):
        how = f"the prior expiry {prior.expiry} + {TERM_MONTHS} months, as a body can do (R-08)"
    else:
        day = "" if knobs.expiry_convention == "same_day" else " - 1 day"
        how = f"decision + {TERM_MONTHS} months{day}; both conventions are printed (R-07)"
    return (
        f"The expiry {term.expiry} is computed, not printed: {how}. Record the certificate's own "
        "with --expiry; it always wins."
    )


def _suspended(term: Term, standing: Standing, as_of: date, knobs: Knobs) -> Iterator[str]:
    since = standing.suspended_from
    if since is None:  # pragma: no cover  (suspended_on holds only with a beginning)
        return
    usual = months_from(since, knobs.usual_suspension_months)
    yield (
        f"Suspended since {since}: no claims, no marks. Usually not longer than "
        f"{knobs.usual_suspension_months} months, {usual} (R-15; {_whose(knobs)}). Audits stay "
        "due and the expiry stays: nothing says that a suspension stops the clock."
    )
    if as_of > term.expiry:
        yield (
            f"Suspended at the expiry {term.expiry}: the standard does not say whether a "
            f"restoration within {RESTORATION_MONTHS} months is open then; ask the body (R-11)."
        )


def _whose(knobs: Knobs) -> str:
    return knobs.source("usual_suspension_months")


def _second(knobs: Knobs) -> str:
    rule = (
        "The second surveillance has two dates: the target is the anniversary (programme, "
        "9.1.3.2), the latest day the calendar year's end (9.1.3.3); plan to the earlier (R-06)."
    )
    if knobs.second_surveillance == "calendar_year":
        return rule
    asked = knobs.second_surveillance.replace("_", " ")
    return f"{rule} The body asks for more: {asked} ({knobs.source('second_surveillance')})."


def _early_or_late(planned: tuple[Surveillance, ...]) -> Iterator[str]:
    for audit, following in pairwise(planned):
        if audit.held is None or following.held is not None:
            continue
        if following.latest < following.target and following.state in {"due", "overdue"}:
            yield (
                f"Surveillance {audit.n} was held on {audit.held}, so the latest day of "
                f"surveillance {following.n}, {following.latest}, comes before its target "
                f"{following.target} (R-06)."
            )
        if audit.held.year == following.latest.year and audit.state == "done_late":
            yield (
                f"Surveillance {audit.n}, held on {audit.held}, fell into the calendar year of "
                f"surveillance {following.n}: whether one audit may stand for both is for the "
                "body to say in writing (R-04 against R-06)."
            )


def _straddling(surveillance: Surveillance) -> Iterator[str]:
    audit = surveillance.audit
    if audit is None:
        return
    shown = f"Surveillance {surveillance.n} ran from {audit.started_on} to {audit.ended_on}"
    if audit.started_on <= surveillance.latest < audit.ended_on:
        yield (
            f"{shown}, across its latest day {surveillance.latest}: counted by "
            f"{surveillance.held}, our reading (R-20)."
        )
    if audit.started_on.year != audit.ended_on.year:
        yield (
            f"{shown}, across the New Year: it counts for one year only, by {surveillance.held}, "
            "our reading (R-20)."
        )
