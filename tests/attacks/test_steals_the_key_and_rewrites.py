"""Somebody has the signing key, and rewrites the history and signs it anew."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("title", ["One", "Four"])
def test_an_entry_told_otherwise(case, title):
    store = case.store()
    events, first = store.retold(title, approved_by="mallory")
    store.rewrite(events, case.life.stolen_key())

    told = case.judge(store, first)

    if case.layer.number == 2:
        assert told.said["level"] == "signed"
        assert told.said["signed"] == len(events)
    if told and told.codes:
        assert told.codes <= {"memory", "since"}


def test_the_end_left_out(case):
    store = case.store()
    events, first = store.retold("Two")
    store.rewrite(events[:first], case.life.stolen_key())

    case.judge(store, first)


@pytest.mark.only(4, 5)
def test_with_stamp_and_cosignature_left_on_what_they_are_no_more_of(case):
    store = case.store()
    of_old = {table: store.rows(f"SELECT * FROM {table}") for table in ("timestamp", "cosignature")}
    events, _ = store.retold("One", approved_by="mallory")
    store.rewrite(events, case.life.stolen_key())
    with store.past_triggers() as db:
        for table, rows in of_old.items():
            db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)

    assert case.judge(store).codes == {"since", "timestamp", "cosignature"}
