"""What a pack holds, as plain values: every document is made from a `PackContents` and no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from govtrack.status.master_list import OVERDUE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Term
    from govtrack.packs.trail_entries import Streamed
    from govtrack.packs.trail_scope import Scope
    from govtrack.packs.working_papers import WorkingPapers
    from govtrack.workspace import Vocabulary

Status = Literal["draft", "approved", "expired", "superseded", "withdrawn"]
State = Literal["covered", "stale", "proposed", "open"]

LARGE = 500
"""More artefacts than this are printed a line each; the workbook and the data keep every field."""

STATES: dict[State, str] = {
    "covered": "covered",
    "stale": "draft, stale or lapsed only",
    "proposed": "proposed tags only",
    "open": "no evidence",
}


@dataclass(frozen=True, slots=True)
class Period:
    """The audit period, both days included."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class AISystem:
    """An AI system in scope, as the register describes it."""

    id: str
    slug: str
    name: str
    roles: tuple[str, ...]
    generative: bool
    stage: str | None
    owner: str | None
    purpose: str | None
    in_scope_from: date | None
    in_scope_to: date | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """One entry of a framework, in catalogue order; `asks` is its documented information.

    `state` is the coverage on the pack's day: for leaves only.
    """

    ref: str
    framework: Literal["rmf", "iso", "genai"]
    level: str
    parent: str | None
    title: str
    leaf: bool
    asks: str | None = None
    asks_strength: str | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """That a piece of evidence supports a requirement, who says so, and whether it is confirmed."""

    ref: str
    framework: str
    origin: str
    source: str | None
    confirmed_by: str | None
    confirmed_on: date | None

    @property
    def confirmed(self) -> bool:
        """A person stands behind it; else it is only proposed."""
        return self.confirmed_on is not None or self.confirmed_by is not None


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """One file of a piece of evidence: the user's name for it, its SHA-256, its place in the bag.

    `path` is relative to the bag's `data/`; None where the pack leaves the files out.
    """

    name: str
    sha256: str
    size: int
    media_type: str | None
    path: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One artefact as it stands on the pack's day.

    `purged` says when and under which rule its bytes were removed: no file of it is in the pack.
    `recorded_later`: its dates are of the pack's day or before, its recording is not. `missing`
    says in words what clause 7.5 and the eleven facts ask for and its record does not tell.
    """

    id: str
    title: str
    kind: str
    kind_title: str
    form: str
    version: int
    status: Status
    stale: bool
    recorded_on: date
    period_start: date | None = None
    period_end: date | None = None
    prepared_by: str | None = None
    prepared_on: date | None = None
    approved_by: str | None = None
    approved_on: date | None = None
    valid_until: date | None = None
    review_due: date | None = None
    source: str | None = None
    classification: str | None = None
    retention: str | None = None
    why: str | None = None
    supersedes: tuple[str, ...] = ()
    superseded_by: str | None = None
    withdrawn_why: str | None = None
    systems: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    files: tuple[EvidenceFile, ...] = ()
    purged: str | None = None
    recorded_later: bool = False
    missing: tuple[str, ...] = ()

    @property
    def in_force(self) -> bool:
        """Approved and neither expired, superseded nor withdrawn on the pack's day."""
        return self.status == "approved"

    @property
    def current(self) -> bool:
        """In force and not overdue for review: what may cover a requirement."""
        return self.in_force and not self.stale

    @property
    def standing(self) -> str:
        """Its status in the master list: `review overdue` where that is all that keeps it back."""
        return OVERDUE if self.in_force and self.stale else self.status

    @property
    def marks(self) -> tuple[str, ...]:
        """What is said beside its id wherever it stands as evidence, in a word or two each."""
        said = {self.status: not self.in_force, "stale": self.in_force and self.stale}
        said["recorded later"] = self.recorded_later
        return tuple(words for words, holds in said.items() if holds)


@dataclass(frozen=True, slots=True)
class Paper:
    """A version of a working paper as the master list has it; `term` names its type.

    `kept_for` are the clauses that it answers, `document` the number of the pack's that holds it.
    """

    id: str
    title: str
    type: str
    term: str | None
    form: str
    version: int | None
    status: str
    author: str | None
    approved_by: str | None
    approved_on: date | None
    review_due: date | None
    classification: str | None
    retention: str | None
    missing: tuple[str, ...]
    kept_for: tuple[str, ...] = ()
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A published crosswalk: who made it and what may be said of it."""

    id: str
    title: str
    provider: str
    note: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One row of a crosswalk: an AI RMF reference and an ISO/IEC 42001 one, by one source."""

    rmf: str
    iso: str
    source: str
    relation: str | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """A document the audit measures against, with its edition."""

    id: str
    title: str
    edition: str


