"""`govtrack risk add|set|assess|treat|accept|close`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from govtrack.catalog.risk_criteria import IMPACT_LEVELS
from govtrack.cli.changes import catalogue_of, changed
from govtrack.cli.options import DAY, Change, changing, json_option
from govtrack.cli.output import answer_json, say
from govtrack.errors import refuse, visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from click.shell_completion import CompletionItem

    from govtrack.register.recording import Recording

FORMAT = "govtrack.risk-recorded/1"


def _offered(words: tuple[str, ...]) -> Callable[..., list[CompletionItem]]:
    """A completion that offers these words."""

    def offer(*asked: Any) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(word) for word in words if word.startswith(asked[-1])]

    return offer


def _likelihoods(*asked: Any) -> list[CompletionItem]:
    from govtrack.cli.complete import likelihoods

    return likelihoods(*asked)


def _consequences(*asked: Any) -> list[CompletionItem]:
    from govtrack.cli.complete import consequences

    return consequences(*asked)


_affected, _options = _offered(IMPACT_LEVELS), _offered(("modify", "avoid", "share", "retain"))


def _said(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say something of a risk."""
    for option in reversed((
        click.option("--title", metavar="TEXT", help="The risk in a few words."),
        click.option("--cause", metavar="TEXT", help="What may bring it about."),
        click.option("--event", metavar="TEXT", help="What would happen."),
        click.option("--consequence", metavar="TEXT", help="What that would lead to, for whom."),
        click.option("--source", "sources", multiple=True, metavar="REF",
                     help="Subcategory or GenAI risk it was identified from; repeat, or commas."),
        click.option("--affects", "affected", multiple=True, metavar="LEVEL",
                     shell_complete=_affected,
                     help=f"Who is affected: {', '.join(IMPACT_LEVELS)}; repeat."),
        click.option("--owner", metavar="WHO", help="Who answers for it."),
        click.option("--reference", metavar="TEXT", help="Its number in your own register."),
    )):  # fmt: skip
        command = option(command)
    return command


@click.command()
@click.option("--system", metavar="SYSTEM", help="The AI system. Default: the whole AIMS.")
@_said
@click.option("--identified-on", type=DAY, metavar="DATE", help="Default: today.")
@json_option
@changing
def add(*, as_json: bool, change: Change, **said: Any) -> None:
    r"""Record a risk: cause, event, consequence, and what it was identified from.

    'govtrack risk suggest' gives starting points with the command for each.

    \b
    Examples:
      govtrack risk add --system triage --title 'Invented answers' \
        --cause 'No check against sources' --event 'The answer is made up' \
        --consequence 'A patient is misled' --source genai:confabulation \
        --affects individuals --owner eva
    """
    from govtrack.aims import risks

    with changed(change, quiet=as_json) as (space, recorded):
        identifier = risks.add(recorded, _fields(said), catalogue_of(space))
        image = _image(recorded, identifier)
    _answer(image, f"'{visible(image['title'])}'", recorded, change, as_json=as_json)


@click.command("set")
@click.argument("risk", metavar="RISK")
@_said
@click.option("--clear", multiple=True, metavar="FIELD",
              help="Empty owner, reference, source or affects again; repeat.")  # fmt: skip
@json_option
@changing
def set_(risk: str, *, as_json: bool, change: Change, **said: Any) -> None:
    r"""Correct what is recorded of RISK (its id, or your own reference of it).

    Sources and affected levels are replaced as a whole; the rest stays as it is.

    \b
    Examples:
      govtrack risk set R-2026-0001 --owner eva --source genai:confabulation,MAP-4.1
    """
    from govtrack.aims import risks

    with changed(change, quiet=as_json) as (space, recorded):
        identifier = risks.change(recorded, risk, _fields(said), catalogue_of(space))
        image = _image(recorded, identifier)
    _answer(image, f"'{visible(image['title'])}'", recorded, change, as_json=as_json)


@click.command()
@click.argument("risk", metavar="RISK")
@click.option("--likelihood", required=True, metavar="WORD", shell_complete=_likelihoods,
              help="A word of the likelihood scale; see 'govtrack criteria show'.")  # fmt: skip
