"""`govtrack attest new|withdraw`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.changes import catalogue_of, changed
from govtrack.cli.files import form_of, placed, put
from govtrack.cli.options import DAY, Change, changing, current_workspace, json_option
from govtrack.cli.output import answer_json, plural, say
from govtrack.errors import NotDone, refuse, visible

if TYPE_CHECKING:
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.register.recording import Recording


@click.command()
@click.option("--scope", required=True, metavar="TEXT",
              help="What is declared on: organisation, AI systems, versions.")  # fmt: skip
@click.option("--signatory", required=True, metavar="NAME", help="Who signs.")
@click.option("--function", required=True, metavar="TEXT",
              help="The signatory's function, by which he or she may bind.")  # fmt: skip
@click.option("--profile", metavar="PROFILE", help="Slug or id. Default: the organisation's.")
@click.option("--as-of", type=DAY, metavar="DATE",
              help="The day it speaks of. Default: the day it is signed.")  # fmt: skip
@click.option("--on", "signed_on", type=DAY, metavar="DATE",
              help="The day it is signed. Default: today.")  # fmt: skip
@click.option("--place", metavar="TEXT", help="Where it is signed.")
@click.option("--valid-until", type=DAY, metavar="DATE",
              help="Last day it may be relied on. Default: 12 months after signing.")  # fmt: skip
@click.option("--review", default="self", metavar="LEVEL",
              help="self, internal-audit or third-party. Default: self.")  # fmt: skip
@click.option("--residual-risk", metavar="TEXT",
              help="What the reader must know of the risk that is left.")  # fmt: skip
@click.option("--issuer", metavar="NAME", help="Who issues it. Default: the organisation.")
@click.option("--address", metavar="TEXT", help="The issuer's address.")
@click.option("--output", metavar="FILE", help="Also write it: .html, .pdf, .json or .txt.")
@json_option
@changing
def new(
    *, output: str | None, as_json: bool, change: Change, profile: str | None, **said: Any
) -> None:
    r"""Record a declaration that what a profile holds as achieved is supported by evidence.

    Modelled on ISO/IEC 17050-1 and -2. It is refused where an achieved outcome has no confirmed
    evidence in force on the day it speaks of, or is no longer supported on the day it is signed;
    every such row is named. Nothing is claimed for rows in other states. It is no certificate: the
    AI RMF cannot be certified.

    \b
    Examples:
      govtrack attest --scope 'Referral triage 2.4' --signatory 'E. Example' \
        --function 'Head of quality' --place Vienna --valid-until 2027-06-30 --output triage.pdf
    """
    from govtrack.aims import attestation as noun
    from govtrack.cli.attest_read import FORMS, written
    from govtrack.cycle.knobs import Knobs
    from govtrack.register.nouns import NOUNS, key_of
    from govtrack.status import attestation as status
    from govtrack.status.profile_rows import ORGANISATION, head

    if output:
        form_of(output, FORMS)
        placed(Path(output))
        if Path(output).exists():
            raise NotDone(f"{visible(output)}: is there already; nothing was recorded")
    said["issuer"] = said["issuer"] or current_workspace().organisation
    with changed(change, quiet=as_json) as (space, recorded):
        catalogue = catalogue_of(space)
        of = head(recorded.connection, profile)
        if of is None:
            message = "no profile is recorded: set what is so with 'govtrack profile set'"
            raise refuse(message, field="--profile")
        signed = said["signed_on"] or recorded.today
        day = said["as_of"] or signed
        gathered = status.gathered(recorded.connection, catalogue, day, of)
        fields = noun.AttestationFields(profile=profile or ORGANISATION, **said)
        knobs = Knobs.from_mapping(catalogue.knobs)
        identifier = noun.attest(recorded, fields, noun.Outcomes(**gathered._asdict()), knobs)
        _stands(recorded, catalogue, identifier, signed)
        image = recorded.image("attestation", key_of(identifier, NOUNS["attestation"]))
        if output and change.dry_run:
            output = None
    if output:
        put(Path(output), written(space, catalogue, identifier, said["signed_on"], output))
    if as_json:
        dry = {"dry_run": True} if change.dry_run else {}
        answer_json({"format": "govtrack.attestation-record/1", **image, **dry})
        return
    claimed = sum(1 for one in image["outcomes"] if one["state"] == gathered.achieved)
    done = "Would record" if change.dry_run else "Recorded"
    say(f"{done} {identifier}: {plural(claimed, 'outcome')} '{gathered.achieved}' in {of['id']} "
        f"as of {image['as_of']}, {plural(image['open_gaps'], 'open gap')}")  # fmt: skip
    say(f"Manifest of evidence, SHA-256: {image['manifest_sha256']}")
    if output:
        say(f"Wrote {visible(output)}")


def _stands(recorded: Recording, catalogue: Catalogue, identifier: str, signed: date) -> None:
    """Refuse what the signing day does not support; signed earlier, note what has become of it."""
    from govtrack.status import attestation as status

    status.must_stand(recorded.connection, catalogue, identifier, signed)
    if signed < recorded.today:
        since = status.paper(recorded.connection, catalogue, recorded.today, identifier)
        recorded.notes.append(f"{identifier} on {recorded.today}: {since.stands}")


@click.command()
@click.argument("which", metavar="AT")
@click.option("--why", required=True, metavar="TEXT", help="Why it no longer holds.")
@click.option("--on", type=DAY, metavar="DATE", help="From which day. Default: today.")
@json_option
@changing
def withdraw(which: str, *, why: str, on: date | None, as_json: bool, change: Change) -> None:
    r"""Withdraw a declaration; it stays on record with the reason.

    \b
    Examples:
      govtrack attest withdraw AT-2026-0001 --why 'Version 3.0 went live'
    """
    from govtrack.aims import attestation as noun
    from govtrack.register.nouns import NOUNS, key_of

    with changed(change, quiet=as_json) as (_, recorded):
        identifier = noun.withdraw(recorded, which, why, on)
        image = recorded.image("attestation", key_of(identifier, NOUNS["attestation"]))
    if as_json:
        dry = {"dry_run": True} if change.dry_run else {}
        answer_json({"format": "govtrack.attestation-record/1", **image, **dry})
        return
    say(f"{'Would withdraw' if change.dry_run else 'Withdrew'} {identifier} "
        f"from {image['withdrawn_on']} on")  # fmt: skip
