"""A witness cosigns a checkpoint with a key of their own, and the cosignature is taken in."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing

import jsonschema
import pytest
from freezegun import freeze_time

from govtrack import shipped
from govtrack import workspace as workspaces
from govtrack.register import database, keys, memory, witness_checks
from govtrack.trail import note, proof, signing, tree

NAME = "audit.example.org"


def key_at(path, name=NAME, passphrase=None):
    """A witness's key in a file, and its vkey."""
    key = signing.new_key()
    path.touch(mode=0o600)
    path.write_bytes(signing.to_pem(key, passphrase))
    return note.vkey(name, signing.public_of(key), note.COSIGNATURE)


@pytest.fixture
def vkey(tmp_path):
    """The witness's public key; the private one is in `auditor.pem`."""
    return key_at(tmp_path / "auditor.pem")


@pytest.fixture
def checkpoint(workspace, tmp_path):
    """The checkpoint as the auditor got it."""
    path = tmp_path / "checkpoint"
    shutil.copy(workspace / ".govtrack" / "trail" / "checkpoint", path)
    return path


@pytest.fixture
def cosign(run, tmp_path, vkey):
    """`cosign(file, *options)`: the command as the auditor runs it, outside any workspace."""
    assert vkey
    (tmp_path / "desk").mkdir()

    def _cosign(file, *options, key="auditor.pem", name=NAME):
        return run(
            "trail", "cosign", file, "--key-file", tmp_path / key, "--name", name, *options,
            cwd=tmp_path / "desk",
        )  # fmt: skip

    return _cosign


def answer(result):
    document = result.json()
    name = document["format"].removeprefix("govtrack.").removesuffix("/1")
    path = shipped.folder("schemas") / f"{name}.schema.json"
    jsonschema.validate(document, json.loads(path.read_text(encoding="utf-8")))
    return document


def grown(run, count=1):
    for number in range(count):
        slug = f"chat{number}"
        assert run("system", "add", slug, "--name", slug, "--role", "user").code == 0


def kept(workspace):
    with closing(sqlite3.connect(workspace / ".govtrack" / "register.db")) as connection:
        return connection.execute("SELECT size, witness, line FROM cosignature").fetchall()


def proven(workspace, old):
    """A proof that the newest checkpoint continues the tree of `old` entries."""
    with closing(sqlite3.connect(workspace / ".govtrack" / "register.db")) as connection:
        leaves = [row[0] for row in connection.execute("SELECT leaf_hash FROM entry ORDER BY seq")]
    return proof.consistency_text(proof.Levels(b"".join(leaves)).consistency(old, len(leaves)))


