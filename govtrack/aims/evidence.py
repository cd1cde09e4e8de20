"""Evidence: recording artefacts, and every later change to what is said of them.

Dates are the artefact's own; the trail keeps when each change was recorded. What an artefact
counts for is its confirmed tags (design: a tag says where it came from).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlmodel import col, select

from govtrack.aims.fields import contradictions
from govtrack.catalog.crosswalk import proposals
from govtrack.catalog.kinds import default_tags, review_due
from govtrack.errors import BadInput, Problem, closest, refuse
from govtrack.register.nouns import NOUNS, id_of, key_of
from govtrack.register.tables.evidence import (
    Evidence,
    EvidenceFile,
    EvidenceSupersedes,
    EvidenceSystem,
    EvidenceTag,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govtrack.aims.artefacts import Artefact
    from govtrack.aims.fields import EvidenceFields
    from govtrack.catalog.catalogue import Catalogue, Kind
    from govtrack.register.recording import Recording

EVIDENCE = NOUNS["evidence"]


def add(
    recorded: Recording,
    fields: EvidenceFields,
    artefacts: Sequence[Artefact],
    systems: Sequence[str],
    catalogue: Catalogue,
    *,
    accept_proposed: bool = False,
    allow_duplicate: bool = False,
) -> int:
    """Record one piece of evidence whose bytes are in the store already; gives its key.

    `systems` are ids. Stated references are confirmed by the actor; what the kind and the
    crosswalks add is proposed, or confirmed too with `accept_proposed`. Raises `BadInput` where
    the fields contradict one another or the same bytes are recorded already.
    """
    problems = [*contradictions(fields), *_impossible(recorded, fields)]
    if problems:
        raise BadInput(problems)
    if not allow_duplicate:
        _refuse_duplicates(recorded, fields, artefacts)
    replaced = [find(recorded, which, "--supersedes") for which in fields.supersedes]
    key = recorded.next_key("evidence")
    row = Evidence(
        key=key,
        id=id_of(EVIDENCE, key),
        title=fields.title,
        kind=fields.kind,
        recorded_on=recorded.today.isoformat(),
        version=fields.version or 1 + max((old.version for old in replaced), default=0),
        retention=catalogue.kinds[fields.kind].retention,
        **{name: _text(getattr(fields, name)) for name in _PLAIN},
    )
    row.review_due = _review_due(row, catalogue.kinds[fields.kind])
    recorded.session.add(row)
    recorded.session.flush()
    recorded.session.add_all(
        EvidenceFile(evidence=key, position=position, **artefact.columns())
        for position, artefact in enumerate(artefacts, 1)
    )
    recorded.session.add_all(
        EvidenceSystem(evidence=key, system=system) for system in dict.fromkeys(systems)
    )
    _state(recorded, row, fields.supports, catalogue, with_kind=True)
    if accept_proposed:
        recorded.session.flush()
        confirm(recorded, row.id, None)
    for old in replaced:
        _replace(recorded, row, old)
    recorded.describe("evidence", key, "evidence.added")
    return key


_PLAIN = (
    "period_start", "period_end", "prepared_by", "prepared_on", "approved_by", "approved_on",
    "valid_until", "source", "classification", "why",
)  # fmt: skip


def find(recorded: Recording, which: str, field: str = "evidence") -> Evidence:
    """The piece of evidence with that id; refused where there is none."""
    key = key_of(which, EVIDENCE, field=field)
    row = recorded.session.get(Evidence, key)
    if row is None:
        known = recorded.session.exec(select(Evidence.id).order_by(col(Evidence.key).desc())).all()
        message = f"there is no {id_of(EVIDENCE, key)} in this register"
        raise refuse(message, field=field, nearest=closest(which.upper(), known))
    return row


def approve(
    recorded: Recording,
    which: str,
    by: str,
    on: date,
    catalogue: Catalogue,
    valid_until: date | None = None,
) -> int:
    """Record that a person approved the artefact on a day; what it supersedes then steps back."""
    row = find(recorded, which)
    if row.approved_on:
        raise refuse(f"{row.id} was approved on {row.approved_on} by {row.approved_by} already")
    _refuse_withdrawn(row)
    if on > recorded.today:
        raise refuse(f"{on} is in the future: an approval is recorded once given", field="--on")
    if row.prepared_on and on.isoformat() < row.prepared_on:
        raise refuse(f"{on} is before {row.id} was prepared, {row.prepared_on}", field="--on")
    if valid_until:
        row.valid_until = valid_until.isoformat()
    if row.valid_until and row.valid_until < on.isoformat():
        message = f"{row.valid_until} is before the approval, {on}"
        raise refuse(message, field="--valid-until")
    row.approved_by, row.approved_on = by, on.isoformat()
    row.review_due = _review_due(row, catalogue.kinds.get(row.kind))
    recorded.describe("evidence", row.key, "evidence.approved")
    for old in _replaced_by(recorded, row):
        _step_back(recorded, row, old)
    return row.key


def supersede(recorded: Recording, old: str, new: str) -> int:
    """Record that `new` replaces `old`: at once where `new` is approved, else on its approval."""
    replaced, row = find(recorded, old), find(recorded, new, "--by")
    _replace(recorded, row, replaced)
    return replaced.key


def withdraw(recorded: Recording, which: str, on: date, why: str) -> int:
    """Take an artefact out of force from a day on. Nothing is deleted."""
    row = find(recorded, which)
    _refuse_withdrawn(row)
    row.withdrawn_on, row.withdrawn_why = on.isoformat(), why
    recorded.describe("evidence", row.key, "evidence.withdrawn")
    return row.key


def tag(recorded: Recording, which: str, refs: Sequence[str], catalogue: Catalogue) -> int:
    """State more requirements that the artefact supports; the other framework's are proposed."""
    row = find(recorded, which)
    _refuse_withdrawn(row)
    _state(recorded, row, refs, catalogue, with_kind=False)
    recorded.describe("evidence", row.key, "evidence.tagged")
    return row.key


