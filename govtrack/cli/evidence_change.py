"""`govtrack evidence approve|supersede|withdraw|tag|untag|confirm|decline`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from govtrack.cli import words
from govtrack.cli.changes import catalogue_of, changed
from govtrack.cli.options import DAY, Change, changing, json_option
from govtrack.cli.output import answer_json, say, talk
from govtrack.errors import refuse, visible

if TYPE_CHECKING:
    from datetime import date

    from govtrack.workspace import Workspace

EV = click.argument("identifier", metavar="EV")
REFS = click.argument("words_of_refs", metavar="REF...", nargs=-1, required=True)


@click.command()
@EV
@click.option("--by", required=True, metavar="WHO", help="Who approved it.")
@click.option("--on", type=DAY, metavar="DATE", help="When. Default: today.")
@click.option("--valid-until", type=DAY, metavar="DATE", help="Last day it may be relied on.")
@json_option
@changing
def approve(
    identifier: str,
    *,
    by: str,
    on: date | None,
    valid_until: date | None,
    as_json: bool,
    change: Change,
) -> None:
    r"""Record that somebody approved EV. What it supersedes steps back on that day.

    \b
    Examples:
      govtrack evidence approve EV-2025-0001 --by eva --on 2025-03-31
    """
    from govtrack.aims import evidence

    with changed(change, quiet=as_json) as (space, recorded):
        key = evidence.approve(
            recorded, identifier, by, on or recorded.today, catalogue_of(space), valid_until
        )
        image = recorded.image("evidence", key)
    _answer(space, image, recorded.today, as_json=as_json, dry_run=change.dry_run)


@click.command()
@click.argument("old", metavar="OLD")
@click.option("--by", "new", required=True, metavar="EV", help="The evidence that replaces it.")
@json_option
@changing
def supersede(old: str, *, new: str, as_json: bool, change: Change) -> None:
    r"""Record that OLD is replaced: on the approval of the evidence that replaces it.

    \b
    Examples:
      govtrack evidence supersede EV-2025-0001 --by EV-2026-0004
    """
    from govtrack.aims import evidence

    with changed(change, quiet=as_json) as (space, recorded):
        key = evidence.supersede(recorded, old, new)
        image = recorded.image("evidence", key)
    _answer(space, image, recorded.today, as_json=as_json, dry_run=change.dry_run)


@click.command()
@EV
@click.option("--on", type=DAY, metavar="DATE", help="From when. Default: today.")
@click.option("--why", required=True, metavar="TEXT", help="Why it is no longer relied on.")
@json_option
@changing
def withdraw(identifier: str, *, on: date | None, why: str, as_json: bool, change: Change) -> None:
    r"""Take EV out of force. Nothing is deleted.

    \b
    Examples:
      govtrack evidence withdraw EV-2025-0001 --why 'test data was mislabelled'
    """
    from govtrack.aims import evidence

    with changed(change, quiet=as_json) as (space, recorded):
        key = evidence.withdraw(recorded, identifier, on or recorded.today, why)
        image = recorded.image("evidence", key)
    _answer(space, image, recorded.today, as_json=as_json, dry_run=change.dry_run)


@click.command()
@EV
@REFS
@json_option
@changing
def tag(identifier: str, *, words_of_refs: tuple[str, ...], as_json: bool, change: Change) -> None:
    r"""State that EV supports REF... as well; the other framework's side is proposed.

    \b
    Examples:
      govtrack evidence tag EV-2025-0001 'MEASURE 2.6' A.6.2.4
    """
    from govtrack.aims import evidence

    with changed(change, quiet=as_json) as (space, recorded):
        refs = _refs(words_of_refs, space)
        key = evidence.tag(recorded, identifier, refs, catalogue_of(space))
        image = recorded.image("evidence", key)
    _answer(space, image, recorded.today, as_json=as_json, dry_run=change.dry_run)


@click.command()
@EV
@REFS
@json_option
@changing
def untag(
    identifier: str, *, words_of_refs: tuple[str, ...], as_json: bool, change: Change
) -> None:
    r"""Take REF... off EV, whatever their origin.

    \b
    Examples:
      govtrack evidence untag EV-2025-0001 A.6.2.4 --reason 'covers training data only'
    """
    from govtrack.aims import evidence

    with changed(change, quiet=as_json) as (space, recorded):
        key = evidence.untag(recorded, identifier, _refs(words_of_refs, space))
        image = recorded.image("evidence", key)
    _answer(space, image, recorded.today, as_json=as_json, dry_run=change.dry_run)


@click.command()
@EV
@click.argument("words_of_refs", metavar="[REF]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Confirm all that is proposed.")
@json_option
@changing
def confirm(
    identifier: str,
    *,
    words_of_refs: tuple[str, ...],
    everything: bool,
    as_json: bool,
    change: Change,
) -> None:
    r"""Confirm that EV supports what is proposed: REF..., or --all. Confirmed, it counts.

    \b
    Examples:
      govtrack evidence confirm EV-2025-0001 A.6.2.4 9.1
      govtrack evidence confirm EV-2025-0001 --all
    """
    from govtrack.aims import evidence

    if everything == bool(words_of_refs):
        raise refuse("name the requirements, or say --all", field="REF")
    with changed(change, quiet=as_json) as (space, recorded):
        refs = None if everything else _refs(words_of_refs, space)
        key = evidence.confirm(recorded, identifier, refs)
        image = recorded.image("evidence", key)
    _answer(space, image, recorded.today, as_json=as_json, dry_run=change.dry_run)


@click.command()
@EV
@REFS
@json_option
@changing
def decline(
    identifier: str, *, words_of_refs: tuple[str, ...], as_json: bool, change: Change
) -> None:
    r"""Decline that EV supports REF...; they stay on record as declined.

    \b
    Examples:
      govtrack evidence decline EV-2025-0001 A.7.4 --reason 'says nothing of data quality'
    """
    from govtrack.aims import evidence

    with changed(change, quiet=as_json) as (space, recorded):
        key = evidence.decline(recorded, identifier, _refs(words_of_refs, space))
        image = recorded.image("evidence", key)
    _answer(space, image, recorded.today, as_json=as_json, dry_run=change.dry_run)


def _refs(words_of_refs: tuple[str, ...], space: Workspace) -> tuple[str, ...]:
    from govtrack.catalog import refs

    resolved = refs.resolve(refs.joined(words_of_refs), catalogue_of(space), field="REF")
    for note in resolved.notes:
        talk(f"note: {note}")
    return resolved.refs


def _answer(
    space: Workspace, image: dict[str, Any], today: date, *, as_json: bool, dry_run: bool
) -> None:
    """How the record stands after the change, told once it is committed."""
    from govtrack.status.evidence import counted, document, proposed

    shown: dict[str, Any] = document(image, today)
    if as_json:
        answer_json(shown | ({"dry_run": True} if dry_run else {}))
        return
    status = f"would be {shown['status']}" if dry_run else shown["status"]
    say(f"{shown['id']} '{visible(shown['title'])}': {status}")
    say(words.counting(shown["status"], counted(shown["tags"]), space.vocabulary))
    if waiting := proposed(shown["tags"]):
        say(f"Proposed, not counted until confirmed: {', '.join(waiting)}.")
    if shown["self_approved"]:
        talk("note: approved by the person who prepared it; an auditor will ask")
