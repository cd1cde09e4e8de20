"""Words of the two vocabularies: which one leads, and which term is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.errors import closest, refuse, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from govtrack.catalog.catalogue import Catalogue, Kind, Term, Vocabulary


def title_of(kind: Kind, vocabulary: Vocabulary) -> str:
    """The title of a kind of evidence as that vocabulary says it."""
    return kind.rmf_title if vocabulary == "rmf" and kind.rmf_title else kind.title


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
        return self._say(leading(chosen, self._primary), self._other(chosen))

    def heading(self, term_id: str) -> str:
        """The same, beginning with a capital letter."""
        word = self(term_id)
        return word[:1].upper() + word[1:]

    def plain(self, term_id: str) -> str:
        """The leading word alone, where there is no room for two: a title, a narrow column."""
        return leading(self._terms[term_id], self._primary)

    def kind(self, kind: Kind) -> str:
        """The title of a kind of evidence, the other framework's beside it the first time."""
        titles = (kind.title, kind.rmf_title)
        if self._primary == "rmf" and kind.rmf_title:
            titles = (kind.rmf_title, kind.title)
        return self._say(*titles)

    def filled(self, text: str) -> str:
        """`text` with the words for each `{term-id}` in it."""
        return _filled(text, self)

    def instead(self, text: str, term: tuple[str, str] | None) -> str:
        """`text` with the words for a term (its id) in place of how it is written there."""
        if term is None or term[1] not in text:
            return text
        return text.replace(term[1], self(term[0]), 1)

    def beginning(self, text: str, term: tuple[str, str] | None) -> str:
        """The same where `text` begins with it: what follows may be other people's words."""
        return self.instead(text, term) if term and text.startswith(term[1]) else text

    def title(self, text: str) -> str:
        """The same as a title: leading words alone, beginning with a capital letter."""
        said = _filled(text, self.plain)
        return said[:1].upper() + said[1:]

    def _other(self, chosen: Term) -> str | None:
        return chosen.rmf_term if self._primary == "iso" else chosen.iso_term

    def _say(self, word: str, other: str | None) -> str:
        if not other or other.casefold() == word.casefold():
            return word
        # a kind of evidence may be called as a term is: the pair is told once
        pair = f"{word}/{other}".casefold()
        if pair in self._said:
            return word
        self._said.add(pair)
        return f"{word} ({OTHER[self._primary]}: {within(other)})"


def within(text: str) -> str:
    """A title as it stands within a sentence: no capital at its beginning, but `AI policy`."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _filled(text: str, word: Callable[[str], str]) -> str:
    first, *parts = text.split("{")
    pairs = (part.partition("}") for part in parts)
    return first + "".join(word(term_id) + rest for term_id, _, rest in pairs)


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
