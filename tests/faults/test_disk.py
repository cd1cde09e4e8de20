"""Disks that are full or may not be written, and limits that the system sets to a process."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
from pathlib import Path

import pytest

from govtrack.errors import NotDone
from govtrack.register.failures import told


@pytest.fixture
def on_disk(site, disk):
    """A workspace on a small file system of its own."""
    root = disk.root / "workspace"
    made = site.run("init", root, "--organisation", "Example Ltd")
    assert made.code == 0, made.err
    site.root, site.acknowledged = root, set()
    assert site.add(b"The first report.\n").code == 0
    return site


def test_a_disk_that_is_full_refuses_and_loses_nothing(on_disk, disk, cleanly):
    filler = disk.filled(leaving=4096)

    refused = on_disk.add(os.urandom(60_000))

    cleanly(refused, 1)
    assert "no space left" in refused.err
    assert on_disk.on_its_way() == []
    on_disk.is_whole(and_goes_on=False)  # it can be read and verified while it is full
    filler.unlink()
    on_disk.is_whole()


@pytest.mark.parametrize("kib", [0, 16, 40])
def test_whatever_room_is_left_evidence_is_recorded_whole_or_refused(on_disk, disk, cleanly, kib):
    filler = disk.filled(leaving=kib * 1024)

    ended = on_disk.add(os.urandom(6_000))

    if ended.code:
        cleanly(ended, 1)
        assert "no space left" in ended.err
    assert len(on_disk.listed()) == 1 + (ended.code == 0)
    on_disk.is_whole(and_goes_on=False)
    filler.unlink()
    on_disk.is_whole()


def test_a_file_system_nobody_may_write_is_read_and_verified(on_disk, disk, cleanly):
    disk.remounted("ro")

    refused = on_disk.add()

    cleanly(refused, 1)
    assert "ead-only file system" in refused.err
    on_disk.is_whole(and_goes_on=False)
    disk.remounted("rw")
    on_disk.is_whole()


def test_a_file_larger_than_the_process_may_write_is_refused(site, cleanly):
    refused = site.add(
        os.urandom(1_000_000),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536)),
    )

    cleanly(refused, 1)
    assert "File too large; nothing was recorded" in refused.err
    assert site.on_its_way() == []
    site.is_whole()


def test_a_register_larger_than_the_process_may_write_is_left_as_it_was(site, cleanly):
    refused = site.add(
        b"small",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, 8_192)),
    )

    cleanly(refused, 1)
    assert "nothing was recorded" in refused.err
    site.is_whole()


@pytest.mark.parametrize("handles", [5, 12])
def test_few_file_handles_are_enough_or_refused_in_words(site, cleanly, tmp_path, handles):
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.txt").write_text(f"part {number}\n")

    ended = site.run(
        "add-evidence", folder, "--kind", "vv-report", "--title", "Many parts",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (handles, handles)),
    )  # fmt: skip

    if ended.code:
        cleanly(ended, 1)
        assert "oo many open files" in ended.err
    assert len(site.listed()) == 1 + 30 * (ended.code == 0)
    site.is_whole()


@pytest.mark.parametrize(
    ("code", "certain"),
    [("SQLITE_IOERR_WRITE", True), ("SQLITE_IOERR_FSYNC", False), ("SQLITE_FULL", True)],
)
def test_where_a_disk_fails_after_all_was_written_nothing_is_said_to_be_lost(code, certain):
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = code

    told_of = told(error)

    assert isinstance(told_of, NotDone)
    assert ("nothing was recorded" in str(told_of)) is certain
    assert ("not certain: see 'govtrack log'" in str(told_of)) is not certain


@pytest.fixture
def memory():
    """Where this test's home remembers the newest checkpoints."""
    return Path(os.environ["XDG_STATE_HOME"]) / "govtrack"


def remembered(memory):
    """The sizes of the checkpoints that are remembered."""
    return [int(path.read_text("utf-8").split("\n")[1]) for path in memory.glob("*/checkpoint")]


@pytest.mark.parametrize("place", ["memory", "checkpoint"])
def test_what_is_written_after_the_commit_may_fail_with_a_note(site, memory, place):
    """A file stands where a folder is needed: nobody can write there, whoever it is."""
    folder = memory if place == "memory" else site.root / ".govtrack" / "trail"
    folder.rename(folder.with_name("aside"))
    folder.write_text("in the way")

    noted = site.add()

    assert noted.code == 0, noted.err
    said = {"memory": "remembered outside the store", "checkpoint": "written beside the register"}
    assert f"note: the checkpoint could not be {said[place]} (" in noted.err
    assert "Traceback" not in noted.err
    folder.unlink()
    folder.with_name("aside").rename(folder)
    site.is_whole()
    entries = site.asked("-C", site.root, "log", "--json").json()["entries"]
    assert remembered(memory) == [len(entries)]


def test_a_disk_that_fails_while_the_checkpoint_is_kept_is_noted(site, memory, strace, as_it_was):
    with as_it_was(site):
        adding = ("add-evidence", site.source(b"report"), "--kind", "vv-report")
        places = (memory, site.root / ".govtrack" / "trail")
        calls = [call for call in strace.calls(site, *adding, under=places)
                 if call.name in {"write", "fsync", "rename"}]  # fmt: skip
    assert {call.name for call in calls} == {"write", "fsync", "rename"}

    for call in strace.spread(calls, 3):
        with as_it_was(site):
            noted = site.add(prefix=call.injected("error=EIO"))

            assert noted.code == 0, (call, noted.err)
            assert "note: the checkpoint could not be " in noted.err, call
            assert "(Input/output error)" in noted.err, call
            site.is_whole(and_goes_on=False)
    site.is_whole()


def test_a_memory_that_is_read_only_is_noted(site, memory, disk):
    shutil.copytree(memory, disk.root / "govtrack", dirs_exist_ok=True)
    disk.remounted("ro")

    noted = site.add(env={**os.environ, "XDG_STATE_HOME": str(disk.root)})

    assert noted.code == 0, noted.err
    assert "could not be remembered outside the store (Read-only file system)" in noted.err
    site.is_whole()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_store_key_and_memory_are_their_owner_s_alone_whatever_the_umask(founding, umask):
    home = [Path(os.environ[name]) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME")]

    made = founding.run("init", founding.root, "--organisation", "Example Ltd", umask=umask)
    report = founding.source(b"What was found.\n")
    added = founding.run("-C", founding.root, "add-evidence", report, "--kind", "vv-report",
                         umask=umask)  # fmt: skip

    assert (made.code, added.code) == (0, 0), made.err + added.err
    inside = [path for place in (founding.root / ".govtrack", *(one / "govtrack" for one in home))
              for path in (place, *place.rglob("*"))]  # fmt: skip
    assert len(inside) > 12
    assert any(path.suffix == ".pem" for path in inside)
    assert any(path.name == "checkpoint" for path in inside)
    assert [path for path in inside if path.stat().st_mode & 0o077] == []
    outside = [founding.root, *founding.root.iterdir()]
    assert [path for path in outside if path.stat().st_mode & 0o022] == []
