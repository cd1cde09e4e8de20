"""`govtrack trail accept`: a witness's cosignature, taken in."""

from __future__ import annotations

import click

from govtrack.cli import held
from govtrack.cli.options import current_workspace, json_option
from govtrack.cli.output import answer_json, say
from govtrack.errors import refuse, visible


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--witness", "witnesses", multiple=True, metavar="VKEY",
              help="The witness's key: its line, or a file of them.")  # fmt: skip
@json_option
def accept(file: str, *, witnesses: tuple[str, ...], as_json: bool) -> None:
    r"""Keep the cosignature in FILE that a witness sent back, if it holds for a checkpoint here.

    The witness is trusted on this machine from then on, so the key is to come from the witness, not
    from the file. Without --witness the witnesses trusted already are tried.

    \b
    Examples:
      govtrack trail accept checkpoint.cosig --witness audit.vkey
      govtrack trail accept checkpoint.cosig
    """
    from govtrack.register import witnessing
    from govtrack.trail.note import COSIGNATURE, fingerprint, vkey

    space = current_workspace()
    trusted = held.keys_in(witnesses, "--witness", COSIGNATURE)
    try:
        signatures = witnessing.lines(held.read(file, "FILE"))
    except ValueError as error:
        raise refuse(str(error), file=visible(file)) from None
    accepted = witnessing.accept(space, signatures, trusted or witnessing.known(space))
    if as_json:
        answer_json({
            "format": "govtrack.trail-accepted/1",
            "cosignatures": [
                {
                    "size": one.size,
                    "witness": vkey(one.witness.name, one.witness.public, one.witness.algorithm),
                    "fingerprint": fingerprint(one.witness),
                    "at": one.at,
                    "new": one.new,
                }
                for one in accepted
            ],
        })  # fmt: skip
        return
    for one in accepted:
        done = "Kept" if one.new else "Kept already:"
        say(
            f"{done} the cosignature of size {one.size} by {visible(one.witness.name)}, {one.at} "
            f"({fingerprint(one.witness)})"
        )