class TestCosign:
    def test_the_line_is_a_cosignature_that_openssl_accepts(
        self, cosign, checkpoint, vkey, tmp_path
    ):
        with freeze_time("2026-03-02T12:00:00Z"):
            result = cosign(checkpoint)

        assert result.code == 0, result.err
        line = note.signature(result.out.removesuffix("\n"))
        assert line.name == NAME
        at = int.from_bytes(line.signature[:8], "big")
        assert at == 1772452800
        body = b"".join(checkpoint.read_bytes().splitlines(keepends=True)[:3])
        (tmp_path / "signed").write_bytes(b"cosignature/v1\ntime %d\n%b" % (at, body))
        (tmp_path / "signature").write_bytes(line.signature[8:])
        public = signing.public_pem(note.parsed_vkey(vkey).public)
        (tmp_path / "public.pem").write_bytes(public)
        subprocess.run(
            [
                "openssl", "pkeyutl", "-verify", "-pubin", "-inkey", tmp_path / "public.pem",
                "-rawin", "-in", tmp_path / "signed", "-sigfile", tmp_path / "signature",
            ],
            check=True, capture_output=True,
        )  # fmt: skip
        assert vkey in result.err

    def test_what_was_not_checked_is_said(self, cosign, checkpoint):
        told = cosign(checkpoint).err

        assert "it is not proven that this state continues one that you saw before" in told
        assert "whether the trail's own key signed it was not checked" in told

    def test_the_answer_in_json_and_a_file(self, cosign, checkpoint, vkey, tmp_path):
        found = answer(cosign(checkpoint, "--json", "-o", tmp_path / "checkpoint.cosig"))

        assert found["witness"] == vkey
        assert (tmp_path / "checkpoint.cosig").read_text("utf-8") == found["line"]
        assert (found["continues"], found["signed_by_key"]) == (False, False)
        again = cosign(checkpoint, "-o", tmp_path / "checkpoint.cosig")
        assert again.code == 1
        assert "is there already" in again.err

    def test_the_trail_s_key_is_checked_where_it_is_given(
        self, cosign, checkpoint, workspace, tmp_path
    ):
        with closing(sqlite3.connect(workspace / ".govtrack" / "register.db")) as connection:
            ((own,),) = connection.execute("SELECT vkey FROM signing_key").fetchall()
        (tmp_path / "trail.vkey").write_text(f"{own}\n")
        name = own.partition("+")[0]
        stranger = note.vkey(name, signing.public_of(signing.new_key()))

        by_line = cosign(checkpoint, "--key", own, "--json")
        (tmp_path / "trail.pem").write_bytes(signing.public_pem(note.parsed_vkey(own).public))
        by_file = cosign(checkpoint, "--key", tmp_path / "trail.vkey")
        by_pem = cosign(checkpoint, "--key", tmp_path / "trail.pem", "--json")
        by_other = cosign(checkpoint, "--key", stranger)

        assert answer(by_line)["signed_by_key"] is True
        assert answer(by_pem)["signed_by_key"] is True
        assert "was not checked" not in by_file.err
        assert (by_other.code, by_other.out) == (1, "")
        assert f"has no signature of {name} by the key that was given" in by_other.err

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (b"", "has no empty line"),
            (b"what is this\n", "has no empty line"),
            (b"a\n1\nAAAA\n\n", "has no signature line"),
            (b"\xff\xfe\n\n", "is not valid UTF-8"),
        ],
    )
    def test_what_is_no_signed_checkpoint_is_refused(self, cosign, tmp_path, text, said):
        (tmp_path / "file").write_bytes(text)

        result = cosign(tmp_path / "file")

        assert (result.code, result.out) == (2, "")
        assert f"{tmp_path / 'file'}: {said}" in result.err

    def test_a_file_that_is_not_there_or_too_large_is_refused(self, cosign, tmp_path):
        (tmp_path / "large").write_bytes(bytes((1 << 20) + 1))

        assert "nowhere, FILE: cannot be read: No such file" in cosign(tmp_path / "nowhere").err
        assert "is too large to be what is expected here" in cosign(tmp_path / "large").err

    def test_an_older_checkpoint_with_a_proof_is_continued(
        self, run, cosign, checkpoint, workspace, tmp_path
    ):
        grown(run, 3)
        (tmp_path / "proof").write_text(proven(workspace, 2))
        newer = workspace / ".govtrack" / "trail" / "checkpoint"

        found = cosign(newer, "--since", checkpoint, "--consistency", tmp_path / "proof", "--json")
        without = cosign(newer, "--since", checkpoint, "--json")

        assert answer(found)["continues"] is True
        assert "not proven" not in found.err
        assert answer(without)["continues"] is False
        assert "not proven" in without.err

    def test_the_same_checkpoint_again_is_no_contradiction(self, cosign, checkpoint):
        assert answer(cosign(checkpoint, "--since", checkpoint, "--json"))["continues"] is True

    def test_an_older_one_that_is_larger_is_refused(self, run, cosign, checkpoint, workspace):
        grown(run)
        newer = workspace / ".govtrack" / "trail" / "checkpoint"

        result = cosign(checkpoint, "--since", newer)

        assert (result.code, result.out) == (1, "")
        assert f"{newer}, --since: has size 3, more than the 2 of the newer one" in result.err

    def test_an_older_one_of_another_trail_is_refused(self, run, cosign, checkpoint, tmp_path):
        assert run("init", tmp_path / "other", "--organisation", "Other Ltd").code == 0
        other = tmp_path / "other" / ".govtrack" / "trail" / "checkpoint"

        result = cosign(checkpoint, "--since", other)

        assert (result.code, result.out) == (2, "")
        assert "--since: is of another trail, other-ltd.internal/govtrack/" in result.err

    def test_two_roots_of_one_size_are_refused(self, cosign, checkpoint, tmp_path):
        lines = checkpoint.read_text("utf-8").split("\n")
        lines[2] = note.encoded(tree.leaf_hash(b"something else"))
        (tmp_path / "older").write_text("\n".join(lines[:3]) + "\n", encoding="utf-8")

        result = cosign(checkpoint, "--since", tmp_path / "older")

        assert result.code == 1
        assert "these are two histories of one trail" in result.err

    def test_a_proof_that_leads_elsewhere_is_refused(
        self, run, cosign, checkpoint, workspace, tmp_path
    ):
        grown(run, 3)
        (tmp_path / "proof").write_text(proven(workspace, 3))
        newer = workspace / ".govtrack" / "trail" / "checkpoint"

        given = ("--since", checkpoint, "--consistency", tmp_path / "proof")
        result = cosign(newer, *given)

        assert (result.code, result.out) == (1, "")
        assert f"{tmp_path / 'proof'}, --consistency: " in result.err
        alone = cosign(newer, "--consistency", tmp_path / "proof")
        assert "--consistency: goes with --since" in alone.err

    @pytest.mark.parametrize("name", ["", "two words", "a+b"])
    def test_a_name_that_cannot_be_one_is_refused(self, cosign, checkpoint, name):
        result = cosign(checkpoint, name=name)

        assert result.code == 2
        assert "--name: has a signer's name that is empty, or has a space or a plus" in result.err

    def test_a_trail_cannot_be_its_own_witness(self, cosign, checkpoint, tmp_path):
        origin = checkpoint.read_text("utf-8").partition("\n")[0]
        shutil.copy(keys.path_of(origin), tmp_path / "own.pem")

        for result in (cosign(checkpoint, key="own.pem"), cosign(checkpoint, name=origin)):
            assert result.code == 2
            assert "a trail cannot be its own witness" in result.err

    def test_a_key_under_a_passphrase_takes_it_from_a_descriptor(
        self, cosign, checkpoint, tmp_path
    ):
        key_at(tmp_path / "sealed.pem", passphrase=b"open it")
        (tmp_path / "passphrase").write_text("open it\n")
        (tmp_path / "wrong").write_text("open\n")

        def with_passphrase(name):
            with (tmp_path / name).open("rb") as file:
                given = ("--passphrase-fd", os.dup(file.fileno()))
                return cosign(checkpoint, *given, key="sealed.pem")

        assert with_passphrase("passphrase").code == 0
        wrong = with_passphrase("wrong")
        assert (wrong.code, wrong.out) == (1, "")
        assert "is not opened by this passphrase" in wrong.err
        none = cosign(checkpoint, key="sealed.pem")
        assert "is under a passphrase, and none was given" in none.err

    def test_a_key_that_others_can_read_is_not_used(self, cosign, checkpoint, tmp_path):
        (tmp_path / "auditor.pem").chmod(0o644)

        result = cosign(checkpoint)

        assert (result.code, result.out) == (1, "")
        assert "others may read this signing key" in result.err


