"""`govtrack trail cosign`: a witness's cosignature, without a workspace."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from govtrack import clock
from govtrack.cli import held
from govtrack.cli.files import put
from govtrack.cli.options import json_option
from govtrack.cli.output import answer_json, on_terminal, talk
from govtrack.cli.passphrases import given, passphrase_option
from govtrack.errors import NotDone, Problem, Refusal, refuse, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from govtrack.trail.checkpoint import Checkpoint
    from govtrack.trail.note import Note, Verifier

UNPROVEN = (
    "note: it is not proven that this state continues one that you saw before; ask for a proof "
    "('govtrack trail consistency --from' the checkpoint you kept), and give both with --since and "
    "--consistency"
)
NOT_ITS_KEY = (
    "note: whether the trail's own key signed it was not checked; give that key, as you know it "
    "from elsewhere, with --key"
)


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--key-file", required=True, metavar="PEM", help="Your own signing key (Ed25519).")
@click.option("--name", required=True, metavar="NAME",
              help="Your name as a witness, such as audit.example.org.")  # fmt: skip
@click.option("--since", metavar="OLDER",
              help="An older checkpoint that you kept: refused if it is contradicted.")  # fmt: skip
@click.option("--consistency", metavar="PROOF",
              help="Proof that FILE continues OLDER (from 'trail consistency').")  # fmt: skip
@click.option("--key", multiple=True, metavar="VKEY",
              help="The trail's signing key: refused if it did not sign.")  # fmt: skip
@click.option("-o", "--output", metavar="OUT", help="Write the line to a file not there yet.")
@passphrase_option
@json_option
def cosign(
    file: str,
    *,
    key_file: str,
    name: str,
    since: str | None,
    consistency: str | None,
    key: tuple[str, ...],
    output: str | None,
    passphrase_fd: str | None,
    as_json: bool,
) -> None:
    r"""Cosign the checkpoint in FILE with your own key, as a witness: no workspace is needed.

    The line says that this is the largest state of the trail that you have seen, now. Keep the
    checkpoint: it is what you compare the next one with.

    \b
    Examples:
      govtrack trail cosign checkpoint --key-file auditor.pem --name audit.example.org
      govtrack trail cosign checkpoint --key-file auditor.pem --name audit.example.org \
        --since last-year/checkpoint --consistency consistency-from-118.txt -o checkpoint.cosig
    """
    from govtrack.trail import cosignature, note

    seen = _seen(file, since, consistency, key)
    own = _key(Path(key_file), passphrase_fd)
    witness = _witness(seen, name, own)
    at = int(clock.now().timestamp())
    line = cosignature.cosigned(seen.checkpoint.body(), name, own, at).line()
    if output:
        put(Path(output), line.encode())
    vkey = note.vkey(name, witness.public, note.COSIGNATURE)
    if as_json:
        answer_json({
            "format": "govtrack.trail-cosignature/1",
            "origin": seen.checkpoint.origin,
            "size": seen.checkpoint.size,
            "root": note.encoded(seen.checkpoint.root),
            "at": clock.instant_text(clock.now().replace(microsecond=0)),
            "line": line,
            "witness": vkey,
            "fingerprint": note.fingerprint(witness),
            "continues": seen.continues,
            "signed_by_key": bool(key),
        })  # fmt: skip
    elif not output:
        click.echo(line, nl=False)
    root = note.encoded(seen.checkpoint.root)
    talk(f"Cosigned {visible(seen.checkpoint.origin)}, size {seen.checkpoint.size}, root {root}")
    talk(f"  as {visible(name)}, {note.fingerprint(witness)}{_to(output)}")
    talk("  your key, which others should have from you and not from the trail's holder:")
    talk(f"  {vkey}")
    for told, words in ((seen.continues, UNPROVEN), (bool(key), NOT_ITS_KEY)):
        if not told:
            talk(words)


class _Seen(NamedTuple):
    checkpoint: Checkpoint
    note: Note
    continues: bool


def _seen(file: str, since: str | None, consistency: str | None, key: tuple[str, ...]) -> _Seen:
    """The checkpoint to cosign, once nothing speaks against it."""
    from govtrack.trail import note, witness

    if consistency and not since:
        raise refuse("goes with --since, which names the older checkpoint", field="--consistency")
    keys = held.keys_in(key, "--key", note.ED25519)
    try:
        found, issued = witness.looked_at(held.read(file, "FILE"), keys)
    except ValueError as error:
        raise _refused(error, file) from None
    return _Seen(found, issued, bool(since) and _continues(found, str(since), consistency))


def _witness(seen: _Seen, name: str, own: Ed25519PrivateKey) -> Verifier:
    """Who cosigns; refused where it is the trail itself."""
    from govtrack.trail import note, signing, witness

    public = signing.public_of(own)
    try:
        found = note.parsed_vkey(note.vkey(name, public, note.COSIGNATURE))
    except ValueError as error:
        raise refuse(str(error), field="--name") from None
    if name == seen.checkpoint.origin or witness.is_own(seen.checkpoint, seen.note, public):
        raise refuse("a trail cannot be its own witness: take a key and a name of your own")
    return found


def _continues(found: Checkpoint, since: str, consistency: str | None) -> bool:
    """Whether the older checkpoint is proven to be continued; refused where it cannot be."""
    from govtrack.trail import proof, witness

    older = held.checkpoint_in(since, "--since")
    path: Sequence[bytes] | None = None
    where, field = since, "--since"
    try:
        witness.continues(found, older, None)
        if consistency:
            where, field = consistency, "--consistency"
            path = proof.read_consistency(held.read(consistency, field))
        return witness.continues(found, older, path)
    except ValueError as error:
        raise _refused(error, where, field) from None


def _refused(error: ValueError, file: str, field: str | None = None) -> Refusal:
    """What cannot be read is bad input; what can be and contradicts is a check that failed."""
    from govtrack.trail.witness import Contradicted

    if isinstance(error, Contradicted):
        return NotDone(Problem(str(error), file=visible(file), field=field))
    return refuse(str(error), file=visible(file), field=field)


def _key(path: Path, descriptor: str | None) -> Ed25519PrivateKey:
    """The witness's key; its passphrase from the descriptor, else asked for on a terminal."""
    from govtrack.register import keys

    passphrase = given(descriptor)
    if passphrase is None and on_terminal(sys.stdin) and path.is_file() and keys.is_sealed(path):
        asked: str = click.prompt("Passphrase of the key", hide_input=True, err=True)
        passphrase = asked.encode()
    return keys.loaded(path, passphrase)


def _to(output: str | None) -> str:
    return f"; wrote the line to {visible(output)}" if output else ""
