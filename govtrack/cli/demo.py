"""`govtrack demo`: the sample organisation's workspace and its audit pack."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from govtrack.cli.output import plural, progress, say
from govtrack.errors import NotDone, visible

if TYPE_CHECKING:
    from govtrack.packs.contents import PackContents
    from govtrack.workspace import Workspace

YEAR = 2025


@click.command()
@click.argument(
    "directory", metavar="[DIR]", default="govtrack-demo", type=click.Path(path_type=Path)
)
def demo(directory: Path) -> None:
    r"""Make the sample organisation's workspace in DIR (default: govtrack-demo) and its pack.

    Everybody and everything in it is invented; the workspace and every document say so.

    \b
    Examples:
      govtrack demo
      govtrack demo /tmp/sample
    """
    from govtrack.intake import sample
    from govtrack.packs.gather import delivered

    root = directory.absolute()
    if root.exists():
        raise NotDone(f"{visible(str(directory))}: is there already; give another DIR")
    try:
        with progress("replaying the sample's history", sample.length()) as advance:
            space = sample.made(root, advance)
        with progress(f"writing the audit pack of {YEAR}") as advance:
            pack = delivered(space, YEAR, root / f"audit-pack-{YEAR}", progress=advance)
    except BaseException:
        # a half-made sample is of no use to anybody
        shutil.rmtree(root, ignore_errors=True)
        raise
    _tell(directory, space, pack.contents)


def _tell(directory: Path, space: Workspace, contents: PackContents) -> None:
    """What was made, where to click, what to try next."""
    shown = visible(str(directory))
    served = [{tag.framework for tag in one.tags if tag.confirmed} for one in contents.evidence]
    both = sum(1 for frameworks in served if {"rmf", "iso"} <= frameworks)
    artefacts = plural(len(served), "artefact")
    say(f"Made {shown}: the workspace of {space.organisation} (invented), 2023 to 2026.")
    say(f"Wrote its audit pack of {YEAR}: {artefacts}, {both} of them serve both frameworks.")
    say()
    say(f"Open   {space.root / f'audit-pack-{YEAR}' / 'data' / 'index.html'}")
    say(f"Send   {space.root / f'audit-pack-{YEAR}.zip'}")
    say()
    say("Try next:")
    for command in ("coverage", "remind", "evidence show EV-2025-0001"):
        say(f"  {_program()} -C {shlex.quote(str(directory))} {command}")


def _program() -> str:
    """How this program was called, so that the lines above can be copied."""
    called = Path(sys.argv[0])
    return "govtrack" if called.name != "govtrack" or len(called.parts) == 1 else str(called)