@dataclass(frozen=True, slots=True)
class CycleRow:
    """One line of the cycle sheet: a decision, an audit held, a due date, a breach, an agreement.

    `rule` is the date rule it rests on and `state` where it stands on the pack's day.
    """

    what: str
    on: date | None
    until: date | None = None
    state: str | None = None
    rule: str | None = None
    source: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Cycle:
    """The certification cycle on the pack's day."""

    state: str
    body: str | None
    number: str | None
    scope: str | None
    issued_on: date | None
    expires_on: date | None
    decisions: tuple[CycleRow, ...] = ()
    audits: tuple[CycleRow, ...] = ()
    due: tuple[CycleRow, ...] = ()
    breaches: tuple[CycleRow, ...] = ()
    agreements: tuple[CycleRow, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attested:
    """A time stamp or cosignature that lies in the pack: of which size, by whom, its time (UTC)."""

    what: Literal["time stamp", "cosignature"]
    size: int
    who: str
    at: str


class Shown(NamedTuple):
    """An artefact's newest entry, as stored: what the page carries of it."""

    id: str
    entry: bytes


class ShownKey(NamedTuple):
    """An entry that changes who may sign, as stored, its number and its inclusion proof."""

    seq: int
    entry: bytes
    path: tuple[bytes, ...]


class ShownCheckpoint(NamedTuple):
    """An earlier checkpoint over a change of keys, and that the pack's continues it."""

    note: bytes
    path: tuple[bytes, ...]


class OnThePage(NamedTuple):
    """What the page itself carries: artefacts' newest entries, and how the keys passed on."""

    artefacts: tuple[Shown, ...] = ()
    keys: tuple[ShownKey, ...] = ()
    checkpoints: tuple[ShownCheckpoint, ...] = ()


@dataclass(frozen=True, slots=True)
class Trail:
    """The trail the pack stands on: its origin, its size in entries, its Merkle root in base64.

    `last_on` is the organisation's day of the last entry, `later` counts those made after the
    pack's day. `shown` of the entries are in the pack, all unless `scope` narrows them. `files` are
    paths below `data/` with their bytes; `streams` are the files that the entries fill when the
    pack is written. `key` is the fingerprint of the signing key in force, `signed_size` the size of
    the newest signed checkpoint, `earlier` the sizes that earlier packs stated,
    `on_the_page` what the page itself carries.
    """

    origin: str
    size: int
    root: str
    first_at: str | None
    last_at: str | None
    first_leaf: str = ""
    reach: str = "internal"
    last_on: date | None = None
    later: int = 0
    shown: int = 0
    scope: Scope | None = None
    streams: tuple[Streamed, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    key: str | None = None
    signed_size: int | None = None
    attested: tuple[Attested, ...] = ()
    earlier: tuple[int, ...] = ()
    on_the_page: OnThePage = field(default_factory=OnThePage)

    @property
    def unsigned(self) -> int:
        """How many entries come after the newest signed checkpoint; all where there is none."""
        return self.size - (self.signed_size or 0)


@dataclass(frozen=True, slots=True, eq=False)
class PackContents:
    """Everything an audit pack says. `sample` is true for an invented organisation.

    `later` counts the artefacts about the period that are dated after the pack's day. `papers` are
    rows of the master list; `working_papers` are what the documents of that name say, None where
    contents are made without a register, which then have no such documents.
    """

    organisation: str
    sample: bool
    vocabulary: Vocabulary
    year: int
    period: Period
    as_at: date
    with_files: bool
    only_systems: tuple[str, ...]
    criteria: tuple[Criterion, ...]
    systems: tuple[AISystem, ...]
    requirements: tuple[Requirement, ...]
    evidence: tuple[Evidence, ...]
    sources: tuple[Source, ...]
    crosswalk: tuple[Pair, ...]
    cycle: Cycle
    trail: Trail
    sample_seed: str | None = None
    later: int = 0
    terms: Mapping[str, Term] = field(default_factory=dict)
    working_papers: WorkingPapers | None = None
    papers: tuple[Paper, ...] = ()

    @property
    def finished(self) -> bool:
        """The audit period had ended on the pack's day."""
        return self.as_at >= self.period.end

    @property
    def large(self) -> bool:
        """There are too many artefacts to print every field of each."""
        return len(self.evidence) > LARGE
