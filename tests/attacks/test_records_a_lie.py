"""Somebody records, in their own name and properly approved, a report that lies."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("title", ["One", "Four"])
def test_it_passes_with_all_that_anybody_holds(case, title):
    store = case.store()
    ((said,),) = store.rows("SELECT approved_by FROM evidence WHERE title = ?", title)

    told = case.judge(store, len(store.events()))

    assert said == "eva"  # what a trail keeps of it: whose word it was
    if told:
        assert told.said["level"] == case.layer.strongest
