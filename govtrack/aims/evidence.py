"""Evidence: recording artefacts, and every later change to what is said of them.

Dates are the artefact's own; the trail keeps when each change was recorded. What an artefact
counts for is its confirmed tags (design: a tag says where it came from).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from govtrack.aims.fields import contradictions
from govtrack.catalog.crosswalk import proposals
from govtrack.catalog.kinds import default_tags, review_due
from govtrack.errors import BadInput, Problem, closest, refuse
from govtrack.register.nouns import EVIDENCE, id_of, key_of
from govtrack.register.tables.evidence import Evidence, EvidenceFile, EvidenceTag

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from govtrack.aims.artefacts import Artefact
    from govtrack.aims.fields import EvidenceFields
    from govtrack.catalog.catalogue import Catalogue, Kind
    from govtrack.register.recording import Recording


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
    problems = [*contradictions(fields), *impossible(recorded, fields)]
    if problems:
        raise BadInput(problems)
    if not allow_duplicate:
        _refuse_duplicates(recorded, fields, artefacts)
    replaced = [replaceable(recorded, which) for which in fields.supersedes]
    key = recorded.next_key("evidence")
    today = recorded.today.isoformat()
    version = 1 + max((old.version for old in replaced), default=0)
    row = Evidence(key=key, id=id_of(EVIDENCE, key), **described(fields, catalogue, today, version))
    recorded.session.add(row)
    recorded.session.flush()
    recorded.session.add_all(
        EvidenceFile(evidence=key, position=position, **artefact.columns())
        for position, artefact in enumerate(artefacts, 1)
    )
    if systems:
        _tie(recorded, key, systems)
    tags = stated_and_proposed(fields.supports, fields.kind, catalogue, recorded.actor, today)
    recorded.session.add_all(EvidenceTag(evidence=key, **said) for said in tags)
    if accept_proposed:
        recorded.session.flush()
        confirm(recorded, row.id, None)
    for old in replaced:
        _replace(recorded, row, old)
    recorded.describe("evidence", key, "evidence.added")
    return key


_PLAIN = (
    "title", "kind", "source", "classification", "why", "prepared_by", "approved_by",
)  # fmt: skip
_DAYS = ("period_start", "period_end", "prepared_on", "approved_on", "valid_until")


def described(
    fields: EvidenceFields, catalogue: Catalogue, today: str, version: int
) -> dict[str, Any]:
    """What a new record's own row says, without key and id."""
    kind = catalogue.kinds[fields.kind]
    start = fields.approved_on or fields.prepared_on or fields.period_end
    return {
        **{name: getattr(fields, name) for name in _PLAIN},
        **{name: day and day.isoformat() for name in _DAYS for day in (getattr(fields, name),)},
        "version": fields.version or version,
        "review_due": _review_due(kind, start.isoformat() if start else today),
        "retention": kind.retention,
        "recorded_on": today,
    }


def stated_and_proposed(
    refs: Sequence[str], kind: str | None, catalogue: Catalogue, actor: str, today: str
) -> list[dict[str, Any]]:
    """The tags that follow from stating `refs` of a `kind`: the stated ones, and the proposals.

    A kind's defaults bring both frameworks themselves, so the crosswalks speak only of what was
    stated. What is stated is not proposed again.
    """
    stated = [
        {
            "ref": ref,
            "origin": "stated",
            "source": actor,
            "framework": catalogue.requirements[ref].framework,
            "note": None,
            "confirmed_by": actor,
            "confirmed_on": today,
        }
        for ref in dict.fromkeys(refs)
    ]
    defaults = default_tags(kind, catalogue) if kind else ()
    proposed = {
        (one.ref, one.origin, one.source): {
            "ref": one.ref,
            "origin": one.origin,
            "source": one.source,
            "framework": one.framework,
            "note": one.note,
            "confirmed_by": None,
            "confirmed_on": None,
        }
        for one in (*defaults, *proposals(tuple(refs), catalogue))
        if one.ref not in refs
    }
    return [*stated, *proposed.values()]


