"""`verify.py`, which lies in every pack: run by a plain Python, against packs and attacks."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import re
import shutil
import string
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack import shipped
from govtrack.trail import canonical, note, proof, reach, timestamp

HERE = Path(__file__).parent
SCRIPT = shipped.folder("templates") / "audit-pack/verify.py"
VECTORS = HERE.parent / "data/trail_vectors"
SYSTEM = (shutil.which("python3", path="/usr/bin:/bin") or sys.executable, "-S")
"""A Python that knows nothing of govtrack nor of any package."""


def module(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


h = module(HERE / "handmade.py", "handmade")
attacks = module(HERE / "attack_table.py", "attack_table")
v = module(SCRIPT, "verify_py")
TABLE = {name: (change, codes) for name, change, codes in attacks.table(h)}
FIRST, SECOND = h.key("first"), h.key("second")
WITNESS = h.vkey(h.key("witness"), h.WITNESS, note.COSIGNATURE)


def run(pack, *options, script=SCRIPT, env=None, python=SYSTEM):
    ran = subprocess.run(
        [*python, script, *([pack] if pack else []), *options],
        capture_output=True,
        text=True,
        check=False,
        env=env,
        cwd="/",
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran


def told(pack, *options, **more):
    ran = run(pack, *options, "--json", **more)
    assert ran.returncode in {0, 1}, ran.stderr
    said = json.loads(ran.stdout)
    assert (ran.returncode == 1) == bool(said["findings"] or said["unchecked"])
    return said


def codes(said):
    return {one["code"] for one in said["findings"]}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The pack that is attacked, and the options of somebody who holds things from outside."""
    folder = tmp_path_factory.mktemp("packs")
    trail = attacks.rich(h)
    trail.pack(folder / "pack", consistency=(4,))
    (folder / "since").write_bytes(trail.checkpoints[4])
    options = ("--key", h.vkey(FIRST), "--witness", WITNESS, "--since", str(folder / "since"))
    return folder / "pack", options


@pytest.fixture
def pack(made, tmp_path):
    """A copy of that pack."""
    return shutil.copytree(made[0], tmp_path / "pack")


@pytest.fixture
def delivered(pack):
    """The copy, and beside it the proof of its delivery."""
    attacks.rich(h).deliver(pack)
    return pack


def test_a_sound_pack_is_witnessed_remembered_and_signed(made):
    said = told(made[0], *made[1])

    assert (said["level"], said["findings"]) == ("witnessed", [])
    assert said["notes"] == ["no proof of its delivery lies beside the pack"]
    assert {one["level"]: one["size"] for one in said["layers"]} == {
        "witnessed": 4,
        "remembered": 4,
        "signed": 9,
    }


@pytest.mark.parametrize("name", TABLE)
def test_an_attack_is_found(name, pack, made):
    change, expected = TABLE[name]
    change(pack)

    said = told(pack, *made[1])

    assert codes(said) == expected, said["findings"]
    assert said["level"] is None
    assert said["layers"] == []


@pytest.mark.parametrize(("name", "change", "word"), list(attacks.harmless(h)))
def test_what_a_computer_leaves_in_a_folder_is_a_note(name, change, word, pack, made):
    change(pack)

    said = told(pack, *made[1])

    assert (said["findings"], said["level"]) == ([], "witnessed"), name
    assert any("passed over" in one and word in one for one in said["notes"])


@pytest.mark.parametrize(("name", "change", "keys", "words"), list(attacks.several_keys(h)))
def test_keys_that_are_apart_are_told_to_be(name, change, keys, words, tmp_path):
    (tmp_path / "pack").mkdir()
    change(tmp_path / "pack")

    said = told(tmp_path / "pack", *(x for one in keys for x in ("--key", h.vkey(h.key(one)))))

    assert (said["findings"], said["level"]) == ([], "signed"), name
    for word in words:
        assert any(word in one for one in said["notes"])


def test_keys_of_which_one_passed_on_to_the_other_are_not_told_to_be_apart(made):
    for keys in ((FIRST, SECOND), (SECOND, FIRST)):
        said = told(made[0], *(x for one in keys for x in ("--key", h.vkey(one))))
        assert not any("not passed on" in one for one in said["notes"])