@click.option("--consequence-rating", "consequence", required=True, metavar="WORD",
              shell_complete=_consequences, help="A word of the consequence scale.")  # fmt: skip
@click.option("--on", "assessed_on", type=DAY, metavar="DATE", help="When. Default: today.")
@click.option("--by", "assessed_by", metavar="WHO", help="Who. Default: who records it.")
@click.option("--why", metavar="TEXT", help="What occasioned it: planned interval, a change, ...")
@click.option("--next-review", type=DAY, metavar="DATE",
              help="Default: the months that the criteria give the level.")  # fmt: skip
@json_option
@changing
def assess(risk: str, *, as_json: bool, change: Change, **said: Any) -> None:
    r"""Assess RISK by the criteria in force that day; earlier assessments are kept.

    \b
    Examples:
      govtrack risk assess R-2026-0001 --likelihood possible --consequence-rating serious
      govtrack risk assess R-2026-0001 --likelihood possible --consequence-rating serious \
        --on 2026-06-30 --by ben --why 'significant change: retrieval added'
    """
    from govtrack.aims import risks

    with changed(change, quiet=as_json) as (_, recorded):
        identifier = risks.assess(recorded, risk, risks.AssessmentFields(**said))
        image = _image(recorded, identifier)
    last = image["assessments"][-1]
    words = (
        f"{last['likelihood']} x {last['consequence']} = {last['level']} on {last['assessed_on']}, "
        f"by {last['criteria']}; to be assessed again by {last['next_review']}"
    )
    _answer(image, words, recorded, change, as_json=as_json)


@click.command()
@click.argument("risk", metavar="RISK")
@click.option("--treatment", "number", type=int, metavar="N", help="Change this one: see below.")
@click.option("--option", metavar="WORD", shell_complete=_options,
              help="modify, avoid, share or retain.")  # fmt: skip
@click.option("--what", metavar="TEXT", help="What is done.")
@click.option("--control", "controls", multiple=True, metavar="CONTROL",
              help="Of Annex A or your own, by which the risk is modified; repeat.")  # fmt: skip
@click.option("--owner", metavar="WHO", help="Who carries it out.")
@click.option("--due", type=DAY, metavar="DATE", help="By when; the first due day is kept.")
@click.option("--residual-likelihood", metavar="WORD", shell_complete=_likelihoods,
              help="How likely it is once the treatment is done.")  # fmt: skip
@click.option("--residual-consequence", metavar="WORD", shell_complete=_consequences,
              help="And how great.")  # fmt: skip
@click.option("--on", "decided_on", type=DAY, metavar="DATE", help="Decided when. Default: today.")
@click.option("--done", "done_on", type=DAY, metavar="DATE", help="The day it was carried out.")
@click.option("--clear", multiple=True, metavar="FIELD",
              help="With --treatment: empty owner or due again; repeat.")  # fmt: skip
@json_option
@changing
def treat(risk: str, *, number: int | None, as_json: bool, change: Change, **said: Any) -> None:
    r"""Decide on a treatment of RISK, or change one with --treatment N.

    With --treatment: --done says that it was carried out, a later --due that it was put off;
    owner, controls and residual words can be given later too. The option and the day of the
    decision are not changed: another decision is another treatment.

    \b
    Examples:
      govtrack risk treat R-2026-0001 --option modify --what 'Answers cite a source' \
        --control A.6.2.4 --owner ben --on 2026-03-09 --due 2026-06-30 \
        --residual-likelihood rare --residual-consequence serious
      govtrack risk treat R-2026-0001 --treatment 1 --done 2026-06-12
    """
    from govtrack.aims import risks

    if said["clear"] and number is None:
        raise refuse("goes with --treatment N: a new one has nothing to empty", field="--clear")
    said["controls"] = said["controls"] or None
    fields = risks.TreatmentFields(**said)
    with changed(change, quiet=as_json) as (space, recorded):
        catalogue = catalogue_of(space)
        if number is None:
            identifier = risks.treat(recorded, risk, fields, catalogue)
        else:
            identifier = risks.change_treatment(recorded, risk, number, fields, catalogue)
        image = _image(recorded, identifier)
    one = image["treatments"][-1 if number is None else _place(image, number)]
    _answer(image, _treatment(one), recorded, change, as_json=as_json)


