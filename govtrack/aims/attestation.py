"""Self-attestations to the AI RMF, modelled on ISO/IEC 17050-1 and -2: declaration and support.

A declaration states as achieved only what has confirmed evidence in force behind it on its day.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govtrack.aims import links
from govtrack.cycle.recurrence import months_from
from govtrack.errors import BadInput, NotDone, Problem, closest, not_one_of, refuse
from govtrack.register.nouns import NOUNS, id_of, key_of
from govtrack.register.tables import evidence, profile, systems  # noqa: F401  (keys lead there)
from govtrack.register.tables.attestation import (
    Attestation,
    AttestationEvidence,
    AttestationOutcome,
)
from govtrack.trail import manifest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from govtrack.cycle.knobs import Knobs
    from govtrack.register.recording import Recording
    from govtrack.trail.manifest import Support

REVIEWS = ("self", "internal-audit", "third-party")
"""By whom the statement was reviewed before it was signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationFields:
    """What is declared, by whom, as of which day.

    `profile` is a slug or id. `as_of` and `signed_on` None are today, `valid_until`
    None is as many months after it is signed as the knobs say.
    """

    profile: str
    scope: str
    issuer: str
    signatory: str
    function: str
    address: str | None = None
    as_of: date | None = None
    signed_on: date | None = None
    place: str | None = None
    valid_until: date | None = None
    review: str = "self"
    residual_risk: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """What the profile says on the day, and what stands behind it.

    `states` holds every assessed reference, `achieved` is the state that a declaration states,
    `supports` is all confirmed evidence in force behind the achieved ones, `lacks` says for the
    references with confirmed evidence that is not why it is not. It is gathered inside
    the same recording (`status.attestation.gathered` on its connection), so that it still holds.
    """

    states: Mapping[str, str]
    achieved: str
    supports: tuple[Support, ...]
    open_gaps: int
    lacks: Mapping[str, str] = dataclasses.field(default_factory=dict)


def attest(recorded: Recording, said: AttestationFields, outcomes: Outcomes, knobs: Knobs) -> str:
    """Record a declaration; gives its id, which is its unique number.

    Raises `BadInput` with everything wrong with `said`, and `NotDone` naming every row that is
    achieved without evidence: nothing is attested then.
    """
    problems = list(_problems(recorded, said, knobs))
    if problems:
        raise BadInput(problems)
    about = links.profile_of(recorded, said.profile)
    signed = said.signed_on or recorded.today
    as_of = (said.as_of or signed).isoformat()
    claimed = [ref for ref, state in outcomes.states.items() if state == outcomes.achieved]
    _supported(claimed, outcomes, as_of)
    key = recorded.next_key("attestation")
    supports = [one for one in outcomes.supports if one.ref in set(claimed)]
    made = Attestation(
        key=key,
        id=id_of(NOUNS["attestation"], key),
        profile=about,
        scope=said.scope,
        issuer=said.issuer,
        address=said.address,
        as_of=as_of,
        signatory=said.signatory,
        function=said.function,
        place=said.place,
        signed_on=signed.isoformat(),
        valid_until=(said.valid_until or _usual(recorded, signed, knobs)).isoformat(),
        review=said.review,
        residual_risk=said.residual_risk,
        open_gaps=outcomes.open_gaps,
        manifest_sha256=manifest.digest(supports),
        recorded_on=recorded.today.isoformat(),
    )
    recorded.session.add(made)
    recorded.session.add_all(
        AttestationOutcome(attestation=key, ref=ref, state=state)
        for ref, state in outcomes.states.items()
    )
    recorded.session.add_all(
        AttestationEvidence(
            attestation=key,
            ref=one.ref,
            evidence=one.evidence,
            version=one.version,
            sha256=one.sha256,
        )
        for one in supports
    )
    recorded.session.flush()
    return made.id


