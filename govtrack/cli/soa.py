"""`govtrack soa`: the Statement of Applicability."""

from __future__ import annotations

import click

from govtrack.cli.lazy import Lazy, LazyGroup

READ, CHANGE = "Read", "Change"

COMMANDS = {
    "show": Lazy("govtrack.cli.soa_read:show", "Every control, and what holds for it.", READ),
    "check": Lazy("govtrack.cli.soa_read:check", "The tests an auditor makes of it.", READ),
    "versions": Lazy("govtrack.cli.soa_read:versions", "The versions that were approved.", READ),
    "diff": Lazy("govtrack.cli.soa_read:diff", "What differs between two of them.", READ),
    "export": Lazy("govtrack.cli.soa_export:export", "Write a document, or a sheet to edit.", READ),
    "import": Lazy("govtrack.cli.soa_import:import_", "Read an edited sheet back.", CHANGE),
    "set": Lazy("govtrack.cli.soa_change:set_", "Decide on controls.", CHANGE),
    "add": Lazy("govtrack.cli.soa_change:add", "Add a control of your own.", CHANGE),
    "approve": Lazy("govtrack.cli.soa_approve:approve", "Freeze a version.", CHANGE),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def soa() -> None:
    """The Statement of Applicability: which controls are necessary, and why."""
