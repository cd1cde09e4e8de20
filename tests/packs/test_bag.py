"""A pack is a whole bag in the right place, or there is no pack."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import zipfile
from datetime import date

import bagit
import pytest

from govtrack.errors import BadInput, NotDone
from govtrack.packs import bag
from govtrack.packs.bag import Kept, Label, Made

LABEL = Label("PACK-2025-0", "Example Ltd", "A pack", date(2025, 12, 31))
CONTENT = b"an artefact\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
MADE = (Made("index.html", b"<!doctype html>"),)
KEPT = (Kept("evidence/EV-2025-0001-v1-0.txt", "EV-2025-0001", DIGEST, len(CONTENT)),)
GUIDE = (Made("VERIFY.md", b"how\n"),)


def write(target, made=MADE, store=None, content=CONTENT, *, force=False):
    where = bag.place(target, store or target.parent / ".govtrack", force=force)
    return bag.write(KEPT, lambda: made, GUIDE, LABEL, where, lambda _: io.BytesIO(content))


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_bag_is_valid_for_the_library_of_congress_and_for_sha256sum(tmp_path):
    written = write(tmp_path / "pack")

    bagit.Bag(str(tmp_path / "pack")).validate()
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(
            ["sha256sum", "-c", "--strict", "--quiet", manifest], cwd=tmp_path / "pack", check=True
        )
    tags = (tmp_path / "pack/tagmanifest-sha256.txt").read_bytes()
    assert written.tagmanifest_sha256 == hashlib.sha256(tags).hexdigest()


def test_the_zip_holds_the_same_as_the_folder(tmp_path):
    write(tmp_path / "pack")

    with zipfile.ZipFile(tmp_path / "pack.zip") as archive:
        assert archive.testzip() is None
        zipped = {info.filename: archive.read(info) for info in archive.infolist()}
    folder = {
        str(path.relative_to(tmp_path)): path.read_bytes()
        for path in (tmp_path / "pack").rglob("*")
        if path.is_file()
    }
    assert zipped == folder


def test_writing_twice_gives_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "pack")

    assert (tmp_path / "a/pack.zip").read_bytes() == (tmp_path / "b/pack.zip").read_bytes()


@pytest.mark.parametrize("content", [b"other bytes\n", b"an artefact\nand more", b""])
def test_an_object_that_is_not_what_was_recorded_is_refused_by_name(tmp_path, content):
    with pytest.raises(NotDone, match="EV-2025-0001") as refused:
        write(tmp_path / "pack", content=content)

    assert DIGEST in str(refused.value)
    assert hashlib.sha256(content).hexdigest() in str(refused.value)
    assert left_in(tmp_path) == []


def test_a_missing_object_is_refused_by_name(tmp_path):
    where = bag.place(tmp_path / "pack", tmp_path / ".govtrack")

    def opened(digest):
        raise FileNotFoundError(digest)

    with pytest.raises(NotDone, match=r"EV-2025-0001.*missing"):
        bag.write(KEPT, lambda: MADE, GUIDE, LABEL, where, opened)

    assert left_in(tmp_path) == []


@pytest.mark.parametrize("taken", ["pack", "pack.zip"])
def test_what_exists_is_not_replaced_without_force(tmp_path, taken):
    (tmp_path / taken).write_text("mine")

    with pytest.raises(BadInput, match="exists already; --force"):
        write(tmp_path / "pack")

    assert (tmp_path / taken).read_text() == "mine"


def test_force_replaces_an_earlier_pack_whole(tmp_path):
    write(tmp_path / "pack")
    (tmp_path / "pack/data/stray.txt").write_text("left over")

    write(tmp_path / "pack", force=True)

    assert not (tmp_path / "pack/data/stray.txt").exists()
    assert left_in(tmp_path) == ["pack", "pack.zip"]


def test_force_does_not_replace_a_folder_that_is_no_pack(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home/letters.txt").write_text("mine")

    with pytest.raises(BadInput, match="not a pack"):
        write(tmp_path / "home", force=True)

    assert (tmp_path / "home/letters.txt").read_text() == "mine"


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("name", ["pack", "pack.zip"])
def test_a_pack_is_never_written_through_a_symbolic_link(tmp_path, name, force):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / name).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(BadInput, match="symbolic link"):
        write(tmp_path / "pack", force=force)

    assert left_in(tmp_path / "elsewhere") == []


@pytest.mark.parametrize("inside", [".govtrack/pack", ".govtrack", "link/pack"])
def test_a_pack_is_never_written_into_the_store(tmp_path, inside):
    (tmp_path / ".govtrack").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / ".govtrack")

    with pytest.raises(BadInput, match="inside the register's store"):
        write(tmp_path / inside, store=tmp_path / ".govtrack", force=True)

    assert left_in(tmp_path / ".govtrack") == []


def test_where_the_disk_refuses_nothing_is_left_and_the_old_pack_stays(tmp_path, monkeypatch):
    write(tmp_path / "pack")
    before = (tmp_path / "pack.zip").read_bytes()
    newer = (Made("index.html", b"newer"),)
    rename = os.rename
    refused = iter([False, False, True])

    def renaming(source, target, **given):
        if next(refused, False):
            raise OSError(28, "No space left on device")
        return rename(source, target, **given)

    monkeypatch.setattr(os, "rename", renaming)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path / "pack", newer, force=True)

    assert (tmp_path / "pack.zip").read_bytes() == before
    assert (tmp_path / "pack/bagit.txt").is_file()
    assert left_in(tmp_path) == ["pack", "pack.zip"]
