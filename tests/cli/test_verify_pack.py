"""`govtrack verify PACK`, on packs of a real register: no workspace is needed for it."""

# ruff: noqa: ARG001  (a fixture may be asked for what it makes only)

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest
from freezegun import freeze_time
from pypdf import PdfReader

from govtrack import shipped
from govtrack.packs import delivery_proof
from govtrack.trail import checkpoint, note, proof, signing
from govtrack.trail.tree import leaf_hash

SCHEMA = json.loads((shipped.folder("schemas") / "verify-pack.schema.json").read_text())
WORD = "Zebrafish"  # a word that nothing else says


def recorded(run, workspace, name, system, title, ref="A.6.2.4"):
    (workspace / name).write_text(f"the artefact {name}\n")
    done = run(
        "add-evidence", name, "--kind", "vv-report", "--title", title, "--supports", ref,
        "--prepared-by", "mira@example.org", "--prepared-on", "2025-03-01", "--system", system,
        "--approved-by", "jonas@example.org", "--approved-on", "2025-03-02",
    )  # fmt: skip
    assert done.code == 0, done.err


@pytest.fixture
def register(workspace, run):
    """A workspace with two AI systems, evidence, risks and a control decided for both."""
    with freeze_time("2026-02-01"):
        for slug, name in (("triage", "Triage"), ("zebra", f"{WORD} Watch")):
            assert run("system", "add", slug, "--name", name, "--role", "provider").code == 0
        recorded(run, workspace, "one.txt", "triage", "V&V of triage")
        recorded(run, workspace, "two.txt", "zebra", f"V&V of {WORD} monitoring")
    return workspace


def pack(run, name, *more):
    done = run("audit-pack", "2025", "--output", name, *more)
    assert done.code == 0, done.err
    return Path(name)


@pytest.fixture
def elsewhere(monkeypatch, tmp_path):
    """`elsewhere()`: from here on, this is another machine, without keys and without a memory."""

    def go():
        for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            monkeypatch.setenv(name, str(tmp_path / "another-home"))

    return go


@freeze_time("2026-03-01")
def test_a_pack_is_verified_with_what_is_held_and_says_no_more_without(
    register, run, elsewhere, tmp_path
):
    made = pack(run, "pack")
    noted = tmp_path / "noted.vkey"
    noted.write_text((made / "data/trail/vkey.txt").read_text().splitlines()[0])
    shutil.copytree(made, tmp_path / "away/pack")
    shutil.copy("pack.zip", tmp_path / "away")
    elsewhere()

    alone = run("verify", tmp_path / "away/pack", cwd=tmp_path)
    zipped = run("verify", tmp_path / "away/pack.zip", "--json", cwd=tmp_path)
    held = run("verify", "away/pack", "--key", noted, "--require-signed", "--json", cwd=tmp_path)
    told = run("verify", "away/pack", "--key", noted.read_text(), cwd=tmp_path)

    said = held.json()
    jsonschema.validate(said, SCHEMA)
    fingerprint = note.fingerprint(note.parsed_vkey(noted.read_text()))
    assert alone.code == 0
    assert f"internal, up to size {held.json()['size']} of {held.json()['size']} " in alone.out
    assert f"Key in the pack: {fingerprint}. That key lies in the pack" in alone.out
    assert "signed:" not in alone.out
    assert zipped.json()["level"] == "internal"
    assert (said["ok"], said["level"], said["findings"]) == (True, "signed", [])
    assert said["evidence_files"] == 2
    assert (
        f"signed: up to size {said['size']} of {said['size']}, signed by {fingerprint}" in told.out
    )
    assert f"size {said['size']}, root {said['root']}" in told.out


