"""What govtrack writes is verified by openssl, and by Go's own transparency log packages."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from govtrack.trail import checkpoint, cosignature, entry, note, proof, signing, tree

HERE = Path(__file__).parent
ORIGIN = "example.org/govtrack/0a1b2c3d"
TITLES = [
    "vv report",
    "Bewertung März",
    "a\u2028b",
    "\u202egpj.exe",
    "=cmd",
    "",
    "😀",
    "\\n\x7f",
    "%s",
]
SIZE = 21
ENVIRONMENT = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}


def entries():
    for seq in range(SIZE):
        after = {"title": TITLES[seq % len(TITLES)], "size": seq, "expires": None}
        yield entry.written(
            entry.Change("evidence.added", "evidence", f"EV-2026-{seq:04}", 1, after),
            trail=ORIGIN,
            seq=seq,
            at=f"2026-11-24T00:00:{seq:02}.000000Z",
            actor="ada@example.org",
            reason=None,
        )


def write(folder):
    """A trail of a fresh key: entries, a checkpoint a size, a proof for each entry and pair."""
    signer = signing.Signer(ORIGIN, signing.new_key())
    witness = signing.new_key()
    written = list(entries())
    leaves = [tree.leaf_hash(one) for one in written]
    levels = proof.Levels(b"".join(leaves))
    for name in ("checkpoints", "cosignatures", "proofs", "consistency"):
        (folder / name).mkdir()
    (folder / "entries.ndjson").write_bytes(b"".join(one + b"\n" for one in written))
    (folder / "leaf-hashes.txt").write_text("".join(f"{one.hex()}\n" for one in leaves))
    (folder / "vkey.txt").write_text(f"{note.vkey(ORIGIN, signer.public)}\n")
    (folder / "log.pub.pem").write_bytes(signing.public_pem(signer.public))
    (folder / "witness.pub.pem").write_bytes(signing.public_pem(signing.public_of(witness)))
    signed = {}
    for size in range(SIZE + 1):
        body = checkpoint.Checkpoint(ORIGIN, size, levels.root(size)).body()
        line = cosignature.cosigned(body, "witness.example/w1", witness, 1790000000 + size)
        signed[size] = note.Note(body, (signer.sign(body),)).written()
        # a cosigned checkpoint is one with another line under it
        (folder / "checkpoints" / str(size)).write_bytes(
            signed[size] + (line.line().encode() if size % 2 else b"")
        )
        (folder / "cosignatures" / str(size)).write_text(line.line())
    for seq in range(SIZE):
        (folder / "proofs" / f"{seq}.tlog-proof").write_bytes(
            proof.proof_text(seq, levels.inclusion(seq, SIZE), signed[SIZE])
        )
    for new in range(1, SIZE + 1):
        for old in range(1, new + 1):
            (folder / "consistency" / f"{old}-{new}.txt").write_text(
                proof.consistency_text(levels.consistency(old, new))
            )
    return folder


def checked(folder, part, environment=None):
    done = subprocess.run(
        ["sh", HERE / "check.sh", folder, part],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    return done.returncode, done.stdout, done.stderr


def broken(file, at=None):
    """Change one character of a file for another one of base64."""
    data = bytearray(file.read_bytes())
    at = data.rindex(b"=") - 9 if at is None else at
    data[at] = ord("A") if data[at] != ord("A") else ord("B")
    file.write_bytes(data)


needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")


@needs_openssl
def test_openssl_verifies_signatures_and_cosignatures(tmp_path):
    code, said, wrong = checked(write(tmp_path), "openssl")

    assert (code, wrong) == (0, "")
    assert said.splitlines() == [
        f"openssl: {SIZE + 1} checkpoint signatures OK",
        f"openssl: {SIZE + 1} cosignatures OK",
        f"sha256sum: {SIZE} leaf hashes OK",
    ]


@needs_openssl
@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("checkpoints/6", "signature"),
        ("cosignatures/6", "cosignature"),
        ("entries.ndjson", "leaf-hashes.txt"),
    ],
)
def test_openssl_refuses_what_was_changed(tmp_path, file, why):
    broken(write(tmp_path) / file)

    code, _, said = checked(tmp_path, "openssl")

    assert code == 1
    assert why in said


@pytest.fixture(scope="session")
def go_environment(tmp_path_factory):
    """Where Go finds its packages, and keeps what it compiled for all of these tests."""
    if not shutil.which("go"):
        pytest.skip("needs go")
    environment = {**ENVIRONMENT, "GOCACHE": str(tmp_path_factory.mktemp("go"))}
    found = subprocess.run(
        ["go", "list", "golang.org/x/mod/sumdb/note", "golang.org/x/mod/sumdb/tlog"],
        capture_output=True,
        check=False,
        env=environment,
    )
    if found.returncode:
        pytest.skip("needs golang.org/x/mod (Debian: golang-golang-x-mod-dev)")
    return environment


@pytest.fixture(scope="session")
def trailcheck(go_environment):
    """The Go program, compiled once."""
    program = Path(go_environment["GOCACHE"]) / "trailcheck"
    subprocess.run(
        ["go", "build", "-o", program, HERE / "trailcheck.go"], check=True, env=go_environment
    )
    return program


def gone(program, folder):
    done = subprocess.run([program, folder], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_go_verifies_signatures_roots_and_proofs(go_environment, tmp_path):
    code, said, wrong = checked(write(tmp_path), "go", go_environment)

    assert (code, wrong) == (0, "")
    assert said.splitlines() == [
        f"go: {SIZE + 1} checkpoints, signatures and roots OK",
        f"go: {SIZE} inclusion proofs OK",
        f"go: {SIZE * (SIZE + 1) // 2} consistency proofs OK",
    ]


@pytest.mark.parametrize(
    ("file", "at", "why"),
    [
        ("checkpoints/6", None, "cannot verify|invalid signature"),
        ("entries.ndjson", 40, "its root is not that of the entries"),
        ("proofs/4.tlog-proof", 50, "inclusion proofs"),
        ("consistency/4-9.txt", 5, "consistency proofs"),
        ("vkey.txt", -10, "vkey.txt"),
    ],
)
def test_go_refuses_what_was_changed(trailcheck, tmp_path, file, at, why):
    broken(write(tmp_path) / file, at)

    code, _, said = gone(trailcheck, tmp_path)

    assert code == 1
    assert any(one in said for one in why.split("|")), said


@pytest.fixture
def handed_over(run, workspace, _own_home, tmp_path):
    """What the commands give of a register with a few entries, as files of the same form."""
    folder = tmp_path / "handed-over"
    for name in ("checkpoints", "cosignatures", "proofs", "consistency"):
        (folder / name).mkdir(parents=True)
    older = (workspace / ".govtrack" / "trail" / "checkpoint").read_bytes()
    for name in ("a", "b\u2028", "c"):
        (workspace / name).write_text(name)
        assert run("add-evidence", name, "--kind", "vv-report", "--title", name).code == 0
    with closing(sqlite3.connect(workspace / ".govtrack" / "register.db")) as connection:
        written = [data for (data,) in connection.execute("SELECT bytes FROM entry ORDER BY seq")]
        signed = dict(connection.execute("SELECT size, note FROM checkpoint").fetchall())
    (vkey,) = (_own_home / "xdg_config_home").rglob("*.vkey")
    witness = signing.new_key()
    (folder / "vkey.txt").write_bytes(vkey.read_bytes())
    (folder / "log.pub.pem").write_bytes(
        signing.public_pem(note.parsed_vkey(vkey.read_text()).public)
    )
    (folder / "witness.pub.pem").write_bytes(signing.public_pem(signing.public_of(witness)))
    (folder / "entries.ndjson").write_bytes(b"".join(one + b"\n" for one in written))
    (folder / "leaf-hashes.txt").write_text(
        "".join(f"{tree.leaf_hash(one).hex()}\n" for one in written)
    )
    for size, data in signed.items():
        (folder / "checkpoints" / str(size)).write_bytes(data)
        body = checkpoint.read(data)[0].body()
        line = cosignature.cosigned(body, "witness.example/w1", witness, 1790000000)
        (folder / "cosignatures" / str(size)).write_text(line.line())
    for number in range(len(written)):
        file = folder / "proofs" / f"{number}.tlog-proof"
        assert run("trail", "prove", number, "-o", file).code == 0
    (workspace / "older").write_bytes(older)
    file = folder / "consistency" / f"{checkpoint.stated(older).size}-{len(written)}.txt"
    assert run("trail", "consistency", "--from", "older", "-o", file).code == 0
    return folder


@needs_openssl
def test_openssl_verifies_what_the_commands_hand_over(handed_over):
    code, said, wrong = checked(handed_over, "openssl")

    assert (code, wrong) == (0, "")
    assert said.splitlines()[0] == "openssl: 4 checkpoint signatures OK"


def test_go_verifies_what_the_commands_hand_over(trailcheck, handed_over):
    code, said, wrong = gone(trailcheck, handed_over)

    assert (code, wrong) == (0, "")
    assert said.splitlines() == [
        "go: 4 checkpoints, signatures and roots OK",
        "go: 5 inclusion proofs OK",
        "go: 1 consistency proofs OK",
    ]
