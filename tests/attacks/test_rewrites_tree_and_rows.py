"""Somebody without the key changes an entry, and makes rows and tree fit it."""

from __future__ import annotations

import pytest

from govtrack.trail.signing import new_key


@pytest.mark.parametrize("title", ["One", "Four"])
def test_with_the_signatures_taken_off(case, title):
    store = case.store()
    events, first = store.retold(title, approved_by="mallory")
    store.rewrite(events)

    case.judge(store, first)


@pytest.mark.parametrize("title", ["One", "Four"])
def test_signed_by_a_key_of_their_own(case, forging, title):
    store, own = case.store(), new_key()
    events, _ = store.retold(title, approved_by="mallory")
    store.rewrite(forging.under_own_key(events, own), own)

    told = case.judge(store, first=1)

    if case.layer.number == 2:
        assert told.codes == {"stranger", "unsigned"}
    elif told and not told.codes:
        assert told.said["key"] != case.told(case.store(name="real")).said["key"]


@pytest.mark.only(2)
def test_with_the_key_alone_it_is_shown_by_what_is_no_more_signed(case):
    store = case.store()
    events, first = store.retold("One", approved_by="mallory")
    store.rewrite(events)

    told = case.told(store, "--key", case.life.vkey())

    assert (told.code, told.said["level"]) == (0, "signed")
    assert told.said["signed"] <= first
