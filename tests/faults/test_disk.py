"""Disks that are full or may not be written, and limits that the system sets to a process."""

from __future__ import annotations

import os
import resource
import sqlite3

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


@pytest.mark.parametrize("kib", [0, 8, 24, 40])
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
