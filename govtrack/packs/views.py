"""Questions that several documents ask of a pack's contents."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from govtrack.packs.contents import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govtrack.packs.contents import Evidence, PackContents, Pair, Requirement, State, Tag, Trail

LATE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A requirement with what supports it: confirmed and proposed, newest first."""

    requirement: Requirement
    confirmed: tuple[Evidence, ...]
    proposed: tuple[Evidence, ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Requirements under one heading, counted by their state."""

    ref: str
    title: str
    counts: dict[State, int]

    @property
    def total(self) -> int:
        """How many requirements."""
        return sum(self.counts.values())


def pack_id(contents: PackContents) -> str:
    """`PACK-2025-1f2e3d4c`: the same for the same register, day and options."""
    trail = contents.trail
    parts = (
        trail.origin, str(trail.size), trail.root, contents.period.start.isoformat(),
        contents.period.end.isoformat(), contents.as_at.isoformat(), str(contents.with_files),
        *contents.only_systems, contents.sample_seed or "", *(("scope",) if trail.scope else ()),
    )  # fmt: skip
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"PACK-{contents.year}-{digest[:8]}"


def standing(contents: PackContents) -> str:
    """Which day the pack speaks of, and up to which day the register it is made from goes."""
    said = f"As at {contents.as_at} by the artefacts' own dates"
    last = contents.trail.last_on
    if last is None:
        return said
    return f"{said}, from all that the register held when its last entry was made, {last}"


def signed(trail: Trail) -> str:
    """Up to where the trail's own key signed: `signed at size 120`, or what is not."""
    if trail.signed_size is None:
        return f"unsigned: no signed checkpoint stands over its {trail.size} entries"
    if trail.unsigned:
        return (
            f"unsigned tail of {trail.unsigned} entr{'y' if trail.unsigned == 1 else 'ies'} after "
            f"checkpoint {trail.signed_size}"
        )
    return f"signed at size {trail.size}"


@lru_cache(maxsize=16)
def lines(contents: PackContents, framework: str, *levels: str) -> tuple[Line, ...]:
    """The leaves of a framework (of these levels, else all) in catalogue order, with evidence.

    `pairs` are the correspondences that name the leaf, or the category or objective it stands in.
    """
    confirmed, proposed = _supporting(contents)
    by_ref = {one.ref: one for one in contents.requirements}
    pairs: dict[str, list[Pair]] = {}
    for pair in contents.crosswalk:
        pairs.setdefault(pair.rmf, []).append(pair)
        pairs.setdefault(pair.iso, []).append(pair)
    return tuple(
        Line(
            one,
            tuple(confirmed.get(one.ref, ())),
            tuple(proposed.get(one.ref, ())),
            tuple(pair for ref in _named_by(one, by_ref) for pair in pairs.get(ref, ())),
        )
        for one in contents.requirements
        if one.leaf and one.framework == framework and (not levels or one.level in levels)
    )


def _named_by(one: Requirement, by_ref: dict[str, Requirement]) -> tuple[str, ...]:
    above = by_ref.get(one.parent or "")
    # a function or a whole clause such as 8 says too little about one of its members
    if above is None or above.level in {"function", "area"} or _whole_clause(above):
        return (one.ref,)
    return (one.ref, above.ref)


def _whole_clause(one: Requirement) -> bool:
    return one.level == "clause-group" and one.parent is None


@lru_cache(maxsize=2)
def _supporting(
    contents: PackContents,
) -> tuple[dict[str, list[Evidence]], dict[str, list[Evidence]]]:
    confirmed: dict[str, list[Evidence]] = {}
    proposed: dict[str, list[Evidence]] = {}
    newest_first = sorted(contents.evidence, key=lambda e: (e.in_force, e.id), reverse=True)
    for one in newest_first:
        stated = {tag.ref for tag in one.tags if tag.confirmed}
        for ref in dict.fromkeys(tag.ref for tag in one.tags):
            (confirmed if ref in stated else proposed).setdefault(ref, []).append(one)
    return confirmed, proposed


def refs(evidence: Evidence, *, confirmed: bool) -> tuple[Tag, ...]:
    """One tag for each requirement the artefact is confirmed (or only proposed) to support."""
    stated = {tag.ref for tag in evidence.tags if tag.confirmed}
    found: dict[str, Tag] = {}
    for tag in evidence.tags:
        if (tag.ref in stated) == confirmed and (tag.confirmed or not confirmed):
            found.setdefault(tag.ref, tag)
    return tuple(found.values())


def groups(contents: PackContents, framework: str) -> tuple[Group, ...]:
    """Coverage by function (AI RMF), by clause group and Annex A objective (ISO/IEC 42001)."""
    by_ref = {one.ref: one for one in contents.requirements}
    counts: dict[str, dict[State, int]] = {}
    for one in contents.requirements:
        if one.framework != framework or not one.leaf or one.state is None:
            continue
        top = heading(one, by_ref)
        of_top = counts.setdefault(top.ref, dict.fromkeys(STATES, 0))
        of_top[one.state] += 1
    return tuple(Group(ref, by_ref[ref].title, found) for ref, found in counts.items())


def heading(one: Requirement, by_ref: dict[str, Requirement]) -> Requirement:
    """The requirement at the top of the tree that `one` stands in: a function, a clause group."""
    while one.parent is not None and one.parent in by_ref:
        one = by_ref[one.parent]
    return one


def total(found: Iterable[Group]) -> dict[State, int]:
    """The counts of several groups together."""
    summed: dict[State, int] = dict.fromkeys(STATES, 0)
    for group in found:
        for state, count in group.counts.items():
            summed[state] += count
    return summed


def flags(one: Evidence, contents: PackContents) -> tuple[str, ...]:
    """What an auditor would ask about this artefact, in a few words each."""
    period = contents.period
    outside = (one.period_end is not None and one.period_end < period.start) or (
        one.period_start is not None and one.period_start > period.end
    )
    late = (one.recorded_on - one.prepared_on).days if one.prepared_on else 0
    said = {
        "not approved": one.approved_on is None or one.approved_on > contents.as_at,
        "approved by its preparer": bool(one.approved_by) and one.approved_by == one.prepared_by,
        "preparer not named": not one.prepared_by,
        "no period stated": one.form != "document" and not (one.period_start or one.period_end),
        "outside the audit period": outside,
        one.status: one.status in {"expired", "superseded", "withdrawn"},
        "review overdue": one.stale and one.status == "approved",
        f"recorded {late} days after it was prepared": late > LATE_DAYS,
        "recorded after the pack's day": one.recorded_later,
        "approved after it was recorded": one.approved_on is not None
        and one.approved_on > one.recorded_on,
        "no confirmed tag": not any(tag.confirmed for tag in one.tags),
        one.purged or "purged": one.purged is not None,
        "no file": not one.files,
    }
    return tuple(words for words, holds in said.items() if holds)


def population(contents: PackContents) -> tuple[str, ...]:
    """What the sample is drawn from: ids of evidence approved by the pack's day, not withdrawn."""
    return tuple(
        one.id for one in contents.evidence if one.status in {"approved", "expired", "superseded"}
    )


def outside(contents: PackContents) -> dict[str, list[str]]:
    """The numbers up to the pack's highest of each year that the sample is not drawn from, by why.

    A number that is not in the pack was given to an artefact that the pack leaves out.
    """
    drawn_from = set(population(contents))
    found: dict[str, list[str]] = {}
    highest: dict[str, int] = {}
    for one in contents.evidence:
        series, _, number = one.id.rpartition("-")
        highest[series] = max(int(number), highest.get(series, 0))
        if one.id not in drawn_from:
            found.setdefault(one.status, []).append(one.id)
    numbered = {f"{series}-{n:04d}" for series, most in highest.items() for n in range(1, most + 1)}
    if left := sorted(numbered - {one.id for one in contents.evidence}):
        why = "not in this pack: not about the period, dated later, or of another AI system"
        found[why] = left
    return found
