"""`govtrack impact add|effect|approve|link`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.changes import catalogue_of, changed
from govtrack.cli.options import DAY, Change, changing, json_option
from govtrack.cli.output import answer_json, plural, say
from govtrack.errors import BadInput, Problem, refuse, visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from click.shell_completion import CompletionItem

    from govtrack.aims.impact_fields import EffectFields, ImpactFields
    from govtrack.catalog.catalogue import Catalogue
    from govtrack.intake.impact_file import Written
    from govtrack.register.recording import Recording


def _offering(name: str) -> Callable[..., list[CompletionItem]]:
    """What a shell offers for a word of one of the catalogue's lists."""

    def offered(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from govtrack.cli.complete import impact_words

        return impact_words(ctx, name, incomplete)

    return offered


IA = click.argument("identifier", metavar="IA")
RISKS = click.option("--risk", "risks", metavar="R", multiple=True,
                     help="A risk of the register it led to or bears on; repeat.")  # fmt: skip
EVIDENCE = click.option("--evidence", metavar="EV", multiple=True,
                        help="The artefact it is written down in; repeat.")  # fmt: skip
CONSULTED = click.option("--consulted", metavar="'WHO: HOW'", multiple=True,
                         help="Who was consulted, and how; repeat.")  # fmt: skip


@click.command()
@click.argument("system", metavar="[SYSTEM]", required=False)
@click.option("--from", "file", metavar="FILE",
              help="A YAML file with the whole assessment; '-' is standard input.")  # fmt: skip
@click.option("--on", "assessed_on", type=DAY, metavar="DATE", help="When it was assessed. Needed.")
@click.option("--by", "assessed_by", metavar="WHO", help="Who assessed it. Needed.")
@click.option("--why", shell_complete=_offering("occasions"), metavar="WORD",
              help="What occasions it: initial, planned, purpose, role, model, ...")  # fmt: skip
@click.option("--result", metavar="TEXT", help="What it came to.")
@click.option("--next-review", type=DAY, metavar="DATE",
              help="Default: 12 months on, or as kinds.yaml has it.")  # fmt: skip
@click.option("--purpose", metavar="TEXT", help="Assessed for. Default: the system's record.")
@click.option("--role", "roles", metavar="ROLE", multiple=True,
              help="Your role, as assessed; repeat. Default: the system's record.")  # fmt: skip
@click.option("--model", metavar="TEXT", help="Assessed for. Default: the system's record.")
@click.option("--approved-by", metavar="WHO", help="Who approved it.")
@click.option("--approved-on", type=DAY, metavar="DATE", help="When it was approved.")
@RISKS
@EVIDENCE
@CONSULTED
@json_option
@changing
def add(*, file: str | None, as_json: bool, change: Change, **said: Any) -> None:
    r"""Record an assessment of SYSTEM: by options, or whole from a file.

    Purpose, roles and model are kept as they are when it is made: where the system's record says
    something else later, a new assessment is due. Effects follow with 'govtrack impact effect'.

    \b
    Examples:
      govtrack impact add triage --on 2026-03-02 --by ben --why initial \
        --consulted 'Patients: two interviews' --evidence EV-2026-0004
      govtrack impact add --from triage-assessment.yaml
    """
    from govtrack.aims import impacts
    from govtrack.aims.impact_fields import option

    written = _file(file, said) if file is not None else None
    with changed(change, quiet=as_json) as (space, recorded):
        catalogue = catalogue_of(space)
        fields, placed, earlier = _fields(said), option, ()
        if written is not None:
            fields, placed, earlier = written.said, written.placed, written.problems  # type: ignore[assignment]
        identifier = impacts.add(recorded, fields, catalogue, placed, earlier)
        answer = _document(recorded, catalogue, identifier)
    _answer(answer, "record", "Recorded", as_json=as_json, dry_run=change.dry_run)


@click.command()
@IA
@click.option("--level", shell_complete=_offering("levels"), metavar="LEVEL",
              help="individuals, groups, communities, organisations or society.")  # fmt: skip
@click.option("--kind", shell_complete=_offering("effects"), metavar="WORD",
              help="benefit, harm, or none: considered, and no effect found.")  # fmt: skip
@click.option("--what", metavar="TEXT", help="The effect; of none, why there is none.")
@click.option(
    "--severity",
    shell_complete=_offering("severity"),
    metavar="WORD",
    help="A step of the scale; of a benefit, how much it is.",
)
@click.option(
    "--likelihood",
    shell_complete=_offering("likelihood"),
    metavar="WORD",
    help="A step of the scale.",
)
@click.option(
    "--reversibility",
    shell_complete=_offering("reversibility"),
    metavar="WORD",
    help="A step of the scale; a benefit may omit it.",
)
@click.option("--measure", metavar="TEXT", help="What is done about it.")
@click.option("--number", type=int, metavar="N",
              help="With --measure alone: of an effect that is recorded already.")  # fmt: skip
@json_option
@changing
def effect(
    identifier: str, *, number: int | None, as_json: bool, change: Change, **said: Any
) -> None:
    r"""Add a benefit or a harm to IA, or the measure that meets one; until it is approved.

    \b
    Examples:
      govtrack impact effect IA-2026-0001 --level individuals --kind harm \
        --what 'An urgent referral is seen too late' --severity severe --likelihood unlikely \
        --reversibility 'partly reversible' --measure 'A nurse reads every referral'
      govtrack impact effect IA-2026-0001 --level society --kind none --what 'One district only'
      govtrack impact effect IA-2026-0001 --number 1 --measure 'Second reader'
    """
    from govtrack.aims import impacts

    measure = said["measure"]
    if number is not None and any(value for name, value in said.items() if name != "measure"):
        raise refuse("goes with --measure alone: what is recorded stays", field="--number")
    if number is not None and measure is None:
        raise refuse("is missing: what is done about the effect", field="--measure")
    with changed(change, quiet=as_json) as (space, recorded):
        catalogue = catalogue_of(space)
        if number is not None:
            identifier = impacts.measure(recorded, identifier, number, measure)
        else:
            identifier = impacts.effect(recorded, identifier, _effect(said), catalogue)
        answer = _document(recorded, catalogue, identifier)
    _answer(answer, "change", "Changed", as_json=as_json, dry_run=change.dry_run)


@click.command()
@IA
@click.option("--by", required=True, metavar="WHO", help="Who approved it.")
@click.option("--on", type=DAY, metavar="DATE", help="When. Default: today.")
@json_option
@changing
def approve(identifier: str, *, by: str, on: date | None, as_json: bool, change: Change) -> None:
    r"""Record that somebody approved IA. From then on effects are not added any more.

    \b
    Examples:
      govtrack impact approve IA-2026-0001 --by eva --on 2026-03-09
    """
    from govtrack.aims import impacts

    with changed(change, quiet=as_json) as (space, recorded):
        identifier = impacts.approve(recorded, identifier, by, on or recorded.today)
        answer = _document(recorded, catalogue_of(space), identifier)
    _answer(answer, "approve", "Approved", as_json=as_json, dry_run=change.dry_run)


@click.command()
@IA
@RISKS
@EVIDENCE
@CONSULTED
@json_option
@changing
def link(identifier: str, *, as_json: bool, change: Change, **said: Any) -> None:
    r"""Tie IA to risks of the register and to its artefacts; name those who were consulted.

    \b
    Examples:
      govtrack impact link IA-2026-0001 --risk R-2026-0003 --evidence EV-2026-0012
    """
    from govtrack.aims import impacts

    with changed(change, quiet=as_json) as (space, recorded):
        consulted = _pairs(said["consulted"])
        identifier = impacts.link(recorded, identifier, said["risks"], said["evidence"], consulted)
        answer = _document(recorded, catalogue_of(space), identifier)
    _answer(answer, "link", "Linked", as_json=as_json, dry_run=change.dry_run)


def _file(file: str, said: dict[str, Any]) -> Written:
    """The assessment in the file; what it says is not said beside it."""
    from govtrack.intake import impact_file

    beside = [name for name, value in said.items() if value]
    if beside:
        names = {"system": "SYSTEM", "assessed_on": "--on", "assessed_by": "--by",
                 "risks": "--risk", "roles": "--role"}  # fmt: skip
        raise BadInput(
            Problem("is said in the file, or here: not in both", field=_named(name, names))
            for name in beside
        )
    if file == "-":
        return impact_file.parsed(sys.stdin.read(), "standard input")
    return impact_file.read(Path(file))


def _named(name: str, names: dict[str, str]) -> str:
    return names.get(name, f"--{name.replace('_', '-')}")


def _fields(said: dict[str, Any]) -> ImpactFields:
    from govtrack.aims.impact_fields import ImpactFields

    more = {"system": said["system"] or "", "roles": said["roles"] or None}
    return ImpactFields(**said | more | {"consulted": _pairs(said["consulted"])})


def _effect(said: dict[str, Any]) -> EffectFields:
    from govtrack.aims.impact_fields import EffectFields

    needed = {name: said[name] or "" for name in ("level", "kind", "what")}
    return EffectFields(**said | needed)


def _pairs(texts: tuple[str, ...]) -> tuple[tuple[str, str | None], ...]:
    """`'Patients: interviews'` as who and how."""
    parted = (text.partition(":") for text in texts)
    return tuple((who.strip(), how.strip() or None) for who, _, how in parted)


def _document(recorded: Recording, catalogue: Catalogue, identifier: str) -> dict[str, Any]:
    from govtrack.status.impact_records import document, one

    recorded.session.flush()
    found = one(recorded.connection, catalogue, identifier, recorded.today)
    return document(found, catalogue)


def _answer(answer: dict[str, Any], doing: str, done: str, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        answer_json(answer | ({"dry_run": True} if dry_run else {}))
        return
    harms = sum(1 for one in answer["effects"] if one["kind"] == "harm")
    benefits = sum(1 for one in answer["effects"] if one["kind"] == "benefit")
    say(f"{f'Would {doing}' if dry_run else done} {answer['id']} of {answer['system']}: "
        f"{plural(benefits, 'benefit')}, {plural(harms, 'harm')}; "
        f"next review {visible(answer['next_review'])}")  # fmt: skip
    say(f"AI RMF levels: {_considered(answer)}; ISO/IEC 42001 levels: "
        f"{', '.join(answer['iso_levels']) or 'none'} ({answer['iso_note']})")  # fmt: skip


def _considered(answer: dict[str, Any]) -> str:
    return ", ".join(one["level"] for one in answer["levels"] if one["considered"]) or "none"
