"""`govtrack documents`: the master list of documented information."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from govtrack.cli.options import (
    as_of_option,
    current_workspace,
    json_option,
    recorded_by_option,
)
from govtrack.cli.output import answer_json, on_terminal, plural, say, table, talk

if TYPE_CHECKING:
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.catalog.vocabulary import Wording
    from govtrack.status.master_list import Asked, Listed, MasterList

FORMS = {"document": "document to be maintained", "record": "record to be kept"}
COLUMNS = (
    "id", "title", "type", "version", "status", "approved by", "approved on", "next review",
    "missing", "form", "owner", "classification", "retention", "origin", "what is missing",
)  # fmt: skip
ON_SCREEN = 9
"""So many of the columns fit a terminal."""


@click.command()
@click.option("--system", help="Only what is about this AI system, or about none in particular.")
@click.option("--missing", "only_missing", is_flag=True, help="Only what lacks something.")
@click.option("--check", is_flag=True, help="Exit with 1 if anything lacks something.")
@as_of_option
@recorded_by_option
@json_option
def documents(
    *,
    system: str | None,
    only_missing: bool,
    check: bool,
    as_of: date | None,
    recorded_by: date | None,
    as_json: bool,
) -> int:
    r"""List all documented information: evidence and working papers, with what 7.5 misses.

    Documents to be maintained and records to be kept, each with version, status, approval, next
    review, retention and how many facts are missing; then the clauses that ask for documented
    information and have none. What is superseded or withdrawn is listed and fails nothing.

    \b
    Examples:
      govtrack documents
      govtrack documents --missing --system triage
      govtrack documents --check --as-of 2025-12-31 --json
    """
    from govtrack import clock
    from govtrack.catalog.loading import catalogue as load
    from govtrack.register.reader import reading
    from govtrack.status import master_list as status
    from govtrack.status.systems import named

    space = current_workspace()
    catalogue = load(space.schemas)
    with reading(space, recorded_by) as connection:
        about = named(connection, system) if system else None
        day = as_of or clock.today(space.zone)
        found = status.master_list(connection, catalogue, day, system=about)
    shown = found.failing() if only_missing else found
    if as_json:
        answer_json(status.as_json(shown, about, recorded_by, only_missing=only_missing))
    else:
        from govtrack.catalog.vocabulary import Wording

        words = Wording(catalogue.terms, space.vocabulary)
        _listed(shown, catalogue, words, only_missing=only_missing)
    return 1 if check and not found.passed else 0


def _listed(found: MasterList, catalogue: Catalogue, words: Wording, *, only_missing: bool) -> None:
    drawn = on_terminal(sys.stdout)
    if drawn:
        what = words("documented-information")
        say(f"{what[0].upper()}{what[1:]} on {found.day}")
    if not (found.rows or found.asked):
        say("Nothing is missing." if only_missing else "None recorded.")
        return
    columns = COLUMNS[:ON_SCREEN] if drawn else COLUMNS
    rows = [
        *(_row(one, _type(one, catalogue, words), found.day) for one in found.rows),
        *map(_asked, found.asked),
    ]
    table(columns, [row[: len(columns)] for row in rows])
    if failing := sum(one.fails for one in found.rows):
        talk(f"{plural(failing, 'document or record lacks', 'documents and records lack')} "
             "something; what and what mends it: govtrack evidence check --all")  # fmt: skip
    if without := [one for one in found.asked if one.fails]:
        refs = ", ".join(one.found.requirement.ref for one in without)
        talk(f"clauses that ask for {words('documented-information')} and have none: {refs}")


def _row(row: Listed, type_: str, day: str) -> tuple[object, ...]:
    one = row.one
    standing = row.standing(day, f"govtrack attest check {one.id}")
    return (
        one.id, one.title, type_, one.version, standing, one.approved_by,
        one.approved_on, row.next_review, len(row.missing), FORMS[one.form], row.owner,
        one.classification, one.retention, one.source,
        "; ".join(need.missing for need in row.missing),
    )  # fmt: skip


def _type(row: Listed, catalogue: Catalogue, words: Wording) -> str:
    """What it is, as the workspace's vocabulary has it."""
    if row.term:
        return words(row.term)
    kind = catalogue.kinds.get(row.one.kind or "") if row.sort == "evidence" else None
    return words.kind(kind) if kind else row.type


def _asked(one: Asked) -> tuple[object, ...]:
    """A clause that asks and has none, as a row of the same table."""
    found = one.found
    state = "recorded in part" if found.recorded else "none recorded"
    if one.papers:
        state = f"kept as {', '.join(one.papers)}"
    how = "asked for" if found.explicit else "rules of handling"
    lacks = found.missing if found.recorded and not one.papers else ()
    if one.fails:
        lacks = ("evidence for the clause",)
    return (
        found.requirement.ref, found.what, how, None, state, None, None, None, len(lacks),
        None, None, None, None, None, ", ".join(lacks),
    )  # fmt: skip
