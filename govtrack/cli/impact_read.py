"""`govtrack impact list|show|check`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from govtrack.cli.changes import catalogue_of
from govtrack.cli.findings import exit_code, shown
from govtrack.cli.options import as_of_option, current_workspace, json_option, recorded_by_option
from govtrack.cli.output import answer_json, plural, say, table, talk
from govtrack.errors import visible

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.impact_records import Assessment
    from govtrack.status.impacts import ImpactRegister
    from govtrack.workspace import Workspace

SYSTEM = click.option("--system", metavar="SYSTEM", help="Only this system (slug or id).")


@contextmanager
def asked(
    as_of: date | None, recorded_by: date | None
) -> Iterator[tuple[Workspace, sqlite3.Connection, Catalogue, date]]:
    """The workspace, a reading connection, the catalogue and the day asked for."""
    from govtrack import clock
    from govtrack.register.reader import reading

    space = current_workspace()
    with reading(space, recorded_by) as connection:
        yield space, connection, catalogue_of(space), as_of or clock.today(space.zone)


def registered(
    connection: sqlite3.Connection, catalogue: Catalogue, day: date, system: str | None
) -> ImpactRegister:
    """The register on the day, of one system or of all."""
    from govtrack.status.impacts import register
    from govtrack.status.systems import named

    only = (named(connection, system),) if system else ()
    return register(connection, catalogue, day, only)


@click.command("list")
@SYSTEM
@as_of_option
@recorded_by_option
@json_option
def list_(
    *, system: str | None, as_of: date | None, recorded_by: date | None, as_json: bool
) -> None:
    r"""List assessments, of each system the latest first; name the systems without one.

    \b
    Examples:
      govtrack impact list
      govtrack impact list --system triage --as-of 2025-12-31
    """
    from govtrack.catalog.impacts import iso_levels
    from govtrack.status.impacts import list_document

    with asked(as_of, recorded_by) as (_, connection, catalogue, day):
        found = registered(connection, catalogue, day, system)
    if as_json:
        answer_json(list_document(found, catalogue, recorded_by))
        return
    holding = [one.holds for one in found.systems]
    without = [one.system.slug for one in found.systems if one.counts and not one.latest]
    if found.assessments:
        table(
            ("id", "system", "assessed on", "by", "approved on", "why", "benefits", "harms",
             "AI RMF levels", "ISO/IEC 42001 levels", "next review", "holds"),
            [
                (
                    one.id, one.slug, one.assessed_on, one.assessed_by, one.approved_on, one.why,
                    len(one.benefits), len(one.harms), one.levels,
                    iso_levels(catalogue, one.levels), one.next_review,
                    "yes" if one in holding else "",
                )
                for one in found.assessments
            ],
        )  # fmt: skip
        talk(f"note: {found.as_risk}")
    elif not without:
        say("No assessments recorded: 'govtrack impact add SYSTEM --on DATE --by WHO'.")
    if without:
        talk(f"no assessment: {visible(', '.join(without))}")


@click.command()
@click.argument("identifier", metavar="IA")
@as_of_option
@recorded_by_option
@json_option
def show(identifier: str, *, as_of: date | None, recorded_by: date | None, as_json: bool) -> None:
    r"""Show one assessment: what it was made for, its effects by level, measures, links.

    \b
    Examples:
      govtrack impact show IA-2026-0001
    """
    from govtrack.catalog.impacts import AS_RISK
    from govtrack.catalog.vocabulary import Wording
    from govtrack.status.impact_records import document
    from govtrack.status.impact_records import one as assessment

    with asked(as_of, recorded_by) as (space, connection, catalogue, day):
        found = assessment(connection, catalogue, identifier, day)
        if as_json:
            answer_json(document(found, catalogue))
            return
        words = Wording(catalogue.terms, space.vocabulary)
    say(f"{found.id}  {words('impact-assessment')} of {visible(found.name)} ({found.system})")
    for label, value in _head(found):
        say(f"  {label:14} {visible(value) if value else '-'}")
    _effects(found)
    say(f"Effects are recorded at the AI RMF's five levels; {AS_RISK}.")
    for label, values in (
        ("Consulted", [f"{one.who}: {one.how}" if one.how else one.who for one in found.consulted]),
        ("Risks", [f"{one.id} {one.title}{' (closed)' if one.closed_on else ''}"
                   for one in found.risks]),
        ("Evidence", [f"{one.id} {one.title} ({one.status})" for one in found.evidence]),
    ):  # fmt: skip
        say(f"{label}: {visible('; '.join(values)) if values else 'none recorded'}")


@click.command()
@SYSTEM
@as_of_option
@recorded_by_option
@json_option
def check(
    *, system: str | None, as_of: date | None, recorded_by: date | None, as_json: bool
) -> int:
    r"""Name every system without a valid assessment and what its assessment lacks.

    Each finding has the command that mends it. Exits with 1 where there is any.

    \b
    Examples:
      govtrack impact check
      govtrack impact check --system triage --as-of 2025-12-31
    """
    from govtrack.status.impacts import check_document

    with asked(as_of, recorded_by) as (_, connection, catalogue, day):
        found = registered(connection, catalogue, day, system)
    if as_json:
        answer_json(check_document(found))
        return exit_code(found.findings)
    count = sum(1 for one in found.systems if one.counts)
    where = f"{plural(count, 'system')} in scope or in use"
    return shown(found.findings, f"Nothing found on {found.as_of}: {where}.", f"with {where}")


def _head(one: Assessment) -> Iterator[tuple[str, str | None]]:
    late = f", recorded {one.days_late} days later" if one.days_late else ""
    approved = f"{one.approved_by}, {one.approved_on}" if one.approved_by else None
    yield "assessed", f"{one.assessed_by}, {one.assessed_on}{late}"
    yield "approved", approved
    yield "why", one.why
    yield "for purpose", one.purpose
    yield "for roles", one.roles
    yield "for model", one.model
    yield "result", one.result
    yield "next review", one.next_review


def _effects(found: Assessment) -> None:
    if not found.effects:
        say("No effects recorded: 'govtrack impact effect IA --level LEVEL --kind harm ...'.")
        return
    say()
    table(
        ("no.", "AI RMF level", "ISO/IEC 42001 level", "kind", "what", "severity", "likelihood",
         "reversibility", "measure"),
        [
            (one.number, one.level, one.iso or "(risk, 6.1.2)", one.kind, one.what, one.severity,
             one.likelihood, one.reversibility, one.measure)
            for one in found.effects
        ],
    )  # fmt: skip
    say()
