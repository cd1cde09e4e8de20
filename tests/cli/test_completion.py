"""A shell completes commands, options, references, kinds, ids and slugs, and never sees a fault."""

from __future__ import annotations

import subprocess

import pytest
from click.shell_completion import BashComplete
from freezegun import freeze_time

from govtrack.cli import complete
from govtrack.cli.main import govtrack


def offered(*words):
    """The values offered for the last of `words`."""
    *before, incomplete = words
    completing = BashComplete(govtrack, {}, "govtrack", "_GOVTRACK_COMPLETE")
    return [item.value for item in completing.get_completions(list(before), incomplete)]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_printed(run, shell):
    result = run("completion", shell)

    assert result.code == 0, result.err
    assert f"_GOVTRACK_COMPLETE={shell}_complete" in result.out


@pytest.mark.parametrize("shell", ["bash"])
def test_the_script_is_one_the_shell_can_read(run, shell):
    script = run("completion", shell).out

    checked = subprocess.run(
        [shell, "-n"], input=script, text=True, capture_output=True, check=False
    )

    assert (checked.returncode, checked.stderr) == (0, "")


def test_another_shell_is_refused_naming_those_there_are(run):
    result = run("completion", "tcsh")

    assert result.code == 2
    assert "'tcsh' is not one of 'bash', 'zsh', 'fish'" in result.err


def test_the_protocol_works_in_a_process_of_its_own(spawn):
    result = spawn(
        env={
            "_GOVTRACK_COMPLETE": "bash_complete",
            "COMP_WORDS": "govtrack comp",
            "COMP_CWORD": "1",
        }
    )

    assert (result.code, result.out, result.err) == (0, "plain,completion\n", "")


def test_commands_and_options_complete():
    assert offered("co") == ["coverage", "config", "completion"]
    assert offered("--deb") == ["--debug"]


def test_references_complete_without_spaces_or_colons(context):
    assert values(complete.refs, context, "MEASURE-2.1") == [
        "MEASURE-2.1",
        "MEASURE-2.10",
        "MEASURE-2.11",
        "MEASURE-2.12",
        "MEASURE-2.13",
    ]
    assert values(complete.refs, context, "a.6.2.4") == ["a.6.2.4"]
    assert values(complete.refs, context, "genai-conf") == ["genai-confabulation"]


def test_every_reference_offered_is_read_as_itself(context):
    from govtrack.catalog import loading, refs  # noqa: PLC0415

    catalogue = loading.catalogue()
    for given in ("", "A"):
        for text in values(complete.refs, context, given):
            assert refs.find(text, catalogue).leaf


def test_kinds_complete(context):
    assert "risk-assessment" in values(complete.kinds, context, "RISK-")
    assert values(complete.kinds, context, "zzz") == []


def test_ids_and_slugs_complete(run, workspace, context):
    (workspace / "report.txt").write_text("What was found.\n")
    assert run("system", "add", "chatbot", "--name", "Chatbot").code == 0
    assert run("add-evidence", "report.txt", "--kind", "risk-assessment").code == 0

    (evidence,) = values(complete.evidence, context, "ev-")
    assert evidence.startswith("EV-")
    assert values(complete.systems, context, "ch") == ["chatbot"]
    assert len(values(complete.systems, context, "sys")) == 1


def test_values_complete_where_a_command_takes_them(run, workspace):
    (workspace / "report.txt").write_text("What was found.\n")
    assert run("system", "add", "chatbot", "--name", "Chatbot").code == 0
    assert run("add-evidence", "report.txt", "--kind", "risk-assessment").code == 0
    (row,) = run("evidence", "list").rows()

    assert offered("add-evidence", "report.txt", "--kind", "vv") == ["vv-report"]
    assert offered("add-evidence", "report.txt", "--supports", "A.6.2.4") == ["A.6.2.4"]
    assert offered("add-evidence", "report.txt", "--system", "c") == ["chatbot"]
    assert offered("evidence", "show", "EV") == [row["id"]]
    assert offered("evidence", "list", "--ref", "map-5") == ["map-5.1", "map-5.2"]
    assert offered("evidence", "list", "--sta") == ["--status"]
    assert offered("evidence", "list", "--status", "dra") == ["draft"]
    assert offered("evidence", "tag", row["id"], "6.1.") == ["6.1.1", "6.1.2", "6.1.3", "6.1.4"]
    assert offered("system", "show", "ch") == ["chatbot"]
    assert offered("kinds", "ai-p") == ["ai-policy"]
    assert offered("certification", "record", "dec") == ["decision"]


