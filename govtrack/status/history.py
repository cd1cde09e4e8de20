"""What was recorded, by whom and when: the trail's entries read as changes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_KNOWN = ("seq", "at", "actor", "action", "reason")


def changes(
    connection: sqlite3.Connection, identifier: str | None = None, last: int | None = None
) -> list[dict[str, Any]]:
    """The entries of one record or of all, oldest first; with `last`, only that many newest.

    Each has seq, at, actor, action, reason, subject, version and `changed`: the fields that differ
    from the record's entry before, as {field: [before, after]}.
    """
    rows = connection.execute(
        "SELECT seq, subject_type, subject_id, subject_version, bytes FROM entry "
        "WHERE :identifier IS NULL OR subject_id = :identifier ORDER BY seq DESC LIMIT :last",
        {"identifier": identifier, "last": -1 if last is None else last},
    ).fetchall()
    before: dict[tuple[str, str], Any] = {}
    found = []
    for row in reversed(rows):
        event = json.loads(row[4])
        subject = (row[1], row[2])
        if subject not in before:
            before[subject] = _earlier(connection, row)
        found.append(_change(event, before[subject]))
        before[subject] = event["after"]
    return found


def exists(connection: sqlite3.Connection, identifier: str) -> bool:
    """Whether the trail speaks of a record with that id."""
    row = connection.execute(
        "SELECT 1 FROM entry WHERE subject_id = ? LIMIT 1", [identifier]
    ).fetchone()
    return row is not None


def _earlier(connection: sqlite3.Connection, row: tuple[Any, ...]) -> dict[str, Any] | None:
    if row[3] == 1:  # most entries are a record's first
        return None
    found = connection.execute(
        "SELECT bytes FROM entry WHERE subject_type = ? AND subject_id = ? AND subject_version = ?",
        (row[1], row[2], row[3] - 1),
    ).fetchone()
    return json.loads(found[0])["after"] if found else None


_TITLES = ("title", "name", "organisation", "control", "scope")
"""What a record is called by: the first of these that it has."""


def _change(event: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any]:
    after = event["after"] or {}
    changed = (
        {name: [before.get(name), after.get(name)] for name in _differing(before, after)}
        if before
        else {}
    )
    return {
        **{name: event[name] for name in _KNOWN},
        "subject": event["subject"]["id"],
        "type": event["subject"]["type"],
        "version": event["subject"]["version"],
        "title": next((after[name] for name in _TITLES if after.get(name)), None),
        "changed": changed,
    }


def _differing(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    return (name for name in after | before if before.get(name) != after.get(name))
