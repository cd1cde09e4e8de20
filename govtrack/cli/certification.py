"""`govtrack certification`: what the certification body decided, audited and agreed."""

from __future__ import annotations

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
from govtrack.cli.output import answer_json, say, table
from govtrack.cycle.records import AUDITS, DECISIONS
from govtrack.errors import visible

if TYPE_CHECKING:
    from datetime import date

    from click.shell_completion import CompletionItem

    from govtrack.cycle.knobs import Knobs
    from govtrack.register.recording import Recording
    from govtrack.workspace import Workspace

FORMAT = "govtrack.certification-record/1"


@click.group()
def certification() -> None:
    """Decisions, audits and agreements of the certification body."""


@certification.group()
def record() -> None:
    """Record what the certification body decided, audited or agreed."""


def _decisions(*asked: Any) -> list[CompletionItem]:
    return _offered(DECISIONS, asked[-1])


def _audits(*asked: Any) -> list[CompletionItem]:
    return _offered(AUDITS, asked[-1])


def _offered(words: tuple[str, ...], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


@record.command()
@click.argument("decision", metavar="|".join(DECISIONS), shell_complete=_decisions)
@click.option("--on", "decided_on", type=DAY, required=True, metavar="DATE",
              help="The day it was decided: the cycle's clock starts here.")  # fmt: skip
@click.option("--effective", "effective_on", type=DAY, metavar="DATE",
              help="The day it takes effect. Default: the day it was decided.")  # fmt: skip
@click.option("--issued", "issued_on", type=DAY, metavar="DATE", help="The certificate's date.")
@click.option("--expiry", "expires_on", type=DAY, metavar="DATE",
              help="The last valid day as printed. Without it one is computed.")  # fmt: skip
@click.option("--body", metavar="NAME", help="The certification body.")
@click.option("--number", metavar="TEXT", help="The certificate's number.")
@click.option("--scope", metavar="TEXT", help="The scope as the certificate says it.")
@click.option("--reference", metavar="TEXT", help="Where the decision can be found again.")
@json_option
@changing
def decision(*, as_json: bool, change: Change, **said: Any) -> None:
    r"""Record a decision of the certification body.

    \b
    Examples:
      govtrack certification record decision grant --on 2024-03-14 --expiry 2027-03-13 \
        --body 'Example Cert' --number AIMS-24-017 --scope 'Provision of AI systems'
      govtrack certification record decision suspend --on 2025-06-02 --reference 'Letter of 2 June'
    """
    from govtrack.aims import certification as noun
    from govtrack.cycle.records import Decision

    with changed(change, quiet=as_json) as (space, recorded):
        identifier = noun.decided(recorded, Decision(**said), _knobs(space))
    words = f"{said['decision']}, decided on {said['decided_on']}"
    _answer(identifier, words, said, recorded, as_json=as_json, dry_run=change.dry_run)


@record.command()
@click.argument("audit", metavar="|".join(AUDITS), shell_complete=_audits)
@click.option("--start", "started_on", type=DAY, required=True, metavar="DATE",
              help="Its first day.")  # fmt: skip
@click.option("--end", "ended_on", type=DAY, metavar="DATE",
              help="Its last day, the one that counts. Default: the first.")  # fmt: skip
@click.option("--auditor", metavar="NAME", help="The lead auditor.")
@click.option("--reference", metavar="TEXT", help="The audit report's reference.")
@json_option
@changing
def audit(*, as_json: bool, change: Change, **said: Any) -> None:
    r"""Record an audit held by the certification body.

    \b
    Examples:
      govtrack certification record audit stage_2 --start 2024-02-20 --end 2024-02-22
      govtrack certification record audit surveillance --start 2025-02-18 --end 2025-02-19
    """
    from govtrack.aims import certification as noun
    from govtrack.cycle.records import ExternalAudit

    said["ended_on"] = said["ended_on"] or said["started_on"]
    with changed(change, quiet=as_json) as (_, recorded):
        identifier = noun.audited(recorded, ExternalAudit(**said))
    words = f"{said['audit']}, {_span(said['started_on'], said['ended_on'])}"
    _answer(identifier, words, said, recorded, as_json=as_json, dry_run=change.dry_run)


@record.command()
@click.option("--about", required=True, metavar="TEXT",
              help="What it is about, such as 'second surveillance'.")  # fmt: skip
@click.option("--until", type=DAY, required=True, metavar="DATE", help="Until when it holds.")
@click.option("--reference", required=True, metavar="TEXT", help="The body's letter.")
@json_option
@changing
def agreement(*, as_json: bool, change: Change, **said: Any) -> None:
    r"""Record what the body allowed in writing; shown beside the rule's date, never instead.

    \b
    Examples:
      govtrack certification record agreement --about 'second surveillance' \
        --until 2026-12-18 --reference 'Letter of 20 February 2026'
    """
    from govtrack.aims import certification as noun
    from govtrack.cycle.records import Agreement

    with changed(change, quiet=as_json) as (_, recorded):
        identifier = noun.agreed(recorded, Agreement(**said))
    words = f"{said['about']}, until {said['until']}"
    _answer(identifier, words, said, recorded, as_json=as_json, dry_run=change.dry_run)


@certification.command()
@as_of_option
@json_option
def show(*, as_of: date | None, as_json: bool) -> None:
    r"""Show the certificate and every decision, audit and agreement behind it.

    \b
    Examples:
      govtrack certification show
      govtrack certification show --as-of 2025-12-31 --json
    """
    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status.certification import cycle_state, document

    space = current_workspace()
    with reading(space) as connection:
        day = as_of or clock.today(space.zone)
        found = document(connection, cycle_state(connection, _knobs(space), day))
    if as_json:
        answer_json(found)
        return
    _certificate(found)
    _records(found)


def _certificate(found: dict[str, Any]) -> None:
    status = found["status"].replace("_", " ")
    certificate = found["certificate"]
    if certificate is None:
        say(f"{status} on {found['as_of']}")
        return
    say(f"{status} on {found['as_of']}, until {certificate['expires_on']}"
        f" ({certificate['expiry_source']})")  # fmt: skip
    for label, name in (
        ("body", "body"), ("number", "number"), ("scope", "scope"), ("decided on", "decided_on"),
        ("in effect from", "effective_on"), ("issued on", "issued_on"),
    ):  # fmt: skip
        value = certificate[name]
        say(f"  {label:15} {visible(value) if value else '-'}")


def _records(found: dict[str, Any]) -> None:
    rows = [
        (one["id"], one["decided_on"], one["decision"], one["expires_on"] and
         f"until {one['expires_on']}", one["reference"], one["recorded_on"])
        for one in found["decisions"]
    ]  # fmt: skip
    rows += [
        (one["id"], one["ended_on"], f"{one['audit']} audit",
         _span(one["started_on"], one["ended_on"]), one["reference"], one["recorded_on"])
        for one in found["audits"]
    ]  # fmt: skip
    rows.sort(key=lambda row: (row[1], row[0]))
    rows += [
        (one["id"], None, "agreement", f"{one['about']}, until {one['until_on']}",
         one["reference"], one["recorded_on"])
        for one in found["agreements"]
    ]  # fmt: skip
    if rows:
        say()
        table(("id", "date", "what", "detail", "reference", "recorded on"), rows)
    else:
        say("Nothing of the certification body is recorded: begin with "
            "'govtrack certification record audit stage_1 --start DATE'.")  # fmt: skip


def _answer(
    identifier: str,
    words: str,
    said: dict[str, Any],
    recorded: Recording,
    *,
    as_json: bool,
    dry_run: bool,
) -> None:
    if as_json:
        fields = {name: None if value is None else str(value) for name, value in said.items()}
        more = {"dry_run": True} if dry_run else {}
        document = {"format": FORMAT, "id": identifier, **fields, "notes": recorded.notes}
        answer_json(document | more)
        return
    say(f"{'Would record' if dry_run else 'Recorded'} {identifier}: {visible(words)}")


def _span(start: object, end: object) -> str:
    return str(start) if start == end else f"{start} to {end}"


def _knobs(space: Workspace) -> Knobs:
    from govtrack.cycle.knobs import Knobs

    return Knobs.from_mapping(catalogue_of(space).knobs)
