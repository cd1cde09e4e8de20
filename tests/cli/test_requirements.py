"""`govtrack requirements`: what the standards ask."""

from __future__ import annotations

import json
import os

import pytest
from jsonschema import Draft202012Validator

from govtrack import shipped


@pytest.fixture
def own(tmp_path):
    """The current folder is a workspace, with nothing but its settings."""
    (tmp_path / "govtrack.toml").write_text('organisation = "Example Ltd"\n', encoding="utf-8")
    (tmp_path / "schemas").mkdir()
    return tmp_path


@pytest.fixture(autouse=True)
def outside(tmp_path, monkeypatch):
    """The current folder: it lies in no workspace."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def schema():
    path = shipped.folder("schemas") / "requirements.schema.json"
    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


def test_all_requirements_are_listed_without_a_workspace(run):
    done = run("requirements")
    assert done.code == 0
    rows = done.rows()
    assert len(rows) == 199
    assert {row["standard"] for row in rows} == {"rmf", "iso", "genai"}
    clause = next(row for row in rows if row["ref"] == "6.1.2")
    assert clause["documented"] == "document, explicit"


@pytest.mark.parametrize(("framework", "count"), [("rmf", 95), ("iso", 92), ("genai", 12)])
def test_one_standard_is_listed_alone(run, framework, count):
    rows = run("requirements", "--framework", framework).rows()
    assert len(rows) == count
    assert {row["standard"] for row in rows} == {framework}


def test_a_reference_in_two_words_is_shown_in_detail(run):
    done = run("requirements", "MEASURE", "2.6")
    assert done.out.startswith("MEASURE 2.6  Safety")
    assert "subcategory of MEASURE 2" in done.out
    assert "vv-report" in done.out
    assert "names MEASURE 2 whole, not proposed" in done.out
    assert "genai:confabulation" in done.out
    assert "microsoft (Microsoft, listed by NIST)" in done.out


def test_a_clause_shows_the_documented_information_it_asks_for(run):
    assert (
        "documented information (AI RMF: documentation): record, explicit"
        in run("requirements", "8.2").out
    )
    assert "none asked for by this clause" in run("requirements", "clause", "4.1").out


def test_a_category_shows_its_members(run):
    out = run("requirements", "MEASURE", "3").out
    assert "members\n  MEASURE 3.1" in out


def test_annex_b_is_answered_as_annex_a_and_that_is_said_beside_the_answer(run):
    done = run("requirements", "B.6.2.4")
    assert done.out.startswith("A.6.2.4  ")
    assert "B.6.2.4 read as A.6.2.4" in done.err


@pytest.mark.parametrize(
    "words", [[], ["MEASURE", "2.6"], ["6.1.2", "A.6.2.4"], ["A.6"], ["genai:confabulation"]]
)
def test_the_json_answer_keeps_to_its_schema(run, words):
    answer = run("requirements", *words, "--json").json()
    schema().validate(answer)
    assert answer["format"] == "govtrack.requirements/1"


def test_every_element_in_detail_keeps_to_the_schema(run):
    refs = [one["ref"] for one in run("requirements", "--json").json()["requirements"]]
    schema().validate(run("requirements", *refs, "--json").json())


def test_an_unknown_reference_is_refused_with_the_nearest(run):
    done = run("requirements", "MEASURE", "2.66")
    assert (done.code, done.out) == (2, "")
    assert "did you mean 'MEASURE 2.6'?" in done.err


def test_a_framework_beside_a_reference_is_bad_usage(run):
    assert run("requirements", "6.1.2", "--framework", "iso").code == 2


def test_a_workspaces_own_titles_are_shown(run, own):
    (own / "schemas" / "titles.yaml").write_text(
        "source: licensed copy 4711\ntitles: {6.1.2: Our licensed wording}\n", encoding="utf-8"
    )
    out = run("requirements", "6.1.2").out
    assert out.startswith("6.1.2  Our licensed wording")
    assert "wording: licensed copy 4711" in out


def test_a_broken_file_of_the_workspace_is_refused_with_file_and_line(run, own):
    (own / "schemas" / "titles.yaml").write_text("titles:\n  A.99: x\n", encoding="utf-8")
    done = run("requirements", "6.1.2")
    assert (done.code, done.out) == (2, "")
    assert "schemas/titles.yaml:2, titles.A.99: 'A.99' is not in the catalogue" in done.err


def test_a_workspace_that_is_named_but_not_there_is_refused(run, outside):
    done = run("-C", outside, "requirements")
    assert done.code == 2
    assert "govtrack.toml" in done.err


def test_a_warm_answer_imports_no_yaml(spawn, outside):
    # the first answer keeps the catalogue; the second runs where importing yaml would fail
    assert spawn("requirements", "6.1.2").code == 0
    (outside / "yaml.py").write_text("raise SystemExit('yaml was imported')\n", encoding="utf-8")
    path = os.pathsep.join([str(outside), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = spawn("requirements", "6.1.2", env={"PYTHONPATH": path})
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("requirements measure-3", ["measure-3", "measure-3.1", "measure-3.2", "measure-3.3"]),
        ("kinds incident", ["incident-report"]),
        ("vocabulary risk", ["risk", "risk-treatment", "risk-criteria"]),
    ],
)
def test_the_shell_is_offered_what_may_follow(spawn, words, offered):
    env = {"_GOVTRACK_COMPLETE": "bash_complete", "COMP_WORDS": f"govtrack {words}"}
    # the program's name decides the variable, so that this speaks for an installed govtrack
    done = spawn(env={**env, "COMP_CWORD": "2"})
    assert [line.partition(",")[2] for line in done.out.split()] == offered


def test_a_workspaces_own_words_cannot_steer_the_terminal(run, own):
    titles = 'titles: {6.1.2: "\\e[2J\\nFake"}\n'
    (own / "schemas" / "titles.yaml").write_text(titles, encoding="utf-8")
    for words in (["requirements", "6.1.2"], ["requirements"], ["crosswalk", "MAP 5.1"]):
        out = run(*words).out
        assert "\x1b" not in out
        assert "\nFake" not in out
