"""`govtrack init`: make a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from govtrack import clock, workspace
from govtrack.cli.options import OneOf
from govtrack.cli.output import say, talk
from govtrack.cli.passphrases import ask_option
from govtrack.cli.passphrases import new as new_passphrase
from govtrack.errors import refuse


@click.command()
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option(
    "--organisation", metavar="NAME", help="The organisation. Default: the folder's name."
)
@click.option("--timezone", metavar="ZONE", default="UTC", show_default=True,
              help="IANA name; says what day it is.")  # fmt: skip
@click.option("--vocabulary", type=OneOf(get_args(workspace.Vocabulary)),
              default="iso", show_default=True, help="Whose term leads.")  # fmt: skip
@click.option("--pattern", type=OneOf(get_args(workspace.Pattern)),
              default="parallel", show_default=True,
              help="How the two are adopted; orders 'govtrack next'.")  # fmt: skip
@click.option("--domain", metavar="DOMAIN", help="The organisation's domain; names the trail.")
@click.option("--actor", metavar="WHO", help="Who makes it. Default: as for every change.")
@click.option("--no-key", is_flag=True, help="Make no signing key: the trail is not signed.")
@ask_option
@click.option("--passphrase-fd", metavar="N",
              help="Put the signing key under the passphrase on this file descriptor.")  # fmt: skip
def init(
    directory: Path,
    organisation: str | None,
    timezone: str,
    vocabulary: workspace.Vocabulary,
    pattern: workspace.Pattern,
    domain: str | None,
    actor: str | None,
    passphrase_fd: str | None,
    *,
    ask: bool,
    no_key: bool,
) -> None:
    r"""Make a workspace in DIR (default: this folder): govtrack.toml and .govtrack/.

    \b
    Examples:
      govtrack init --organisation 'Example Ltd' --timezone Europe/Vienna
      govtrack init aims --organisation 'Example Ltd' --pattern iso-first
      govtrack init --organisation 'Example Ltd' --ask
    """
    from govtrack.register import founding

    if no_key and (ask or passphrase_fd):
        raise refuse("makes no key to put under a passphrase", field="--no-key")
    root = directory.absolute()
    name = (organisation or root.resolve().name).strip() or "organisation"
    clock.zone(timezone, "--timezone")
    planned = workspace.Workspace(root, name, timezone, vocabulary, pattern)
    who = workspace.actor(actor)
    passphrase = None if no_key else new_passphrase(passphrase_fd, ask=ask)
    found = founding.found(
        planned,
        who,
        domain=founding.domain(domain) if domain else None,
        signed=not no_key,
        passphrase=passphrase,
    )
    made = found.space
    for note in found.notes:
        talk(f"note: {note}")
    say(f"Made the workspace of {made.organisation} in {made.root}")
    say(f"  {made.root / workspace.SETTINGS}: organisation, time zone, vocabulary, pattern")
    say(f"  {made.store}: the register and the artefacts; back it up")
    if found.vkey:
        under = "under a passphrase" if passphrase else "under no passphrase"
        say(f"  {found.key_file}: the signing key, {under}; back it up elsewhere")
        say("The key that signs this trail, for your documented information and your auditor:")
        say(f"  {found.vkey}")
    say(f"Recorded by {who}: the name that your entries in the trail will bear.")
    say("  another: --actor, or GOVTRACK_ACTOR")
    say("Next: govtrack system add SLUG --name NAME, then govtrack add-evidence FILE --kind KIND")
