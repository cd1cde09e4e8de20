"""`govtrack risk`: the AI risks, from identified to closed."""

from __future__ import annotations

import click

from govtrack.cli.lazy import Lazy, LazyGroup

READ, CHANGE = "Read", "Change"

COMMANDS = {
    "list": Lazy("govtrack.cli.risk_read:list_", "List risks with level and status.", READ),
    "show": Lazy("govtrack.cli.risk_read:show", "Show one with everything done about it.", READ),
    "check": Lazy("govtrack.cli.risk_check:check", "Name what the process lacks.", READ),
    "suggest": Lazy("govtrack.cli.risk_check:suggest", "Show where to begin.", READ),
    "export": Lazy("govtrack.cli.risk_check:export", "Write register and treatment plan.", READ),
    "add": Lazy("govtrack.cli.risk_change:add", "Record a risk.", CHANGE),
    "set": Lazy("govtrack.cli.risk_change:set_", "Correct what is recorded of one.", CHANGE),
    "assess": Lazy("govtrack.cli.risk_change:assess", "Assess one anew.", CHANGE),
    "treat": Lazy("govtrack.cli.risk_change:treat", "Decide on a treatment, or change it.", CHANGE),
    "accept": Lazy("govtrack.cli.risk_change:accept", "Accept one at its level.", CHANGE),
    "close": Lazy("govtrack.cli.risk_change:close", "Close one that is there no more.", CHANGE),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def risk() -> None:
    """AI risks: identified, assessed, treated, accepted, closed (6.1.2, 6.1.3, 8.2, 8.3; MAP 4)."""
