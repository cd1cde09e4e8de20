"""`govtrack soa show|check|versions|diff`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.changes import catalogue_of
from govtrack.cli.findings import exit_code, shown
from govtrack.cli.options import (
    as_of_option,
    current_workspace,
    json_option,
    recorded_by_option,
)
from govtrack.cli.output import answer_json, say, table
from govtrack.errors import closest, refuse, visible

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.soa import Control, Decision, Statement
    from govtrack.status.soa_behind import Proof, Treated


@click.command()
@click.option("--system", metavar="SYSTEM", help="As it is for one system (slug or id).")
@click.option("--version", type=int, metavar="N", help="As that version froze it.")
@click.option("--control", metavar="CONTROL", help="One control, with all that stands behind it.")
@as_of_option
@recorded_by_option
@json_option
def show(
    *,
    system: str | None,
    version: int | None,
    control: str | None,
    as_of: date | None,
    recorded_by: date | None,
    as_json: bool,
) -> None:
    r"""Show every control: whether it is necessary, why, how far implemented, and its evidence.

    \b
    Examples:
      govtrack soa show
      govtrack soa show --control A.6.2.4
      govtrack soa show --version 2 --json
    """
    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status import soa

    space = current_workspace()
    catalogue = catalogue_of(space)
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        about = _system(connection, system) if system else None
        found = soa.statement(connection, catalogue, day, about, version)
    one = _one(found, control, catalogue) if control else None
    if as_json:
        from govtrack.status.soa_json import shown

        answer_json(shown(found, one and one.control, recorded_by))
    elif one:
        _control(one, found.day)
    else:
        _statement(found)


@click.command()
@as_of_option
@recorded_by_option
@json_option
def check(*, as_of: date | None, recorded_by: date | None, as_json: bool) -> int:
    r"""Make the tests an auditor makes of the statement; exit 1 where one finds something.

    Each finding names its test, the control and the command that mends it.

    \b
    Examples:
      govtrack soa check
      govtrack soa check --as-of 2026-12-31 --json
    """
    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status.soa_check import tests

    space = current_workspace()
    catalogue = catalogue_of(space)
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        found = tests(connection, catalogue, day)
    every = [finding for one in found for finding in one.findings]
    if as_json:
        from govtrack.status.soa_json import checked

        answer_json(checked(found, day))
        return exit_code(every)
    table(
        ("test", "result", "question"),
        [
            (one.code, one.told, one.question)
            for one in found
        ],
    )  # fmt: skip
    say()
    for one in found:
        if one.remark:
            say(visible(f"{one.code}: {one.remark}"))
            say()
    return shown(every, f"Nothing found on {day}.")


@click.command()
@as_of_option
@recorded_by_option
@json_option
def versions(*, as_of: date | None, recorded_by: date | None, as_json: bool) -> None:
    r"""List the versions that were approved.

    \b
    Examples:
      govtrack soa versions
    """
    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status import soa

    space = current_workspace()
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        found = soa.versions(connection, day)
    if as_json:
        from govtrack.status.soa_json import listed

        answer_json(listed(found, day))
    elif found:
        table(
            ("version", "id", "approved on", "approved by", "controls", "applicable", "scope",
             "note"),
            [
                (one.version, one.id, one.approved_on, one.approved_by, one.controls,
                 one.applicable, one.scope, one.note)
                for one in found
            ],
        )  # fmt: skip
    else:
        say("No version was approved: 'govtrack soa approve --by WHO --scope TEXT' freezes one.")


@click.command()
@click.argument("before", metavar="[FROM]", type=int, required=False)
@click.argument("after", metavar="[TO]", type=int, required=False)
@as_of_option
@recorded_by_option
@json_option
def diff(
    *,
    before: int | None,
    after: int | None,
    as_of: date | None,
    recorded_by: date | None,
    as_json: bool,
) -> None:
    r"""Show what differs from version FROM to version TO, control by control, field by field.

    Without TO: to what holds now. Without FROM: from the latest version.

    \b
    Examples:
      govtrack soa diff
      govtrack soa diff 1 2
    """
    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status.soa_diff import compare

    space = current_workspace()
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        found = compare(connection, day, before, after)
    if as_json:
        from govtrack.status.soa_json import compared

        answer_json(compared(found))
        return
    first = f"version {found.before.version}" if found.before else "nothing"
    second = f"version {found.after.version}" if found.after else f"what holds on {found.day}"
    if not found.changes:
        say(f"Nothing differs from {first} to {second}.")
        return
    table(
        ("control", "system", "field", first, second),
        [(one.control, one.slug, one.field, one.before, one.after) for one in found.changes],
    )


def _system(connection: sqlite3.Connection, which: str) -> str:
    from govtrack.status.systems import named

    return named(connection, which)


def _one(found: Statement, text: str, catalogue: Catalogue) -> Control:
    """The control that `text` names: one's own by its reference, else of Annex A."""
    from govtrack.catalog.refs import find
    from govtrack.errors import BadInput

    known = {one.control.casefold(): one for one in found.controls}
    if one := known.get(text.strip().casefold()):
        return one
    try:
        ref = find(text, catalogue, field="--control").ref
    except BadInput:
        ref = ""
    if one := known.get(ref.casefold()):
        return one
    names = [one.control for one in found.controls]
    message = f"'{visible(text)}' is not a control of Annex A or one of your own"
    raise refuse(message, field="--control", nearest=closest(text, names))


