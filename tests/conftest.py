"""What every test stands on: a home of its own, a workspace of its own, the command line."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import pkgutil
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from govtrack import clock

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
"""When the workspace of a test was made: before any day a test freezes."""

# a slow machine is no defect: speed is measured in bench/
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

BASES = ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")


@dataclass(frozen=True, slots=True)
class Result:
    """How a command ended: its exit code, its answer (stdout) and its talk (stderr)."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """The answer, read as one JSON document."""
        return json.loads(self.out)

    def rows(self) -> list[dict[str, str]]:
        """The answer, read as tab-separated lines under a header."""
        header, *lines = [line.split("\t") for line in self.out.splitlines()]
        return [dict(zip(header, line, strict=True)) for line in lines]


@pytest.fixture(scope="session")
def _cache(tmp_path_factory):
    """One cache folder for all tests, so that the catalogue is parsed once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory, monkeypatch, _cache):
    """No test reads or writes the home, the settings or the identity of whoever runs it."""
    home = tmp_path_factory.mktemp("home")
    _move_home(monkeypatch, home, _cache)
    return home


def _move_home(monkeypatch, home, cache):
    for name in [name for name in os.environ if name.startswith(("GOVTRACK_", "_GOVTRACK"))]:
        monkeypatch.delenv(name)
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name in BASES:
        folder = home if name == "HOME" else home / name.casefold()
        folder.mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv("GOVTRACK_ACTOR", "ada@example.org")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture
def run():
    """`run(*args, stdin=None, cwd=None)`: the command line, in this process, as in a pipe."""
    return _run


def _run(*args: object, stdin: str | bytes | None = None, cwd: Path | None = None) -> Result:
    from govtrack.cli.main import main  # noqa: PLC0415  (after the home has moved)

    given = stdin.encode() if isinstance(stdin, str) else stdin or b""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    before, stdin_before = Path.cwd(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(given), "utf-8")
    try:
        os.chdir(cwd or before)
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
            main([str(arg) for arg in args])
    finally:
        os.chdir(before)
        sys.stdin = stdin_before
    return Result(int(ended.value.code or 0), _written(out), _written(err))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode("utf-8")  # type: ignore[attr-defined]


@pytest.fixture
def wide_terminal(monkeypatch):
    """Answers are drawn for a person before a terminal of 400 columns."""
    import govtrack.cli  # noqa: PLC0415

    # each is loaded first: one loaded later would keep what is patched here
    loaded = [
        importlib.import_module(f"govtrack.cli.{one.name}")
        for one in pkgutil.iter_modules(govtrack.cli.__path__)
    ]
    monkeypatch.setenv("COLUMNS", "400")
    for module in loaded:
        if hasattr(module, "on_terminal"):
            monkeypatch.setattr(module, "on_terminal", lambda _: True)


@pytest.fixture
def spawn():
    """`spawn(*args, stdin=None, cwd=None, env=None)`: the command line in a process of its own."""
    return _spawn


def _spawn(
    *args: object,
    stdin: str | bytes | None = None,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
) -> Result:
    given = stdin.encode() if isinstance(stdin, str) else stdin or b""
    done = subprocess.run(
        [sys.executable, "-m", "govtrack", *map(str, args)],
        input=given,
        capture_output=True,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        check=False,
        timeout=120,
    )
    out, err = (stream.decode("utf-8", "replace") for stream in (done.stdout, done.stderr))
    return Result(done.returncode, out, err)


@pytest.fixture(scope="session")
def _fresh_workspace(tmp_path_factory, _cache):
    """A workspace as `govtrack init` leaves it, made once; tests get copies."""
    root = tmp_path_factory.mktemp("fresh") / "workspace"
    with pytest.MonkeyPatch.context() as monkeypatch, clock.at(BEGINNING):
        _move_home(monkeypatch, root.parent / "home", _cache)
        done = _run("init", root, "--organisation", "Example Ltd")
    assert done.code == 0, done.err
    return root


@pytest.fixture
def forget(_own_home):
    """`forget()`: this machine no longer remembers any trail, as a fresh one does not.

    For copies of one workspace that go on each by itself: to a memory they contradict each other.
    """

    def _forget() -> None:
        shutil.rmtree(_own_home / "xdg_state_home" / "govtrack", ignore_errors=True)

    return _forget


def with_key(workspace: Path, home: Path) -> None:
    """Give a test's home what the home in which that workspace was made holds of it."""
    shutil.copytree(workspace.parent / "home", home, dirs_exist_ok=True)


@pytest.fixture
def workspace(_fresh_workspace, _own_home, tmp_path, monkeypatch):
    """A fresh workspace of Example Ltd, its signing key at hand; the current folder is in it."""
    root = tmp_path / "workspace"
    shutil.copytree(_fresh_workspace, root, symlinks=True)
    with_key(_fresh_workspace, _own_home)
    monkeypatch.chdir(root)
    return root


@pytest.fixture(scope="session")
def authorities():
    """`tests/authority.py`: time-stamping authorities that `openssl ts` answers for."""
    path = Path(__file__).with_name("authority.py")
    spec = importlib.util.spec_from_file_location("authority", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def authority(authorities, tmp_path_factory):
    """A time-stamping authority with a key of its own."""
    return authorities.Authority(tmp_path_factory.mktemp("authority") / "one")


@pytest.fixture(scope="module")
def other(authorities, tmp_path_factory):
    """Another one, which knows nothing of the first."""
    return authorities.Authority(tmp_path_factory.mktemp("authority") / "other")
