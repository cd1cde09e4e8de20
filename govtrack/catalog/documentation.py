"""What documented information is tested for (7.5, the eleven facts, the Playbook), as values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govtrack.catalog.catalogue import Catalogue

EVERY = "all"
"""Stands for every kind of evidence."""


class Need(NamedTuple):
    """Something a record can tell: all of `fields`, one of `any`, or what a named test asks.

    `form` and `kinds` say of which artefacts it is asked, `missing` what is said where it is not
    told; `option` is that of a new version that tells it, `command` mends it by itself.
    """

    id: str
    missing: str
    fields: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    test: str | None = None
    form: str | None = None
    kinds: tuple[str, ...] = ()
    option: str | None = None
    command: str | None = None


class Criterion(NamedTuple):
    """A question made of needs; `untold` is the part of it that no record can tell.

    Where `told` is false, needs that are met still leave it open. `kinds` and `refs` belong to
    the Playbook: which artefacts are expected to answer.
    """

    id: str
    set: str
    title: str
    source: str | None = None
    number: int | None = None
    needs: tuple[str, ...] = ()
    told: bool = True
    untold: str | None = None
    kinds: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()


class CriterionSet(NamedTuple):
    """Where criteria come from, and whether a need of theirs that is not met is a failure.

    `term` is the term of the vocabulary whose ISO word stands in the title.
    """

    id: str
    title: str
    source: str
    required: bool
    term: str | None = None


class Paper(NamedTuple):
    """A sort of working paper; `kind` lends its retention rule, `clauses` ask for such a paper.

    `term` is the term of the vocabulary that names it, where there is one.
    """

    id: str
    title: str
    form: str
    kind: str | None
    clauses: tuple[str, ...]
    needs: tuple[str, ...]
    term: str | None = None


class Documentation(NamedTuple):
    """All of it; `weak` holds the weights of what makes evidence weak."""

    needs: Mapping[str, Need]
    sets: tuple[CriterionSet, ...]
    criteria: tuple[Criterion, ...]
    papers: Mapping[str, Paper]
    weak: Mapping[str, int]

    def required(self) -> tuple[Need, ...]:
        """The needs that a required set asks for, each once, in the order asked."""
        sets = {one.id for one in self.sets if one.required}
        named = dict.fromkeys(
            need for one in self.criteria if one.set in sets for need in one.needs
        )
        return tuple(self.needs[need] for need in named)


def documentation(catalogue: Catalogue) -> Documentation:
    """What the catalogue says documented information is tested for."""
    given = catalogue.document["documentation"]
    return Documentation(
        {one["id"]: Need(**_tuples(one)) for one in given["needs"]},
        tuple(CriterionSet(**one) for one in given["sets"]),
        tuple(Criterion(**_tuples(one)) for one in given["criteria"]),
        {one["id"]: Paper(**_tuples(one)) for one in given["papers"]},
        given["weak"],
    )


def _tuples(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in record.items()}
