"""The tree is RFC 6962's, at every size, however it was grown."""

from __future__ import annotations

import base64
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from govtrack.trail import tree

GOLDEN = Path(__file__).parents[1] / "data" / "trail"
ENTRIES = (GOLDEN / "entries.ndjson").read_bytes().split(b"\n")[:-1]


def leaves(entries):
    return [tree.leaf_hash(entry) for entry in entries]


def split_root(hashes):
    """RFC 6962 section 2.1, word for word: split at the largest power of two below n."""
    if len(hashes) <= 1:
        return hashes[0] if hashes else sha256(b"").digest()
    half = 1
    while half * 2 < len(hashes):
        half *= 2
    return sha256(b"\x01" + split_root(hashes[:half]) + split_root(hashes[half:])).digest()


def test_the_leaf_hashes_are_the_golden_ones():
    expected = (GOLDEN / "leaf-hashes.txt").read_text().split()

    assert [leaf.hex() for leaf in leaves(ENTRIES)] == expected


@pytest.mark.parametrize("line", (GOLDEN / "roots.txt").read_text().splitlines())
def test_the_root_at_every_size_is_the_golden_one(line):
    size, expected = line.split()

    grown = tree.Tree().grown(leaves(ENTRIES[: int(size)]))

    assert (grown.size, base64.b64encode(grown.root()).decode()) == (int(size), expected)


@given(st.integers(0, 300))
def test_the_root_is_that_of_an_independent_implementation(size):
    entries = [b"entry %d" % number for number in range(size)]
    other = InmemoryTree(algorithm="sha256")
    for entry in entries:
        other.append_entry(entry)

    assert tree.Tree().grown(leaves(entries)).root() == other.get_root()


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_the_root_is_the_one_the_rfc_defines(entries):
    assert tree.Tree().grown(leaves(entries)).root() == split_root(leaves(entries))


@given(st.lists(st.lists(st.binary(max_size=4), max_size=9), max_size=9))
def test_growing_in_steps_gives_the_tree_grown_at_once(steps):
    grown = tree.Tree()
    for step in steps:
        grown = tree.unpacked(grown.size, grown.packed()).grown(leaves(step))

    assert grown == tree.Tree().grown(leaves([entry for step in steps for entry in step]))


@given(st.integers(0, 5000))
def test_the_state_is_one_peak_for_each_binary_digit(size):
    grown = tree.Tree().grown([tree.EMPTY] * size)

    assert len(grown.packed()) == 32 * size.bit_count()


@pytest.mark.parametrize(
    ("size", "peaks"), [(-1, b""), (0, b"x" * 32), (1, b""), (3, b"x" * 32), (1, b"x" * 31)]
)
def test_a_state_that_cannot_be_is_refused(size, peaks):
    with pytest.raises(ValueError, match="cannot belong to a tree"):
        tree.unpacked(size, peaks)
