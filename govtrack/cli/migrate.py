"""`govtrack migrate`: bring an older register to this version's schema."""

from __future__ import annotations

import click

from govtrack.cli.options import current_workspace, json_option
from govtrack.cli.output import answer_json, say


@click.command()
@json_option
def migrate(*, as_json: bool) -> None:
    r"""Bring the register to this govtrack's schema. A copy of it is left beside it.

    \b
    Examples:
      govtrack migrate
    """
    from govtrack.register.migrating import migrated

    done = migrated(current_workspace())
    if as_json:
        copy = str(done.copy) if done.copy else None
        answer_json(
            {
                "format": "govtrack.migrate/1",
                "before": done.before,
                "after": done.after,
                "copy": copy,
            }
        )
    elif done.copy is None:
        say(f"The register has schema {done.after}, as this govtrack writes it: nothing to do.")
    else:
        say(f"Migrated the register from schema {done.before} to {done.after}.")
        say(f"  the register as it was: {done.copy}")
