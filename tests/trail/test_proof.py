"""Proofs: every one that is made holds, no bit of one can be another."""

from __future__ import annotations

import base64
from hashlib import sha256

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.trail import proof, tree

ROOTS_AT = 70
LEAVES = [sha256(b"leaf %d" % number).digest() for number in range(ROOTS_AT)]


def levels(leaves):
    return proof.Levels(b"".join(leaves))


def root(leaves):
    return tree.Tree().grown(leaves).root()


def flipped(data, bit):
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


leaf_lists = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=90)


@given(leaf_lists, st.data())
def test_every_leaf_of_every_size_is_proved(leaves, data):
    made = levels(leaves)
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))

    path = made.inclusion(index, size)

    assert proof.included(index, size, leaves[index], path) == root(leaves[:size])
    assert made.root(size) == root(leaves[:size])


@given(leaf_lists, st.data())
def test_every_earlier_size_is_proved(leaves, data):
    made = levels(leaves)
    new = data.draw(st.integers(0, len(leaves)))
    old = data.draw(st.integers(0, new))

    proof.consistent(old, new, root(leaves[:old]), root(leaves[:new]), made.consistency(old, new))


def test_all_pairs_up_to_seventy_agree_with_the_tree_that_grows():
    made = levels(LEAVES)
    roots = [root(LEAVES[:size]) for size in range(ROOTS_AT + 1)]

    for size in range(1, ROOTS_AT + 1):
        for index in range(size):
            path = made.inclusion(index, size)
            assert proof.included(index, size, LEAVES[index], path) == roots[size]
        for old in range(size + 1):
            proof.consistent(old, size, roots[old], roots[size], made.consistency(old, size))


@given(st.integers(1, ROOTS_AT), st.data())
def test_no_bit_of_an_inclusion_proof_can_be_another(size, data):
    index = data.draw(st.integers(0, size - 1))
    parts = [LEAVES[index], *levels(LEAVES).inclusion(index, size)]
    at = data.draw(st.integers(0, len(parts) - 1))
    parts[at] = flipped(parts[at], data.draw(st.integers(0, 255)))

    assert proof.included(index, size, parts[0], parts[1:]) != root(LEAVES[:size])


@given(st.integers(2, ROOTS_AT), st.data())
def test_no_bit_of_a_consistency_proof_or_of_its_roots_can_be_another(new, data):
    old = data.draw(st.integers(1, new - 1))
    parts = [root(LEAVES[:old]), root(LEAVES[:new]), *levels(LEAVES).consistency(old, new)]
    at = data.draw(st.integers(0, len(parts) - 1))
    parts[at] = flipped(parts[at], data.draw(st.integers(0, 255)))

    with pytest.raises(ValueError, match="does not lead to the"):
        proof.consistent(old, new, parts[0], parts[1], parts[2:])


@given(st.integers(1, ROOTS_AT), st.data())
def test_a_leaf_is_proved_in_its_own_place_only(size, data):
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda one: one != index) if size > 1
                      else st.just(index))  # fmt: skip
    path = levels(LEAVES).inclusion(index, size)

    try:
        led = proof.included(other, size, LEAVES[index], path)
    except ValueError:
        return
    assert (led == root(LEAVES[:size])) is (other == index)


@given(st.integers(1, ROOTS_AT), st.data())
def test_a_path_of_another_length_is_no_proof(size, data):
    index = data.draw(st.integers(0, size - 1))
    path = levels(LEAVES).inclusion(index, size)

    for wrong in ([*path, LEAVES[0]], path[:-1], path[1:]):
        if len(wrong) != len(path):
            with pytest.raises(ValueError, match="takes another number"):
                proof.included(index, size, LEAVES[index], wrong)


@given(st.integers(2, ROOTS_AT), st.data())
def test_a_consistency_proof_of_another_length_is_none(new, data):
    old = data.draw(st.integers(1, new - 1))
    path = levels(LEAVES).consistency(old, new)

    for wrong in ([*path, LEAVES[0]], path[:-1], []):
        with pytest.raises(ValueError, match="takes another number"):
            proof.consistent(old, new, root(LEAVES[:old]), root(LEAVES[:new]), wrong)


def test_where_nothing_is_to_be_proved_hashes_are_refused_and_roots_compared():
    one, other = root(LEAVES[:5]), root(LEAVES[:6])

    proof.consistent(5, 5, one, one, [])
    proof.consistent(0, 5, tree.EMPTY, one, [])
    with pytest.raises(ValueError, match="none are needed"):
        proof.consistent(5, 5, one, one, [LEAVES[0]])
    with pytest.raises(ValueError, match="not the one at size 5"):
        proof.consistent(5, 5, one, other, [])
    with pytest.raises(ValueError, match="not the one at size 0"):
        proof.consistent(0, 5, one, one, [])


