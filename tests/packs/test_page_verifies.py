"""The page of a pack in a browser, opened from disk: it checks itself, a key, the whole folder."""

from __future__ import annotations

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


def verdict(browser, begins, seconds=60):
    browser.until(f"{LEVEL}.startsWith({begins!r})", seconds)
    return browser.run(TEXT)


def test_it_checks_what_it_carries_as_it_opens_and_asks_no_network(pack, browser):
    browser.open(pack / "data/index.html")

    told = verdict(browser, "internal.")

    assert "2 of 2 artefacts proven" in told
    assert "choose the pack's folder" in told
    assert "whoever forges a pack can forge its page" in told
    assert browser.run("document.getElementById('verdict').className") == "verdict unknown"
    assert [one.split(":")[0] for one in browser.asked] == ["file"]


def test_a_key_that_is_typed_is_checked_and_so_is_the_whole_folder(pack, key, browser):
    browser.open(pack / "data/index.html")
    browser.typed("#key", key)

    told = verdict(browser, "signed.")
    assert note.fingerprint(note.parsed_vkey(key)) in told
    assert "have not been looked at yet" in told

    browser.choose("#folder", pack)
    browser.until("document.getElementById('verdict').className === 'verdict good'")
    told = browser.run(TEXT)
    files = sum(one.is_file() for one in pack.rglob("*"))
    assert f"{files} files checked" in told
    assert re.search(r"signed up to size \d+ of \d+, by SHA256:", told)

    browser.typed("#since", "\n".join((pack / "data/trail/statement.txt").read_text().split()[:3]))
    verdict(browser, "remembered.")
    browser.typed("#since", f"{key.split('+')[0]}\n1\n{note.encoded(bytes(32))}")
    assert "since what you kept: expected root" in verdict(browser, "not verified: 1 finding.")


def test_a_layer_that_does_not_reach_the_end_says_how_far_it_reaches(pack, browser):
    first = (pack / "data/trail/entries.ndjson").read_bytes().split(b"\n")[0]
    origin = checkpoint.stated((pack / "data/trail/checkpoint").read_bytes()).origin
    browser.open(pack / "data/index.html")
    browser.typed("#since", f"{origin}\n1\n{note.encoded(tree.leaf_hash(first))}")

    browser.choose("#folder", pack)

    assert re.search(r"remembered up to size 1 of \d+\.", verdict(browser, "remembered up to"))


def test_a_strangers_key_claims_nothing(pack, browser):
    browser.open(pack / "data/index.html")
    browser.typed("#key", h.vkey(h.key("stranger")))
    browser.until(f"{TEXT}.includes('has not signed this page')")
    assert browser.run(LEVEL) == "internal."

    browser.choose("#folder", pack)
    assert "stranger data/trail/checkpoint" in verdict(browser, "not verified")

    browser.typed("#key", "no key")
    browser.until(f"{TEXT}.includes('the key:')")
    assert browser.run("document.getElementById('key').getAttribute('aria-invalid')") == "true"
    verdict(browser, "internal.")


def test_a_key_file_of_the_pack_itself_is_refused_and_anothers_taken(pack, key, browser, tmp_path):
    pem = tmp_path / "mine.pem"
    pem.write_bytes(signing.public_pem(note.parsed_vkey(key).public))
    browser.open(pack / "data/index.html")

    browser.choose("#keyfile", pack / "data/trail/vkey.txt")
    browser.until(f"{TEXT}.includes('lies in this pack itself')")
    assert browser.run("document.getElementById('key').value") == ""

    browser.choose("#keyfile", pem)
    verdict(browser, "signed.")


def test_a_changed_file_one_too_many_and_one_too_few_are_told(pack, key, browser):
    (artefact, other) = sorted((pack / "data/evidence").iterdir())
    artefact.write_text("a better result\n")
    other.unlink()
    (pack / "data/more.txt").write_text("more")
    browser.open(pack / "data/index.html")
    browser.typed("#key", key)

    browser.choose("#folder", pack)

    told = verdict(browser, "not verified")
    for code, path in (
        ("file-changed", artefact),
        ("file-missing", other),
        ("file-extra", pack / "data/more.txt"),
        ("evidence", artefact),
    ):
        assert f"{code} {path.relative_to(pack)}: expected" in told


def test_a_page_whose_own_list_or_entries_were_edited_says_so(pack, browser):
    page = pack / "data/index.html"
    text = page.read_text()
    digest, path = re.search(r'"([0-9a-f]{64})": "(evidence/[^"]+)"', text).groups()
    page.write_text(text.replace(f'"{digest}": "{path}"', f'"{"0" * 64}": "{path}"'))
    browser.open(page)
    assert f"evidence {path}: expected" in verdict(browser, "not verified: 1 finding.")

    page.write_text(text.replace("jonas@example.org", "ben@example.org"))
    browser.open(page)
    assert "proof this page, EV-" in verdict(browser, "not verified: 2 findings.")


def test_the_old_digest_check_is_still_there(pack, browser):
    browser.open(pack / "data/index.html")

    browser.choose("#files", next((pack / "data/evidence").iterdir()))

    browser.until("document.querySelector('#results .good') !== null")


def test_a_page_alone_or_in_another_folder_works(pack, key, browser, tmp_path):
    folder = shutil.copytree(pack, tmp_path / "some folder #1 %")
    browser.open(folder / "data/index.html")
    browser.typed("#key", key)
    verdict(browser, "signed.")

    browser.choose("#folder", folder.parent / "some folder #1 %" / "data")
    browser.until(f"{TEXT}.includes('holds no pack')")
