"""`govtrack crosswalk`: each pair with its source."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from govtrack import shipped


@pytest.fixture(autouse=True)
def _outside(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def schema():
    path = shipped.folder("schemas") / "crosswalk.schema.json"
    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


def test_two_sources_that_agree_are_two_rows(run):
    rows = run("crosswalk", "MEASURE", "2.6").rows()
    sources = {row["source"] for row in rows if row["corresponds"] == "A.6.2.4"}
    assert sources == {"article", "microsoft"}


def test_each_row_carries_level_strength_table_and_slips(run):
    rows = run("crosswalk", "GOVERN 3.2").rows()
    partial = next(row for row in rows if row["corresponds"] == "7.2" and row["table"] == "govern")
    assert (partial["strength"], partial["ref"]) == ("partial", "GOVERN 3")
    assert "at category level (GOVERN 3)" in partial["remarks"]
    slip = next(row for row in rows if row["corresponds"] == "A.3.2")
    assert "9.3.2" in slip["remarks"]


def test_the_other_direction_says_that_a_category_is_not_written_out(run):
    rows = run("crosswalk", "A.7.4", "--source", "article").rows()
    assert rows[0]["corresponds"] == "MEASURE 2"
    assert "not written out into its members" in rows[0]["remarks"]


def test_one_source_is_shown_alone_with_whose_word_it_is(run):
    done = run("crosswalk", "6.1.2", "--source", "microsoft")
    assert {row["source"] for row in done.rows()} == {"microsoft"}
    assert "Microsoft, listed by NIST" in done.err
    assert "article" not in done.err


@pytest.mark.parametrize("ref", ["MEASURE 2.6", "MEASURE", "A.7.4", "A.7", "4", "genai:cbrn"])
def test_the_json_answer_keeps_to_its_schema(run, ref):
    answer = run("crosswalk", ref, "--json").json()
    schema().validate(answer)
    assert [one["id"] for one in answer["sources"]] == ["article", "microsoft"]


def test_a_genai_risk_has_no_rows_and_is_told_where_to_look(run):
    done = run("crosswalk", "genai:cbrn")
    assert (done.code, done.rows()) == (0, [])
    assert "no crosswalk names GenAI risks" in done.err


def test_an_unknown_source_is_refused_with_the_nearest(run):
    done = run("crosswalk", "6.1.2", "--source", "microsft")
    assert done.code == 2
    assert "did you mean 'microsoft'?" in done.err


def test_one_reference_at_a_time(run):
    assert run("crosswalk", "6.1.2", "6.1.3").code == 2
    assert run("crosswalk").code == 2


def test_on_a_terminal_the_rows_stand_under_their_source(run, monkeypatch):
    monkeypatch.setattr("govtrack.cli.crosswalk.on_terminal", lambda _: True)
    lines = run("crosswalk", "MEASURE 2.6").out.splitlines()
    assert lines[0].startswith("MEASURE 2.6  Safety")
    microsoft = lines.index("microsoft (Microsoft, listed by NIST)")
    assert lines[microsoft + 1 :] == [
        "  A.6.2.8  Recording of event logs",
        "  A.6.2.6  Operation and monitoring",
        "  A.6.2.4  Verification and validation",
        "  8.2  AI risk assessment (performed)",
    ]
