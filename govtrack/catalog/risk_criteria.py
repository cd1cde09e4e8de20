"""AI risk criteria as values: scales, matrix, levels, what is acceptable; and their rules.

Criteria come from a file, from the shipped default or from the register; all three pass the same
rules (`faults`): every cell of the matrix is there, its words are known, and a higher likelihood
or consequence never gives a lower level (ISO/IEC 42001 6.1.1, 6.1.2; MAP 1.5).
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.errors import closest, not_one_of, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

IMPACT_LEVELS = ("individuals", "groups", "communities", "organisations", "society")
"""Who may be affected: the five of the AI RMF, which hold ISO's three (term impact-levels)."""

STEPS = (2, 10)
"""How many steps a scale may have, at least and at most."""
LONGEST_INTERVAL = 120

_WORD = r"[a-z0-9]+(-[a-z0-9]+)*"  # compiled when first used: only what is adopted needs it


class Step(NamedTuple):
    """A step of the likelihood scale."""

    word: str
    meaning: str


class Consequence(NamedTuple):
    """A step of the consequence scale: what it means at each impact level."""

    word: str
    individuals: str
    groups: str
    communities: str
    organisations: str
    society: str


class RiskLevel(NamedTuple):
    """A level, and after how many months a risk of that level is assessed again (8.2)."""

    word: str
    meaning: str
    review_months: int


class Criteria(NamedTuple):
    """One set of criteria; scales run from the least to the greatest."""

    title: str
    likelihoods: tuple[Step, ...]
    consequences: tuple[Consequence, ...]
    levels: tuple[RiskLevel, ...]
    matrix: Mapping[str, Mapping[str, str]]
    acceptable: Mapping[str, str]

    def level(self, likelihood: str, consequence: str) -> RiskLevel:
        """The level that both give together; an unknown word is a KeyError."""
        word = self.matrix[likelihood][consequence]
        return self.levels[self.rank(word)]

    def rank(self, level: str) -> int:
        """Where a level stands, the lowest being 0; an unknown word is a KeyError."""
        for position, one in enumerate(self.levels):
            if one.word == level:
                return position
        raise KeyError(level)

    def acceptable_for(self, affected: Iterable[str]) -> str:
        """The highest level acceptable without treatment where those impact levels are affected.

        The strictest of them; of all five where nobody is said to be affected.
        """
        found = [self.acceptable[one] for one in affected] or list(self.acceptable.values())
        return min(found, key=self.rank)


def of_plain(plain: Mapping[str, Any]) -> Criteria:
    """The criteria that a checked file or the catalogue holds."""
    return Criteria(
        plain["title"],
        tuple(Step(one["word"], one["meaning"]) for one in plain["likelihood"]),
        tuple(
            Consequence(one["word"], *(one[level] for level in IMPACT_LEVELS))
            for one in plain["consequence"]
        ),
        tuple(
            RiskLevel(one["word"], one["meaning"], one["review_months"]) for one in plain["levels"]
        ),
        {likelihood: dict(row) for likelihood, row in plain["matrix"].items()},
        {level: plain["acceptable"][level] for level in IMPACT_LEVELS},
    )


def of_image(image: Mapping[str, Any]) -> Criteria:
    """The criteria that a record of the register holds."""
    cells = {(one["likelihood"], one["consequence"]): one["level"] for one in image["matrix"]}
    return of_plain(
        {
            "title": image["title"],
            "likelihood": image["likelihoods"],
            "consequence": image["consequences"],
            "levels": image["levels"],
            "matrix": {
                likelihood["word"]: {
                    one["word"]: cells[likelihood["word"], one["word"]]
                    for one in image["consequences"]
                }
                for likelihood in image["likelihoods"]
            },
            "acceptable": {one["impact_level"]: one["level"] for one in image["acceptable"]},
        }
    )


def plain(criteria: Criteria) -> dict[str, Any]:
    """The criteria as a file holds them, in the order in which people read them."""
    return {
        "title": criteria.title,
        "likelihood": [one._asdict() for one in criteria.likelihoods],
        "consequence": [one._asdict() for one in criteria.consequences],
        "levels": [one._asdict() for one in criteria.levels],
        "matrix": {likelihood: dict(row) for likelihood, row in criteria.matrix.items()},
        "acceptable": dict(criteria.acceptable),
    }


