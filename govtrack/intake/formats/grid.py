"""Rows of cells under a header line: what CSV files and sheets have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.errors import BadInput, Problem, visible
from govtrack.intake.formats.table import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_COLUMNS = 200


def table(
    lines: Iterable[tuple[int, Sequence[str]]], file: str, notes: tuple[str, ...] = ()
) -> Table:
    """The table whose first line that is not empty is the header; empty lines are passed over.

    Raises `BadInput` with every line that has fewer cells than the header, or more.
    """
    filled = ((number, cells) for number, cells in lines if any(cells))
    header_row, first = next(filled, (None, ()))
    if header_row is None:
        raise BadInput(Problem("is empty; expected a line with the names of the columns", file))
    header = tuple(name.strip() for name in first)
    while header and not header[-1]:
        header = header[:-1]
    problems = list(_header_problems(header, file, header_row))
    if problems:
        raise BadInput(problems)
    rows = []
    for number, cells in filled:
        if problem := _width_problem(cells, header, file, number):
            problems.append(problem)
        else:
            rows.append(Row(number, dict(zip(header, cells, strict=False))))
    if problems:
        raise BadInput(problems)
    return Table(tuple(rows), header, header_row, notes)


def _header_problems(header: Sequence[str], file: str, row: int) -> Iterable[Problem]:
    if len(header) > MOST_COLUMNS:
        yield Problem(f"{len(header)} columns; at most {MOST_COLUMNS} are read", file, row)
        return
    seen: set[str] = set()
    for position, name in enumerate(header, 1):
        if not name:
            yield Problem(f"column {position} has no name", file, row)
        elif name.casefold() in seen:
            yield Problem("this column is there twice", file, row, name)
        seen.add(name.casefold())


def _width_problem(
    cells: Sequence[str], header: Sequence[str], file: str, row: int
) -> Problem | None:
    if len(cells) < len(header):
        missing = visible(header[len(cells)])
        message = f"{len(cells)} cells where the header names {len(header)}: no '{missing}'"
        return Problem(message, file, row)
    if any(cells[len(header) :]):
        message = f"{len(cells)} cells where the header names {len(header)}: put text in quotes"
        return Problem(message, file, row)
    return None
