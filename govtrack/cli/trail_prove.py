"""`govtrack trail prove|consistency`: proofs to give away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.files import put
from govtrack.cli.held import checkpoint_in
from govtrack.cli.options import current_workspace, json_option
from govtrack.cli.output import answer_json, plural, talk
from govtrack.errors import visible

if TYPE_CHECKING:
    from govtrack.register.proofs import Against

output_option = click.option(
    "-o", "--output", metavar="FILE", help="Write the proof to a file that is not there yet."
)
UNSIGNED = (
    "unsigned: no signed checkpoint reaches that far; 'govtrack trail sign' signs one, where the "
    "key is"
)


@click.command()
@click.argument("identifier", metavar="ID")
@output_option
@json_option
def prove(identifier: str, *, output: str | None, as_json: bool) -> None:
    r"""Prove that the newest entry of ID, a record or an entry's number, is in the trail.

    The proof is a file of a few hundred bytes (C2SP tlog-proof) with the newest signed checkpoint
    that covers the entry; it is checked before it is given.

    \b
    Examples:
      govtrack trail prove EV-2025-0001 -o EV-2025-0001.tlog-proof
      govtrack trail prove 17 --json
    """
    from govtrack.register.proofs import entry_named, proved
    from govtrack.register.reader import reading
    from govtrack.trail.note import encoded

    with reading(current_workspace()) as connection:
        found = proved(connection, entry_named(connection, identifier))
    written = found.written()
    if output:
        put(Path(output), written)
    if as_json:
        answer_json({
            "format": "govtrack.trail-proof/1",
            "entry": found.entry,
            "at": found.at,
            "action": found.action,
            "record": found.record,
            "leaf": encoded(found.leaf),
            "path": list(map(encoded, found.path)),
            "checkpoint": _as_json(found.against),
            "proof": written.decode(),
        })  # fmt: skip
        return
    if not output:
        click.echo(written, nl=False)
    stated = found.against.stated
    talk(
        f"Entry {found.entry} ({found.action} of {visible(found.record)}) is in the tree of "
        f"{plural(stated.size, 'entry', 'entries')}{_to(output)}"
    )
    _told(found.against)


@click.command()
@click.option("--from", "from_", required=True, metavar="FILE",
              help="Older checkpoint, statement.txt or proof; - for standard input.")  # fmt: skip
@output_option
@json_option
def consistency(*, from_: str, output: str | None, as_json: bool) -> None:
    r"""Prove that the trail continues the older state that FILE states: nothing was rewritten.

    The proof leads from the older root to that of the newest signed checkpoint. Exit 1 where the
    entries of today do not give the older root.

    \b
    Examples:
      govtrack trail consistency --from last-year/checkpoint
      govtrack trail consistency --from statement.txt -o consistency-from-118.txt
    """
    from govtrack.register.proofs import continued
    from govtrack.register.reader import reading
    from govtrack.trail.note import encoded

    older = checkpoint_in(from_, "--from")
    where = "standard input" if from_ == "-" else visible(from_)
    with reading(current_workspace()) as connection:
        found = continued(connection, older, where)
    written = found.written()
    if output:
        put(Path(output), written.encode())
    if as_json:
        answer_json({
            "format": "govtrack.trail-consistency/1",
            "older": {
                "origin": older.origin, "size": older.size, "root": encoded(older.root),
            },
            "path": list(map(encoded, found.path)),
            "checkpoint": _as_json(found.against),
            "proof": written,
        })  # fmt: skip
        return
    if not output:
        click.echo(written, nl=False)
    talk(
        f"The tree of {plural(older.size, 'entry', 'entries')} is the beginning of that of "
        f"{found.against.stated.size}{_to(output)}"
    )
    if not found.path:
        talk("  the proof is empty: there is nothing between them to prove")
    _told(found.against)


def _to(output: str | None) -> str:
    return f"; wrote the proof to {visible(output)}" if output else ""


def _told(target: Against) -> None:
    from govtrack.trail.note import encoded, fingerprint

    stated = target.stated
    talk(f"  {visible(stated.origin)}, size {stated.size}, root {encoded(stated.root)}")
    for one in target.signers:
        talk(f"  signed by {fingerprint(one)}")
    if not target.signers:
        talk(f"  {UNSIGNED}")


def _as_json(target: Against) -> dict[str, Any]:
    from govtrack.trail.note import encoded, fingerprint

    return {
        "origin": target.stated.origin,
        "size": target.stated.size,
        "root": encoded(target.stated.root),
        "signed": bool(target.signers),
        "signed_by": list(map(fingerprint, target.signers)),
        "note": target.data.decode(),
    }
