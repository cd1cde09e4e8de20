"""What a profile has rows for: subcategories, and in a generative AI profile its actions too.

NIST AI 600-1 numbers its suggested actions by subcategory: `GV-1.1-001`. `GV-1.1-*` is all of one
subcategory, as `MEASURE 2.*` is all subcategories of a category.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govtrack.catalog import refs
from govtrack.errors import BadInput, Problem, closest, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from govtrack.catalog.catalogue import Catalogue

_ACTION = r"((?:gv|mp|ms|mg)-[0-9]+\.[0-9]+)-([0-9]{1,3}|\*)"


def resolve(
    texts: Iterable[str],
    catalogue: Catalogue,
    *,
    generative: bool,
    field: str,
    file: str | None = None,
    row: int | None = None,
) -> tuple[str, ...]:
    """The subcategories and actions that `texts` name, each once, in the order given.

    Raises `BadInput` for each that is neither, and for actions unless `generative`.
    """
    found: dict[str, None] = {}
    problems: list[Problem] = []
    for text in texts:
        try:
            found.update(dict.fromkeys(_read(text, catalogue, field, generative=generative)))
        except BadInput as refusal:
            problems += [one._replace(file=file, row=row) for one in refusal.problems]
    if problems:
        raise BadInput(problems)
    return tuple(found)


def subcategory_of(ref: str, actions: Mapping[str, str]) -> str:
    """The subcategory a row is about: itself, or that of the action."""
    return actions.get(ref, ref)


def actions(catalogue: Catalogue) -> dict[str, str]:
    """Every action of NIST AI 600-1 and its subcategory, as printed there."""
    return {one["id"]: one["rmf"] for one in catalogue.genai["actions"]}


def _read(text: str, catalogue: Catalogue, field: str, *, generative: bool) -> tuple[str, ...]:
    given = re.fullmatch(_ACTION, "-".join(text.casefold().split()))
    if given is None:
        return _subcategories(text, catalogue, field)
    if not generative:
        message = (
            f"'{visible(text)}' is an action of NIST AI 600-1: actions are set in a profile of "
            "kind generative-ai"
        )
        raise BadInput(Problem(message, field=field))
    known = actions(catalogue)
    of, number = given[1].upper(), given[2]
    if number == "*":
        found = tuple(one for one in known if one.startswith(f"{of}-"))
    else:
        wanted = f"{of}-{int(number):03d}"
        found = (wanted,) if wanted in known else ()
    if not found:
        message = f"'{visible(text)}' is not an action of NIST AI 600-1"
        raise BadInput(Problem(message, field=field, nearest=closest(text, known)))
    return found


def _subcategories(text: str, catalogue: Catalogue, field: str) -> tuple[str, ...]:
    found = refs.resolve([text], catalogue, field=field).refs
    for ref in found:
        one = catalogue.requirements[ref]
        if one.level != "subcategory":
            message = (
                f"'{visible(text)}' is a {one.level} and no subcategory of NIST AI RMF 1.0, which "
                "is what a profile has rows for"
            )
            raise BadInput(Problem(message, field=field))
    return found
