"""`govtrack evidence hold|release|purge`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.changes import changed
from govtrack.cli.options import Change, changing, current_workspace, json_option
from govtrack.cli.output import answer_json, on_terminal, say, talk
from govtrack.errors import NotDone, refuse, visible

if TYPE_CHECKING:
    from govtrack.aims.retention import Purged
    from govtrack.workspace import Workspace

EVS = click.argument("identifiers", metavar="EV...", nargs=-1, required=True)


@click.command()
@EVS
@click.option("--title", required=True, metavar="TEXT", help="What the hold is for.")
@json_option
@changing
def hold(identifiers: tuple[str, ...], *, title: str, as_json: bool, change: Change) -> None:
    r"""Place a legal hold on EV...: while it stands their bytes cannot be purged.

    \b
    Examples:
      govtrack evidence hold EV-2025-0001 EV-2025-0002 --title 'Complaint of the works council'
    """
    from govtrack.aims import holds

    with changed(change, quiet=as_json) as (_, recorded):
        image = recorded.image("legal_hold", holds.place(recorded, identifiers, title))
    _held(image, "Placed", as_json=as_json, dry_run=change.dry_run)


@click.command()
@click.argument("identifier", metavar="LH")
@click.option("--why", required=True, metavar="TEXT", help="Why it is lifted.")
@json_option
@changing
def release(identifier: str, *, why: str, as_json: bool, change: Change) -> None:
    r"""Lift the legal hold LH. It stays on record.

    \b
    Examples:
      govtrack evidence release LH-2026-0001 --why 'Settled on 2026-09-01'
    """
    from govtrack.aims import holds

    with changed(change, quiet=as_json) as (_, recorded):
        image = recorded.image("legal_hold", holds.lift(recorded, identifier, why))
    _held(image, "Lifted", as_json=as_json, dry_run=change.dry_run)


def _held(image: dict[str, Any], deed: str, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        shown = {"format": "govtrack.legal-hold/1", **image}
        answer_json(shown | ({"dry_run": True} if dry_run else {}))
        return
    deed = f"Would be {deed.casefold()}:" if dry_run else deed
    say(f"{deed} {image['id']} '{visible(image['title'])}' on {', '.join(image['evidence'])}")


@click.command()
@EVS
@click.option("--rule", required=True, metavar="TEXT", help="The retention rule that asks for it.")
@click.option("--in-force", is_flag=True,
              help="Purge what is in force or a draft, too.")  # fmt: skip
@click.option("--yes", is_flag=True, help="Purge without asking.")
@json_option
@changing
def purge(
    identifiers: tuple[str, ...],
    *,
    rule: str,
    in_force: bool,
    yes: bool,
    as_json: bool,
    change: Change,
) -> None:
    r"""Remove the bytes of EV... for good, under a retention rule; record, hash and history stay.

    Only what is superseded, withdrawn or expired, and under no legal hold. Bytes that another
    record names stay until that one is purged too.

    \b
    Examples:
      govtrack evidence purge EV-2022-0007 --rule 'Records schedule 4.2: three years after use'
      govtrack evidence purge EV-2022-0007 --rule 'Erasure request 17' --yes --json
    """
    from govtrack.aims import retention
    from govtrack.register.recording import recording

    if not change.dry_run:
        with recording(current_workspace(), change.actor, dry_run=True) as tried:
            retention.purge(tried, identifiers, rule, in_force=in_force)
        _asked(identifiers, rule, yes=yes, as_json=as_json)
    with changed(change, quiet=as_json) as (space, recorded):
        done = retention.purge(recorded, identifiers, rule, in_force=in_force)
        today = recorded.today.isoformat()
    removed, stay = _removed(space, done, dry_run=change.dry_run)
    if as_json:
        answer_json(
            {
                "format": "govtrack.evidence-purged/1",
                "evidence": list(done.evidence),
                "purged_on": today,
                "purged_by": change.actor,
                "rule": rule,
                "removed": removed,
                "stay": [{"sha256": one, "named_by": list(by)} for one, by in stay.items()],
                "to_withdraw": list(done.standing),
                **({"dry_run": True} if change.dry_run else {}),
            }
        )
        return
    deed = "Would purge" if change.dry_run else "Purged"
    say(f"{deed} {', '.join(done.evidence)} under {visible(rule)}.")
    for digest in removed:
        say(f"  removed: object {digest}")
    for digest, owners in stay.items():
        say(f"  object {digest} stays: {', '.join(owners)} names the same bytes")
    say("Record, SHA-256 and history stay.")
    for one, standing in done.standing.items():
        say(
            f"{one} is {standing} still, with nothing left to look at: take it out of force too, "
            f"with 'govtrack evidence withdraw {one} --why TEXT'"
        )


def _asked(identifiers: tuple[str, ...], rule: str, *, yes: bool, as_json: bool) -> None:
    """Ask; refused where nobody can be asked and nobody said that it need not be asked."""
    if yes:
        return
    if as_json or not (on_terminal(sys.stdin) and on_terminal(sys.stderr)):
        message = "is needed where nobody can be asked: what is purged does not come back"
        raise refuse(message, field="--yes")
    named = ", ".join(map(visible, identifiers))
    question = f"Remove the bytes of {named} for good, under {visible(rule)}?"
    if not click.confirm(question, default=False, err=True):
        raise NotDone("nothing was purged")


def _removed(
    space: Workspace, done: Purged, *, dry_run: bool
) -> tuple[list[str], dict[str, tuple[str, ...]]]:
    """Remove the bytes, the record being committed; which went, and which stay because of whom."""
    alone = set(done.digests) - done.shared.keys()
    if dry_run:
        return sorted(alone), done.shared
    from govtrack.register.collecting import unlinked

    try:
        removed, kept = unlinked(space, set(done.digests))
    except NotDone as refusal:
        raise NotDone(
            f"the purge is recorded, but the bytes are still there ({refusal}): "
            "'govtrack gc' removes them"
        ) from None
    for digest in kept - done.shared.keys():
        talk(f"note: object {digest} was recorded again meanwhile, and stays")
    return sorted(removed), {one: done.shared.get(one, ()) for one in sorted(kept)}
