"""`govtrack trail`: the trail's checkpoints, keys and proofs."""

from __future__ import annotations

import click

from govtrack.cli.lazy import Lazy, LazyGroup

STANDING, PROOFS, OTHERS, LOSS = (
    "Checkpoints and keys", "Proofs", "Stamps and witnesses", "After a loss",
)  # fmt: skip

COMMANDS = {
    "status": Lazy("govtrack.cli.trail_status:status", "Show how the trail stands.", STANDING),
    "sign": Lazy("govtrack.cli.trail_sign:sign", "Sign what is not signed yet.", STANDING),
    "key": Lazy("govtrack.cli.trail_key:key", "The keys that sign the trail.", STANDING),
    "prove": Lazy("govtrack.cli.trail_prove:prove", "Prove that an entry is in the trail.", PROOFS),
    "consistency": Lazy(
        "govtrack.cli.trail_prove:consistency", "Prove that an older state continues.", PROOFS
    ),
    "stamp": Lazy("govtrack.cli.trail_stamp:stamp", "Have the newest state time-stamped.", OTHERS),
    "cosign": Lazy("govtrack.cli.trail_cosign:cosign", "Cosign a checkpoint as witness.", OTHERS),
    "accept": Lazy("govtrack.cli.trail_accept:accept", "Keep a witness's cosignature.", OTHERS),
    "restore": Lazy("govtrack.cli.trail_restore:restore", "Go on from an older store.", LOSS),
}


@click.group(cls=LazyGroup, table=COMMANDS)
def trail() -> None:
    """The trail: checkpoints, keys, proofs that an outsider can check."""
