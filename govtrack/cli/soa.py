"""`govtrack soa`: the Statement of Applicability."""

from __future__ import annotations

import click

from govtrack.cli.lazy import Lazy, LazyGroup

CHANGE = "Change"

COMMANDS = {
    "set": Lazy("govtrack.cli.soa_change:set_", "Decide on controls.", CHANGE),
    "add": Lazy("govtrack.cli.soa_change:add", "Add a control of your own.", CHANGE),
    "approve": Lazy("govtrack.cli.soa_change:approve", "Freeze a version.", CHANGE),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def soa() -> None:
    """The Statement of Applicability: which controls are necessary, and why."""
