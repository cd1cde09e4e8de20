"""The golden vectors, made by others: what must be accepted, byte for byte, and what refused."""

from __future__ import annotations

import contextlib
import json
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from govtrack.trail import canonical, checkpoint, note, proof, signing, tree

DATA = Path(__file__).parents[1] / "data" / "trail_vectors"
GOOD, BAD = DATA / "vectors", DATA / "negative"
CASES = json.loads((BAD / "cases.json").read_text())
THIRD = json.loads((BAD / "entries-2-refused.json").read_text())
ENTRIES = (GOOD / "entries.ndjson").read_bytes().split(b"\n")[:-1]
LEAVES = tuple(map(tree.leaf_hash, ENTRIES))
ORIGIN = "example.org/govtrack/7f3c9a12"
SIGNER = signing.Signer(
    ORIGIN, Ed25519PrivateKey.from_private_bytes(sha256(b"govtrack test key, never use").digest())
)
VKEY = (GOOD / "vkey.txt").read_text()


def known():
    return note.parsed_vkey(VKEY)


def at(size):
    return GOOD / f"{size:012}.ckpt"


def trusted(data):
    """What a reader with the trail's key and its entries does with a checkpoint."""
    said, _, _ = signing.opened(data, [known()])
    if said.root != tree.Tree().grown(LEAVES[: said.size]).root():
        raise ValueError("is well signed, and not the root of the entries")
    return said


def test_the_leaf_hashes_are_the_same():
    assert [leaf.hex() for leaf in LEAVES] == (GOOD / "leaf-hashes.txt").read_text().split()


@pytest.mark.parametrize("size", range(8))
def test_a_checkpoint_is_written_byte_for_byte(size):
    said = checkpoint.Checkpoint(ORIGIN, size, tree.Tree().grown(LEAVES[:size]).root())

    written = note.Note(said.body(), (SIGNER.sign(said.body()),)).written()

    assert written == at(size).read_bytes()


@pytest.mark.parametrize("size", range(8))
def test_a_checkpoint_is_read_and_trusted(size):
    assert trusted(at(size).read_bytes()).size == size
    assert checkpoint.stated(at(size).read_bytes()).size == size


def test_the_public_key_is_written_byte_for_byte_in_both_forms():
    assert f"{note.vkey(ORIGIN, SIGNER.public)}\n" == VKEY
    assert known() == SIGNER.verifier
    assert signing.public_pem(SIGNER.public) == (GOOD / "log.pub.pem").read_bytes()


CONSISTENCY = json.loads((GOOD / "consistency.json").read_text())
LEVELS = proof.Levels(b"".join(LEAVES))


@pytest.mark.parametrize("index", range(7))
def test_an_inclusion_proof_is_written_byte_for_byte_and_leads_to_the_root(index):
    expected = (GOOD / f"EV-{index + 1:04}.tlog-proof").read_bytes()

    written = proof.proof_text(index, LEVELS.inclusion(index, 7), at(7).read_bytes())
    entry, path, data = proof.read_proof(expected)

    assert written == expected
    assert entry == index
    assert proof.included(index, 7, LEAVES[index], path) == trusted(data).root
    assert checkpoint.stated(expected) == trusted(data)


def test_the_consistency_proofs_are_those_of_every_pair_of_sizes():
    assert [(one["old"], one["new"]) for one in CONSISTENCY] == [
        (old, new) for new in range(1, 8) for old in range(1, new + 1)
    ]


@pytest.mark.parametrize("one", CONSISTENCY, ids=lambda one: f"{one['old']}-{one['new']}")
def test_a_consistency_proof_is_written_byte_for_byte_and_holds(one):
    old, new = one["old"], one["new"]
    expected = "".join(f"{line}\n" for line in one["proof"])

    assert proof.consistency_text(LEVELS.consistency(old, new)) == expected
    proof.consistent(
        old,
        new,
        trusted(at(old).read_bytes()).root,
        trusted(at(new).read_bytes()).root,
        proof.read_consistency(expected.encode()),
    )


WHY = {
    "size-edited": "does not hold",
    "root-edited": "does not hold",
    "other-key-same-name": "by a key that is known",
    "key-id-of-ours-signature-of-other": "does not hold",
    "no-signature": "has no signature line",
    "size-leading-zero": "leading zeros",
    "size-negative": "no whole number",
    "root-31-bytes": "a root of 31 bytes",
    "root-base64url": "not standard base64",
    "other-origin": "is a checkpoint of example.net/other, which has not signed it",
    "two-lines": "three lines",
    "crlf": "control character",
    "hyphen-for-em-dash": "no empty line|no signature line",
    "empty-tree-wrong-root": "size 0",
    "same-size-other-root": "not the root of the entries",
}
"""Each for its own reason, in our words."""


def test_there_is_a_reason_for_every_case_that_is_to_be_refused():
    assert WHY.keys() == {Path(one["file"]).stem for one in CASES if one["accept"] is False}
    assert {f"{Path(one['file']).stem}.ckpt" for one in CASES} == {
        path.name for path in BAD.glob("*.ckpt")
    }


def cases(accept):
    return [one["file"] for one in CASES if one["accept"] is accept]


@pytest.mark.parametrize("name", cases(accept=True))
def test_what_must_be_accepted_is(name):
    assert trusted((BAD / name).read_bytes()).size == 7


@pytest.mark.parametrize("name", cases(accept=False))
def test_what_must_be_refused_is_for_its_own_reason(name):
    with pytest.raises(ValueError, match=WHY[Path(name).stem]):
        trusted((BAD / name).read_bytes())


@pytest.mark.parametrize("name", cases(accept=None))
def test_where_either_will_do_the_whole_note_is_refused(name):
    with pytest.raises(ValueError, match="does not hold"):
        trusted((BAD / name).read_bytes())


def flips(data):
    """The data with each of its bits changed, one at a time."""
    for bit in range(len(data) * 8):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        yield bytes(changed)


def test_no_bit_of_a_signed_checkpoint_can_be_another():
    accepted = []
    for data in flips(at(7).read_bytes()):
        with contextlib.suppress(ValueError):
            accepted.append((trusted(data), data))

    assert accepted == []


def test_no_bit_of_an_inclusion_proof_can_be_another():
    accepted = []
    for data in flips((GOOD / "EV-0003.tlog-proof").read_bytes()):
        with contextlib.suppress(ValueError):
            index, path, signed = proof.read_proof(data)
            said = trusted(signed)
            if index == 2 and proof.included(2, said.size, LEAVES[2], path) == said.root:
                accepted.append(data)

    assert accepted == []


@pytest.mark.parametrize("name", THIRD)
def test_another_writing_of_an_entry_is_another_entry(name):
    data = THIRD[name].encode("latin-1" if name == "node-as-leaf" else "utf-8")

    changed = tree.Tree().grown((*LEAVES[:2], tree.leaf_hash(data), *LEAVES[3:])).root()

    assert changed != checkpoint.stated(at(7).read_bytes()).root
    with pytest.raises(ValueError, match=r"canonical|JSON|key|float|UTF-8|character"):
        canonical.parsed(data)


def test_the_entries_of_the_vectors_are_canonical():
    for entry in ENTRIES:
        assert canonical.parsed(entry)["trail"] == ORIGIN
