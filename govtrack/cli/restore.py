"""`govtrack restore`: a workspace made again from a backup."""

from __future__ import annotations

from pathlib import Path

import click

from govtrack.cli.options import json_option
from govtrack.cli.output import answer_json, progress, say, talk
from govtrack.errors import visible


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.argument("directory", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
@click.option("-n", "--dry-run", is_flag=True, help="Check the whole backup, restore nothing.")
@json_option
def restore(file: Path, directory: Path | None, *, dry_run: bool, as_json: bool) -> None:
    r"""Make the workspace in FILE again in DIR (default: FILE's name without its ending).

    DIR must not be there yet. Every file is checked before anything takes its place.

    \b
    Examples:
      govtrack restore /media/backup/aims-2026-03-31.tar aims
      govtrack restore /media/backup/aims-2026-03-31.tar --dry-run
    """
    from govtrack.cli.backup import manifest_shown, say_manifest
    from govtrack.register.restoring import restored

    folder = directory or Path(f"{file.stem}-restored" if file.stem == file.name else file.stem)
    with progress("reading the backup") as advance:
        done = restored(file, folder.absolute(), dry_run=dry_run, progress=advance)
    for name in done.moved:
        talk(
            f"note: '{name}' of govtrack.toml named a place of its own; it now stands in .govtrack"
        )
    if done.older_schema:
        talk("note: its schema is an older one: run 'govtrack migrate' in it")
    if as_json:
        answer_json(
            {
                "format": "govtrack.restore/1",
                "file": str(file),
                "workspace": str(done.space.root) if done.space else None,
                "dry_run": dry_run,
                **manifest_shown(done.manifest),
                "moved": list(done.moved),
                "older_schema": done.older_schema,
                "standing": done.standing,
                "memory": done.memory,
            }
        )
        return
    whose = visible(done.manifest.organisation)
    if done.space is None:
        say(f"The backup of {whose} of {done.manifest.made_at} can be restored.")
    else:
        say(f"Restored {whose} as of {done.manifest.made_at} in {visible(str(done.space.root))}")
    say_manifest(done.manifest)
    if done.standing == "behind":
        talk(f"note: {visible(done.memory)}")
    else:
        say(f"  memory outside the store: {visible(done.memory)}")
