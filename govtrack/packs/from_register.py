"""A pack's contents as the register holds them on a day."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from govtrack.catalog.documentation import documentation
from govtrack.catalog.vocabulary import title_of
from govtrack.cycle.knobs import Knobs
from govtrack.packs.contents import (
    AISystem,
    Criterion,
    Evidence,
    EvidenceFile,
    PackContents,
    Pair,
    Paper,
    Period,
    Requirement,
    Source,
    State,
    Tag,
)
from govtrack.packs.cycle_sheet import cycle
from govtrack.packs.trail_files import trail
from govtrack.packs.trail_scope import scope
from govtrack.packs.withholding import Withholding, withheld
from govtrack.packs.working_papers import working_papers
from govtrack.status import certification
from govtrack.status.documentation import Tested, told
from govtrack.status.evidence import Filter, documents
from govtrack.status.master_list import paper_rows
from govtrack.status.systems import systems

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from govtrack.catalog.catalogue import Catalogue, Vocabulary
    from govtrack.workspace import Workspace

HELD_IN = {
    "risk-criteria": "23", "risk-register": "23", "impact-assessment": "24", "soa": "09",
    "profile": "19", "attestation": "20",
}  # fmt: skip
"""By sort of working paper: the document of the pack that holds it."""
CRITERIA = (
    Criterion("iso", "Artificial intelligence: management system", "ISO/IEC 42001:2023"),
    Criterion("rmf", "AI Risk Management Framework", "NIST AI 100-1 (version 1.0, 2023)"),
    Criterion("genai", "Generative AI profile of the AI RMF", "NIST AI 600-1 (2024)"),
    Criterion("17021", "Certification cycle, what 18 rests on", "ISO/IEC 17021-1:2015"),
)
_SUFFIX = re.compile(r"\.[a-z0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pack: the year's name, the period, the day, and what is to be in it.

    `systems` are ids; with some, only evidence about them or about none in particular is taken.
    Without `all_entries`, of other records' entries only the hashes of their leaves are shown.
    """

    year: int
    period: Period
    as_at: date
    with_files: bool = True
    systems: tuple[str, ...] = ()
    sample_seed: str | None = None
    all_entries: bool = True


def contents(
    connection: sqlite3.Connection, space: Workspace, catalogue: Catalogue, wanted: Wanted
) -> PackContents:
    """Everything the documents of the pack say.

    Raises `NotDone` where the trail does not agree with itself.
    """
    tested = Tested(documentation(catalogue), catalogue)
    found = tuple(
        _evidence(one, wanted, tested, space.vocabulary)
        for one in documents(connection, Filter(), wanted.as_at)
        if _touches(one, wanted) and _about(one, wanted.systems)
    )
    shown = tuple(
        _system(one)
        for one in systems(connection)
        if not wanted.systems or one["id"] in wanted.systems
    )
    ids = {one.id for one in found}
    narrowed = None
    if not wanted.all_entries:
        narrowed = scope(connection, ids, (one.id for one in shown))
    hidden = Withholding(withheld(connection, narrowed) if narrowed else {})
    (sample,) = connection.execute("SELECT sample FROM workspace").fetchone()
    knobs = Knobs.from_mapping(catalogue.knobs)
    state = certification.cycle_state(connection, knobs, wanted.as_at)
    return PackContents(
        organisation=space.organisation,
        sample=bool(sample),
        vocabulary=space.vocabulary,
        year=wanted.year,
        period=wanted.period,
        as_at=wanted.as_at,
        with_files=wanted.with_files,
        only_systems=wanted.systems,
        criteria=(*CRITERIA, _guidelines(wanted.as_at)),
        systems=shown,
        requirements=_requirements(catalogue, found),
        evidence=found,
        sources=tuple(
            Source(
                walk.id,
                walk.title,
                walk.display,
                _caveat(walk.about),
            )
            for walk in catalogue.crosswalks.values()
        ),
        crosswalk=tuple(
            Pair(row.rmf, row.iso, row.source, row.strength)
            for walk in catalogue.crosswalks.values()
            for row in walk.rows
            if row.rmf is not None
        ),
        cycle=cycle(state, certification.decisions(connection), certification.audits(connection)),
        trail=trail(connection, wanted.as_at, space.zone, ids, narrowed),
        sample_seed=wanted.sample_seed,
        later=_later(connection, wanted),
        terms=catalogue.terms,
        working_papers=hidden.of(
            working_papers(connection, catalogue, wanted.as_at, wanted.systems)
        ),
        papers=hidden.of(tuple(_papers(connection, catalogue, wanted))),
    )


