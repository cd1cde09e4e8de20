"""`govtrack trail restore`: go on from an older store under a new origin, and say so for good."""

from __future__ import annotations

import click

from govtrack.cli.changes import changed
from govtrack.cli.held import checkpoint_in
from govtrack.cli.options import Change, changing, json_option
from govtrack.cli.output import answer_json, plural, say
from govtrack.errors import refuse


@click.command()
@click.option(
    "--known",
    metavar="FILE",
    help="The newest checkpoint or statement that anybody holds of the lost store. Default: what "
    "this machine remembers.",
)
@json_option
@changing
def restore(*, known: str | None, as_json: bool, change: Change) -> None:
    r"""Begin a new generation of the trail, after an older store was put back.

    Entries that were recorded after the older store are lost, and their numbers would be given
    twice. So the trail goes on under a new origin, and its first entry says for good which
    checkpoint was known and which was restored. --reason is required.

    \b
    Examples:
      govtrack trail restore --reason 'disc lost on 3 May; backup of 1 May'
      govtrack trail restore --known statement-2025.txt --reason 'new machine, backup of 1 May'
    """
    from govtrack.aims import generations
    from govtrack.register import keys

    if not change.reason:
        raise refuse("is required: why an older store was put back", field="--reason")
    held = checkpoint_in(known, "--known") if known else None
    with changed(change, quiet=as_json, behind=True) as (_, recorded):
        began = generations.begun(recorded, held)
        known_size, left = began.known_size, began.restored_size
        signed = keys.active(recorded.connection) is not None
        said = {
            "format": "govtrack.trail-restore/1",
            "id": began.id,
            "generation": began.number,
            "origin": began.origin,
            "known": known_size,
            "restored": left,
            "dry_run": change.dry_run,
        }
    if as_json:
        answer_json(said)
        return
    say(f"Generation {said['generation']} of the trail begins: {said['origin']}")
    store = plural(left, "entry", "entries")
    if known_size is None:
        say(f"  from a store of {store}; nobody said what was lost")
    elif known_size > left:
        lost = plural(known_size - left, "entry", "entries")
        say(f"  from a store of {store}, where {known_size} were known: {lost} lost")
    else:
        say(f"  from a store of {store} with other contents than were known")
    say("Every answer of 'govtrack verify' says so from now on. Tell your auditor.")
    if signed:
        say("The key signs under the new name: 'govtrack trail key export' gives its new line, for")
        say("your documented information and your auditor; the fingerprint stays the same.")
