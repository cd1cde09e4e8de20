"""The operator, who has key and machine, rewrites all of it and signs it anew."""

from __future__ import annotations

import pytest

from govtrack import clock


def rewritten(case, step):
    """The history of that step told otherwise, from the operator's own machine."""
    store = case.store(step)
    case.at_home(step)
    events, first = store.retold("One", approved_by="mallory")
    store.rewrite(events, case.life.stolen_key())
    return store, first


def test_before_anybody_else_saw_it_it_passes(case, forget):
    """Then it is stamped, cosigned and kept: all of them saw the second history only."""
    store, _ = rewritten(case, "two")
    if case.layer.number == 0:
        assert store.triggers_stand()
        return
    forget()
    case.outsiders.stamp(store.root)
    case.outsiders.cosign(store.root)

    told = case.verify(store, remembered="nobody", since=store.space.checkpoint_path)

    assert (told.code, told.said["findings"]) == (0, [])
    seen_late = case.layer.holder == "memory"
    assert told.said["level"] == ("internal" if seen_late else case.layer.strongest)
    if case.layer.number == 4:
        (stamp,) = [one for one in told.said["layers"] if one["level"] == "stamped"]
        stated = clock.instant(store.events()[-1]["at"])
        assert (clock.instant(stamp["at"]) - stated).days >= 34  # late, and that shows


@pytest.mark.only(3, 5)
def test_after_a_checkpoint_was_kept_or_cosigned_it_is_shown(case):
    store, first = rewritten(case, "kept")

    told = case.verify(store, remembered="kept")

    assert first < case.life.kept.size
    assert told.code == 1
    assert told.codes <= {"memory", "since"}


@pytest.mark.only(5)
def test_the_witness_cosigns_no_second_history(case):
    store, _ = rewritten(case, "kept")

    asked = case.outsiders.asked(store.root, "--since", case.life.auditors)

    assert (asked.code, asked.out) == (1, "")
    assert "these are two histories of one trail" in asked.err


@pytest.mark.only(3, 5)
def test_what_comes_after_the_last_checkpoint_that_others_hold_can_be_rewritten(case, forget):
    store = case.store()
    case.at_home()
    events, first = store.retold("Four", approved_by="mallory")
    store.rewrite(events, case.life.stolen_key())
    forget()

    told = case.verify(store, remembered="kept")

    assert (told.code, told.said["findings"]) == (0, [])
    assert told.reached(case.layer.strongest) <= first