def test_the_first_lines_name_the_pack_its_digest_and_the_files(made):
    lines = run(made[0]).stdout.split("\n")
    digest = hashlib.sha256((made[0] / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    files = sum(one.is_file() for one in made[0].rglob("*"))

    assert lines[0] == "Pack PACK-2026-0a1b2c3d of Example Ltd: Internal audit pack 2026"
    assert digest in lines[1]
    assert lines[2].split() == ["files", str(files), "hashed"]


def test_the_verdict_says_up_to_which_size_and_what_limits_it(made, tmp_path):
    key, since = ("--key", h.vkey(FIRST)), made[1][-2:]
    tail = attacks.rich(h)
    tail.evidence(4)
    tail.issue([])
    partly = run(tail.pack(tmp_path / "tail"), *key).stdout

    assert "internal, up to size 9 of 9 entries. It agrees with itself" in run(made[0]).stdout
    signed, kept = run(made[0], *key).stdout, run(made[0], *since).stdout
    assert "signed, up to size 9 of 9 entries." in signed
    assert "You gave no older root" in signed
    assert "remembered, up to size 4 of 9 entries." in kept
    assert "The 5 entries after that rest on nothing from outside." in kept
    assert "No signature counts: entries after 4 could be anybody's." in kept
    both = run(made[0], *key, *since).stdout
    assert "Further than that: signed, up to size 9 of 9 entries." in both
    assert "You gave no older root" not in both
    assert "signed, up to size 9 of 10 entries." in partly
    assert "The 1 entry after that rests on nothing from outside." in partly


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("the page replaced", True),
        ("an artefact rewritten", True),
        ("a proof taken out", True),
        ("the proof of another pack's delivery", True),
        ("a proof with another hash in it", False),
        ("all written anew by a stranger", False),
    ],
)
def test_what_holds_of_the_trail_is_told_where_no_finding_touches_it(name, holds, pack, made):
    TABLE[name][0](pack)

    said, words = told(pack, *made[1]), run(pack, *made[1]).stdout

    assert {(one["level"], one["size"]) for one in said["trail_layers"]} == (
        {("signed", 9), ("remembered", 4), ("witnessed", 4)} if holds else set()
    )
    assert ("holds of the trail: signed, up to size 9 of 9" in words) == holds
    assert "FAILED. Findings: " in words


def test_findings_stand_in_order_and_of_one_code_five_are_told(pack):
    attacks.rich(h).deliver(pack, digest="0" * 64)
    for one in pack.glob("data/evidence/*"):
        one.write_bytes(b"!")
    for number in range(7):
        (pack / f"data/{number}.txt").write_text("")

    said, words = told(pack, "--key", h.vkey(h.key("stranger"))), run(pack).stdout

    found = list(dict.fromkeys(one["code"] for one in said["findings"]))
    assert found == ["file-changed", "file-extra", "stranger", "evidence", "delivery"]
    assert sum(one["code"] == "file-extra" for one in said["findings"]) == 7
    assert "file-extra: and 2 more" in words
    assert set(v.ORDER) == {code for _, expected in TABLE.values() for code in expected} | {
        "leaf",
        "timestamp",
    }


def test_a_broken_chain_names_the_entry_both_keys_and_the_checkpoint(pack, made):
    first, second = (note.fingerprint(note.parsed_vkey(h.vkey(one))) for one in (FIRST, SECOND))

    def found(name):
        TABLE[name][0](pack)
        said = told(pack, *made[1])["findings"]
        return next(one["found"] for one in said if one["code"] == "key-chain")

    assert found("the old key lost, the new one alone signs") == (
        f"entry 4 announces the key that signed ({second}), but the key before it ({first}) did "
        "not sign checkpoint 5"
    )
    assert found("signed by a retired key") == (
        f"the key that signed ({first}), which entry 5 retired"
    )


def test_an_artefact_is_told_the_digest_it_should_have(pack, made):
    (artefact,) = pack.glob("data/evidence/EV-2026-0002-*")
    digest = hashlib.sha256(artefact.read_bytes()).hexdigest()
    TABLE["an artefact rewritten"][0](pack)
    artefact.write_bytes(b"better\n")
    h.reseal(pack)

    said = [one for one in told(pack, *made[1])["findings"] if one["code"] == "evidence"]

    assert said[1]["expected"] == f"SHA-256 {digest} (entry 3 of EV-2026-0002)"
    assert said[1]["found"] == hashlib.sha256(b"better\n").hexdigest()


