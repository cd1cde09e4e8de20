"""Somebody puts an older copy of the whole store, artefacts and all, in its place."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("step", ["one", "two", "kept", "three"])
def test_to_that_step(case, step):
    store = case.store(step)
    left = len(store.events())

    told = case.judge(store, left)

    if case.layer.number == 2:
        assert (told.said["level"], told.said["signed"]) == ("signed", left)
    if told and not told.codes:
        assert told.said["entries"] == left


@pytest.mark.only(3)
def test_nothing_is_recorded_in_it_on_a_machine_that_remembers(case):
    store = case.store("two")
    case.at_home()

    result = case.run("system", "add", "chat", "--name", "Chat", "--role", "user", cwd=store.root)

    assert result.code == 1
    assert "nothing is recorded, or this trail would have two histories" in result.err
