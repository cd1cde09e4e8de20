"""Every command of VERIFY.md, run by bash in a sound pack and in changed ones."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from govtrack import shipped
from govtrack.trail import note, proof, signing, timestamp, tree

HERE = Path(__file__).parent
GUIDE = (shipped.folder("templates") / "audit-pack/VERIFY.md").read_text()
HELD = "Signature Verified Successfully"
REFUSED = "Signature Verification Failure"
pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")


def module(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


h, attacks = module("handmade"), module("attack_table")
FIRST, SECOND = h.key("first"), h.key("second")


def blocks():
    """The commands by section, but those for macOS and Windows, which are under their names."""
    found, section, before = {}, "0", ""
    for part in re.split(r"\n\n(?=\S)|\n(?=## )|\n\n(?=    )", GUIDE):
        if heading := re.match(r"## (\d)\.", part):
            section = heading[1]
        if part.startswith("    "):
            lines = [line.removeprefix("    ") for line in part.split("\n")]
            if not before.rstrip().endswith(("macOS:", "(PowerShell):")):
                found.setdefault(section, []).append("\n".join(lines))
        before = part
    return found


BLOCKS = blocks()


def bash(pack, section, number=0, **variables):
    ran = subprocess.run(
        ["bash", "-c", BLOCKS[section][number]],
        cwd=pack,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "T": str(pack.parent), **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return (ran.stdout + ran.stderr).strip()


@pytest.fixture
def pack(tmp_path):
    """A pack with a rotation, a cosignature, an older size; the second key signs."""
    trail = attacks.rich(h)
    (tmp_path / "noted.vkey").write_text(h.vkey(SECOND) + "\n")
    (tmp_path / "witness.vkey").write_text(h.vkey(h.key("witness"), h.WITNESS, 4) + "\n")
    return trail.pack(tmp_path / "pack", consistency=(4,), keys=[SECOND, FIRST])


@pytest.fixture(params=["all entries shown", "some entries shown"])
def either(request, tmp_path):
    shown = None if request.param == "all entries shown" else [0, 1, 2, 4, 5, 7]
    return attacks.rich(h).pack(tmp_path / "pack", shown=shown, consistency=(4,))


def test_every_section_has_its_commands():
    assert {key: len(found) for key, found in BLOCKS.items()} == {
        "0": 1, "1": 2, "2": 1, "3": 1, "4": 2, "5": 3, "6": 1, "7": 2, "8": 1, "9": 2,
    }  # fmt: skip
    assert bash(Path("/"), "0") == ""


def test_the_manifests_and_files_in_no_list(pack):
    assert [bash(pack, "1", n) for n in (0, 1)] == ["", ""]

    (artefact,) = (pack / "data/evidence").glob("EV-2026-0001*")
    artefact.write_text("better\n")
    (pack / "data/more.txt").write_text("")

    assert f"{artefact.relative_to(pack)}: FAILED" in bash(pack, "1")
    assert bash(pack, "1", 1) == "data/more.txt"


def test_the_one_digest_and_those_of_artefacts(pack):
    listed = (pack / "manifest-sha256.txt").read_text()

    assert bash(pack, "2").endswith("  tagmanifest-sha256.txt")
    for line in bash(pack, "3").split("\n"):
        assert line in listed


def test_the_key_that_was_noted_and_its_signature(pack):
    noted, own = bash(pack, "4", VKEY="../noted.vkey").split("\n")
    assert noted == own
    print_of = note.fingerprint(note.parsed_vkey(h.vkey(SECOND))).removeprefix("SHA256:")
    assert note.encoded(bytes.fromhex(noted.split()[0])).rstrip("=") == print_of
    assert bash(pack, "4", 1) == HELD

    (pack / "data/trail/log.pub.pem").write_bytes(
        signing.public_pem(signing.public_of(h.key("stranger")))
    )
    noted, own = bash(pack, "4", VKEY="../noted.vkey").split("\n")
    assert noted != own
    assert REFUSED in bash(pack, "4", 1)


def test_a_changed_checkpoint_is_not_signed(pack):
    path = pack / "data/trail/checkpoint"
    path.write_bytes(path.read_bytes().replace(b"\n9\n", b"\n8\n", 1))

    assert REFUSED in bash(pack, "4", 1)


def test_the_first_leaf_and_the_root(either):
    said = (either / "data/trail/statement.txt").read_text().split("\n")
    assert f"first-leaf {bash(either, '5').split()[0]}" == said[3]
    assert bash(either, "5", 1).split() == said[1:3]
    assert bash(either, "5", 2).split("\n") == said[:3] * 2

    path = either / "data/trail/entries.ndjson"
    path.write_bytes(path.read_bytes().replace(b"ada@", b"eva@", 1))
    told = bash(either, "5", 1)
    assert told.split() != said[1:3]
    assert ("LEAF DIFFERS" in told) == (either / "data/trail/leaf-hashes.txt").exists()


def test_last_years_root(either):
    kept = attacks.rich(h).checkpoints[4].decode().split("\n")

    assert bash(either, "6").split() == kept[1:3]


def test_one_artefact_is_in_the_trail(either):
    led, root, *files = bash(either, "7").split("\n")
    (artefact,) = (either / "data/evidence").glob("EV-2026-0001*")
    digest = bash(either, "3").split("\n")[0].split()[0]

    assert artefact.name in bash(either, "3").split("\n")[0]
    if (either / "data/trail/leaf-hashes.txt").exists():
        assert led == root
    assert (led, files) == (root, [f'"sha256":"{digest}"'])
    assert '"id":"EV-2026-0001"' in bash(either, "7", 1)


def test_every_proof_leads_to_the_root_and_a_changed_one_does_not(pack):
    every = BLOCKS["7"][0].replace("| head -n 1)", ")")
    ran = subprocess.run(
        ["bash", "-c", every], cwd=pack, capture_output=True, text=True, check=True
    ).stdout.split("\n")  # fmt: skip
    roots = [line for line in ran if line and not line.startswith('"')]
    assert len(roots) == 6
    assert len(set(roots)) == 1

    path = pack / "data/trail/proofs/EV-2026-0001.tlog-proof"
    found = proof.read_proof(path.read_bytes())
    path.write_bytes(proof.proof_text(found.entry, [tree.EMPTY, *found.path[1:]], found.checkpoint))
    led, root, *_ = bash(pack, "7").split("\n")
    assert led != root


def test_who_signed_each_checkpoint_when_the_key_was_replaced(pack):
    told = bash(pack, "8").split("\n")

    assert told[0] == bash(pack, "4", VKEY="../noted.vkey").split("\n")[0]
    assert sorted(line.replace(f"{pack.parent}/", "") for line in told[2:]) == [
        "data/trail/checkpoint: signed by key-1.pem",
        "data/trail/checkpoints/4: signed by key-2.pem",
        "data/trail/checkpoints/5: signed by key-1.pem",
        "data/trail/checkpoints/5: signed by key-2.pem",
    ]


def test_a_cosignature(pack):
    told = bash(pack, "9", 1, WITNESS="../witness.vkey").split("\n")
    assert told == [f"data/trail/checkpoints/4.cosig: time {h.DAY} seconds since 1970", HELD]

    path = pack / "data/trail/checkpoints/4"
    path.write_bytes(path.read_bytes().replace(b"\n4\n", b"\n3\n", 1))
    assert REFUSED in bash(pack, "9", 1, WITNESS="../witness.vkey")


def test_a_time_stamp(pack, tmp_path, authorities):
    assert bash(pack, "9") == ""
    authority = authorities.Authority(tmp_path / "tsa")
    for name in ("checkpoint", "checkpoints/4"):
        data = (pack / "data/trail" / name).read_bytes()
        reply = authority.reply(timestamp.request(data).data)
        (pack / f"data/trail/{name}.throw-away.tsr").write_bytes(reply)

    told = bash(pack, "9", TSA_ROOT=str(authority.root))
    assert told.count("Verification: OK") == 2
    assert told.count("Time stamp: ") == 2

    path = pack / "data/trail/checkpoints/4"
    path.write_bytes(path.read_bytes() + b"x")
    assert bash(pack, "9", TSA_ROOT=str(authority.root)).count("Verification: OK") == 1