def test_the_delivery_is_told_and_never_of_exactly_this_pack_where_files_differ(delivered, made):
    whole, unkeyed = told(delivered, *made[1]), told(delivered)
    attacks.rich(h).deliver(delivered, signers=[])
    unsigned = told(delivered, *made[1])
    attacks.rich(h).deliver(delivered)
    (delivered / "data/index.html").write_text("all is well")
    changed = told(delivered, *made[1])

    second = note.fingerprint(note.parsed_vkey(h.vkey(SECOND)))
    exactly = "entry 9 of the trail records the delivery of exactly this pack, its pages and tables"
    assert whole["notes"] == [f"{exactly} too; signed by {second}"]
    assert any(f"{exactly} too; nothing from outside" in one for one in unkeyed["notes"])
    assert (unsigned["findings"], unsigned["level"]) == ([], "witnessed")
    assert any("too; unsigned; nothing from outside says" in one for one in unsigned["notes"])
    assert codes(changed) == {"file-changed"}
    assert not any("exactly" in one for one in changed["notes"])


@pytest.fixture
def years(tmp_path):
    """Last year's pack and this year's, in which its delivery is recorded."""
    trail = h.Trail()
    trail.evidence(1)
    trail.evidence(2)
    trail.issue()
    last = trail.pack(tmp_path / "last")
    trail.deliver(last)
    trail.evidence(3)
    trail.issue()
    return last, trail.pack(tmp_path / "this")


def test_an_earlier_pack_is_continued_and_its_delivery_is_recorded(years):
    last, this = years
    zipped = shutil.make_archive(str(last), "zip", last.parent, last.name)

    for older in (last, zipped):
        said = told(this, "--key", h.vkey(FIRST), "--since", older)
        assert (said["findings"], said["level"]) == ([], "remembered")
        assert f"{older}: entry 4 records the delivery of that pack" in said["notes"]

    (last / "data/index.html").write_text("another page")
    h.reseal(last)
    (found,) = told(this, "--since", last)["findings"]
    assert (found["code"], "entry 4, of a pack with digest" in found["found"]) == ("since", True)


def test_an_earlier_pack_tells_a_cut_from_another_history(years, tmp_path):
    def found(number, content=None):
        trail = h.Trail()
        trail.evidence(1, content)
        for more in range(number):
            trail.evidence(more + 2)
        trail.issue()
        folder = trail.pack(tmp_path / f"{number}{content}")
        (one,) = (x for x in told(folder, "--since", years[0])["findings"] if x["code"] == "since")
        return one["found"]

    assert found(0) == "3: cut off or an older copy, no entry that is here differs"
    assert found(0, b"x") == "3: another history, the first entry that differs is 2"
    assert found(1, b"x").endswith(", the first entry that differs is 2")


def test_the_only_pack_one_level_below_is_meant_and_of_several_none(delivered, tmp_path, made):
    said = told(tmp_path, *made[1])

    assert said["level"] == "witnessed"
    assert any("exactly this pack" in one for one in said["notes"])
    assert any("holds one pack, pack: that one was checked" in one for one in said["notes"])
    shutil.copytree(delivered, tmp_path / "other")
    ran = run(tmp_path)
    assert (ran.returncode, "holds several packs" in ran.stderr) == (2, True)


def test_help_explains_each_option():
    said = run(None, "--help").stdout

    for option in ("--key KEY", "--since OLDER", "--witness KEY", "--tsa-root PEM", "--json"):
        assert re.search(rf"{option}\s+\w+ \w+ \w+", said), said


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--key", "noted.vkeyy", "there is no such file, and it is no such line"),
        (
            "--key",
            "SHA256:abc",
            "is a fingerprint, not a key: give the line it belongs to (NAME+KE",
        ),
        ("--key", "FOLDER", "cannot be read"),
        ("--witness", h.vkey(FIRST), "of kind 4"),
        ("--since", "gone", "no such file"),
        (
            "--since",
            "ENTRIES",
            "expected a checkpoint, statement or proof, or an earlier pack's fo",
        ),
        ("--since", "FOLDER", "holds no audit pack"),
        ("--tsa-root", "gone", "no such file"),
        ("--tsa-root", "ENTRIES", "expected a certificate in PEM"),
    ],
)
def test_what_an_option_names_and_cannot_be_used_is_refused(option, value, words, made, tmp_path):
    (tmp_path / "folder").mkdir()
    shutil.copy(made[0] / "data/trail/entries.ndjson", tmp_path)
    value = {"FOLDER": tmp_path / "folder", "ENTRIES": tmp_path / "entries.ndjson"}.get(
        value, value
    )

    ran = run(made[0], option, value)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert words in ran.stderr


