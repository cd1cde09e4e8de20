"""`govtrack gc`: what interrupted and refused commands left behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from govtrack.cli.options import current_workspace, json_option
from govtrack.cli.output import answer_json, plural, say, table
from govtrack.errors import refuse

if TYPE_CHECKING:
    from datetime import timedelta

LEAST = 3600
"""Seconds: a recording that runs for less than an hour is never met."""


class Age(click.ParamType["timedelta"]):
    """A number of days or hours: `1d`, `36h`."""

    name = "age"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> timedelta:
        """The time, or a refusal naming the option."""
        from datetime import timedelta

        field, text = (param.opts[0] if param else "age"), str(value)
        number, unit = text[:-1], text[-1:]
        if unit not in {"d", "h"} or not (number.isascii() and number.isdecimal()):
            message = f"'{text}' is not an age in days or hours, such as 1d or 36h; at least 1h"
            raise refuse(message, field=field)
        if len(number) > len("99999"):
            raise refuse(f"'{text}' is longer than this looks back", field=field)
        found = timedelta(days=int(number)) if unit == "d" else timedelta(hours=int(number))
        if found.total_seconds() < LEAST:
            raise refuse(
                f"'{text}' is less than an hour, which a recording may take: at least 1h",
                field=field,
            )
        return found


@click.command()
@click.option("--older-than", type=Age(), metavar="AGE", default="1d", show_default=True,
              help="Leave alone what is younger: 1d, 36h; at least 1h.")  # fmt: skip
@click.option("-n", "--dry-run", is_flag=True, help="Say what would be removed, remove nothing.")
@json_option
def gc(*, older_than: timedelta, dry_run: bool, as_json: bool) -> None:
    r"""Remove what interrupted and refused commands left behind; never what a record names.

    Unfinished files, artefacts that no record names, bytes of purged evidence, and what a killed
    init, migrate, backup or restore left in the workspace. A legal hold keeps bytes too.

    \b
    Examples:
      govtrack gc --dry-run
      govtrack gc --older-than 7d
    """
    from govtrack.register.collecting import collected

    done = collected(current_workspace(), older_than, dry_run=dry_run)
    size = sum(one.bytes for one in done.removed)
    if as_json:
        answer_json(
            {
                "format": "govtrack.gc/1",
                "dry_run": dry_run,
                "removed": [one._asdict() for one in done.removed],
                "bytes": size,
                "young": done.young,
            }
        )
        return
    if done.removed:
        table(("what", "path", "bytes"), done.removed)
    deed = "Would remove" if dry_run else "Removed"
    say(f"{deed} {plural(len(done.removed), 'thing')} left behind, {size} bytes.")
    if done.young:
        say(f"{plural(done.young, 'younger one')} left alone.")