@click.command()
@click.argument("risk", metavar="RISK")
@click.option("--by", required=True, metavar="WHO",
              help="Who accepts it; somebody else than who assessed it: see above.")  # fmt: skip
@click.option("--on", type=DAY, metavar="DATE", help="When. Default: today.")
@click.option("--until", type=DAY, metavar="DATE", help="The last day it holds.")
@click.option("--why", metavar="TEXT", help="Needed above the acceptable level.")
@json_option
@changing
def accept(
    risk: str,
    *,
    by: str,
    on: date | None,
    until: date | None,
    why: str | None,
    as_json: bool,
    change: Change,
) -> None:
    r"""Accept RISK at the level at which it stands that day.

    That is the level of the latest assessment, or what the treatments left of it once all are
    done. Somebody else than who assessed it is to accept it (6.1.3 asks for the risk owner's
    approval); where the same person does, that is recorded, noted, and named by 'risk check'.

    \b
    Examples:
      govtrack risk accept R-2026-0001 --by eva --until 2027-06-30 --why 'Read by a nurse'
    """
    from govtrack.aims import risks

    with changed(change, quiet=as_json) as (_, recorded):
        identifier = risks.accept(recorded, risk, by, on, until=until, why=why)
        image = _image(recorded, identifier)
    last = image["acceptances"][-1]
    held = f" until {last['until']}" if last["until"] else ""
    words = f"accepted at {last['level']} by {visible(last['accepted_by'])}{held}"
    _answer(image, words, recorded, change, as_json=as_json)


@click.command()
@click.argument("risk", metavar="RISK")
@click.option("--why", required=True, metavar="TEXT", help="Why it is there no more.")
@click.option("--on", type=DAY, metavar="DATE", help="When. Default: today.")
@json_option
@changing
def close(risk: str, *, why: str, on: date | None, as_json: bool, change: Change) -> None:
    r"""Close RISK: it is there no more. Its record stays.

    \b
    Examples:
      govtrack risk close R-2026-0001 --why 'The function was taken out' --on 2026-09-01
    """
    from govtrack.aims import risks

    with changed(change, quiet=as_json) as (_, recorded):
        identifier = risks.close(recorded, risk, why, on)
        image = _image(recorded, identifier)
    _answer(image, f"closed on {image['closed_on']}", recorded, change, as_json=as_json)


def _fields(said: dict[str, Any]) -> Any:
    from govtrack.aims.risks import RiskFields

    lists = {name: said[name] or None for name in ("sources", "affected")}
    return RiskFields(**{**said, **lists})


def _image(recorded: Recording, identifier: str) -> dict[str, Any]:
    from govtrack.register.nouns import NOUNS, key_of

    return recorded.image("risk", key_of(identifier, NOUNS["risk"]))


def _place(image: dict[str, Any], number: int) -> int:
    for place, one in enumerate(image["treatments"]):
        if one["position"] == number:
            return place
    raise refuse(f"there is no treatment {number}", field="--treatment")


def _treatment(one: dict[str, Any]) -> str:
    parts = [f"treatment {one['position']} ({one['option']})"]
    if one["done_on"]:
        parts.append(f"done on {one['done_on']}")
    elif one["due"]:
        late = f" (first {one['first_due']})" if one["first_due"] != one["due"] else ""
        parts.append(f"due on {one['due']}{late}")
    if one["residual_level"]:
        parts.append(f"leaves {one['residual_level']}")
    return ", ".join(parts)


def _answer(
    image: dict[str, Any], words: str, recorded: Recording, change: Change, *, as_json: bool
) -> None:
    if as_json:
        more = {"dry_run": True} if change.dry_run else {}
        answer_json({"format": FORMAT, **image, "notes": recorded.notes, **more})
        return
    done = "Would record" if change.dry_run else "Recorded"
    if recorded.unchanged:
        say(f"Nothing new of {image['id']}: nothing was recorded")
        return
    say(f"{done} {image['id']}: {words}")
