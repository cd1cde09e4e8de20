"""Every block of VERIFY.md, run by bash as it stands in a sound pack and in changed ones."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from govtrack import shipped
from govtrack.trail import checkpoint, note, proof, timestamp, tree

HERE = Path(__file__).parent
GUIDE = (shipped.folder("templates") / "audit-pack/VERIFY.md").read_text()
MAC = "shasum -a 256"
pytestmark = pytest.mark.skipif(
    shutil.which("bash") is None or shutil.which("openssl") is None, reason="no bash, or no openssl"
)


def module(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


h, attacks = module("handmade"), module("attack_table")
FIRST, SECOND = h.key("first"), h.key("second")
WITNESS = h.vkey(h.key("witness"), h.WITNESS, note.COSIGNATURE)
TABLE = {name: change for name, change, _ in attacks.table(h)}
NOT_NEEDED = {  # the guide reckons each root anew, and needs no proof of consistency
    "a consistency proof with another hash in it",
    "an empty consistency proof",
}
PRINTS = {note.fingerprint(note.parsed_vkey(h.vkey(one))) for one in (FIRST, SECOND)}


class Said(NamedTuple):
    status: int
    words: str


def blocks():
    """The blocks of bash by section, "0" being what stands before section 1."""
    found, section = {}, "0"
    for heading, block in re.findall(
        r"^## (?:(\d)\.)?|^```bash\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL
    ):
        if not block:
            section = heading or "0"
        else:
            found.setdefault(section, []).append(block)
    return found


BLOCKS = blocks()
EVERY = [(one, n) for one in BLOCKS for n in range(len(BLOCKS[one])) if one != "0"]
ALL = [(one, n) for one, n in EVERY if MAC not in BLOCKS[one][n]]


def bash(pack, script, env=None):
    ran = subprocess.run(
        ["bash"], input=script, cwd=pack, capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"} | (env or {}),
    )  # fmt: skip
    return Said(ran.returncode, (ran.stdout + ran.stderr).strip())


def begun(typed):
    """Both blocks at the beginning, with what an auditor types into the first."""
    first, shared = BLOCKS["0"]
    for name, value in typed.items():
        assert f"export {name}=''" in first or f" {name}=''" in first
        first = first.replace(f"{name}=''", f"{name}='{value}'", 1)
    return first + shared


def run(pack, section, number=0, **typed):
    return bash(pack, begun(typed) + BLOCKS[section][number])


def held(size=4):
    """What the auditor has from outside: the first key, last year's size and root, a witness."""
    kept = checkpoint.stated(attacks.rich(h).checkpoints[size])
    return {"KEY": h.vkey(FIRST), "OLD": size, "ROOT": note.encoded(kept.root), "WITNESS": WITNESS}


def all_of_it(pack, but="", **typed):
    """All blocks, one after the other, until one says that something is wrong."""
    parts = [f"{{ {BLOCKS[one][n]}}} || exit 1" for one, n in ALL if one != but]
    return bash(pack, "\n".join([begun(typed), *parts]))


@pytest.fixture
def pack(tmp_path):
    """A pack with a rotation, a cosignature and an older size; its delivery is proven."""
    trail = attacks.rich(h)
    folder = trail.pack(tmp_path / "pack", consistency=(4,))
    trail.deliver(folder)
    return folder


@pytest.fixture(params=["all entries shown", "some entries shown"])
def either(request, tmp_path):
    shown = None if request.param == "all entries shown" else [0, 1, 2, 3, 4, 5, 7]
    trail = attacks.rich(h)
    folder = trail.pack(tmp_path / "pack", shown=shown, consistency=(4,))
    trail.deliver(folder)
    return folder


