"""`govtrack criteria`: AI risk criteria, version by version."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.changes import catalogue_of, changed
from govtrack.cli.options import (
    DAY,
    Change,
    as_of_option,
    changing,
    current_workspace,
    json_option,
)
from govtrack.cli.output import answer_json, plural, say, table, talk
from govtrack.errors import BadInput, refuse, visible

if TYPE_CHECKING:
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.catalog.risk_criteria import Criteria
    from govtrack.catalog.vocabulary import Wording
    from govtrack.status.criteria import Adopted


@click.group()
def criteria() -> None:
    """AI risk criteria: scales, matrix, levels, what is acceptable (6.1.2; MAP 1.5)."""


@criteria.command()
@click.option("--version", type=int, metavar="N", help="That version. Default: the one in force.")
@click.option("--yaml", "as_yaml", is_flag=True, help="As YAML, to edit and give back to 'set'.")
@as_of_option
@json_option
def show(*, version: int | None, as_yaml: bool, as_of: date | None, as_json: bool) -> None:
    r"""Show the criteria in force, or the default that ships while none are adopted.

    \b
    Examples:
      govtrack criteria show
      govtrack criteria show --yaml > criteria.yaml
    """
    from govtrack import clock
    from govtrack.catalog.vocabulary import Wording
    from govtrack.register.reader import reading
    from govtrack.status import criteria as status

    if as_yaml and as_json:
        raise refuse("one form at a time: --json or --yaml", field="--yaml")
    space = current_workspace()
    day = as_of or clock.today(space.zone)
    with reading(space) as connection:
        versions = status.history(connection)
        if version is None:
            adopted = status.in_force(connection, day)
        else:
            adopted = status.numbered(connection, version)
    catalogue = catalogue_of(space)
    values = adopted.criteria if adopted else catalogue.risk_criteria
    if as_json:
        answer_json(status.as_json(values, adopted, day, versions))
        return
    if as_yaml:
        say(_yaml(values, adopted))
        return
    _shown(values, adopted, Wording(catalogue.terms, space.vocabulary), day, versions)


@criteria.command("set")
@click.argument("file", required=False, metavar="[FILE]")
@click.option("--in-force-from", type=DAY, metavar="DATE",
              help="The first day they hold. Default: today.")  # fmt: skip
@click.option("--decided-by", required=True, metavar="WHO", help="Who decided on them.")
@click.option("--title", metavar="TEXT", help="What they are called. Default: the file's title.")
@json_option
@changing
def set_(
    file: str | None,
    *,
    in_force_from: date | None,
    decided_by: str,
    title: str | None,
    as_json: bool,
    change: Change,
) -> None:
    r"""Adopt criteria as the next version: those of FILE, or the default that ships.

    FILE ('-' is standard input) is YAML as 'criteria show --yaml' prints it. Every fault is named
    with its line, and nothing is recorded if there is one.

    \b
    Examples:
      govtrack criteria set --in-force-from 2026-01-01 --decided-by 'AI board'
      govtrack criteria set criteria.yaml --in-force-from 2026-07-01 --decided-by 'AI board'
    """
    from govtrack.aims import criteria as noun
    from govtrack.register.nouns import NOUNS, key_of

    values, source = _given(file, catalogue_of(current_workspace()))
    with changed(change, quiet=as_json) as (_, recorded):
        said = noun.CriteriaFields(
            criteria=values,
            in_force_from=in_force_from or recorded.today,
            decided_by=decided_by,
            source=source,
            title=title,
        )
        identifier = noun.adopt(recorded, said)
        image = recorded.image("risk_criteria", key_of(identifier, NOUNS["risk_criteria"]))
    if as_json:
        answer_json(_document(image, values, recorded.notes, dry_run=change.dry_run))
        return
    done = "Would adopt" if change.dry_run else "Adopted"
    say(f"{done} {identifier} '{visible(image['title'])}', version {image['version']}, "
        f"in force from {image['in_force_from']}")  # fmt: skip


def _given(file: str | None, catalogue: Catalogue) -> tuple[Criteria, str]:
    """The criteria to adopt, and what to call where they were written."""
    from govtrack.aims.criteria import SHIPPED
    from govtrack.catalog.risk_criteria import of_plain
    from govtrack.catalog.sources import risk_criteria, yaml_text

    if file is None:
        space = current_workspace()
        own = space.schemas / "risk-criteria.yaml"
        return catalogue.risk_criteria, "schemas/risk-criteria.yaml" if own.is_file() else SHIPPED
    if file == "-":
        found, problems = yaml_text.parse(_standard_input(), "standard input")
    else:
        if not Path(file).exists():
            raise refuse("there is no such file", file=file)
        found, problems = yaml_text.read(Path(file), file)
    if found is None:
        raise BadInput(problems)
    return of_plain(risk_criteria.take(found)), found.shown if file == "-" else Path(file).name


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse("is not UTF-8", file="standard input") from None


def _yaml(values: Criteria, adopted: Adopted | None) -> str:
    import yaml

    from govtrack.catalog.risk_criteria import plain

    whose = f"version {adopted.version}" if adopted else "the default that ships, not adopted"
    text = yaml.safe_dump(plain(values), sort_keys=False, allow_unicode=True, width=100)
    return (
        f"# AI risk criteria, {whose}; give back with: govtrack criteria set FILE\n{text}".rstrip()
    )


def _shown(
    values: Criteria,
    adopted: Adopted | None,
    words: Wording,
    day: date,
    versions: list[dict[str, Any]],
) -> None:
    name = words.heading("risk-criteria")
    likelihood, consequence = words.plain("likelihood"), words.plain("consequence")
    if adopted:
        say(
            f"{name}: '{visible(values.title)}', {adopted.id}, version {adopted.version}, "
            f"in force from {adopted.in_force_from}, decided by {visible(adopted.decided_by)}"
        )
    else:
        say(f"{name}: none in force on {day}. This is the default that ships; it is not adopted.")
    say()
    consequences = [one.word for one in values.consequences]
    table(
        (likelihood, *consequences),
        [
            (one.word, *(values.matrix[one.word][word] for word in consequences))
            for one in reversed(values.likelihoods)
        ],
    )
    say()
    table((likelihood, "meaning"), values.likelihoods)
    say()
    table((consequence, *values.acceptable), values.consequences)
    say()
    table(("level", "meaning", "assessed again after months"), values.levels)
    say()
    table(("affected", "acceptable up to"), values.acceptable.items())
    others = [one for one in versions if adopted is None or one["id"] != adopted.id]
    if others:
        named = "; ".join(map(_version, others))
        talk(f"{plural(len(others), 'other version')}: {named}")
    if adopted is None:
        talk("Adopt it with 'govtrack criteria set --decided-by WHO', or edit what "
             "'govtrack criteria show --yaml' prints and give the file.")  # fmt: skip


def _version(one: dict[str, Any]) -> str:
    never = one["replaced_by"]
    rest = f" (never in force: version {never} took its place)" if never else ""
    return f"{one['version']} from {one['in_force_from']}{rest}"


def _document(
    image: dict[str, Any], values: Criteria, notes: list[str], *, dry_run: bool
) -> dict[str, Any]:
    from govtrack.catalog.risk_criteria import plain

    head = ("id", "version", "in_force_from", "decided_by", "source", "recorded_on")
    return {
        "format": "govtrack.criteria/1",
        "as_of": image["recorded_on"],
        "adopted": not dry_run,
        **{name: image[name] for name in head},
        **plain(values),
        "title": image["title"],
        "notes": notes,
        **({"dry_run": True} if dry_run else {}),
    }
