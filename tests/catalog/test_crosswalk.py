"""What corresponds to what, and what may be proposed from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.catalog.catalogue import Catalogue
from govtrack.catalog.crosswalk import corresponding, proposals
from govtrack.catalog.files import files
from govtrack.catalog.sources.assembling import document
from govtrack.errors import BadInput

SHIPPED = Catalogue(document(files(None)))  # not through the cache of whoever runs this
LEAVES = [one.ref for name in ("rmf", "iso", "genai") for one in SHIPPED.leaves(name)]


def proposed(*stated):
    return {(one.ref, one.source): one.note for one in proposals(stated, SHIPPED)}


def test_a_pair_that_two_sources_name_is_proposed_twice():
    found = proposed("MEASURE 2.6")
    assert ("A.6.2.4", "microsoft") in found
    assert ("A.6.2.4", "article") in found


def test_a_subcategory_meets_the_rows_of_its_category_and_that_is_said():
    note = proposed("MEASURE 2.6")["A.6.2.4", "article"]
    assert note == (
        "MEASURE 2.6: at category level (MEASURE 2), tables measure, arrangement-1, faq-evidence"
    )


def test_a_category_that_a_row_names_is_not_written_out():
    # the article ties A.7.4 to MEASURE 2 as a whole; only Microsoft's subcategories are proposed
    assert {source for _, source in proposed("A.7.4")} == {"microsoft"}
    assert set(proposed("A.7.4")) == {("MAP 2.3", "microsoft"), ("MEASURE 2.3", "microsoft")}


def test_a_block_that_a_row_names_is_proposed_as_its_controls():
    found = proposed("GOVERN 5.1")
    for control in ("A.8.2", "A.8.3", "A.8.4", "A.8.5"):
        assert "named as block A.8" in found[control, "article"]


def test_a_clause_group_that_a_row_names_is_not_written_out():
    assert ("7.5.1", "article") not in proposed("GOVERN 1.2")
    assert ("9.2.2", "article") not in proposed("MEASURE 4.2")


def test_rows_about_a_whole_function_propose_nothing():
    # the article ties MAP as a whole to 6.1.2; MAP 1.2 has no row of its own with it
    assert ("6.1.2", "article") not in proposed("MAP 1.2")


def test_the_strength_and_the_slips_of_a_row_go_with_its_proposal():
    assert "partial" in proposed("GOVERN 3.1")["7.2", "article"]
    assert "9.3.2" in proposed("GOVERN 3.2")["A.3.2", "microsoft"]


def test_what_is_stated_is_not_proposed_again():
    assert ("A.6.2.4", "microsoft") not in proposed("MEASURE 2.6", "A.6.2.4")


def test_a_genai_risk_proposes_nothing():
    assert proposed("genai:confabulation") == {}


@given(st.lists(st.sampled_from(LEAVES), max_size=6))
def test_a_proposal_is_a_leaf_of_the_other_standard_and_names_its_source(stated):
    found = proposals(stated, SHIPPED)
    assert len({(one.ref, one.source) for one in found}) == len(found)
    for one in found:
        assert SHIPPED.requirements[one.ref].leaf
        assert one.ref not in stated
        assert one.source in SHIPPED.crosswalks
        assert any(ref in one.note for ref in stated)


@given(st.sampled_from(list(SHIPPED.requirements)))
def test_every_row_found_names_the_element_or_one_above_or_below_it(ref):
    near = {ref: "itself"}
    near |= {one.ref: "above" for one in SHIPPED.above(ref)}
    for one in corresponding(ref, SHIPPED):
        assert near.get(one.named, "below") == one.through
        assert {one.named, one.other} <= {one.row.rmf, one.row.iso, None}


def test_both_sides_of_every_pair_see_it():
    for walk in SHIPPED.crosswalks.values():
        for row in walk.rows:
            for side in filter(None, (row.rmf, row.iso)):
                seen = corresponding(side, SHIPPED, walk.id)
                assert row in [one.row for one in seen if one.through == "itself"]


def test_a_row_that_names_a_category_says_that_it_is_not_written_out():
    (found,) = (
        one
        for one in corresponding("A.7.4", SHIPPED, "article")
        if one.other == "MEASURE 2" and one.through == "itself"
    )
    assert found.note == "names category MEASURE 2; not written out into its members"


def test_a_theme_stands_where_a_row_names_no_element():
    themes = [one.row.theme for one in corresponding("A.10", SHIPPED) if one.other is None]
    assert themes == ["actions on foundation-model procurement and integration"]


def test_an_unknown_source_is_refused_with_the_nearest():
    with pytest.raises(BadInput) as refusal:
        corresponding("6.1.2", SHIPPED, "microsft")
    assert refusal.value.problems[0].nearest == "microsoft"
