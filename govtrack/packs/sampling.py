"""A sample of the year's evidence that anyone can draw again, by hand and with stock tools.

The seed is a line of text printed in the pack. Each member of the population is ranked by
SHA-256(seed + "|" + id) and the smallest digests are taken. The seed contains the digest of the
population, so a population that was changed gives another draw. (ISO 19011 A.6: population,
method, size and selection rule are recorded so that the draw can be repeated.)
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LEAST, MOST = 10, 60


@dataclass(frozen=True, slots=True)
class Item:
    """One drawn member: its rank from 1 and the digest that gave it."""

    rank: int
    id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw: what was drawn from, how, and what came out."""

    seed: str
    population: tuple[str, ...]
    population_sha256: str
    items: tuple[Item, ...]

    @property
    def all_taken(self) -> bool:
        """The population is so small that every member is looked at."""
        return len(self.items) == len(self.population)


def size(population: int) -> int:
    """How many to take: the square root rounded up, at least 10, at most 60, never more than all.

    A convention, not a demand of any standard: the square root is what certification bodies use
    for sites (IAF MD 1); the floor keeps small years meaningful, the ceiling keeps the work finite.
    """
    root = isqrt(population)
    root += root * root < population
    return min(population, max(LEAST, min(MOST, root)))


def population_text(ids: Iterable[str]) -> str:
    """The population as the pack writes it: sorted ids, one a line, LF at the end of each."""
    return "".join(f"{id_}\n" for id_ in sorted(set(ids)))


def draw(ids: Iterable[str], organisation: str, year: int, own_seed: str | None = None) -> Draw:
    """Draw from `ids`; `own_seed` is an auditor's own words in place of organisation and year."""
    text = population_text(ids)
    members = tuple(text.splitlines())
    digest = hashlib.sha256(text.encode()).hexdigest()
    named = own_seed or f"{' '.join(organisation.split())}|{year}"
    seed = f"{named}|{digest}"
    ranked = sorted((_rank(seed, member), member) for member in members)
    taken = ranked[: size(len(members))]
    items = tuple(Item(number, id_, rank) for number, (rank, id_) in enumerate(taken, 1))
    return Draw(seed, members, digest, items)


def _rank(seed: str, member: str) -> str:
    return hashlib.sha256(f"{seed}|{member}".encode()).hexdigest()
