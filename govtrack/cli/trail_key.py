"""`govtrack trail key`: the keys that sign the trail."""

from __future__ import annotations

import click

from govtrack.cli.lazy import Lazy, LazyGroup

READ, CHANGE = "Read", "Change"

COMMANDS = {
    "list": Lazy("govtrack.cli.trail_key_read:list_", "List the keys and their states.", READ),
    "export": Lazy("govtrack.cli.trail_key_read:export", "Write a key's public half.", READ),
    "new": Lazy("govtrack.cli.trail_key_change:new", "Make a first key, or a witness's.", CHANGE),
    "rotate": Lazy("govtrack.cli.trail_key_change:rotate", "Replace the key in force.", CHANGE),
    "revoke": Lazy("govtrack.cli.trail_key_change:revoke", "Believe a key no more.", CHANGE),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def key() -> None:
    """The keys that sign the trail: made, replaced, revoked, given to others (docs/security.md)."""