@freeze_time("2026-03-01")
def test_the_proof_beside_a_pack_says_that_its_delivery_is_recorded(register, run, tmp_path):
    made = pack(run, "pack")
    beside = Path("pack.issued.tlog-proof")
    delivery = delivery_proof.read(beside.read_bytes())
    said, signed = checkpoint.read(delivery.proof.checkpoint)

    found = run("verify", made, "--json").json()
    other = pack(run, "other", "--no-evidence")
    beside.write_bytes(Path("other.issued.tlog-proof").read_bytes())
    swapped = run("verify", made, "--json")

    entry = json.loads(delivery.entry)
    led = proof.included(
        delivery.proof.entry, said.size, leaf_hash(delivery.entry), delivery.proof.path
    )
    assert led == said.root
    assert entry["after"]["digest"] == found["tagmanifest_sha256"]
    assert (entry["after"]["trail_size"], entry["after"]["trail_root"]) == (
        found["size"], found["root"],
    )  # fmt: skip
    assert signing.signed_by(
        signed, [note.parsed_vkey((made / "data/trail/vkey.txt").read_text().split()[0])]
    )
    assert any("records the delivery of exactly this pack" in one for one in found["notes"])
    assert swapped.code == 1
    assert [one["code"] for one in swapped.json()["findings"]] == ["delivery"]
    assert run("verify", other).code == 0


@freeze_time("2026-03-01")
def test_delivered_again_it_is_the_same_and_a_later_one_continues_it(register, run, elsewhere):
    first = pack(run, "pack")
    again = pack(run, "again")
    recorded(run, register, "three.txt", "triage", "V&V, second round")
    later = pack(run, "later")
    elsewhere()

    found = run("verify", later, "--since", "pack/data/trail/statement.txt", "--json").json()

    size = checkpoint.stated((first / "data/trail/statement.txt").read_bytes()).size
    for name in ("tagmanifest-sha256.txt", "data/trail/checkpoint"):
        assert (first / name).read_bytes() == (again / name).read_bytes()
    assert Path("pack.zip").read_bytes() != Path("later.zip").read_bytes()
    assert [p.name for p in (later / "data/trail").glob("consistency-*")] == [
        f"consistency-from-{size}.txt"
    ]
    assert (found["level"], found["findings"]) == ("remembered", [])
    assert [(one["level"], one["size"]) for one in found["layers"]] == [("remembered", size)]


def texts(folder):
    """What each file of a pack says, prints and workbook too."""
    for path in folder.rglob("*"):
        if path.suffix == ".pdf":
            pages = PdfReader(path).pages
            yield path, "\n".join(page.extract_text() for page in pages)
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                yield (
                    path,
                    "".join(book.read(one).decode("utf-8", "replace") for one in book.namelist()),
                )
        elif path.is_file():
            yield path, path.read_bytes().decode("utf-8", "replace")


@freeze_time("2026-03-01")
def test_a_pack_in_scope_tells_nothing_of_other_records_and_is_whole_all_the_same(
    register, run, elsewhere
):
    for args in (
        ("criteria", "set", "--in-force-from", "2025-01-01", "--decided-by", "AI board"),
        ("risk", "add", "--system", "zebra", "--title", f"{WORD} escapes", "--cause", "no check",
         "--event", "it is gone", "--consequence", "nobody sees it", "--owner", "eva",
         "--identified-on", "2025-05-01"),
        ("soa", "set", "A.6.2.4", "--applicable", "--because", "risk:R-2026-0001", "--why",
         "needed", "--status", "implemented", "--on", "2025-06-01"),
        ("soa", "set", "A.6.2.4", "--system", "zebra", "--status", "partial", "--on",
         "2025-06-02"),
    ):  # fmt: skip
        done = run(*args)
        assert done.code == 0, done.err
    made = pack(run, "pack", "--system", "triage")
    elsewhere()

    found = run("verify", "pack.zip", "--json").json()
    whole = pack(run, "whole")

    entries = (made / "data/trail/entries.ndjson").read_bytes().split(b"\n")[:-1]
    hashes = (made / "data/trail/leaf-hashes.txt").read_text().splitlines()
    told = {
        (json.loads(one)["subject"]["type"], json.loads(one)["subject"]["id"]) for one in entries
    }
    assert (found["level"], found["findings"]) == ("internal", [])
    assert (found["entries_shown"], found["size"]) == (len(entries), len(hashes))
    assert len(entries) < len(hashes)
    assert ("evidence", "EV-2026-0001") in told
    assert ("evidence", "EV-2026-0002") not in told
    assert ("ai_system", "SYS-2026-0002") not in told
    assert [str(path) for path, text in texts(made) if "zebra" in text.lower()] == []
    named = {path.name for path, text in texts(whole) if "zebra" in text.lower()}
    assert {"09-soa.html", "soa.json", "23-risks.html", "workbook.xlsx", "entries.ndjson"} <= named
    assert "16 random bytes" in (made / "data/documents/21-trail.html").read_text()
    assert not (whole / "data/trail/leaf-hashes.txt").exists()


