"""Somebody takes a trigger off the tables that only grow, or hollows it out, or adds one."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from govtrack.register import journal


def test_it_is_named_with_the_sql_that_should_stand_there(case):
    store = case.store()
    with closing(sqlite3.connect(store.space.database_path)) as db:
        db.execute("DROP TRIGGER entry_no_update")
        db.commit()

    if case.layer.number == 0:
        assert not store.triggers_stand()
        return
    (finding,) = case.judge(store).said["findings"]

    assert (finding["step"], finding["code"], finding["where"]) == (1, "trigger", "entry_no_update")
    assert finding["expected"] == journal.APPEND_ONLY["entry_no_update"]


def test_dropped_used_and_put_back_it_is_not_but_its_work_is(case):
    store = case.store()
    with store.past_triggers() as db:
        db.execute("UPDATE entry SET actor = 'mallory'")

    told = case.judge(store)

    if told:
        assert told.codes == {"entry-columns"}


@pytest.mark.parametrize("name", [*journal.APPEND_ONLY])
def test_a_trigger_dropped_is_found(store, name):
    store.schema(f"DROP TRIGGER {name}")

    assert store.found() == [(1, "trigger")]
    assert name in store.words()


@pytest.mark.parametrize("name", [*journal.APPEND_ONLY])
def test_a_trigger_hollowed_out_is_found(store, name):
    event = name.rpartition("_")[2].upper()
    store.schema(
        f"DROP TRIGGER {name}", f"CREATE TRIGGER {name} BEFORE {event} ON entry BEGIN SELECT 1; END"
    )

    assert store.found() == [(1, "trigger")]


def test_a_trigger_of_somebody_else_is_found(store):
    store.schema(
        "CREATE TRIGGER quiet AFTER INSERT ON evidence BEGIN "
        "UPDATE evidence SET approved_by = 'eva' WHERE key = new.key; END"
    )

    assert store.found() == [(1, "trigger")]
