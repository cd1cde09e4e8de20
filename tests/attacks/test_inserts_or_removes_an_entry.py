"""Somebody without the key puts in an entry, or takes one out, and makes all else fit."""

from __future__ import annotations

import copy

import pytest


def of(events, title):
    """The place of the entry that adds the evidence of that title."""
    (place,) = [
        seq for seq, event in enumerate(events)
        if event["action"] == "evidence.added" and event["after"]["title"] == title
    ]  # fmt: skip
    return place


@pytest.mark.parametrize("title", ["Two", "Three"])
def test_an_entry_taken_out(case, title):
    store = case.store()
    events = store.events()
    place = of(events, title)
    gone = events[place]["subject"]["id"]
    store.rewrite([event for event in events if event["subject"]["id"] != gone])

    told = case.judge(store, place)

    assert store.rows("SELECT count(*) FROM evidence") == [(3,)]
    if told and not told.codes:
        assert told.said["objects"] == 3


@pytest.mark.parametrize("title", ["Two", "Three"])
def test_an_entry_put_in(case, title):
    store = case.store()
    events = store.events()
    place = of(events, title)
    planted = copy.deepcopy(events[place])
    identifier = planted["subject"]["id"][:-4] + "0099"
    planted["subject"]["id"] = identifier
    planted["after"] |= {"id": identifier, "title": "Planted"}
    store.rewrite([*events[:place], planted, *events[place:]])

    told = case.judge(store, place)

    assert store.rows("SELECT title FROM evidence WHERE id = ?", identifier) == [("Planted",)]
    if told and not told.codes:
        assert told.said["entries"] == len(events) + 1