class Fault(NamedTuple):
    """Something wrong with criteria, and where: a path into what `plain` gives."""

    place: tuple[str | int, ...]
    message: str
    nearest: str | None = None


def faults(given: Mapping[str, Any]) -> Iterator[Fault]:
    """Everything wrong with criteria whose fields are of the right form (see `plain`)."""
    words = {}
    for name in ("likelihood", "consequence", "levels"):
        words[name] = [one["word"] for one in given[name]]
        yield from _scale(name, words[name])
    for index, one in enumerate(given["levels"]):
        if one["review_months"] > LONGEST_INTERVAL:
            message = f"{one['review_months']} months: {LONGEST_INTERVAL} at most"
            yield Fault(("levels", index, "review_months"), message)
    yield from _keys(("matrix",), given["matrix"], words["likelihood"])
    for likelihood, row in given["matrix"].items():
        if likelihood in words["likelihood"]:
            yield from _keys(("matrix", likelihood), row, words["consequence"])
            yield from _levels(("matrix", likelihood), row, words["levels"])
    yield from _keys(("acceptable",), given["acceptable"], IMPACT_LEVELS)
    yield from _levels(("acceptable",), given["acceptable"], words["levels"])
    yield from _falls(given["matrix"], words)


def _scale(name: str, words: Sequence[str]) -> Iterator[Fault]:
    least, most = STEPS
    if not least <= len(words) <= most:
        yield Fault((name,), f"has {len(words)} steps: from {least} to {most} are expected")
    for index, word in enumerate(words):
        place = (name, index, "word")
        if not re.fullmatch(_WORD, word):
            message = f"'{visible(word)}' is not lower-case letters and digits, joined by '-'"
            yield Fault(place, message, "-".join(re.findall(r"[a-z0-9]+", word.casefold())) or None)
        elif word in words[:index]:
            yield Fault(place, f"'{word}' stands twice in the scale")


def _keys(
    place: tuple[str, ...], given: Mapping[str, object], expected: Sequence[str]
) -> Iterator[Fault]:
    for word in given:
        if word not in expected:
            yield Fault((*place, word), not_one_of(word, expected), closest(word, expected))
    for word in expected:
        if word not in given:
            yield Fault(place, f"'{visible(word)}' is missing")


def _levels(
    place: tuple[str, ...], given: Mapping[str, str], levels: Sequence[str]
) -> Iterator[Fault]:
    for word, level in given.items():
        if level not in levels:
            yield Fault((*place, word), not_one_of(level, levels), closest(level, levels))


def _falls(
    matrix: Mapping[str, Mapping[str, str]], words: Mapping[str, list[str]]
) -> Iterator[Fault]:
    """Where a step up the likelihood or the consequence scale lowers the level."""
    rank = {word: position for position, word in enumerate(words["levels"])}

    def at(likelihood: str, consequence: str) -> int | None:
        return rank.get(matrix.get(likelihood, {}).get(consequence, ""))

    for likelihood in words["likelihood"]:
        for lower, higher in pairwise(words["consequence"]):
            before, after = at(likelihood, lower), at(likelihood, higher)
            if before is not None and after is not None and after < before:
                yield _fall(matrix, (likelihood, higher), (likelihood, lower), "consequence")
    for consequence in words["consequence"]:
        for lower, higher in pairwise(words["likelihood"]):
            before, after = at(lower, consequence), at(higher, consequence)
            if before is not None and after is not None and after < before:
                yield _fall(matrix, (higher, consequence), (lower, consequence), "likelihood")


def _fall(
    matrix: Mapping[str, Mapping[str, str]],
    cell: tuple[str, str],
    below: tuple[str, str],
    scale: str,
) -> Fault:
    level, lower = matrix[cell[0]][cell[1]], matrix[below[0]][below[1]]
    message = (
        f"'{level}' is below the '{lower}' of {below[0]} and {below[1]}: a higher {scale} may "
        "not give a lower level"
    )
    return Fault(("matrix", *cell), message, lower)
