"""Many at once: everybody is served, in some order, and nobody overwrites anybody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

WRITER = """
import io, sys
from contextlib import redirect_stdout
from govtrack.cli.main import main

root, *paths = sys.argv[1:]
for path in paths:
    try:
        main(["-C", root, "add-evidence", path, "--kind", "vv-report", "--title", "One of many",
              "--json"])
    except SystemExit as ended:
        if ended.code:
            sys.exit(ended.code)
"""


def writers(site, files):
    """A process for each list of files, all at once; how each ended."""
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, site.root, *paths],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for paths in files
    ]  # fmt: skip
    return [(*process.communicate(timeout=120), process.returncode) for process in running]


def answers(text):
    """The JSON documents of one stream, one after the other."""
    decoder, at, found = json.JSONDecoder(), 0, []
    while text[at:].strip():
        one, at = decoder.raw_decode(text, at + len(text[at:]) - len(text[at:].lstrip()))
        found.append(one)
    return found


def test_twenty_writers_are_all_served_with_ids_of_their_own_and_no_gap(site):
    files = [
        [
            site.source(f"writer {w}, report {n}".encode(), f"{w}-{n}.txt")
            for n in range(1 + (w < 4))
        ]
        for w in range(20)
    ]

    ended = writers(site, files)

    assert [(code, err) for _, err, code in ended if code] == []
    given = [one["id"] for out, _, _ in ended for one in answers(out)]
    assert len(given) == len(set(given)) == 24
    listed = sorted(one["id"] for one in site.evidence())
    assert [int(one[-4:]) for one in listed] == list(range(1, 26))
    log = json.loads(site.run("log", "--json").out)["entries"]
    assert sorted(one["seq"] for one in log) == list(range(len(log)))
    site.is_whole()


def test_of_many_who_record_the_same_bytes_one_does_and_the_others_are_told_where(site):
    path = site.source(b"the same report", "same.txt")

    ended = writers(site, [[path]] * 6)

    assert sorted(code for *_, code in ended) == [0] + [2] * 5
    assert all(
        "the same bytes are already recorded as EV-" in err for _, err, code in ended if code
    )
    assert len(site.evidence()) == 2
    assert len(site.stored()) == 2
    site.is_whole()


def test_readers_are_answered_while_many_write(site):
    files = [[site.source(f"{w}".encode(), f"{w}.txt")] for w in range(3)]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, site.root, *paths], stdout=subprocess.DEVNULL
        )
        for paths in files
    ]

    seen = [len(site.evidence()) for _ in range(6)]

    assert [process.wait(60) for process in running] == [0] * 3
    assert seen == sorted(seen)
    assert len(site.evidence()) == 4
    site.is_whole()


def test_of_several_foundings_at_once_one_trail_and_one_key_are_left(founding, run):
    command = founding.command("init", founding.root, "--organisation", "Example Ltd")
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]

    ended = [(*process.communicate(timeout=60), process.returncode) for process in running]

    assert sorted(code for *_, code in ended) == [0, 1, 1, 1], ended
    assert all("workspace here already" in err for _, err, code in ended if code)
    one_key_signs(founding, run)


def one_key_signs(founding, run):
    """There is one key, it is that of the trail, and it signs."""
    keys = Path(os.environ["XDG_CONFIG_HOME"]) / "govtrack" / "keys"
    origin = run("-C", founding.root, "verify", "--json").json()["origin"]
    assert [str(path.relative_to(keys)) for path in keys.rglob("*.pem")] == [f"{origin}.pem"]
    report = founding.source(b"What was found.\n")
    added = run("-C", founding.root, "add-evidence", report, "--kind", "vv-report")
    assert (added.code, "not signed" in added.err) == (0, False), added.err
    checkpoint = (founding.root / ".govtrack" / "trail" / "checkpoint").read_text("utf-8")
    assert checkpoint.startswith(f"{origin}\n")
    assert "\n\n\u2014 " in checkpoint


def test_a_founding_that_another_finishes_keeps_the_key_of_its_trail(founding, run, monkeypatch):
    rename = Path.rename

    def finished_by_another(path, target):
        if path.name == "govtrack.toml":
            rename(path, target)  # by another process, which took this one for cut off
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", finished_by_another)
        assert run("init", founding.root, "--organisation", "Example Ltd").code == 1

    one_key_signs(founding, run)
