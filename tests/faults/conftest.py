"""A workspace that accidents happen to, and what has to hold of it after each."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

GOVTRACK = (sys.executable, "-m", "govtrack")
LIMIT = 60
"""Seconds after which a command hangs."""

CHANGING = (
    "openat,write,pwrite64,fsync,fdatasync,rename,renameat2,link,linkat,unlink,unlinkat,"
    "mkdir,ftruncate,fchmod,chmod"
)
"""The system calls by which a command changes a disk."""

numbers = count(1)


@dataclass(frozen=True)
class Ended:
    """How a process ended: its exit code (-9: killed), its answer and its talk."""

    code: int
    out: str
    err: str


@dataclass
class Site:
    """A workspace, and the SHA-256 of everything that govtrack said it had recorded there.

    `sources` is where the artefacts come from; `asked` runs a command in this process, which is
    quicker, where nothing is to happen to it.
    """

    root: Path
    sources: Path
    asked: Callable[..., Any]
    acknowledged: set[str] = field(default_factory=set)

    def command(self, *arguments: object) -> list[str]:
        return [*GOVTRACK, "-C", str(self.root), *map(str, arguments)]

    def run(self, *arguments: object, prefix=(), kill_after=None, **given) -> Ended:
        """Run govtrack in a process (and group) of its own; `kill_after` seconds kills it."""
        process = subprocess.Popen(
            [*prefix, *self.command(*arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            **given,
        )
        try:
            out, err = process.communicate(timeout=kill_after or LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            if kill_after is None:
                pytest.fail(f"still running after {LIMIT} s: {arguments}")
        return Ended(process.returncode, out.decode(), err.decode())

    def source(self, data: bytes, name: str = "artefact.bin") -> Path:
        path = self.sources / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    def add(self, data: bytes | None = None, **given) -> Ended:
        """Record evidence of these bytes; what is said to be recorded is remembered."""
        data = os.urandom(20_000) if data is None else data
        ended = self.run(*self._adding(data), **given)
        self.heard(ended, data)
        return ended

    def _adding(self, data: bytes) -> tuple[object, ...]:
        said = ("--kind", "vv-report", "--title", f"Report {next(numbers)}", "--json")
        return "add-evidence", self.source(data), *said

    def goes_on(self) -> None:
        """The next command records, with no repair before it."""
        data = os.urandom(100)
        following = self.asked("-C", self.root, *self._adding(data))
        assert following.code == 0, following.err
        self.heard(following, data)

    def heard(self, ended: Ended, data: bytes) -> None:
        """Remember what was acknowledged: exit code 0, or the whole answer on stdout."""
        try:
            json.loads(ended.out)
        except ValueError:
            assert ended.code != 0, ended
        else:
            self.acknowledged.add(hashlib.sha256(data).hexdigest())

    def evidence(self) -> list[dict]:
        listed = self.asked("-C", self.root, "evidence", "list", "--json")
        assert listed.code == 0, listed.err
        return listed.json()["evidence"]

    def listed(self) -> list[str]:
        """The SHA-256 of every file of every piece of evidence."""
        return _digests(self.evidence())

    def stored(self) -> set[str]:
        """The SHA-256, computed here, of every object of the store."""
        objects = self.root / ".govtrack" / "objects" / "sha256"
        return {hashlib.sha256(path.read_bytes()).hexdigest() for path in objects.glob("*/*")}

    def on_its_way(self) -> list[str]:
        return [path.name for path in (self.root / ".govtrack" / "objects" / "tmp").iterdir()]

    def is_whole(self, *, and_goes_on: bool = True) -> None:
        """Nothing acknowledged is lost, nothing is broken, and the next command just works."""
        evidence = self.evidence()
        ids = [one["id"] for one in evidence]
        assert len(ids) == len(set(ids))
        listed, stored = set(_digests(evidence)), self.stored()
        assert self.acknowledged <= listed, "acknowledged, and not listed"
        assert listed <= stored, "listed, and its bytes are not in the store"
        verified = self.asked("-C", self.root, "verify")
        assert verified.code == 0, verified.out + verified.err
        with closing(sqlite3.connect(self.root / ".govtrack" / "register.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        if and_goes_on:
            self.goes_on()


def _digests(evidence: list[dict]) -> list[str]:
    return [file["sha256"] for one in evidence for file in one["files"]]


@pytest.fixture
def site(workspace, run):
    """A workspace with one piece of evidence in it."""
    site = Site(workspace, workspace.parent / "sources", run)
    assert site.add(b"The first report.\n").code == 0
    return site


class Founding(Site):
    """A workspace that is not there yet."""

    def command(self, *arguments: object) -> list[str]:
        return [*GOVTRACK, *map(str, arguments)]


@pytest.fixture
def founding(tmp_path, monkeypatch, run):
    """What runs `init`, with a home beside the workspace to come."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return Founding(tmp_path / "founded", tmp_path / "sources", run)