@freeze_time("2026-03-01")
def test_without_the_key_at_hand_the_tail_is_said_to_be_unsigned(register, run, elsewhere):
    with closing(sqlite3.connect(register / ".govtrack/register.db")) as connection:
        (signed,) = connection.execute("SELECT max(size) FROM checkpoint").fetchone()
        (line,) = connection.execute("SELECT vkey FROM signing_key").fetchone()
    elsewhere()
    recorded(run, register, "three.txt", "triage", "V&V, second round")

    made = pack(run, "pack")
    found = run("verify", made, "--key", line, "--json")
    strict = run("verify", made, "--key", line, "--require-signed")

    said = found.json()
    words = f"unsigned tail of {said['size'] - signed} entr"
    assert said["size"] > signed
    assert (said["level"], said["findings"]) == ("signed", [])
    assert [(one["level"], one["size"]) for one in said["layers"]] == [("signed", signed)]
    assert (made / f"data/trail/checkpoints/{signed}").is_file()
    assert words in (made / "data/documents/21-trail.html").read_text()
    assert words in (made / "data/documents/00-cover.html").read_text()
    assert strict.code == 1
    assert "signature data/trail/checkpoint: expected a signature" in strict.out
    assert "Nothing is claimed." in strict.out
    assert "signed, up to" not in strict.out


@freeze_time("2026-03-01")
def test_a_stranger_s_key_and_files_of_the_pack_itself_do_not_pass(register, run, tmp_path):
    made = pack(run, "pack")
    strange = tmp_path / "strange.vkey"
    origin = checkpoint.stated((made / "data/trail/checkpoint").read_bytes()).origin
    strange.write_text(note.vkey(origin, signing.public_of(signing.new_key())))

    other = run("verify", made, "--key", strange)
    inside = run("verify", made, "--key", made / "data/trail/vkey.txt",
                 "--since", made / "data/trail/checkpoint")  # fmt: skip
    garbage = run("verify", made, "--key", "no key")
    missing = run("verify", "nowhere.zip")
    workspace = run("verify", register)

    assert other.code == 1
    assert "stranger data/trail/checkpoint: expected a signature by SHA256:" in other.out
    assert inside.code == 2
    assert inside.err.count("lies in the pack itself") == 2
    assert [one.code for one in (garbage, missing, workspace)] == [2, 2, 2]
    assert "is no pack" in workspace.err


@freeze_time("2026-03-01")
def test_what_a_careful_forger_changes_is_told_in_full(register, run, tmp_path):
    made = pack(run, "pack")
    (evidence,) = made.glob("data/evidence/EV-2026-0001-*")
    evidence.write_text("a better result\n")
    (made / "data/documents/09-soa.html").unlink()
    (made / "note.txt").write_text("trust me")

    found = run("verify", made)

    assert found.code == 1
    assert [line.split()[0] for line in found.out.splitlines()[6:10]] == [
        "file-missing", "file-changed", "file-extra", "evidence",
    ]  # fmt: skip
    assert "holds of the trail: signed: up to size" in found.out
    assert "FAILED: 4 findings. Nothing else is claimed." in found.out
    assert "exactly this pack" not in found.out


@freeze_time("2026-03-01")
def test_the_first_lines_say_which_pack_was_checked(register, run):
    made = pack(run, "pack")

    found, said = run("verify", made).out.splitlines(), run("verify", made, "--json").json()

    assert found[0] == (f"Pack {said['identifier']} of {said['organisation']}: {said['title']}")
    assert said["identifier"].startswith("PACK-2025-")
    assert "Internal audit pack 2025" in said["title"]
    assert found[1].split()[:2] == ["digest", said["tagmanifest_sha256"]]
    assert found[2] == f"  {said['files']} files ({said['file_bytes']} bytes) hashed"