def test_a_witness_s_key_made_by_the_command_cosigns_and_is_accepted(
    run, checkpoint, workspace, tmp_path
):
    own, back = tmp_path / "own.pem", tmp_path / "back.cosig"
    assert run("trail", "key", "new", "--witness", NAME, "-o", own).code == 0

    cosigned = run("trail", "cosign", checkpoint, "--key-file", own, "--name", NAME, "-o", back)
    accepted = run("trail", "accept", back, "--witness", own.with_suffix(".vkey"))

    assert (cosigned.code, accepted.code) == (0, 0), cosigned.err + accepted.err
    assert own.with_suffix(".vkey").read_text().strip() in cosigned.err
    assert [size for size, _, _ in kept(workspace)] == [2]


class TestAccept:
    @pytest.fixture
    def line(self, cosign, checkpoint, tmp_path):
        """The file that the witness sent back."""
        path = tmp_path / "checkpoint.cosig"
        assert cosign(checkpoint, "-o", path).code == 0
        return path

    def checked(self, workspace, *witnesses):
        path = workspaces.read(workspace).database_path
        with closing(database.opened(path, "ro")) as connection:
            trusted = [note.parsed_vkey(one) for one in witnesses]
            return witness_checks.check(connection, trusted)

    def test_it_is_kept_and_the_witness_trusted_from_then_on(self, run, workspace, line, vkey):
        result = run("trail", "accept", line, "--witness", vkey)

        assert result.code == 0, result.err
        assert result.out.startswith("Kept the cosignature of size 2 by audit.example.org, 20")
        assert kept(workspace) == [(2, vkey, line.read_text("utf-8"))]
        (layer,) = self.checked(workspace, vkey).layers
        assert (layer.level, layer.size) == ("witnessed", 2)
        again = run("trail", "accept", line)
        assert again.code == 0
        assert again.out.startswith("Kept already: the cosignature of size 2")

    def test_the_witness_s_key_may_be_in_a_file_and_the_line_in_a_letter(
        self, run, workspace, line, vkey, tmp_path
    ):
        (tmp_path / "audit.vkey").write_text(f"{vkey}\n")
        letter = tmp_path / "letter.txt"
        letter.write_bytes(b"Dear Ada,\r\n\r\n" + line.read_bytes().replace(b"\n", b"\r\n"))

        found = answer(
            run("trail", "accept", letter, "--witness", tmp_path / "audit.vkey", "--json")
        )

        (one,) = found["cosignatures"]
        assert (one["size"], one["witness"], one["new"]) == (2, vkey, True)
        assert len(kept(workspace)) == 1

    def test_it_is_found_under_an_older_checkpoint(self, run, workspace, line, vkey):
        grown(run, 3)

        assert run("trail", "accept", line, "--witness", vkey).code == 0
        assert kept(workspace)[0][0] == 2

    def test_a_witness_nobody_named_is_refused(self, run, workspace, line):
        result = run("trail", "accept", line)

        assert result.code == 1
        assert (
            "no signature there is by a witness that is known here (there are: audit" in result.err
        )
        assert kept(workspace) == []

    def test_a_cosignature_of_another_trail_is_refused(
        self, run, cosign, workspace, vkey, tmp_path
    ):
        assert run("init", tmp_path / "other", "--organisation", "Other Ltd").code == 0
        other = tmp_path / "other" / ".govtrack" / "trail" / "checkpoint"
        assert cosign(other, "-o", tmp_path / "other.cosig").code == 0

        result = run("trail", "accept", tmp_path / "other.cosig", "--witness", vkey)

        assert result.code == 1
        assert "by audit.example.org holds for no checkpoint of this trail" in result.err
        assert kept(workspace) == []
        assert not any("witnesses" in str(path) for path in memory.state_home().rglob("*"))

    def test_of_two_lines_one_that_does_not_hold_lets_neither_in(
        self, run, workspace, line, vkey, tmp_path
    ):
        other = key_at(tmp_path / "other.pem", "other.example.org")
        made = note.Signature("other.example.org", note.parsed_vkey(other).key_id, bytes(72))
        line.write_text(line.read_text("utf-8") + made.line(), encoding="utf-8")

        result = run("trail", "accept", line, "--witness", vkey, "--witness", other)

        assert result.code == 1
        assert kept(workspace) == []

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ("nowhere.vkey", "nowhere.vkey, --witness: cannot be read: No such file"),
            ("a+b+c", "--witness: has a key id that is not 8 digits of lower-case hex"),
        ],
    )
    def test_a_witness_that_is_no_key_is_refused(self, run, line, given, said):
        result = run("trail", "accept", line, "--witness", given)

        assert result.code == 2
        assert said in result.err

    def test_a_key_that_signs_no_cosignatures_is_refused(self, run, line):
        log = note.vkey(NAME, signing.public_of(signing.new_key()))

        result = run("trail", "accept", line, "--witness", log)

        assert result.code == 2
        assert (
            "--witness: is a key for another use: Ed25519, expected Ed25519 cosignature"
            in result.err
        )

    def test_an_older_copy_of_the_store_takes_none(self, run, workspace, line, vkey):
        database = workspace / ".govtrack" / "register.db"
        older = database.read_bytes()
        grown(run)
        database.write_bytes(older)

        result = run("trail", "accept", line, "--witness", vkey)

        assert result.code == 1
        assert "is behind the checkpoint of size 3" in result.err
        assert kept(workspace) == []

    def test_where_the_witness_cannot_be_remembered_nothing_is_kept(
        self, run, workspace, line, vkey, monkeypatch
    ):
        def refused(*_):
            raise PermissionError(13, "Permission denied", "witnesses")

        monkeypatch.setattr(memory, "trust_witness", refused)

        result = run("trail", "accept", line, "--witness", vkey)

        assert result.code == 1
        assert "witnesses: Permission denied; nothing was recorded" in result.err
        assert kept(workspace) == []

    @pytest.mark.usefixtures("workspace")
    def test_a_file_without_a_signature_is_refused(self, run, vkey, tmp_path):
        (tmp_path / "file").write_text("Dear Ada\n")

        result = run("trail", "accept", tmp_path / "file", "--witness", vkey)

        assert result.code == 2
        assert f"{tmp_path / 'file'}: has no signature line in it" in result.err
