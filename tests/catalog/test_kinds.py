"""Kinds of evidence: named, tagged by default, looked at again."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.catalog import kinds
from govtrack.catalog.catalogue import Catalogue
from govtrack.catalog.files import files
from govtrack.catalog.sources.assembling import document
from govtrack.errors import BadInput

SHIPPED = Catalogue(document(files(None)))  # not through the cache of whoever runs this


@pytest.mark.parametrize("written", ["ai-policy", "AI policy", "ai_policy", " AI  Policy "])
def test_a_kind_is_named_by_its_id_or_its_title(written):
    assert kinds.kind(written, SHIPPED).id == "ai-policy"


def test_an_unknown_kind_is_refused_with_the_nearest():
    with pytest.raises(BadInput) as refusal:
        kinds.kind("risk-asessment", SHIPPED, file="evidence.csv")
    problem = refusal.value.problems[0]
    assert problem.nearest == "risk-assessment"
    assert problem.sentence().startswith("evidence.csv, kind: 'risk-asessment' is not a kind")


def test_default_tags_are_proposals_of_the_kind_with_a_reason():
    tags = {one.ref: one for one in kinds.default_tags("risk-treatment-plan", SHIPPED)}
    assert tags["6.1.3"].origin == "kind"
    assert tags["6.1.3"].source == "risk-treatment-plan"
    assert tags["6.1.3"].note == "the clause asks for it"
    assert tags["MANAGE 1.4"].note == "our judgement: residual risk accepted in the plan"
    assert tags["MANAGE 1.2"].note == "crosswalk microsoft, via 6.1.3, also article/manage"


def test_a_category_that_a_kind_names_whole_is_not_proposed():
    assert "MEASURE 2" in [tag.ref for tag in SHIPPED.kinds["vv-report"].tags]
    refs = [one.ref for one in kinds.default_tags("vv-report", SHIPPED)]
    assert "MEASURE 2" not in refs
    assert "MEASURE 2.6" not in refs


def test_a_report_per_characteristic_gains_the_subcategory_that_evaluates_it():
    tags = kinds.default_tags("vv-report", SHIPPED, ["safe", "privacy-enhanced"])
    assert {"MEASURE 2.6", "MEASURE 2.10"} <= {one.ref for one in tags}


def test_a_kind_not_reported_per_characteristic_gains_nothing():
    assert kinds.default_tags("ai-policy", SHIPPED, ["safe"]) == kinds.default_tags(
        "ai-policy", SHIPPED
    )


def test_an_unknown_characteristic_is_refused_with_the_nearest():
    with pytest.raises(BadInput) as refusal:
        kinds.default_tags("vv-report", SHIPPED, ["save"])
    assert refusal.value.problems[0].nearest == "safe"


@given(st.sampled_from(list(SHIPPED.kinds)))
def test_every_default_tag_is_a_leaf_given_once(kind_id):
    tags = kinds.default_tags(kind_id, SHIPPED)
    assert len({one.ref for one in tags}) == len(tags)
    assert all(SHIPPED.requirements[one.ref].leaf for one in tags)


@pytest.mark.parametrize(
    ("kind_id", "prepared", "due"),
    [
        ("risk-assessment", date(2025, 3, 31), date(2026, 3, 31)),
        ("ai-policy", date(2024, 2, 29), date(2025, 2, 28)),
        ("event-log", date(2025, 1, 31), date(2025, 2, 28)),
        ("monitoring-report", date(2025, 11, 30), date(2026, 2, 28)),
        ("incident-report", date(2025, 3, 31), None),
        ("ai-policy", date(9999, 6, 1), date.max),
    ],
)
def test_a_review_falls_due_after_whole_calendar_months(kind_id, prepared, due):
    assert kinds.review_due(SHIPPED.kinds[kind_id], prepared) == due


@pytest.mark.parametrize("text", ["model-card", "Model card", "card"])
def test_a_word_of_a_title_leads_to_its_kind(text):
    with pytest.raises(BadInput) as refusal:
        kinds.kind(text, SHIPPED)

    assert refusal.value.problems[0].nearest == "system-documentation"
