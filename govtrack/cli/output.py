"""How answers look: tables on a terminal, tab-separated lines in a pipe, JSON when asked.

stdout is the answer, stderr is talk. Colour and progress appear on a terminal only, and NO_COLOR
and TERM=dumb switch them off.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

import click

from govtrack.errors import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence


SHORT = len("EV-2025-0001")
"""Cells of this length are kept on one line (ids, dates, references) ..."""
LEAST = 7
"""Columns of a terminal that each column of a table has at least."""
ROOMY = 80
"""... where the terminal has this many columns; a narrower one must fold them."""


def say(text: str = "") -> None:
    """A line of the answer."""
    click.echo(text)


def talk(text: str) -> None:
    """A line beside the answer: a hint, a warning."""
    click.echo(text, err=True)


def answer_json(document: Mapping[str, Any]) -> None:
    """One JSON document, keys in the order given; characters stay readable."""
    click.echo(json.dumps(document, ensure_ascii=not _unicode(sys.stdout), indent=2))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under `columns`: drawn on a terminal, tab-separated with a header line in a pipe."""
    cells = [[_cell(value) for value in row] for row in rows]
    if on_terminal(sys.stdout):
        _drawn(columns, cells)
        return
    say("\n".join(map("\t".join, (columns, *cells))))


def on_terminal(stream: TextIO) -> bool:
    """Whether a person reads `stream` directly."""
    return stream.isatty()


def width() -> int:
    """Columns of the terminal: COLUMNS, else what it says, else 80 (shutil is slow to load)."""
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return int(given)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or 80  # type: ignore[union-attr]
    except (OSError, ValueError, AttributeError):
        return 80


def colour() -> bool:
    """Whether the answer may be coloured: a terminal, no NO_COLOR, not a dumb one."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return on_terminal(sys.stdout) or bool(os.environ.get("FORCE_COLOR"))


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on stderr while the block works, for a person only; yields how to advance it."""
    if not on_terminal(sys.stderr) or os.environ.get("TERM") == "dumb":
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True, no_color=not colour()), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda amount: bar.advance(task, amount)


def plural(count: int, singular: str, several: str | None = None) -> str:
    """`1 artefact`, `2 artefacts`."""
    return f"{count} {singular if count == 1 else several or singular + 's'}"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value))
    return visible(str(value))


def _drawn(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, column in enumerate(columns):
        # an id or a date that is broken or cut off cannot be typed again
        short = all(len(row[index]) <= SHORT for row in rows)
        drawn.add_column(column, overflow="fold", no_wrap=short and width() >= ROOMY)
    for row in rows:
        drawn.add_row(*map(Text, row))
    # lines that run on are read; columns of which nothing is left are not
    room = max(width(), LEAST * len(columns))
    Console(color_system="auto" if colour() else None, highlight=False, width=room).print(drawn)


def _unicode(stream: TextIO) -> bool:
    return (stream.encoding or "").casefold().replace("-", "") == "utf8"