@given(leaf_lists)
def test_the_roots_are_those_of_an_independent_implementation(leaves):
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    for data in leaves:
        oracle.append_entry(data)

    made = levels([tree.leaf_hash(data) for data in leaves])

    assert made.root() == oracle.get_root()
    assert [made.root(size) for size in range(1, len(leaves) + 1)] == [
        oracle.get_root(size) for size in range(1, len(leaves) + 1)
    ]


@pytest.mark.parametrize(
    "asked",
    [
        lambda made: made.root(8),
        lambda made: made.root(-1),
        lambda made: made.inclusion(0, 8),
        lambda made: made.inclusion(7, 7),
        lambda made: made.inclusion(-1, 7),
        lambda made: made.inclusion(0, 0),
        lambda made: made.consistency(3, 8),
        lambda made: made.consistency(5, 4),
        lambda made: made.consistency(-1, 4),
        lambda _: proof.Levels(b"odd"),
        lambda _: proof.included(3, 3, LEAVES[0], []),
        lambda _: proof.included(0, 1, b"short", []),
        lambda _: proof.consistent(3, 2, LEAVES[0], LEAVES[1], []),
        lambda _: proof.consistent(1, 2, LEAVES[0], LEAVES[1], [b"short"]),
    ],
)
def test_what_there_is_not_is_refused(asked):
    with pytest.raises(ValueError, match=r"there is no|is not the beginning|bytes"):
        asked(levels(LEAVES[:7]))


def test_a_level_takes_half_of_the_one_below_and_nothing_else():
    made = levels(LEAVES)

    assert [len(one) // 32 for one in made._levels] == [70, 35, 17, 8, 4, 2, 1]


def test_an_empty_trail_has_the_root_of_nothing():
    assert proof.Levels(b"").root() == tree.EMPTY
    assert proof.Levels(b"").consistency(0, 0) == []


CHECKPOINT = b"example.org/govtrack/7f3c9a12\n1\n" + base64.b64encode(LEAVES[0]) + b"\n\n"


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=64))
def test_what_is_written_of_a_proof_is_read(index, path):
    written = proof.proof_text(index, path, CHECKPOINT)

    assert proof.read_proof(written) == (index, tuple(path), CHECKPOINT)
    assert proof.read_consistency(proof.consistency_text(path).encode()) == tuple(path)


def test_what_others_add_to_a_proof_is_passed_over():
    written = proof.proof_text(3, LEAVES[:2], CHECKPOINT)
    head, _, rest = written.partition(b"\n")

    assert proof.read_proof(head + b"\nextra YQ==\n" + rest) == proof.read_proof(written)


HASH_LINE = base64.b64encode(LEAVES[0])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "its first line"),
        (b"c2sp.org/tlog-proof@v2\nindex 0\n\nx", "its first line"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n", "has no checkpoint"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n\n", "has no checkpoint"),
        (b"c2sp.org/tlog-proof@v1\n\nx", "no line 'index'"),
        (b"c2sp.org/tlog-proof@v1\nindex 01\n\nx", "no line 'index'"),
        (b"c2sp.org/tlog-proof@v1\nindex -1\n\nx", "no line 'index'"),
        (b"c2sp.org/tlog-proof@v1\nindex\xd9\xa1\n\nx", "no line 'index'"),
        (b"c2sp.org/tlog-proof@v1\nextra YQ==\nextra YQ==\nindex 0\n\nx", "no line 'index'"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\nYQ==\n\nx", "no SHA-256"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n" + HASH_LINE + b"\r\n\nx", "no SHA-256"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n" + HASH_LINE[:-1] + b"\n\nx", "no SHA-256"),
        (b"c2sp.org/tlog-proof@v1\nindex 0\n\xff\n\nx", "no SHA-256"),
        (b"c2sp.org/tlog-proof@v1\nindex 0" + (b"\n" + HASH_LINE) * 65 + b"\n\nx", "any tree"),
    ],
)
def test_what_is_no_proof_is_refused_in_words(data, why):
    with pytest.raises(ValueError, match=why):
        proof.read_proof(data)


@pytest.mark.parametrize(
    ("data", "why"),
    [(HASH_LINE, "cut off"), (b"\n", "no SHA-256"), (HASH_LINE + b"\n\n", "no SHA-256")],
)
def test_what_is_no_consistency_proof_is_refused_in_words(data, why):
    with pytest.raises(ValueError, match=why):
        proof.read_consistency(data)