def untag(recorded: Recording, which: str, refs: Sequence[str]) -> int:
    """Take requirements off an artefact, whatever their origin; the trail keeps that they were."""
    row = find(recorded, which)
    for found in _tags_of(recorded, row, refs):
        recorded.session.delete(found)
    recorded.describe("evidence", row.key, "evidence.untagged")
    return row.key


def confirm(recorded: Recording, which: str, refs: Sequence[str] | None) -> int:
    """A person confirms proposed tags: those of `refs`, or all that are open."""
    row = find(recorded, which)
    for found in _tags_of(recorded, row, refs):
        if refs is None and found.declined_on:
            continue
        found.confirmed_by = found.confirmed_by or recorded.actor
        found.confirmed_on = found.confirmed_on or recorded.today.isoformat()
        found.declined_by = found.declined_on = None
        recorded.session.add(found)
    recorded.describe("evidence", row.key, "evidence.confirmed")
    return row.key


def decline(recorded: Recording, which: str, refs: Sequence[str]) -> int:
    """A person declines proposed tags; they stay on record as declined and are not proposed."""
    row = find(recorded, which)
    for found in _tags_of(recorded, row, refs):
        if found.origin == "stated":
            raise refuse(f"{found.ref} was stated, not proposed: take it off with 'untag'")
        found.declined_by, found.declined_on = recorded.actor, recorded.today.isoformat()
        found.confirmed_by = found.confirmed_on = None
        recorded.session.add(found)
    recorded.describe("evidence", row.key, "evidence.declined")
    return row.key


def _review_due(row: Evidence, kind: Kind | None) -> str | None:
    """The day the kind's interval ends, counted from approval, else preparation, else recording."""
    start = row.approved_on or row.prepared_on or row.period_end or row.recorded_on
    due = review_due(kind, date.fromisoformat(start)) if kind else None
    return due.isoformat() if due else None


