"""The heat map of coverage: RMF categories by ISO clauses and control objectives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.cli.output import colour, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govtrack.catalog.catalogue import Catalogue

_SHADES = ("on color(194)", "on color(157)", "on color(114)", "on color(71)")
"""From few artefacts to many; with dark figures on them, so that the number stays readable."""


def heat_map(heat: Mapping[tuple[str, str], int], catalogue: Catalogue) -> None:
    """Draw how many artefacts in force serve both, for a terminal."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from govtrack.status.served import rows_and_columns

    rows, columns = rows_and_columns(catalogue)
    most = max(heat.values())
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 0))
    drawn.add_column("")
    for column in columns:
        drawn.add_column(f" {column} ", justify="center", min_width=4)
    for row in rows:
        counts = [heat.get((row, column), 0) for column in columns]
        cells = [Text(f"{count:^4}", _shade(count, most)) if count else "" for count in counts]
        drawn.add_row(row, *cells)
    say("Artefacts in force that serve both (rows: AI RMF, columns: ISO/IEC 42001)")
    Console(color_system="auto" if colour() else None, highlight=False).print(drawn)


def _shade(count: int, most: int) -> str:
    return f"black {_SHADES[(count * len(_SHADES) - 1) // most]}"
