"""A cosignature states a time, and no other one."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from govtrack.trail import checkpoint, cosignature, note, signing, tree

WITNESS = "witness.example/w1"
KEY = signing.new_key()
VERIFIER = note.parsed_vkey(note.vkey(WITNESS, signing.public_of(KEY), note.COSIGNATURE))
SAID = checkpoint.Checkpoint("example.org/govtrack/7f3c9a12", 1, tree.leaf_hash(b"one"))
BODY = SAID.body()


@settings(max_examples=50)
@given(st.integers(0, 2**63 - 1))
def test_the_time_is_the_one_that_was_signed(at):
    made = cosignature.cosigned(BODY, WITNESS, KEY, at)

    assert cosignature.time_of(VERIFIER, BODY, made) == at
    assert made.key_id == VERIFIER.key_id
    assert len(made.signature) == 72


def test_what_is_signed_is_the_text_that_the_specification_gives():
    made = cosignature.cosigned(BODY, WITNESS, KEY, 1679315147)

    Ed25519PublicKey.from_public_bytes(VERIFIER.public).verify(
        made.signature[8:], f"cosignature/v1\ntime 1679315147\n{BODY}".encode()
    )


@settings(max_examples=60)
@given(st.integers(0, 72 * 8 - 1))
def test_no_bit_of_it_can_be_another_the_time_s_neither(bit):
    made = cosignature.cosigned(BODY, WITNESS, KEY, 1679315147)
    broken = bytearray(made.signature)
    broken[bit // 8] ^= 1 << bit % 8

    with pytest.raises(ValueError, match="does not hold"):
        cosignature.time_of(VERIFIER, BODY, made._replace(signature=bytes(broken)))


def test_it_is_for_these_three_lines_only():
    made = cosignature.cosigned(BODY, WITNESS, KEY, 1)

    with pytest.raises(ValueError, match="does not hold"):
        cosignature.time_of(VERIFIER, SAID._replace(size=2).body(), made)


def test_it_is_read_from_its_line():
    made = cosignature.cosigned(BODY, WITNESS, KEY, 1)

    line = note.signature(made.line().rstrip("\n"))

    assert line == made
    assert cosignature.time_of(VERIFIER, BODY, line) == 1


@pytest.mark.parametrize(
    ("verifier", "changed", "why"),
    [
        (VERIFIER._replace(algorithm=1), {}, "not one for cosignatures"),
        (VERIFIER, {"name": "witness.example/w2"}, "is not by the key"),
        (VERIFIER, {"key_id": b"1234"}, "is not by the key"),
        (VERIFIER, {"signature": b""}, "does not hold"),
        (VERIFIER, {"signature": bytes(8)}, "does not hold"),
        (VERIFIER, {"signature": b"\xff" * 72}, "does not hold"),
    ],
)
def test_what_is_no_cosignature_of_the_witness_is_refused(verifier, changed, why):
    made = cosignature.cosigned(BODY, WITNESS, KEY, 1)._replace(**changed)

    with pytest.raises(ValueError, match=why):
        cosignature.time_of(verifier, BODY, made)


@pytest.mark.parametrize("at", [-1, 2**63])
def test_a_time_that_cannot_be_is_not_signed(at):
    with pytest.raises(ValueError, match="no time"):
        cosignature.cosigned(BODY, WITNESS, KEY, at)
