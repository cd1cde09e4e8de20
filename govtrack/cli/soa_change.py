"""`govtrack soa set|add|approve`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.changes import catalogue_of, changed
from govtrack.cli.options import DAY, Change, changing, json_option
from govtrack.cli.output import answer_json, say
from govtrack.errors import BadInput, visible

if TYPE_CHECKING:
    from datetime import date

    from govtrack.register.recording import Recording

FORMATS = {
    "applicability": "govtrack.soa-decided/1",
    "additional_control": "govtrack.soa-control/1",
    "soa": "govtrack.soa-version/1",
}


@click.command("set")
@click.argument("controls", metavar="CONTROL...", nargs=-1, required=True)
@click.option("--system", metavar="SYSTEM", help="Where it differs for one system (slug or id).")
@click.option("--applicable/--excluded", default=None, help="Necessary, or not.")
@click.option("--why", metavar="TEXT", help="The reason for inclusion, or for exclusion.")
@click.option("--because", multiple=True, metavar="KIND:WHAT",
              help="It rests on risk:ID, legal:TEXT, contract:TEXT, decision:TEXT.")  # fmt: skip
@click.option("--status", metavar="WORD", help="implemented, partial, planned or not.")
@click.option("--how", metavar="TEXT", help="How it is implemented: documents, ids of evidence.")
@click.option("--owner", metavar="WHO", help="Who answers for it.")
@click.option("--due", type=DAY, metavar="DATE", help="By when it is to be implemented.")
@click.option("--on", "decided_on", type=DAY, metavar="DATE", help="When decided. Default: today.")
@click.option("--by", "decided_by", metavar="WHO", help="Who decided. Default: who records it.")
@json_option
@changing
def set_(controls: tuple[str, ...], *, as_json: bool, change: Change, **said: Any) -> None:
    r"""Decide on each CONTROL: applicable or excluded, why, how far implemented.

    Each time is a record of its own; what is not said is carried over from the decision in force.

    \b
    Examples:
      govtrack soa set A.6.2.4 --applicable --why 'Releases are gated by it' \
        --because risk:R-2026-0001 --status planned --due 2026-09-30 --owner eva
      govtrack soa set A.6.2.4 --status implemented
      govtrack soa set A.10.2 A.10.3 --excluded --why 'Nothing is bought or passed on'
    """
    from govtrack.aims import applicability, links

    said["because"] = tuple(map(applicability.because_of, said["because"])) or None
    with changed(change, quiet=as_json) as (space, recorded):
        catalogue = catalogue_of(space)
        identifiers, problems = [], []
        for control in links.controls(recorded, controls, catalogue, "CONTROL"):
            fields = applicability.ApplicabilityFields(control=control, **said)
            try:
                identifiers.append(applicability.decide(recorded, fields, catalogue))
            except BadInput as refusal:
                problems += [one for one in refusal.problems if one not in problems]
        if problems:
            raise BadInput(problems)
        images = [_image(recorded, "applicability", one) for one in identifiers]
    if as_json:
        document = {"format": FORMATS["applicability"], "decisions": images}
        _answer_json(document, recorded, change)
        return
    for image in images:
        say(f"{_done(change)} {image['id']}: {_decision(image)}")


@click.command()
@click.argument("ref", metavar="NEW")
@click.option("--title", required=True, metavar="TEXT", help="A short title.")
@click.option("--source", required=True, metavar="TEXT", help="Where it comes from.")
@click.option("--on", type=DAY, metavar="DATE", help="Since when. Default: today.")
@json_option
@changing
def add(
    ref: str, *, title: str, source: str, on: date | None, as_json: bool, change: Change
) -> None:
    r"""Add a control of your own (reference NEW) to those of Annex A, which is a reference set.

    \b
    Examples:
      govtrack soa add ORG-1 --title 'Human review of every referral' --source 'Contract, annex 3'
    """
    from govtrack.aims import applicability

    with changed(change, quiet=as_json) as (_, recorded):
        identifier = applicability.add_control(recorded, ref, title, source, on)
        image = _image(recorded, "additional_control", identifier)
    if as_json:
        _answer_json({"format": FORMATS["additional_control"], **image}, recorded, change)
        return
    say(f"{_done(change)} {image['id']}: {image['ref']} '{visible(image['title'])}'")


@click.command()
@click.option("--by", required=True, metavar="WHO", help="Who approved it.")
@click.option("--on", type=DAY, metavar="DATE", help="When. Default: today.")
@click.option("--scope", metavar="TEXT",
              help="The scope of the AIMS. Default: that of the version before.")  # fmt: skip
@click.option("--note", metavar="TEXT", help="What changed, or what the version is for.")
@json_option
@changing
def approve(*, as_json: bool, change: Change, **said: Any) -> None:
    r"""Freeze the decisions in force as the next version; nothing may be left undecided.

    \b
    Examples:
      govtrack soa approve --by ceo --on 2026-02-02 --scope 'AIMS scope statement, version 3'
    """
    from govtrack.aims import applicability

    with changed(change, quiet=as_json) as (space, recorded):
        identifier = applicability.approve(
            recorded,
            said["by"],
            said["on"] or recorded.today,
            said["scope"],
            said["note"],
            catalogue=catalogue_of(space),
        )
        image = _image(recorded, "soa", identifier)
    if as_json:
        _answer_json({"format": FORMATS["soa"], **image}, recorded, change)
        return
    say(f"{_done(change)} {image['id']}: version {image['version']}, approved by "
        f"{visible(image['approved_by'])} on {image['approved_on']}")  # fmt: skip


def _image(recorded: Recording, noun: str, identifier: str) -> dict[str, Any]:
    from govtrack.register.nouns import NOUNS, key_of

    image = recorded.image(noun, key_of(identifier, NOUNS[noun]))
    for one in (image, *image.get("rows", ())):
        if "applicable" in one:
            one["applicable"] = bool(one["applicable"])
    return image


def _decision(image: dict[str, Any]) -> str:
    about = f"{image['control']} for {image['system']}" if image["system"] else image["control"]
    if not image["applicable"]:
        return f"{about} excluded, on {image['decided_on']}"
    due = f" by {image['due']}" if image["due"] else ""
    status = f", {image['status']}{due}" if image["status"] else ""
    return f"{about} applicable{status}, on {image['decided_on']}"


def _done(change: Change) -> str:
    return "Would record" if change.dry_run else "Recorded"


def _answer_json(document: dict[str, Any], recorded: Recording, change: Change) -> None:
    more = {"dry_run": True} if change.dry_run else {}
    answer_json(document | {"notes": recorded.notes} | more)