def _tie(recorded: Recording, key: int, systems: Sequence[str]) -> None:
    from govtrack.register.tables.evidence_ties import EvidenceSystem  # noqa: PLC0415  (slow)

    recorded.session.add_all(
        EvidenceSystem(evidence=key, system=system) for system in dict.fromkeys(systems)
    )


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
    _refuse_purged(row)
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
    row.review_due = _review_due(catalogue.kinds.get(row.kind), row.approved_on)
    recorded.describe("evidence", row.key, "evidence.approved")
    for old in _replaced_by(recorded, row):
        step_back(recorded, old, row.id, row.approved_on)
    return row.key


def supersede(recorded: Recording, old: str, new: str) -> int:
    """Record that `new` replaces `old`: at once where `new` is approved, else on its approval."""
    row = find(recorded, new, "--by")
    _refuse_purged(row)
    replaced = replaceable(recorded, old, row.id)
    if replaced.key == row.key or row.superseded_by == replaced.id:
        raise refuse(f"{row.id} cannot supersede {replaced.id}: it is that, or is replaced by it")
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
    _refuse_purged(row)
    _state(recorded, row, refs, catalogue)
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
    _refuse_purged(row)
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


def _review_due(kind: Kind | None, start: str) -> str | None:
    """The day the kind's interval ends, counted from approval, else preparation, else recording."""
    due = review_due(kind, date.fromisoformat(start)) if kind else None
    return due.isoformat() if due else None


def _state(recorded: Recording, row: Evidence, refs: Sequence[str], catalogue: Catalogue) -> None:
    """State requirements of a record that may have been tagged with some of them before."""
    standing = _all_tags(recorded, row)
    kept = {(found.ref, found.origin, found.source) for found in standing}
    tagged = {found.ref for found in standing}
    today = recorded.today.isoformat()
    for said in stated_and_proposed(refs, None, catalogue, recorded.actor, today):
        known = (said["ref"], said["origin"], said["source"]) in kept
        if known or (said["origin"] != "stated" and said["ref"] in tagged):
            continue
        recorded.session.add(EvidenceTag(evidence=row.key, **said))


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


def replaceable(recorded: Recording, which: str, by: str | None = None) -> Evidence:
    """The evidence that a later one may supersede; refused where another one does already."""
    old = find(recorded, which, "supersedes")
    if old.superseded_by not in {None, by}:
        raise refuse(f"{old.id} is superseded by {old.superseded_by} already")
    _refuse_withdrawn(old)
    return old


def step_back(recorded: Recording, old: Evidence, by: str, on: str) -> None:
    """What is superseded is no longer in force from the day its successor was approved."""
    old.superseded_by, old.superseded_on = by, on
    recorded.session.add(old)
    recorded.describe("evidence", old.key, "evidence.superseded")


def _replace(recorded: Recording, row: Evidence, old: Evidence) -> None:
    from govtrack.register.tables.evidence_ties import EvidenceSupersedes  # noqa: PLC0415  (slow)

    recorded.session.merge(EvidenceSupersedes(evidence=row.key, superseded=old.id))
    if row.approved_on:
        step_back(recorded, old, row.id, row.approved_on)


def _replaced_by(recorded: Recording, row: Evidence) -> Iterable[Evidence]:
    replaced = recorded.connection.execute(
        "SELECT superseded FROM evidence_supersedes WHERE evidence = ?", [row.key]
    )
    return [find(recorded, old) for (old,) in replaced]


def impossible(recorded: Recording, fields: EvidenceFields) -> list[Problem]:
    """What cannot be true today, or of an approval; empty where all is well."""
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


def _refuse_purged(row: Evidence) -> None:
    """Nobody can look at it any more, so nobody can say more in its favour; less can be said."""
    if row.purged_on:
        raise refuse(
            f"the bytes of {row.id} were purged on {row.purged_on}: there is nothing left to look "
            "at; record the artefact anew with 'govtrack add-evidence'"
        )


def _refuse_duplicates(
    recorded: Recording, fields: EvidenceFields, artefacts: Sequence[Artefact]
) -> None:
    problems = []
    for artefact in artefacts:
        known = recorded.connection.execute(
            "SELECT id FROM evidence JOIN evidence_file ON evidence = key WHERE sha256 = ?",
            [artefact.sha256],
        ).fetchone()
        if known:
            message = (
                f"the same bytes are already recorded as {known[0]}; "
                "to record them once more, say --allow-duplicate"
            )
            problems.append(Problem(message, artefact.name, fields.place.row))
    if problems:
        raise BadInput(problems)
