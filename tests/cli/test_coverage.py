"""`govtrack coverage`: what has evidence in force, for a person, a pipe and a program."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from freezegun import freeze_time
from jsonschema import Draft202012Validator

from govtrack import shipped


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-05-04T12:00:00Z"):
        yield workspace


@pytest.fixture
def add(run, workspace):
    """`add(kind, *options, approved=…)`: evidence of 2 March 2026; gives its id."""

    def recorded(kind, *options, approved="2026-03-02"):
        path = workspace / f"{kind}.txt"
        path.write_text(f"{kind} {options}")
        approval = ("--approved-by", "eva", "--approved-on", approved) if approved else ()
        done = run("add-evidence", path, "--kind", kind, "--prepared-on", "2026-03-02", *approval,
                   *options, "--json")  # fmt: skip
        assert done.code == 0, done.err
        return done.json()["id"]

    return recorded


@pytest.fixture
def on_terminal(workspace):
    """`on_terminal(*args, columns=…, colour=False)`: what a person sees, of a real terminal."""
    pty = pytest.importorskip("pty")

    def shown(*arguments, columns=160, colour=False):
        here, there = pty.openpty()
        env = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm-256color"}
        if colour:
            del env["NO_COLOR"]
        process = subprocess.Popen(
            [sys.executable, "-m", "govtrack", *arguments],
            stdout=there,
            stdin=there,
            stderr=subprocess.PIPE,
            cwd=workspace,
            env=env,
        )
        os.close(there)
        read = _drained(here)
        assert process.stderr is not None
        told = process.stderr.read().decode()
        process.stderr.close()
        assert process.wait(60) == 0, told
        return read.replace("\r\n", "\n")

    return shown


def _drained(terminal):
    parts = []
    try:
        while part := os.read(terminal, 65536):
            parts.append(part)
    except OSError:  # how Linux says that the other side hung up
        pass
    finally:
        os.close(terminal)
    return b"".join(parts).decode()


def valid(document):
    path = shipped.folder("schemas") / "coverage.schema.json"
    Draft202012Validator(json.loads(path.read_text(encoding="utf-8"))).validate(document)
    return document


def states(run, *options):
    return {row["ref"]: row["state"] for row in run("coverage", *options).rows()}


def test_a_pipe_gets_a_line_for_every_requirement_in_the_leading_framework_s_order(run, workspace):
    rows = run("coverage").rows()

    assert len(rows) == 72 + 70
    assert {row["state"] for row in rows} == {"none"}
    assert (rows[0]["ref"], rows[-1]["ref"]) == ("4.1", "MANAGE 4.3")
    settings = workspace / "govtrack.toml"
    settings.write_text(settings.read_text().replace('"iso" #', '"rmf" #'))
    assert run("coverage").rows()[0]["ref"] == "GOVERN 1.1"


def test_evidence_in_force_covers_what_was_stated_and_nothing_else(run, add):
    one = add("vv-report", "--supports", "MEASURE 2.6")

    rows = {row["ref"]: row for row in run("coverage").rows()}

    assert rows["MEASURE 2.6"]["state"] == "covered"
    assert rows["MEASURE 2.6"]["evidence"] == one
    assert rows["A.6.2.4"]["state"] == "proposed only"
    assert rows["GOVERN 1.1"]["state"] == "none"


def test_confirming_the_other_side_makes_one_artefact_serve_both(run, add):
    one = add("vv-report", "--supports", "MEASURE 2.6")
    before = valid(run("coverage", "--json").json())["artefacts"]

    run("evidence", "confirm", one, "A.6.2.4")

    after = valid(run("coverage", "--json").json())
    assert (before["both"], before["rmf_only"], before["rmf_only_ids"]) == (0, 1, [one])
    assert (after["artefacts"]["both"], after["artefacts"]["rmf_only_ids"]) == (1, [])
    total = {one["ref"]: one for one in after["totals"]}
    assert total["A.6.2"]["counts"]["covered"] == total["MEASURE 2"]["counts"]["covered"] == 1


def test_a_draft_a_withdrawal_and_an_end_are_told_apart(run, add):
    add("ai-policy", "--supports", "5.2", approved=None)
    gone = add("scope-statement", "--supports", "4.3")
    run("evidence", "withdraw", gone, "--why", "wrong")
    add("ai-objectives", "--supports", "6.2", "--valid-until", "2026-05-31")
    add("context-analysis", "--supports", "4.1", "--valid-until", "2026-05-03")

    found = states(run)

    assert [found[ref] for ref in ("5.2", "4.3", "6.2", "4.1")] == [
        "draft only", "none", "expiring", "stale",
    ]  # fmt: skip


def test_another_day_has_its_own_answer(run, add):
    add("ai-policy", "--supports", "5.2")

    assert states(run, "--as-of", "2026-03-01")["5.2"] == "none"
    assert states(run, "--as-of", "2026-03-02")["5.2"] == "covered"
    assert states(run, "--as-of", "2030-01-01")["5.2"] == "stale"
    assert set(states(run, "--as-of", "1990-01-01").values()) == {"none"}


def test_what_the_register_knew_is_another_question(run, add):
    with freeze_time("2026-04-01T12:00:00Z"):
        add("ai-policy", "--supports", "5.2")

    known = run("coverage", "--as-of", "2026-03-15", "--recorded-by", "2026-03-31", "--json").json()

    assert valid(known)["recorded_by"] == "2026-03-31"
    assert {one["state"] for one in known["requirements"]} == {"none"}
    assert states(run, "--as-of", "2026-03-15")["5.2"] == "covered"


def test_coverage_of_one_system_leaves_out_what_is_about_another(run, add):
    run("system", "add", "chat", "--name", "Chat")
    run("system", "add", "score", "--name", "Score")
    add("vv-report", "--supports", "A.6.2.4", "--system", "score")
    add("ai-policy", "--supports", "5.2")

    found = states(run, "--system", "chat")

    assert (found["A.6.2.4"], found["5.2"]) == ("none", "covered")
    assert states(run, "--system", "score")["A.6.2.4"] == "covered"
    assert run("coverage", "--system", "chat", "--json").json()["system"] == "SYS-2026-0001"


def test_gaps_are_what_has_no_evidence_in_force_with_what_would_support_it(run, add):
    add("ai-policy", "--supports", "5.2,GOVERN 1.1")
    add("scope-statement", "--supports", "4.3", approved=None)

    rows = {row["ref"]: row for row in run("coverage", "--gaps").rows()}

    assert "5.2" not in rows
    assert len(rows) == 72 + 70 - 2
    assert rows["4.3"]["state"] == "draft only"
    assert rows["4.3"]["asks for"] == "AIMS scope statement"
    assert "scope-statement" in rows["4.3"]["supported by"]
    assert rows["GOVERN 1.2"]["asks for"] == ""


@pytest.mark.parametrize(
    "options", [(), ("--framework", "rmf"), ("--as-of", "2026-03-01")], ids=str
)
def test_gaps_for_a_person_and_for_a_program_are_the_same(run, add, options):
    add("ai-policy", "--supports", "5.2,GOVERN 1.1")
    add("vv-report", "--supports", "A.6.2.4", "--valid-until", "2026-05-01")
    words = {"draft": "draft only", "proposed": "proposed only"}

    lines = {row["ref"]: row["state"] for row in run("coverage", "--gaps", *options).rows()}
    document = valid(run("coverage", "--gaps", *options, "--json").json())

    assert lines == {
        one["ref"]: words.get(one["state"], one["state"]) for one in document["requirements"]
    }


def test_no_gaps_is_said(run, add):
    add("event-log", "--supports", ",".join(_leaves("genai")))

    done = run("coverage", "--framework", "genai", "--gaps", "--as-of", "2026-03-02")

    assert (done.code, done.out) == (0, "No gaps: every requirement has evidence in force.\n")


def _leaves(framework):
    from govtrack.catalog.loading import catalogue  # noqa: PLC0415

    return [one.ref for one in catalogue().leaves(framework)]


def test_documented_information_that_nobody_recorded_is_there(run, add):
    add("statement-of-applicability", "--supports", "6.1.3")

    asked = {
        one["ref"]: one for one in valid(run("coverage", "--json").json())["documented_information"]
    }

    assert asked["4.3"] == {
        "ref": "4.3",
        "what": "AIMS scope statement",
        "strength": "explicit",
        "state": "none",
        "recorded": False,
        "kinds": ["scope-statement"],
        "missing_kinds": ["scope-statement"],
    }
    assert asked["6.1.3"]["recorded"]
    assert "risk-treatment-plan" in asked["6.1.3"]["missing_kinds"]
    assert "statement-of-applicability" not in asked["6.1.3"]["missing_kinds"]


def test_a_person_is_told_first_what_there_is(on_terminal, run, add):
    run("evidence", "confirm", add("vv-report", "--supports", "MEASURE 2.6"), "A.6.2.4")

    shown = on_terminal("coverage", "--as-of", "2026-05-04")

    lines = shown.splitlines()
    alone = "0 only the AI RMF, 0 only ISO/IEC 42001, 0 neither yet"
    assert lines[:4] == [
        "Coverage on 2026-05-04",
        "  1 of 70 ISO/IEC 42001 clauses and controls have evidence in force",
        "  1 of 72 AI RMF subcategories have evidence in force",
        f"  1 artefact in force serves both frameworks; {alone}",
    ]
    assert shown.index(" A.6.2 ") < shown.index(" MEASURE 2 ")
    assert "Artefacts in force that serve both (rows: AI RMF, columns: ISO/IEC 42001)" in shown
    (row,) = (line for line in lines if line.split() == ["MEASURE", "2", "1"])
    assert row
    heading = "Documented information (AI RMF: documentation) that a clause asks for and"
    assert f"{heading} nobody has recorded:" in shown
    assert "\x1b" not in shown


def test_the_map_is_left_out_where_it_does_not_fit(on_terminal, run, add):
    run("evidence", "confirm", add("vv-report", "--supports", "MEASURE 2.6"), "A.6.2.4")

    assert "rows: AI RMF" not in on_terminal("coverage", columns=80)
    assert "rows: AI RMF" not in on_terminal("coverage", "--framework", "iso")


def test_the_map_has_its_heat_in_colour(on_terminal, run, add):
    run("evidence", "confirm", add("vv-report", "--supports", "MEASURE 2.6"), "A.6.2.4")

    assert "\x1b[" in on_terminal("coverage", "--as-of", "2026-05-04", colour=True)


def test_a_new_workspace_is_told_where_to_begin(on_terminal):
    shown = on_terminal("coverage")

    assert "0 of 70 ISO/IEC 42001 clauses and controls" in shown
    assert "Nothing recorded yet: 'govtrack next' says what to begin with." in shown


@pytest.mark.parametrize(
    ("options", "said", "nearest"),
    [
        (["--framework", "nist"], "--framework", None),
        (["--as-of", "2026-5-4"], "--as-of: '2026-5-4' is not a date", "2026-05-04"),
        (["--system", "chta"], "there is no system 'chta'", "chat"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(run, options, said, nearest):
    run("system", "add", "chat", "--name", "Chat")

    done = run("coverage", *options)

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    if nearest:
        assert f"did you mean '{nearest}'?" in done.err


@pytest.mark.parametrize("arguments", [["coverage"], ["coverage", "--gaps"], ["next"]], ids=str)
def test_reading_imports_nothing_that_takes_long(workspace, arguments):
    heavy = ("sqlmodel", "sqlalchemy", "yaml", "jinja2", "rich", "pydantic")
    script = (
        "import sys\nfrom govtrack.cli.main import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as ended:\n"
        f"    print(ended.code, sorted(sys.modules.keys() & set({heavy!r})), file=sys.stderr)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=workspace
    )

    assert done.stderr == "0 []\n"
