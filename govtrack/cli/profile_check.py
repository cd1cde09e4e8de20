"""`govtrack profile check|compare|list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.changes import catalogue_of
from govtrack.cli.findings import exit_code, shown
from govtrack.cli.options import as_of_option, current_workspace, json_option, recorded_by_option
from govtrack.cli.output import answer_json, say, table
from govtrack.cli.profile_read import beside, named, naming, profile_of, read
from govtrack.status.profile_rows import NOT_ASSESSED

if TYPE_CHECKING:
    from datetime import date


@click.command()
@naming
@json_option
def check(*, as_json: bool, **which: Any) -> int:
    r"""Check a profile; exit 1 where it claims what nothing proves, or plans in part.

    States that the scale asks evidence for and that have none confirmed and in force, targets
    without a current state or below it without a why, gaps without action, owner or due day, what
    is overdue, gaps none of which has a priority, an overdue review.

    \b
    Examples:
      govtrack profile check
      govtrack profile check --system triage --json
    """
    from govtrack.status.profile_gaps import findings

    profile, _ = read(**which)
    found = findings(profile)
    if as_json:
        from govtrack.status.profile_form import check_json

        answer_json(check_json(profile, found))
        return exit_code(found)
    beside(named(profile))
    return shown(found, f"Nothing found on {profile.day}.")


@click.command()
@click.argument("first", metavar="PROFILE")
@click.argument("second", metavar="PROFILE")
@as_of_option
@recorded_by_option
@json_option
def compare(
    *, first: str, second: str, as_of: date | None, recorded_by: date | None, as_json: bool
) -> None:
    r"""Show the subcategories in which two profiles differ, in current or target state.

    \b
    Examples:
      govtrack profile compare organisation triage
    """
    from govtrack import clock
    from govtrack.register.reader import reading

    space = current_workspace()
    catalogue = catalogue_of(space)
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        both = [profile_of(connection, catalogue, day, which) for which in (first, second)]
    rows = [
        (one, other)
        for one, other in zip(both[0].rows, both[1].rows, strict=True)
        if (one.current, one.target) != (other.current, other.target)
    ]
    if as_json:
        answer_json({
            "format": "govtrack.profile-comparison/1",
            "as_of": day.isoformat(),
            "profiles": [found.head["slug"] if found.head else None for found in both],
            "rows": [
                {
                    "ref": one.ref,
                    "title": one.title,
                    "current": [one.current, other.current],
                    "target": [one.target, other.target],
                }
                for one, other in rows
            ],
        })  # fmt: skip
        return
    for found in both:
        beside(named(found))
    if not rows:
        say("The two say the same of every subcategory.")
        return
    table(
        ("ref", f"{first}: current", "target", f"{second}: current", "target", "title"),
        [
            (one.ref, one.current or NOT_ASSESSED, one.target,
             other.current or NOT_ASSESSED, other.target, one.title)
            for one, other in rows
        ],
    )  # fmt: skip


@click.command("list")
@as_of_option
@recorded_by_option
@json_option
def list_(*, as_of: date | None, recorded_by: date | None, as_json: bool) -> None:
    r"""List the profiles, with how many rows are set by the day and when last.

    \b
    Examples:
      govtrack profile list
    """
    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status.profile_form import head
    from govtrack.status.profile_rows import heads

    space = current_workspace()
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        found = heads(connection, day)
    if as_json:
        answer_json({
            "format": "govtrack.profiles/1",
            "as_of": day.isoformat(),
            "profiles": [head(one) for one in found],
        })  # fmt: skip
        return
    if not found:
        say("No profiles recorded: begin with 'govtrack profile set SUBCATEGORY --current STATE'.")
        return
    table(
        ("id", "slug", "title", "kind", "system", "rows set", "last set", "review due"),
        [
            (one["id"], one["slug"], one["title"], one["kind"], one["system"], one["rows_set"],
             one["last_set"], one["review_due"])
            for one in found
        ],
    )  # fmt: skip
