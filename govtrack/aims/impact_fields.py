"""What is said of an AI system impact assessment before it is recorded: by options or in a file.

Here it is only words and dates, held against the catalogue: nothing is looked up in the register.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from govtrack.aims.fields import ROLES, bygone, empty
from govtrack.catalog import impacts as asked
from govtrack.errors import Problem, closest, not_one_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue

Where = tuple[str | int, ...]
"""A place in what is said: `("effects", 2, "severity")`, counted from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectFields:
    """A benefit or a harm at one of the five levels; `none` for a level considered without one."""

    level: str
    kind: str
    what: str
    severity: str | None = None
    likelihood: str | None = None
    reversibility: str | None = None
    measure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactFields:
    """What is said of an assessment.

    `system`, `risks` and `evidence` are ids (or a slug) as the person wrote them. What is None of
    purpose, roles and model is taken from the system's record, `next_review` from the interval of
    the kind `impact-assessment`. `consulted` holds pairs of who and how.
    """

    system: str
    assessed_on: date | None
    assessed_by: str | None
    purpose: str | None = None
    roles: tuple[str, ...] | None = None
    model: str | None = None
    result: str | None = None
    why: str | None = None
    next_review: date | None = None
    approved_by: str | None = None
    approved_on: date | None = None
    effects: tuple[EffectFields, ...] = ()
    consulted: tuple[tuple[str, str | None], ...] = ()
    risks: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


class Fault(NamedTuple):
    """What is wrong at a place of what is said."""

    where: Where
    message: str
    nearest: str | None = None


_OPTIONS = {
    "system": "SYSTEM", "assessed_on": "--on", "assessed_by": "--by", "risks": "--risk",
    "roles": "--role",
}  # fmt: skip


def option(where: Where, message: str, nearest: str | None = None) -> Problem:
    """A fault as a problem of the command's option; of an effect, with its number from 1."""
    first, *rest = where
    field = _OPTIONS.get(str(first), f"--{str(first).replace('_', '-')}")
    if first == "effects" and rest:
        number, *name = rest
        field = "".join([f"effect {int(number) + 1}", *(f", {step}" for step in name)])
    return Problem(message, field=field, nearest=nearest)


def faults(said: ImpactFields, catalogue: Catalogue, today: date) -> Iterator[Fault]:
    """Everything in `said` that is missing, unknown or cannot be true together."""
    yield from _missing(said)
    yield from _empty(said, ("purpose", "model", "result"))
    for index, role in enumerate(said.roles or ()):
        yield from _role(index, role)
    yield from _days(said, today)
    yield from _approval(said, today)
    if said.why is not None:
        known = [one.id for one in asked.occasions(catalogue)]
        yield from _one_of(("why",), said.why, known)
    for index, one in enumerate(said.effects):
        for fault in effect_faults(one, catalogue):
            yield fault._replace(where=("effects", index, *fault.where))
        for fault in contradiction(one, [o for o in said.effects if o is not one]):
            yield fault._replace(where=("effects", index, *fault.where))
    yield from consulted_faults(said.consulted)


def approval_faults(by: str, on: date, assessed_on: str, today: date) -> Iterator[Fault]:
    """What is wrong with an approval of what was assessed on that day."""
    if not by.strip():
        yield Fault(("approved_by",), "is missing: who approved it")
    if on > today:
        yield Fault(("approved_on",), f"{on} is after today, {today}")
    elif on.isoformat() < assessed_on:
        yield Fault(("approved_on",), f"{on} is before it was assessed, {assessed_on}")


def effect_faults(said: EffectFields, catalogue: Catalogue) -> Iterator[Fault]:
    """What is missing in an effect, or in none of the catalogue's lists."""
    yield from _empty(said, ("measure",))
    yield from _one_of(("level",), said.level, [one.id for one in asked.levels(catalogue)])
    known = list(_one_of(("kind",), said.kind, asked.EFFECTS))
    yield from known
    if not said.what.strip():
        yield Fault(("what",), "is missing: the effect, or why there is none, in a sentence")
    kind = said.kind.strip().casefold()
    for name in asked.SCALES:
        word = getattr(said, name)
        if word is not None and kind == "none":
            yield Fault((name,), "is said of a level at which no effect was found")
        elif word is not None:
            yield from _one_of((name,), word, [one.id for one in asked.scale(catalogue, name)])
        elif kind == "harm" or (kind == "benefit" and name != "reversibility"):
            steps = ", ".join(one.id for one in asked.scale(catalogue, name))
            yield Fault((name,), f"is missing: a {kind} needs one of {steps}")


