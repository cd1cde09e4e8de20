"""`govtrack soa approve`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from govtrack.cli.changes import catalogue_of, changed
from govtrack.cli.options import DAY, Change, changing, json_option
from govtrack.cli.output import plural, say
from govtrack.cli.soa_change import answered, done, image
from govtrack.errors import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from govtrack.register.recording import Recording
    from govtrack.workspace import Workspace

FORMAT = "govtrack.soa-version/1"


@click.command()
@click.option("--by", required=True, metavar="WHO", help="Who approved it.")
@click.option("--on", type=DAY, metavar="DATE", help="When. Default: today.")
@click.option("--scope", metavar="TEXT",
              help="The scope of the AIMS. Default: that of the version before.")  # fmt: skip
@click.option("--note", metavar="TEXT", help="What changed, or what the version is for.")
@json_option
@changing
def approve(
    *,
    by: str,
    on: date | None,
    scope: str | None,
    note: str | None,
    as_json: bool,
    change: Change,
) -> None:
    r"""Freeze the decisions in force as the next version; nothing may be left undecided.

    Exit 1 where nothing differs from the version before. What 'soa check' finds on that day, and
    rows that the approver decided, are noted: they do not keep the version from being approved.

    \b
    Examples:
      govtrack soa approve --by ceo --on 2026-02-02 --scope 'AIMS scope statement, version 3'
    """
    from govtrack.aims import statements

    with changed(change, quiet=as_json) as (space, recorded):
        day = on or recorded.today
        identifier = statements.approve(
            recorded, by, day, scope, note, catalogue=catalogue_of(space)
        )
        recorded.notes += _worth_knowing(space, recorded, day, by)
        version = image(recorded, "soa", identifier)
    if as_json:
        answered({"format": FORMAT, **version}, recorded, change)
        return
    say(f"{done(change)} {version['id']}: version {version['version']}, approved by "
        f"{visible(version['approved_by'])} on {version['approved_on']}")  # fmt: skip


def _worth_knowing(space: Workspace, recorded: Recording, day: date, by: str) -> Iterator[str]:
    """What a reader of the version will ask about, on the connection that has it already."""
    from govtrack.status.soa import decisions
    from govtrack.status.soa_check import tests

    found = Counter(
        one.code
        for test in tests(recorded.connection, catalogue_of(space), day)
        for one in test.findings
    )
    if found:
        codes = ", ".join(f"{code} {count}" for code, count in found.items())
        yield f"'govtrack soa check' has {plural(found.total(), 'finding')} on {day}: {codes}"
    own = [
        f"{one.control} for {one.slug}" if one.slug else one.control
        for one in decisions(recorded.connection, day)
        if one.decided_by.casefold() == by.strip().casefold()
    ]
    if own:
        yield (
            f"{by.strip()} approves what {by.strip()} decided: {plural(len(own), 'row')} "
            f"({', '.join(own)})"
        )
