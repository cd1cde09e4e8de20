"""`govtrack system`: the AI systems in scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.changes import changed
from govtrack.cli.options import DAY, Change, changing, current_workspace, json_option
from govtrack.cli.output import answer_json, say, table
from govtrack.errors import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from govtrack.aims.systems import SystemFields


@click.group()
def system() -> None:
    """The AI systems in scope of the management system."""


def _said(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say something of a system."""
    for option in reversed((
        click.option("--name", help="What people call it."),
        click.option("--role", "roles", multiple=True, help="Your role: provider, user, ..."),
        click.option("--generative/--not-generative", default=None, help="Generative AI or not."),
        click.option("--stage", help="Life cycle stage, such as operation-and-monitoring."),
        click.option("--owner", metavar="WHO", help="Who answers for it."),
        click.option("--purpose", metavar="TEXT", help="What it is for."),
        click.option("--in-scope-from", type=DAY, metavar="DATE"),
        click.option("--in-scope-to", type=DAY, metavar="DATE"),
        click.option("--model", metavar="TEXT",
                     help="Model and version it runs on; a change calls for a new assessment."),
    )):  # fmt: skip
        command = option(command)
    return command


@system.command()
@click.argument("slug")
@_said
@json_option
@changing
def add(slug: str, *, as_json: bool, change: Change, **said: Any) -> None:
    r"""Record a system under a short name (SLUG).

    \b
    Examples:
      govtrack system add triage --name 'Triage score' --role provider --owner eva
    """
    from govtrack.aims import systems

    with changed(change, quiet=as_json) as (_, recorded):
        identifier = systems.add(recorded, slug, _fields(said))
        image = recorded.image("ai_system", _key(identifier))
    if as_json:
        answer_json(_document(image) | ({"dry_run": True} if change.dry_run else {}))
        return
    done = "Would record" if change.dry_run else "Recorded"
    say(f"{done} {identifier} '{visible(image['name'])}' ({slug})")


@system.command("set")
@click.argument("which", metavar="SYSTEM")
@_said
@json_option
@changing
def set_(which: str, *, as_json: bool, change: Change, **said: Any) -> None:
    r"""Change what is recorded of a system, named by slug or id.

    \b
    Examples:
      govtrack system set triage --stage retirement --in-scope-to 2026-06-30
    """
    from govtrack.aims import systems

    with changed(change, quiet=as_json) as (_, recorded):
        identifier = systems.change(recorded, which, _fields(said))
        image = recorded.image("ai_system", _key(identifier))
        unchanged = recorded.unchanged
    if as_json:
        answer_json(_document(image) | ({"dry_run": True} if change.dry_run else {}))
        return
    done = "Would change" if change.dry_run else "Changed"
    done = "Nothing new of" if unchanged else done
    say(f"{done} {identifier} '{visible(image['name'])}'")


@system.command("list")
@json_option
def list_(*, as_json: bool) -> None:
    r"""List the systems.

    \b
    Examples:
      govtrack system list
    """
    from govtrack.register.reader import reading
    from govtrack.status.systems import systems

    with reading(current_workspace()) as connection:
        found = systems(connection)
    if as_json:
        answer_json({"format": "govtrack.systems/1", "systems": list(map(_document, found))})
        return
    if not found:
        say("No systems recorded: add one with 'govtrack system add SLUG --name NAME'.")
        return
    table(
        ("id", "slug", "name", "roles", "generative", "stage", "owner", "in scope"),
        [
            (
                one["id"], one["slug"], one["name"], one["roles"],
                "generative" if one["generative"] else "", one["stage"], one["owner"],
                f"{one['in_scope_from'] or ''}..{one['in_scope_to'] or ''}".strip("."),
            )
            for one in found
        ],
    )  # fmt: skip


@system.command()
@click.argument("which", metavar="SYSTEM")
@json_option
def show(which: str, *, as_json: bool) -> None:
    r"""Show one system, named by slug or id, with the evidence about it.

    \b
    Examples:
      govtrack system show triage
    """
    from govtrack.register.reader import reading
    from govtrack.status.systems import evidence_about, named, systems

    with reading(current_workspace()) as connection:
        identifier = named(connection, which, "SYSTEM")
        one = next(found for found in systems(connection) if found["id"] == identifier)
        about = evidence_about(connection, one["id"])
    if as_json:
        answer_json({**_document(one), "evidence": [row["id"] for row in about]})
        return
    say(f"{one['id']}  {visible(one['name'])}")
    for label, value in (
        ("slug", one["slug"]), ("roles", ", ".join(one["roles"])),
        ("generative", "yes" if one["generative"] else "no"), ("stage", one["stage"]),
        ("owner", one["owner"]), ("purpose", one["purpose"]), ("model", one["model"]),
        ("in scope from", one["in_scope_from"]), ("in scope to", one["in_scope_to"]),
        ("recorded on", one["recorded_on"]),
    ):  # fmt: skip
        say(f"  {label:14} {visible(value) if value else '-'}")
    say(f"Evidence about it: {', '.join(row['id'] for row in about) or 'none recorded'}")


def _fields(said: dict[str, Any]) -> SystemFields:
    from govtrack.aims.systems import SystemFields

    return SystemFields(**{**said, "roles": said["roles"] or None})


def _key(identifier: str) -> int:
    from govtrack.register.nouns import NOUNS, key_of

    return key_of(identifier, NOUNS["ai_system"])


def _document(image: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": "govtrack.system/1",
        **image,
        "generative": bool(image["generative"]),
    }
