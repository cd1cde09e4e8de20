"""The catalogue for a command: the workspace's where there is one, else the shipped data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from govtrack import workspace
from govtrack.catalog.loading import catalogue
from govtrack.cli.options import current_workspace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from click.shell_completion import CompletionItem

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.catalog.vocabulary import Wording
    from govtrack.workspace import Workspace


def surroundings() -> Workspace | None:
    """The workspace this invocation works in; None where none was named and none is found.

    What the standards ask can be asked anywhere, so that no workspace is no refusal.
    """
    if click.get_current_context().find_root().obj["directory"]:
        return current_workspace()
    try:
        here = Path.cwd()
    except FileNotFoundError:  # the folder was removed under us; the question stands
        return None
    if any((folder / workspace.SETTINGS).is_file() for folder in (here, *here.parents)):
        return current_workspace()
    return None


def loaded() -> Catalogue:
    """The catalogue with the workspace's own files, or of the shipped data alone."""
    found = surroundings()
    return catalogue(found.schemas if found else None)


def wording(catalogue: Catalogue) -> Wording:
    """The words of one answer: of the workspace's vocabulary, or of ISO/IEC 42001 without one."""
    from govtrack.catalog.vocabulary import Wording

    found = surroundings()
    return Wording(catalogue.terms, found.vocabulary if found else "iso")


def complete_reference(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """References of any level for a shell, written without a space: `MEASURE-2`."""
    from govtrack.cli import complete

    return complete.elements(ctx, param, incomplete)


def complete_kind(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Ids of kinds of evidence for a shell."""
    from govtrack.cli import complete

    return complete.kinds(ctx, param, incomplete)


def complete_term(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Ids of terms for a shell."""
    found = catalogue().terms.values()
    return _beginning(incomplete, ((one.id, one.iso_term or one.rmf_term or "") for one in found))


def _beginning(incomplete: str, choices: Iterable[tuple[str, str]]) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    return [
        CompletionItem(value, help=text)
        for value, text in choices
        if value.casefold().startswith(incomplete.casefold())
    ]
