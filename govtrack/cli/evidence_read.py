"""`govtrack evidence list|show|history`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from govtrack import clock
from govtrack.cli.options import (
    DAY,
    OneOf,
    as_of_option,
    current_workspace,
    json_option,
    recorded_by_option,
)
from govtrack.cli.output import answer_json, say, table, talk
from govtrack.errors import refuse, visible
from govtrack.register.nouns import NOUNS, id_of, key_of
from govtrack.status.freshness import FRESHNESSES, STATUSES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from datetime import date

    from govtrack.status.evidence import Filter
    from govtrack.workspace import Workspace


def filtering(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which evidence is meant; `chosen` makes them a `Filter`."""
    for option in reversed((
        click.option("--kind", help="Only this kind."),
        click.option("--system", help="Only about this AI system (slug or id)."),
        click.option("--ref", help="Only what has this requirement."),
        click.option("--status", type=OneOf(STATUSES)),
        click.option("--freshness", type=OneOf(FRESHNESSES)),
        click.option("--from", "period_start", type=DAY, metavar="DATE",
                     help="Only what speaks of that day or later."),
        click.option("--to", "period_end", type=DAY, metavar="DATE",
                     help="Only what speaks of that day or earlier."),
        click.option("--held", is_flag=True, default=None, help="Only what is under a legal hold."),
        click.option("--text", help="Only with this in title, reason, source, id or file name."),
    )):  # fmt: skip
        command = option(command)
    return command


@click.command("list")
@filtering
@as_of_option
@recorded_by_option
@json_option
def list_(*, as_of: date | None, recorded_by: date | None, as_json: bool, **wanted: Any) -> None:
    r"""List evidence with status, freshness, requirements and files.

    \b
    Examples:
      govtrack evidence list --status draft
      govtrack evidence list --ref 'MEASURE 2.6' --as-of 2025-12-31 --json
    """
    from govtrack.register.reader import reading
    from govtrack.status.evidence import documents

    space = current_workspace()
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        found = list(documents(connection, chosen(space, connection, wanted), day))
    if as_json:
        answer_json(
            {
                "format": "govtrack.evidence-list/1",
                "as_of": day.isoformat(),
                "recorded_by": recorded_by and recorded_by.isoformat(),
                "evidence": found,
            }
        )
        return
    if not found:
        say("No evidence recorded that matches.")
        return
    table(
        ("id", "status", "freshness", "kind", "title", "systems", "approved", "ends", "supports"),
        [_row(one) for one in found],
    )


@click.command()
@click.argument("identifier", metavar="EV")
@as_of_option
@recorded_by_option
@json_option
def show(identifier: str, *, as_of: date | None, recorded_by: date | None, as_json: bool) -> None:
    r"""Show one piece of evidence: dates, requirements with their origin, files, history.

    \b
    Examples:
      govtrack evidence show EV-2025-0001
      govtrack evidence show EV-2025-0001 --recorded-by 2025-06-30
    """
    from govtrack.register.reader import reading
    from govtrack.status.history import changes

    space = current_workspace()
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        one = _one(connection, identifier, day)
        past = changes(connection, one["id"])
    if as_json:
        answer_json(one | {"history": past})
        return
    _show(one, day)
    say("history")
    for change in past:
        say(f"  {change_line(change, space)}")


@click.command()
@click.argument("identifier", metavar="EV")
@json_option
def history(identifier: str, *, as_json: bool) -> None:
    r"""What changed of one piece of evidence, with the values before and after.

    \b
    Examples:
      govtrack evidence history EV-2025-0001
    """
    from govtrack.register.reader import reading
    from govtrack.status.history import changes

    space = current_workspace()
    with reading(space) as connection:
        one = _one(connection, identifier, clock.today(space.zone))
        past = changes(connection, one["id"])
    if as_json:
        answer_json({"format": "govtrack.history/1", "id": one["id"], "changes": past})
        return
    for change in past:
        say(change_line(change, space))
        for name, (before, after) in change["changed"].items():
            for line in _difference(name, before, after):
                say(f"    {visible(line)}")


def chosen(space: Workspace, connection: sqlite3.Connection, wanted: dict[str, Any]) -> Filter:
    """The filter that the options of `filtering` say; unknown kinds, systems, refs are refused."""
    from govtrack.status.evidence import Filter

    if wanted["kind"] or wanted["ref"]:
        from govtrack.catalog import kinds, refs
        from govtrack.catalog.loading import catalogue as load

        catalogue = load(space.schemas)
        if wanted["kind"]:
            wanted["kind"] = kinds.kind(wanted["kind"], catalogue, field="--kind").id
        if wanted["ref"]:
            wanted["ref"] = refs.find(wanted["ref"], catalogue, field="--ref").ref
    if wanted["system"]:
        from govtrack.status.systems import named

        wanted["system"] = named(connection, wanted["system"])
    return Filter(**wanted)


