"""Bytes are kept once under their hash, whole and durable before anything names them."""

from __future__ import annotations

import errno
import io
import os
import stat
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.errors import BadInput, NotDone
from govtrack.register import objects


@pytest.fixture
def store(tmp_path):
    """An empty store, as init leaves it."""
    root = tmp_path / "objects"
    for name in ("", "tmp", "sha256"):
        (root / name).mkdir(mode=0o700)
    return root


@pytest.fixture
def source(tmp_path):
    """`source(data)`: a file with these bytes."""

    def _source(data, name="source.bin"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return _source


def kept(store):
    return {path for path in store.rglob("*") if not path.is_dir()}


def test_an_object_stands_under_its_hash_closed_to_writers(store, source):
    data = b"evidence" * 1000

    stored = objects.store_file(store, source(data))

    digest = sha256(data).hexdigest()
    path = store / "sha256" / digest[:2] / digest[2:]
    assert (stored.sha256, stored.size, stored.new) == (digest, 8000, True)
    assert stored.start == data[:4096]
    assert path.read_bytes() == data
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert kept(store) == {path}


def test_the_same_bytes_are_one_object(store, source):
    first = objects.store_file(store, source(b"same", "a"))
    second = objects.store_file(store, source(b"same", "b"))
    third = objects.store_stream(store, io.BytesIO(b"same"))

    assert [one.new for one in (first, second, third)] == [True, False, False]
    assert len(kept(store)) == 1


@given(data=st.binary(max_size=3 * 64), block=st.integers(1, 70))
def test_the_hash_is_of_the_bytes_that_were_kept_however_they_arrive(tmp_path_factory, data, block):
    root = tmp_path_factory.mktemp("store")

    class InPieces(io.RawIOBase):
        def __init__(self):
            self.rest = io.BytesIO(data)

        def readinto(self, buffer):
            piece = self.rest.read(min(block, len(buffer)))
            buffer[: len(piece)] = piece
            return len(piece)

    stored = objects.store_stream(root, InPieces())

    assert stored.sha256 == sha256(data).hexdigest()
    assert objects.path_of(root, stored.sha256).read_bytes() == data


def test_an_empty_file_is_the_empty_object(store, source):
    assert objects.store_file(store, source(b"")).sha256 == sha256(b"").hexdigest()


def test_reading_only_keeps_nothing(store, source):
    stored = objects.store_file(store, source(b"tried"), keep=False)

    assert (stored.sha256, stored.size) == (sha256(b"tried").hexdigest(), 5)
    assert kept(store) == set()


def test_a_symbolic_link_that_a_person_names_is_followed(store, source, tmp_path):
    (tmp_path / "link").symlink_to(source(b"behind the link"))

    assert objects.store_file(store, tmp_path / "link").size == 15


@pytest.mark.parametrize("what", ["folder", "pipe", "null", "zero", "loop", "dangling", "missing"])
def test_what_is_no_regular_file_is_refused_at_once(store, tmp_path, what):
    path = tmp_path / what
    match what:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "null" | "zero":
            path = type(path)("/dev") / what
        case "loop" | "dangling":
            path.symlink_to(path if what == "loop" else tmp_path / "nowhere")

    with pytest.raises(BadInput, match=r"regular file|cannot be read"):
        objects.store_file(store, path)
    assert kept(store) == set()


def test_a_file_that_changes_while_it_is_read_is_refused_after_three_attempts(
    store, source, monkeypatch
):
    path, states = source(b"x" * 10), []
    monkeypatch.setattr(objects, "_state", lambda _: states.append(1) or (10, len(states), 1))

    with pytest.raises(NotDone, match="changed while being read, three times"):
        objects.store_file(store, path)

    assert len(states) == 2 * objects.ATTEMPTS
    assert kept(store) == set()


def test_a_file_that_grows_is_kept_as_it_was_once_it_holds_still(store, source, monkeypatch):
    path, pumped = source(b"first "), objects._pumped

    def grows_once(stream, target):
        found = pumped(stream, target)
        if path.stat().st_size == 6:
            with path.open("ab") as file:
                file.write(b"second")
        return found

    monkeypatch.setattr(objects, "_pumped", grows_once)

    stored = objects.store_file(store, path)

    assert stored.sha256 == sha256(b"first second").hexdigest()
    assert objects.path_of(store, stored.sha256).read_bytes() == b"first second"
    assert len(kept(store)) == 1


def test_only_the_opened_file_is_read_whatever_its_name_leads_to_later(store, source, monkeypatch):
    path, pumped = source(b"opened"), objects._pumped

    def replaced(stream, target):
        path.unlink()
        path.write_bytes(b"put in its place")
        return pumped(stream, target)

    monkeypatch.setattr(objects, "_pumped", replaced)

    assert objects.store_file(store, path).sha256 == sha256(b"opened").hexdigest()


@pytest.mark.parametrize("call", ["fsync", "link", "fchmod"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_what_the_disk_refuses_is_told_and_nothing_is_left(
    store, source, monkeypatch, call, number
):
    def refused(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(objects.os, call, refused)

    with pytest.raises(NotDone, match="nothing was recorded"):
        objects.store_file(store, source(b"data"))
    assert {path.parent.name for path in kept(store)} <= {sha256(b"data").hexdigest()[:2]}


def test_an_interruption_removes_what_was_half_written(store, source, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(objects, "_pumped", interrupted)

    with pytest.raises(KeyboardInterrupt):
        objects.store_file(store, source(b"data"))
    assert kept(store) == set()


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_disk_without_hard_links_keeps_objects_too(store, source, monkeypatch, number):
    def unknown(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(objects.os, "link", unknown)

    stored = objects.store_file(store, source(b"data"))

    assert kept(store) == {objects.path_of(store, stored.sha256)}


@pytest.mark.parametrize("now", [b"dotu", b"", b"data and more"])
def test_bytes_that_are_damaged_in_the_store_are_not_recorded_again(store, source, now):
    path = objects.path_of(store, objects.store_file(store, source(b"data")).sha256)
    path.chmod(0o600)
    path.write_bytes(now)

    with pytest.raises(NotDone, match=r"damaged .* run 'govtrack verify'; nothing was recorded"):
        objects.store_file(store, source(b"data"))
    assert kept(store) == {path}


def test_something_else_in_an_object_s_place_is_told(store, source):
    objects.path_of(store, sha256(b"data").hexdigest()).mkdir(parents=True)

    with pytest.raises(NotDone, match="not a regular file"):
        objects.store_file(store, source(b"data"))


@pytest.mark.parametrize("what", ["link", "pipe", "folder"])
def test_an_object_is_opened_only_where_it_is_a_file_itself(store, source, what):
    stored = objects.store_file(store, source(b"data"))
    path = objects.path_of(store, stored.sha256)
    path.unlink()
    match what:
        case "link":
            path.symlink_to(source(b"data"))
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()

    with pytest.raises(OSError, match=r"."):
        objects.opened(store, stored.sha256)


def test_what_is_copied_out_is_checked_on_the_way(store, source, tmp_path):
    stored = objects.store_file(store, source(b"data"))
    objects.copied_out(store, stored.sha256, tmp_path / "good", "EV-2025-0001")
    path = objects.path_of(store, stored.sha256)
    path.chmod(0o600)
    path.write_bytes(b"dotu")

    with pytest.raises(NotDone, match=f"EV-2025-0001: recorded with SHA-256 {stored.sha256}"):
        objects.copied_out(store, stored.sha256, tmp_path / "bad", "EV-2025-0001")

    assert (tmp_path / "good").read_bytes() == b"data"
    assert not (tmp_path / "bad").exists()
