"""The operator shows one auditor one history and another auditor another; both are signed."""

from __future__ import annotations

import pytest

from govtrack.trail.signing import new_key


@pytest.fixture
def two(case):
    """Both go on from what the auditor, the authority and the witness have seen."""
    one, other = case.store("kept", "one"), case.store("kept", "other")
    for store, title in ((one, "Good"), (other, "Bad")):
        case.at_home("kept")
        case.life.record(case.run, store.root, title, 0)
        case.life.record(case.run, store.root, "End", 0)
    return one, other


def test_each_by_itself_passes(case, two):
    for store in two:
        if case.layer.number:
            told = case.verify(store, remembered="kept")
            assert (told.code, told.said["findings"]) == (0, [])
            assert told.said["level"] == case.layer.strongest
        else:
            assert store.triggers_stand()


@pytest.mark.only(4)
def test_both_can_be_stamped(case, two):
    for store in two:
        case.at_home("kept")
        case.outsiders.stamp(store.root)

        held = ("--tsa-root", case.outsiders.authority.root)
        case.elsewhere()
        told = case.told(store, *held, "--key", case.life.vkey())

        assert told.code == 0
        assert told.said["level"] == "stamped"
        assert told.reached("stamped") == told.said["entries"]


@pytest.mark.only(4)
def test_a_stamp_alone_says_when_and_not_whose_trail_it_is(case, forging):
    """Somebody without the key writes another trail, signs it with their own, has it stamped."""
    store, own = case.store("kept"), new_key()
    store.rewrite(forging.under_own_key(store.events(), own), own)
    case.elsewhere()
    case.outsiders.stamp(store.root)
    case.elsewhere()

    told = case.told(store, "--tsa-root", case.outsiders.authority.root)

    assert (told.code, told.said["level"]) == (0, "internal")
    assert any("says when, not whose trail it is" in note for note in told.said["notes"])


@pytest.mark.only(3)
def test_it_is_shown_once_the_two_auditors_compare(case, two):
    one, other = two
    case.elsewhere()

    for mine, theirs in ((one, other), (other, one)):
        assert case.told(mine, "--since", mine.space.checkpoint_path).code == 0
        told = case.told(mine, "--since", theirs.space.checkpoint_path)
        assert (told.code, told.codes) == (1, {"since"})
        proof = case.run(
            "trail", "consistency", "--from", theirs.space.checkpoint_path, cwd=mine.root
        )
        assert proof.code != 0
        assert proof.out == ""


@pytest.mark.only(5)
def test_the_witness_cosigns_one_of_them_and_the_other_reaches_no_further(case, two):
    one, other = two
    case.at_home("kept")
    case.outsiders.cosign(one.root)
    cosigned = one.space.checkpoint_path

    asked = case.outsiders.asked(other.root, "--since", cosigned)

    assert (asked.code, asked.out) == (1, "")
    assert case.verify(one, since=cosigned).reached("witnessed") == len(one.events())
    assert case.verify(other).reached("witnessed") == case.life.kept.size
    assert case.verify(other, since=cosigned).codes == {"since"}


@pytest.mark.only(5)
def test_the_cosignature_of_one_does_not_hold_for_the_other(case, two):
    one, other = two
    case.at_home("kept")
    case.outsiders.cosign(one.root)
    lines = one.rows("SELECT * FROM cosignature ORDER BY size DESC LIMIT 1")
    with other.past_triggers() as db:
        db.executemany("INSERT INTO cosignature VALUES (?, ?, ?)", lines)

    assert case.verify(other).codes == {"cosignature"}