def change_line(change: dict[str, Any], space: Workspace) -> str:
    """One change in words: when, what, who, why, which fields."""
    at = clock.instant(change["at"]).astimezone(space.zone).strftime("%Y-%m-%d %H:%M")
    noun, _, deed = change["action"].partition(".")
    fields = f" ({', '.join(change['changed'])})" if change["changed"] else ""
    why = f": {change['reason']}" if change["reason"] else ""
    what = f"{noun.replace('_', ' ')} {deed.replace('_', ' ')}{fields}"
    return visible(f"{at}  {what} by {change['actor']}{why}")


def _one(connection: sqlite3.Connection, identifier: str, day: date) -> dict[str, Any]:
    from govtrack.errors import closest
    from govtrack.register.images import image_of
    from govtrack.status.evidence import document, held, known_ids

    key = key_of(identifier, NOUNS["evidence"], field="EV")
    image = image_of(connection, NOUNS["evidence"], key)
    if image is None:
        identifier = id_of(NOUNS["evidence"], key)
        nearest = closest(identifier, known_ids(connection))
        raise refuse(f"there is no {identifier} in this register", field="EV", nearest=nearest)
    return document(image, day, holds=held(connection, day).get(image["id"], ()))


def _row(one: dict[str, Any]) -> tuple[object, ...]:
    ends = [end for end in (one["valid_until"], one["review_due"]) if end]
    refs = dict.fromkeys(tag["ref"] for tag in one["tags"] if tag["confirmed"])
    return (
        one["id"], one["status"], one["freshness"], one["kind"], one["title"],
        [system.rpartition("/")[2] for system in one["systems"]], one["approved_on"],
        min(ends, default=None), list(refs),
    )  # fmt: skip


def _show(one: dict[str, Any], day: date) -> None:
    from govtrack.cli import words

    state = one["status"] if one["freshness"] is None else f"{one['status']}, {one['freshness']}"
    say(f"{one['id']}  {visible(one['title'])}")
    say(f"  {state} on {day}; {one['kind']}, version {one['version']}")
    for label, value in _lines(one):
        say(f"  {label:14} {visible(value)}")
    say("files")
    for file in one["files"]:
        say(f"  {visible(file['name'])}  {words.size(file['size'])}  {file['media_type']}")
        say(f"    sha256 {file['sha256']}")
    say("supports")
    for tag in one["tags"]:
        by = f" by {tag['confirmed_by']}" if tag["confirmed"] and tag["origin"] != "stated" else ""
        note = f" ({tag['note']})" if tag.get("note") else ""
        origin = f"{tag['origin']}, {tag['source']}{note}"
        say(visible(f"  {tag['ref']:14} {tag['state']}{by}; {origin}"))
    if not one["tags"]:
        say("  nothing recorded")
    if one["self_approved"]:
        talk("note: approved by the person who prepared it")


def _lines(one: dict[str, Any]) -> list[tuple[str, str]]:
    """The fields that say something, in the order a reader wants them."""
    late = one["recorded_days_late"]
    period = f"{one['period_start']}..{one['period_end']}" if one["period_start"] else None
    recorded = one["recorded_on"] + (f", {late} days after it was prepared" if late else "")
    lines = (
        ("systems", ", ".join(one["systems"])),
        ("period", period),
        ("prepared", _by(one["prepared_by"], one["prepared_on"])),
        ("approved", _by(one["approved_by"], one["approved_on"])),
        ("recorded", recorded),
        ("valid until", one["valid_until"]),
        ("review due", one["review_due"]),
        ("supersedes", ", ".join(one["supersedes"])),
        ("superseded by", _by(one["superseded_by"], one["superseded_on"])),
        ("withdrawn", _by(one["withdrawn_why"], one["withdrawn_on"])),
        ("purged", _purged(one)),
        ("legal hold", "; ".join(f"{hold['id']} {hold['title']}" for hold in one["holds"])),
        ("source", one["source"]),
        ("classification", one["classification"]),
        ("retention", one["retention"]),
        ("why", one["why"]),
    )
    return [(label, value) for label, value in lines if value]


def _purged(one: dict[str, Any]) -> str | None:
    if one["purged_on"] is None:
        return None
    by, why = one["purged_by"], one["purged_why"]
    return f"{one['purged_on']}, {by}, under {why}; the SHA-256 stays"


def _by(who: str | None, day: str | None) -> str | None:
    return ", ".join(part for part in (day, who) if part) or None


def _difference(name: str, before: object, after: object) -> list[str]:
    """A changed field in lines; of a list only what came and what went."""
    if not (isinstance(before, list) and isinstance(after, list)):
        return [f"{name}: {_said(before)} -> {_said(after)}"]
    came = [f"{name}: + {_said(item)}" for item in after if item not in before]
    return [f"{name}: - {_said(item)}" for item in before if item not in after] + came


def _said(value: object) -> str:
    if isinstance(value, dict) and "ref" in value:
        state = "confirmed" if value["confirmed_on"] else "proposed"
        state = "declined" if value["declined_on"] else state
        return f"{value['ref']} {state} ({value['origin']}, {value['source']})"
    if isinstance(value, dict):
        return ", ".join(f"{key} {item}" for key, item in value.items() if item is not None)
    return "nothing" if value is None else str(value)