@pytest.fixture
def new_site(tmp_path, run):
    """A workspace that was founded in this test's own home, with its signing key there."""
    site = Site(tmp_path / "founded", tmp_path / "sources", run)
    made = site.run("init", site.root, "--organisation", "Example Ltd")
    assert made.code == 0, made.err
    return site


@pytest.fixture
def cleanly():
    """`cleanly(ended, code)`: refused in words, without a traceback."""

    def _cleanly(ended, code):
        assert ended.code == code, ended
        assert ended.err.startswith("govtrack: "), ended.err
        assert "Traceback" not in ended.err
        assert "a bug" not in ended.err

    return _cleanly


@dataclass(frozen=True)
class Call:
    """A system call of a command: the how-manieth of its name, and what it is about."""

    name: str
    number: int
    about: str

    def injected(self, how: str) -> list[str]:
        """What to put before a command so that this call fails or kills it: `signal=KILL`."""
        inject = f"inject={self.name}:{how}:when={self.number}"
        return ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={self.name}", "-e", inject]


class Strace:
    """Watches the system calls of a command, and picks out those by which it changes a disk."""

    def calls(self, site: Site, *arguments: object, under: tuple[Path, ...] = ()) -> list[Call]:
        """Every call that changes what is under these folders (the store), in its order."""
        log = site.root.parent / "strace.log"
        under = under or (site.root / ".govtrack",)
        prefix = ["strace", "-f", "-y", "-qq", "-s", "300", "-o", log, "-e", f"trace={CHANGING}"]
        ended = site.run(*arguments, prefix=prefix)
        if "ptrace" in ended.err:
            pytest.skip(f"strace does not work here: {ended.err.strip()[:100]}")
        assert ended.code == 0, ended.err
        seen: Counter[tuple[str, str]] = Counter()
        calls, main = [], None
        for line in log.read_text("utf-8", "replace").splitlines():
            found = re.match(r"(\d+) +(\w+)\((.*)", line)
            if not found:
                continue
            process, name, rest = found.groups()
            main = main or process
            seen[process, name] += 1
            opens_to_read = name == "openat" and not re.search(r"O_(CREAT|WRONLY|RDWR)", rest)
            there = any(str(one) in rest for one in under) and "ENOENT" not in rest
            if process == main and there and not opens_to_read:
                calls.append(Call(name, seen[process, name], rest[:200]))
        return calls

    @staticmethod
    def spread(calls: list[Call], most: int) -> list[Call]:
        """At most so many of them: from the first to the last, as far apart as can be."""
        if len(calls) <= most:
            return calls
        return [calls[round(i * (len(calls) - 1) / (most - 1))] for i in range(most)]


@pytest.fixture
def strace():
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: no system call can be made to fail")
    return Strace()


@dataclass(frozen=True)
class Disk:
    """A small file system in memory."""

    root: Path

    def remounted(self, options: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{options}", self.root], check=True)

    def filled(self, *, leaving: int) -> Path:
        """A file that takes all room but so many bytes."""
        path = self.root / "filler"
        path.write_bytes(b"\0" * max(0, shutil.disk_usage(self.root).free - leaving))
        return path


@pytest.fixture
def disk(tmp_path):
    """A file system of 4 MiB; skips the test where nobody may mount one."""
    where = tmp_path / "disk"
    where.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", where]
    if subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here (it takes root)")
    try:
        yield Disk(where)
    finally:
        subprocess.run(["umount", "-l", where], capture_output=True, check=False)


@pytest.fixture
def as_it_was():
    """`with as_it_was(site):` afterwards the site is put back, whatever happened in the block."""
    return _as_it_was


@contextmanager
def _as_it_was(site: Site):
    acknowledged = set(site.acknowledged)
    # what is remembered outside goes back with the store, or the store would be found behind it
    folders = {site.root: "kept-store", Path.home(): "kept-home"}
    for folder, name in folders.items():
        kept = site.sources.parent / name
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(folder, kept, symlinks=True)
    try:
        yield
    finally:
        for folder, name in folders.items():
            for path in folder.iterdir():  # the folder itself may be somebody's current one
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            shutil.copytree(site.sources.parent / name, folder, symlinks=True, dirs_exist_ok=True)
        site.acknowledged = acknowledged
