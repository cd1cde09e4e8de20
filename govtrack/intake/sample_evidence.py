"""Deeds of the sample's story about systems, evidence and the certificate."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003  (the table of deeds is typed)

from govtrack.aims import artefacts, certification, evidence, systems
from govtrack.aims.fields import EvidenceFields
from govtrack.aims.systems import SystemFields
from govtrack.cycle.records import Agreement, Decision, ExternalAudit
from govtrack.intake.sample_story import Replay, Said, day
from govtrack.register.nouns import EVIDENCE, id_of
from govtrack.register.recording import Recording  # noqa: TC001

Kept = tuple[artefacts.Artefact, ...]


def _system_add(replay: Replay, recorded: Recording, said: Said, _: Kept) -> str:
    return systems.add(recorded, said.pop("slug"), _system(replay, said))


def _system_set(replay: Replay, recorded: Recording, said: Said, _: Kept) -> str:
    return systems.change(recorded, replay.label(said.pop("system")), _system(replay, said))


def _system(replay: Replay, said: Said) -> SystemFields:
    days = {name: day(said, name) for name in ("in_scope_from", "in_scope_to")}
    roles = tuple(said.pop("roles")) if "roles" in said else None
    return SystemFields(**said | days | {"roles": roles, "owner": replay.person(said.get("owner"))})


def _evidence_add(replay: Replay, recorded: Recording, said: Said, kept: Kept) -> str:
    start, end = said.pop("period", (None, None))
    said |= {"period_start": start, "period_end": end}
    names = ("period_start", "period_end", "prepared_on", "approved_on", "valid_until")
    days = {name: day(said, name) for name in names}
    people = {name: replay.person(said.get(name)) for name in ("prepared_by", "approved_by")}
    accept = said.pop("accept_proposed", False)
    named = [systems.find(recorded, one).id for one in said.pop("systems", ())]
    fields = EvidenceFields(
        files=(),
        supports=replay.refs(said, "supports"),
        supersedes=tuple(map(replay.label, said.pop("supersedes", ()))),
        **said | days | people,
    )
    key = evidence.add(recorded, fields, kept, named, replay.catalogue, accept_proposed=accept)
    return id_of(EVIDENCE, key)


def _evidence_approve(replay: Replay, recorded: Recording, said: Said, _: Kept) -> str:
    until = day(said, "valid_until")
    by, on = replay.person(said["by"]) or recorded.actor, day(said, "on") or recorded.today
    which = replay.label(said["evidence"])
    return id_of(EVIDENCE, evidence.approve(recorded, which, by, on, replay.catalogue, until))


def _evidence_supersede(replay: Replay, recorded: Recording, said: Said, _: Kept) -> str:
    old, new = replay.label(said["evidence"]), replay.label(said["by_evidence"])
    return id_of(EVIDENCE, evidence.supersede(recorded, old, new))


def _evidence_withdraw(replay: Replay, recorded: Recording, said: Said, _: Kept) -> str:
    which, on = replay.label(said["evidence"]), day(said, "on") or recorded.today
    return id_of(EVIDENCE, evidence.withdraw(recorded, which, on, said["why"]))


def _evidence_tag(replay: Replay, recorded: Recording, said: Said, _: Kept) -> str:
    which, named = replay.label(said["evidence"]), replay.refs(said, "refs")
    return id_of(EVIDENCE, evidence.tag(recorded, which, named, replay.catalogue))


def _evidence_untag(replay: Replay, recorded: Recording, said: Said, _: Kept) -> str:
    which, named = replay.label(said["evidence"]), replay.refs(said, "refs")
    return id_of(EVIDENCE, evidence.untag(recorded, which, named))


def _evidence_confirm(replay: Replay, recorded: Recording, said: Said, _: Kept) -> str:
    which, named = replay.label(said["evidence"]), replay.refs(said, "refs")
    return id_of(EVIDENCE, evidence.confirm(recorded, which, named or None))


def _evidence_decline(replay: Replay, recorded: Recording, said: Said, _: Kept) -> str:
    which, named = replay.label(said["evidence"]), replay.refs(said, "refs")
    return id_of(EVIDENCE, evidence.decline(recorded, which, named))


def _decision(_: Replay, recorded: Recording, said: Said, __: Kept) -> str:
    names = {"on": "decided_on", "effective": "effective_on", "issued": "issued_on"}
    names |= {"expiry": "expires_on"}
    days = {kept: day(said, name) for name, kept in names.items()}
    return certification.decided(recorded, Decision(**said | days))


def _audit(_: Replay, recorded: Recording, said: Said, __: Kept) -> str:
    days = {f"{name}ed_on": day(said, name) for name in ("start", "end")}
    return certification.audited(recorded, ExternalAudit(**said | days))


def _agreement(_: Replay, recorded: Recording, said: Said, __: Kept) -> str:
    return certification.agreed(recorded, Agreement(**said | {"until": day(said, "until")}))


DEEDS: dict[str, Callable[[Replay, Recording, Said, Kept], str]] = {
    "system.add": _system_add,
    "system.set": _system_set,
    "evidence.add": _evidence_add,
    "evidence.approve": _evidence_approve,
    "evidence.supersede": _evidence_supersede,
    "evidence.withdraw": _evidence_withdraw,
    "evidence.tag": _evidence_tag,
    "evidence.untag": _evidence_untag,
    "evidence.confirm": _evidence_confirm,
    "evidence.decline": _evidence_decline,
    "certification.decision": _decision,
    "certification.audit": _audit,
    "certification.agreement": _agreement,
}
