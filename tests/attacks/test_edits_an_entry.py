"""Somebody changes the bytes of an entry: by accident, or past the triggers."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from govtrack.register import journal


@pytest.mark.only(0)
@pytest.mark.parametrize("sql", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["entry", "checkpoint", "cosignature", "timestamp"])
def test_an_accident_is_refused_by_the_file_itself(case, table, sql):
    store = case.store()
    assert case.layer.cell == "blocks accidents"
    with closing(sqlite3.connect(store.space.database_path)) as db:
        (column,) = db.execute("SELECT name FROM pragma_table_info(?) LIMIT 1", [table]).fetchone()
        with pytest.raises(sqlite3.IntegrityError, match="are never changed"):
            db.execute(sql.format(table, column))


@pytest.mark.parametrize("seq", [0, 3, -1])
def test_past_the_triggers_it_breaks_the_leaf_and_the_root(case, seq):
    store = case.store()
    seq %= len(store.events())
    with store.past_triggers() as db:
        db.execute("UPDATE entry SET bytes = CAST(bytes || ' ' AS BLOB) WHERE seq = ?", [seq])

    told = case.judge(store)

    if told:
        assert {"leaf-hash", "entry", "root"} <= told.codes
        assert f"entry {seq}" in {finding["where"] for finding in told.said["findings"]}


def test_the_triggers_are_on_all_that_is_never_changed():
    assert {name.partition("_no_")[0] for name in journal.APPEND_ONLY} == {
        "entry", "checkpoint", "cosignature", "timestamp",
    }  # fmt: skip