def test_every_section_has_its_blocks_and_none_is_indented():
    assert {key: len(found) for key, found in BLOCKS.items()} == {
        "0": 2, "1": 3, "2": 1, "3": 2, "4": 1, "5": 1, "6": 1, "7": 1, "8": 1, "9": 2,
    }  # fmt: skip
    assert not re.search(
        r"^    ", re.sub(r"^```.*?^```$", "", GUIDE, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )


def test_words_that_an_auditor_need_not_know_stand_at_the_top():
    words = GUIDE.split("## Before you begin")[0]
    for word in ("trail", "origin", "root", "leaf", "checkpoint", "vkey", "fingerprint",
                 "passed on to", "continuity", "stranger", "manifest", "tagmanifest"):  # fmt: skip
        assert f"**{word}" in words.lower()
    assert "Payload-Oxum" in words


def test_a_sound_pack_is_well_in_every_section(either):
    said = all_of_it(either, **held())

    assert said.status == 0, said.words
    assert "ALARM" not in said.words
    assert "NOT CHECKED" not in said.words
    assert said.words.count("well: ") == 7


@pytest.mark.parametrize(("section", "number"), EVERY)
def test_a_block_that_is_well_says_one_line_at_most(section, number, pack):
    if MAC in BLOCKS[section][number] and shutil.which("shasum") is None:
        pytest.skip("no shasum")

    said = run(pack, section, number, **held())

    assert said.status == 0, said.words
    assert said.words.count("\n") == 0


@pytest.mark.parametrize("name", sorted(TABLE.keys() - NOT_NEEDED))
def test_an_attack_is_an_alarm(name, pack):
    delivery = "delivery" in name
    pack.with_name("pack.issued.tlog-proof").unlink()  # it would give away every change
    TABLE[name](pack)

    said = all_of_it(pack, "" if delivery else "8", **held())

    assert said.status == 1, said.words
    assert re.search("ALARM|FAILED|NOT CHECKED|No such file", said.words)


@pytest.mark.parametrize(("name", "change", "_"), list(attacks.harmless(h)))
def test_what_a_computer_leaves_in_a_folder_is_no_alarm(name, change, _, pack):
    change(pack)

    assert all_of_it(pack, **held()).status == 0, name


def test_what_was_not_typed_is_not_checked_and_said_not_to_be(pack):
    for section, word in (("4", "KEY"), ("5", "OLD"), ("8", "KEY"), ("9", "WITNESS")):
        said = run(pack, section, len(BLOCKS[section]) - 1)
        assert said.status == 1
        assert "NOT CHECKED" in said.words
        assert word in said.words
    assert "which signed it" in run(pack, "4").words


@pytest.mark.parametrize("typed", ["notebook.txt", "SHA256:abc", h.vkey(FIRST)[:-4] + "AAAA"])
def test_what_is_no_key_is_an_alarm_and_no_fingerprint(typed, pack):
    said = run(pack, "4", KEY=typed)

    assert said.status == 1
    assert "no vkey line NAME+KEYID+KEY, or mistyped" in said.words


def test_the_manifests_and_files_in_no_list(pack):
    (artefact,) = (pack / "data/evidence").glob("EV-2026-0001*")
    artefact.write_text("better\n")
    (pack / "data/more.txt").write_text("")
    (pack / "data/link").symlink_to("more.txt")

    assert f"{artefact.relative_to(pack)}: FAILED" in run(pack, "1").words
    stray = run(pack, "1", 2)
    assert stray.status == 1
    assert "ALARM in no list: ./data/more.txt" in stray.words
    assert "data/link" in stray.words


@pytest.mark.skipif(shutil.which("shasum") is None, reason="no shasum")
def test_the_block_for_macos(pack):
    assert run(pack, "1", 1) == (0, "")

    (pack / "data/index.html").write_text("another")

    said = run(pack, "1", 1)
    assert said.status == 1
    assert "ALARM data/index.html: FAILED" in said.words


def test_the_first_leaf_and_the_roots(either):
    statement = (either / "data/trail/statement.txt").read_text().split("\n")
    assert f"first-leaf {run(either, '3', 1).words.split()[0]}" == statement[3]
    assert "9 entries; size and root of 3 checkpoints" in run(either, "3").words

    path = either / "data/trail/entries.ndjson"
    path.write_bytes(path.read_bytes().replace(b"ada@", b"eva@", 1))

    assert "ALARM" in run(either, "3").words


def test_the_walk_from_the_noted_key_is_told_with_fingerprints(pack):
    first = run(pack, "4", **held())
    later = run(pack, "4", KEY=h.vkey(SECOND))

    assert all(one in first.words for one in PRINTS)
    assert "entry 4 announces the key" in first.words
    assert "signed data/trail/checkpoints/5" in first.words
    assert later.words.startswith("well: signed up to size 9 of 9")
    stranger = run(pack, "4", KEY=h.vkey(h.key("stranger")))
    assert stranger.status == 1
    assert "no key that counts signed data/trail/checkpoint, of size 9" in stranger.words


def test_a_genuine_checkpoint_over_other_entries_passes_no_key_on(pack):
    """The old key's signature is genuine; the entries announce a key of the forger's own."""
    TABLE["the handover of another history borrowed"](pack)

    roots, keys = run(pack, "3"), run(pack, "4", KEY=h.vkey(FIRST))

    assert (roots.status, keys.status) == (1, 1)
    assert "ALARM data/trail/checkpoints/5 states the root" in roots.words
    assert "data/trail/checkpoints/5 is of other entries: its signatures say nothing" in keys.words
    assert "entry 4 announces the key" in keys.words
    assert "but no key that yours led to signed" in keys.words


def test_a_key_that_the_old_one_did_not_sign_for_is_named(pack):
    TABLE["the old key lost, the new one alone signs"](pack)

    said = run(pack, "4", KEY=h.vkey(FIRST))

    assert "entry 4 announces the key" in said.words
    assert "but no key that yours led to signed data/trail/checkpoints/5" in said.words


def test_last_years_root_is_typed_and_a_shorter_pack_says_so(pack):
    assert run(pack, "5", **held()).words.startswith("well: the first 4 of 9 entries")

    TABLE["cut back to an older size"](pack)
    assert "has 3 entries, which is less than 4" in run(pack, "5", **held()).words
    TABLE["rewritten and signed by the key's holder"](pack)
    assert "what came before was rewritten" in run(pack, "5", **held()).words


def test_last_years_pack_is_compared_entry_by_entry_and_its_delivery_looked_for(tmp_path):
    trail = h.Trail()
    trail.evidence(1)
    trail.evidence(2)
    trail.issue()
    last = trail.pack(tmp_path / "last")
    trail.deliver(last)
    trail.evidence(3)
    trail.issue()
    this = trail.pack(tmp_path / "this")
    known = held() | {"OLDPACK": last}

    assert "the old pack's delivery is recorded" in run(this, "5", **known).words

    (last / "data/index.html").write_text("another page")
    h.reseal(last)
    assert "no entry here records the delivery" in run(this, "5", **known).words
    path = last / "data/trail/entries.ndjson"
    path.write_bytes(path.read_bytes().replace(b"Report 2", b"Report 7"))
    assert "entry 3 is the first that is another" in run(this, "5", **known).words


def test_every_artefact_is_compared_with_its_newest_entry(either):
    assert re.fullmatch("well: [23] files are those that the entries name", run(either, "6").words)

    (artefact,) = (either / "data/evidence").glob("EV-2026-0002*")
    artefact.write_text("better\n")
    h.reseal(either)

    said = run(either, "6")
    assert said.status == 1
    assert f"ALARM {artefact.relative_to(either)}: its SHA-256 is " in said.words
    assert "entry 3 of EV-2026-0002 names " in said.words


def test_every_proof_leads_to_the_root_and_a_changed_one_does_not(pack):
    assert run(pack, "7").words == "well: 3 proofs lead to the root"

    path = pack / "data/trail/proofs/EV-2026-0001.tlog-proof"
    found = proof.read_proof(path.read_bytes())
    path.write_bytes(proof.proof_text(found.entry, [tree.EMPTY, *found.path[1:]], found.checkpoint))

    assert f"ALARM {path.relative_to(pack)} does not lead to the root" in run(pack, "7").words


def test_the_delivery_of_this_very_pack(pack, tmp_path):
    assert "entry 9 records the delivery" in run(pack, "8", KEY=h.vkey(FIRST)).words

    moved = tmp_path / "elsewhere.tlog-proof"
    shutil.move(tmp_path / "pack.issued.tlog-proof", moved)
    gone = run(pack, "8", KEY=h.vkey(FIRST))
    assert gone.status == 1
    assert "NOT CHECKED no proof of its delivery lies beside the pack" in gone.words
    assert run(pack, "8", KEY=h.vkey(FIRST), DELIVERY=moved).status == 0


def test_a_cosignature(pack):
    said = run(pack, "9", 1, **held())
    assert said.words.startswith(f"well: size 4 cosigned by {h.WITNESS} at 2026-09-")

    path = pack / "data/trail/checkpoints/4"
    path.write_bytes(path.read_bytes().replace(b"\n4\n", b"\n3\n", 1))
    assert "does not hold" in run(pack, "9", 1, **held()).words


def test_a_time_stamp(pack, tmp_path, authorities):
    authority, stranger = (authorities.Authority(tmp_path / one) for one in ("tsa", "other"))
    for name in ("checkpoint", "checkpoints/4"):
        data = (pack / "data/trail" / name).read_bytes()
        reply = authority.reply(timestamp.request(data).data)
        (pack / f"data/trail/{name}.throw-away.tsr").write_bytes(reply)

    said = run(pack, "9", TSA_ROOT=authority.root)
    assert said.status == 0
    assert said.words.count("Time stamp: ") == 2
    assert run(pack, "9").words.count("NOT CHECKED") == 2
    assert run(pack, "9", TSA_ROOT=stranger.root).words.count("ALARM") == 2

    path = pack / "data/trail/checkpoints/4"
    path.write_bytes(path.read_bytes() + b"x")
    assert run(pack, "9", TSA_ROOT=authority.root).words.count("ALARM") == 1


def test_nothing_that_came_with_the_pack_is_run(pack):
    for name in ("json.py", "base64.py", "openssl"):
        (pack / name).write_text("#!/bin/sh\nraise SystemExit(0)\n")
        (pack / name).chmod(0o700)

    assert run(pack, "3").words.startswith("well: 9 entries")


def test_text_of_a_pack_moves_no_cursor(pack):
    (pack / "data/evidence/x\x1b[2Jy").write_text("")

    assert "\x1b" not in run(pack, "6").words
