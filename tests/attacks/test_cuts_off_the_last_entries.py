"""Somebody cuts off the last entries with all that is over them, and mends the tree.

What is left is what once was: the older checkpoint is genuine, and so is its signature.
"""

from __future__ import annotations

import pytest

from govtrack.trail.checkpoint import stated


@pytest.mark.parametrize("title", ["One", "Two", "Three", "Four"])
def test_from_that_evidence_on(case, title):
    store = case.store()
    events, first = store.retold(title)
    store.rewrite(events[:first])

    told = case.judge(store, first)

    if told and not told.codes:
        assert told.said["entries"] == first
    if case.layer.number == 2:
        assert told.said["level"] == "signed"
        assert told.said["signed"] == first
        notes = [note for note in told.said["notes"] if "count for nothing here" not in note]
        assert notes == [
            "this machine remembers nothing of this trail, and no older state was given"
        ]
    if case.layer.holder == "memory":
        (finding,) = told.said["findings"]
        assert finding["code"] == "memory"
        newest = stated(
            (case.life.folder / "now" / "workspace/.govtrack/trail/checkpoint").read_bytes()
        )
        assert f"size {newest.size}, root" in finding["expected"]


@pytest.mark.only(2)
def test_the_answer_says_signed_and_that_an_older_state_looks_the_same(case):
    store = case.store()
    events, first = store.retold("Four")
    store.rewrite(events[:first])
    case.elsewhere()

    result = case.run("verify", "--key", case.life.vkey(), "--require-signed", cwd=store.root)

    assert result.code == 0
    assert f"signed, up to size {first} of {first} entries. " in result.out
    assert "An older state that was once signed looks the same." in result.out
    assert "You gave no older root: a different history by whoever holds the key" in result.out


@pytest.mark.only(3)
def test_the_file_beside_the_register_is_missed_by_who_forgets_it(case):
    store = case.store()
    kept = store.space.checkpoint_path.read_bytes()
    events, first = store.retold("Four")
    store.rewrite(events[:first])
    store.space.checkpoint_path.write_bytes(kept)
    case.elsewhere()

    assert case.told(store).codes == {"checkpoint-file"}
