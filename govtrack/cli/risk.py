"""`govtrack risk`: the group; its commands stand in modules of their own."""

from __future__ import annotations

import click

from govtrack.cli.risk_change import accept, add, assess, close, set_, treat
from govtrack.cli.risk_check import check, export, suggest
from govtrack.cli.risk_read import list_, show


@click.group()
def risk() -> None:
    """AI risks: identified, assessed, treated, accepted, closed (6.1.2, 6.1.3, 8.2, 8.3; MAP 4)."""


for _command in (add, set_, assess, treat, accept, close, list_, show, suggest, check, export):
    risk.add_command(_command)
