"""Somebody gives an entry, or a record, an earlier time than that of its recording."""

from __future__ import annotations

import pytest

from govtrack import clock


def by_the_clock(case):
    """The machine's clock is set back to after the last entry, and before the stamp."""
    store = case.store("kept")
    case.at_home("kept")
    case.life.record(case.run, store.root, "Late", -3)
    return store


def by_typing(case):
    """The holder of the key writes the time into the entry, and signs all anew."""
    store = case.store("kept")
    case.at_home("kept")
    case.life.record(case.run, store.root, "Late", 5)
    events = store.events()
    with case.life.day(-3):
        events[-1]["at"] = clock.instant_text(clock.now())
    store.rewrite(events, case.life.stolen_key())
    return store


@pytest.mark.parametrize("how", [by_the_clock, by_typing])
def test_it_is_noted_where_others_saw_the_trail_without_it(case, how):
    """Times do not run backwards in it: only an outsider's time is after its own."""
    store = how(case)
    seq = len(store.events()) - 1
    if case.layer.number == 0:
        assert store.triggers_stand()
        return

    told = case.verify(store, remembered="kept")

    assert (told.code, told.said["findings"]) == (0, [])
    noted = [note for note in told.said["notes"] if f"entry {seq}" in note]
    if case.layer.cell.startswith("D, as a note"):
        (note,) = noted
        assert "before that at which others had attested the entries under it" in note
        assert note.count("Z: one of the clocks") == 1
    else:
        assert noted == []
    if case.layer.cell.startswith("bounds"):
        assert told.said["level"] == "remembered"
        assert told.reached("remembered") <= seq  # so it came after that was seen


def test_it_is_noted_where_times_run_backwards(case):
    """Whoever looks sees it, with every layer."""
    store = case.store()
    case.at_home()
    case.life.record(case.run, store.root, "Late", 10)
    seq = len(store.events()) - 1
    if case.layer.number == 0:
        assert store.triggers_stand()
        return

    told = case.verify(store)

    assert told.code == 0
    assert any(one.startswith(f"entries {seq - 1} and {seq}: ") for one in told.said["notes"])


def test_a_date_that_is_typed_stands_beside_the_time_of_its_recording(case):
    store = case.store()
    case.at_home()
    with case.life.day(-300):
        early = clock.now().date().isoformat()
    with case.life.day(40):
        late = clock.now().date().isoformat()
        (store.root / "old.txt").write_text("Old.")
        result = case.run(
            "add-evidence", "old.txt", "--kind", "vv-report", "--approved-by", "eva",
            "--approved-on", early, cwd=store.root,
        )  # fmt: skip
        assert result.code == 0, result.err
    last = store.events()[-1]

    if case.layer.number:
        assert case.verify(store).code == 0
    assert (last["after"]["approved_on"], last["after"]["recorded_on"]) == (early, late)
    assert last["at"].startswith(late)
