"""Deeds of the sample's story about impact, applicability, RMF profiles and declarations.

What one person decided at one sitting is one recording, however many controls or outcomes it names.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003  (the table of deeds is typed)
from typing import Any

from govtrack.aims import (
    additional_controls,
    applicability,
    attestation,
    impacts,
    profile,
    statements,
)
from govtrack.aims.applicability import ApplicabilityFields
from govtrack.aims.attestation import AttestationFields, Outcomes
from govtrack.aims.impacts import EffectFields, ImpactFields
from govtrack.aims.profile import ProfileFields, ProfileRowFields
from govtrack.cycle.knobs import Knobs
from govtrack.intake.sample_story import Replay, Said, day
from govtrack.register.recording import Recording  # noqa: TC001
from govtrack.status import attestation as standing
from govtrack.status import profile_rows


def _impact_add(replay: Replay, recorded: Recording, said: Said, _: object) -> str:
    assessed, approved = day(said, "assessed_on"), day(said, "approved_on")
    review = day(said, "next_review")
    by, approver = said.pop("assessed_by"), said.pop("approved_by", None)
    fields = ImpactFields(
        system=said.pop("system"),
        assessed_on=assessed,
        assessed_by=replay.person(by),
        approved_by=replay.person(approver),
        approved_on=approved,
        next_review=review,
        effects=tuple(EffectFields(**one) for one in said.pop("effects")),
        consulted=tuple((one["who"], one["how"]) for one in said.pop("consulted", ())),
        risks=tuple(replay.label(f"${name}") for name in said.pop("risks", ())),
        evidence=tuple(map(replay.label, said.pop("evidence"))),
        **said,
    )
    return impacts.add(recorded, fields, replay.catalogue)


def _impact_link(replay: Replay, recorded: Recording, said: Said, _: object) -> str:
    named = [replay.label(f"${name}") for name in said["risks"]]
    return impacts.link(recorded, replay.label(said["impact"]), risks=named)


def _soa_set(replay: Replay, recorded: Recording, said: Said, _: object) -> str:
    on, by, identifier = day(said, "on"), replay.person(said.get("by")), ""
    for one in said["decisions"]:
        given = dict(one)
        names, because = given.pop("controls"), given.pop("because", None)
        given |= {"owner": replay.person(given.get("owner")), "due": day(given, "due")}
        if because is not None:
            given["because"] = tuple(_because(replay, text) for text in because)
        for control in names:
            fields = ApplicabilityFields(control=control, decided_on=on, decided_by=by, **given)
            identifier = applicability.decide(recorded, fields, replay.catalogue).id
    return identifier


def _because(replay: Replay, text: str) -> tuple[str, str]:
    """What a decision rests on; a risk by the id that its name stands for."""
    kind, reference = applicability.because_of(text)
    return kind, replay.label(f"${reference}") if kind == "risk" else reference


def _soa_control(_: Replay, recorded: Recording, said: Said, __: object) -> str:
    on = day(said, "on")
    return additional_controls.add(recorded, said["ref"], said["title"], said["source"], on)


def _soa_approve(replay: Replay, recorded: Recording, said: Said, _: object) -> str:
    by, on = replay.person(said["by"]) or recorded.actor, day(said, "on") or recorded.today
    return statements.approve(
        recorded, by, on, said["scope"], said.get("note"), catalogue=replay.catalogue
    )


def _profile_add(_: Replay, recorded: Recording, said: Said, __: object) -> str:
    slug, review = said.pop("slug"), day(said, "review_due")
    return profile.add(recorded, slug, ProfileFields(**said, review_due=review))


def _profile_change(_: Replay, recorded: Recording, said: Said, __: object) -> str:
    slug, review = said.pop("profile"), day(said, "review_due")
    return profile.change(recorded, slug, ProfileFields(**said, review_due=review))


def _profile_set(replay: Replay, recorded: Recording, said: Said, _: object) -> str:
    on, of = day(said, "on"), said["profile"]
    rows = []
    for one in said["rows"]:
        given = dict(one)
        by, due = day(given, "target_by"), day(given, "due")
        owner, clear = replay.person(given.pop("owner", None)), tuple(given.pop("clear", ()))
        rows += [
            ProfileRowFields(
                ref=ref,
                profile=of,
                set_on=on,
                target_by=by,
                due=due,
                owner=owner,
                clear=clear,
                **given,
            )
            for ref in given.pop("refs")
        ]
    return profile.set_rows(recorded, rows, replay.catalogue)[-1].id


def _attest(replay: Replay, recorded: Recording, said: Said, _: object) -> str:
    as_of, signed, until = (day(said, name) for name in ("as_of", "signed_on", "valid_until"))
    head = profile_rows.head(recorded.connection, said["profile"])
    found = standing.gathered(recorded.connection, replay.catalogue, as_of or recorded.today, head)
    fields = AttestationFields(**said, as_of=as_of, signed_on=signed, valid_until=until)
    knobs = Knobs.from_mapping(replay.catalogue.knobs)
    identifier = attestation.attest(recorded, fields, Outcomes(**found._asdict()), knobs)
    standing.must_stand(recorded.connection, replay.catalogue, identifier, signed or recorded.today)
    return identifier


DEEDS: dict[str, Callable[[Replay, Recording, Said, Any], str]] = {
    "impact.add": _impact_add,
    "impact.link": _impact_link,
    "soa.set": _soa_set,
    "soa.control": _soa_control,
    "soa.approve": _soa_approve,
    "profile.add": _profile_add,
    "profile.change": _profile_change,
    "profile.set": _profile_set,
    "attestation.attest": _attest,
}
