"""What docs/trail.md says can be done with stock tools can be done, and gives the same."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from govtrack.register import journal, objects, verification
from govtrack.trail import (
    checkpoint,
    cosignature,
    entry,
    keyring,
    note,
    proof,
    sealed_key,
    signing,
)
from govtrack.trail.reach import LEVELS

TEXT = (Path(__file__).parents[2] / "docs" / "trail.md").read_text(encoding="utf-8")
VECTORS = Path(__file__).parents[1] / "data" / "trail_vectors" / "vectors"


def blocks(language, heading):
    """The blocks of a language in the section under a heading, with those of its subsections."""
    section = re.search(
        rf"^(#+) {re.escape(heading)}$(.*?)(?=^##? |\Z)", TEXT, re.MULTILINE | re.DOTALL
    )
    return re.findall(rf"^```{language}\n(.*?)^```", section[2], re.MULTILINE | re.DOTALL)


SHELL = blocks("sh", "Checking with stock tools")
(PYTHON,) = blocks("python", "Checking with stock tools")


@pytest.fixture
def exported(run, workspace):
    """A workspace with a few entries, and those as lines beside it."""
    for name in ("a", "b", "c"):
        (workspace / name).write_text(f"artefact {name}\u2028\n")
        done = run("add-evidence", name, "--kind", "vv-report", "--title", f"{name}\u2028{name}")
        assert done.code == 0, done.err
    with closing(sqlite3.connect(workspace / ".govtrack" / "register.db")) as connection:
        entries = [data for (data,) in connection.execute("SELECT bytes FROM entry ORDER BY seq")]
    (workspace / "entries.ndjson").write_bytes(b"".join(data + b"\n" for data in entries))
    return workspace


def shell(command, folder):
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_root_computed_as_it_says_is_the_one_verify_prints(run, exported):
    answer = run("verify", "--json").json()

    for size in ([], ["1"], ["3"]):
        printed = subprocess.run(
            [sys.executable, "-c", PYTHON, *size], cwd=exported, capture_output=True, check=True
        )
        number, root = printed.stdout.split()
        if not size:
            assert int(number) == answer["entries"]
            assert bytes.fromhex(root.decode()) == base64.b64decode(answer["root"])
        assert len(root) == 64


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="needs the sqlite3 shell")
def test_the_entries_read_with_sqlite_are_the_bytes_that_are_kept(exported):
    expected = (exported / "entries.ndjson").read_bytes()

    shell(SHELL[0], exported)

    assert (exported / "entries.ndjson").read_bytes() == expected


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
@pytest.mark.skipif(not shutil.which("sqlite3"), reason="needs the sqlite3 shell")
def test_the_leaf_hash_of_stock_tools_is_the_one_that_is_kept(exported):
    lines = shell(SHELL[1], exported).splitlines()

    assert len({re.search(r"[0-9a-f]{64}", line)[0] for line in lines}) == 1
    assert len(lines) == 3


def test_the_objects_are_checked_by_their_names_alone(exported):
    assert shell(SHELL[2], exported) == ""


def test_every_member_of_an_entry_is_described(exported):
    table = TEXT.partition("## An entry")[2].partition("###")[0]
    described = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)

    assert described == list(entry.FIELDS)
    for line in (exported / "entries.ndjson").read_bytes().split(b"\n")[:-1]:
        assert json.loads(line).keys() == set(described)


def test_every_code_of_a_finding_is_described():
    folder = Path(verification.__file__).parent
    checks, keyring_file = sorted(folder.glob("*_checks.py")), Path(keyring.__file__)
    sources = [
        path.read_text(encoding="utf-8")
        for path in (folder / "findings.py", folder / "verification.py", keyring_file, *checks)
    ]
    codes = {
        code
        for source in sources
        for code in re.findall(
            r'(?:Finding\(\s*\w+, |Doubt\(\s*|_find\(|return |yield |(?i:code) = )"([a-z-]+)"'
            r'|else "([a-z-]+)"',
            source,
        )
        for code in code
        if code
    }

    assert {"gap", "row", "object-hash", "damaged", "unreadable", "checkpoint", "unsigned"} <= codes
    assert {"memory", "since", "signature", "stranger", "key-chain", "timestamp"} <= codes
    assert sorted(code for code in codes if f"`{code}`" not in TEXT) == []


def test_the_numbers_and_levels_it_names_are_those_of_the_code():
    from govtrack.register import database  # noqa: PLC0415

    assert f"0x{database.APPLICATION_ID:08x}" in TEXT
    assert f"wait of {database.BUSY_SECONDS} seconds" in TEXT
    reach = TEXT.partition("## How far the claim reaches")[2].partition("###")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", reach, re.MULTILINE)) == LEVELS
    assert objects.ATTEMPTS == 3
    assert "three times in all" in TEXT
    assert journal.APPEND_ONLY
    for setting in database.WRITING:
        name = setting.removeprefix("PRAGMA ").partition(" ")[0]
        assert name in TEXT, setting


def test_it_claims_no_more_than_there_is():
    for word in ("immutable", "tamper-proof", "authentic"):
        assert word not in TEXT.casefold()


CHECKPOINT, VKEY, LOG_KEY = *blocks("text", "A checkpoint"), *blocks("sh", "A checkpoint")
PROOF, CONSISTENCY = blocks("text", "Proofs")
(CHECKS,) = blocks("python", "Proofs")
COSIGNED, WITNESS, COSIGNATURE = blocks("text", "A cosignature")
WITNESS_KEY = ed25519.Ed25519PrivateKey.from_private_bytes(
    sha256(b"govtrack test witness, never use").digest()
)


def test_the_checkpoint_and_the_proofs_that_it_shows_are_the_golden_vectors():
    assert CHECKPOINT.encode() == (VECTORS / "000000000007.ckpt").read_bytes()
    assert (VECTORS / "vkey.txt").read_text() == VKEY
    assert PROOF.encode() == (VECTORS / "EV-0003.tlog-proof").read_bytes()
    pairs = json.loads((VECTORS / "consistency.json").read_text())
    (three_to_seven,) = (one for one in pairs if (one["old"], one["new"]) == (3, 7))
    assert CONSISTENCY.split() == three_to_seven["proof"]


def test_the_values_that_it_shows_are_those_of_the_code():
    key = note.parsed_vkey(VKEY)
    said, written, signers = signing.opened(CHECKPOINT.encode(), [key])

    assert (said.size, signers) == (7, (key,))
    assert written.written() == CHECKPOINT.encode()
    assert f"here `{note.fingerprint(key)}`" in TEXT
    assert key.key_id == sha256(key.name.encode() + b"\n\1" + key.public).digest()[:4]
    number, path, data = proof.read_proof(PROOF.encode())
    assert (number, data) == (2, CHECKPOINT.encode())
    assert proof.proof_text(number, path, data) == PROOF.encode()
    assert proof.consistency_text(proof.read_consistency(CONSISTENCY.encode())) == CONSISTENCY


def test_the_cosignature_that_it_shows_is_the_one_that_the_code_makes():
    said = checkpoint.stated(CHECKPOINT.encode())
    public = signing.public_of(WITNESS_KEY)
    at = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp())

    made = cosignature.cosigned(said.body(), "witness.example/w1", WITNESS_KEY, at)

    assert made.line() == COSIGNATURE
    assert note.vkey("witness.example/w1", public, note.COSIGNATURE) == WITNESS.strip()
    assert signing.cosigned_bytes(said.body(), at).decode() == COSIGNED
    read = note.signature(COSIGNATURE.rstrip("\n"))
    assert cosignature.time_of(note.parsed_vkey(WITNESS), said.body(), read) == at


def test_the_kinds_of_signatures_and_the_costs_it_names_are_those_of_the_code():
    table = TEXT.partition("### A key")[2].partition("## Proofs")[0]

    assert re.findall(r"^\| `(\d+)` \|", table, re.MULTILINE) == [
        str(one) for one in note.ALGORITHMS
    ]
    assert len(note._SMALL_ORDER) == 7
    assert "(seven values of its 255 bits)" in table.replace("\n", " ")
    assert (sealed_key.COST, sealed_key.BLOCK, sealed_key.PARALLEL) == (2**14, 8, 5)
    assert "cost 2^14, block 8, parallel 5" in table.replace("\n", " ")


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
def test_openssl_verifies_the_signature_and_the_cosignature_that_it_shows(tmp_path):
    (cosignature_check,) = blocks("sh", "A cosignature with openssl alone")
    (tmp_path / "checkpoint").write_text(CHECKPOINT)
    (tmp_path / "checkpoint.cosig").write_text(COSIGNATURE)
    (tmp_path / "audit.vkey").write_text(WITNESS)
    (tmp_path / "vkey.txt").write_text(f"{VKEY}an earlier one\n")

    assert "Verified Successfully" in shell(LOG_KEY, tmp_path)
    assert "Verified Successfully" in shell(cosignature_check, tmp_path)
    assert (tmp_path / "key.pem").read_bytes() == (VECTORS / "log.pub.pem").read_bytes()

    (tmp_path / "checkpoint").write_text(CHECKPOINT.replace("\n7\n", "\n8\n"))
    for command in (LOG_KEY, cosignature_check):
        done = subprocess.run(
            ["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert "Verified Successfully" not in done.stdout
        assert "Verification Failure" in done.stdout + done.stderr


def test_an_entry_is_checked_against_its_proof_as_it_says(tmp_path):
    (tmp_path / "check.py").write_text(CHECKS)
    entries = (VECTORS / "entries.ndjson").read_bytes().split(b"\n")[:-1]
    for number, data in enumerate(entries):
        (tmp_path / "entry").write_bytes(data)
        for other in range(len(entries)):
            printed = subprocess.run(
                [sys.executable, "check.py", VECTORS / f"EV-{other + 1:04}.tlog-proof", "entry"],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            assert printed.split()[0] == str(other == number)
        if number == 2:
            assert printed.split()[1:] == CHECKPOINT.split()[:3]


def test_the_checks_that_it_shows_judge_as_the_code_does():
    shown = {"__name__": "shown"}
    exec(compile(CHECKS, "docs/trail.md", "exec"), shown)  # noqa: S102  (our own page)
    leaves = [sha256(b"%d" % number).digest() for number in range(40)]
    levels = proof.Levels(b"".join(leaves))

    for new in range(1, len(leaves) + 1):
        root = levels.root(new)
        for old in range(new):
            path = levels.inclusion(old, new)
            assert shown["included"](old, new, leaves[old], path) == root
            assert shown["included"](old, new, leaves[old - 1], path) != root
            if old:
                path, older = levels.consistency(old, new), levels.root(old)
                assert shown["consistent"](old, new, older, root, path)
                assert not shown["consistent"](old, new, root, older, path)
                assert not shown["consistent"](old, new, older, root, [*path[:-1], leaves[0]])
                assert not shown["consistent"](old, new, older, root, [*path, leaves[0]])
