"""The sample organisation: its history, replayed through the public functions of the register.

Every step is recorded as it would have been on its day: the clock stands at the step's `at`, the
actor is the step's person. The workspace is marked as a sample for good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping  # noqa: TC003  (the table of deeds is typed)
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from govtrack import clock, shipped, workspace
from govtrack.aims import artefacts, certification, evidence, systems
from govtrack.aims.fields import EvidenceFields
from govtrack.aims.systems import SystemFields
from govtrack.catalog import refs
from govtrack.catalog.loading import catalogue
from govtrack.catalog.sources import yaml_text
from govtrack.cycle.records import Agreement, Decision, ExternalAudit
from govtrack.errors import BadInput, NotDone, Problem
from govtrack.register import founding
from govtrack.register.nouns import EVIDENCE, id_of
from govtrack.register.recording import Recording, recording

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.workspace import Workspace

HISTORY = "history.yaml"
Said = dict[str, Any]


def made(root: Path, progress: Callable[[int], None] = lambda _: None) -> Workspace:
    """Make the sample organisation's workspace at `root`; `progress` is told 1 for each step."""
    folder = shipped.folder("sample_org")
    source, problems = yaml_text.read(folder / HISTORY, HISTORY)
    if source is None:
        raise BadInput(problems)
    history = source.data
    people = {name: person["id"] for name, person in history["people"].items()}
    planned = workspace.Workspace(
        root,
        history["organisation"],
        history["timezone"],
        history["vocabulary"],
        history["pattern"],
    )
    steps = history["steps"]
    with clock.at(datetime.fromisoformat(steps[0]["at"])):
        space = founding.found(
            planned, people[steps[0]["by"]], domain=history["domain"], sample=True
        )
    replay = _Replay(space, folder, people, catalogue(space.schemas))
    for number, step in enumerate(steps):
        replay.step(step, source.at(("steps", number)))
        progress(1)
    return space


def length() -> int:
    """How many steps the history has."""
    source, problems = yaml_text.read(shipped.folder("sample_org") / HISTORY, HISTORY)
    if source is None:
        raise BadInput(problems)
    return len(source.data["steps"])


@dataclass(frozen=True)
class _Replay:
    """A workspace in the making, and what the history's labels stand for so far."""

    space: Workspace
    folder: Path
    people: Mapping[str, str]
    catalogue: Catalogue
    labels: dict[str, str] = field(default_factory=dict)

    def step(self, step: Said, where: str) -> None:
        """Record one step; a fault in the history is named with its file and line."""
        try:
            with clock.at(datetime.fromisoformat(step["at"])):
                said = dict(step.get("with") or {})
                # bytes are kept before the register is held
                kept = self._kept(said.pop("files", ()))
                actor = self.people[step["by"]]
                with recording(self.space, actor, step.get("why")) as recorded:
                    identifier = _DEEDS[step["do"]](self, recorded, said, kept)
        except (BadInput, NotDone) as refusal:
            raise type(refusal)(
                Problem(problem.sentence(), where, nearest=problem.nearest)
                for problem in refusal.problems
            ) from None
        if "as" in step:
            self.labels[step["as"]] = identifier

    def label(self, text: str) -> str:
        """The id that `$label` stands for; other words stand for themselves."""
        return self.labels[text[1:]] if text.startswith("$") else text

    def person(self, name: str | None) -> str | None:
        """Who a name of the history is."""
        return self.people.get(name, name) if name else None

    def refs(self, said: Said, name: str) -> tuple[str, ...]:
        """The requirements that a list of the history names."""
        return refs.resolve(said.pop(name, ()), self.catalogue, field=name).refs

    def _kept(self, files: list[str]) -> tuple[artefacts.Artefact, ...]:
        found = artefacts.gathered(self.folder / file for file in files)
        return artefacts.kept(found, self.space.objects_path)


Kept = tuple[artefacts.Artefact, ...]


