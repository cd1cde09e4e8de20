"""`govtrack trail stamp`: a time stamp of the newest checkpoint from every authority."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from govtrack.cli.options import current_workspace, json_option
from govtrack.cli.output import answer_json, say, talk
from govtrack.errors import refuse, visible

if TYPE_CHECKING:
    from govtrack.register import stamping


@click.command()
@click.option("-n", "--dry-run", is_flag=True, help="Say who would be asked; ask nobody.")
@json_option
def stamp(*, dry_run: bool, as_json: bool) -> int:
    r"""Have the newest checkpoint stamped by every authority that has not stamped it yet.

    The authorities are the tables [[timestamp]] of govtrack.toml. Exit 1 where all that were asked
    failed.

    \b
    Examples:
      govtrack trail stamp
      govtrack trail stamp --dry-run
    """
    from govtrack.register import stamping

    space = current_workspace()
    if not space.authorities:
        raise refuse(
            "no time-stamping authority is named: add a table [[timestamp]] (name, url, root)",
            file="govtrack.toml",
        )
    found = stamping.to_stamp(space)
    asked = [one for one in space.authorities if not found.stamped_by(one)]
    outcomes = [] if dry_run else stamping.stamp(space, found, asked)
    if as_json:
        answer_json({
            "format": "govtrack.trail-stamp/1",
            "size": found.size,
            "dry_run": dry_run,
            "asked": [one.name for one in asked],
            "stamped": [
                {"authority": one.authority, "at": one.at, "by": one.words}
                for one in outcomes if one.at is not None
            ],
            "failed": [
                {"authority": one.authority, "why": one.words}
                for one in outcomes if one.at is None
            ],
            "notes": [note for one in outcomes for note in one.notes],
        })  # fmt: skip
        return _code(outcomes)
    if not asked:
        say(f"Size {found.size} is stamped by every authority already.")
    for authority in asked if dry_run else ():
        say(f"{authority.name}: would be asked for a stamp of size {found.size}")
    for one in outcomes:
        _told(one, found.size)
    return _code(outcomes)


def _told(one: stamping.Outcome, size: int) -> None:
    if one.at is None:
        say(f"{one.authority}: no stamp of size {size}: {visible(one.words)}")
    else:
        say(f"{one.authority}: stamped size {size} at {one.at} ({visible(one.words)})")
    for note in one.notes:
        talk(f"note: {visible(note)}")


def _code(outcomes: list[stamping.Outcome]) -> int:
    return 1 if outcomes and all(one.at is None for one in outcomes) else 0
