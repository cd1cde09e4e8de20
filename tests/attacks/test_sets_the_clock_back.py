"""The clock of a machine that records is wrong, by accident or not."""

from __future__ import annotations

import pytest


def noted(told, what):
    return [note for note in told.said["notes"] if what in note]


def test_a_clock_that_was_set_back(case):
    """Before the entries that are there, and before the stamp."""
    store = case.store("kept")
    case.at_home("kept")
    answer = case.life.record(case.run, store.root, "Early", -90)
    seq = len(store.events()) - 1
    if case.layer.number == 0:
        assert store.triggers_stand()
        return

    told = case.verify(store, remembered="kept")

    assert told.code == 0
    assert "which is before the latest entry" in answer.err
    assert noted(told, f"entries {seq - 1} and {seq}: the second's time")
    assert bool(noted(told, f"entry {seq} states a time")) is (case.layer.cell[0] == "D")


@pytest.mark.parametrize("seen", [True, False])
def test_a_clock_that_is_ahead(case, seen):
    """Nothing runs backwards: only who stamped or cosigned it knows that it was there earlier."""
    store = case.store("kept")
    case.at_home("kept")
    case.life.record(case.run, store.root, "Ahead", 60)
    seq = len(store.events()) - 1
    if seen:
        case.outsiders.stamp(store.root)
        case.outsiders.cosign(store.root)
    if case.layer.number == 0:
        assert store.triggers_stand()
        return

    told = case.verify(store, remembered="kept")

    assert told.code == 0
    attested = case.layer.cell[0] == "D" and seen
    assert bool(noted(told, "after that at which others had attested it")) is attested
    assert not noted(told, "the second's time")
    assert bool(noted(told, f"entry {seq} states a time")) is attested
