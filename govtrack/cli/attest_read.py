"""`govtrack attest list|show|check|export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from govtrack.cli.changes import catalogue_of
from govtrack.cli.files import form_of, put
from govtrack.cli.findings import exit_code, shown
from govtrack.cli.options import as_of_option, current_workspace, json_option, recorded_by_option
from govtrack.cli.output import answer_json, plural, say, table, talk
from govtrack.cli.profile_read import beside
from govtrack.errors import NotDone, visible

if TYPE_CHECKING:
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.attestation import Paper
    from govtrack.workspace import Workspace

FORMS = ("html", "pdf", "json", "txt")


@click.command("list")
@as_of_option
@recorded_by_option
@json_option
def list_(*, as_of: date | None, recorded_by: date | None, as_json: bool) -> None:
    r"""List the attestations signed by the day, with their standing on it.

    \b
    Examples:
      govtrack attest list
      govtrack attest list --as-of 2025-12-31 --json
    """
    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status.attestation import listed

    space = current_workspace()
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        found = listed(connection, day)
    if as_json:
        answer_json({
            "format": "govtrack.attestations/1",
            "as_of": day.isoformat(),
            "attestations": [
                {name: value for name, value in one.items() if name != "key"} for one in found
            ],
        })  # fmt: skip
        return
    if not found:
        say("No attestations recorded: 'govtrack attest --help' says what one needs.")
        return
    table(
        ("id", "standing", "profile", "as of", "signed on", "valid until", "signatory", "scope"),
        [
            (one["id"], one["standing"], one["slug"], one["as_of"], one["signed_on"],
             one["valid_until"], f"{one['signatory']}, {one['function']}", one["scope"])
            for one in found
        ],
    )  # fmt: skip
    beside("Whether what was declared still stands: 'govtrack attest check AT'.")


@click.command()
@click.argument("which", metavar="AT")
@as_of_option
@recorded_by_option
@json_option
def show(*, which: str, as_of: date | None, recorded_by: date | None, as_json: bool) -> None:
    r"""Show an attestation: what is declared, for what, and what stands behind it.

    \b
    Examples:
      govtrack attest show AT-2026-0001
      govtrack attest show AT-2026-0001 --as-of 2026-12-31 --json
    """
    found = _paper(which, as_of, recorded_by)
    if as_json:
        from govtrack.status.attestation_form import as_json as document

        answer_json(document(found))
        return
    one, head = found.attestation or {}, found.profile or {}
    say(f"{one['id']}  on {found.day}: {found.stands}")
    for label, value in (
        ("scope", one["scope"]), ("profile", f"{head['id']} {head['title']}"),
        ("as of", one["as_of"]), ("issuer", one["issuer"]), ("address", one["address"]),
        ("signed by", f"{one['signatory']}, {one['function']}"), ("place", one["place"]),
        ("signed on", one["signed_on"]), ("valid until", one["valid_until"]),
        ("withdrawn on", one["withdrawn_on"]), ("why", one["withdrawn_why"]),
        ("review", found.reviewed), ("open gaps", one["open_gaps"]),
        ("residual risk", one["residual_risk"]), ("manifest", one["manifest_sha256"]),
    ):  # fmt: skip
        say(f"  {label:14} {visible(str(value)) if value is not None else '-'}")
    say(f"Declared as {found.achieved}:")
    for outcome in found.claimed:
        behind = ", ".join(f"{s.evidence} v{s.version}" for s in outcome.supports)
        say(f"  {outcome.ref:12} {behind}")
    say(f"Not claimed: {len(found.unclaimed)} in other states, {found.not_assessed} not assessed")
    for risk in found.residuals:
        level = risk.level or "not assessed"
        more = f", accepted by {risk.accepted_by}" if risk.accepted_by else ""
        say(visible(f"  {risk.id} {risk.title}: {level}{', above acceptance' * risk.above}{more}"))
    if found.findings:
        talk(f"{plural(len(found.findings), 'thing has', 'things have')} changed behind it: "
             f"'govtrack attest check {one['id']}'")  # fmt: skip


@click.command()
@click.argument("which", metavar="[AT]", required=False)
@as_of_option
@recorded_by_option
@json_option
def check(*, which: str | None, as_of: date | None, recorded_by: date | None, as_json: bool) -> int:
    r"""Check whether what was declared still stands; exit 1 where it does not.

    Evidence behind it that is no longer in force, confirmed or the same, outcomes that are no
    longer achieved, its validity and withdrawal. Without AT: the latest within its period.

    \b
    Examples:
      govtrack attest check
      govtrack attest check AT-2026-0001 --as-of 2026-12-31
    """
    found = _paper(which, as_of, recorded_by)
    if as_json:
        from govtrack.status.attestation_form import check_json

        answer_json(check_json(found))
        return exit_code(found.findings)
    one = found.attestation or {}
    identifier = one["id"]
    if which is None:
        beside(f"{identifier}, the latest within its period: signed on {one['signed_on']} by "
               f"{one['signatory']}, {one['scope']}")  # fmt: skip
    nothing = f"{identifier} stands on {found.day} as it was declared."
    return shown(found.findings, nothing, f"with {identifier} on {found.day}")


@click.command()
@click.argument("which", metavar="AT")
@as_of_option
@click.option("--output", required=True, metavar="FILE",
              help="Ends in .html, .pdf, .json, or .txt for the manifest of evidence.")  # fmt: skip
@json_option
def export(*, which: str, as_of: date | None, output: str, as_json: bool) -> None:
    r"""Write an attestation to a file, to be signed and given away.

    \b
    Examples:
      govtrack attest export AT-2026-0001 --output attestation.pdf
      govtrack attest export AT-2026-0001 --output manifest.txt && sha256sum manifest.txt
    """
    space = current_workspace()
    form_of(output, FORMS)
    content = written(space, catalogue_of(space), which, as_of, output)
    put(Path(output), content)
    if as_json:
        answer_json({"format": "govtrack.written/1", "path": output, "bytes": len(content)})
    else:
        say(f"Wrote {visible(output)}")


def written(
    space: Workspace, catalogue: Catalogue, which: str, day: date | None, output: str
) -> bytes:
    """An attestation in the form that the file's ending names."""
    import json

    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status.attestation import named, paper
    from govtrack.status.attestation_form import as_json

    form = form_of(output, FORMS)
    day = day or clock.today(space.zone)
    with reading(space) as connection:
        found = paper(connection, catalogue, day, named(connection, which))
        if form == "txt":
            return found.manifest.encode()
        if form == "json":
            return f"{json.dumps(as_json(found), ensure_ascii=False, indent=2)}\n".encode()
        from govtrack.packs import attestation_page

        page = attestation_page.page(connection, space, catalogue, found)
    return attestation_page.printed(page, day) if form == "pdf" else page.encode()


def _paper(which: str | None, as_of: date | None, recorded_by: date | None) -> Paper:
    from govtrack import clock
    from govtrack.register.reader import reading
    from govtrack.status.attestation import named, paper

    space = current_workspace()
    day = as_of or clock.today(space.zone)
    with reading(space, recorded_by) as connection:
        identifier = named(connection, which) if which else None
        found = paper(connection, catalogue_of(space), day, identifier)
    if found.attestation is None:
        raise NotDone(f"no attestation is within its period on {day}")
    return found
