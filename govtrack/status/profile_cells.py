"""An AI RMF profile as a sheet to edit (NIST AI 100-1 section 6): its columns, and its rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from govtrack.status.edited_cells import Column, Layout, Line
from govtrack.status.profile_rows import SAID

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from govtrack.status.profile_rows import Profile, Row

MARK = "record"
FEW = 5
"""How many pieces of evidence are named for a row; all are counted."""

_NAMED = f"""
SELECT profile_row.id, profile, ref, {", ".join(f"coalesce({name}, '')" for name in SAID)}
FROM profile_row WHERE id IN (SELECT value FROM json_each(?))
"""  # noqa: S608  (names of columns)


def layout(scale: Mapping[str, Any]) -> Layout:
    """The columns, with the states and priorities of `scale` as the words that may be written."""
    states, priorities = (
        tuple(str(one["id"]) for one in scale[name]) for name in ("states", "priorities")
    )
    meanings = "; ".join(f"{one['id']}: {one['meaning']}" for one in scale["states"])
    matters = ", ".join(priorities)
    return Layout(
        "AI RMF profile",
        "Profile",
        "govtrack profile",
        (
            Column("subcategory", 14, "key",
                   says="which subcategory: do not change; rows may be left out"),
            Column("title", 40),
            Column("current", 12, "edited", "word", states,
                   says=f"in which state the outcome is. {meanings}"),
            Column("outcome", 34, "edited", says="the current outcome in words"),
            Column("target", 12, "edited", "word", states, says="which state is wanted"),
            Column("target_outcome", 34, "edited", says="the outcome wanted, in words"),
            Column("target_by", 12, "edited", "day",
                   says="when it is to be reached, as a date or as YYYY-MM-DD"),
            Column("priority", 10, "edited", "word", priorities,
                   says=f"how much the gap matters: {matters}"),
            Column("why", 30, "edited", says="why this priority, or why this target"),
            Column("action", 34, "edited", says="what closes the gap"),
            Column("owner", 20, "edited", says="who does it"),
            Column("due", 12, "edited", "day", says="when the action is due"),
            Column("note", 30, "edited", says="anything else"),
            Column("evidence", 32),
            Column("serves in ISO/IEC 42001", 30),
            Column("set on", 12, form="day"),
            Column("set by", 20),
            Column(MARK, 15, "mark"),
        ),
    )  # fmt: skip


def lines(profile: Profile) -> Iterator[Line]:
    """A row for each subcategory, then for each action of NIST AI 600-1 where it has those."""
    for row in (*profile.rows, *profile.actions):
        cells = {name: getattr(row, name) or "" for name in SAID}
        cells |= {
            "subcategory": row.ref,
            "title": row.title,
            "evidence": _evidence(row),
            "serves in ISO/IEC 42001": ", ".join(dict.fromkeys(one.ref for one in row.iso)),
            "set on": row.set_on or "",
            "set by": row.set_by or "",
            MARK: row.id or "",
        }
        yield Line((row.ref, ""), row.id, cells)


def recorded(
    connection: sqlite3.Connection, ids: Iterable[str], profile: str | None = None
) -> dict[str, Line]:
    """The rows as those records said them, by the record's id; ids of none are left out.

    With `profile` (an id) the rows of another one bear its name, so that they are not taken for
    this one's.
    """
    found = {}
    for identifier, of, ref, *values in connection.execute(_NAMED, [json.dumps(sorted(ids))]):
        elsewhere = "" if profile is None or of == profile else f"in {of}"
        cells = dict(zip(SAID, values, strict=True))
        found[identifier] = Line((ref, elsewhere), identifier, cells)
    return found


def _evidence(row: Row) -> str:
    more = f" and {len(row.ids) - FEW} more" if len(row.ids) > FEW else ""
    return ", ".join(row.ids[-FEW:]) + more
