"""`govtrack add-evidence` (= `govtrack evidence add`): record an artefact as evidence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.options import DAY, Change, changing, current_workspace, json_option
from govtrack.cli.output import answer_json, progress, say, talk
from govtrack.errors import refuse, visible

if TYPE_CHECKING:
    from datetime import date

    from govtrack.aims.artefacts import Artefact
    from govtrack.register.recording import Recording
    from govtrack.workspace import Workspace


@click.command("add")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--kind", required=True, help="Kind of evidence; see 'govtrack kinds'.")
@click.option("--title", help="Default: the name of the (first) file.")
@click.option("--system", "systems", multiple=True, help="AI system (slug or id); repeat.")
@click.option("--supports", multiple=True, metavar="REF",
              help="Subcategory, clause, control, GenAI risk; repeat, or commas.")  # fmt: skip
@click.option("--period", metavar="FROM..TO", help="The days the artefact speaks of.")
@click.option("--prepared-by", metavar="P")
@click.option("--prepared-on", type=DAY, metavar="DATE")
@click.option("--approved-by", metavar="P")
@click.option("--approved-on", type=DAY, metavar="DATE")
@click.option("--valid-until", type=DAY, metavar="DATE", help="Last day it may be relied on.")
@click.option("--source", metavar="TEXT", help="Where it comes from: tool, URL, commit.")
@click.option("--why", metavar="TEXT", help="Why it supports what it supports, in one line.")
@click.option("--classification", metavar="C", help="Who may see it, in your own words.")
@click.option("--supersedes", multiple=True, metavar="EV", help="What it replaces; repeat.")
@click.option("--accept-proposed", is_flag=True, help="Confirm every proposed requirement.")
@click.option("--name", help="Name of what comes on standard input (FILE is '-').")
@click.option("--allow-duplicate", is_flag=True, help="Record bytes that are recorded already.")
@click.option("--allow-empty", is_flag=True, help="Record a file without content.")
@json_option
@changing
def add(
    files: tuple[str, ...],
    *,
    period: str | None,
    supports: tuple[str, ...],
    kind: str,
    name: str | None,
    accept_proposed: bool,
    allow_duplicate: bool,
    allow_empty: bool,
    as_json: bool,
    change: Change,
    **said: Any,
) -> None:
    r"""Record FILE... (files or folders, together one record) as evidence.

    The bytes are hashed and kept. What you state with --supports counts at once; what the kind
    and the crosswalks add is proposed until somebody confirms it.

    \b
    Examples:
      govtrack add-evidence vv-report.pdf --kind vv-report --supports 'MEASURE 2.6'
      govtrack add-evidence scope.md --kind scope-statement --supports 4.3 \
          --approved-by eva --approved-on 2025-03-31 --accept-proposed
      promptfoo eval -o - | govtrack add-evidence - --name run.json --kind vv-report
    """
    from govtrack.aims import evidence
    from govtrack.aims.fields import EvidenceFields
    from govtrack.catalog import kinds, refs
    from govtrack.catalog.loading import catalogue as load
    from govtrack.register.objects import still_there
    from govtrack.register.recording import recording

    space = current_workspace()
    catalogue = load(space.schemas)
    resolved = refs.resolve(supports, catalogue, field="--supports")
    start, end = _period(period)
    named = said.pop("systems")
    fields = EvidenceFields(
        files=tuple(map(Path, files)),
        kind=kinds.kind(kind, catalogue, field="--kind").id,
        title=said.pop("title") or visible(name or Path(files[0]).stem or files[0]),
        supports=resolved.refs,
        period_start=start,
        period_end=end,
        **said,
    )
    artefacts = _kept(files, name, space, keep=not change.dry_run, allow_empty=allow_empty)
    with recording(space, change.actor, change.reason, dry_run=change.dry_run) as recorded:
        if not change.dry_run:
            still_there(space.objects_path, (file.sha256 for file in artefacts))
        key = evidence.add(
            recorded,
            fields,
            artefacts,
            _systems(recorded, named),
            catalogue,
            accept_proposed=accept_proposed,
            allow_duplicate=allow_duplicate,
        )
        image = recorded.image("evidence", key)
    for note in (*resolved.notes, *recorded.notes):
        talk(f"note: {note}")
    _answer(image, space, recorded.today, as_json=as_json, dry_run=change.dry_run)


def _kept(
    files: tuple[str, ...], name: str | None, space: Workspace, *, keep: bool, allow_empty: bool
) -> tuple[Artefact, ...]:
    from govtrack.aims import artefacts

    if "-" in files:
        if len(files) > 1 or name is None:
            raise refuse("'-' (standard input) stands alone and needs --name", field="FILE")
        stream = sys.stdin.buffer
        return (
            artefacts.kept_stream(
                name, stream, space.objects_path, keep=keep, allow_empty=allow_empty
            ),
        )
    if name is not None:
        raise refuse("only names what comes on standard input ('-')", field="--name")
    found = artefacts.gathered(map(Path, files))
    with progress("reading") as advance:
        return artefacts.kept(
            found, space.objects_path, keep=keep, allow_empty=allow_empty, progress=advance
        )


def _systems(recorded: Recording, named: tuple[str, ...]) -> list[str]:
    """The ids of the systems named; their table is loaded only where one is."""
    if not named:
        return []
    from govtrack.aims import systems

    return [systems.find(recorded, which).id for which in named]


def _period(text: str | None) -> tuple[date | None, date | None]:
    if text is None:
        return None, None
    from govtrack import clock

    first, dots, last = text.partition("..")
    if not dots:
        raise refuse(f"'{text}' is not a period such as 2025-01-01..2025-12-31", field="--period")
    return clock.day(first, "--period"), clock.day(last, "--period")


def _answer(
    image: dict[str, Any], space: Workspace, today: date, *, as_json: bool, dry_run: bool
) -> None:
    from govtrack.cli import words
    from govtrack.status.evidence import counted, document, proposed

    shown = document(image, today)
    if as_json:
        answer_json(shown | ({"dry_run": True} if dry_run else {}))
        return
    done = "Would record" if dry_run else "Recorded"
    say(f"{done} {shown['id']} '{visible(shown['title'])}' ({shown['kind']}), {shown['status']}")
    for file in shown["files"]:
        say(f"  {visible(file['name'])}  {words.size(file['size'])}  sha256 {file['sha256']}")
    say(words.counting(shown["status"], counted(shown["tags"]), space.vocabulary))
    if waiting := proposed(shown["tags"]):
        say(f"Proposed, not counted until confirmed: {', '.join(waiting)}.")
        talk(f"  confirm all with 'govtrack evidence confirm {shown['id']} --all'")
    if shown["status"] == "draft":
        talk(f"  when it is approved: 'govtrack evidence approve {shown['id']} --by WHO --on DATE'")
    if shown["self_approved"]:
        talk("note: approved by the person who prepared it; an auditor will ask")
    if (late := shown["recorded_days_late"]) and late > LATE_DAYS:
        talk(f"note: recorded {late} days after it was prepared; the trail shows both dates")


LATE_DAYS = 30
