"""What the page verifies with: run by node against the same attacks as `verify.py`."""

# ruff: noqa: E501  (lines of JavaScript)
from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govtrack import shipped
from govtrack.trail import canonical, note

HERE = Path(__file__).parent
VECTORS = HERE.parent / "data/trail_vectors"
TEMPLATES = shipped.folder("templates") / "audit-pack"
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="no JavaScript engine to run it with")

PROGRAM = """
const fs = require("fs"), path = require("path");
const given = JSON.parse(fs.readFileSync(0));
const filesOf = (top) => {
  const found = new Map(), into = (folder) => {
    for (const one of fs.readdirSync(folder, { withFileTypes: true })) {
      const full = path.join(folder, one.name);
      if (one.isDirectory()) into(full);
      else if (one.isFile())
        found.set(path.relative(top, full), { read: async () => new Uint8Array(fs.readFileSync(full)) });
    }
  };
  into(top);
  return found;
};
const packs = async () => {
  const asked = {
    anchors: given.keys.flatMap((one) => PackTrail.keysOf(one)).map((one) => one.key),
    witnesses: given.witnesses.flatMap((one) => PackTrail.keysOf(one, 4)),
    since: given.since.map((text) => ({ name: "kept", text })),
  };
  const out = [];
  for (const one of given.packs) {
    const found = await PackTrail.verify(filesOf(one), asked), { findings, level, layers, holds, notes, unchecked, pack } = found;
    const { head, more } = level ? PackTrail.verdict(found, asked) : { head: null, more: [] };
    out.push({ findings, level, layers, holds, notes, unchecked, pack, head, more });
  }
  return out;
};
const refused = (what) => { try { what(); return false; } catch { return true; } };
const of = (texts) => texts.map((text) => refused(() => PackTrail.event(Uint8Array.from(Buffer.from(text, "base64")))));
"""


