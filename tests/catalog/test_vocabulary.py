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


def test_risk_differs_between_the_two():
    assert SHIPPED.terms["risk"].relation == "differs"


def test_an_unknown_term_is_refused_with_the_nearest():
    with pytest.raises(BadInput) as refusal:
        vocabulary.term("nonconformty", SHIPPED)
    assert refusal.value.problems[0].nearest == "nonconformity"


def test_an_empty_name_is_refused():
    with pytest.raises(BadInput):
        vocabulary.term(" ", SHIPPED)
