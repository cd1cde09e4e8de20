"""`govtrack next`: the ten most valuable things to do now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from govtrack import clock
from govtrack.cli.changes import catalogue_of
from govtrack.cli.options import as_of_option, current_workspace, json_option
from govtrack.cli.output import answer_json, say
from govtrack.errors import visible

if TYPE_CHECKING:
    from datetime import date


@click.command("next")
@as_of_option
@json_option
def next_(*, as_of: date | None, as_json: bool) -> None:
    r"""Show the ten most valuable things to do now, each with its command.

    What is due comes first; gaps follow the workspace's adoption pattern (rmf-first, iso-first or
    parallel, in govtrack.toml).

    \b
    Examples:
      govtrack next
      govtrack next --json
    """
    from govtrack.cycle.knobs import Knobs
    from govtrack.cycle.rules import named
    from govtrack.register.reader import reading
    from govtrack.status.next_steps import FORMAT, next_steps

    space = current_workspace()
    catalogue = catalogue_of(space)
    day = as_of or clock.today(space.zone)
    with reading(space) as connection:
        steps = next_steps(
            connection,
            catalogue,
            Knobs.from_mapping(catalogue.knobs),
            day,
            space.pattern,
            space.vocabulary,
        )
    if as_json:
        found = [step._asdict() for step in steps]
        about = {"format": FORMAT, "as_of": day.isoformat(), "pattern": space.pattern}
        answer_json({**about, "steps": found})
        return
    if not steps:
        say("Nothing to do: every requirement has evidence in force and nothing is due.")
    for number, step in enumerate(steps, 1):
        say(f"{number:2}. {visible(step.what)}")
        say(f"    {visible(named(step.why))}")
        say(f"    $ {visible(step.command)}")
