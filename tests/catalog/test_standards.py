"""The facts that ship: counts, names and slips as they were checked against the documents."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import pytest

from govtrack.catalog.catalogue import Catalogue
from govtrack.catalog.files import files
from govtrack.catalog.sources.assembling import document


@pytest.fixture(scope="module")
def shipped():
    return Catalogue(document(files(None)))  # not through the cache of whoever runs this


def count(shipped, level):
    return sum(one.level == level for one in shipped.requirements.values())


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("function", 4), ("category", 19), ("subcategory", 72),
        ("clause", 32), ("clause-group", 11), ("area", 1), ("objective", 10), ("control", 38),
        ("risk", 12),
    ],
)  # fmt: skip
def test_each_level_has_the_published_number_of_elements(shipped, level, expected):
    assert count(shipped, level) == expected


def test_leaves_are_the_72_subcategories_the_70_clauses_and_controls_and_the_12_risks(shipped):
    assert [len(shipped.leaves(name)) for name in ("rmf", "iso", "genai")] == [72, 70, 12]


def test_the_functions_have_19_18_22_and_13_subcategories(shipped):
    counts = Counter(one.ref.split()[0] for one in shipped.leaves("rmf"))
    assert counts == {"GOVERN": 19, "MAP": 18, "MEASURE": 22, "MANAGE": 13}


def test_every_parent_stands_before_its_members(shipped):
    seen = set()
    for one in shipped.requirements.values():
        assert one.parent is None or one.parent in seen
        seen.add(one.ref)


def test_a_reference_names_the_element_above_it(shipped):
    for one in shipped.leaves("rmf"):
        assert one.ref.rpartition(".")[0] == one.parent
    for one in shipped.leaves("iso"):
        assert one.ref.rpartition(".")[0] == one.parent


def test_titles_are_short_wording_and_not_the_standards_sentences(shipped):
    for one in shipped.requirements.values():
        assert len(one.title.split()) <= 14, one.ref
        assert not one.title.endswith("."), one.ref


def test_seventeen_clauses_ask_for_documented_information_and_three_say_how_to_handle_it(shipped):
    asked = [one for one in shipped.leaves("iso") if one.documented_information]
    strengths = Counter(one.documented_information["strength"] for one in asked)
    assert strengths == {"explicit": 17, "rules": 3}
    assert all(one.level == "clause" for one in asked)
    rules = [one.ref for one in asked if one.documented_information["strength"] == "rules"]
    assert rules == ["7.5.1", "7.5.2", "7.5.3"]


def test_six_one_one_asks_for_a_record_of_the_actions_taken(shipped):
    assert shipped.requirements["6.1.1"].documented_information["kind"] == "record"


def test_the_seven_characteristics_are_each_evaluated_under_measure_2(shipped):
    evaluated = {
        one.details["characteristic"]: one.ref
        for one in shipped.leaves("rmf")
        if "characteristic" in one.details
    }
    assert len(evaluated) == 7
    assert evaluated["safe"] == "MEASURE 2.6"
    assert all(ref.startswith("MEASURE 2.") for ref in evaluated.values())


# NIST AI 600-1


def test_212_actions_in_49_subcategories_leave_23_without_any(shipped):
    genai = shipped.genai
    assert len(genai["actions"]) == 212
    covered = {row["rmf"] for row in genai["subcategories"]}
    assert {action["rmf"] for action in genai["actions"]} == covered
    assert len(covered) == 49
    assert len(genai["without_actions"]) == 23
    assert covered.isdisjoint(genai["without_actions"])
    assert covered | set(genai["without_actions"]) == {one.ref for one in shipped.leaves("rmf")}


def test_the_actions_of_each_function_number_58_39_72_and_43(shipped):
    counts = Counter(action["rmf"].split()[0] for action in shipped.genai["actions"])
    assert counts == {"GOVERN": 58, "MAP": 39, "MEASURE": 72, "MANAGE": 43}


def test_a_subcategorys_risks_are_those_of_its_actions(shipped):
    for row in shipped.genai["subcategories"]:
        actions = [one for one in shipped.genai["actions"] if one["rmf"] == row["rmf"]]
        assert len(actions) == row["actions"], row["rmf"]
        assert set(chain.from_iterable(one["risks"] for one in actions)) == set(row["risks"])


def test_a_risks_actions_are_counted_as_published(shipped):
    counts = Counter(chain.from_iterable(one["risks"] for one in shipped.genai["actions"]))
    for risk in shipped.leaves("genai"):
        assert counts[risk.ref.partition(":")[2]] == risk.details["actions"]


# the two crosswalks


def pairs(shipped, source):
    return {(row.rmf, row.iso) for row in shipped.crosswalks[source].rows}


def test_the_two_crosswalks_keep_their_own_names(shipped):
    assert list(shipped.crosswalks) == ["article", "microsoft"]
    assert shipped.crosswalks["microsoft"].display == "Microsoft, listed by NIST"
    assert "endorsement" in shipped.crosswalks["microsoft"].about["status"]


def test_microsofts_crosswalk_has_280_pairs_for_all_72_subcategories(shipped):
    rows = shipped.crosswalks["microsoft"].rows
    assert len(rows) == len(pairs(shipped, "microsoft")) == 280
    assert {row.rmf for row in rows} == {one.ref for one in shipped.leaves("rmf")}
    assert Counter(row.iso_level for row in rows) == {"control": 201, "clause": 79}


def test_microsofts_crosswalk_names_neither_4_2_nor_6_3_nor_7_5_1_nor_7_5_2_nor_8_1(shipped):
    named = {row.iso for row in shipped.crosswalks["microsoft"].rows}
    absent = [one.ref for one in shipped.leaves("iso") if one.ref not in named]
    assert absent == ["4.2", "6.3", "7.5.1", "7.5.2", "8.1"]


def test_the_slips_of_microsofts_crosswalk_are_kept_as_printed_and_flagged(shipped):
    flagged = {
        (row.rmf, row.iso): row.flag for row in shipped.crosswalks["microsoft"].rows if row.flag
    }
    assert set(flagged) == {
        ("GOVERN 2.1", "7.2"),
        ("GOVERN 3.2", "A.3.2"),
        ("MAP 1.4", "A.2.2"),
        ("MAP 1.5", "6.1.1"),
        ("MANAGE 1.1", "A.6.2.4"),
    }
    assert "9.3.2" in flagged["GOVERN 3.2", "A.3.2"]


def test_what_microsoft_prints_as_annex_b_is_held_as_the_control_of_the_same_number(shipped):
    for row in shipped.crosswalks["microsoft"].rows:
        if row.iso_level == "control":
            assert row.printed == row.iso.replace("A.", "B.", 1)
        else:
            assert row.printed is None


def test_the_article_has_80_rows_in_ten_tables(shipped):
    walk = shipped.crosswalks["article"]
    counts = Counter(row.table for row in walk.rows)
    assert sum(counts.values()) == 80
    assert counts == {name: table["rows"] for name, table in walk.about["tables"].items()}


def test_the_article_names_seven_blocks_whole_and_eight_controls(shipped):
    rows = shipped.crosswalks["article"].rows
    about = shipped.crosswalks["article"].about
    named = {row.iso for row in rows if row.iso_level == "objective"}
    assert named == set(about["objectives_named"])
    assert {row.iso for row in rows if row.iso_level == "control"} == set(about["controls_named"])


def test_of_48_pairs_of_the_article_25_have_a_match_below_them_in_microsofts(shipped):
    microsoft = pairs(shipped, "microsoft")
    article = {
        (row.rmf, row.iso)
        for row in shipped.crosswalks["article"].rows
        if row.rmf_level == "category"
    }

    def below(ref):
        return {ref, *(one.ref for one in shipped.leaves_below(ref))}

    matched = {
        (rmf, iso)
        for rmf, iso in article
        if any((left, right) in microsoft for left in below(rmf) for right in below(iso))
    }
    assert len(article) == 48
    assert len(matched) == 25
    assert {("MAP 5", "6.1.4"), ("MANAGE 4", "10.2"), ("MEASURE 1", "9.1")}.isdisjoint(matched)


# kinds of evidence


def test_29_kinds_of_which_19_are_core(shipped):
    assert len(shipped.kinds) == 29
    assert sum(one.core for one in shipped.kinds.values()) == 19


def test_every_clause_and_control_is_supported_by_some_kind(shipped):
    reached = {tag.ref for one in shipped.kinds.values() for tag in one.tags}
    assert [one.ref for one in shipped.leaves("iso") if one.ref not in reached] == []


def test_which_subcategories_no_kind_reaches_is_said(shipped):
    reach = shipped.about["kinds"]["reach"]
    reached = {tag.ref for one in shipped.kinds.values() for tag in one.tags}
    open_ = {one.ref for one in shipped.leaves("rmf") if one.ref not in reached}
    through_category = {ref for ref in open_ if shipped.requirements[ref].parent in reached}
    assert through_category == set(reach["rmf_only_through_category"])
    assert open_ - through_category == set(reach["rmf_not_reached"])


def test_a_tag_on_the_clauses_word_is_a_clause_that_asks_for_documented_information(shipped):
    for kind in shipped.kinds.values():
        for tag in kind.tags:
            if tag.source == "clause":
                assert shipped.requirements[tag.ref].documented_information, (kind.id, tag.ref)


def test_a_tag_on_our_own_judgement_gives_its_reason(shipped):
    tags = [tag for kind in shipped.kinds.values() for tag in kind.tags]
    judged = [tag for tag in tags if tag.source == "judgement"]
    assert len(judged) == 16
    assert all(tag.reason for tag in judged)


def test_every_kind_has_a_retention_rule_with_its_basis(shipped):
    for kind in shipped.kinds.values():
        assert shipped.retention_rules[kind.retention]["basis"]


# words


def test_thirty_terms_each_with_a_word_in_a_vocabulary_that_has_one(shipped):
    assert len(shipped.terms) == 33
    for term in shipped.terms.values():
        if term.relation == "only-iso":
            assert (term.iso_term, term.rmf_term) == (term.iso_term, None)
        elif term.relation == "only-rmf":
            assert (term.iso_term, term.rmf_term) == (None, term.rmf_term)
        else:
            assert term.iso_term
            assert term.rmf_term


def test_every_setting_of_the_cycle_says_that_it_ships_with_govtrack(shipped):
    assert shipped.knobs["knobs"]
    assert {knob["from"] for knob in shipped.knobs["knobs"].values()} == {"shipped"}
