"""`govtrack risk suggest|check|export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govtrack import clock
from govtrack.cli.changes import catalogue_of
from govtrack.cli.findings import exit_code, shown
from govtrack.cli.options import as_of_option, current_workspace, json_option, recorded_by_option
from govtrack.cli.output import answer_json, plural, say, table, talk
from govtrack.errors import visible

if TYPE_CHECKING:
    import sqlite3
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.risks import Register
    from govtrack.workspace import Workspace


@click.command()
@click.option("--system", required=True, metavar="SYSTEM", help="The AI system (slug or id).")
@as_of_option
@json_option
def suggest(*, system: str, as_of: date | None, as_json: bool) -> None:
    r"""Show where to begin: the GenAI risks or MAP 4, each with the command that records it.

    For a generative system the twelve risks of NIST AI 600-1 and MAP 4; for any other MAP 4 and
    what MAP and MEASURE ask of a system's risks. What is on record already is named.

    \b
    Examples:
      govtrack risk suggest --system triage
    """
    from govtrack.register.reader import reading
    from govtrack.status import risk_suggestions
    from govtrack.status.systems import named

    space = current_workspace()
    day = as_of or clock.today(space.zone)
    with reading(space) as connection:
        identifier = named(connection, system)
        found = risk_suggestions.suggestions(connection, catalogue_of(space), identifier, day)
    if as_json:
        answer_json(risk_suggestions.as_json(found))
        return
    for one in found.found:
        if not one.recorded:
            say(f"{one.source}  {one.title} ({', '.join(one.related)})")
            say(f"  {one.command}")
    there = [(one.source, ", ".join(one.recorded)) for one in found.found if one.recorded]
    for source, recorded in there:
        say(f"{source}  on record: {recorded}")
    missing = plural(len(found.found) - len(there), "starting point")
    talk(f"{missing} not on record, {len(there)} on record. Fit the words to {found.slug}.")


@click.command()
@click.option("--system", metavar="SYSTEM", help="Only this AI system (slug or id).")
@as_of_option
@recorded_by_option
@json_option
def check(
    *, system: str | None, as_of: date | None, recorded_by: date | None, as_json: bool
) -> int:
    r"""Show that MAP, MEASURE and 6.1.2 are met by one risk process, and name what is amiss.

    Exit code 1 where something is. Each finding has the command that mends it.

    \b
    Examples:
      govtrack risk check
      govtrack risk check --system triage --as-of 2025-12-31 --json
    """
    from govtrack.register.reader import reading
    from govtrack.status import risks

    space = current_workspace()
    with reading(space, recorded_by) as connection:
        found = _register(connection, space, catalogue_of(space), system, as_of)
    if as_json:
        answer_json(risks.check_json(found))
        return exit_code(found.findings)
    table(
        ("clause", "asks", "AI RMF", "recorded", "state"),
        [
            (one.clause, one.asks, one.rmf, one.recorded,
             f"{one.amiss} amiss" if one.amiss else one.state)
            for one in found.process
        ],
    )  # fmt: skip
    say()
    _lines(found)
    say()
    where = f"with {plural(len(found.risks), 'risk')}"
    return shown(found.findings, f"Nothing found on {found.as_of} {where}.", where)


@click.command()
@click.option("--output", required=True, metavar="FILE",
              help="A new .html, .pdf, .xlsx, .csv or .json; '-' is CSV on stdout.")  # fmt: skip
@click.option("--system", metavar="SYSTEM", help="Only this AI system (slug or id).")
@as_of_option
@recorded_by_option
@json_option
def export(
    *,
    output: str,
    system: str | None,
    as_of: date | None,
    recorded_by: date | None,
    as_json: bool,
) -> None:
    r"""Write the AI risk register and treatment plan as a document, a workbook or data.

    \b
    Examples:
      govtrack risk export --output risk-register.pdf
      govtrack risk export --system triage --output risks.xlsx
    """
    from govtrack.cli.files import form_of, put
    from govtrack.packs import risk_register
    from govtrack.register.reader import reading

    space = current_workspace()
    form = "csv" if output == "-" else form_of(output, risk_register.FORMS)
    catalogue = catalogue_of(space)
    with reading(space, recorded_by) as connection:
        found = _register(connection, space, catalogue, system, as_of)
        content = risk_register.written(connection, space, catalogue, found, form)
    if output == "-":
        sys.stdout.buffer.write(content)
        return
    put(Path(output), content)
    if as_json:
        answer_json({"format": "govtrack.written/1", "path": output, "bytes": len(content)})
        return
    say(f"Wrote {visible(output)}")


def _register(
    connection: sqlite3.Connection,
    space: Workspace,
    catalogue: Catalogue,
    system: str | None,
    as_of: date | None,
) -> Register:
    from govtrack.cycle.knobs import Knobs
    from govtrack.status import risks
    from govtrack.status.systems import named

    day = as_of or clock.today(space.zone)
    soon = Knobs.from_mapping(catalogue.knobs).expiring_days
    only = (named(connection, system),) if system else ()
    return risks.register(connection, catalogue, day, only, soon)


def _lines(found: Register) -> None:
    """Risk, treatment, control, decision on it, evidence: a line each."""
    from govtrack.status.risk_traces import only_elsewhere

    rows: list[tuple[Any, ...]] = []
    slugs = {one.id: one.slug for one in found.risks}
    for one in found.traces:
        control = one.control
        done = (one.done_on and f"done {one.done_on}") or "not done"
        head = (one.risk, f"{one.treatment} {one.option}, {done}")
        if control is None:
            rows.append((*head, None, None, None))
            continue
        decided = {True: "applicable", False: "excluded", None: "undecided"}[control.applicable]
        if control.decision:
            decided = f"{control.decision} {decided}"
        shown_ = control.evidence or only_elsewhere(control, slugs[one.risk])
        rows.append((*head, control.ref, decided, shown_))
    if rows:
        table(("risk", "treatment", "control", "decision", "evidence in force"), rows)
    else:
        say("No treatments recorded.")
