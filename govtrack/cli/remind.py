"""`govtrack remind`: what is due, and what is overdue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from govtrack.cli.changes import catalogue_of
from govtrack.cli.files import placed
from govtrack.cli.options import as_of_option, current_workspace, json_option
from govtrack.cli.output import answer_json, plural, say, table, talk

if TYPE_CHECKING:
    from datetime import date

    from govtrack.catalog.vocabulary import Wording
    from govtrack.cycle.due import Due
    from govtrack.status.reminders import Reminders


@click.command()
@click.option("--days", type=click.IntRange(0, 36_500), metavar="N",
              help="Look N days ahead. Default: the lead time of each rule.")  # fmt: skip
@as_of_option
@click.option("--ics", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Also write a calendar; '-' writes only that, to stdout.")  # fmt: skip
@click.option("--fail-overdue", is_flag=True, help="Exit with 1 if anything is overdue.")
@json_option
def remind(
    *, days: int | None, as_of: date | None, ics: Path | None, fail_overdue: bool, as_json: bool
) -> int:
    r"""Show what is due and overdue, by date, with the command that settles it.

    The cycle's audits with the internal audit and the management review before them, evidence
    that expires or is to be reviewed, what the working papers plan or have reviewed, attestations
    that end, recordings that came late. It says where the trail stands, too: whoever keeps origin,
    size and root can tell later whether this history was rewritten. The calendar holds everything
    ahead, whatever --days says.

    \b
    Examples:
      govtrack remind --days 90
      govtrack remind --ics due.ics
      govtrack remind --fail-overdue || mail -s 'govtrack: overdue' eva@example.org
    """
    from govtrack import clock
    from govtrack.cycle.knobs import Knobs
    from govtrack.register.reader import reading
    from govtrack.status.reminders import as_json as document
    from govtrack.status.reminders import reminders
    from govtrack.status.trail_line import trail_line

    space = current_workspace()
    catalogue = catalogue_of(space)
    knobs = Knobs.from_mapping(catalogue.knobs)
    with reading(space) as connection:
        day = as_of or clock.today(space.zone)
        found = reminders(connection, knobs, day, days, calendar=ics is not None)
        trail = trail_line(connection)
        calendar = None
        if ics:
            from govtrack.status.calendar_file import ics as written

            calendar = written(connection, space.organisation, found.everything)
    if calendar is not None and ics is not None and str(ics) != "-":
        placed(ics, "--ics")
        ics.write_bytes(calendar)
        talk(f"Wrote {ics}")
    if calendar is not None and str(ics) == "-":
        click.echo(calendar, nl=False)
    elif as_json:
        answer_json(document(found, trail))
    else:
        from govtrack.catalog.vocabulary import Wording

        _listed(found, Wording(catalogue.terms, space.vocabulary))
        talk(str(trail))
    return 1 if fail_overdue and found.overdue else 0


def _listed(found: Reminders, words: Wording) -> None:
    if not found.due:
        ahead = "" if found.days is None else f" within {plural(found.days, 'day')}"
        say(f"Nothing is due{ahead} on {found.as_of}.")
        return
    from govtrack.cycle.rules import named

    table(
        ("date", "days", "what", "rule", "source", "settle with"),
        [
            (
                one.date,
                _days(one),
                _what(one, words),
                named(one.rule),
                words.instead(one.source, one.term),
                one.settle,
            )
            for one in found.due
        ],
    )  # fmt: skip
    if found.overdue:
        talk(f"{plural(len(found.overdue), 'item is', 'items are')} overdue")


def _days(one: Due) -> str:
    if not one.days:
        return "due today"
    if one.overdue:
        return f"{plural(-one.days, 'day')} overdue"
    return f"{plural(one.days, 'day')} left" if one.days >= 0 else f"{plural(-one.days, 'day')} ago"


def _what(one: Due, words: Wording) -> str:
    subject = words.beginning(one.subject, one.term)
    return f"{subject} (plan to {one.plan})" if one.plan else subject
