"""An edited sheet given back: what changes is shown and confirmed, then recorded as one change."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from govtrack.cli.output import answer_json, on_terminal, plural, say, table, talk
from govtrack.errors import BadInput, NotDone, Problem, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from govtrack.cli.options import Change
    from govtrack.register.recording import Recording
    from govtrack.status.edited_cells import Layout, Line
    from govtrack.workspace import Workspace


class Wanted(NamedTuple):
    """One row to record: what is said of it, what holds now, which columns changed meanwhile."""

    fields: Any
    before: Line
    row: int
    meanwhile: frozenset[str]


class Given(NamedTuple):
    """A sheet read: the rows to record, how to record one, and how the records then read.

    `problems` are those of the sheet; they are told together with those that recording would meet.
    """

    format: str
    file: str
    layout: Layout
    rows: Sequence[Wanted]
    problems: Sequence[Problem]
    notes: Sequence[str]
    record: Callable[[Recording, Any], str]
    recorded: Callable[[Any, Sequence[str]], Mapping[str, Line]]
    about: Mapping[str, Any]


class Difference(NamedTuple):
    """One field as it was and as it will be."""

    row: Wanted
    field: str
    before: str
    after: str


def _asked_first(change: Change, *, yes: bool, as_json: bool) -> None:
    """Refuse where nobody can be asked and nobody said that it need not be asked."""
    nobody = as_json or not (on_terminal(sys.stdin) and on_terminal(sys.stderr))
    if nobody and not (yes or change.dry_run):
        raise refuse(
            "is needed where nobody can be asked (or --dry-run, to see what would change)",
            field="--yes",
        )


def taken(space: Workspace, given: Given, change: Change, *, yes: bool, as_json: bool) -> None:
    """Show what the sheet changes, ask, and record all of it in one recording, or nothing.

    Raises `BadInput` with every row that cannot be recorded, and where nobody can be asked;
    `NotDone` where the register changed while the question stood or the answer was no.
    """
    _asked_first(change, yes=yes, as_json=as_json)
    ids, differences, state, notes = _tried(space, given, change)
    for note in (*given.notes, *notes):
        talk(f"note: {note}")
    changing = [one.row for one in differences]
    rows = [one for one in given.rows if one in changing]
    if not as_json:
        _shown(given, differences, len(rows))
    if rows and not change.dry_run:
        if not yes and not click.confirm("Record this?", err=True):
            raise NotDone("nothing was recorded")
        ids = _recorded(space, given, change, rows, state)
    if as_json:
        answer_json(_document(given, change, differences, ids if rows else [], notes))
    elif change.dry_run:
        talk("Dry run: nothing was recorded.")
    elif rows:
        talk(f"Recorded {plural(len(ids), 'row')}: {_span(ids)}.")


def _tried(
    space: Workspace, given: Given, change: Change
) -> tuple[list[str], list[Difference], int, list[str]]:
    """What recording every row would change: the ids, each difference, the state it rests on."""
    from govtrack.register.journal import state
    from govtrack.register.recording import recording

    if not given.rows:
        _refuse(given.problems)
        return [], [], 0, []
    with recording(space, change.actor, change.reason, dry_run=True) as recorded:
        size = state(recorded.connection).size
        ids = _written(recorded, given, given.rows, given.problems)
        after = given.recorded(recorded.connection, ids)
    differences = [
        Difference(row, column.name, before, now)
        for row, identifier in zip(given.rows, ids, strict=True)
        for column in given.layout.of("edited")
        if (before := row.before.said(column.name)) != (now := after[identifier].said(column.name))
    ]
    changing = {id(one.row) for one in differences}
    kept = [one for row, one in zip(given.rows, ids, strict=True) if id(row) in changing]
    return kept, differences, size, recorded.notes


def _recorded(
    space: Workspace, given: Given, change: Change, rows: Sequence[Wanted], size: int
) -> list[str]:
    from govtrack.register.journal import state
    from govtrack.register.recording import recording

    with recording(space, change.actor, change.reason) as recorded:
        if state(recorded.connection).size != size:
            raise NotDone(
                "the register was changed while this was shown; nothing was recorded: give the "
                "sheet again"
            )
        return _written(recorded, given, rows)


def _written(
    recorded: Recording, given: Given, rows: Sequence[Wanted], before: Sequence[Problem] = ()
) -> list[str]:
    ids: list[str] = []
    problems = dict.fromkeys(before)
    for row in rows:
        try:
            ids.append(given.record(recorded, row.fields))
        except BadInput as refusal:
            problems |= dict.fromkeys(refusal.problems)
    _refuse(tuple(problems))
    return ids


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise BadInput(sorted(problems, key=lambda one: one.row or 0))


def _shown(given: Given, differences: Sequence[Difference], rows: int) -> None:
    if not differences:
        say("Nothing differs from what is recorded.")
        return
    (key, *_) = given.layout.of("key")
    lines = [
        (
            _about(one.row.before),
            one.field.replace("_", " "),
            one.before,
            one.after,
            "yes" if one.field in one.row.meanwhile else "",
        )
        for one in differences
    ]
    columns = [key.heading, "field", "before", "after", "changed meanwhile"]
    if not any(line[-1] for line in lines):
        columns, lines = columns[:-1], [line[:-1] for line in lines]  # type: ignore[misc]
    table(columns, lines)
    talk(f"{plural(len(differences), 'change')} in {plural(rows, 'row')}.")


def _about(line: Line) -> str:
    return " ".join(part for part in (line.key[0], line.said("system") or line.key[1]) if part)


def _document(
    given: Given,
    change: Change,
    differences: Sequence[Difference],
    ids: Sequence[str],
    notes: Sequence[str],
) -> dict[str, Any]:
    (key, *_) = given.layout.of("key")
    return {
        "format": given.format,
        "file": given.file,
        **given.about,
        "changes": [
            {
                "row": one.row.row,
                key.name: one.row.before.key[0],
                **({"system": one.row.before.key[1] or None} if _has_system(given) else {}),
                "field": one.field,
                "before": one.before or None,
                "after": one.after or None,
                "changed_meanwhile": one.field in one.row.meanwhile,
            }
            for one in differences
        ],
        "recorded": [] if change.dry_run else list(ids),
        "notes": [*given.notes, *notes],
        "dry_run": change.dry_run,
    }


def _has_system(given: Given) -> bool:
    return any(column.name == "system" for column in given.layout.of("key"))


def _span(ids: Sequence[str]) -> str:
    return ids[0] if len(ids) == 1 else f"{ids[0]} to {ids[-1]}"
