"""How what a check found is shown, the same for every check, and the exit code that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.cli.output import plural, say, table, talk
from govtrack.status.findings import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from govtrack.status.findings import Finding


def shown(found: Sequence[Finding], nothing: str, where: str = "") -> int:
    """Show the findings, or the sentence that says there are none; gives the exit code."""
    if found:
        table(HEADINGS, found)
        talk(f"{plural(len(found), 'finding')}{f' {where}' if where else ''}")
    else:
        say(nothing)
    return exit_code(found)


def exit_code(found: Sequence[Finding]) -> int:
    """1 where anything was found."""
    return 1 if found else 0
