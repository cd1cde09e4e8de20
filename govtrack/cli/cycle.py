"""`govtrack cycle`: the certification cycle as a timeline."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

import click

from govtrack.cli.changes import catalogue_of
from govtrack.cli.options import as_of_option, current_workspace, json_option, recorded_by_option
from govtrack.cli.output import answer_json, plural, say, table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from govtrack.cycle.certification import CycleState
    from govtrack.cycle.surveillance import Surveillance

_WORDS = {
    "certified": "certified",
    "suspended": "suspended",
    "expired_restorable": "expired, can still be restored",
    "expired": "expired",
    "withdrawn": "withdrawn",
    "not_certified": "not certified",
}
_BREACHES = {
    "first_surveillance_12_months": (
        "the first surveillance was not held within twelve months of the decision (R-05, "
        "ISO/IEC 17021-1 9.1.3.3)"
    ),
    "calendar_year": "no audit in the calendar year {year} (R-06, ISO/IEC 17021-1 9.1.3.3)",
}

Row = tuple[str, str, str, str, str]


@click.command()
@as_of_option
@recorded_by_option
@json_option
def cycle(*, as_of: date | None, recorded_by: date | None, as_json: bool) -> None:
    r"""Show the certification cycle: status, audits due and held, breaches.

    Status comes from the body's decisions and the expiry alone; audits missed are breaches beside
    it. Notes say where the standard leaves room.

    \b
    Examples:
      govtrack cycle
      govtrack cycle --as-of 2026-12-31 --json
    """
    from govtrack import clock
    from govtrack.cycle.certification import as_json as document
    from govtrack.cycle.knobs import Knobs
    from govtrack.register.reader import reading
    from govtrack.status.certification import cycle_state

    space = current_workspace()
    knobs = Knobs.from_mapping(catalogue_of(space).knobs)
    with reading(space, recorded_by) as connection:
        state = cycle_state(connection, knobs, as_of or clock.today(space.zone))
    if as_json:
        answer_json(document(state))
        return
    _timeline(state)


def _timeline(state: CycleState) -> None:
    from govtrack.cycle.rules import cited, named

    say(f"{_WORDS[state.status].capitalize()} on {state.as_of}{_until(state)}")
    if state.cycle is None:
        say("No decision of a certification body is in the register for that day: record one with "
            "'govtrack certification record decision grant --on DATE'.")  # fmt: skip
    else:
        say(f"{state.cycle.kind.capitalize()} cycle, decided on {state.cycle.decision}")
        say()
        rows = ((*row, named(rule)) for *row, rule in sorted(_rows(state), key=itemgetter(0)))
        table(("date", "what", "state", "days", "rule"), rows)
    for title, lines in (("Breaches", tuple(map(_breach, state.breaches))), ("Notes", state.notes)):
        if lines:
            say()
            say(f"{title}:")
            for line in lines:
                say(f"  - {cited(line)}")


def _until(state: CycleState) -> str:
    if state.cycle is None or state.status not in {"certified", "suspended"}:
        return ""
    left = (state.cycle.expiry - state.as_of).days
    source = state.cycle.expiry_source
    return f", until {state.cycle.expiry} ({source}; {plural(left, 'day')} left)"


def _rows(state: CycleState) -> Iterator[Row]:
    cycle, recertification = state.cycle, state.recertification
    if cycle is None or recertification is None:
        return
    yield (str(cycle.decision), f"{cycle.kind} decision", "done", "", "R-07")
    for one in state.surveillance:
        yield _surveillance(one, state.as_of)
    if recertification.audit_held:
        held = recertification.audit_held
        yield (str(held), "recertification audit", "done", _away(held, state.as_of), "R-09")
    source = f"expiry ({cycle.expiry_source}), recertification decided by then"
    ended = "passed" if state.as_of > cycle.expiry else "due"
    if state.status == "withdrawn":
        ended = "cancelled"
    yield (str(cycle.expiry), source, ended, _away(cycle.expiry, state.as_of), "R-07, R-10")
    if state.status == "expired_restorable":
        latest = recertification.restore_latest
        yield (str(latest), "last day to restore", "due", _away(latest, state.as_of), "R-11")
    yield (str(state.as_of), "the day asked", "today", "", "")


def _surveillance(one: Surveillance, as_of: date) -> Row:
    what = f"surveillance {one.n}"
    state = one.state.replace("_", " ")
    if one.held:
        audit = one.audit
        if audit and audit.started_on != audit.ended_on:
            what += f", {audit.started_on} to {audit.ended_on}"
        late = f"{plural(one.days_late, 'day')} late" if one.days_late else ""
        return (str(one.held), f"{what} (latest {one.latest})", state, late, one.rule)
    if one.target != one.latest:
        what += f" (target {one.target})"
    days = "" if one.state == "cancelled" else _away(one.latest, as_of)
    return (str(one.latest), what, state, days, one.rule)


def _away(day: date, as_of: date) -> str:
    days = (day - as_of).days
    return f"{plural(days, 'day')} left" if days >= 0 else f"{plural(-days, 'day')} ago"


def _breach(breach: str) -> str:
    name, _, year = breach.partition(":")
    return _BREACHES[name].format(year=year)