def module(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


h = module(HERE / "handmade.py", "handmade")
attacks = module(HERE / "attack_table.py", "attack_table")
FIRST, SECOND = h.key("first"), h.key("second")
KEYS = (h.vkey(FIRST),)
WITNESS = h.vkey(h.key("witness"), h.WITNESS, note.COSIGNATURE)
TABLE = {name: rest for name, *rest in attacks.table(h) if name not in attacks.UNSEEN_BY_PAGE}


def ran(line, *, before="", **given_):
    code = "".join((TEMPLATES / name).read_text() for name in ("sha256.js", "verify.js"))
    program = (
        f"{before}\n{code}\n{PROGRAM}\n(async () => console.log(JSON.stringify(await {line})))()"
    )
    done = subprocess.run(
        [NODE, "-e", program], input=json.dumps(given_), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def verified(*packs, keys=KEYS, witnesses=(), since=(), before=""):
    return ran(
        "packs()", packs=[str(one) for one in packs], keys=list(keys), witnesses=list(witnesses),
        since=list(since), before=before,
    )  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What is said of the sound pack, under "", and of each attacked one, under its name."""
    top = tmp_path_factory.mktemp("packs")
    trail = attacks.rich(h)
    packs = {"": trail.pack(top / "sound", consistency=(4,))}
    for number, (name, (change, _)) in enumerate(TABLE.items()):
        packs[name] = shutil.copytree(packs[""], top / str(number) / "pack")
        change(packs[name])
    said = verified(*packs.values(), witnesses=[WITNESS], since=[trail.checkpoints[4].decode()])
    return dict(zip(packs, said, strict=True))


def test_a_sound_pack_is_witnessed_remembered_and_signed(answers):
    said = answers[""]

    assert (said["level"], said["findings"], said["notes"]) == ("witnessed", [], [])
    assert {one["level"]: one["size"] for one in said["layers"]} == {
        "witnessed": 4,
        "remembered": 4,
        "signed": 9,
    }


@pytest.mark.parametrize("name", TABLE)
def test_an_attack_is_found(name, answers):
    said = answers[name]

    assert {one["code"] for one in said["findings"]} == TABLE[name][1], said["findings"]
    assert (said["level"], said["layers"]) == (None, [])


def lost(h):
    """The second key alone signs over its entry; the first is retired."""
    trail = h.Trail()
    trail.evidence(1)
    trail.issue()
    trail.rotate(FIRST, SECOND, signers=[SECOND])
    trail.evidence(2)
    trail.issue()
    return trail


def told(key):
    return note.fingerprint(note.parsed_vkey(h.vkey(key)))


def test_a_break_in_the_keys_is_told_by_its_entry_and_its_checkpoint(tmp_path):
    (said,) = verified(lost(h).pack(tmp_path / "pack"))

    (one,) = said["findings"]
    assert (one["code"], one["found"]) == (
        "key-chain",
        (
            f"entry 3 announces the key that signed ({told(SECOND)}), "
            f"but the key before it ({told(FIRST)}) did not sign checkpoint 4"
        ),
    )


def test_two_keys_given_hide_no_break_between_them(tmp_path):
    packs = [lost(h).pack(tmp_path / "lost"), attacks.rich(h).pack(tmp_path / "sound")]

    broken, sound = verified(*packs, keys=[h.vkey(FIRST), h.vkey(SECOND)])

    words = (
        f"the key {told(SECOND)} was not passed on to by the key {told(FIRST)}: "
        "each counts only because you gave it"
    )
    assert (broken["level"], words in broken["notes"]) == ("signed", True)
    assert (sound["level"], sound["notes"]) == ("signed", [])


def test_the_verdict_says_how_far_it_reaches_and_what_limits_it(tmp_path):
    trail = attacks.rich(h)
    folder = trail.pack(tmp_path / "pack")
    since = [trail.checkpoints[4].decode()]

    (signed,), (kept,), (both,), (alone,) = (
        verified(folder), verified(folder, keys=[], since=since), verified(folder, since=since),
        verified(folder, keys=[]),
    )  # fmt: skip

    assert signed["head"] == "signed, up to size 9 of 9 entries."
    assert signed["more"] == [
        "You gave no older root: a different history by whoever holds the key would look the same."
    ]
    assert kept["head"] == "remembered, up to size 4 of 9 entries."
    assert kept["more"] == [
        "The 5 entries after that rest on nothing from outside.",
        "No signature counts: entries after 4 could be anybody's.",
    ]
    assert both["head"] == "remembered, up to size 4 of 9 entries."
    assert both["more"] == ["Up to size 9 it is signed."]
    assert (alone["head"], alone["more"]) == ("internal, up to size 9 of 9 entries.", [])


def test_what_holds_of_the_trail_is_told_where_only_files_fail(tmp_path):
    page = attacks.rich(h).pack(tmp_path / "page")
    (page / "data/index.html").write_text("another")
    entry = attacks.rich(h).pack(tmp_path / "entry")
    TABLE["the newest entry changed"][0](entry)

    of_file, of_trail = verified(page, entry)

    assert (of_file["level"], of_file["layers"]) == (None, [])
    assert [(one["level"], one["size"]) for one in of_file["holds"]] == [("signed", 9)]
    assert of_trail["holds"] == []


def test_the_pack_is_named_by_its_own_words_and_its_digest(tmp_path):
    folder = attacks.rich(h).pack(tmp_path / "pack")
    (folder / "bag-info.txt").write_text(
        "Source-Organization: Example\n  Ltd\nExternal-Identifier: PACK-1\n"
    )
    h.reseal(folder)

    (said,) = verified(folder)

    digest = hashlib.sha256((folder / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    named = {"organisation": "Example Ltd", "title": "", "id": "PACK-1", "digest": digest}
    assert said["pack"] == named


def test_what_a_file_manager_leaves_behind_is_a_note_and_a_stray_file_one_finding(tmp_path):
    folder = attacks.rich(h).pack(tmp_path / "pack")
    for name in (".DS_Store", "data/evidence/.DS_Store", "data/Thumbs.db", "data/._index.html"):
        (folder / name).write_bytes(b"\0")

    (clean,) = verified(folder)
    (folder / "data/evidence/note.txt").write_text("mine")
    (stray,) = verified(folder)

    assert (clean["level"], len(clean["notes"])) == ("signed", 4)
    assert [(one["code"], one["where"]) for one in stray["findings"]] == [
        ("file-extra", "data/evidence/note.txt")
    ]


@pytest.mark.parametrize(("name", "change", "word"), list(attacks.harmless(h)))
def test_what_is_no_attack_is_a_note(name, change, word, tmp_path):
    folder = attacks.rich(h).pack(tmp_path / "pack")
    change(folder)

    (said,) = verified(folder)

    assert (said["level"], said["findings"]) == ("signed", []), name
    assert any(word in one for one in said["notes"])


@pytest.mark.parametrize(("name", "change", "seeds", "words"), list(attacks.several_keys(h)))
def test_who_gives_several_keys_is_told_which_did_not_pass_on(name, change, seeds, words, tmp_path):
    folder = attacks.rich(h).pack(tmp_path / "pack")
    change(folder)

    (said,) = verified(folder, keys=[h.vkey(h.key(one)) for one in seeds])

    assert (said["level"], said["findings"]) == ("signed", []), name
    assert all(any(word in one for one in said["notes"]) for word in words)


def test_a_changed_artefact_is_told_with_the_digest_that_its_entry_names(tmp_path):
    folder = attacks.rich(h).pack(tmp_path / "pack")
    (path,) = folder.glob("data/evidence/EV-2026-0002-*")
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_text("better")
    h.reseal(folder)

    (said,) = verified(folder)

    (one,) = said["findings"]
    assert one["expected"] == f"SHA-256 {expected} (entry 3 of EV-2026-0002)"
    assert one["found"] == hashlib.sha256(b"better").hexdigest()


def test_an_older_root_is_found_in_notes_and_refused_where_there_are_two():
    lines = h.plain().checkpoints[4].decode().split("\n")[:3]
    other = [lines[0], "3", lines[2]]
    texts_ = [
        "\n".join(["My notes", "", *lines, "end"]),
        "\n".join([*other, *lines]),
        "\n".join(["x", *other, *lines]),
        "none",
    ]

    said = ran(
        "given.texts.map((one) => { try { return PackTrail.kept(one).size; } catch (error) { return error.message; } })",
        texts=texts_,
    )

    assert said[:2] == [4, 3]
    assert said[2].startswith("2 older states stand in it")
    assert "verify.py, with --since" in said[3]


def test_without_a_key_or_with_the_packs_own_only_it_is_internal(tmp_path):
    folder = attacks.rich(h).pack(tmp_path / "pack")

    (said,) = verified(folder, keys=[])

    assert (said["level"], said["layers"]) == ("internal", [])
    assert note.fingerprint(note.parsed_vkey(h.vkey(SECOND))) in said["notes"][0]


@pytest.mark.parametrize("missing", ["no crypto", "no Ed25519", "an Ed25519 that says yes to all"])
def test_without_ed25519_it_says_so_and_claims_no_more_than_internal(missing, tmp_path):
    folder = attacks.rich(h).pack(tmp_path / "pack")
    before = {
        "no crypto": "Object.defineProperty(globalThis, 'crypto', { value: undefined });",
        "no Ed25519": "Object.defineProperty(globalThis, 'crypto', { value: { subtle: {"
        "importKey: async () => { throw new Error('NotSupportedError'); } } } });",
        "an Ed25519 that says yes to all": "Object.defineProperty(globalThis, 'crypto', { value: {"
        "subtle: { importKey: async () => 1, verify: async () => true } } });",
    }[missing]

    (said,) = verified(folder, before=before)

    assert (said["level"], said["layers"], said["findings"]) == ("internal", [], [])
    assert "could not be checked here" in said["unchecked"][0]


def test_keys_are_taken_as_lines_and_in_pem_and_refused_in_words():
    pem = h.signing.public_pem(h.signing.public_of(FIRST)).decode()
    private = h.signing.to_pem(FIRST, None).decode()
    small = "a+00000000+" + note.encoded(b"\1" + bytes(32))

    said = ran(
        "given.keys.map((one) => { try { return PackTrail.keysOf(one).map((k) => PackTrail.hex(k.key))"
        "[0]; } catch (error) { return error.message; } })",
        keys=[h.vkey(FIRST), pem, private, small, "no key", WITNESS, told(FIRST)],
    )

    assert said[:2] == [h.signing.public_of(FIRST).hex()] * 2
    assert "private key" in said[2]
    assert not any(one.isalnum() and len(one) == 64 for one in said[2:])
    assert "is a fingerprint, not a key: give the line it belongs to (NAME+KEYID+KEY)" in said[6]


def test_a_pack_that_shows_some_entries_only_and_one_with_an_unsigned_tail(tmp_path):
    some = attacks.rich(h).pack(tmp_path / "some", shown=[0, 1, 2, 4, 5, 7], consistency=(4,))
    trail = attacks.rich(h)
    trail.evidence(4)
    trail.issue([])
    tail = trail.pack(tmp_path / "tail")

    one, other = verified(some, tail)

    assert (one["level"], one["layers"][0]["size"]) == ("signed", 9)
    assert (other["level"], other["layers"][0]["size"]) == ("signed", 9)
    assert "1 entries after the last signed checkpoint, 9, are not signed" in other["notes"]


def test_time_stamps_are_said_to_be_unchecked(tmp_path):
    trail = attacks.rich(h)
    trail.stamps = {9: {"authority": b"a reply"}}

    (said,) = verified(trail.pack(tmp_path / "pack"))

    assert said["level"] == "signed"
    assert any("not checked in a browser" in one for one in said["notes"])


def test_the_golden_checkpoints_and_proofs_are_taken():
    folder = VECTORS / "vectors"
    files = [path.read_text() for path in sorted(folder.glob("*.ckpt"))]
    proofs = [path.read_text() for path in sorted(folder.glob("*.tlog-proof"))]
    entries = (folder / "entries.ndjson").read_text().split("\n")[:-1]
    consistency = json.loads((folder / "consistency.json").read_text())

    told = ran(
        """(async () => {
          const P = PackTrail, able = await P.ed25519(), [own] = P.keysOf(given.vkey);
          const signed = [];
          for (const text of given.files) {
            const one = P.note(P.bytes(text)), [line] = one.signatures;
            signed.push(line.id === P.keyId(own.name, 1, own.key) && await able(own.key, P.bytes(one.body), line.signature));
          }
          const leaves = given.entries.map((one) => P.leafHash(P.bytes(one)));
          const tree = await P.grown(leaves, async () => {}), same = (a, b) => a !== null && P.hex(a) === P.hex(b);
          const led = given.proofs.map((one, i) => { const p = P.proofOf(P.bytes(one)); return same(P.included(p.index, 7, leaves[i], p.path), tree.root(7)); });
          const strayed = given.proofs.map((one, i) => { const p = P.proofOf(P.bytes(one)); return same(P.included((p.index + 1) % 7, 7, leaves[i], p.path), tree.root(7)); });
          const hold = given.consistency.map((c) => P.consistent(c.old, c.new, tree.root(c.old), tree.root(c.new), c.proof.map(P.unbase64)));
          const not = given.consistency.map((c) => P.consistent(c.old, c.new, tree.root(c.old), tree.root(c.new), [...c.proof.map(P.unbase64), leaves[0]]));
          const all = (list, what) => list.every((one) => one === what);
          return { sizes: given.files.map((text) => P.note(P.bytes(text)).size), roots: leaves.map((_, i) => P.base64(tree.root(i + 1))),
                   good: all(signed, true) && all(led, true) && all(hold, true), bad: all(strayed, false) && all(not, false) };
        })()""",
        files=files, proofs=proofs, entries=entries, consistency=consistency,
        vkey=(folder / "vkey.txt").read_text(),
    )  # fmt: skip

    assert told["sizes"] == list(range(8))
    assert told["roots"] == [text.split("\n")[2] for text in files[1:]]
    assert (told["good"], told["bad"]) == (True, True)


def test_the_golden_cases_are_refused_as_they_must_be():
    cases = json.loads((VECTORS / "negative/cases.json").read_text())
    entries = (VECTORS / "vectors/entries.ndjson").read_text().split("\n")[:-1]
    files = [note.encoded((VECTORS / "negative" / case["file"]).read_bytes()) for case in cases]

    told = ran(
        """(async () => {
          const P = PackTrail, able = await P.ed25519(), [own] = P.keysOf(given.vkey), out = [];
          const tree = await P.grown(given.entries.map((one) => P.leafHash(P.bytes(one))), async () => {});
          for (const file of given.files) {
            let good = false;
            try {
              const one = P.note(P.unbase64(file)), lines = one.signatures.filter((each) => each.name === own.name && each.id === P.keyId(own.name, 1, own.key));
              good = lines.length > 0 && one.origin === own.name && one.size <= 7 && P.hex(tree.root(one.size)) === P.hex(one.root);
              for (const line of lines) good = good && await able(own.key, P.bytes(one.body), line.signature);
            } catch { good = false; }
            out.push(good);
          }
          return out;
        })()""",
        files=files, entries=entries, vkey=(VECTORS / "vectors/vkey.txt").read_text(),
    )  # fmt: skip

    for case, accepted in zip(cases, told, strict=True):
        assert case["accept"] in {None, accepted}, case


def test_the_golden_entries_in_another_form_are_refused():
    refused = json.loads((VECTORS / "negative/entries-2-refused.json").read_text()).values()

    assert ran("of(given.texts)", texts=[note.encoded(one.encode()) for one in refused]) == [
        True for _ in refused
    ]


texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=127))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(values, texts), min_size=20, max_size=40))
def test_canonical_is_what_the_trail_writes(pairs):
    written = [
        canonical.canonical({
            "v": 1, "trail": "a", "seq": 0, "at": "", "actor": text, "action": "", "reason": None,
            "subject": {"type": "", "id": text, "version": 1}, "after": {"__proto__": value, "x": 1},
            "salt": "",
        })
        for value, text in pairs
    ]  # fmt: skip
    other = [json.dumps(json.loads(one)).encode() for one in written]

    told = ran("of(given.texts)", texts=[note.encoded(one) for one in (*written, *other)])

    assert told == [False] * len(written) + [True] * len(other)


def test_what_is_no_canonical_entry_is_refused():
    good = h.plain().entries[2]
    bad = [
        good.replace(b'"reason":null', b'"reason":"\\ud800"'),
        good.replace(b'"reason":null', b'"reason":null,"reason":null'),
        good.replace(b'"version":1', b'"version":1.5'),
        good.replace(b'"version":1', b'"version":1e0'),
        good.replace(b'"version":1', b'"version":-0'),
        good.replace(b'"version":1', b'"version":9007199254740993'),
        good.replace(b'"v":1', b'"v":2'),
        good.replace(b"ada", b"\xff"),
        b"\xef\xbb\xbf" + good,
        good + b" ",
        b"[" * 100_000,
        b"null",
    ]

    assert ran("of(given.texts)", texts=[note.encoded(one) for one in (good, *bad)]) == [
        False,
        *[True] * len(bad),
    ]
