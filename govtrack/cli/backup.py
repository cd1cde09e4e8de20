"""`govtrack backup`: the workspace in one file, read again before it is believed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govtrack.cli.options import current_workspace, json_option
from govtrack.cli.output import answer_json, plural, progress, say, talk
from govtrack.errors import visible

if TYPE_CHECKING:
    from govtrack.register.backup_manifest import Manifest


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write over a backup that stands there.")
@click.option("--allow-damaged", is_flag=True,
              help="Back up what there is, and say which objects are not as recorded.")  # fmt: skip
@json_option
def backup(file: Path, *, force: bool, allow_damaged: bool, as_json: bool) -> None:
    r"""Back up the workspace into FILE (a tar), while others may go on working.

    In it: govtrack.toml, the register at one moment, every artefact it names, your own schemas and
    templates. Never keys: they stand outside the workspace and need a backup of their own. The
    whole file is read again, every hash computed, before this answers.

    \b
    Examples:
      govtrack backup /media/backup/aims-2026-03-31.tar
      govtrack backup /media/backup/latest.tar --force --json
    """
    from govtrack.register.backups import backed_up

    space = current_workspace()
    with progress("backing up, reading again") as advance:
        done = backed_up(
            space, file.absolute(), force=force, allow_damaged=allow_damaged, progress=advance
        )
    for note in done.notes:
        talk(f"note: {visible(note)}")
    if as_json:
        answer_json(
            {
                "format": "govtrack.backup/1",
                "file": str(done.path),
                "bytes": done.bytes,
                **manifest_shown(done.manifest),
                "notes": list(done.notes),
            }
        )
        return
    say(f"Backed up {visible(done.manifest.organisation)} to {visible(str(done.path))}")
    say_manifest(done.manifest)
    say(f"  {done.bytes} bytes, read again: every hash agrees. Keys are not in it.")


def manifest_shown(manifest: Manifest) -> dict[str, Any]:
    """What a backup says of itself, as JSON."""
    shown = manifest._asdict()
    shown["files"] = [one._asdict() for one in manifest.files]
    shown["damaged"] = [one._asdict() for one in manifest.damaged]
    return shown


def say_manifest(manifest: Manifest) -> None:
    """The same in words."""
    say(f"  trail {manifest.origin}")
    say(f"  size {manifest.size}, root {manifest.root}")
    objects = plural(manifest.objects, "object")
    say(f"  {objects} ({manifest.object_bytes} bytes), {plural(len(manifest.files), 'other file')}")
    for one in manifest.damaged:
        talk(
            f"note: damaged already when it was backed up: {visible(one.evidence)}, object "
            f"{one.sha256[:12]}…: {visible(one.what)}"
        )
