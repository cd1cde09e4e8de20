"""A command that is killed, interrupted or refused by the disk: recorded whole, or not at all."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

ADD = ("add-evidence", "--kind", "vv-report", "--title", "Traced", "--json", "--allow-duplicate")
POINTS = 6
"""How many system calls of a command are tried, from its first to its last."""


@pytest.fixture
def calls(site, strace, as_it_was):
    """Every system call by which recording evidence changes the store."""
    with as_it_was(site):
        return strace.calls(site, *ADD, site.source(os.urandom(20_000)))


def test_a_command_killed_at_any_moment_has_recorded_all_or_nothing(site):
    chance = random.Random(42001)  # noqa: S311  (the same moments each time)
    started = time.monotonic()
    assert site.add().code == 0
    lasts = time.monotonic() - started

    codes = [site.add(kill_after=lasts * chance.uniform(0.4, 1.0)).code for _ in range(5)]

    assert set(codes) <= {0, -signal.SIGKILL}
    assert -signal.SIGKILL in codes
    site.is_whole()


def test_a_command_killed_at_a_system_call_has_recorded_all_or_nothing(
    site, strace, calls, as_it_was
):
    assert len(calls) > POINTS

    for call in strace.spread(calls, POINTS):
        with as_it_was(site):
            ended = site.add(prefix=call.injected("signal=KILL"))

            assert ended.code in {-signal.SIGKILL, 128 + signal.SIGKILL}, call
            site.is_whole(and_goes_on=call is calls[-1])


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_what_a_disk_refuses_is_told_and_nothing_is_half_recorded(
    site, strace, calls, as_it_was, cleanly, error
):
    names = {"EIO": ("fsync", "fdatasync"), "ENOSPC": ("write", "pwrite64", "link")}[error]
    calls = [call for call in calls if call.name in names]
    assert len(calls) >= POINTS // 2
    before = len(site.listed())

    for call in strace.spread(calls, 3):
        with as_it_was(site):
            ended = site.add(prefix=call.injected(f"error={error}"))

            more = len(site.listed()) - before
            assert "Traceback" not in ended.err
            if ended.code == 0:
                assert more == 1, call
                # SQLite goes on where the folder of its journal cannot be synced; the checkpoint
                # beside the register is written when all is recorded
                journal = call.about.split("<")[1].startswith(f"{site.root / '.govtrack'}>")
                beside = f"{site.root / '.govtrack' / 'trail'}" in call.about
                assert journal or (beside and "note: the checkpoint could not" in ended.err), call
            else:
                cleanly(ended, 1)
                assert ended.out == "", call
                # the last sync of all fails when everything is there
                assert not more or "not certain: see 'govtrack log'" in ended.err, call
                assert "recorded" in ended.err, call
            site.is_whole(and_goes_on=False)
    site.is_whole()


def test_an_interrupted_command_leaves_no_bytes_on_their_way_and_no_traceback(site, tmp_path):
    huge = tmp_path / "huge.bin"
    with huge.open("wb") as file:
        file.truncate(1 << 34)  # a hole: as long as a command could want, and no room on the disk
    adding = subprocess.Popen(
        site.command("add-evidence", huge, "--kind", "vv-report"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        while not site.on_its_way():
            assert adding.poll() is None, adding.stderr.read()
            time.sleep(0.01)
        time.sleep(0.1)
        adding.send_signal(signal.SIGINT)
        out, err = adding.communicate(timeout=30)
    finally:
        adding.kill()

    assert (adding.returncode, out) == (130, "")
    assert err.lstrip() == "govtrack: interrupted; nothing more was recorded\n"
    assert site.on_its_way() == []
    assert len(site.listed()) == 1
    site.is_whole()


CUT_OFF = """
import os, sys
from govtrack.cli.main import main
from govtrack.register import checkpoints

checkpoints.publish = lambda *_: os._exit(9)
main(sys.argv[1:])
"""


def checkpoint_of(site):
    """The size that the checkpoint beside the register states."""
    return int((site.root / ".govtrack" / "trail" / "checkpoint").read_text().split("\n")[1])


def test_a_command_killed_right_after_its_commit_has_recorded_and_the_next_mends_the_rest(
    new_site, run
):
    data = b"committed, and then the power went"
    adding = ("-C", new_site.root, "add-evidence", new_site.source(data), "--kind", "vv-report")
    before = checkpoint_of(new_site)

    killed = subprocess.run([sys.executable, "-c", CUT_OFF, *adding], check=False)

    assert killed.returncode == 9
    assert hashlib.sha256(data).hexdigest() in new_site.listed()
    assert checkpoint_of(new_site) == before
    new_site.is_whole(and_goes_on=False)  # the file lags, and that is no failure
    new_site.goes_on()
    entries = run("-C", new_site.root, "log", "--json").json()["entries"]
    assert checkpoint_of(new_site) == len(entries) == before + 2
    new_site.is_whole()


@pytest.mark.parametrize("how", ["signal=KILL", "error=EIO"])
def test_a_founding_that_is_cut_off_is_begun_again_or_done(tmp_path, founding, run, strace, how):
    root = founding.root
    arguments = ("init", root, "--organisation", "Example Ltd")
    calls = strace.calls(founding, *arguments, under=(tmp_path,))
    calls = [
        call for call in calls if call.name in {"rename", "fsync"} and "cache" not in call.about
    ]
    assert len(calls) >= 5
    report = tmp_path / "report.txt"
    report.write_text("What was found.\n")

    for call in strace.spread(calls, 3):
        shutil.rmtree(root)
        ended = founding.run(*arguments, prefix=call.injected(how))
        assert ended.code != 0 or "note: " in ended.err, call
        assert "Traceback" not in ended.err
        again = run(*arguments)

        assert again.code == 0 or "workspace here already" in again.err, call
        assert run("-C", root, "verify").code == 0
        added = run("-C", root, "add-evidence", report, "--kind", "vv-report")
        assert added.code == 0, added.err
        checkpoint = (root / ".govtrack" / "trail" / "checkpoint").read_text("utf-8")
        assert "\n\n\u2014 " in checkpoint, call  # signed: the key of this store was kept


def test_a_founding_that_is_done_by_the_next_one_tells_the_key_all_the_same(founding, run):
    arguments = ("init", founding.root, "--organisation", "Example Ltd")
    made = run(*arguments)
    assert made.code == 0
    (founding.root / "govtrack.toml").rename(founding.root / ".govtrack" / "govtrack.toml")

    again = run(*arguments)

    assert again.code == 0
    key = [line for line in made.out.splitlines() if "/govtrack/" in line and "+" in line]
    assert len(key) == 1
    assert key[0] in again.out
