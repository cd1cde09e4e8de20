"""`govtrack profile`: the AI RMF profiles, current and target."""

from __future__ import annotations

import click

from govtrack.cli.lazy import Lazy, LazyGroup

READ, CHANGE = "Read", "Change"

COMMANDS = {
    "show": Lazy("govtrack.cli.profile_read:show", "The 72 rows of a profile on a day.", READ),
    "gaps": Lazy("govtrack.cli.profile_read:gaps", "What is below its target.", READ),
    "check": Lazy("govtrack.cli.profile_check:check", "What is claimed beyond proof.", READ),
    "compare": Lazy("govtrack.cli.profile_check:compare", "Where two profiles differ.", READ),
    "list": Lazy("govtrack.cli.profile_check:list_", "List the profiles.", READ),
    "export": Lazy(
        "govtrack.cli.profile_export:export", "Write a document, or a sheet to edit.", READ
    ),
    "import": Lazy("govtrack.cli.profile_import:import_", "Read an edited sheet back.", CHANGE),
    "set": Lazy("govtrack.cli.profile_change:set_", "Set subcategories on a day.", CHANGE),
    "add": Lazy("govtrack.cli.profile_change:add", "Record a further profile.", CHANGE),
    "change": Lazy("govtrack.cli.profile_change:change_", "Change a profile's head.", CHANGE),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def profile() -> None:
    """AI RMF profiles: where you are, where you want to be, and the way between."""
