"""Big registers that verify: rows and entries as a life of recordings would have left them."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

RECORDS = 20_000
"""Records whose entries are appended together: the memory that building takes."""
OBJECTS = 10
TAGS = ("6.1.2", "A.6.2.4", "MEASURE 2.6", "MEASURE 2.7")


def lived(space, entries: int) -> None:
    """Fill the register of `space` up to that many entries: evidence added, confirmed, approved.

    Four tags and a file each, three entries a record, written by the journal's own code; rows by
    executemany. The files are a few objects in turn, which are kept.
    """
    from govtrack.register import database, journal
    from govtrack.register.images import columns, projector
    from govtrack.register.nouns import EVIDENCE
    from govtrack.register.objects import store_stream

    connection = database.opened(space.database_path, "rw")
    connection.execute("PRAGMA synchronous = OFF")
    fields = columns(connection, EVIDENCE.name)[1:]
    rows_of = projector(connection, EVIDENCE)
    have, latest = connection.execute("SELECT count(*), max(at) FROM entry").fetchone()
    first = datetime.fromisoformat(latest)
    objects = [
        store_stream(space.objects_path, io.BytesIO(b"%d\n" % one * 1000)) for one in range(OBJECTS)
    ]
    connection.execute("BEGIN IMMEDIATE")
    for start in range(0, entries - have, 3 * RECORDS):
        count = min(3 * RECORDS, entries - have - start)
        numbers = range(start // 3 + 1, start // 3 + 1 + -(-count // 3))
        histories = [_history(number, objects[number % OBJECTS], fields) for number in numbers]
        left = count - 3 * (len(histories) - 1)
        histories[-1] = histories[-1][:left]
        changes = (
            journal.Changed(action, "evidence", image["id"], image, action == "evidence.added")
            for history in histories
            for action, image in history
        )
        at = (first + timedelta(seconds=start + 1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        journal.append(connection, changes, at=at, actor="ada@example.org", reason=None)
        _insert(connection, rows_of, zip(numbers, histories, strict=True))
    connection.execute("COMMIT")
    connection.close()


def _insert(connection: sqlite3.Connection, rows_of, histories) -> None:
    from govtrack.register.replay import insert

    tables: dict[str, list] = {}
    for number, history in histories:
        for table, rows in rows_of(20250000000 + number, history[-1][1]).items():
            tables.setdefault(table, []).extend(rows)
    for table, rows in tables.items():
        insert(connection, table, rows)


def _history(number: int, file, columns: tuple[str, ...]) -> list[tuple[str, dict]]:
    """The three states of a record: proposed tags, these confirmed, the artefact approved."""
    added = {
        **dict.fromkeys(columns),
        "id": f"EV-2025-{number:04d}", "title": f"Verification report {number}",
        "kind": "vv-report", "prepared_by": "ada@example.org", "prepared_on": "2025-01-05",
        "approved_by": None, "approved_on": None, "version": 1, "review_due": "2026-01-05",
        "classification": "internal", "retention": "cycle", "recorded_on": "2025-01-07",
        "why": "Shows what was tested, by whom, and with which result", "supersedes": [],
        "systems": [],
        "files": [{"position": 1, "name": f"report-{number}.pdf", "name_b64": None,
                   "sha256": file.sha256, "size": file.size, "media_type": "application/pdf"}],
        "tags": [_tag(ref, place, None) for place, ref in enumerate(TAGS)],
    }  # fmt: skip
    confirmed = {
        **added,
        "tags": [_tag(ref, place, "ada@example.org") for place, ref in enumerate(TAGS)],
    }
    approved = {**confirmed, "approved_by": "ben@example.org", "approved_on": "2025-02-01"}
    return [
        ("evidence.added", added),
        ("evidence.confirmed", confirmed),
        ("evidence.approved", approved),
    ]


def _tag(ref: str, place: int, confirmed_by: str | None) -> dict:
    stated = place in {1, 2}  # one of each side was said by a person
    return {
        "ref": ref, "origin": "stated" if stated else "crosswalk",
        "source": "ada@example.org" if stated else "microsoft",
        "framework": "rmf" if " " in ref else "iso",
        "note": None if stated else "from A.6.2.4",
        "confirmed_by": "ada@example.org" if stated else confirmed_by,
        "confirmed_on": "2025-01-07" if stated or confirmed_by else None,
        "declined_by": None, "declined_on": None,
    }  # fmt: skip
