"""Files as people have them: of any name, of any sort, growing, moving, and very large."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

KIND = ("--kind", "vv-report")
NAMES = [
    "plain.txt", "sp ace.txt", "Bewertung-März.pdf", "評価.txt", "😀.txt", "\u202egpj.exe",
    "new\nline.txt", "-rf", "--help", "=1+1.csv", "a" * 251 + ".txt", ".hidden", "CON.txt",
    "x;rm -rf ~.txt", "$(id).txt", "{{7*7}}.txt", "<b>.html", "e\u0301.txt", "é.txt",
    "u\u2028l.txt", "tab\there.txt", "bell\x07.txt",
]  # fmt: skip


@contextmanager
def meanwhile(work):
    """`work` again and again, beside what happens in the block."""
    done = threading.Event()

    def again():
        while not done.is_set():
            work()

    thread = threading.Thread(target=again)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_a_file_of_any_name_is_kept_by_its_hash_and_shown_as_text(site, run, tmp_path):
    folder = tmp_path / "odd"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_bytes(f"What stands in {name}".encode())

    for name in NAMES:
        added = run("add-evidence", *KIND, "--", folder / name)
        assert added.code == 0, added.err
        assert "\x1b" not in added.out + added.err
        assert not {"\u202e", "\x07", "\t"} & set(added.out + added.err)

    kept = {name for one in site.evidence() for name in (file["name"] for file in one["files"])}
    assert set(NAMES) <= kept
    listed = run("evidence", "list").out
    assert len(listed.splitlines()) == 2 + len(NAMES)
    assert not {"\u202e", "\x07", "\u2028"} & set(listed)
    objects = (site.root / ".govtrack" / "objects").rglob("*")
    assert all(set(path.name) <= set("0123456789abcdef") | set("tmp sha") for path in objects)
    site.is_whole()


def test_a_name_that_is_no_text_is_kept_and_does_not_fail(site, tmp_path):
    raw = os.fsencode(tmp_path) + b"/bad\xff\xfe.txt"
    with open(raw, "wb") as file:  # noqa: PTH123  (a name in bytes)
        file.write(b"not UTF-8")

    ended = site.run("add-evidence", os.fsdecode(raw), *KIND)

    assert ended.code == 0, ended.err
    site.is_whole()


@pytest.mark.parametrize("what", ["pipe", "socket", "zero", "null", "loop", "dangling", "gone"])
def test_what_is_no_regular_file_is_refused_at_once(site, cleanly, tmp_path, what):
    path = tmp_path / what
    match what:
        case "pipe":
            os.mkfifo(path)
        case "socket":
            with socket.socket(socket.AF_UNIX) as bound:
                bound.bind(os.path.relpath(path))  # the name of one is at most 108 bytes long
        case "zero" | "null":
            path = f"/dev/{what}"
        case "loop" | "dangling":
            path.symlink_to("loop" if what == "loop" else "nowhere")

    ended = site.run("add-evidence", path, *KIND)

    cleanly(ended, 2)
    assert ended.out == ""
    assert what in ended.err
    site.is_whole()


def test_a_link_that_a_person_names_is_followed_and_one_in_a_folder_is_refused(site, run, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("What nobody meant to hand over.\n")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "report.txt").write_text("What was found.\n")
    (folder / "link.txt").symlink_to(secret)

    refused = run("add-evidence", folder, *KIND)

    assert (refused.code, refused.out) == (2, "")
    assert f"{folder / 'link.txt'}: a symbolic link to {secret}, inside a folder" in refused.err
    assert len(site.evidence()) == 1
    assert run("add-evidence", folder / "link.txt", *KIND).code == 0


def test_a_file_that_grows_is_refused_or_recorded_as_one_state_of_it(site, run, tmp_path):
    path = tmp_path / "growing.log"
    path.write_bytes(b"x" * 3_000_000)

    def grows():
        with path.open("ab") as file:
            file.write(os.urandom(5_000))

    with meanwhile(grows):
        ended = run("add-evidence", path, *KIND)

    if ended.code:
        assert ended.code == 1
        assert "changed while being read, three times; nothing was recorded" in ended.err
    assert len(site.evidence()) == 1 + (ended.code == 0)
    site.is_whole()


def test_a_file_that_is_moved_and_replaced_is_recorded_as_one_of_the_two_or_refused(
    site, run, tmp_path
):
    path, other, aside = (tmp_path / name for name in ("a.txt", "b.txt", "aside"))
    path.write_bytes(b"one " * 50_000)
    other.write_bytes(b"other " * 50_000)
    known = {hashlib.sha256(one.read_bytes()).hexdigest() for one in (path, other)}
    before = set(site.listed())

    def moved():
        path.rename(aside)
        other.rename(path)
        aside.rename(other)

    with meanwhile(moved):
        codes = [run("add-evidence", path, *KIND, "--allow-duplicate").code for _ in range(12)]

    assert set(codes) <= {0, 1, 2}
    assert set(site.listed()) - before <= known
    assert len(site.evidence()) == 1 + codes.count(0)
    site.is_whole()


MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def test_a_large_file_is_never_held_in_memory(site, tmp_path):
    path = tmp_path / "large.bin"
    size = 200 << 20
    with path.open("wb") as file:
        file.truncate(size)

    command = site.command("add-evidence", path, *KIND, "--title", "Large")
    measured = subprocess.run(
        [sys.executable, "-c", MEASURED, *command], capture_output=True, text=True, check=False
    )

    assert measured.returncode == 0, measured.stderr
    assert int(measured.stdout.split()[-1]) < 150 << 10, "KiB"
    (large,) = (one for one in site.evidence() if one["title"] == "Large")
    assert large["files"][0]["size"] == size


def test_the_same_bytes_of_another_name_are_one_object_and_told(site, run, tmp_path):
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_text("the report\n")
    run("add-evidence", tmp_path / "a.pdf", *KIND)
    objects = site.stored()

    refused = run("add-evidence", tmp_path / "b.pdf", *KIND)
    meant = run("add-evidence", tmp_path / "b.pdf", *KIND, "--allow-duplicate")

    assert refused.code == 2
    assert "b.pdf: the same bytes are already recorded as EV-" in refused.err
    assert meant.code == 0
    assert site.stored() == objects
    assert len(site.evidence()) == 3


def test_a_new_version_names_what_it_replaces_and_the_old_bytes_are_kept(site, run, tmp_path):
    path = tmp_path / "policy.pdf"
    path.write_text("the first version\n")
    said = ("--kind", "ai-policy", "--approved-by", "eva", "--title", "Policy", "--json")
    old = run("add-evidence", path, *said, "--approved-on", "2021-02-01").json()
    path.write_text("the second version\n")
    new = run(
        "add-evidence", path, *said, "--approved-on", "2022-02-01", "--supersedes", old["id"]
    ).json()

    def in_force(day):
        listed = run("evidence", "list", "--as-of", day, "--json").json()["evidence"]
        return {one["id"] for one in listed if one["status"] == "approved"}

    assert new["version"] == old["version"] + 1
    assert old["id"] in in_force("2021-06-01")
    assert new["id"] not in in_force("2021-06-01")
    assert new["id"] in in_force("2022-06-01")
    assert old["id"] not in in_force("2022-06-01")
    assert {old["files"][0]["sha256"], new["files"][0]["sha256"]} <= site.stored()