def test_a_pack_finds_itself_and_without_a_key_claims_no_more_than_internal(pack):
    said = told(None, script=pack / "verify.py")

    assert (said["level"], said["layers"]) == ("internal", [])
    verifier = note.parsed_vkey(h.vkey(SECOND))
    assert any(note.fingerprint(verifier) in one for one in said["notes"])


def test_a_strangers_pack_is_no_more_than_internal_whatever_signs_and_stamps_it(tmp_path):
    change, _ = TABLE["all written anew by a stranger"]
    (tmp_path / "pack").mkdir()
    change(tmp_path / "pack")

    assert told(tmp_path / "pack")["level"] == "internal"


def test_a_key_that_lies_in_the_pack_is_refused(made):
    for name in ("vkey.txt", "log.pub.pem"):
        ran = run(made[0], "--key", made[0] / "data/trail" / name)
        assert ran.returncode == 2
        assert "lies in the pack itself" in ran.stderr


def test_a_key_is_taken_as_a_line_a_file_and_in_pem(made, tmp_path):
    (tmp_path / "log.vkey").write_text(h.vkey(FIRST) + "\n")
    (tmp_path / "log.pem").write_bytes(h.signing.public_pem(h.signing.public_of(FIRST)))

    for given_as in (h.vkey(FIRST), h.vkey(SECOND), tmp_path / "log.vkey", tmp_path / "log.pem"):
        assert told(made[0], "--key", given_as)["level"] == "signed"


@pytest.mark.parametrize(
    "wrong",
    [
        "no key",
        h.vkey(FIRST)[:-4],
        h.vkey(FIRST, algorithm=note.COSIGNATURE),
        h.vkey(FIRST).replace("+", "+0", 1),
        "example.org/x+00000000+" + note.encoded(b"\1" + bytes(32)),
    ],
)
def test_what_is_no_key_is_refused_in_words(made, wrong):
    ran = run(made[0], "--key", wrong)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert "expected a line NAME+KEYID+KEY" in ran.stderr


def test_a_private_key_is_refused_and_not_shown(made, tmp_path):
    (tmp_path / "key.pem").write_bytes(h.signing.to_pem(FIRST, None))

    ran = run(made[0], "--key", tmp_path / "key.pem")

    assert ran.returncode == 2
    assert "private key" in ran.stderr
    assert h.signing.to_pem(FIRST, None).decode().split("\n")[1] not in ran.stderr


@pytest.mark.parametrize("what", ["/no/such/pack", "/"])
def test_what_is_no_pack_is_refused(what, tmp_path):
    ran = run(tmp_path if what == "/" else what)

    assert (ran.returncode, ran.stdout) == (2, "")


def test_a_zip_is_read_as_the_folder_is(made, tmp_path):
    path = Path(shutil.make_archive(tmp_path / "pack", "zip", made[0].parent, "pack"))

    assert told(path, *made[1])["level"] == "witnessed"

    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("pack/data/index.html", "another")
    assert codes(told(path, *made[1])) == {"file-extra"}


def test_a_pack_that_shows_some_entries_only(tmp_path):
    trail = attacks.rich(h)
    folder = trail.pack(tmp_path / "pack", shown=[0, 1, 2, 4, 5, 7], consistency=(4,))

    assert told(folder, "--key", h.vkey(FIRST))["level"] == "signed"

    hashes = folder / "data/trail/leaf-hashes.txt"
    found = hashes.read_text().split("\n")
    hashes.write_text("\n".join([*found[:7], "0" * 64, *found[8:]]))
    h.reseal(folder)
    assert codes(told(folder, "--key", h.vkey(FIRST))) == {"leaf", "root", "proof"}


def test_entries_after_the_last_signed_checkpoint_are_said_to_be_unsigned(tmp_path):
    trail = attacks.rich(h)
    trail.evidence(4)
    trail.issue([])
    folder = trail.pack(tmp_path / "pack")

    said = told(folder, "--key", h.vkey(FIRST))
    words = run(folder, "--key", h.vkey(FIRST)).stdout

    assert (said["level"], said["layers"][0]["size"]) == ("signed", 9)
    assert any("1 entry after checkpoint 9: not signed" in one for one in said["notes"])
    assert "signed, up to size 9 of 10 entries." in words


def test_a_revoked_key_counts_on_what_a_trusted_witness_saw_before(tmp_path):
    trail = attacks.rich(h)
    trail.key_entry("revoked", "KEY-0002", SECOND, "2026-12-01T00:00:00.000000Z")
    trail.issue()
    trail.cosign()
    folder = trail.pack(tmp_path / "pack")

    assert told(folder, "--key", h.vkey(FIRST), "--witness", WITNESS)["level"] == "witnessed"
    assert codes(told(folder, "--key", h.vkey(FIRST))) == {"revoked"}