def contradiction(said: EffectFields, others: Iterable[EffectFields]) -> Iterator[Fault]:
    """A level at which there is an effect and none; the same effect twice."""
    at = [one for one in others if meant(one.level) == meant(said.level)]
    if meant(said.kind) == "none" and at:
        yield Fault(("kind",), f"'none' contradicts what else is said of {said.level.strip()}")
    elif any((meant(one.kind), one.what) == (meant(said.kind), said.what) for one in at):
        yield Fault(("what",), "is said twice")
    elif any(meant(one.kind) == "none" for one in at):
        yield Fault(("kind",), f"'none' is said of {said.level.strip()} already")


def consulted_faults(
    pairs: Iterable[tuple[str, str | None]], already: Iterable[str] = ()
) -> Iterator[Fault]:
    """Who is named twice, or not at all."""
    seen = {who.casefold() for who in already}
    for index, (given, _) in enumerate(pairs):
        who = given.strip()
        if not who:
            yield Fault(("consulted", index), "is missing: who was consulted, as in 'WHO: how'")
        elif who.casefold() in seen:
            yield Fault(("consulted", index), f"'{who}' is named twice")
        seen.add(who.casefold())


def meant(word: str) -> str:
    """A word of a list however it is written: `Partly_Reversible` is `partly-reversible`."""
    return "-".join(word.casefold().replace("_", " ").replace("-", " ").split())


def of_list(word: str, known: Iterable[str]) -> str | None:
    """The word of `known` that is meant, as it stands there; None where it is none of them."""
    return next((one for one in known if meant(one) == meant(word)), None)


def _one_of(where: Where, word: str, known: Iterable[str]) -> Iterator[Fault]:
    names = tuple(known)
    if not word.strip():
        yield Fault(where, f"is missing: one of {', '.join(names)}")
    elif of_list(word, names) is None:
        yield Fault(where, not_one_of(word, names), closest(word, names))


def _empty(said: ImpactFields | EffectFields, names: Iterable[str]) -> Iterator[Fault]:
    for name in names:
        for problem in empty({name: getattr(said, name)}):
            yield Fault((name,), problem.message)


def _role(index: int, role: str) -> Iterator[Fault]:
    if role not in ROLES:
        yield Fault(("roles", index), not_one_of(role, ROLES), closest(role, ROLES))


def _missing(said: ImpactFields) -> Iterator[Fault]:
    if not said.system.strip():
        yield Fault(("system",), "is missing: the system that was assessed, by slug or id")
    if not (said.assessed_by or "").strip():
        yield Fault(("assessed_by",), "is missing: who assessed it")
    if said.assessed_on is None:
        yield Fault(("assessed_on",), "is missing: the day it was assessed")


def _days(said: ImpactFields, today: date) -> Iterator[Fault]:
    if said.assessed_on and (early := bygone(said.assessed_on)):
        yield Fault(("assessed_on",), early)
    if said.assessed_on and said.assessed_on > today:
        message = f"{said.assessed_on} is after today, {today}: record it once it is made"
        yield Fault(("assessed_on",), message)
    if said.next_review and said.assessed_on and said.next_review <= said.assessed_on:
        message = f"{said.next_review} is not after the assessment, {said.assessed_on}"
        yield Fault(("next_review",), message)


def _approval(said: ImpactFields, today: date) -> Iterator[Fault]:
    if (said.approved_by is None) != (said.approved_on is None):
        missing = "approved_on" if said.approved_on is None else "approved_by"
        yield Fault((missing,), "is missing: an approval has a person and a day")
    elif said.approved_by is not None and said.approved_on is not None and said.assessed_on:
        assessed = said.assessed_on.isoformat()
        yield from approval_faults(said.approved_by, said.approved_on, assessed, today)
