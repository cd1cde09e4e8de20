"""One changing command = one recording."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from govtrack.cli.options import current_workspace
from govtrack.cli.output import say, talk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.cli.options import Change
    from govtrack.register.recording import Recording
    from govtrack.workspace import Workspace


@contextmanager
def changed(
    change: Change, *, quiet: bool = False, behind: bool = False
) -> Iterator[tuple[Workspace, Recording]]:
    """The workspace and an open recording; afterwards its notes are told.

    `behind` allows a store that is behind what this machine remembers of its trail.
    """
    from govtrack.register.recording import recording

    space = current_workspace()
    with recording(
        space, change.actor, change.reason, dry_run=change.dry_run, behind=behind
    ) as recorded:
        yield space, recorded
    for note in recorded.notes:
        talk(f"note: {note}")
    if change.dry_run and not quiet:
        say("Dry run: nothing was recorded.")


def catalogue_of(space: Workspace) -> Catalogue:
    """What the standards ask, with the workspace's own additions."""
    from govtrack.catalog.loading import catalogue

    return catalogue(space.schemas)
