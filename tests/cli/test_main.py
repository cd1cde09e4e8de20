"""One place turns refusals into sentences and exit codes; nothing else reaches a person."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from govtrack import __version__
from govtrack.cli import main as main_module
from govtrack.errors import BadInput, NotDone, Problem

A_BUG = "(a bug: please report it with the output of the same command and --debug)"


@pytest.fixture
def raising(monkeypatch):
    """`raising(exception)`: every command raises it."""

    def _raising(exception):
        def raises(*_args, **_options):
            raise exception

        monkeypatch.setattr(main_module.govtrack, "main", raises)

    return _raising


def test_no_arguments_and_help_show_the_commands_and_exit_0(run):
    shown = [run(), run("-h"), run("--help")]

    assert [result.code for result in shown] == [0, 0, 0]
    for result in shown:
        assert "add-evidence" in result.out
        assert "Exit codes: 0 done" in " ".join(result.out.split())


def test_the_version_is_one_line(run):
    result = run("--version")

    assert (result.code, result.out, result.err) == (0, f"govtrack {__version__}\n", "")


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["config", "--help"]])
def test_an_answer_goes_to_stdout_alone(spawn, arguments):
    result = spawn(*arguments)

    assert result.code == 0
    assert result.out
    assert result.err == ""


def test_a_command_that_is_not_there_is_refused_with_the_nearest(run):
    result = run("coverge")

    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "govtrack: no such command 'coverge'\n  did you mean 'coverage'?\n  see 'govtrack --help'\n"
    )


def test_an_option_that_is_not_there_is_refused_with_the_nearest(run):
    result = run("config", "--jsn")

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("govtrack: ")
    assert "--json" in result.err


def test_outside_a_workspace_a_command_says_how_to_make_one(run, tmp_path):
    result = run("evidence", "list", cwd=tmp_path)

    assert (result.code, result.out) == (2, "")
    assert result.err == (
        f"govtrack: no govtrack.toml in {tmp_path} or above it: make a workspace with "
        "'govtrack init --organisation NAME', or name one with -C\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_every_problem_of_a_refusal_is_one_sentence_with_its_hint(run, raising):
    raising(
        BadInput(
            [
                Problem("'x' is not a kind", "risks.csv", 14, "kind", nearest="risk-method"),
                Problem("is missing", "risks.csv", 15, "title"),
            ]
        )
    )

    result = run("config")

    assert result.code == 2
    assert result.err == (
        "govtrack: risks.csv, row 14, kind: 'x' is not a kind\n"
        "  did you mean 'risk-method'?\n"
        "govtrack: risks.csv, row 15, title: is missing\n"
    )


@pytest.mark.parametrize(
    ("exception", "code", "said"),
    [
        (NotDone("the store is busy"), 1, "govtrack: the store is busy\n"),
        (KeyboardInterrupt(), 130, "govtrack: interrupted; nothing more was recorded\n"),
        (OSError(28, "No space left on device", "/w/x"), 1,
         "govtrack: /w/x: No space left on device\n"),
        (PermissionError(13, "Permission denied", b"/w/x\n"), 1,
         "govtrack: /w/x\\n: Permission denied\n"),
        (RecursionError(), 1, "govtrack: the input is too deeply nested or too large to read\n"),
        (MemoryError(), 1, "govtrack: the input is too deeply nested or too large to read\n"),
        (ZeroDivisionError("by\x1b[2J"), 1,
         f"govtrack: unexpected ZeroDivisionError: by\\x1b[2J {A_BUG}\n"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)  # fmt: skip
def test_every_way_to_end_has_its_exit_code_and_its_sentence(run, raising, exception, code, said):
    raising(exception)

    result = run("config")

    assert (result.code, result.out, result.err) == (code, "", said)


def test_debug_shows_the_traceback_of_an_unexpected_error(run, raising):
    raising(ZeroDivisionError("x"))

    assert "Traceback" in run("--debug", "config").err
    assert "Traceback" not in run("config").err


def test_words_of_a_refusal_cannot_steer_the_terminal(run, tmp_path):
    result = run("-C", f"{tmp_path}/\x1b[2J", "config")

    assert result.code == 2
    assert "\x1b" not in result.err


def test_a_reader_that_stops_reading_is_no_fault():
    script = f"{sys.executable} -m govtrack requirements | head -1; echo ${{PIPESTATUS[0]}}"

    shown = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)

    assert shown.stderr == ""
    assert shown.stdout.splitlines()[-1] in {"0", "1", "141"}


def test_an_answer_that_cannot_be_written_is_a_failure():
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "govtrack", "requirements", "--json"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr.startswith("govtrack: ")
    assert done.stderr.endswith("No space left on device\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "locale",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
    ids=str,
)
def test_a_terminal_that_cannot_show_a_character_gets_a_substitute(spawn, tmp_path, locale):
    root = tmp_path / "w"
    assert spawn("init", root, "--organisation", "Prüfstelle 評価").code == 0

    shown = spawn("-C", root, "config", env=locale)
    asked = spawn("-C", root, "config", "--json", env=locale)

    assert (shown.code, shown.err) == (0, "")
    assert (asked.code, asked.err) == (0, "")
    organisation = asked.json()["settings"][1]
    assert organisation["setting"] == "organisation"
    if locale != {"PYTHONIOENCODING": "latin-1"}:
        assert organisation["value"] == "Prüfstelle 評価"


@pytest.mark.parametrize(
    "arguments",
    [
        ["system", "add", "chat", "--name", "\udcff"],
        ["system", "add", "chat", "--name", "Chat", "--reason", "\udcff"],
        ["system", "add", "chat", "--name", "Chat", "--actor", "\udcff"],
        ["add-evidence", "report.txt", "--kind", "risk-assessment", "--title", "\udcff"],
    ],
    ids=" ".join,
)
def test_bytes_that_are_not_text_are_refused(run, workspace, arguments):
    (workspace / "report.txt").write_text("What was found.\n")

    result = run(*arguments)

    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "govtrack: '\\udcff' is not text in the terminal's encoding; UTF-8 is expected\n"
    )


def test_names_that_are_not_utf_8_are_shown_and_do_not_fail(spawn, tmp_path):
    strange = os.fsdecode(b"w\xff")

    result = spawn("-C", tmp_path / strange, "config")

    assert result.code == 2
    assert "Traceback" not in result.err
    assert "no govtrack.toml" in result.err


def test_ctrl_c_is_quiet(tmp_path):
    """A command that waits for standard input, interrupted."""
    made = [sys.executable, "-m", "govtrack", "init", str(tmp_path / "w")]
    subprocess.run(made, check=True, capture_output=True)
    waiting = subprocess.Popen(
        [sys.executable, "-m", "govtrack", "-C", str(tmp_path / "w"), "import", "-",
         "--format", "csv"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        while not _waits(waiting.pid):
            time.sleep(0.02)
        waiting.send_signal(signal.SIGINT)
        out, err = waiting.communicate(timeout=30)
    finally:
        waiting.kill()

    assert (waiting.returncode, out) == (130, "")
    assert err.lstrip() == "govtrack: interrupted; nothing more was recorded\n"


def _waits(pid: int) -> bool:
    """Whether the process sleeps in a read of its standard input."""
    with open(f"/proc/{pid}/wchan") as place:  # noqa: PTH123
        return "pipe" in place.read()


@pytest.mark.parametrize(
    ("arguments", "said", "nearest"),
    [
        (["profile", "show", "--function", "MAPP"], "--function: 'MAPP' is not one of", "MAP"),
        (["coverage", "--framework", "isso"], "--framework: 'isso' is not one of rmf, iso", "iso"),
        (["evidence", "list", "--status", "aproved"], "--status: 'aproved'", "approved"),
    ],
)
def test_a_word_that_is_not_one_of_an_option_s_is_refused_with_the_nearest(
    run, arguments, said, nearest
):
    refused = run(*arguments)

    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err
    assert f"did you mean '{nearest}'?" in refused.err
