"""`govtrack audit-pack`: the internal audit pack of a year."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.options import DAY, Change, OneOf, changing, current_workspace, json_option
from govtrack.cli.output import answer_json, plural, progress, say
from govtrack.errors import refuse, visible

if TYPE_CHECKING:
    from govtrack.packs.contents import PackContents
    from govtrack.packs.gather import Pack

FORMAT = "govtrack.audit-pack/1"


@click.command("audit-pack")
@click.argument("year")
@click.option(
    "--as-of",
    type=DAY,
    metavar="DATE",
    help="The state on that day. Default: the end of the period, or today before that.",
)
@click.option(
    "--period",
    metavar="A..B",
    help="The audit period, 2025-04-01..2026-03-31. Default: the calendar year.",
)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="The new folder; the zip goes beside it. Default: audit-pack-YEAR.",
)
@click.option("--no-evidence", is_flag=True, help="Leave the artefacts' files out.")
@click.option(
    "--system",
    "--systems",
    "systems",
    multiple=True,
    metavar="SYSTEM",
    help="Only evidence about this AI system (slug or id), and about none in "
    "particular. May be given again.",
)
@click.option(
    "--sample-seed", metavar="TEXT", help="An auditor's own words to draw the sample with."
)
@click.option(
    "--entries",
    type=OneOf(("all", "scope")),
    metavar="all|scope",
    help="Which entries of the trail are shown; of the others only hashes. Default: all, with "
    "--system scope.",
)
@click.option("--force", is_flag=True, help="Replace an earlier pack that stands there.")
@json_option
@changing
def audit_pack(
    year: str,
    *,
    output: Path | None,
    force: bool,
    as_json: bool,
    change: Change,
    **asked: Any,
) -> None:
    r"""Write the internal audit pack of YEAR: a folder, the same as a zip, and its record.

    The pack holds scope and criteria, checklists for clauses and controls with their evidence, a
    sampling record, the evidence index, coverage of both frameworks, the master list, the
    certification cycle, the trail's statement, the working papers of the day (Statement of
    Applicability, AI RMF profile and self-attestation, risk register, impact assessments), a
    workbook and the artefacts, as a BagIt bag. Open data/index.html in it; VERIFY.md says how to
    check it without govtrack.

    \b
    Examples:
      govtrack audit-pack 2025
      govtrack audit-pack 2025 --as-of 2026-01-31 --output packs/2025
      govtrack audit-pack 2026 --period 2025-10-01..2026-09-30 --no-evidence
      govtrack audit-pack 2025 --system triage --entries scope
    """
    from govtrack.packs import gather

    space = current_workspace()
    number = _year(year)
    wanted = _asked(asked)
    folder = output or Path(f"audit-pack-{number:04d}")
    if folder.suffix.casefold() == ".zip":
        raise refuse("names a zip; name the folder, the zip is put beside it", field="--output")
    if change.dry_run:
        found = gather.checked(space, number, folder, wanted, force=force)
        _tried(found, folder, as_json=as_json)
        return
    with progress(f"writing {visible(str(folder))}") as advance:
        pack = gather.delivered(
            space,
            number,
            folder,
            wanted,
            force=force,
            actor=change.actor,
            reason=change.reason,
            progress=advance,
        )
    if as_json:
        answer_json(document(pack))
        return
    _told(pack, folder)


def document(pack: Pack) -> dict[str, Any]:
    """The delivered pack as the `govtrack.audit-pack/1` document."""
    bag, contents = pack.delivered.bag, pack.contents
    return {
        **_said(contents),
        "dry_run": False,
        "id": pack.recorded,
        "pack": pack.delivered.id,
        "folder": str(bag.folder),
        "archive": str(bag.archive) if bag.archive else None,
        "delivery_proof": str(pack.proof),
        "files": bag.files,
        "size": bag.size,
        "digest": bag.tagmanifest_sha256,
        "documents": [
            {
                "number": one.number,
                "title": one.title,
                "page": one.page,
                "path": one.path,
                "pages": one.pages,
                "sha256": one.sha256,
            }
            for one in pack.delivered.documents
        ],
    }


def _said(contents: PackContents) -> dict[str, Any]:
    from govtrack.packs import consistency, documents, views

    draw = documents.drawn(contents)
    trail = contents.trail
    return {
        "format": FORMAT,
        "organisation": contents.organisation,
        "sample_organisation": contents.sample,
        "year": contents.year,
        "period": {"start": str(contents.period.start), "end": str(contents.period.end)},
        "as_of": str(contents.as_at),
        "finished": contents.finished,
        "evidence": len(contents.evidence),
        "dated_later": contents.later,
        "coverage": {
            framework: views.total(views.groups(contents, framework))
            for framework in documents.FRAMEWORKS
        },
        "sample": {
            "seed": draw.seed,
            "population": len(draw.population),
            "drawn": [item.id for item in draw.items],
        },
        "trail": {
            "origin": trail.origin,
            "size": trail.size,
            "root": trail.root,
            "shown": trail.shown,
            "signed_size": trail.signed_size,
            "key": trail.key,
        },
        "paper_findings": dict(documents.paper_findings(contents)),
        "consistent": all(check.passed for check in consistency.checks(contents)),
    }


def _told(pack: Pack, folder: Path) -> None:
    from govtrack.packs import views
    from govtrack.packs.documents import readable

    bag, contents = pack.delivered.bag, pack.contents
    name = visible(str(folder))
    say(f"Wrote {name} and {name}.zip: {plural(bag.files, 'file')}, {readable(bag.size)}")
    say(_about(contents))
    say(f"Open {name}/data/index.html")
    trail = contents.trail
    say(f"Trail {trail.origin}, size {trail.size}, root {trail.root}")
    if trail.shown < trail.size:
        say(f"  {trail.shown} of {trail.size} entries are shown, the others by their hashes")
    if trail.unsigned:
        say(f"  {views.signed(trail)}")
    say(f"Proof of the delivery: {visible(str(pack.proof))}")
    say(f"Recorded as {pack.recorded}; SHA-256 of its tagmanifest-sha256.txt, for the auditor:")
    say(f"  {bag.tagmanifest_sha256}")


def _tried(contents: PackContents, folder: Path, *, as_json: bool) -> None:
    if as_json:
        answer_json({**_said(contents), "dry_run": True, "folder": str(folder.absolute())})
        return
    say(_about(contents))
    say(f"Dry run: {visible(str(folder))} was not written and nothing was recorded.")


def _about(contents: PackContents) -> str:
    unfinished = "" if contents.finished else "; the period is not finished"
    return (
        f"{plural(len(contents.evidence), 'artefact')} of {contents.period.start} to "
        f"{contents.period.end}, as at {contents.as_at}{unfinished}"
    )


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) == len("2025")):
        raise refuse(f"'{visible(text)}' is not a year such as 2025", field="YEAR")
    return int(text)


def _asked(given: dict[str, Any]) -> Any:
    from govtrack.packs import gather

    return gather.Asked(
        as_of=given["as_of"],
        period=gather.days(given["period"]) if given["period"] else None,
        with_files=not given["no_evidence"],
        systems=given["systems"],
        sample_seed=given["sample_seed"],
        entries=given["entries"],
    )
