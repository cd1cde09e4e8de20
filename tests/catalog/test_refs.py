"""References as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.catalog import refs
from govtrack.catalog.catalogue import Catalogue
from govtrack.catalog.files import files
from govtrack.catalog.sources.assembling import document
from govtrack.errors import BadInput

SHIPPED = Catalogue(document(files(None)))  # not through the cache of whoever runs this


def resolved(*texts):
    return refs.resolve(texts, SHIPPED, field="supports").refs


def refused(*texts, **place):
    with pytest.raises(BadInput) as refusal:
        refs.resolve(texts, SHIPPED, field="supports", **place)
    return refusal.value.problems


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("MEASURE 2.6", "MEASURE 2.6"),
        ("ms-2.6", "MEASURE 2.6"),
        ("measure2.6", "MEASURE 2.6"),
        ("Measure.2.6", "MEASURE 2.6"),
        ("  MEASURE   2.6 ", "MEASURE 2.6"),
        ("measure-2.10", "MEASURE 2.10"),
        ("MG 4.3", "MANAGE 4.3"),
        ("AI RMF MAP 1.1", "MAP 1.1"),
        ("NIST AI RMF 1.0 GOVERN 1.1", "GOVERN 1.1"),
        ("subcategory GV-1.1", "GOVERN 1.1"),
        ("A.6.2.4", "A.6.2.4"),
        ("a6.2.4", "A.6.2.4"),
        ("A 6.2.4", "A.6.2.4"),
        ("control A.5.2", "A.5.2"),
        ("Annex A.6.2.4", "A.6.2.4"),
        ("annex a 6.2.4", "A.6.2.4"),
        ("6.1.2", "6.1.2"),
        ("clause 6.1.2", "6.1.2"),
        ("ISO 42001 6.1.2", "6.1.2"),
        ("ISO/IEC 42001:2023 clause 6.1.2", "6.1.2"),
        ("ISO/IEC 42001:2023 A.6.2.4", "A.6.2.4"),
        ("genai:confabulation", "genai:confabulation"),
        ("GenAI confabulation", "genai:confabulation"),
        ("genai 2", "genai:confabulation"),
        ("genai: Data privacy", "genai:data-privacy"),
        ("confabulation", "genai:confabulation"),
        ("\uff2d\uff21\uff30 1.1", "MAP 1.1"),  # full-width letters, as some keyboards give
    ],
)
def test_one_element_is_written_in_many_ways(written, meant):
    assert resolved(written) == (meant,)


def test_annex_b_is_read_as_the_control_of_the_same_number_and_that_is_said():
    found = refs.resolve(["B.6.2.4"], SHIPPED, field="supports")
    assert found.refs == ("A.6.2.4",)
    assert found.notes == (
        "B.6.2.4 read as A.6.2.4: Annex B guides the control of the same number",
    )


def test_a_category_ending_in_a_star_is_written_out():
    assert resolved("MEASURE 3.*") == ("MEASURE 3.1", "MEASURE 3.2", "MEASURE 3.3")
    assert resolved("A.5.*") == ("A.5.2", "A.5.3", "A.5.4", "A.5.5")
    assert resolved("9.*") == ("9.1", "9.2.1", "9.2.2", "9.3.1", "9.3.2", "9.3.3")
    assert len(resolved("MEASURE.*")) == 22
    assert len(resolved("genai:*")) == 12


def test_several_in_one_text_are_parted_by_commas_and_semicolons():
    assert resolved("MEASURE 2.6; A.6.2.4,6.1.2") == ("MEASURE 2.6", "A.6.2.4", "6.1.2")


def test_each_reference_is_given_once_in_the_order_given():
    assert resolved("A.6.2.4", "6.1.2", "a6.2.4") == ("A.6.2.4", "6.1.2")


@pytest.mark.parametrize(
    ("written", "level", "member"),
    [
        ("MEASURE 2", "a category", "MEASURE 2.13"),
        ("A.5", "an objective", "A.5.5"),
        ("A.6", "an area", "A.6.2.8"),
        ("9.2", "a clause group", "9.2.2"),
        ("MAP", "a function", "MAP 5.2"),
    ],
)
def test_what_is_not_a_leaf_is_refused_with_its_members_named(written, level, member):
    (problem,) = refused(written)
    assert f"is {level}" in problem.message
    assert member in problem.message
    assert f"'{written}.*'" in problem.message


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("MEASURE 2.66", "MEASURE 2.6"),
        ("6.2.4", "A.6.2.4"),
        ("2.6", "MEASURE 2.6"),
        ("MESURE 2.6", "MEASURE 2.6"),
        ("genai:confabulations", "genai:confabulation"),
        ("MS-2.6-001", "MEASURE 2.6"),
        ("MAP 5.9", "MAP 5.2"),
        ("A.6.2.44", "A.6.2.4"),
        ("A.22.4", "A.2.4"),
        ("MAP 9.9", None),
        ("MEASURE 9.9", None),
        ("A.11.2", None),
        ("12.3", None),
    ],
)
def test_an_unknown_reference_is_refused_with_the_nearest(written, nearest):
    (problem,) = refused(written)
    assert problem.nearest == nearest


def test_an_action_of_the_genai_profile_is_told_from_a_reference():
    (problem,) = refused("GV-1.1-001")
    assert "is an action of NIST AI 600-1" in problem.message


def test_every_problem_is_told_at_once_with_its_place():
    problems = refused("foo", "6.1.2", "MEASURE 2", file="risks.csv", row=14)
    assert [problem.sentence().split(":")[0] for problem in problems] == [
        "risks.csv, row 14, supports"
    ] * 2


@pytest.mark.parametrize("written", ["", " ", "*", ".", "A.", "MEASURE 2.6.1", "1" * 5000])
def test_what_names_nothing_is_refused(written):
    assert refused(written)


@given(st.text(max_size=40))
def test_no_text_does_more_than_resolve_or_be_refused(text):
    try:
        found = refs.resolve([text], SHIPPED, field="supports").refs
    except BadInput:
        return
    assert all(SHIPPED.requirements[ref].leaf for ref in found)


@given(st.sampled_from(list(SHIPPED.requirements)))
def test_every_reference_is_found_as_the_catalogue_writes_it(ref):
    for written in (ref, ref.casefold(), ref.replace(" ", "-"), ref.replace(" ", "")):
        assert refs.find(written, SHIPPED).ref == ref


def test_the_words_of_a_command_are_joined_into_references():
    words = "MEASURE 2.6 A.6.2.4 clause 6.1.2 GOVERN MAP 1 ISO 42001 5.2 annex A 6.2.4 genai 2"
    assert refs.joined(words.split()) == (
        "MEASURE 2.6", "A.6.2.4", "clause 6.1.2", "GOVERN", "MAP 1", "ISO 42001 5.2",
        "annex A 6.2.4", "genai 2",
    )  # fmt: skip
    assert refs.joined(["MEASURE"]) == ("MEASURE",)
    assert refs.joined(["GOVERN", "GOVERN 1", "5.2"]) == ("GOVERN", "GOVERN 1", "5.2")
    assert refs.joined([]) == ()
