"""Deeds of the sample's story about risk criteria and risks; several risks are one recording.

A risk is called as the artefacts call it (R-01), a treatment by its label (T-01).
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003  (the table of deeds is typed)
from typing import TYPE_CHECKING, Any

from govtrack.aims import criteria, risks
from govtrack.aims.criteria import CriteriaFields
from govtrack.aims.risks import AssessmentFields, RiskFields, TreatmentFields
from govtrack.catalog import risk_criteria
from govtrack.errors import closest, not_one_of, refuse
from govtrack.intake.sample_story import Replay, Said, day
from govtrack.register.recording import Recording  # noqa: TC001

if TYPE_CHECKING:
    from datetime import date


def _adopt(replay: Replay, recorded: Recording, said: Said, _: object) -> str:
    start, by = day(said, "from"), replay.person(said.pop("by"))
    source = said.pop("source")
    fields = CriteriaFields(
        criteria=risk_criteria.of_plain(said),
        title=said["title"],
        in_force_from=start or recorded.today,
        decided_by=by or recorded.actor,
        source=source,
    )
    return criteria.adopt(recorded, fields)


def _add(replay: Replay, recorded: Recording, said: Said, _: object) -> str:
    on, why = day(said, "on"), said["assessed"]
    identifier = ""
    for one in said["risks"]:
        given = dict(one)
        likelihood, consequence = given.pop("level")
        label = given.pop("label", given.get("reference"))
        for name in ("affected", "sources"):
            given[name] = tuple(given[name])
        given["owner"] = replay.person(given["owner"])
        fields = RiskFields(**given, identified_on=on)
        identifier = risks.add(recorded, fields, replay.catalogue)
        replay.labels[label] = identifier
        _assessed(recorded, identifier, (likelihood, consequence), on, why)
    return identifier


def _assess(replay: Replay, recorded: Recording, said: Said, _: object) -> str:
    on, identifier = day(said, "on"), ""
    for risk, words in said["levels"].items():
        identifier = _assessed(recorded, _risk(replay, risk), words, on, said["why"])
    return identifier


def _assessed(
    recorded: Recording, risk: str, words: tuple[str, str] | list[str], on: date | None, why: str
) -> str:
    likelihood, consequence = words
    fields = AssessmentFields(
        likelihood=likelihood, consequence=consequence, assessed_on=on, why=why
    )
    return risks.assess(recorded, risk, fields)


def _treat(replay: Replay, recorded: Recording, said: Said, _: object) -> str:
    on, identifier = day(said, "on"), ""
    for one in said["treatments"]:
        given: dict[str, Any] = dict(one)
        label, risk = given.pop("as"), _risk(replay, given.pop("risk"))
        likelihood, consequence = given.pop("residual", (None, None))
        fields = TreatmentFields(
            option=given.pop("option", "modify"),
            what=given.pop("what"),
            controls=tuple(given.pop("controls", ())),
            owner=replay.person(given.pop("owner")),
            decided_on=on,
            due=day(given, "due"),
            residual_likelihood=likelihood,
            residual_consequence=consequence,
        )
        identifier = risks.treat(recorded, risk, fields, replay.catalogue)
        number = 1 + sum(1 for known, _ in replay.treatments.values() if known == risk)
        replay.treatments[label] = (risk, number)
    return identifier


def _done(replay: Replay, recorded: Recording, said: Said, _: object) -> str:
    identifier = ""
    done = dict(said["done"])
    for label in said["done"]:
        risk, number = _treatment(replay, label)
        identifier = risks.treatment_done(
            recorded, risk, number, day(done, label) or recorded.today
        )
    return identifier


def _put_off(replay: Replay, recorded: Recording, said: Said, _: object) -> str:
    identifier = ""
    due = dict(said["due"])
    for label in said["due"]:
        risk, number = _treatment(replay, label)
        fields = TreatmentFields(due=day(due, label))
        identifier = risks.change_treatment(recorded, risk, number, fields, replay.catalogue)
    return identifier


def _accept(replay: Replay, recorded: Recording, said: Said, _: object) -> str:
    by = replay.person(said["by"]) or recorded.actor
    on, until, identifier = day(said, "on"), day(said, "until"), ""
    for risk in said["risks"]:
        identifier = risks.accept(
            recorded, _risk(replay, risk), by, on, until=until, why=said.get("why")
        )
    return identifier


def _close(replay: Replay, recorded: Recording, said: Said, _: object) -> str:
    return risks.close(recorded, _risk(replay, said["risk"]), said["why"], day(said, "on"))


def _risk(replay: Replay, name: str) -> str:
    """The id of the risk that the story calls so."""
    return replay.label(f"${name}")


def _treatment(replay: Replay, label: str) -> tuple[str, int]:
    """The risk and the number of the treatment that the story calls so."""
    if label not in replay.treatments:
        nearest = closest(label, replay.treatments)
        raise refuse(not_one_of(label, replay.treatments), field="treatment", nearest=nearest)
    return replay.treatments[label]


DEEDS: dict[str, Callable[[Replay, Recording, Said, Any], str]] = {
    "criteria.adopt": _adopt,
    "risk.add": _add,
    "risk.assess": _assess,
    "risk.treat": _treat,
    "risk.done": _done,
    "risk.put_off": _put_off,
    "risk.accept": _accept,
    "risk.close": _close,
}