def _state(
    recorded: Recording,
    row: Evidence,
    refs: Sequence[str],
    catalogue: Catalogue,
    *,
    with_kind: bool,
) -> None:
    recorded.session.flush()
    today = recorded.today.isoformat()
    for ref in dict.fromkeys(refs):
        recorded.session.merge(
            EvidenceTag(
                evidence=row.key,
                ref=ref,
                origin="stated",
                source=recorded.actor,
                framework=catalogue.requirements[ref].framework,
                confirmed_by=recorded.actor,
                confirmed_on=today,
            )
        )
    recorded.session.flush()
    standing = {found.ref for found in _all_tags(recorded, row)}
    defaults = default_tags(row.kind, catalogue) if with_kind else ()
    # the crosswalks speak of what was stated; a kind's defaults bring both sides themselves
    proposed = (*defaults, *proposals(tuple(refs), catalogue))
    rows = {
        (one.ref, one.origin, one.source): EvidenceTag(
            evidence=row.key,
            ref=one.ref,
            origin=one.origin,
            source=one.source,
            framework=one.framework,
            note=one.note,
        )
        for one in proposed
        if one.ref not in standing
    }
    recorded.session.add_all(rows.values())


def _tags_of(recorded: Recording, row: Evidence, refs: Sequence[str] | None) -> list[EvidenceTag]:
    """The artefact's tags with those references; each must be there."""
    tags = _all_tags(recorded, row)
    if refs is None:
        return tags
    known = sorted({found.ref for found in tags})
    missing = [
        Problem(f"{row.id} has no tag {ref}", field="ref", nearest=closest(ref, known))
        for ref in refs
        if ref not in known
    ]
    if missing:
        raise BadInput(missing)
    return [found for found in tags if found.ref in refs]


def _all_tags(recorded: Recording, row: Evidence) -> list[EvidenceTag]:
    statement = select(EvidenceTag).where(EvidenceTag.evidence == row.key)
    return list(recorded.session.exec(statement))


def _replace(recorded: Recording, row: Evidence, old: Evidence) -> None:
    if old.key == row.key:
        raise refuse(f"{old.id} cannot supersede itself")
    if old.superseded_by and old.superseded_by != row.id:
        raise refuse(f"{old.id} is superseded by {old.superseded_by} already")
    if row.superseded_by == old.id:
        raise refuse(f"{row.id} is itself superseded by {old.id}")
    recorded.session.merge(EvidenceSupersedes(evidence=row.key, superseded=old.id))
    if row.approved_on:
        _step_back(recorded, row, old)


def _replaced_by(recorded: Recording, row: Evidence) -> Iterable[Evidence]:
    statement = (
        select(Evidence)
        .join(EvidenceSupersedes, col(EvidenceSupersedes.superseded) == col(Evidence.id))
        .where(EvidenceSupersedes.evidence == row.key)
    )
    return recorded.session.exec(statement).all()


def _step_back(recorded: Recording, row: Evidence, old: Evidence) -> None:
    old.superseded_by, old.superseded_on = row.id, row.approved_on
    recorded.session.add(old)
    recorded.describe("evidence", old.key, "evidence.superseded")


def _impossible(recorded: Recording, fields: EvidenceFields) -> list[Problem]:
    """What cannot be true today, or of an approval."""
    at = fields.place.problem
    found = [
        at(f"{day} is in the future", name)
        for name in ("prepared_on", "approved_on")
        if (day := getattr(fields, name)) and day > recorded.today
    ]
    first = fields.approved_on or fields.prepared_on
    if fields.valid_until and first and fields.valid_until < first:
        found.append(at(f"{fields.valid_until} is before {first}", "valid_until"))
    return found


def _refuse_withdrawn(row: Evidence) -> None:
    if row.withdrawn_on:
        raise refuse(f"{row.id} was withdrawn on {row.withdrawn_on}")


def _refuse_duplicates(
    recorded: Recording, fields: EvidenceFields, artefacts: Sequence[Artefact]
) -> None:
    problems = []
    for artefact in artefacts:
        statement = (
            select(Evidence.id)
            .join(EvidenceFile, col(EvidenceFile.evidence) == col(Evidence.key))
            .where(EvidenceFile.sha256 == artefact.sha256)
        )
        if known := recorded.session.exec(statement).first():
            message = (
                f"the same bytes are already recorded as {known}; "
                "to record them once more, say --allow-duplicate"
            )
            problems.append(Problem(message, artefact.name, fields.place.row))
    if problems:
        raise BadInput(problems)


def _text(value: date | str | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else value
