"""Surveillance audits of one term: when each is planned, when it is due, what was held.

Two clauses speak and they do not say the same. Surveillance in the first and the second year after
the decision (ISO/IEC 17021-1 9.1.3.2) gives the *target*, the anniversary; at least one in each
calendar year except recertification years, the first within twelve months of an initial
certification (9.1.3.3), gives the *latest* day. A surveillance held early can bring the next one's
latest day before its target, so plan to the earlier of the two.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from govtrack.cycle.recurrence import days_between, months_from, year_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from govtrack.cycle.knobs import Knobs
    from govtrack.cycle.records import ExternalAudit
    from govtrack.cycle.standing import Term

FIRST_MONTHS = 12
_PROGRAMME = 2  # the programme holds two surveillance audits
_MOST_YEARS = 6  # an expiry further off than this is no three-year cycle; do not plan beyond


class Surveillance(NamedTuple):
    """The n-th surveillance audit of a term.

    `rule` is the one that gives `latest`: twelve months (R-05) or the calendar year (R-06).
    `held` is the day that counts (the last, unless the knobs say the first); `days_left` is 0 on
    the latest day itself; `days_late` is how long after the latest day it was held.
    """

    n: int
    rule: Literal["R-05", "R-06"]
    target: date
    latest: date
    state: Literal["done", "done_late", "due", "overdue", "cancelled"]
    held: date | None
    days_left: int | None
    days_overdue: int | None
    days_late: int | None
    audit: ExternalAudit | None

    @property
    def plan(self) -> date:
        """The earlier of target and latest: the day to plan to."""
        return min(self.target, self.latest)


class CalendarYear(NamedTuple):
    """One calendar year in which an audit of this certification has to end (R-06)."""

    year: int
    latest: date
    state: Literal["done", "due", "overdue", "cancelled"]
    held: date | None
    by: Literal["surveillance", "recertification"] | None


class TermAudits(NamedTuple):
    """The audits held in a term by `as_of`, in order, each with the day that counts."""

    term: Term
    as_of: date
    surveillance: tuple[tuple[date, ExternalAudit], ...]
    recertification: tuple[tuple[date, ExternalAudit], ...]

    @property
    def recertified(self) -> date | None:
        """The day of the last recertification audit held in this term."""
        return self.recertification[-1][0] if self.recertification else None

    @property
    def recertification_year(self) -> int:
        """The year of the recertification audit, or of the expiry while none was held before it."""
        held = self.recertified or self.term.expiry
        latest = min(self.term.expiry.year, self.term.decision.year + _MOST_YEARS)
        return min(held.year, latest)


def day_that_counts(audit: ExternalAudit, knobs: Knobs) -> date:
    """The one day by which an audit over several days is counted (ours; the text is silent)."""
    return audit.started_on if knobs.audit_day == "first" else audit.ended_on


def term_audits(
    term: Term, audits: Iterable[ExternalAudit], as_of: date, knobs: Knobs
) -> TermAudits:
    """The surveillance and recertification audits held after the term's decision, by `as_of`."""
    dated = sorted(
        ((day_that_counts(audit, knobs), audit) for audit in audits), key=lambda pair: pair[0]
    )
    held = [(day, audit) for day, audit in dated if term.decision < day <= as_of]
    return TermAudits(
        term,
        as_of,
        tuple(pair for pair in held if pair[1].audit == "surveillance"),
        tuple(pair for pair in held if pair[1].audit == "recertification"),
    )


def surveillances(audits: TermAudits, knobs: Knobs) -> tuple[Surveillance, ...]:
    """The surveillance audits of the term: two, or more where the calendar years ask for them."""
    bound = first_within_twelve_months(audits.term, knobs)
    return tuple(
        _surveillance(n, "R-05" if n == 1 and bound else "R-06", dates, audits)
        for n, dates in enumerate(_dates(audits, knobs), start=1)
    )


def first_within_twelve_months(term: Term, knobs: Knobs) -> bool:
    """Whether the first surveillance is bound to twelve months after the decision (R-05)."""
    return term.kind == "initial" or knobs.twelve_months_after_recertification


def calendar_years(audits: TermAudits) -> tuple[CalendarYear, ...]:
    """Each calendar year after the decision's, up to the recertification year (R-06)."""
    years = range(audits.term.decision.year + 1, audits.recertification_year + 1)
    return tuple(_calendar_year(year, audits) for year in years)


def _dates(audits: TermAudits, knobs: Knobs) -> Iterator[tuple[date, date]]:
    """Target and latest day of each surveillance, as far as the term has them."""
    term = audits.term
    previous: date | None = None
    n = 1
    while True:
        target = months_from(term.decision, FIRST_MONTHS * n)
        year = term.decision.year + n
        if previous is not None:
            year = min(year, previous.year + 1)
        in_programme = n <= _PROGRAMME and target < term.expiry
        if not in_programme and year >= audits.recertification_year:
            return
        latest = min(_latest(n, year, previous, term, knobs), term.expiry)
        yield target, latest
        previous = audits.surveillance[n - 1][0] if n <= len(audits.surveillance) else latest
        n += 1


def _latest(n: int, year: int, previous: date | None, term: Term, knobs: Knobs) -> date:
    """The rule's latest day, or the body's earlier one."""
    by_rule = year_end(year)
    if n == 1 or previous is None:
        if first_within_twelve_months(term, knobs):
            return min(by_rule, months_from(term.decision, FIRST_MONTHS))
        return by_rule
    match knobs.second_surveillance:
        case "anniversary":
            return min(by_rule, months_from(term.decision, FIRST_MONTHS * n))
        case "anniversary_plus_one_month":
            return min(by_rule, months_from(term.decision, FIRST_MONTHS * n + 1))
        case "twelve_months_after_previous":
            return min(by_rule, months_from(previous, FIRST_MONTHS))
        case "calendar_year":
            return by_rule


def _surveillance(
    n: int, rule: Literal["R-05", "R-06"], dates: tuple[date, date], audits: TermAudits
) -> Surveillance:
    planned = partial(Surveillance, n, rule, *dates)
    _, latest = dates
    if n <= len(audits.surveillance):
        day, audit = audits.surveillance[n - 1]
        late = max(0, days_between(latest, day))
        return planned("done_late" if late else "done", day, None, None, late or None, audit)
    if _no_longer_asked(latest, audits):
        return planned("cancelled", None, None, None, None, None)
    left = days_between(audits.as_of, latest)
    if left >= 0:
        return planned("due", None, left, None, None, None)
    return planned("overdue", None, None, -left, None, None)


def _no_longer_asked(latest: date, audits: TermAudits) -> bool:
    """The certification has ended, or its recertification audit was held before the latest day."""
    if audits.as_of > audits.term.last_day:
        return True
    return audits.recertified is not None and audits.recertified <= latest


def _calendar_year(year: int, audits: TermAudits) -> CalendarYear:
    latest = min(year_end(year), audits.term.expiry)
    candidates: list[tuple[date, Literal["surveillance", "recertification"]]] = []
    candidates += [(day, "surveillance") for day, _ in audits.surveillance]
    candidates += [(day, "recertification") for day, _ in audits.recertification]
    for day, by in sorted(candidates):
        if day.year == year:
            return CalendarYear(year, latest, "done", day, by)
    if latest >= audits.as_of and audits.as_of <= audits.term.last_day:
        return CalendarYear(year, latest, "due", None, None)
    # a year the certification did not live to the end of asks for nothing
    lived = audits.term.last_day >= year_end(year)
    return CalendarYear(year, latest, "overdue" if lived else "cancelled", None, None)
