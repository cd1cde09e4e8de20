"""`govtrack next`: ten things to do, each with why and the command."""

from __future__ import annotations

import json
import re

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator

from govtrack import shipped


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-05-04T12:00:00Z"):
        yield workspace


def valid(document):
    path = shipped.folder("schemas") / "next.schema.json"
    Draft202012Validator(json.loads(path.read_text(encoding="utf-8"))).validate(document)
    return document


def pattern(workspace, name):
    settings = workspace / "govtrack.toml"
    settings.write_text(re.sub(r'pattern = "[\w-]+"', f'pattern = "{name}"', settings.read_text()))


def test_every_step_is_numbered_with_why_and_its_command(run):
    lines = run("next").out.splitlines()

    assert len(lines) == 30
    assert lines[0] == " 1. record the AI systems in scope"
    assert lines[2] == "    $ govtrack system add SLUG --name NAME --role provider --owner WHO"
    assert lines[27].startswith("10. ")
    assert all(line.startswith("    $ govtrack ") for line in lines[2::3])


def test_the_first_steps_can_be_taken_as_they_are_written(run, workspace):
    (workspace / "FILE").write_text("what was decided")
    steps = valid(run("next", "--json").json())["steps"]

    for step in steps[:2]:
        assert run(*step["command"].replace("SLUG", "chat").split()[1:]).code == 0

    again = valid(run("next", "--json").json())["steps"]
    assert not {step["what"] for step in steps[:2]} & {step["what"] for step in again}
    assert again[0]["sort"] == "approve"


@pytest.mark.parametrize("name", ["rmf-first", "iso-first", "parallel"])
def test_the_pattern_of_the_workspace_orders_the_gaps(run, workspace, name):
    pattern(workspace, name)

    document = valid(run("next", "--json").json())

    assert document["pattern"] == name
    assert document["as_of"] == "2026-05-04"
    sorts = [step["sort"] for step in document["steps"] if step["sort"] != "begin"]
    assert sorts[0] == ("gap" if name == "rmf-first" else "documented_information")


def test_another_day_has_other_steps(run, workspace):
    (workspace / "policy.txt").write_text("policy")
    run("add-evidence", "policy.txt", "--kind", "ai-policy", "--supports", "5.2", "--approved-by",
        "eva", "--approved-on", "2026-05-01", "--valid-until", "2026-12-31")  # fmt: skip

    now = valid(run("next", "--json").json())["steps"]
    later = valid(run("next", "--as-of", "2026-12-15", "--json").json())["steps"]

    assert "renew" not in [step["sort"] for step in now]
    (renewed,) = (step for step in later if step["sort"] == "renew")
    assert renewed["due"] == "2026-12-31"
    assert renewed["command"].endswith("--supersedes EV-2026-0001")


def test_a_title_cannot_steer_the_terminal(run, workspace):
    (workspace / "x.txt").write_text("x")
    run("add-evidence", "x.txt", "--kind", "ai-policy", "--title", "red\x1b[31m")

    shown = run("next").out

    assert "\x1b" not in shown
    assert "have EV-2026-0001" in shown


def test_a_day_that_is_none_is_refused(run):
    done = run("next", "--as-of", "tomorrow")

    assert (done.code, done.out) == (2, "")
    assert "--as-of: 'tomorrow' is not a date" in done.err
