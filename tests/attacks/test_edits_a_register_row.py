"""Somebody changes the row of a record with `sqlite3`, and leaves the trail as it is.

The triggers do not stop it, as they do for entries: rows of records change with every recording.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest


@pytest.mark.parametrize("title", ["One", "Four"])
def test_the_record_and_the_field_are_named(case, title):
    store = case.store()
    with closing(sqlite3.connect(store.space.database_path)) as db:
        db.execute("UPDATE evidence SET approved_by = 'mallory' WHERE title = ?", [title])
        db.commit()

    told = case.judge(store)

    if told:
        (finding,) = told.said["findings"]
        assert (finding["step"], finding["code"]) == (4, "row")
        assert "approved_by" in finding["where"]
        assert "mallory" in finding["found"]
