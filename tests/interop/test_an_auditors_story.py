"""An external auditor's story from both ends, with only what lies in the packs and on her desk.

In one year she is handed a pack, notes the trail's key and keeps the pack. A year of work follows,
with a new key. What then is handed over is the true pack, or what somebody made of the store: put
back, cut off, edited without the key, edited with a stolen one, or all told anew under a key of
their own. She has last year's pack, what she noted, a plain Python and coreutils; nothing of
govtrack.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from govtrack import clock
from govtrack.register import keys
from govtrack.trail import signing

PYTHON = (shutil.which("python3", path="/usr/bin:/bin") or sys.executable, "-S")
TESTS = Path(__file__).parents[1]
LAST_YEAR, THIS_YEAR = (datetime(year, 11, 30, 9, tzinfo=UTC) for year in (2025, 2026))
WORK = {"2025": ("Validation", "Impact"), "2026": ("Red team", "Bias", "Drift")}


def _forging():
    path = TESTS / "attacks" / "forging.py"
    spec = importlib.util.spec_from_file_location("forging", path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


forging = _forging()


class Story:
    """The organisation's store and home at each end, and the auditor's desk."""

    def __init__(self, run, home, place):
        self.run, self.home, self.desk = run, home, place / "desk"
        self.root, self.desk_pack = place / "aims", self.desk / "2025"
        self.desk.mkdir()
        with clock.at(datetime(2025, 1, 7, 9, tzinfo=UTC)):
            told = self.done("init", self.root, "--organisation", "Example Ltd", cwd=place)
        self.noted = next(line.strip() for line in told.out.splitlines() if "+" in line)
        self.work("2025", LAST_YEAR)
        self.deliver(self.root, "2025", self.desk_pack, LAST_YEAR)
        self.statement = self.desk_pack / "data/trail/statement.txt"
        self.before = shutil.copytree(self.root, place / "before")
        with clock.at(THIS_YEAR):
            self.done("trail", "key", "rotate", "--reason", "yearly")
        self.work("2026", THIS_YEAR)
        first = self.noted.partition("+")[0]
        self.stolen = keys.loaded(keys.path_of(first))

    def done(self, *arguments, cwd=None):
        result = self.run(*arguments, cwd=cwd or self.root)
        assert result.code == 0, result.err
        return result

    def work(self, year, at, root=None):
        root = root or self.root
        with clock.at(at.replace(month=10)):
            for title in WORK[year]:
                (root / f"{title}.txt").write_text(f"{title}: what was found in {year}.\n")
                self.done("add-evidence", f"{title}.txt", "--kind", "vv-report", "--title", title,
                          "--prepared-by", "ben", "--approved-by", "eva", "--approved-on",
                          f"{year}-10-15", cwd=root)  # fmt: skip

    def deliver(self, root, year, folder, at):
        with clock.at(at):
            self.done("audit-pack", year, "--output", folder, "--force", cwd=root)
        return folder

    def forgetting(self, root):
        """A copy of the store at a machine that remembers nothing, with a forger at it."""
        shutil.rmtree(self.home / "xdg_state_home" / "govtrack", ignore_errors=True)
        return forging.Forger(shutil.copytree(root, self.root.with_name("forged")))

    def judged(self, pack):
        """What last year's verify.py says of this year's pack, and the codes of its findings."""
        assert not _sums(pack), "the forger took care of the manifests"
        done = subprocess.run(
            [*PYTHON, self.desk_pack / "verify.py", pack, "--key", self.noted,
             "--since", self.statement, "--json"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        said = json.loads(done.stdout)
        assert done.returncode == (1 if said["findings"] else 0), done.stderr
        return said, {finding["code"] for finding in said["findings"]}


def _sums(pack):
    """What `sha256sum` says of the pack's manifests: nothing, where all is as listed."""
    return "".join(
        subprocess.run(
            ["sha256sum", "--check", "--quiet", manifest],
            cwd=pack, capture_output=True, text=True, check=False,
        ).stdout
        for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt")
    )  # fmt: skip


@pytest.fixture
def story(run, _own_home, tmp_path):
    return Story(run, _own_home, tmp_path)


def unsaid(events):
    """The events with nothing of what earlier packs stated, which would be held against them."""
    for event in events:
        if event["subject"]["type"] == "pack":
            event["after"] |= {"trail_size": None, "trail_root": None}
    return events


def forged(story, made):
    """The pack of this year from a store that somebody changed and signed, or did not."""
    return story.deliver(made.root, "2026", story.desk / "2026", THIS_YEAR)


def test_the_true_pack_of_the_next_year_continues_the_last(story):
    pack = story.deliver(story.root, "2026", story.desk / "2026", THIS_YEAR)

    said, codes = story.judged(pack)

    assert codes == set()
    assert said["level"] == "remembered"
    assert {"signed", "remembered"} <= {layer["level"] for layer in said["layers"]}


def test_a_store_that_was_put_back_and_cut_below_last_year_s_pack(story):
    made = story.forgetting(story.before)
    made.rewrite(made.events()[:3])
    story.work("2026", THIS_YEAR, made.root)

    _, codes = story.judged(forged(story, made))

    assert "since" in codes


def test_the_last_entries_cut_off_pass_as_a_genuine_older_state_down_to_what_she_kept(story):
    """The table says so: the signature is genuine; what she kept is all that is shown."""
    made = story.forgetting(story.root)
    made.rewrite(made.events()[:-2])

    said, codes = story.judged(forged(story, made))

    assert (codes, said["level"]) == (set(), "remembered")
    kept = int(story.statement.read_text().splitlines()[1])
    assert [one["size"] for one in said["layers"] if one["level"] == "remembered"] == [kept]


@pytest.mark.parametrize("title", ["Validation", "Bias"])
def test_an_edit_without_the_key_is_not_signed_by_it(story, title):
    made = story.forgetting(story.root)
    events, first = made.retold(title, approved_by="mallory")
    made.rewrite(unsaid(events), signing.new_key())

    said, codes = story.judged(forged(story, made))

    assert said["level"] is None
    assert codes & {"stranger", "key-chain", "signature"}
    kept = int(story.statement.read_text().splitlines()[1])
    assert ("since" in codes) == (first < kept)


def test_a_stolen_key_cannot_tell_last_year_anew(story):
    made = story.forgetting(story.root)
    events, _ = made.retold("Validation", approved_by="mallory")
    made.rewrite(unsaid(events), story.stolen)

    _, codes = story.judged(forged(story, made))

    assert "since" in codes


def test_all_told_anew_under_a_stranger_s_key_never_passes_as_signed(story):
    made = story.forgetting(story.root)
    stranger = signing.new_key()
    events, _ = made.retold("Bias", approved_by="mallory")
    made.rewrite(forging.under_own_key(unsaid(events), stranger), stranger)

    said, codes = story.judged(forged(story, made))

    assert said["level"] is None
    assert "stranger" in codes


def test_at_the_organisation_s_own_machine_none_of_it_passes(story):
    """The other end: the store put back at the machine that remembers is not gone on from."""
    shutil.rmtree(story.root / ".govtrack")
    shutil.copytree(story.before / ".govtrack", story.root / ".govtrack")

    written = story.run("system", "add", "chat", "--name", "Chat", cwd=story.root)
    checked = story.run("verify", cwd=story.root)

    assert (written.code, checked.code) == (1, 1)
    assert "is behind the checkpoint of size" in written.err
