"""`govtrack kinds`: kinds of evidence."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from govtrack import shipped


@pytest.fixture(autouse=True)
def _outside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def schema():
    path = shipped.folder("schemas") / "kinds.schema.json"
    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


def test_all_kinds_are_listed_with_what_they_support(run):
    rows = {row["kind"]: row for row in run("kinds").rows()}
    assert len(rows) == 29
    assert rows["monitoring-report"]["review_months"] == "3"
    assert rows["incident-report"]["review_months"] == ""
    assert "A.6.2.4" in rows["vv-report"]["supports"].split(", ")


def test_a_kind_is_shown_with_the_reason_of_every_tag(run):
    out = run("kinds", "risk", "assessment").out
    assert out.startswith("risk-assessment  AI risk assessment\n")
    assert "after 12 months (a convention)" in out
    assert "8.2  AI risk assessment (performed) (the clause asks for it)" in out
    assert "a whole category, not proposed" in out
    assert "kept (cycle): until superseded" in out


@pytest.mark.parametrize("words", [[], ["ai-policy"], ["impact-assessment"]])
def test_the_json_answer_keeps_to_its_schema(run, words):
    answer = run("kinds", *words, "--json").json()
    schema().validate(answer)
    assert len(answer["kinds"]) == (1 if words else 29)


def test_an_unknown_kind_is_refused_with_the_nearest(run):
    done = run("kinds", "risk-asessment")
    assert (done.code, done.out) == (2, "")
    assert "did you mean 'risk-assessment'?" in done.err


def test_a_workspaces_own_kind_is_listed(run, tmp_path):
    (tmp_path / "govtrack.toml").write_text('organisation = "Example Ltd"\n', encoding="utf-8")
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "kinds.yaml").write_text(
        "kinds:\n  - {id: red-team-report, title: Red team report, form: record,"
        " review: {interval_months: 6}, retention: cycle, rmf: [MEASURE 2.7]}\n",
        encoding="utf-8",
    )
    assert "red-team-report" in [row["kind"] for row in run("kinds").rows()]
    schema().validate(run("kinds", "red-team-report", "--json").json())
    assert "of this workspace" in run("kinds", "red-team-report").out
