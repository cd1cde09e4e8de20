"""A checkpoint is three lines, read strictly; what somebody kept is read for its three lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.trail import checkpoint, note, proof, tree

ORIGIN = "example.org/govtrack/7f3c9a12"
ROOT = tree.leaf_hash(b"one")
SAID = checkpoint.Checkpoint(ORIGIN, 1, ROOT)
LINE = note.Signature(ORIGIN, b"\1\2\3\4", bytes(64))
SIGNED = note.Note(SAID.body(), (LINE,)).written()


@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_what_is_written_is_read(size, root):
    said = checkpoint.Checkpoint(ORIGIN, size, root)

    assert checkpoint.parsed(said.body()) == said


@given(st.text(max_size=120))
def test_only_what_would_be_written_so_is_read(text):
    try:
        said = checkpoint.parsed(text)
    except ValueError:
        return
    assert said.body() == text


R = note.encoded(ROOT)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "three lines"),
        (f"{ORIGIN}\n1\n{R}", "three lines"),
        (f"{ORIGIN}\n1\n{R}\nmore\n", "three lines"),
        (f"\n1\n{R}\n", "origin"),
        (f"a b\n1\n{R}\n", "origin"),
        (f"a+b\n1\n{R}\n", "origin"),
        (f"a\u2003b\n1\n{R}\n", "origin"),
        (f"{ORIGIN}\n\n{R}\n", "size"),
        (f"{ORIGIN}\n+1\n{R}\n", "size"),
        (f"{ORIGIN}\n01\n{R}\n", "size"),
        (f"{ORIGIN}\n1.0\n{R}\n", "size"),
        (f"{ORIGIN}\n\u0661\n{R}\n", "size"),
        (f"{ORIGIN}\n{2**63}\n{R}\n", "size"),
        (f"{ORIGIN}\n1\n{R[:-1]}\n", "base64"),
        (f"{ORIGIN}\n1\n{R} \n", "base64"),
        (f"{ORIGIN}\n1\nAAAA\n", "3 bytes"),
        (f"{ORIGIN}\n0\n{R}\n", "size 0"),
    ],
)
def test_what_is_no_checkpoint_is_refused_for_its_reason(text, why):
    with pytest.raises(ValueError, match=why):
        checkpoint.parsed(text)


def test_the_checkpoint_of_nothing_has_the_root_of_nothing():
    said = checkpoint.Checkpoint(ORIGIN, 0, tree.EMPTY)

    assert checkpoint.parsed(said.body()) == said


def test_it_is_read_with_its_note_signed_or_not():
    assert checkpoint.read(SIGNED) == (SAID, note.Note(SAID.body(), (LINE,)))
    bare = note.Note(SAID.body(), ()).written()
    assert checkpoint.read(bare, unsigned=True)[0] == SAID
    with pytest.raises(ValueError, match="no signature line"):
        checkpoint.read(bare)


def test_it_is_not_read_where_only_others_signed():
    data = note.Note(SAID.body(), (note.Signature("other.example", b"1234", b"5"),)).written()

    with pytest.raises(ValueError, match="which has not signed it"):
        checkpoint.read(data)


@pytest.mark.parametrize(
    "data",
    [
        SIGNED,
        note.Note(SAID.body(), ()).written(),
        SAID.body().encode(),
        SAID.body().encode() + b"first-leaf 00\nsample: the organisation is invented\n",
        SAID.body().encode().replace(b"\n", b"\r\n"),
        SAID.body().encode().rstrip(b"\n"),
        b"\xef\xbb\xbf" + SAID.body().encode(),
        proof.proof_text(0, [], SIGNED),
        proof.proof_text(0, [ROOT, ROOT], SIGNED),
    ],
)
def test_what_an_auditor_kept_says_which_checkpoint_it_was(data):
    assert checkpoint.stated(data) == SAID


@pytest.mark.parametrize(
    "data", [b"", b"one\ntwo\n", b"\xff", b"{}\n1\n2\n", proof.proof_text(0, [ROOT], b"")]
)
def test_what_holds_no_checkpoint_is_refused(data):
    with pytest.raises(ValueError, match=r"is no checkpoint|has a"):
        checkpoint.stated(data)
