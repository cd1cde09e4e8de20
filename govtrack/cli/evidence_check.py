"""`govtrack evidence check`: artefacts tested as documented information and as evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from govtrack import clock
from govtrack.cli.evidence_read import chosen, filtering
from govtrack.cli.options import (
    as_of_option,
    current_workspace,
    json_option,
    recorded_by_option,
)
from govtrack.cli.output import answer_json, plural, say, table, talk
from govtrack.errors import BadInput, Problem, closest, refuse, visible

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import date

    from govtrack.catalog.documentation import CriterionSet
    from govtrack.catalog.vocabulary import Wording
    from govtrack.status.documentation import Verdict
    from govtrack.status.evidence import Filter
    from govtrack.status.evidence_check import Checked, Checks
    from govtrack.workspace import Workspace

ENDED = {"superseded", "withdrawn"}


@click.command()
@click.argument("identifiers", metavar="[EV]...", nargs=-1)
@click.option("--all", "every", is_flag=True,
              help="All but what is superseded or withdrawn; options narrow it.")  # fmt: skip
@filtering
@click.option("--strict", is_flag=True,
              help="Fail on what the Playbook suggests and on weak evidence too.")  # fmt: skip
@as_of_option
@recorded_by_option
@json_option
def check(
    identifiers: tuple[str, ...],
    *,
    every: bool,
    strict: bool,
    as_of: date | None,
    recorded_by: date | None,
    as_json: bool,
    **wanted: Any,
) -> int:
    r"""Test EV... as documented information (7.5) and as evidence that stands up.

    Each fact is met, missing (with the command that mends it), or not told by the record.
    Questions of the Playbook are asked where the kind or a tag should answer them. Exit 1 where
    something that 7.5 or the eleven facts ask for is missing.

    \b
    Examples:
      govtrack evidence check EV-2025-0001
      govtrack evidence check --all --kind vv-report --strict
      govtrack evidence check --all --as-of 2025-12-31 --json
    """
    from govtrack.catalog.loading import catalogue as load
    from govtrack.register.reader import reading
    from govtrack.status import evidence_check as status

    space = current_workspace()
    day = as_of or clock.today(space.zone)
    catalogue = load(space.schemas)
    with reading(space, recorded_by) as connection:
        filter_ = _meant(space, connection, identifiers, wanted, every=every)
        found = status.checks(connection, catalogue, filter_, day)
        if identifiers:
            _all_there(connection, filter_, found, day)
    if every and wanted["status"] is None:
        kept = tuple(one for one in found.found if one.one.status not in ENDED)
        found = found._replace(found=kept)
    if as_json:
        answer_json(status.as_json(found, day, recorded_by, strict=strict))
    elif len(identifiers) == 1:
        from govtrack.catalog.vocabulary import Wording

        for line in _lines(found, Wording(catalogue.terms, space.vocabulary), day):
            say(visible(line))
    else:
        _table(found)
    return 0 if all(one.passed(strict=strict) for one in found.found) else 1


def _meant(
    space: Workspace,
    connection: sqlite3.Connection,
    identifiers: tuple[str, ...],
    wanted: dict[str, Any],
    *,
    every: bool,
) -> Filter:
    """The filter that the ids or the options say; one of the two must be given."""
    from govtrack.register.nouns import NOUNS, key_of
    from govtrack.status.evidence import Filter

    if identifiers and (every or any(wanted.values())):
        raise refuse("give ids, or --all with options that narrow it, not both", field="EV")
    if not identifiers:
        if not every:
            raise refuse("give ids such as EV-2025-0001, or --all", field="EV")
        return chosen(space, connection, wanted)
    of = NOUNS["evidence"]
    keys: list[int] = []
    problems: list[Problem] = []
    for identifier in identifiers:
        try:
            keys.append(key_of(identifier, of, field="EV"))
        except BadInput as refusal:
            problems += refusal.problems
    if problems:
        raise BadInput(problems)
    return Filter(keys=tuple(keys))


def _all_there(connection: sqlite3.Connection, filter_: Filter, found: Checks, day: date) -> None:
    """Refuse ids that nothing has, and such as are dated after the day."""
    from govtrack.register.nouns import NOUNS, id_of
    from govtrack.status.evidence import known_ids

    there = {one.one.id for one in found.found}
    asked = dict.fromkeys(id_of(NOUNS["evidence"], key) for key in filter_.keys or ())
    if absent := [identifier for identifier in asked if identifier not in there]:
        known = known_ids(connection)
        raise BadInput(
            Problem(f"{one} is dated after {day}", field="EV")
            if one in known
            else Problem(
                f"there is no {one} in this register", field="EV", nearest=closest(one, known)
            )
            for one in absent
        )


def _lines(found: Checks, words: Wording, day: date) -> Iterator[str]:
    """One artefact in full: each set of criteria, then what is weak, then what mends it."""
    from govtrack.status.documentation import mending

    (checked,) = found.found
    one = checked.one
    yield f"{one.id}  {one.title}"
    yield f"  {one.status} on {day}; {one.kind}, version {one.version}"
    for asked in found.sets:
        verdicts = [verdict for verdict in checked.verdicts if verdict.criterion.set == asked.id]
        if verdicts:
            yield f"{_title(asked, words)}: {asked.source}"
        for verdict in verdicts:
            yield from _verdict(verdict)
    if checked.weak:
        yield "Weak, as an auditor may say"
        yield from (f"  {flag.words}" for flag in checked.weak)
    commands = [*mending(one, checked.missing), *_confirming(checked)]
    if commands:
        yield "What mends it"
        yield from (f"  $ {command}" for command in commands)
    missing = plural(len(checked.missing), "fact is", "facts are")
    yield f"{missing} missing" if checked.missing else "Nothing required is missing"


def _title(asked: CriterionSet, words: Wording) -> str:
    """The title of a set, with its term as the workspace's vocabulary has it."""
    if asked.term is None:
        return asked.title
    return asked.title.replace(asked.term.replace("-", " "), words(asked.term))


