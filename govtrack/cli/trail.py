"""`govtrack trail`: the trail's checkpoints, keys and proofs."""

from __future__ import annotations

import click

from govtrack.cli.lazy import Lazy, LazyGroup

PROOFS = "Proofs"

COMMANDS = {
    "prove": Lazy("govtrack.cli.trail_prove:prove", "Prove that an entry is in the trail.", PROOFS),
    "consistency": Lazy(
        "govtrack.cli.trail_prove:consistency", "Prove that an older state continues.", PROOFS
    ),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def trail() -> None:
    """The trail: checkpoints, keys, proofs that an outsider can check."""
