"""`govtrack impact`: AI system impact assessments."""

from __future__ import annotations

import click

from govtrack.cli.lazy import Lazy, LazyGroup

READ, CHANGE = "Read", "Change"

COMMANDS = {
    "list": Lazy("govtrack.cli.impact_read:list_", "List assessments.", READ),
    "show": Lazy("govtrack.cli.impact_read:show", "Show one assessment.", READ),
    "check": Lazy("govtrack.cli.impact_read:check", "Name what is due, missing or open.", READ),
    "export": Lazy("govtrack.cli.impact_export:export", "Write the register as a document.", READ),
    "add": Lazy("govtrack.cli.impact_change:add", "Record an assessment.", CHANGE),
    "effect": Lazy("govtrack.cli.impact_change:effect", "Add a benefit or a harm.", CHANGE),
    "approve": Lazy("govtrack.cli.impact_change:approve", "Record an approval.", CHANGE),
    "link": Lazy("govtrack.cli.impact_change:link", "Tie it to risks and evidence.", CHANGE),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def impact() -> None:
    """AI system impact assessments: whom a system may help or harm, and how."""
