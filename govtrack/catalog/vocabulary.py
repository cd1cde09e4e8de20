"""Words of the two vocabularies: which one leads, and which term is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.errors import closest, refuse, visible

if TYPE_CHECKING:
    from govtrack.catalog.catalogue import Catalogue, Term, Vocabulary


def lead(term_id: str, vocabulary: Vocabulary, catalogue: Catalogue) -> str:
    """The word for a term in the organisation's primary vocabulary.

    Where that vocabulary has no word for it, the other one's stands.
    """
    word = leading(term(term_id, catalogue), vocabulary)
    return word or term_id


def leading(chosen: Term, vocabulary: Vocabulary) -> str:
    """The word that leads for a term: the vocabulary's own, else the other one's."""
    first, second = chosen.iso_term, chosen.rmf_term
    if vocabulary == "rmf":
        first, second = second, first
    return first or second or chosen.id


def term(text: str, catalogue: Catalogue) -> Term:
    """The term that `text` names by its id or by either word, or a refusal with the nearest."""
    wanted = " ".join(text.casefold().split())
    by_name: dict[str, Term] = {}
    for one in catalogue.terms.values():
        for name in (one.id, one.iso_term, one.rmf_term):
            if name:
                by_name.setdefault(name.casefold(), one)
                by_name.setdefault(name.partition(" (")[0].casefold(), one)
                by_name.setdefault(name.partition(" (")[2].rstrip(")").casefold(), one)
    found = by_name.get(wanted) or by_name.get(wanted.replace(" ", "-"))
    if found is None or not wanted:
        nearest = closest(wanted[:60], by_name)
        raise refuse(
            f"'{visible(text)}' is not a term; 'govtrack vocabulary' lists them",
            field="term",
            nearest=by_name[nearest].id if nearest else None,
        )
    return found