def withdraw(recorded: Recording, which: str, why: str, on: date | None = None) -> str:
    """Withdraw a declaration from a day on; it stays on record. Gives its id."""
    identifier = links.identified(recorded, "attestation", which, "AT")
    day = on or recorded.today
    problems = []
    if not why.strip():
        problems.append(Problem("is missing: why it is withdrawn", field="--why"))
    if day > recorded.today:
        problems.append(Problem(f"{day} is after today", field="--on"))
    if problems:
        raise BadInput(problems)
    key = key_of(identifier, NOUNS["attestation"])
    standing = recorded.session.get_one(Attestation, key)
    if standing.withdrawn_on:
        raise refuse(f"{identifier} was withdrawn on {standing.withdrawn_on} already", field="AT")
    if day.isoformat() < standing.signed_on:
        message = f"{day} is before it was signed, {standing.signed_on}"
        raise BadInput(Problem(message, field="--on"))
    standing.withdrawn_on, standing.withdrawn_why = day.isoformat(), why
    recorded.session.add(standing)
    recorded.describe("attestation", key, "attestation.withdrawn")
    return identifier


def _usual(recorded: Recording, signed: date, knobs: Knobs) -> date:
    """Until when it is valid where nobody said so, which is noted."""
    until, months = months_from(signed, knobs.attestation_months), knobs.attestation_months
    source = knobs.source("attestation_months")
    recorded.notes.append(f"valid until {until}, {months} months after it is signed ({source})")
    return until


def _supported(claimed: list[str], outcomes: Outcomes, as_of: str) -> None:
    """Refuse what is achieved without evidence, every row of it, and a declaration of nothing."""
    behind = {one.ref for one in outcomes.supports if one.files}
    bare = [ref for ref in claimed if ref not in behind]
    if bare:
        raise NotDone(
            [
                Problem(
                    f"is '{outcomes.achieved}' in the profile and has no confirmed evidence in "
                    f"force on {as_of}: "
                    f"{outcomes.lacks.get(ref, 'confirm some, or set its true state')}",
                    field=ref,
                )
                for ref in bare
            ]
        )
    if not claimed:
        raise NotDone(
            f"nothing is '{outcomes.achieved}' in the profile on {as_of}: nothing to attest"
        )


def _problems(recorded: Recording, said: AttestationFields, knobs: Knobs) -> Iterator[Problem]:
    for field, value, what in (
        ("--scope", said.scope, "what is declared on: organisation, systems, versions"),
        ("--signatory", said.signatory, "who signs"),
        ("--function", said.function, "the signatory's function, by which he or she may bind"),
        ("--issuer", said.issuer, "who issues it"),
    ):
        if not value.strip():
            yield Problem(f"is missing: {what}", field=field)
    if said.review not in REVIEWS:
        nearest = closest(said.review, REVIEWS)
        yield Problem(not_one_of(said.review, REVIEWS), field="--review", nearest=nearest)
    yield from _days(recorded, said, knobs)


def _days(recorded: Recording, said: AttestationFields, knobs: Knobs) -> Iterator[Problem]:
    """What is wrong with the days: that it speaks of, that of signing, the last one."""
    signed = said.signed_on or recorded.today
    as_of = said.as_of or signed
    for field, day in (("--as-of", as_of), ("--on", signed)):
        if day > recorded.today:
            yield Problem(f"{day} is after today: nobody knows what is so then", field=field)
    if signed < as_of:
        yield Problem(f"{signed} is before the day it speaks of, {as_of}", field="--on")
    if said.valid_until and said.valid_until < signed:
        message = f"{said.valid_until} is before it is signed, {signed}"
        yield Problem(message, field="--valid-until")
    last = months_from(signed, knobs.attestation_most_months)
    if said.valid_until and said.valid_until > last:
        message = (
            f"{said.valid_until} is more than {knobs.attestation_most_months} months after it is "
            f"signed, {signed} ({knobs.source('attestation_most_months')}): not after {last}"
        )
        yield Problem(message, field="--valid-until")