@freeze_time("2026-03-01")
def test_a_folder_with_one_pack_is_taken_and_said(register, run, tmp_path):
    made = pack(run, "room/pack")
    (tmp_path / "kept").write_bytes((made / "data/trail/checkpoint").read_bytes())

    found = run("verify", "room")
    inside = run("verify", made, "--since", "room")
    shutil.copytree(made, "room/other")
    several = run("verify", "room")

    assert found.code == 0
    assert "note: took the pack in pack, the only one in room" in found.out
    assert "records the delivery of exactly this pack" in found.out
    assert (inside.code, several.code) == (2, 2)
    assert "room, --since: lies in the pack itself" in inside.err
    assert "room: holds several packs: other, pack; name one of them" in several.err


@freeze_time("2026-03-01")
@pytest.mark.parametrize("name", ["last", "last.zip"])
def test_last_year_s_pack_is_what_was_kept(name, register, run):
    last = pack(run, "last")
    recorded(run, register, "three.txt", "triage", "V&V, second round")
    made = pack(run, "pack")
    size = checkpoint.stated((last / "data/trail/checkpoint").read_bytes()).size

    found = run("verify", made, "--since", name, "--json").json()
    broken = last / "data/trail/entries.ndjson"
    broken.write_bytes(broken.read_bytes().replace(b"Triage", b"Triale", 1))
    useless = run("verify", made, "--since", "last")

    jsonschema.validate(found, SCHEMA)
    assert found["findings"] == []
    assert f"{name}: entry {size} records the delivery of that pack" in found["notes"]
    assert ("remembered", size) in {(one["level"], one["size"]) for one in found["layers"]}
    assert useless.code == 2
    assert "last, --since: is a pack that does not agree with itself" in useless.err


@freeze_time("2026-03-01")
@pytest.mark.parametrize("pack_given", [True, False], ids=["a pack", "the workspace"])
def test_a_fingerprint_is_no_key(pack_given, register, run, tmp_path):
    words = "is a fingerprint, not a key: give the line it belongs to (NAME+KEYID+KEY)"
    what = [pack(run, "pack")] if pack_given else []
    text = "SHA256:8/X2Z7cM4xxLUbWU+iXy+pd8tH33aZYnb80X+3DnhYo"
    (tmp_path / "noted").write_text(f"{text}\n")

    for given in (text, tmp_path / "noted"):
        found = run("verify", *what, "--key", given)
        assert found.code == 2
        assert words in found.err


@freeze_time("2026-03-01")
def test_many_findings_of_one_code_are_counted_and_json_has_them_all(register, run):
    made = pack(run, "pack")
    for number in range(9):
        (made / f"stray-{number}.txt").write_text("hi")
    (made / "bagit.txt").write_text("changed")

    told, said = run("verify", made).out, run("verify", made, "--json").json()

    jsonschema.validate(said, SCHEMA)
    assert [line.split()[0] for line in told.splitlines()[6:13]] == [
        "file-changed", *["file-extra"] * 5, "file-extra:",
    ]  # fmt: skip
    assert "file-extra: and 4 more (--json has all)" in told
    assert len(said["findings"]) == 10
    assert (said["level"], said["layers"], said["verdict"]) == (None, [], [])
    assert {one["level"] for one in said["trail_layers"]} == {"signed"}


def test_every_page_of_every_print_carries_origin_size_and_the_whole_root(register, run):
    with freeze_time("2026-03-01"):
        made = pack(run, "pack")
    said = checkpoint.stated((made / "data/trail/checkpoint").read_bytes())

    for path in (made / "data/documents").glob("*.pdf"):
        for page in PdfReader(io.BytesIO(path.read_bytes())).pages:
            text = page.extract_text()
            for words in (said.origin, f"size {said.size}", note.encoded(said.root)):
                assert words in text, path
