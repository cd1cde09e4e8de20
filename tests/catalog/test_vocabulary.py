"""Which word leads, and which term is meant."""

from __future__ import annotations

import pytest

from govtrack.catalog import vocabulary
from govtrack.catalog.catalogue import Catalogue
from govtrack.catalog.files import files
from govtrack.catalog.sources.assembling import document
from govtrack.errors import BadInput

SHIPPED = Catalogue(document(files(None)))  # not through the cache of whoever runs this


@pytest.mark.parametrize(
    ("term", "iso", "rmf"),
    [
        ("impact-assessment", "AI system impact assessment", "impact characterisation"),
        ("risk-criteria", "AI risk criteria", "risk tolerance"),
        ("applicability", "applicability", "relevance"),
        ("statement-of-applicability", *["Statement of Applicability (SoA)"] * 2),
        ("subcategory", "subcategory", "subcategory"),
    ],
)
def test_the_primary_vocabularys_word_leads_where_it_has_one(term, iso, rmf):
    assert vocabulary.lead(term, "iso", SHIPPED) == iso
    assert vocabulary.lead(term, "rmf", SHIPPED) == rmf


@pytest.mark.parametrize("written", ["vv", "V&V", "TEVV", "verification and validation"])
def test_a_term_is_named_by_its_id_its_words_or_their_abbreviation(written):
    assert vocabulary.term(written, SHIPPED).id == "vv"


@pytest.mark.parametrize(
    ("primary", "first", "then"),
    [
        ("iso", "risk treatment (AI RMF: risk response)", "risk treatment"),
        ("rmf", "risk response (ISO/IEC 42001: risk treatment)", "risk response"),
    ],
)
def test_the_other_word_stands_beside_it_once(primary, first, then):
    words = vocabulary.Wording(SHIPPED.terms, primary)

    assert [words("risk-treatment") for _ in range(3)] == [first, then, then]
    assert words.heading("risk-treatment") == then.capitalize()


@pytest.mark.parametrize(
    ("primary", "title", "beside"),
    [
        ("iso", "AI risk treatment plan", "AI risk treatment plan (AI RMF: AI risk response plan)"),
        ("rmf", "AI risk response plan",
         "AI risk response plan (ISO/IEC 42001: AI risk treatment plan)"),
    ],
)  # fmt: skip
def test_a_kind_is_called_as_the_vocabulary_calls_it(primary, title, beside):
    kind = SHIPPED.kinds["risk-treatment-plan"]
    words = vocabulary.Wording(SHIPPED.terms, primary)

    assert vocabulary.title_of(kind, primary) == title
    assert [words.kind(kind), words.kind(kind)] == [beside, title]
    plain = SHIPPED.kinds["ai-policy"]
    assert words.kind(plain) == "AI policy"


def test_a_text_is_filled_with_the_words_and_a_title_with_the_leading_ones():
    words = vocabulary.Wording(SHIPPED.terms, "rmf")

    assert words.title("{documented-information} master list") == "Documentation master list"
    filled = words.filled("the {documented-information} and the {documented-information}")
    assert filled == (
        "the documentation (ISO/IEC 42001: documented information) and the documentation"
    )


def test_a_pair_of_words_is_told_once_whether_a_term_or_a_kind_has_it():
    words = vocabulary.Wording(SHIPPED.terms, "rmf")

    said = [words.kind(SHIPPED.kinds["impact-assessment"]), words("impact-assessment")]

    assert said == [
        "Impact characterisation (ISO/IEC 42001: AI system impact assessment)",
        "impact characterisation",
    ]


def test_only_what_stands_there_is_said_in_other_words():
    words = vocabulary.Wording(SHIPPED.terms, "rmf")
    term = ("risk-treatment", "risk treatment")

    assert words.instead("no such thing", term) == "no such thing"
    assert words.beginning("R-1 'risk treatment' is late", term) == "R-1 'risk treatment' is late"
    assert words.instead("the risk treatment plan", None) == "the risk treatment plan"
    assert words.beginning("risk treatment is late", term) == (
        "risk response (ISO/IEC 42001: risk treatment) is late"
    )
    assert words.instead("the risk treatment plan", term) == "the risk response plan"


def test_risk_differs_between_the_two():
    assert SHIPPED.terms["risk"].relation == "differs"


def test_an_unknown_term_is_refused_with_the_nearest():
    with pytest.raises(BadInput) as refusal:
        vocabulary.term("nonconformty", SHIPPED)
    assert refusal.value.problems[0].nearest == "nonconformity"


def test_an_empty_name_is_refused():
    with pytest.raises(BadInput):
        vocabulary.term(" ", SHIPPED)
