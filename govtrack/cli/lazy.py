"""A command group that imports a command only when it is run."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click.shell_completion import CompletionItem


class Lazy(NamedTuple):
    """Where a command stands (`module:attribute`), its one-line help and its group's heading."""

    target: str
    help: str
    heading: str = "Commands"


class LazyGroup(click.Group):
    """A group whose commands are named in a table: help lists them without importing any."""

    def __init__(self, *args: Any, table: Mapping[str, Lazy], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.table:
            return None
        if cmd_name not in self.commands:
            module, _, attribute = self.table[cmd_name].target.partition(":")
            command = cast("click.Command", getattr(import_module(module), attribute))
            _lines_kept(command)
            self.commands[cmd_name] = command
        if ctx.resilient_parsing:  # a shell completes; nobody else needs to know how
            from govtrack.cli.complete import attach

            attach(self.commands[cmd_name])
        return self.commands[cmd_name]

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        named = [
            CompletionItem(name, help=lazy.help)
            for name, lazy in self.table.items()
            if name.startswith(incomplete)
        ]
        # the options of the group itself; click.Group would import every command
        return named + click.Command.shell_complete(self, ctx, incomplete)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.table and not args[0].startswith("-"):
            from govtrack.errors import closest

            nearest = closest(args[0], self.table)
            hint = f"\n  did you mean '{nearest}'?" if nearest else ""
            raise click.UsageError(f"no such command '{args[0]}'{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        headings = dict.fromkeys(lazy.heading for lazy in self.table.values())
        for heading in headings:
            with formatter.section(heading):
                formatter.write_dl(
                    [
                        (name, lazy.help)
                        for name, lazy in self.table.items()
                        if lazy.heading == heading
                    ]
                )


def _lines_kept(command: click.Command) -> None:
    """Let click keep examples line by line: it looks for a backspace, raw docstrings spell it."""
    command.help = command.help and command.help.replace("\\b\n", "\b\n")
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            _lines_kept(inner)
