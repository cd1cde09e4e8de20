"""`govtrack soa set|add`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.changes import catalogue_of, changed
from govtrack.cli.options import DAY, Change, changing, json_option
from govtrack.cli.output import answer_json, say
from govtrack.errors import BadInput, closest, not_one_of, refuse, visible

if TYPE_CHECKING:
    from datetime import date

    from govtrack.register.recording import Recording

FORMATS = {
    "applicability": "govtrack.soa-decided/1",
    "additional_control": "govtrack.soa-control/1",
}


@click.command("set")
@click.argument("controls", metavar="CONTROL...", nargs=-1, required=True)
@click.option("--system", metavar="SYSTEM", help="Where it differs for one system (slug or id).")
@click.option("--applicable", is_flag=True, help="It is necessary ...")
@click.option("--excluded", is_flag=True, help="... or it is not.")
@click.option("--why", metavar="TEXT", help="The reason for inclusion, or for exclusion.")
@click.option("--because", multiple=True, metavar="KIND:WHAT",
              help="It rests on risk:ID, legal:TEXT, contract:TEXT, decision:TEXT.")  # fmt: skip
@click.option("--status", metavar="WORD", help="implemented, partial, planned or not.")
@click.option("--how", metavar="TEXT", help="How it is implemented: documents, ids of evidence.")
@click.option("--owner", metavar="WHO", help="Who answers for it.")
@click.option("--due", type=DAY, metavar="DATE", help="By when it is to be implemented.")
@click.option("--clear", multiple=True, metavar="FIELD",
              help="Empty status, how, owner or due again; repeat.")  # fmt: skip
@click.option("--on", "decided_on", type=DAY, metavar="DATE", help="When decided. Default: today.")
@click.option("--by", "decided_by", metavar="WHO", help="Who decided. Default: who records it.")
@json_option
@changing
def set_(
    controls: tuple[str, ...],
    *,
    applicable: bool,
    excluded: bool,
    as_json: bool,
    change: Change,
    **said: Any,
) -> None:
    r"""Decide on each CONTROL: applicable or excluded, why, how far implemented.

    Each time is a record of its own; what is not said is carried over from the decision in force.

    \b
    Examples:
      govtrack soa set A.6.2.4 --applicable --why 'Releases are gated by it' \
        --because risk:R-2026-0001 --status planned --due 2026-09-30 --owner eva
      govtrack soa set A.6.2.4 --status implemented --clear owner
      govtrack soa set A.10.2 A.10.3 --excluded --why 'Nothing is bought or passed on'
    """
    from govtrack.aims import applicability, links

    said["applicable"] = _necessary(applicable=applicable, excluded=excluded)
    said["because"] = tuple(map(applicability.because_of, said["because"])) or None
    said["clear"] = tuple(map(_cleared, said["clear"]))
    said["status"], note = _status(said["status"])
    with changed(change, quiet=as_json) as (space, recorded):
        recorded.notes += note
        catalogue = catalogue_of(space)
        identifiers, problems = [], []
        for control in links.controls(recorded, controls, catalogue, "CONTROL"):
            fields = applicability.ApplicabilityFields(control=control, **said)
            try:
                decided = applicability.decide(recorded, fields, catalogue)
            except BadInput as refusal:
                problems += [one for one in refusal.problems if one not in problems]
            else:
                identifiers += [decided.id] if decided.new else []
        if problems:
            raise BadInput(problems)
        images = [image(recorded, "applicability", one) for one in identifiers]
    if as_json:
        document = {"format": FORMATS["applicability"], "decisions": images}
        answered(document, recorded, change)
        return
    for one in images:
        say(f"{done(change)} {one['id']}: {_decision(one)}")


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

    It is not taken out again: one that is no longer wanted is decided with 'soa set NEW --excluded
    --why TEXT'.

    \b
    Examples:
      govtrack soa add ORG-1 --title 'Human review of every referral' --source 'Contract, annex 3'
    """
    from govtrack.aims import additional_controls

    with changed(change, quiet=as_json) as (_, recorded):
        identifier = additional_controls.add(recorded, ref, title, source, on)
        added = image(recorded, "additional_control", identifier)
    if as_json:
        answered({"format": FORMATS["additional_control"], **added}, recorded, change)
        return
    say(f"{done(change)} {added['id']}: {added['ref']} '{visible(added['title'])}'")


def _necessary(*, applicable: bool, excluded: bool) -> bool | None:
    if applicable and excluded:
        raise refuse("is said together with --applicable: one of them holds", field="--excluded")
    return applicable if applicable or excluded else None


def _cleared(field: str) -> str:
    from govtrack.aims.applicability import OF_APPLICABLE

    if field not in OF_APPLICABLE:
        message = not_one_of(field, OF_APPLICABLE)
        raise refuse(message, field="--clear", nearest=closest(field, OF_APPLICABLE))
    return field


def _status(said: str | None) -> tuple[str | None, list[str]]:
    """The status that people mean by other words too, and a note where it is another word."""
    from govtrack.status.soa_cells import ALSO

    word = dict(ALSO).get((said or "").casefold())
    return (word, [f"'{said}' is recorded as '{word}'"]) if word else (said, [])


def image(recorded: Recording, noun: str, identifier: str) -> dict[str, Any]:
    """The whole record as the JSON answers have it."""
    from govtrack.register.nouns import NOUNS, key_of

    found = recorded.image(noun, key_of(identifier, NOUNS[noun]))
    for one in (found, *found.get("rows", ())):
        if "applicable" in one:
            one["applicable"] = bool(one["applicable"])
    return found


def _decision(image: dict[str, Any]) -> str:
    about = f"{image['control']} for {image['system']}" if image["system"] else image["control"]
    if not image["applicable"]:
        return f"{about} excluded, on {image['decided_on']}"
    due = f" by {image['due']}" if image["due"] else ""
    status = f", {image['status']}{due}" if image["status"] else ""
    return f"{about} applicable{status}, on {image['decided_on']}"


def done(change: Change) -> str:
    """How an answer begins: what was recorded, or would be."""
    return "Would record" if change.dry_run else "Recorded"


def answered(document: dict[str, Any], recorded: Recording, change: Change) -> None:
    """Answer with the document, the notes of the recording beside it."""
    more = {"dry_run": True} if change.dry_run else {}
    answer_json(document | {"notes": recorded.notes} | more)
