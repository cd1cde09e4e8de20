"""The page of a pack in a browser, opened from disk: it checks itself, a key, the whole folder."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import shutil
from pathlib import Path

import pytest
from freezegun import freeze_time

from govtrack.trail import checkpoint, note, signing, tree

HERE = Path(__file__).parent
LEVEL = "document.getElementById('level').textContent"
TEXT = "document.getElementById('verify').innerText"


def module(path, name):
    spec = importlib.util.spec_from_file_location(name, path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


chromium = module(HERE / "chromium.py", "chromium")
h = module(HERE / "handmade.py", "handmade")
pytestmark = pytest.mark.skipif(chromium.BINARY is None, reason="no browser to open it with")


@pytest.fixture
def pack(workspace, run):
    """A pack of two artefacts, made by the commands."""
    with freeze_time("2026-02-01"):
        for name, kind in (("a.txt", "vv-report"), ("b.txt", "ai-policy")):
            (workspace / name).write_text(f"the artefact {name}\n")
            done = run(
                "add-evidence", name, "--kind", kind, "--title", f"</script>{name}",
                "--supports", "MEASURE 2.3", "--approved-by", "jonas@example.org",
                "--approved-on", "2025-05-01",
            )  # fmt: skip
            assert done.code == 0, done.err
        assert run("audit-pack", "2025", "--output", "pack").code == 0
    return workspace / "pack"


@pytest.fixture
def key(pack, _own_home):
    """The trail's key as its holder keeps it, outside the pack."""
    origin = checkpoint.stated((pack / "data/trail/checkpoint").read_bytes()).origin
    (found,) = _own_home.rglob(f"{origin.rpartition('/')[2]}.vkey")
    return found.read_text().strip()


@pytest.fixture
def browser(tmp_path):
    with chromium.Browser(tmp_path / "profile") as opened:
        yield opened


def verdict(browser, begins, seconds=15):
    browser.until(f"{LEVEL}.startsWith({begins!r})", seconds)
    return browser.run(TEXT)


OWN = "Nothing checked yet but this page's own data"


def three_lines(pack):
    return "\n".join((pack / "data/trail/statement.txt").read_text().split()[:3])


def test_it_checks_what_it_carries_as_it_opens_and_asks_no_network(pack, browser):
    browser.open(pack / "data/index.html")

    told = verdict(browser, f"{OWN}.")

    assert "2 of 2 artefacts proven" in told
    assert "No file of the pack was looked at: choose its folder." in told
    assert "whoever forges a pack can forge its page" in told
    for unchecked in ("time stamps (RFC 3161)", ".issued.tlog-proof", "own digest"):
        assert unchecked in told.partition("does not check")[2]
    assert browser.run("document.getElementById('since').offsetHeight") > 0
    assert browser.run("document.getElementById('verdict').className") == "verdict unknown"
    assert [one.split(":")[0] for one in browser.asked] == ["file"]