@pytest.mark.usefixtures("workspace")
def test_values_of_another_workspace_complete_with_its_option(run, tmp_path):
    other = tmp_path / "other"
    assert run("init", other, "--organisation", "Other Ltd").code == 0
    assert run("-C", other, "system", "add", "elsewhere", "--name", "Elsewhere").code == 0

    assert offered("-C", str(other), "system", "show", "")[:1] == ["elsewhere"]
    assert offered("system", "show", "") == []


def test_nothing_is_offered_and_nothing_fails_without_a_workspace(context, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert values(complete.evidence, context, "") == []
    assert values(complete.systems, context, "") == []
    assert "A.6.2.4" in values(complete.refs, context, "A.6")
    assert list(tmp_path.iterdir()) == []


def test_a_register_that_cannot_be_read_offers_nothing(workspace, context):
    (workspace / ".govtrack" / "register.db").write_text("not a database")

    assert values(complete.evidence, context, "") == []


@pytest.fixture
def context():
    """The context of an invocation without options."""
    return govtrack.make_context("govtrack", [], resilient_parsing=True)


def values(complete_, context, incomplete):
    return [item.value for item in complete_(context, context.command.params[0], incomplete)]


@freeze_time("2026-05-04T10:00:00Z")
def test_ids_of_every_sort_of_record_complete(run, workspace):
    (workspace / "report.txt").write_text("What was found.\n")
    year = 2026
    blocks = [f"A.{number}.*" for number in range(2, 11)]
    for command in (
        ("system", "add", "chat", "--name", "Chat", "--role", "user"),
        ("add-evidence", "report.txt", "--kind", "vv-report"),
        ("criteria", "set", "--decided-by", "board"),
        ("risk", "add", "--title", "One", "--cause", "c", "--event", "e", "--consequence", "h"),
        ("risk", "treat", f"R-{year}-0001", "--option", "retain", "--what", "kept"),
        ("impact", "add", "chat", "--on", f"{year}-01-01", "--by", "ben", "--why", "initial"),
        ("soa", "add", "ORG-1", "--title", "Own", "--source", "contract"),
        (
            "soa",
            "set",
            *blocks,
            "ORG-1",
            "--applicable",
            "--why",
            "needed",
            "--status",
            "not",
            "--owner",
            "eva",
        ),
        ("soa", "approve", "--by", "ceo", "--scope", "all"),
        ("profile", "set", "MEASURE 2.6", "--current", "partly"),
    ):
        done = run(*command)
        assert done.code == 0, done.err

    assert offered("risk", "show", "R") == [f"R-{year}-0001"]
    assert offered("impact", "link", f"IA-{year}-0001", "--risk", "r-") == [f"R-{year}-0001"]
    assert offered("impact", "show", "IA") == [f"IA-{year}-0001"]
    assert offered("soa", "set", "ORG") == ["ORG-1"]
    assert offered("soa", "diff", "") == ["1"]
    assert offered("profile", "show", "--profile", "PF") == [f"PF-{year}-0001"]
    for given in ("SYS-", "EV-", "RC-", "R-", "IA-", "AC-", "SOA-", "PF-", "PR-"):
        assert f"{given}{year}-0001" in offered("log", given), given
    for given in ("SYS-", "EV-", "RC-", "R-", "IA-", "SOA-", "PF-", "PR-"):
        assert f"{given}{year}-0001" in offered("trace", given), given
    assert f"R-{year}-0001/1" in offered("trace", "R-")
    assert f"AD-{year}-0039" in offered("trace", "AD-")
    assert offered("trace", "chat") == ["chat"]
    assert offered("trace", "org-") == ["ORG-1"]
    assert offered("trace", "ms-9") == []
    assert "measure-2.7" in offered("trace", "measure-2.")
