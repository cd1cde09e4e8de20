"""Terminals as they are: narrow, dumb, in another encoding, gone, or none at all."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

TITLE = "Prüfung 評価 😀 " + "very long " * 30


@pytest.fixture
def wide(workspace, run):
    """A register with a title that is long and in many scripts."""
    (workspace / "report.txt").write_text("What was found.\n")
    done = run("add-evidence", "report.txt", "--kind", "vv-report", "--title", TITLE.strip())
    assert done.code == 0, done.err
    return workspace


@pytest.mark.parametrize(
    "locale",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii"},
    ],
    ids=str,
)
def test_what_a_terminal_cannot_show_is_replaced_and_files_are_utf_8(wide, spawn, locale):
    listed = spawn("evidence", "list", env=locale)
    exported = spawn("evidence", "export", "--output", "list.csv", env=locale)

    assert (listed.code, listed.err) == (0, "")
    assert "very long" in listed.out
    assert exported.code == 0, exported.err
    assert TITLE.strip() in (wide / "list.csv").read_text("utf-8-sig")


def before_a_terminal(*arguments, **env):
    """What a person sees: the command on a terminal of its own."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "govtrack", *arguments],
        stdin=child, stdout=child, stderr=child, env={**os.environ, **env},
    )  # fmt: skip
    os.close(child)
    shown = b""
    try:
        while part := os.read(parent, 65536):
            shown += part
    except OSError:  # the other end is gone
        pass
    os.close(parent)
    return process.wait(60), shown.decode()


@pytest.mark.usefixtures("wide")
@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_a_narrow_terminal_without_colour_gets_no_escape_code_and_every_letter(env):
    code, shown = before_a_terminal("evidence", "list", COLUMNS="20", **env)

    assert code == 0
    assert "\x1b" not in shown
    assert shown.count("y") >= TITLE.count("y")
    assert all(shown.count(one) == 1 for one in "評価😀")


@pytest.mark.usefixtures("wide")
def test_a_pipe_gets_no_escape_code_whatever_the_terminal_was(spawn):
    environment = {"TERM": "xterm-256color", "NO_COLOR": "", "COLUMNS": "20"}
    for command in (("evidence", "list"), ("coverage",), ("verify",), ("next",), ("--help",)):
        shown = spawn(*command, env=environment)

        assert shown.code == 0
        assert "\x1b" not in shown.out + shown.err
    (row,) = spawn("evidence", "list", env=environment).out.splitlines()[1:]
    assert TITLE.strip() in row


@pytest.mark.usefixtures("wide")
def test_whoever_stops_reading_is_no_fault():
    script = f"{sys.executable} -m govtrack coverage | head -1; echo ${{PIPESTATUS[0]}}"

    shown = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)

    assert shown.stderr == ""
    assert shown.stdout.splitlines()[-1] in {"0", "1", "141"}