def test_a_restored_register_is_told_and_its_next_generation_followed(tmp_path):
    trail = attacks.rich(h)
    first = trail.origin
    trail.origin = f"{first}/g2"
    trail.add("trail.restored", "generation", "GN-0002", {"id": "GN-0002"})
    trail.evidence(4)
    trail.issue()
    folder = trail.pack(tmp_path / "pack")

    said = told(folder, "--key", h.vkey(FIRST))

    assert said["level"] == "signed"
    assert any("entry 9 begins generation 2" in one for one in said["notes"])


def test_time_stamps_are_checked_with_openssl(tmp_path, authorities):
    authority = authorities.Authority(tmp_path / "tsa")
    stranger = authorities.Authority(tmp_path / "other")
    trail = attacks.rich(h)
    request = timestamp.request(trail.checkpoints[9])
    trail.stamps = {9: {"throw-away": authority.reply(request.data)}}
    folder = trail.pack(tmp_path / "pack")
    key = ("--key", h.vkey(FIRST))

    assert told(folder, *key, "--tsa-root", authority.root)["level"] == "stamped"
    assert told(folder, *key, "--tsa-root", stranger.root)["level"] == "signed"
    assert told(folder, "--tsa-root", authority.root)["level"] == "internal"

    trail.stamps = {5: {"throw-away": trail.stamps[9]["throw-away"]}}
    shutil.rmtree(folder)
    trail.pack(folder)
    assert codes(told(folder, *key, "--tsa-root", authority.root)) == {"timestamp"}


def test_without_a_tool_for_signatures_it_says_so_and_claims_nothing_by_them(made, tmp_path):
    said = told(made[0], *made[1][:4], env={"PATH": str(tmp_path)})

    assert (said["level"], said["layers"]) == ("internal", [])
    assert any("signature could not be checked here" in one for one in said["unchecked"])
    assert told(made[0], env={"PATH": str(tmp_path)})["unchecked"] == []


def test_an_openssl_that_cannot_or_lies_is_not_used(made, tmp_path):
    for answer in ("exit 0", "exit 1"):
        fake = tmp_path / "openssl"
        fake.write_text(f"#!/bin/sh\n{answer}\n")
        fake.chmod(0o700)

        said = told(made[0], "--key", h.vkey(FIRST), env={"PATH": str(tmp_path)})

        assert (said["level"], len(said["unchecked"])) == ("internal", 1)


def test_cryptography_is_used_where_it_is(made, tmp_path):
    said = told(made[0], *made[1], env={"PATH": str(tmp_path)}, python=[sys.executable])

    assert said["level"] == "witnessed"


def test_nothing_that_came_with_the_pack_is_run(pack):
    for name in ("json.py", "zipfile.py", "cryptography.py", "openssl"):
        (pack / name).write_text("#!/bin/sh\nraise SystemExit('from the pack')\n")
        (pack / name).chmod(0o700)

    said = told(None, script=pack / "verify.py", env={"PATH": str(pack)})

    assert codes(said) == {"file-extra"}


def test_it_needs_python_3_8_and_its_standard_library_only():
    tree = ast.parse(SCRIPT.read_text(), feature_version=(3, 8))
    imported = {
        (one.module or "") if isinstance(one, ast.ImportFrom) else one.names[0].name
        for one in ast.walk(tree)
        if isinstance(one, ast.Import | ast.ImportFrom)
    }
    foreign = {one.split(".")[0] for one in imported} - sys.stdlib_module_names
    assert foreign == {"cryptography"}


def test_each_level_is_told_in_the_words_of_govtrack():
    assert v.MEANING == reach.MEANING
    assert v.LEVELS == reach.LEVELS


def test_each_code_it_knows_is_said_at_its_head():
    said = ast.get_docstring(ast.parse(SCRIPT.read_text()))
    for _, expected in TABLE.values():
        assert all(code in said for code in expected)


@pytest.mark.parametrize("size", range(8))
def test_the_golden_checkpoints_are_read(size):
    one = v.Checkpoint((VECTORS / f"vectors/{size:012}.ckpt").read_bytes())
    name, public = v.parsed_vkey((VECTORS / "vectors/vkey.txt").read_text())
    ((signer, id_, signature),) = one.signatures

    assert (one.size, signer, id_) == (size, name, v.key_id(name, 1, public))
    assert v.Tools("/nowhere").ed25519(public, one.body.encode(), signature)