def test_a_key_that_is_typed_is_checked_and_so_is_the_whole_folder(pack, key, browser):
    browser.open(pack / "data/index.html")
    browser.typed("#key", key)

    told = verdict(browser, f"{OWN}: signed, up to size ")
    assert note.fingerprint(note.parsed_vkey(key)) in told
    assert "No file of the pack was looked at" in told
    assert "You gave no older root" in told

    browser.choose("#folder", pack)
    browser.until("document.getElementById('verdict').className === 'verdict good'")
    told = browser.run(TEXT)
    files = sum(one.is_file() for one in pack.rglob("*"))
    digest = hashlib.sha256((pack / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    identifier = re.search(r"External-Identifier: (\S+)", (pack / "bag-info.txt").read_text())[1]
    assert f"· {identifier}. Digest {digest}" in told
    assert f"{files} files hashed" in told
    assert re.search(r"signed up to size \d+, by SHA256:", told)
    assert "a different history by whoever holds the key would look the same" in told

    browser.typed("#since", three_lines(pack))
    assert "You gave no older root" not in verdict(browser, "remembered, up to size ")
    browser.typed("#since", f"{key.split('+')[0]}\n1\n{note.encoded(bytes(32))}")
    assert "since what you kept: expected root" in verdict(browser, "FAILED: 1 finding.")


def test_a_layer_that_does_not_reach_the_end_says_how_far_it_reaches(pack, browser):
    first = (pack / "data/trail/entries.ndjson").read_bytes().split(b"\n")[0]
    origin = checkpoint.stated((pack / "data/trail/checkpoint").read_bytes()).origin
    browser.open(pack / "data/index.html")
    browser.typed("#since", f"{origin}\n1\n{note.encoded(tree.leaf_hash(first))}")
    assert "carries no proof from size 1: choose" in verdict(browser, f"{OWN}.")

    browser.choose("#folder", pack)

    told = verdict(browser, "remembered, up to size 1 of ")
    assert re.search(r"The \d+ entries after that rest on nothing from outside\.", told)
    assert "No signature counts: entries after 1 could be anybody's." in told
    assert browser.run("document.getElementById('verdict').className") == "verdict unknown"


def test_an_older_root_is_compared_before_a_folder_is_chosen(pack, run, browser):
    with freeze_time("2026-02-02"):
        assert run("audit-pack", "2025", "--output", "later").code == 0
    later = pack.with_name("later")
    origin, size, _ = (kept := three_lines(pack)).split()
    browser.open(later / "data/index.html")

    browser.typed("#since", f"Noted last year:\n\n{kept}\nand no more")
    verdict(browser, f"{OWN}: remembered, up to size {size} of ")

    browser.typed("#since", f"{origin}\n{size}\n{note.encoded(bytes(32))}")
    assert "since what you kept: expected root" in verdict(browser, "FAILED: 1 finding in")

    browser.typed("#since", f"{origin}\n9999\n{note.encoded(bytes(32))}")
    browser.until(f"{TEXT}.includes('9999 entries, found')")


def test_a_key_from_before_a_rotation_is_told_from_a_strangers(pack, key, run, browser):
    with freeze_time("2026-02-02"):
        done = run("trail", "key", "rotate")
        assert done.code == 0, done.err
        assert run("audit-pack", "2025", "--output", "later").code == 0
    browser.open(pack.with_name("later") / "data/index.html")

    browser.typed("#key", key)
    told = verdict(browser, f"{OWN}: signed, up to size ")
    assert f"the key that {note.fingerprint(note.parsed_vkey(key))} passed on to" in told

    browser.typed("#key", h.vkey(h.key("stranger")))
    told = verdict(browser, "FAILED: 1 finding in this page's own data.")
    assert "stranger this page's checkpoint" in told
    assert "no entry of the trail announces a key that you gave" in told


def test_a_strangers_key_claims_nothing(pack, browser):
    browser.open(pack / "data/index.html")
    browser.typed("#key", h.vkey(h.key("stranger")))
    assert "stranger this page's checkpoint" in verdict(browser, "FAILED: 1 finding in this page")

    browser.choose("#folder", pack)
    assert "stranger data/trail/checkpoint" in verdict(browser, "FAILED: 1 finding.")

    for wrong, words in (
        ("no key", "no is not a key: a key is a line NAME+KEYID+KEY"),
        ("SHA256:abc", "is a fingerprint, not a key: give the line it belongs to"),
    ):
        browser.typed("#key", wrong)
        browser.until(f"{TEXT}.includes({words!r})")
        assert browser.run("document.getElementById('key').getAttribute('aria-invalid')") == "true"
    verdict(browser, "internal, up to size")


def test_a_folder_of_another_pack_is_a_finding(pack, run, browser, workspace):
    (workspace / "c.txt").write_text("one more")
    with freeze_time("2026-02-02"):
        done = run("add-evidence", "c.txt", "--kind", "vv-report", "--title", "c")
        assert done.code == 0, done.err
        assert run("audit-pack", "2025", "--output", "later").code == 0
    browser.open(pack / "data/index.html")

    browser.choose("#folder", pack.with_name("later"))

    told = verdict(browser, "FAILED: 1 finding.")
    assert "page the folder: expected the pack of this page, PACK-" in told


def test_a_folder_with_another_file_and_its_manifests_made_anew_is_not_the_pages(pack, browser):
    kept = (pack / "data/index.html").rename(pack.parent / "index.html")
    kept.with_name("copy.html").write_bytes(kept.read_bytes())
    (pack / "data/index.html").write_bytes(kept.read_bytes())
    (pack / "data/documents/08-evidence-index.html").write_text("better")
    h.reseal(pack)
    browser.open(kept)

    browser.choose("#folder", pack)

    told = verdict(browser, "FAILED: 1 finding.")
    assert "found 1 that differs: data/documents/08-evidence-index.html" in told


def test_the_folder_above_is_taken_where_it_holds_one_pack(pack, browser, tmp_path):
    above = tmp_path / "above"
    shutil.copytree(pack, above / "one")
    browser.open(pack / "data/index.html")
    browser.choose("#folder", above)
    assert "from a level below what you chose: above/one" in verdict(browser, "internal, up to")

    shutil.copytree(pack, above / "two")
    browser.choose("#folder", above)

    told = verdict(browser, f"{OWN}.")
    assert "What you chose holds 2 packs: choose one of above/one, above/two." in told


def test_a_key_file_of_the_pack_itself_is_refused_and_anothers_taken(pack, key, browser, tmp_path):
    pem = tmp_path / "mine.pem"
    pem.write_bytes(signing.public_pem(note.parsed_vkey(key).public))
    browser.open(pack / "data/index.html")

    browser.choose("#keyfile", pack / "data/trail/vkey.txt")
    browser.until(f"{TEXT}.includes('lies in this pack itself')")
    assert browser.run("document.getElementById('key').value") == ""

    browser.choose("#keyfile", pem)
    verdict(browser, f"{OWN}: signed, up to")


def test_a_changed_file_one_too_many_and_one_too_few_are_told(pack, key, browser):
    (artefact, other) = sorted((pack / "data/evidence").iterdir())
    artefact.write_text("a better result\n")
    other.unlink()
    (pack / "data/more.txt").write_text("more")
    browser.open(pack / "data/index.html")
    browser.typed("#key", key)

    browser.choose("#folder", pack)

    told = verdict(browser, "FAILED: 5 findings.")
    for code, path in (
        ("file-changed", artefact),
        ("file-missing", other),
        ("file-extra", pack / "data/more.txt"),
        ("evidence", artefact),
    ):
        assert f"{code} {path.relative_to(pack)}: expected" in told
    assert re.search(r"holds of the trail: signed up to size \d+, by SHA256:", told)


def test_of_many_findings_the_first_few_are_shown_and_their_number(pack, browser):
    for number in range(20):
        (pack / f"data/more-{number}.txt").write_text("more")
    browser.open(pack / "data/index.html")

    browser.choose("#folder", pack)

    told = verdict(browser, "FAILED: 20 findings.")
    assert (told.count("file-extra data/more-"), "and 12 more file-extra" in told) == (8, True)


def test_a_page_whose_own_list_or_entries_were_edited_says_so(pack, browser):
    page = pack / "data/index.html"
    text = page.read_text()
    digest, path = re.search(r'"([0-9a-f]{64})": "(evidence/[^"]+)"', text).groups()
    page.write_text(text.replace(f'"{digest}": "{path}"', f'"{"0" * 64}": "{path}"'))
    browser.open(page)
    told = verdict(browser, "FAILED: 1 finding in this page's own data.")
    assert f"evidence {path}: expected SHA-256 {digest} (entry " in told

    page.write_text(text.replace("jonas@example.org", "ben@example.org"))
    browser.open(page)
    assert "proof this page, EV-" in verdict(browser, "FAILED: 2 findings")


def test_the_old_digest_check_is_still_there(pack, browser):
    browser.open(pack / "data/index.html")

    browser.choose("#files", next((pack / "data/evidence").iterdir()))

    browser.until("document.querySelector('#results .good') !== null")


def test_a_page_alone_or_in_another_folder_works(pack, key, browser, tmp_path):
    folder = shutil.copytree(pack, tmp_path / "some folder #1 %")
    browser.open(folder / "data/index.html")
    browser.typed("#key", key)
    verdict(browser, f"{OWN}: signed, up to")

    browser.choose("#folder", folder.parent / "some folder #1 %" / "data")
    browser.until(f"{TEXT}.includes('holds no pack')")
