"""Keys and signatures: as openssl has them, and none holds that should not."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from govtrack.trail import checkpoint, cosignature, note, signing, tree

NAME = "example.org/govtrack/7f3c9a12"
SIGNER = signing.Signer(NAME, signing.new_key())
OTHER = signing.Signer(NAME, signing.new_key())
BODY = checkpoint.Checkpoint(NAME, 1, tree.leaf_hash(b"one")).body()
needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")


def noted(*signers, text=BODY):
    return note.Note(text, tuple(one.sign(text) for one in signers))


@pytest.mark.parametrize("passphrase", [None, b"correct horse", "grün\u2028".encode(), b"x" * 900])
def test_a_key_is_read_as_it_was_written(passphrase):
    pem = signing.to_pem(SIGNER.key, passphrase)

    assert signing.public_of(signing.from_pem(pem, passphrase)) == SIGNER.public


def test_a_key_under_a_passphrase_needs_it_and_takes_no_other():
    pem = signing.to_pem(SIGNER.key, b"right")

    with pytest.raises(signing.PassphraseNeeded):
        signing.from_pem(pem, None)
    for wrong in (b"wrong", b""):
        with pytest.raises(signing.WrongPassphrase):
            signing.from_pem(pem, wrong)


def test_a_key_in_the_open_is_read_whatever_passphrase_is_given():
    pem = signing.to_pem(SIGNER.key, None)

    assert signing.public_of(signing.from_pem(pem, b"unasked")) == SIGNER.public


def test_an_empty_passphrase_is_refused():
    with pytest.raises(ValueError, match="cannot be empty"):
        signing.to_pem(SIGNER.key, b"")


def test_two_writings_of_a_key_under_one_passphrase_have_nothing_in_common():
    one, other = (signing.to_pem(SIGNER.key, b"same") for _ in range(2))

    assert one.splitlines()[3] != other.splitlines()[3]


def test_a_public_key_is_read_as_it_was_written():
    assert signing.from_public_pem(signing.public_pem(SIGNER.public)) == SIGNER.public


@pytest.mark.parametrize(
    ("pem", "why"),
    [
        (b"", "no public key"),
        (signing.to_pem(SIGNER.key, None), "no public key"),
        (signing.public_pem(bytes(32)), "small order"),
        (
            ec.generate_private_key(ec.SECP256R1())
            .public_key()
            .public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            ),
            "not one of Ed25519",
        ),
    ],
)
def test_what_is_no_public_key_is_refused_in_words(pem, why):
    with pytest.raises(ValueError, match=why):
        signing.from_public_pem(pem)


def pem_of(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.mark.parametrize(
    ("pem", "why"),
    [
        (b"", "no private key"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "no private key"),
        (pem_of(ec.generate_private_key(ec.SECP256R1())), "not one of Ed25519"),
        (signing.public_pem(SIGNER.public), "no private key"),
    ],
)
def test_what_is_no_private_key_is_refused_in_words(pem, why):
    with pytest.raises(ValueError, match=why):
        signing.from_pem(pem)


def test_no_error_and_no_showing_of_a_signer_has_the_key_in_it():
    pem = signing.to_pem(SIGNER.key, None)
    broken = pem.replace(b"\n", b"*\n", 2)

    with pytest.raises(ValueError, match="no private key") as refused:
        signing.from_pem(broken)

    armour = pem.decode().splitlines()[1]
    assert armour[:40] not in f"{refused.value!r} {refused.value.__context__!r} {SIGNER!r}"


@needs_openssl
@pytest.mark.parametrize("passphrase", [None, b"correct horse"])
def test_openssl_reads_the_key_and_it_is_stretched_with_scrypt(tmp_path, passphrase):
    file = tmp_path / "key.pem"
    file.write_bytes(signing.to_pem(SIGNER.key, passphrase))
    word = f"pass:{(passphrase or b'none').decode()}"

    def openssl(*words):
        return subprocess.run(
            ["openssl", *words], capture_output=True, text=True, check=True, cwd=tmp_path
        ).stdout

    read = openssl("pkey", "-in", "key.pem", "-passin", word, "-pubout")

    assert read.encode() == signing.public_pem(SIGNER.public)
    if passphrase:
        parts = openssl("asn1parse", "-in", "key.pem")
        assert "scrypt" in parts
        assert ":aes-256-cbc" in parts


@given(st.text(st.characters(exclude_categories=["Cs"])), st.data())
def test_a_signature_holds_for_its_text_and_no_other(text, data):
    signature = SIGNER.sign(text)
    bit = data.draw(st.integers(0, 511))
    broken = bytearray(signature.signature)
    broken[bit // 8] ^= 1 << bit % 8

    assert signing.holds(SIGNER.verifier, text, signature)
    assert not signing.holds(SIGNER.verifier, f"{text}.", signature)
    assert not signing.holds(SIGNER.verifier, text, signature._replace(signature=bytes(broken)))
    assert not signing.holds(OTHER.verifier, text, signature)


@pytest.mark.parametrize("signature", [b"", b"short", bytes(64), bytes(72), bytes(65)])
def test_what_is_no_signature_does_not_hold(signature):
    one = note.Signature(NAME, SIGNER.verifier.key_id, signature)

    assert not signing.holds(SIGNER.verifier, BODY, one)


@settings(max_examples=30)
@given(st.integers(0, 2**63 - 1))
def test_a_signature_and_a_cosignature_cannot_stand_for_one_another(at):
    witness = note.parsed_vkey(note.vkey(NAME, SIGNER.public, note.COSIGNATURE))
    cosigned = cosignature.cosigned(BODY, NAME, SIGNER.key, at)

    assert signing.holds(witness, BODY, cosigned)
    assert not signing.holds(SIGNER.verifier, BODY, cosigned)
    assert not signing.holds(
        SIGNER.verifier, BODY, cosigned._replace(key_id=SIGNER.verifier.key_id)
    )
    assert not signing.holds(witness, BODY, SIGNER.sign(BODY)._replace(key_id=witness.key_id))


def test_a_kind_that_is_not_known_never_holds():
    verifier = SIGNER.verifier._replace(algorithm=6)

    assert not signing.holds(verifier, BODY, SIGNER.sign(BODY))


def test_without_the_library_nothing_holds(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "cryptography.exceptions", None)

    with pytest.raises(ImportError):
        signing.holds(SIGNER.verifier, BODY, SIGNER.sign(BODY))


def test_who_signed_is_told_of_those_that_are_known():
    both = noted(SIGNER, OTHER)

    assert signing.signed_by(both, [SIGNER.verifier]) == (SIGNER.verifier,)
    assert signing.signed_by(both, [OTHER.verifier, SIGNER.verifier, OTHER.verifier]) == (
        OTHER.verifier,
        SIGNER.verifier,
    )
    assert signing.signed_by(noted(OTHER), [SIGNER.verifier]) == ()
    assert signing.signed_by(both, []) == ()


def test_one_signature_that_does_not_hold_spoils_the_note():
    forged = SIGNER.sign(BODY)._replace(signature=bytes(64))
    spoilt = note.Note(BODY, (*noted(SIGNER, OTHER).signatures, forged))

    with pytest.raises(ValueError, match="does not hold"):
        signing.signed_by(spoilt, [OTHER.verifier, SIGNER.verifier])
    assert signing.signed_by(spoilt, [OTHER.verifier]) == (OTHER.verifier,)


def test_a_checkpoint_is_opened_by_its_own_trail_s_key_only():
    elsewhere = signing.Signer("other.example/govtrack/00000000", SIGNER.key)
    twice = note.Note(BODY, (OTHER.sign(BODY), elsewhere.sign(BODY))).written()

    said, _, signers = signing.opened(twice, [OTHER.verifier, elsewhere.verifier])

    assert (said.size, signers) == (1, (OTHER.verifier,))
    with pytest.raises(ValueError, match="by a key that is known"):
        signing.opened(twice, [elsewhere.verifier])
