"""Whatever is done to the artefacts' bytes, verify finds it and says whose they were."""

from __future__ import annotations

import os
import shutil

import pytest

from govtrack.register.verification import verified


def test_a_flipped_bit_is_found_with_the_evidence_and_both_hashes(store):
    path = store.object_of("One")
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(bytes(data))

    (finding,) = verified(store.space).findings

    assert (finding.step, finding.code) == (5, "object-hash")
    assert finding.where.startswith("EV-2026-0001, object ")
    assert finding.expected == path.parent.name + path.name
    assert len(finding.found) == 64


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"", "object-size"), (b"more" * 20, "object-size")],
    ids=["emptied", "appended"],
)
def test_another_size_is_found(store, data, code):
    store.object_of("One").write_bytes(data)

    assert store.found() == [(5, code)]


def test_an_object_that_is_gone_is_found(store):
    store.object_of("Three").unlink()

    assert store.found() == [(5, "object-missing")]
    assert "EV-2026-0003" in store.words()


def test_all_objects_gone_are_found_one_by_one(store):
    shutil.rmtree(store.space.objects_path)

    assert store.found() == [(5, "object-missing")] * 4


def test_two_objects_swapped_are_both_found(store):
    one, two = store.object_of("One"), store.object_of("Two")
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    for path in (one, two):
        path.chmod(0o400)

    assert store.found() == [(5, "object-hash")] * 2


@pytest.mark.parametrize("what", ["folder", "pipe", "link", "device"])
def test_something_else_in_an_object_s_place_is_found_and_never_waited_for(store, tmp_path, what):
    path = store.object_of("One")
    path.rename(tmp_path / "kept")
    match what:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "link":
            path.symlink_to(tmp_path / "kept")
        case "device":
            path.symlink_to("/dev/zero")

    assert store.found() == [(5, "object-unreadable")]


def test_an_object_that_may_be_written_is_found(store):
    store.object_of("One").chmod(0o640)

    assert store.found() == [(5, "object-mode")]
    assert "-rw-r-----" in store.words()


def test_what_an_interrupted_command_left_is_noted_and_no_failure(store):
    (store.space.objects_path / "tmp" / "0123").write_bytes(b"half")
    orphan = store.space.objects_path / "sha256" / "ab" / ("cd" * 31)
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"whole")

    report = verified(store.space)

    assert report.findings == ()
    noted = [note.partition(":")[0] for note in report.notes]
    assert [one for one in noted if "object" in one] == [
        "0123 in objects/tmp",
        "object abcdcdcdcdcd…",
    ]


def test_every_object_is_counted_with_its_bytes(store):
    told = []

    report = verified(store.space, told.append)

    sizes = [path.stat().st_size for path in store.space.objects_path.glob("sha256/*/*")]
    assert (report.objects, report.object_bytes) == (len(sizes), sum(sizes))
    assert sorted(told) == sorted(sizes)
