"""Options that many commands share, and the values they give."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from govtrack import clock, workspace
from govtrack.errors import closest, not_one_of, refuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

Command = TypeVar("Command", bound="Callable[..., Any]")


class Day(click.ParamType["date"]):
    """A date written as ISO 8601; its error names the option."""

    name = "date"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,
        ctx: click.Context | None,  # noqa: ARG002
    ) -> date:
        """The date, or a refusal naming the option."""
        field = param.opts[0] if param else "date"
        return clock.day(str(value), field)


DAY = Day()


class OneOf(click.Choice[str]):
    """One of some words; its error names the option, the words and the nearest."""

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """The word, or a refusal."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            given, field = str(value), param.opts[0] if param else "value"
            nearest = closest(given, self.choices)
            raise refuse(not_one_of(given, self.choices), field=field, nearest=nearest) from None


json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
as_of_option = click.option(
    "--as-of", type=DAY, metavar="DATE", help="What was in force on that day. Default: today."
)
recorded_by_option = click.option(
    "--recorded-by", type=DAY, metavar="DATE", help="What the register knew by then (replayed)."
)


class Change(NamedTuple):
    """Who changes the register, why, and whether it is only tried."""

    actor: str
    reason: str | None
    dry_run: bool


def changing(command: Command) -> Command:
    """Add `--actor`, `--reason`, `--dry-run`; the command gets them as `change: Change`."""

    @functools.wraps(command)
    def with_change(*args: Any, **given: Any) -> Any:
        actor, reason = workspace.actor(given.pop("actor")), given.pop("reason")
        for text in (actor, reason or ""):
            text.encode()  # what is not text is refused by main(), before anything is done
        change = Change(actor, reason, given.pop("dry_run"))
        return command(*args, change=change, **given)

    for option in (
        click.option("-n", "--dry-run", is_flag=True, help="Check everything, record nothing."),
        click.option("--reason", metavar="TEXT", help="Why; kept in the trail."),
        click.option(
            "--actor",
            metavar="WHO",
            help="Who records this. Default: $GOVTRACK_ACTOR, git's user.email, the login name.",
        ),
    ):
        option(with_change)
    return with_change  # type: ignore[return-value]


def current_workspace() -> workspace.Workspace:
    """The workspace this invocation works in: `-C`, `GOVTRACK_WORKSPACE`, else found upward."""
    directory = click.get_current_context().find_root().obj["directory"]
    return workspace.find(Path(directory) if directory else None)
