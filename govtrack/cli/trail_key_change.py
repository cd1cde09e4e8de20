"""`govtrack trail key new|rotate|revoke`: changing the key that signs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govtrack import clock
from govtrack.cli.files import placed
from govtrack.cli.options import Change, changing, current_workspace, json_option
from govtrack.cli.output import answer_json, on_terminal, say, talk
from govtrack.cli.passphrases import ask_option, given, opening, passphrase_option
from govtrack.cli.passphrases import new as new_passphrase
from govtrack.errors import NotDone, refuse, visible

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from govtrack.aims.key_changes import By, Changed
    from govtrack.trail.note import Verifier
    from govtrack.workspace import Workspace

DRY = "Dry run: nothing was recorded, and no key was made."
BACKUP = "Back up the key's file, apart from backups of the store."
TELL = (
    "Whoever trusts the old key can walk to this one. Tell your auditor all the same, and write "
    "the new line into your documented information."
)
OVER = "is needed for nothing more: delete it, and its backups"
LOST = (
    "Only the new key vouches for itself: whoever trusts the old one has no proof that the new one "
    "is yours. Give it to them by another road, as when the trail began. Until they have it, what "
    "is signed from here on counts for nothing to them, and rests on stamps and witnesses."
)


@click.command()
@click.option(
    "--witness", metavar="NAME", help="Make a witness's key, to cosign in that name; no workspace."
)
@click.option(
    "-o", "--output", metavar="FILE",
    help="Where to write the private key. Default: with this machine's other keys.",
)  # fmt: skip
@ask_option
@passphrase_option
@json_option
@changing
def new(
    *,
    witness: str | None,
    output: str | None,
    ask: bool,
    passphrase_fd: str | None,
    as_json: bool,
    change: Change,
) -> None:
    r"""Make the first signing key of a trail that has none, or the key of a witness.

    For a workspace that was founded with --no-key or migrated from an older schema. A witness
    (an auditor, say) names itself by --witness and needs no workspace.

    \b
    Examples:
      govtrack trail key new
      govtrack trail key new --witness audit.example.org -o auditor.pem --ask
    """
    passphrase = new_passphrase(passphrase_fd, ask=ask)
    path = Path(output).absolute() if output else None
    if path:
        placed(path)
    if witness is not None:
        if path is None:
            raise refuse("is missing: where to write the witness's private key", field="--output")
        _witness(witness, path, passphrase, as_json=as_json, change=change)
        return
    from govtrack.aims import key_changes

    done = key_changes.begun(current_workspace(), _by(change), passphrase, path)
    _told(done.notes)
    if output:
        talk(f"note: for the key to be found there, set {_file_variable()} to that file")
    if as_json:
        _answer(done, change)
        return
    say(f"{done.id} {_signs(change)}")
    _said(done, change)


@click.command()
@click.option(
    "--lost", is_flag=True, help="The old key is lost: the new one signs alone, and proves less."
)
@click.option("--yes", is_flag=True, help="With --lost: replace it without asking.")
@ask_option
@passphrase_option
@json_option
@changing
def rotate(
    *,
    lost: bool,
    yes: bool,
    ask: bool,
    passphrase_fd: str | None,
    as_json: bool,
    change: Change,
) -> None:
    r"""Put a new key in place of the one in force; the old one signs that it passes on to it.

    Two recordings: the new key is added under a checkpoint that both keys sign, then the old one is
    retired. Whoever trusts the old key can walk to the new one. --passphrase-fd opens the old key
    and is put on the new one; with --ask the new one gets another, asked for on the terminal.

    \b
    Examples:
      govtrack trail key rotate --reason 'yearly, as our key procedure says'
      govtrack trail key rotate --lost --reason 'disc of the laptop failed, no backup of the key'
    """
    from govtrack.aims import key_changes

    space = current_workspace()
    old = given(passphrase_fd) if lost else opening(_first(space), passphrase_fd)
    if lost and not change.dry_run:
        key_changes.rotated(space, _by(change)._replace(dry_run=True), old, lost=True)
        _given_up(yes=yes, as_json=as_json)
    fresh = new_passphrase(None, ask=True) if ask else old
    done = key_changes.rotated(space, _by(change), old, fresh, lost=lost)
    _told(done.notes)
    _elsewhere()
    if as_json:
        _answer(done, change)
        return
    say(f"{done.id} {_signs(change)}, in place of {done.replaced}")
    _said(done, change)
    if change.dry_run:
        return
    if done.old_file:
        say(f"{visible(str(done.old_file))}, the old key, {OVER}.")
    elif done.continued:
        say(f"The old key's file {OVER}.")
    say(TELL if done.continued else LOST)


@click.command()
@click.argument("identifier", metavar="KEY")
@click.option(
    "--since", required=True, metavar="INSTANT",
    help="From when its signatures are not believed: 2026-05-03T08:00+02:00.",
)  # fmt: skip
@click.option("--why", required=True, metavar="TEXT", help="What happened to it.")
@click.option("--replace", is_flag=True, help="Put a new key in its place, without its word.")
@ask_option
@passphrase_option
@json_option
@changing
def revoke(
    identifier: str,
    *,
    since: str,
    why: str,
    replace: bool,
    ask: bool,
    passphrase_fd: str | None,
    as_json: bool,
    change: Change,
) -> None:
    r"""Believe no signature by KEY from an instant on, as when it was stolen.

    What it signed counts then only where a stamp or cosignature shows that it was there before. The
    key in force is revoked with --replace, which makes a new key first; --ask and --passphrase-fd
    are for that one.

    \b
    Examples:
      govtrack trail key revoke KEY-2025-0001 --since 2026-05-03T08:00:00+02:00 \
          --why 'laptop stolen from the train' --replace
    """
    from govtrack.aims import key_changes

    space = current_workspace()
    passphrase = None
    if replace:
        passphrase = new_passphrase(passphrase_fd, ask=ask)
    elif ask or passphrase_fd:
        raise refuse("is for the new key that --replace makes", field="--ask" if ask else
                     "--passphrase-fd")  # fmt: skip
    instant = _instant(since)
    done = key_changes.revoked(
        space, _by(change), identifier, instant, why, replace=replace, new_passphrase=passphrase
    )
    _told(done.notes)
    at = clock.instant_text(instant)
    if done.successor:
        _elsewhere()
    if as_json:
        _answer(done.successor, change, revoked=done.id, revoked_at=at)
        return
    say(f"{done.id} {'would be' if change.dry_run else 'is'} revoked from {at} on:")
    say("  what it signed counts only where a stamp or a cosignature saw it before that time")
    if done.successor:
        say(f"{done.successor.id} {_signs(change)}")
        _said(done.successor, change)
        if not change.dry_run:
            say(LOST)
    elif change.dry_run:
        say(DRY)


def _witness(
    name: str, path: Path, passphrase: bytes | None, *, as_json: bool, change: Change
) -> None:
    from govtrack.register import keys
    from govtrack.trail import note, signing

    key = signing.new_key()
    try:
        vkey = note.vkey(name, signing.public_of(key), note.COSIGNATURE)
    except ValueError as error:
        raise refuse(str(error), field="--witness") from None
    if path.suffix == ".vkey":
        raise refuse("ends in .vkey, as its public half will: choose another name, such as "
                     f"{path.with_suffix('.pem').name}", field="--output")  # fmt: skip
    if not change.dry_run:
        keys.written(path, key, vkey, passphrase)
    verifier = note.parsed_vkey(vkey)
    if as_json:
        answer_json(
            _shown(None, verifier, change) | {"file": None if change.dry_run else str(path)}
        )
        return
    say(f"A witness's key, its private half in {visible(str(path))}, its public half beside it")
    if change.dry_run:
        say(DRY)
        return
    say("Those who rely on your cosignatures need this line from you, not from the trail's holder:")
    say(f"  {vkey}")
    say(f"  {note.fingerprint(verifier)}")


def _given_up(*, yes: bool, as_json: bool) -> None:
    """Ask whether nobody has the key; refused where nobody can be asked."""
    if yes:
        return
    if as_json or not (on_terminal(sys.stdin) and on_terminal(sys.stderr)):
        raise refuse(
            "is needed where nobody can be asked: a holder of the key, if there is one, signs no "
            "more, and those who trust the old key need the new one by another road",
            field="--yes",
        )
    question = "Has nobody the key in force any more? Its holder, if there is one, signs no more."
    if not click.confirm(question, default=False, err=True):
        raise NotDone("no key was replaced")


def _signs(change: Change) -> str:
    return "would sign this trail" if change.dry_run else "signs this trail from now on"


def _by(change: Change) -> By:
    from govtrack.aims.key_changes import By

    return By(change.actor, change.reason, change.dry_run)


def _first(space: Workspace) -> str:
    from govtrack.register import journal
    from govtrack.register.reader import reading

    with reading(space) as connection:
        return journal.first_origin(connection)


def _told(notes: Iterable[str]) -> None:
    for note in notes:
        talk(f"note: {visible(note)}")


def _said(done: Changed, change: Change) -> None:
    from govtrack.trail import note

    if change.dry_run:  # its key is made when it is meant, and is another one
        say(DRY)
        return
    say(f"  {note.vkey(done.key.name, done.key.public)}")
    say(f"  {note.fingerprint(done.key)}")
    if done.file:
        under = "under a passphrase" if done.sealed else "under no passphrase"
        say(f"  private half, {under}: {visible(str(done.file))}")
        say(BACKUP)


def _answer(done: Changed | None, change: Change, **revoked: str) -> None:
    shown = _shown(done, done.key if done else None, change)
    if done:
        shown |= {"file": str(done.file) if done.file else None}
    answer_json(shown | revoked)


def _shown(done: Changed | None, key: Verifier | None, change: Change) -> dict[str, Any]:
    from govtrack.trail import note

    key = None if change.dry_run else key
    return {
        "format": "govtrack.trail-key/1",
        "id": done.id if done else None,
        "vkey": note.vkey(key.name, key.public, key.algorithm) if key else None,
        "fingerprint": note.fingerprint(key) if key else None,
        "replaces": done.replaced if done else None,
        "continued": done.continued if done else False,
        "file": None,
        "revoked": None,
        "revoked_at": None,
        "dry_run": change.dry_run,
    }


def _elsewhere() -> None:
    if os.environ.get(_file_variable()):
        talk(f"note: {_file_variable()} names the file of the old key: put the new one there")


def _file_variable() -> str:
    from govtrack.register.keys import FILE

    return FILE


def _instant(text: str) -> datetime:
    """An instant of ISO 8601 with its zone."""
    try:
        found = clock.instant(text)
        whole = bool(found.tzinfo and clock.instant_text(found))
        whole = whole and ("T" in text.upper() or " " in text)
    except (ValueError, OverflowError):
        found, whole = None, False
    if found is None or not whole:
        raise refuse(
            f"'{visible(text)}' is not an instant written as 2026-05-03T08:00:00+02:00 or "
            "2026-05-03T06:00:00Z (ISO 8601, with its zone)",
            field="--since",
        )
    return found
