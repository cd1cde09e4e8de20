"""`govtrack vocabulary`: terms in both vocabularies."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from govtrack import shipped


@pytest.fixture
def primary(tmp_path, monkeypatch):
    """`primary("rmf")`: a workspace whose primary vocabulary that is."""
    monkeypatch.chdir(tmp_path)

    def write(vocabulary):
        text = f'organisation = "Example Ltd"\nvocabulary = "{vocabulary}"\n'
        (tmp_path / "govtrack.toml").write_text(text, encoding="utf-8")

    return write


def schema():
    path = shipped.folder("schemas") / "vocabulary.schema.json"
    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("vocabulary", "word"),
    [("iso", "AI system impact assessment"), ("rmf", "impact characterisation")],
)
def test_the_workspaces_primary_vocabulary_leads(run, primary, vocabulary, word):
    primary(vocabulary)
    assert run("vocabulary", "impact-assessment").out.startswith(word)
    row = next(row for row in run("vocabulary").rows() if row["term"] == "impact-assessment")
    assert row[vocabulary] == word
    assert list(row)[1] == vocabulary
    assert run("vocabulary", "impact-assessment", "--json").json()["terms"][0]["lead"] == word


def test_without_a_workspace_isos_words_lead(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("vocabulary", "risk", "tolerance").out.startswith("AI risk criteria")
    assert len(run("vocabulary").rows()) == 33


def test_a_word_with_no_counterpart_says_so(run, primary):
    primary("rmf")
    out = run("vocabulary", "Statement", "of", "Applicability").out
    assert "NIST AI RMF: no word of its own" in out


@pytest.mark.parametrize("words", [[], ["risk"], ["impact-levels"]])
def test_the_json_answer_keeps_to_its_schema(run, primary, words):
    primary("iso")
    schema().validate(run("vocabulary", *words, "--json").json())


def test_an_unknown_term_is_refused_with_the_nearest(run, primary):
    primary("iso")
    done = run("vocabulary", "nonconformty")
    assert done.code == 2
    assert "did you mean 'nonconformity'?" in done.err