def _confirming(checked: Checked) -> list[str]:
    from govtrack.status.evidence_check import waiting

    found = (command for verdict in checked.suggested for command in waiting(checked.one, verdict))
    return list(dict.fromkeys(found))


def _verdict(verdict: Verdict) -> Iterator[str]:
    criterion = verdict.criterion
    place = criterion.number or criterion.source or "-"
    yield f"  {verdict.outcome:8}  {place!s:>5}  {criterion.title}"
    if verdict.missing:
        yield f"{'':19}missing: {'; '.join(need.missing for need in verdict.missing)}"
    if verdict.on:
        yield f"{'':19}confirmed for {', '.join(verdict.on)}"
    if verdict.waiting:
        yield f"{'':19}proposed, and confirmed by nobody: {', '.join(verdict.waiting)}"
    if criterion.untold:
        yield f"{'':19}not told by the record: {criterion.untold}"
    elif verdict.outcome == "not told":
        yield f"{'':19}{_why_not(verdict)}"


def _why_not(verdict: Verdict) -> str:
    if verdict.criterion.refs:
        return "only the artefact itself says: no requirement of this question is confirmed"
    return "not asked of this kind of artefact"


def _table(found: Checks) -> None:
    if not found.found:
        say("No evidence recorded that matches.")
        return
    table(
        ("id", "status", "kind", "title", "missing", "what is missing", "suggested", "weak"),
        [
            (
                checked.one.id,
                checked.one.status,
                checked.one.kind,
                checked.one.title,
                len(checked.missing),
                "; ".join(need.missing for need in checked.missing),
                len(checked.suggested),
                "; ".join(flag.words for flag in checked.weak),
            )
            for checked in found.found
        ],
    )
    if failed := [one for one in found.found if one.missing]:
        number = f"{len(failed)} of {plural(len(found.found), 'artefact')}"
        talk(f"{number} lack something; what mends it: govtrack evidence check {failed[0].one.id}")