def _statement(found: Statement) -> None:
    table(
        ("control", "for", "standing", "status", "due", "owner", "because", "evidence", "newest",
         "risks", "title"),
        [row for one in found.controls for row in _rows(one, found)],
    )  # fmt: skip
    say()
    say(found.counts.line())
    if found.version:
        one = found.version
        say(f"Version {one.version}, approved on {one.approved_on} by {visible(one.approved_by)}")
    elif found.latest:
        say(f"As decided by {found.day}; version {found.latest.version} was approved on "
            f"{found.latest.approved_on}")  # fmt: skip
    else:
        say(f"As decided by {found.day}; no version was approved")


def _rows(one: Control, found: Statement) -> Iterator[tuple[Any, ...]]:
    cells = _cells(one.decision, one.evidence, found.day)
    yield (one.control, *cells, _ids(one.risks), one.title)
    if found.system:
        return
    for differing in one.differences:
        cells = _cells(differing.decision, differing.evidence, found.day)
        yield (one.control, *cells, _ids(differing.risks), "")


def _ids(risks: Iterable[Treated]) -> list[str]:
    return list(dict.fromkeys(one.id for one in risks))


def _cells(decision: Decision | None, proof: Proof, day: str) -> tuple[Any, ...]:
    from govtrack.status.soa import standing

    if decision is None:
        return ("", "not decided", "", "", "", "", proof.total, proof.newest)
    because = [f"{kind}:{what}" for kind, what in decision.because]
    return (decision.slug, standing(decision), decision.status, _due(decision, day),
            decision.owner, because, proof.total, proof.newest)  # fmt: skip


def _due(one: Decision | Treated, day: str) -> str | None:
    return f"{one.due} overdue" if one.overdue(day) else one.due


def _control(one: Control, day: str) -> None:
    say(visible(f"{one.control}  {one.title}"))
    if one.source:
        say(visible(f"  additional, from {one.source}"))
    if one.decision:
        _decision(one.decision, day)
    else:
        say(f"  not decided: govtrack soa set {one.control} --applicable --why TEXT")
    _proof(one.evidence)
    for differing in one.differences:
        if differing.decision != one.decision:
            say(visible(f"For {differing.decision.slug} ({differing.decision.system})"))
            _decision(differing.decision, day)
            _proof(differing.evidence)
    _behind(one, day)


def _behind(one: Control, day: str) -> None:
    if one.risks:
        say("Risks it treats")
    for risk in one.risks:
        due = f", due {_due(risk, day)}" if risk.due and not risk.done_on else ""
        say(visible(f"  {risk.id}  {risk.title}: {risk.option}, {risk.what}{due}"))
    if one.inputs:
        say("AI RMF activities as inputs, by source")
    for source in one.inputs:
        block = "" if source.named == one.control else f", of {source.named} as a whole"
        say(visible(f"  {source.display}{block}: {', '.join(source.refs)}"))


def _decision(one: Decision, day: str) -> None:
    from govtrack.status.soa import standing

    because = ", ".join(f"{kind}:{what}" for kind, what in one.because)
    for label, value in (
        ("decided", f"{standing(one)}, {one.id} of {one.decided_on} by {one.decided_by}"),
        ("why", one.why), ("because", because), ("status", one.status), ("how", one.how),
        ("owner", one.owner), ("due", _due(one, day)),
    ):  # fmt: skip
        say(f"  {label:14} {visible(value) if value else '-'}")


def _proof(proof: Proof) -> None:
    newest = f", the newest of {proof.newest}" if proof.newest else ""
    say(visible(f"  {'evidence':14} {proof.line() or 'none in force'}{newest}"))
