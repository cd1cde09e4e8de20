"""`govtrack vocabulary`: a term in both vocabularies, the organisation's own one first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from govtrack.catalog import vocabulary as words_of
from govtrack.catalog.loading import catalogue as load
from govtrack.cli.options import json_option
from govtrack.cli.output import answer_json, say, table
from govtrack.cli.standards import complete_term, surroundings
from govtrack.errors import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govtrack.catalog.catalogue import Catalogue, Term, Vocabulary

_NAMES = {"iso": "ISO/IEC 42001", "rmf": "NIST AI RMF"}


@click.command()
@click.argument("words", nargs=-1, metavar="[TERM]", shell_complete=complete_term)
@json_option
def vocabulary(words: tuple[str, ...], as_json: bool) -> None:
    """Terms of ISO/IEC 42001 and the AI RMF side by side: all of them, or TERM in detail.

    The workspace's primary vocabulary leads ('vocabulary' in govtrack.toml; without a workspace,
    ISO's). Definitions are paraphrased: the documents themselves are the authority.

    \b
    Examples:
      govtrack vocabulary
      govtrack vocabulary risk
      govtrack vocabulary statement of applicability --json
    """  # noqa: D301
    found = surroundings()
    catalogue = load(found.schemas if found else None)
    primary: Vocabulary = found.vocabulary if found else "iso"
    terms = [words_of.term(" ".join(words), catalogue)] if words else list(catalogue.terms.values())
    if as_json:
        answer_json(
            {
                "format": "govtrack.vocabulary/1",
                "primary": primary,
                "terms": [_document(one, primary, catalogue) for one in terms],
            }
        )
    elif words:
        for line in _lines(terms[0], primary, catalogue):
            say(visible(line))
    else:
        other = _other(primary)
        table(
            ("term", primary, other, "relation", "refs"),
            (
                (one.id, _word(one, primary), _word(one, other), one.relation, list(one.refs))
                for one in terms
            ),
        )


def _other(primary: Vocabulary) -> Vocabulary:
    return "rmf" if primary == "iso" else "iso"


def _word(one: Term, whose: Vocabulary) -> str | None:
    return one.iso_term if whose == "iso" else one.rmf_term


def _meaning(one: Term, whose: Vocabulary) -> str | None:
    return one.iso if whose == "iso" else one.rmf


def _document(one: Term, primary: Vocabulary, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "id": one.id,
        "lead": words_of.leading(one, primary),
        "relation": one.relation,
        "iso": {"term": one.iso_term, "meaning": one.iso},
        "rmf": {"term": one.rmf_term, "meaning": one.rmf},
        "note": one.note,
        "refs": list(one.refs),
        "sources": [_source(name, catalogue) for name in one.source],
        "extra": one.extra,
    }


def _source(name: str, catalogue: Catalogue) -> str:
    sources = catalogue.about["vocabulary"].get("source_ids", {})
    return str(sources.get(name, name))


def _lines(one: Term, primary: Vocabulary, catalogue: Catalogue) -> Iterable[str]:
    yield f"{words_of.leading(one, primary)}  ({one.id}; {one.relation})"
    for whose in (primary, _other(primary)):
        word = _word(one, whose) or "no word of its own"
        meaning = _meaning(one, whose)
        yield f"  {_NAMES[whose]}: {word}" + (f": {meaning}" if meaning else "")
    if one.note:
        yield f"  note: {one.note}"
    if one.refs:
        yield f"  see: {', '.join(one.refs)}"
    for key, value in one.extra.items():
        if isinstance(value, dict):
            value = [f"{left} → {right or 'none'}" for left, right in value.items()]  # noqa: PLW2901
        text = ", ".join(value) if isinstance(value, list) else value
        yield f"  {key.replace('_', ' ')}: {text}"
    yield f"  source: {'; '.join(_source(name, catalogue) for name in one.source)}"