def _system_add(replay: _Replay, recorded: Recording, said: Said, _: Kept) -> str:
    return systems.add(recorded, said.pop("slug"), _system(replay, said))


def _system_set(replay: _Replay, recorded: Recording, said: Said, _: Kept) -> str:
    return systems.change(recorded, replay.label(said.pop("system")), _system(replay, said))


def _system(replay: _Replay, said: Said) -> SystemFields:
    days = {name: _day(said, name) for name in ("in_scope_from", "in_scope_to")}
    roles = tuple(said.pop("roles")) if "roles" in said else None
    return SystemFields(**said | days | {"roles": roles, "owner": replay.person(said.get("owner"))})


def _evidence_add(replay: _Replay, recorded: Recording, said: Said, kept: Kept) -> str:
    start, end = said.pop("period", (None, None))
    said |= {"period_start": start, "period_end": end}
    names = ("period_start", "period_end", "prepared_on", "approved_on", "valid_until")
    days = {name: _day(said, name) for name in names}
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


def _evidence_approve(replay: _Replay, recorded: Recording, said: Said, _: Kept) -> str:
    until = _day(said, "valid_until")
    by, on = replay.person(said["by"]) or recorded.actor, _day(said, "on") or recorded.today
    which = replay.label(said["evidence"])
    return id_of(EVIDENCE, evidence.approve(recorded, which, by, on, replay.catalogue, until))


def _evidence_supersede(replay: _Replay, recorded: Recording, said: Said, _: Kept) -> str:
    old, new = replay.label(said["evidence"]), replay.label(said["by_evidence"])
    return id_of(EVIDENCE, evidence.supersede(recorded, old, new))


def _evidence_withdraw(replay: _Replay, recorded: Recording, said: Said, _: Kept) -> str:
    which, on = replay.label(said["evidence"]), _day(said, "on") or recorded.today
    return id_of(EVIDENCE, evidence.withdraw(recorded, which, on, said["why"]))


def _evidence_tag(replay: _Replay, recorded: Recording, said: Said, _: Kept) -> str:
    which, named = replay.label(said["evidence"]), replay.refs(said, "refs")
    return id_of(EVIDENCE, evidence.tag(recorded, which, named, replay.catalogue))


def _evidence_untag(replay: _Replay, recorded: Recording, said: Said, _: Kept) -> str:
    which, named = replay.label(said["evidence"]), replay.refs(said, "refs")
    return id_of(EVIDENCE, evidence.untag(recorded, which, named))


def _evidence_confirm(replay: _Replay, recorded: Recording, said: Said, _: Kept) -> str:
    which, named = replay.label(said["evidence"]), replay.refs(said, "refs")
    return id_of(EVIDENCE, evidence.confirm(recorded, which, named or None))


def _evidence_decline(replay: _Replay, recorded: Recording, said: Said, _: Kept) -> str:
    which, named = replay.label(said["evidence"]), replay.refs(said, "refs")
    return id_of(EVIDENCE, evidence.decline(recorded, which, named))


def _day(said: Said, name: str) -> date | None:
    text = said.pop(name, None)
    return clock.day(str(text), name) if text is not None else None


def _decision(_: _Replay, recorded: Recording, said: Said, __: Kept) -> str:
    names = {"on": "decided_on", "effective": "effective_on", "issued": "issued_on"}
    names |= {"expiry": "expires_on"}
    days = {kept: _day(said, name) for name, kept in names.items()}
    return certification.decided(recorded, Decision(**said | days))


def _audit(_: _Replay, recorded: Recording, said: Said, __: Kept) -> str:
    days = {f"{name}ed_on": _day(said, name) for name in ("start", "end")}
    return certification.audited(recorded, ExternalAudit(**said | days))


def _agreement(_: _Replay, recorded: Recording, said: Said, __: Kept) -> str:
    return certification.agreed(recorded, Agreement(**said | {"until": _day(said, "until")}))


_DEEDS: dict[str, Callable[[_Replay, Recording, Said, Kept], str]] = {
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
