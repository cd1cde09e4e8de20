"""`packs.verifying`, held against the table of attacks that `verify.py` is held against."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import shutil
import stat
import zipfile
from pathlib import Path

import pytest

from govtrack.errors import BadInput
from govtrack.packs import bag, pack_files, pack_label, pack_older, verifying
from govtrack.packs.pack_claims import Trust
from govtrack.trail import checkpoint, note, signing

HERE = Path(__file__).parent


def module(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


h, attacks = module("handmade"), module("attack_table")
TABLE = {name: (change, codes) for name, change, codes in attacks.table(h)}
FIRST, SECOND, STRANGER = (h.key(name) for name in ("first", "second", "stranger"))
CODES = {
    "file-missing", "file-changed", "file-extra", "entry", "entry-order", "leaf", "origin", "size",
    "root", "statement", "checkpoint", "signature", "stranger", "key-chain", "revoked", "proof",
    "proof-entry", "proof-missing", "evidence", "consistency", "since", "cosignature", "timestamp",
    "delivery",
}  # fmt: skip


def trusting(*keys, since=(), witnesses=(), roots=(), **more):
    """What somebody holds: private keys stand for their public halves, checkpoints for states."""
    return Trust(
        tuple(map(signing.public_of, keys)),
        tuple(pack_older.Kept("kept", checkpoint.stated(one)) for one in since),
        tuple(note.parsed_vkey(h.vkey(h.key(one), h.WITNESS, 4)) for one in witnesses),
        tuple(roots),
        **more,
    )


def verified(pack, trust=None):
    beside = bag.beside(pack.with_suffix(""))
    delivery = beside.read_bytes() if beside.exists() else None
    with pack_files.files_of(pack) as files:
        return verifying.verified(files, trust or Trust(), delivery)


def codes(report):
    return {one.code for one in report.findings}


def zipped(folder, target, *, top="pack/", more=()):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{top}{path.relative_to(folder).as_posix()}")
        for name, data in more:
            archive.writestr(name, data)
    return target


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    """The pack that is attacked: its trail was rotated, cosigned, and a pack of size 4 preceded."""
    folder = tmp_path_factory.mktemp("rich") / "pack"
    folder.mkdir()
    return attacks.rich(h).pack(folder, consistency=(4,))


@pytest.fixture
def holder():
    """What the auditor of the table holds."""
    kept = attacks.rich(h).checkpoints[4]
    return trusting(FIRST, since=[kept], witnesses=["witness"])


@pytest.fixture
def packed(tmp_path):
    """`packed(trail, **options)`: the folder of the pack of a trail."""

    def made(trail, **options):
        folder = tmp_path / "made"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return trail.pack(folder, **options)

    return made


def test_a_sound_pack_has_no_finding_and_reaches_as_far_as_what_is_held(rich, holder):
    alone, held = verified(rich), verified(rich, holder)

    assert (alone.findings, alone.level, alone.layers) == ((), "internal", ())
    assert (held.findings, held.level) == ((), "witnessed")
    assert {(one.level, one.size) for one in held.layers} == {
        ("signed", 9), ("remembered", 4), ("witnessed", 4),
    }  # fmt: skip
    assert alone.keys == (note.fingerprint(note.parsed_vkey(h.vkey(SECOND))),)


@pytest.mark.parametrize("name", TABLE)
def test_every_attack_is_found_under_its_codes(name, rich, holder, tmp_path):
    change, expected = TABLE[name]
    folder = tmp_path / "pack"
    shutil.copytree(rich, folder)

    change(folder)
    report = verified(folder, holder)

    assert codes(report) == set(expected)
    assert (report.level, report.layers) == (None, ())


def test_a_zip_is_verified_like_its_folder(rich, holder, tmp_path):
    report = verified(zipped(rich, tmp_path / "pack.zip"), holder)

    assert report == verified(rich, holder)


def test_a_file_is_read_once(rich, holder):
    opened = []
    with pack_files.files_of(rich) as files:
        seen = files._replace(opened=lambda name: (opened.append(name), files.opened(name))[1])
        verifying.verified(seen, holder)

    assert len(opened) == len(set(opened)) == len(files.names)


def test_what_the_pack_itself_says_of_keys_raises_nothing(packed):
    trail = h.Trail("stranger")
    trail.evidence(1)
    trail.issue()

    alone = verified(packed(trail))

    assert (alone.findings, alone.level) == ((), "internal")
    assert any("compare it with the key that you noted" in one for one in alone.notes)


def test_a_rotated_trail_is_walked_from_the_first_key_and_from_the_second(rich):
    assert verified(rich, trusting(FIRST)).level == "signed"
    assert verified(rich, trusting(SECOND)).level == "signed"
    assert codes(verified(rich, trusting(STRANGER))) == {"stranger"}


def test_a_forged_rotation_passes_on_to_nobody(packed):
    trail = h.Trail()
    trail.evidence(1)
    trail.issue()
    trail.rotate(FIRST, STRANGER, signers=[STRANGER])
    trail.evidence(2)
    trail.issue()

    assert codes(verified(packed(trail), trusting(FIRST))) == {"key-chain"}


def test_a_revoked_key_counts_for_what_was_cosigned_before(packed):
    trail = attacks.rich(h)
    trail.key_entry("revoked", "KEY-0002", SECOND, "2027-01-01T00:00:00.000000Z")
    trail.issue()
    trail.cosign()

    pack = packed(trail)

    assert verified(pack, trusting(FIRST, witnesses=["witness"])).level == "witnessed"
    assert codes(verified(pack, trusting(FIRST))) == {"revoked"}


def test_a_cut_pack_with_a_genuine_checkpoint_is_signed_at_its_size_and_caught_by_a_later_state(
    packed,
):
    trail = attacks.rich(h)
    newest, cut = trail.checkpoints[9], h.Trail()
    cut.evidence(1)
    cut.evidence(2)
    cut.issue()

    pack = packed(cut)
    signed = verified(pack, trusting(FIRST))

    assert (signed.level, signed.layers[0].size) == ("signed", 4)
    assert codes(verified(pack, trusting(FIRST, since=[newest]))) == {"since"}


def test_an_unsigned_tail_is_told_and_fails_where_signatures_are_required(packed):
    trail = h.Trail()
    trail.evidence(1)
    trail.issue()
    trail.evidence(2)
    trail.issue([])

    pack = packed(trail)
    report = verified(pack, trusting(FIRST))
    strict = verified(pack, trusting(FIRST, require_signed=True))

    assert [(one.level, one.size) for one in report.layers] == [("signed", 3)]
    assert "1 entry after checkpoint 3 is not signed" in report.notes
    assert codes(strict) == {"signature"}


def test_a_pack_that_shows_some_entries_has_the_hashes_of_the_others(packed):
    pack = packed(attacks.rich(h), shown=[0, 1, 3, 4, 5, 6, 7], consistency=(4,))

    report = verified(pack, trusting(FIRST))

    assert (report.findings, report.level, report.entries) == ((), "signed", 7)


def test_a_leaf_list_that_is_edited_is_found(packed):
    pack = packed(attacks.rich(h), shown=[0, 1, 3, 4, 5, 6, 7])
    hashes = pack / "data/trail/leaf-hashes.txt"
    lines = hashes.read_text().splitlines(keepends=True)

    hashes.write_text("".join([*lines[:2], "0" * 64 + "\n", *lines[3:]]))
    hidden = codes(verified(h.reseal(pack)))
    hashes.write_text("".join([*lines[:3], "0" * 64 + "\n", *lines[4:]]))
    shown = codes(verified(h.reseal(pack)))
    hashes.write_text("".join([*lines[:3], "no hash\n", *lines[4:]]))
    none = codes(verified(h.reseal(pack)))

    assert hidden == {"root"}
    assert shown == {"leaf", "root", "proof"}
    assert none == {"leaf", "size"}


def test_a_hidden_entry_put_in_the_place_of_another_is_found(packed):
    trail = attacks.rich(h)
    pack = packed(trail, shown=[0, 1, 3, 4, 5, 6, 7])
    entries = pack / "data/trail/entries.ndjson"
    lines = entries.read_bytes().split(b"\n")[:-1]

    entries.write_bytes(
        b"".join(one + b"\n" for one in [*lines[:2], *reversed(lines[2:4]), *lines[4:]])
    )

    assert "entry-order" in codes(verified(h.reseal(pack)))


def root_of(authority):
    return authority.root.read_bytes()


def stamped(authority, data):
    from govtrack.trail import timestamp  # noqa: PLC0415

    return authority.reply(timestamp.request(data).data)


def test_a_time_stamp_counts_by_its_authority_s_root_and_for_its_own_checkpoint(
    packed, authority, other
):
    trail = attacks.rich(h)
    trail.stamps[9] = {"tsa": stamped(authority, trail.checkpoints[9])}
    good = packed(trail)

    held = verified(good, trusting(FIRST, roots=[root_of(authority)]))
    strange = verified(good, trusting(FIRST, roots=[root_of(other)]))
    unkeyed = verified(good, trusting(roots=[root_of(authority)]))
    trail.stamps[9] = {"tsa": stamped(authority, trail.checkpoints[4])}
    moved = verified(packed(trail), trusting(FIRST, roots=[root_of(authority)]))

    assert ("stamped", 9) in {(one.level, one.size) for one in held.layers}
    assert (strange.findings, strange.level) == ((), "signed")
    assert (unkeyed.findings, unkeyed.level) == ((), "internal")
    assert codes(moved) == {"timestamp"}


def test_the_attacks_together_raise_every_code():
    raised = set().union(*(expected for _, expected in TABLE.values()))

    # these two are shown above: a time stamp takes an authority, a hidden leaf another pack
    assert raised | {"timestamp", "leaf"} == CODES


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("pack/../evil.txt", "leads out"),
        ("../evil.txt", "leads out"),
        ("pack//evil.txt", "leads out"),
        ("pack/data\\evil.txt", "leads out"),
        ("pack/bag-info.txt", "two"),
        ("evil.txt", "none lists"),
    ],
)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_with_a_member_that_does_not_belong_is_found(name, found, rich, holder, tmp_path):
    report = verified(zipped(rich, tmp_path / "pack.zip", more=[(name, b"evil")]), holder)

    assert codes(report) == {"file-extra"}
    assert found in report.findings[0].found


def test_a_link_in_a_zip_is_not_followed(rich, holder, tmp_path):
    link = zipfile.ZipInfo("pack/data/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    report = verified(zipped(rich, tmp_path / "pack.zip", more=[(link, b"/etc/passwd")]), holder)

    assert [(one.code, one.found) for one in report.findings] == [("file-extra", "a symbolic link")]


def test_a_zip_that_inflates_beyond_measure_is_not_read(rich, tmp_path):
    bomb = zipped(rich, tmp_path / "bomb.zip", more=[("pack/data/big", bytes(200 << 20))])

    with pytest.raises(BadInput, match="no pack deflates so far"):
        verified(bomb)


def test_a_member_that_says_less_than_it_holds_is_read_no_further(rich, holder, tmp_path):
    made = zipped(rich, tmp_path / "pack.zip").read_bytes()
    name = b"pack/bag-info.txt"
    at = made.rindex(b"PK\x01\x02", 0, made.rindex(name))
    size = len((rich / "bag-info.txt").read_bytes())
    assert made[at + 24 : at + 28] == size.to_bytes(4, "little")
    (tmp_path / "short.zip").write_bytes(made[: at + 24] + b"\x01\0\0\0" + made[at + 28 :])

    report = verified(tmp_path / "short.zip", holder)

    assert codes(report) == {"file-changed"}


def test_a_damaged_member_is_a_finding_and_the_others_are_still_checked(rich, holder, tmp_path):
    made = bytearray(zipped(rich, tmp_path / "pack.zip").read_bytes())
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        info = archive.getinfo("pack/data/index.html")
        made[info.header_offset + 30 + len(info.filename)] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(made)

    report = verified(tmp_path / "damaged.zip", holder)

    assert [(one.code, one.where) for one in report.findings] == [
        ("file-changed", "data/index.html")
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + bytes(18), b"no zip"])
def test_what_is_no_pack_is_refused(content, tmp_path):
    (tmp_path / "it.zip").write_bytes(content)
    (tmp_path / "folder").mkdir()

    for path in (tmp_path / "it.zip", tmp_path / "folder"):
        with pytest.raises(BadInput, match="expected a folder or zip that holds an audit pack"):
            verified(path)


def test_a_pipe_in_the_folder_is_named_and_not_opened(rich, holder, tmp_path):
    folder = tmp_path / "pack"
    shutil.copytree(rich, folder)
    os.mkfifo(folder / "data/pipe")

    assert codes(verified(folder, holder)) == {"file-extra"}


def test_a_register_that_restored_is_told(packed):
    trail = h.Trail()
    trail.evidence(1)
    trail.origin = f"{h.ORIGIN}/g2"
    trail.add("trail.restored", "generation", "GN-2026-0001", {"origin": trail.origin})
    trail.evidence(2)
    trail.issue()

    report = verified(packed(trail), trusting(FIRST))

    assert (report.findings, report.level) == ((), "signed")
    assert any("restored from an older copy" in one for one in report.notes)


def test_a_generation_that_no_restore_began_is_found(packed):
    trail = h.Trail()
    trail.evidence(1)
    trail.origin = f"{h.ORIGIN}/g2"
    trail.evidence(2)
    trail.issue()

    assert codes(verified(packed(trail), trusting(FIRST))) == {"origin"}


def test_what_an_earlier_pack_stated_has_to_be_the_beginning(packed):
    trail = h.Trail()
    trail.evidence(1)
    stated = {"trail_size": 2, "trail_root": note.encoded(bytes(32)), "digest": "0" * 64}
    trail.add("pack.issued", "pack", "PK-2026-0001", stated)
    trail.evidence(2)
    trail.issue()

    assert codes(verified(packed(trail), trusting(FIRST))) == {"consistency"}


@pytest.mark.parametrize("data", [b"", b"[]", b'{"evidence": 1}', b'{"evidence": [1, {"id": []}]}'])
def test_a_table_in_another_shape_is_no_crash(data, rich, holder, tmp_path):
    folder = tmp_path / "pack"
    shutil.copytree(rich, folder)
    (folder / "data/register/evidence.json").write_bytes(data)

    assert codes(verified(h.reseal(folder), holder)) <= {"proof-missing"}


def test_an_entry_of_an_unexpected_shape_is_no_crash(packed):
    trail = h.Trail()
    for after in (None, {"files": 1}, {"files": [1]}, {"vkey": 3}):
        trail.add("evidence.changed", "evidence", "EV-2026-0001", after)
        trail.add("trail.key_added", "signing_key", "KEY-0009", after)
    trail.files["EV-2026-0001"] = []
    trail.issue()

    assert codes(verified(packed(trail), trusting(FIRST))) == {"key-chain"}


def test_the_report_can_be_written_as_json(rich, holder):
    report = verified(rich, holder)

    assert json.loads(json.dumps(report._asdict()))["level"] == "witnessed"


@pytest.mark.parametrize(("name", "change", "word"), list(attacks.harmless(h)))
def test_what_a_computer_leaves_in_a_folder_is_a_note(name, change, word, rich, holder, tmp_path):
    folder = shutil.copytree(rich, tmp_path / "pack")

    change(folder)
    report = verified(folder, holder)

    assert (report.findings, report.level) == ((), "witnessed"), name
    assert any("passed over" in one and word in one for one in report.notes)


@pytest.mark.parametrize(("name", "change", "keys", "words"), list(attacks.several_keys(h)))
def test_keys_that_are_apart_are_told_to_be(name, change, keys, words, tmp_path):
    (tmp_path / "pack").mkdir()
    change(tmp_path / "pack")

    report = verified(tmp_path / "pack", trusting(*map(h.key, keys)))

    assert (report.findings, report.level) == ((), "signed"), name
    for word in words:
        assert any(word in one for one in report.notes)


def test_keys_of_which_one_passed_on_to_the_other_are_not_told_to_be_apart(rich):
    for keys in ((FIRST, SECOND), (SECOND, FIRST)):
        assert not any("not passed on" in one for one in verified(rich, trusting(*keys)).notes)
    assert any(
        f"the key {note.fingerprint(note.parsed_vkey(h.vkey(STRANGER)))} was not passed on" in one
        for one in verified(rich, trusting(FIRST, STRANGER)).notes
    )


def test_the_verdict_says_up_to_which_size_and_what_limits_it(rich, holder, packed):
    kept = attacks.rich(h).checkpoints[4]
    tail = h.Trail()
    tail.evidence(1)
    tail.issue()
    tail.evidence(2)
    tail.issue([])

    alone, signed = verified(rich).verdict, verified(rich, trusting(FIRST)).verdict
    witnessed, kept_only = verified(rich, holder).verdict, verified(rich, trusting(since=[kept]))
    partly = verified(packed(tail), trusting(FIRST)).verdict

    assert alone[0].startswith("internal, up to size 9 of 9 entries. It agrees with itself")
    assert len(alone) == 1
    assert signed[0].startswith("signed, up to size 9 of 9 entries. ")
    assert signed[1:] == (
        "You gave no older root: a different history by whoever holds the key would look the same.",
    )
    assert witnessed[0].startswith("witnessed, up to size 4 of 9 entries. ")
    assert witnessed[1:] == ("Further than that: signed, up to size 9 of 9 entries.",)
    assert kept_only.verdict[0].startswith("remembered, up to size 4 of 9 entries. ")
    assert kept_only.verdict[1:] == (
        "The 5 entries after that rest on nothing from outside.",
        "No signature counts: entries after 4 could be anybody's.",
    )
    assert partly[0].startswith("signed, up to size 3 of 4 entries. ")
    assert partly[1] == "The 1 entry after that rests on nothing from outside."


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("the page replaced", True),
        ("an artefact rewritten", True),
        ("a proof taken out", True),
        ("the proof of another pack's delivery", True),
        ("a proof with another hash in it", False),
        ("the newest entry changed", False),
        ("all written anew by a stranger", False),
    ],
)
def test_what_holds_of_the_trail_is_told_where_no_finding_touches_it(
    name, holds, rich, holder, tmp_path
):
    folder = shutil.copytree(rich, tmp_path / "pack")
    TABLE[name][0](folder)

    report = verified(folder, holder)

    assert (report.level, report.layers, report.verdict) == (None, (), ())
    assert {(one.level, one.size) for one in report.trail_layers} == (
        {("signed", 9), ("remembered", 4), ("witnessed", 4)} if holds else set()
    )


def test_findings_are_told_files_first_then_the_trail_then_artefacts(rich, tmp_path):
    folder = shutil.copytree(rich, tmp_path / "pack")
    TABLE["an artefact with one byte changed"][0](folder)
    attacks.rich(h).deliver(folder, digest="0" * 64)

    found = verified(folder, trusting(STRANGER)).findings

    assert [one.code for one in found] == ["file-changed", "stranger", "evidence", "delivery"]
    assert set(verifying.ORDER) == CODES


def test_a_broken_chain_names_the_entry_both_keys_and_the_checkpoint(rich, holder, tmp_path):
    first, second = (note.fingerprint(note.parsed_vkey(h.vkey(one))) for one in (FIRST, SECOND))

    def found(name):
        folder = shutil.copytree(rich, tmp_path / name.replace(" ", "-"))
        TABLE[name][0](folder)
        (one,) = (one for one in verified(folder, holder).findings if one.code == "key-chain")
        return one.found

    assert found("the old key lost, the new one alone signs") == (
        f"entry 4 announces the key that signed ({second}), but the key before it ({first}) did "
        "not sign checkpoint 5"
    )
    assert "did not sign checkpoint 9" in found("the checkpoint over the rotation taken out")
    assert found("signed by a retired key") == (
        f"the key that signed ({first}), which entry 5 retired"
    )


def test_an_artefact_is_told_the_digest_it_should_have(rich, holder, tmp_path):
    folder = shutil.copytree(rich, tmp_path / "pack")
    (artefact,) = folder.glob("data/evidence/EV-2026-0002-*")
    digest = hashlib.sha256(artefact.read_bytes()).hexdigest()
    artefact.write_bytes(b"better\n")

    (found,) = verified(h.reseal(folder), holder).findings

    assert found.expected == f"SHA-256 {digest} (entry 3 of EV-2026-0002)"
    assert found.found == hashlib.sha256(b"better\n").hexdigest()


def test_a_checkpoint_beyond_the_pack_is_told_the_largest_size(rich, holder, tmp_path):
    folder = shutil.copytree(rich, tmp_path / "pack")
    trail = attacks.rich(h)
    trail.evidence(1, action="evidence.approved")
    trail.issue()
    (folder / "data/trail/checkpoints/10").write_bytes(trail.checkpoints[10])

    (found,) = verified(h.reseal(folder), holder).findings

    assert (found.code, found.expected, found.found) == (
        "checkpoint", "a checkpoint of at most size 9", "one of size 10",
    )  # fmt: skip


def test_a_delivery_is_told_by_whom_and_never_of_exactly_this_pack_where_files_differ(
    rich, holder, tmp_path
):
    folder = shutil.copytree(rich, tmp_path / "pack")
    absent = verified(folder, holder).notes
    attacks.rich(h).deliver(folder)
    whole, unkeyed = verified(folder, holder).notes, verified(folder).notes
    attacks.rich(h).deliver(folder, signers=[])
    unsigned = verified(folder, holder)
    attacks.rich(h).deliver(folder)
    (folder / "data/index.html").write_text("all is well")
    changed = verified(folder, holder)
    attacks.rich(h).deliver(folder, signers=[FIRST])
    retired = verified(folder, holder)

    second = note.fingerprint(note.parsed_vkey(h.vkey(SECOND)))
    exactly = "entry 9 of the trail records the delivery of exactly this pack, its pages and tables"
    assert "no proof of its delivery lies beside the pack" in absent
    assert f"{exactly} too; signed by {second}" in whole
    assert any(one.startswith(exactly) and "nothing from outside" in one for one in unkeyed)
    assert (unsigned.findings, unsigned.level) == ((), "witnessed")
    assert any("too; unsigned; nothing from outside" in one for one in unsigned.notes)
    assert codes(changed) == {"file-changed"}
    assert not any("exactly" in one for one in changed.notes)
    assert any("the files that lie here are not all those" in one for one in changed.notes)
    assert codes(retired) == {"file-changed", "delivery"}


@pytest.fixture
def years(tmp_path):
    """`years(change)`: last year's pack, its delivery recorded, and this year's after `change`."""

    def made(change=lambda _: None, *, digest=None, shown=None):
        trail = h.Trail()
        trail.evidence(1)
        trail.evidence(2)
        trail.issue()
        last = tmp_path / "last"
        last.mkdir()
        trail.pack(last, shown=shown)
        trail.deliver(last, digest=digest)
        trail.evidence(3)
        change(trail)
        trail.issue()
        this = tmp_path / "this"
        this.mkdir()
        return last, trail.pack(this)

    return made


def kept(pack):
    with pack_files.files_of(pack) as files:
        return Trust((signing.public_of(FIRST),), (pack_older.of_pack("last", files),))


@pytest.mark.parametrize("shown", [None, [0, 1, 2]], ids=["all shown", "some shown"])
def test_an_earlier_pack_is_continued_and_its_delivery_is_recorded(years, shown, tmp_path):
    last, this = years(shown=shown)

    report = verified(this, kept(last))
    zip_ = zipped(last, tmp_path / "last.zip")

    assert (report.findings, report.level) == ((), "remembered")
    assert ("remembered", 4) in {(one.level, one.size) for one in report.layers}
    assert "last: entry 4 records the delivery of that pack" in report.notes
    assert verified(this, kept(zip_)) == report


def test_an_earlier_pack_names_the_first_entry_that_differs(years):
    def rewrite(trail):
        trail.entries[3] = trail.entries[3].replace(b"ada@", b"eva@")

    last, this = years(rewrite)

    (found,) = (one for one in verified(this, kept(last)).findings if one.code == "since")

    assert found.found.endswith(", the first entry that differs is 3")


def test_an_earlier_pack_tells_a_cut_from_another_history(years, packed):
    last, _ = years()

    def found(content):
        trail = h.Trail()
        trail.evidence(1, content)
        trail.issue()
        (one,) = verified(packed(trail), kept(last)).findings
        assert one.expected == "at least 4 entries"
        return one.found

    assert found(None) == "3: cut off or an older copy, no entry that is here differs"
    assert found(b"x") == "3: another history, the first entry that differs is 2"


def test_an_earlier_pack_that_no_entry_records_is_found(years):
    last, this = years(digest="1" * 64)

    (found,) = verified(this, kept(last)).findings

    assert found.code == "since"
    assert hashlib.sha256((last / "tagmanifest-sha256.txt").read_bytes()).hexdigest() in (
        found.expected
    )
    assert found.found == f"entry 4, of a pack with digest {'1' * 64}"


def test_an_earlier_pack_that_does_not_agree_with_itself_says_nothing(years):
    last, _ = years()
    entries = last / "data/trail/entries.ndjson"
    entries.write_bytes(entries.read_bytes().replace(b"ada@", b"eva@"))

    with pytest.raises(ValueError, match="does not agree with itself"):
        kept(last)


def test_the_only_pack_one_level_below_is_meant_and_of_several_none(rich, tmp_path):
    shutil.copytree(rich, tmp_path / "room/pack")

    assert pack_files.bag_at(tmp_path / "room") == tmp_path / "room/pack"
    assert pack_files.bag_at(tmp_path / "room/pack") == tmp_path / "room/pack"
    shutil.copytree(rich, tmp_path / "room/other")
    with pytest.raises(BadInput, match="holds several packs: other, pack; name one"):
        pack_files.bag_at(tmp_path / "room")


def test_a_pack_is_told_by_what_it_calls_itself(rich):
    assert verified(rich).label == ("Example Ltd", "Internal audit pack 2026", "PACK-2026-0a1b2c3d")
    assert pack_label.label(b"\xff\n  lost\nExternal-Description: a\n  b\nno colon\n c\n") == (
        None, "a b", None,
    )  # fmt: skip
