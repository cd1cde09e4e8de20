"""`govtrack attest`: self-attestations to the AI RMF."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from govtrack.cli.lazy import Lazy, LazyGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

READ, CHANGE = "Read", "Change"
NEW = "new"

COMMANDS = {
    NEW: Lazy("govtrack.cli.attest_change:new", "Record one; meant without a command.", CHANGE),
    "withdraw": Lazy("govtrack.cli.attest_change:withdraw", "Withdraw one from a day on.", CHANGE),
    "list": Lazy("govtrack.cli.attest_read:list_", "List them with their standing.", READ),
    "show": Lazy("govtrack.cli.attest_read:show", "Show one with its support.", READ),
    "check": Lazy("govtrack.cli.attest_read:check", "Whether its support still stands.", READ),
    "export": Lazy("govtrack.cli.attest_read:export", "Write one to a file.", READ),
}  # fmt: skip


class _New(LazyGroup):
    """Options straight after the group are those of `new`: `govtrack attest --scope ...`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments as those of `new` where they begin with one of its options."""
        if args and args[0].startswith("-") and args[0] not in _helps(ctx):
            args = [NEW, *args]
        return super().parse_args(ctx, args)


def _helps(ctx: click.Context) -> Sequence[str]:
    return ctx.help_option_names


@click.group(cls=_New, table=COMMANDS)
def attest() -> None:
    r"""Self-attestations to the AI RMF: what is declared, by whom, and what stands behind it.

    Without a command its options are those of 'new'.

    \b
    Examples:
      govtrack attest --scope 'Referral triage 2.4' --signatory 'E. Example' \
        --function 'Head of quality' --output attestation.pdf
    """