def first_day(connection: sqlite3.Connection) -> date | None:
    """The day of the earliest evidence; None where there is none."""
    row = connection.execute(
        "SELECT min(coalesce(prepared_on, approved_on, recorded_on)) FROM evidence"
    ).fetchone()
    return _day(row[0])


def _caveat(about: Mapping[str, Any]) -> str:
    """What a reader of the pack should know of a crosswalk, in our own words."""
    listed = "listed by NIST, which is no endorsement; " if about.get("listed_by") else ""
    return f"{listed}correspondences are a guide, not an official equivalence"


def _guidelines(day: date) -> Criterion:
    """The edition of the auditing guidelines by the pack's day."""
    edition = "ISO 19011:2018" if day.year < 2026 else "ISO 19011:2026"  # noqa: PLR2004
    return Criterion("19011", "Auditing management systems, guidelines", edition)


def _touches(one: dict[str, Any], wanted: Wanted) -> bool:
    """Whether the artefact speaks of the period, or was in force at some time in it."""
    start, end = wanted.period.start.isoformat(), wanted.period.end.isoformat()
    dated = one["prepared_on"] or one["recorded_on"]
    if (one["period_end"] or dated) >= start and (one["period_start"] or dated) <= end:
        return True
    ended = min(one[name] or "9999" for name in ("valid_until", "superseded_on", "withdrawn_on"))
    return one["approved_on"] is not None and one["approved_on"] <= end and ended >= start


def _about(one: dict[str, Any], only: tuple[str, ...]) -> bool:
    return not only or not one["systems"] or not set(only).isdisjoint(one["systems"])


def _later(connection: sqlite3.Connection, wanted: Wanted) -> int:
    """How many artefacts about the period are dated after the pack's day."""
    row = connection.execute(
        "SELECT count(*) FROM evidence "
        "WHERE coalesce(prepared_on, approved_on, recorded_on) > :day AND withdrawn_on IS NULL "
        "AND coalesce(period_end, prepared_on, recorded_on) >= :start "
        "AND coalesce(period_start, prepared_on, recorded_on) <= :end",
        {
            "day": wanted.as_at.isoformat(),
            "start": wanted.period.start.isoformat(),
            "end": wanted.period.end.isoformat(),
        },
    ).fetchone()
    return int(row[0])


def _papers(
    connection: sqlite3.Connection, catalogue: Catalogue, wanted: Wanted
) -> Iterator[Paper]:
    """The working papers of the master list on the pack's day."""
    for row in paper_rows(connection, catalogue, wanted.as_at, wanted.systems):
        one, document = row.one, HELD_IN[row.sort]
        yield Paper(
            one.id, str(one.title), row.type, row.term, one.form, one.version,
            row.standing(wanted.as_at.isoformat(), document),
            one.prepared_by, one.approved_by, _day(one.approved_on), _day(row.next_review),
            one.classification, one.retention, tuple(need.missing for need in row.missing),
            row.kept_for, document,
        )  # fmt: skip


