"""Words of the two vocabularies: which one leads, and which term is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.errors import closest, refuse, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govtrack.catalog.catalogue import Catalogue, Term, Vocabulary


OTHER: dict[Vocabulary, str] = {"iso": "AI RMF", "rmf": "ISO/IEC 42001"}
"""Whose word stands beside that of the primary vocabulary."""


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


class Wording:
    """Terms as one document or answer says them: the primary vocabulary leads throughout.

    The first time a term is asked for, the other framework's word stands beside it, where it has
    another one: `risk treatment (AI RMF: risk response)`; from then on the leading word alone.
    """

    def __init__(self, terms: Mapping[str, Term], primary: Vocabulary) -> None:
        self._terms = terms
        self._primary: Vocabulary = primary
        self._said: set[str] = set()

    def __call__(self, term_id: str) -> str:
        """The words for the term with that id; a term that is not known is a KeyError."""
        chosen = self._terms[term_id]
        word = leading(chosen, self._primary)
        other = chosen.rmf_term if self._primary == "iso" else chosen.iso_term
        first = term_id not in self._said
        self._said.add(term_id)
        if not first or not other or other.casefold() == word.casefold():
            return word
        return f"{word} ({OTHER[self._primary]}: {other})"


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
