"""Who may sign what follows from the keys that are known from outside, and from nothing else."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from govtrack.trail import checkpoint, keyring, note, signing, tree
from govtrack.trail.keyring import ADDED, RETIRED, REVOKED, KeyEvent

ORIGIN = "example.org/govtrack/7f3c9a12"
NEXT = f"{ORIGIN}/g2"
KEYS = [signing.new_key() for _ in range(4)]
ONE, TWO, THREE, FOUR = PUBLIC = [signing.public_of(key) for key in KEYS]
VKEY = {public: note.vkey(ORIGIN, public) for public in PUBLIC}
PRIVATE = dict(zip(PUBLIC, KEYS, strict=True))
T = "2026-05-01T00:00:00.000000Z"
BEFORE, AFTER = "2026-04-30T23:59:59.999999Z", "2026-05-01T00:00:00Z"


def event(seq, action, public, at=None):
    return KeyEvent(seq, action, VKEY[public], at)


def signed(size, *publics, origin=ORIGIN, broken=()):
    """A checkpoint of that size with the signatures of these keys, those of `broken` false."""
    said = checkpoint.Checkpoint(origin, size, tree.leaf_hash(b"%d" % size))
    lines = [signing.Signer(origin, PRIVATE[one]).sign(said.body()) for one in publics]
    for public in broken:
        line = signing.Signer(origin, PRIVATE[public]).sign("something else\n")
        lines.append(line)
    return said, note.Note(said.body(), tuple(lines))


def walked(events, anchors, *checkpoints, attested=None):
    times = attested or {}
    return keyring.walk(
        events,
        anchors,
        sorted(checkpoints, key=lambda one: one[0].size),
        lambda size: min((at for over, at in times.items() if over >= size), default=None),
    )


FOUNDED = event(1, ADDED, ONE)
ROTATED = (FOUNDED, event(10, ADDED, TWO), event(11, RETIRED, ONE))
TWICE = (*ROTATED, event(20, ADDED, THREE), event(21, RETIRED, TWO))


def codes(walk):
    return [one.code for one in walk.findings]


def test_a_key_known_from_outside_is_trusted_from_the_first_checkpoint_on():
    walk = walked([FOUNDED], {ONE}, signed(2, ONE), signed(5, ONE))

    assert walk[:3] == ({2: VKEY[ONE], 5: VKEY[ONE]}, (), ())


def test_a_key_that_only_the_trail_names_is_trusted_nowhere():
    walk = walked(TWICE, (), signed(2, ONE), signed(11, ONE, TWO), signed(12, TWO))

    assert walk[:3] == ({}, (), ())


def test_a_key_of_something_else_leads_nowhere():
    walk = walked(ROTATED, {FOUR}, signed(2, ONE), signed(11, ONE, TWO), signed(12, TWO))

    assert walk[:3] == ({}, (), ())


def test_a_key_that_no_entry_adds_counts_where_it_is_known_from_outside():
    walk = walked([], {ONE}, signed(2, ONE))

    assert walk.trusted == {2: VKEY[ONE]}


def test_a_rotation_that_both_keys_sign_passes_the_trust_on():
    walk = walked(ROTATED, {ONE}, signed(2, ONE), signed(11, ONE, TWO), signed(12, TWO))

    assert walk[:3] == ({2: VKEY[ONE], 11: VKEY[ONE], 12: VKEY[TWO]}, (), ())
    assert walk.keys == {ONE, TWO}


def test_two_rotations_lead_from_the_first_key_to_the_last():
    walk = walked(TWICE, {ONE}, signed(11, ONE, TWO), signed(21, TWO, THREE), signed(30, THREE))

    assert walk.trusted == {11: VKEY[ONE], 21: VKEY[TWO], 30: VKEY[THREE]}
    assert not walk.notes


def test_a_rotation_that_only_the_new_key_signs_proves_no_continuity():
    walk = walked(ROTATED, {ONE}, signed(2, ONE), signed(11, TWO), signed(12, TWO))

    assert walk.trusted == {2: VKEY[ONE]}
    (words,) = walk.notes
    assert words.startswith("continuity of key not proven after 10: ")
    assert not walk.findings


def test_a_rotation_that_only_the_old_key_signs_proves_none_either():
    walk = walked(ROTATED, {ONE}, signed(11, ONE), signed(12, TWO))

    assert walk.trusted == {11: VKEY[ONE]}
    assert "continuity of key not proven after 10" in walk.notes[0]


def test_only_the_first_checkpoint_over_the_new_key_can_pass_trust_on():
    events = (FOUNDED, event(10, ADDED, TWO))
    walk = walked(events, {ONE}, signed(11, ONE), signed(12, ONE, TWO), signed(13, TWO))

    assert walk.trusted == {11: VKEY[ONE], 12: VKEY[ONE]}


def test_what_comes_after_a_broken_chain_is_trusted_where_that_key_too_comes_from_outside():
    chain = (signed(2, ONE), signed(11, TWO), signed(12, TWO))

    walk = walked(ROTATED, {ONE, TWO}, *chain)

    assert walk[:3] == ({2: VKEY[ONE], 11: VKEY[TWO], 12: VKEY[TWO]}, (), ())


def test_a_key_that_came_by_a_broken_chain_passes_nothing_on():
    walk = walked(TWICE, {ONE}, signed(2, ONE), signed(11, TWO), signed(21, TWO, THREE))

    assert walk.trusted == {2: VKEY[ONE]}
    assert [words.split(":")[0] for words in walk.notes] == [
        "continuity of key not proven after 10",
        "continuity of key not proven after 20",
    ]


def test_a_retired_key_counts_on_nothing_later_than_its_retirement():
    walk = walked(ROTATED, {ONE}, signed(11, ONE, TWO), signed(12, ONE), signed(15, ONE))

    assert walk.trusted == {11: VKEY[ONE]}
    (words,) = walk.notes
    assert "counts for nothing after its retirement by entry 11" in words
    assert not walk.findings


def test_a_retired_key_brings_no_other_one_in():
    events = (*ROTATED, event(20, ADDED, THREE))

    walk = walked(events, {ONE}, signed(11, ONE, TWO), signed(21, ONE, THREE), signed(22, THREE))

    assert walk.trusted == {11: VKEY[ONE]}
    assert any("not proven after 20" in words for words in walk.notes)


def test_a_walk_may_begin_in_the_middle_of_the_chain():
    chain = (signed(2, ONE), signed(11, ONE, TWO), signed(21, TWO, THREE), signed(22, THREE))

    walk = walked(TWICE, {TWO}, *chain)

    assert walk[:3] == ({11: VKEY[TWO], 21: VKEY[TWO], 22: VKEY[THREE]}, (), ())


def test_a_revoked_key_counts_on_nothing_that_nobody_saw_before():
    events = (FOUNDED, event(8, REVOKED, ONE, T))

    walk = walked(events, {ONE}, signed(2, ONE), signed(5, ONE))

    assert walk.trusted == {}
    (words,) = walk.notes
    assert "stamped or cosigned before 2026-05-01T00:00:00.000000Z" in words


def test_a_revoked_key_counts_on_what_was_seen_before_the_time_and_all_under_it():
    events = (FOUNDED, event(8, REVOKED, ONE, T))

    walk = walked(
        events, {ONE}, signed(2, ONE), signed(5, ONE), signed(6, ONE), attested={5: BEFORE}
    )

    assert set(walk.trusted) == {2, 5}


def test_what_was_seen_at_the_time_of_revocation_was_not_seen_before_it():
    events = (FOUNDED, event(8, REVOKED, ONE, T))

    assert walked(events, {ONE}, signed(2, ONE), attested={2: AFTER}).trusted == {}
    assert walked(events, {ONE}, signed(2, ONE), attested={2: T}).trusted == {}


def test_the_earliest_of_several_revocations_holds():
    later = "2027-01-01T00:00:00.000000Z"
    events = (FOUNDED, event(8, REVOKED, ONE, later), event(9, REVOKED, ONE, T))

    assert walked(events, {ONE}, signed(2, ONE), attested={2: AFTER}).trusted == {}


def test_a_revocation_counts_wherever_it_stands_and_passes_no_trust_on():
    events = (*ROTATED, event(12, REVOKED, ONE, T))
    chain = (signed(2, ONE), signed(11, ONE, TWO), signed(12, TWO))

    assert walked(events, {ONE}, *chain).trusted == {}
    assert set(walked(events, {ONE}, *chain, attested={11: BEFORE}).trusted) == {2, 11, 12}


def test_a_revocation_whose_time_cannot_be_read_counts_from_ever():
    for said in (None, "", "yesterday", "2026-05-01T00:00:00", "0001-01-01T00:00:00+14:00"):
        events = (FOUNDED, event(8, REVOKED, ONE, said))

        assert walked(events, {ONE}, signed(2, ONE), attested={2: BEFORE}).trusted == {}


def test_a_signature_in_the_name_of_a_known_key_that_does_not_hold_is_found():
    walk = walked(ROTATED, {ONE}, signed(2, ONE), signed(9, broken=(ONE,)))

    assert codes(walk) == ["signature"]
    assert walk.findings[0].where == "checkpoint of size 9"
    assert set(walk.trusted) == {2}


def test_a_note_with_a_false_signature_counts_for_nothing_whatever_else_is_under_it():
    walk = walked(ROTATED, {ONE}, signed(11, ONE, broken=(TWO,)))

    assert codes(walk) == ["signature"]
    assert walk.trusted == {}


def test_a_false_signature_of_a_key_known_from_the_trail_alone_is_found_too():
    assert codes(walked([FOUNDED], (), signed(9, broken=(ONE,)))) == ["signature"]


def test_signatures_of_others_are_passed_over():
    said, under = signed(5, ONE)
    stranger = signing.Signer("witness.example", KEYS[3]).sign("not this text\n")
    other_kind = note.Signature(ORIGIN, b"\x01\x02\x03\x04", b"x" * 2420)

    walk = walked(
        [FOUNDED],
        {ONE},
        (said, under._replace(signatures=(stranger, *under.signatures, other_kind))),
    )

    assert walk[:3] == ({5: VKEY[ONE]}, (), ())


def test_a_key_signs_under_the_name_of_the_generation():
    events = (*ROTATED, event(20, ADDED, THREE), event(21, RETIRED, TWO))
    chain = (
        signed(11, ONE, TWO),
        signed(21, TWO, THREE, origin=NEXT),
        signed(30, THREE, origin=NEXT),
    )

    walk = walked(events, {ONE}, *chain)

    assert walk.trusted[30] == note.vkey(NEXT, THREE)
    assert not walk.notes


def test_a_signature_under_another_name_is_that_of_another_key():
    said, _ = signed(5, ONE)
    under_another = signing.Signer("example.org/other", KEYS[0]).sign(said.body())

    walk = walked([FOUNDED], {ONE}, (said, note.Note(said.body(), (under_another,))))

    assert walk[:3] == ({}, (), ())


def test_an_entry_that_holds_no_key_is_found_and_the_rest_is_walked():
    wrong = KeyEvent(4, ADDED, "no key at all")
    witness = KeyEvent(5, ADDED, note.vkey(ORIGIN, FOUR, note.COSIGNATURE))

    walk = walked([FOUNDED, wrong, witness], {ONE}, signed(2, ONE))

    assert [(one.code, one.where) for one in walk.findings] == [
        ("key-chain", "entry 4"),
        ("key-chain", "entry 5"),
    ]
    assert set(walk.trusted) == {2}


EVENTS = st.lists(
    st.builds(
        event,
        st.integers(0, 30),
        st.sampled_from([ADDED, ADDED, RETIRED, REVOKED]),
        st.sampled_from(PUBLIC),
        st.sampled_from([BEFORE, T, None]),
    ),
    max_size=8,
    unique_by=lambda one: one.seq,
)
SIGNERS = st.lists(st.sampled_from(PUBLIC), unique=True, max_size=3)
CHECKPOINTS = st.dictionaries(st.integers(1, 32), SIGNERS, max_size=6)
ANCHORS = st.sets(st.sampled_from(PUBLIC))
SEEN = st.dictionaries(st.integers(1, 32), st.sampled_from([BEFORE, AFTER]), max_size=3)


@settings(max_examples=300, deadline=None)
@given(EVENTS, CHECKPOINTS, ANCHORS, SEEN)
def test_whatever_the_trail_says_trust_comes_from_outside(events, sizes, anchors, seen):
    chain = [signed(size, *publics) for size, publics in sizes.items()]

    walk = walked(events, anchors, *chain, attested=seen)

    assert anchors or not walk.trusted
    revoked = {one.vkey for one in events if one.action == REVOKED}
    for size, vkey in walk.trusted.items():
        public = note.parsed_vkey(vkey).public
        assert public in sizes[size]
        assert not any(
            one.action == RETIRED and one.seq < size and one.vkey == vkey for one in events
        )
        if vkey in revoked:
            assert any(over >= size and at == BEFORE for over, at in seen.items())
        # a key that is no anchor was brought in by another one, under one checkpoint
        if public not in anchors:
            since = min(one.seq for one in events if (one.action, one.vkey) == (ADDED, vkey))
            first = min(over for over in sizes if over > since)
            assert first < size
            assert {public} < set(sizes[first])


@settings(max_examples=100, deadline=None)
@given(EVENTS, CHECKPOINTS, ANCHORS, SEEN, st.sampled_from(PUBLIC))
def test_a_further_key_from_outside_takes_no_trust_away(events, sizes, anchors, seen, further):
    chain = [signed(size, *publics) for size, publics in sizes.items()]

    fewer = walked(events, anchors, *chain, attested=seen)
    more = walked(events, anchors | {further}, *chain, attested=seen)

    assert fewer.trusted.keys() <= more.trusted.keys()


@settings(max_examples=100, deadline=None)
@given(EVENTS, CHECKPOINTS, ANCHORS, SEEN)
def test_what_was_not_signed_is_not_what_stands_in_the_way(events, sizes, anchors, seen):
    """Checkpoints in any order, and with others' lines among theirs, give the same."""
    chain = [signed(size, *publics) for size, publics in sizes.items()]
    foreign = note.Signature("witness.example", b"\x00\x01\x02\x03", b"y" * 72)
    noisy = [(one, two._replace(signatures=(foreign, *two.signatures))) for one, two in chain]

    assert walked(events, anchors, *reversed(noisy), attested=seen) == walked(
        list(reversed(events)), anchors, *chain, attested=seen
    )