def accepted(data):
    """Whether the golden key, with the golden entries, stands behind a checkpoint."""
    name, public = v.parsed_vkey((VECTORS / "vectors/vkey.txt").read_text())
    try:
        one = v.Checkpoint(data)
    except ValueError:
        return False
    lines = [s for n, i, s in one.signatures if (n, i) == (name, v.key_id(name, 1, public))]
    able = v.Tools("/nowhere").ed25519
    sound = all(able(public, one.body.encode(), signature) for signature in lines)
    same = one.size <= 7 and golden().root(one.size) == one.root
    return bool(lines) and sound and same and one.origin == name


def golden():
    entries = (VECTORS / "vectors/entries.ndjson").read_bytes().split(b"\n")[:-1]
    return v.Tree([hashlib.sha256(b"\0" + one).digest() for one in entries])


@pytest.mark.parametrize(
    "case", json.loads((VECTORS / "negative/cases.json").read_text()), ids=lambda one: one["file"]
)
def test_the_golden_cases_are_accepted_or_refused(case):
    if case["accept"] is not None:
        assert accepted((VECTORS / "negative" / case["file"]).read_bytes()) == case["accept"]


def test_the_golden_proofs_hold_and_changed_ones_do_not():
    tree = golden()
    for index in range(7):
        data = (VECTORS / f"vectors/EV-{index + 1:04}.tlog-proof").read_bytes()
        path = list(proof.read_proof(data).path)
        leaf = tree.levels[0][index]
        assert v.included(index, 7, leaf, path) == tree.root(7)
        wrong = [v.included(i, 7, leaf, path) for i in range(9) if i != index]
        wrong += [v.included(index, 7, leaf, p) for p in (path[1:], [*path, leaf], path[::-1][:1])]
        wrong += [v.included(index, 7, tree.levels[0][index - 1], path)]
        assert tree.root(7) not in wrong
    for one in json.loads((VECTORS / "vectors/consistency.json").read_text()):
        old, new, path = one["old"], one["new"], [v.unbase64(each) for each in one["proof"]]
        roots = tree.root(old), tree.root(new)
        assert v.consistent(old, new, *roots, path)
        assert not v.consistent(old, new, *roots, [*path, roots[0]])
        assert not path or not v.consistent(old, new, *roots, path[:-1])
        assert old == new or not v.consistent(old, new, roots[1], roots[0], path)


@pytest.mark.parametrize(
    "data", json.loads((VECTORS / "negative/entries-2-refused.json").read_text()).values()
)
def test_the_golden_entries_in_another_form_are_refused(data):
    with pytest.raises(ValueError):  # noqa: PT011  (each for its own reason)
        v.canonical_event(data.encode())


texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(string.printable), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(values, texts)
def test_canonical_is_what_the_trail_writes(value, text):
    event = {
        "v": 1, "trail": "a", "seq": 0, "at": "", "actor": text, "action": "", "reason": None,
        "subject": {"type": "", "id": text, "version": 1}, "after": {"x": value}, "salt": "",
    }  # fmt: skip
    written = canonical.canonical(event)

    assert v.canonical_event(written) == event
    for other in (json.dumps(event).encode(), b" " + written, written + b"\n"):
        if other != written:
            with pytest.raises(ValueError):  # noqa: PT011
                v.canonical_event(other)


@pytest.mark.parametrize("name", ["entries.ndjson", "checkpoint", "statement.txt",
                                  "consistency-from-4.txt", "checkpoints/5",
                                  "proofs/EV-2026-0001.tlog-proof"])  # fmt: skip
def test_no_byte_of_the_trail_can_be_another(name, pack):
    path = pack / "data/trail" / name
    data = path.read_bytes()
    anchors = [v.parsed_vkey(h.vkey(FIRST))[1]]
    for at in range(0, len(data), max(1, len(data) // 60)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
        h.reseal(pack)

        done = v.Verification(v.Pack(str(pack)), v.Tools(str(pack)), anchors).run()

        assert done.findings, (name, at)


def test_text_of_a_pack_moves_no_cursor(pack):
    (pack / "data" / "x\x1b[2Jy\u202e").write_text("")

    out = run(pack).stdout

    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\\u001b[2J" in out


def test_the_folder_may_be_read_only_and_nothing_is_written(pack):
    before = sorted(os.walk(pack))
    run(None, script=pack / "verify.py")
    assert sorted(os.walk(pack)) == before