def _evidence(
    one: dict[str, Any],
    wanted: Wanted,
    tested: Tested,
    vocabulary: Vocabulary,
) -> Evidence:
    kind = tested.catalogue.kinds.get(one["kind"])
    form = kind.form if kind else "record"
    missing = tested.lacking(told(one, form, wanted.as_at.isoformat()))
    purged = f"purged on {one['purged_on']} under {one['purged_why']}" if one["purged_on"] else None
    taken = wanted.with_files and one["status"] != "withdrawn" and purged is None
    return Evidence(
        id=one["id"],
        title=one["title"],
        kind=one["kind"],
        kind_title=title_of(kind, vocabulary) if kind else one["kind"],
        form=form,
        version=one["version"],
        status=one["status"],
        stale=one["freshness"] == "stale" or one["status"] == "expired",
        recorded_on=date.fromisoformat(one["recorded_on"]),
        period_start=_day(one["period_start"]),
        period_end=_day(one["period_end"]),
        prepared_by=one["prepared_by"],
        prepared_on=_day(one["prepared_on"]),
        approved_by=one["approved_by"],
        approved_on=_day(one["approved_on"]),
        valid_until=_day(one["valid_until"]),
        review_due=_day(one["review_due"]),
        source=one["source"],
        classification=one["classification"],
        retention=one["retention"],
        why=one["why"],
        superseded_by=one["superseded_by"],
        withdrawn_why=one["withdrawn_why"],
        supersedes=tuple(one["supersedes"]),
        systems=tuple(one["systems"]),
        tags=tuple(
            Tag(
                tag["ref"],
                tag["framework"],
                tag["origin"],
                tag["source"],
                tag.get("confirmed_by"),
                _day(tag.get("confirmed_on")),
            )
            for tag in one["tags"]
            if tag["state"] != "declined"
        ),
        files=_files(one, taken=taken),
        purged=purged,
        recorded_later=one["recorded_on"] > wanted.as_at.isoformat(),
        missing=tuple(need.missing for need in missing),
    )


def _files(one: dict[str, Any], *, taken: bool) -> tuple[EvidenceFile, ...]:
    """The files under names made for the pack: what a user called them may hold anything."""
    prefix = f"evidence/{one['id']}-v{one['version']}"
    short = {file["sha256"][:8] for file in one["files"]}
    length = 8 if len(short) == len({file["sha256"] for file in one["files"]}) else 64
    return tuple(
        EvidenceFile(
            file["name"],
            file["sha256"],
            file["size"],
            file["media_type"],
            f"{prefix}-{file['sha256'][:length]}{_suffix(file['name'])}" if taken else None,
        )
        for file in one["files"]
    )


def _suffix(name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if _SUFFIX.fullmatch(suffix) else ".bin"


def _requirements(catalogue: Catalogue, evidence: Iterable[Evidence]) -> tuple[Requirement, ...]:
    """Every element, and for leaves the coverage that the pack's own evidence gives.

    As `govtrack coverage` reckons it: what was superseded or withdrawn covers nothing.
    """
    states: dict[str, State] = {}
    for one in evidence:
        if one.status in {"superseded", "withdrawn"}:
            continue
        here: State = "covered" if one.current else "stale"
        for tag in one.tags:
            better: State = here if tag.confirmed else "proposed"
            states[tag.ref] = min(better, states.get(tag.ref, "open"), key=_ORDER.index)
    made = []
    for element in catalogue.requirements.values():
        asked = element.documented_information or {}
        plain = Requirement(
            element.ref, element.framework, element.level, element.parent, element.title,
            element.leaf, asked.get("what"), asked.get("strength"),
        )  # fmt: skip
        state = states.get(plain.ref, "open") if plain.leaf else None
        made.append(replace(plain, state=state))
    return tuple(made)


_ORDER: tuple[State, ...] = ("covered", "stale", "proposed", "open")


def _system(one: dict[str, Any]) -> AISystem:
    return AISystem(
        id=one["id"],
        slug=one["slug"],
        name=one["name"] or one["slug"],
        roles=tuple(one["roles"]),
        generative=bool(one["generative"]),
        stage=one["stage"],
        owner=one["owner"],
        purpose=one["purpose"],
        in_scope_from=_day(one["in_scope_from"]),
        in_scope_to=_day(one["in_scope_to"]),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
