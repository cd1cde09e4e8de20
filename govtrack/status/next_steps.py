"""The most valuable things to do now, each with the command that does it.

First what is overdue or nearly so in the certification cycle, then work that is nearly done (drafts
to approve, proposals to confirm), then documented information the clauses ask for and nobody has
recorded, then what went stale, then the gaps in the order of the adoption pattern. Of each sort
only the first few, so that one long list does not hide the others.
"""

from __future__ import annotations

from itertools import chain, islice, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from govtrack.status import freshness
from govtrack.status.coverage import coverage
from govtrack.status.reminders import reminders

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.cycle.due import Due
    from govtrack.cycle.knobs import Knobs
    from govtrack.status.coverage import Coverage, Covered
    from govtrack.workspace import Pattern

MOST = 10
OF_EACH = 3
"""How many of one sort may stand before the next sort has its turn."""

_OF_EVIDENCE = {"evidence_expiry", "evidence_review", "late_recording"}
FIRST_KINDS = ("scope-statement", "ai-policy", "context-analysis", "roles-matrix")
"""What a management system begins with (ISO/IEC 42001 clauses 4 and 5)."""


class Step(NamedTuple):
    """Something worth doing: of which sort, what and why, the command, the day it is due."""

    sort: str
    what: str
    why: str
    command: str
    due: str | None = None


def next_steps(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    knobs: Knobs,
    day: date,
    pattern: Pattern,
) -> tuple[Step, ...]:
    """The ten steps to take on `day`, in order; fewer only where there is nothing more to do."""
    found = reminders(connection, knobs, day).due
    standing = coverage(connection, catalogue, day, knobs.expiring_days)
    sorts = (
        _begin(connection, catalogue),
        (_of_cycle(one) for one in found if one.kind not in _OF_EVIDENCE),
        _drafts(connection, day),
        _undocumented(standing, catalogue),
        _proposals(connection, standing, day),
        (_of_evidence(one) for one in found if one.kind in _OF_EVIDENCE - {"late_recording"}),
        _gaps(standing, catalogue, pattern),
    )
    return tuple(islice(_mixed(sorts), MOST))


def _mixed(sorts: Iterable[Iterable[Step]]) -> Iterator[Step]:
    """The first few of each sort in turn, then the next few of each; nothing twice."""
    batches = [_batches(iter(sort)) for sort in sorts]
    seen: set[str] = set()
    for rounds in zip_longest(*batches, fillvalue=()):
        for step in chain.from_iterable(rounds):
            # one kind of evidence answers several requirements: it is asked for once
            asked = step.command.partition(" --supports ")[0].partition(" --accept")[0]
            if asked not in seen:
                seen.add(asked)
                yield step


def _batches(steps: Iterator[Step]) -> Iterator[tuple[Step, ...]]:
    while batch := tuple(islice(steps, OF_EACH)):
        yield batch


def _begin(connection: sqlite3.Connection, catalogue: Catalogue) -> Iterator[Step]:
    """What a new workspace lacks."""
    if connection.execute("SELECT 1 FROM ai_system LIMIT 1").fetchone() is None:
        yield Step(
            "begin",
            "record the AI systems in scope",
            "4.3 and GOVERN 1.6: everything else is about them",
            "govtrack system add SLUG --name NAME --role provider --owner WHO",
        )
    if connection.execute("SELECT 1 FROM evidence LIMIT 1").fetchone() is None:
        for name in FIRST_KINDS:
            if kind := catalogue.kinds.get(name):
                refs = ", ".join(tag.ref for tag in kind.tags[:3])
                command = f"govtrack add-evidence FILE --kind {name} --accept-proposed"
                yield Step("begin", f"record the {kind.title}", f"supports {refs}", command)


def _of_cycle(one: Due) -> Step:
    what = f"{'overdue: ' if one.overdue else ''}{one.subject}"
    days = f"{-one.days} days overdue" if one.overdue else f"{one.days} days left"
    return Step("cycle", what, f"{days}; {one.rule}, {one.source}", one.settle, str(one.date))


def _of_evidence(one: Due) -> Step:
    days = f"{-one.days} days ago" if one.overdue else f"in {one.days} days"
    return Step("renew", one.subject, f"{days}; {one.source}", one.settle, str(one.date))


def _drafts(connection: sqlite3.Connection, day: date) -> Iterator[Step]:
    """Drafts, the oldest first: the work is done and only the approval is missing."""
    rows = connection.execute(
        f"SELECT id, title, coalesce(prepared_on, recorded_on) FROM evidence "  # noqa: S608
        f"WHERE {freshness.STANDING} AND {freshness.STATUS} = 'draft' ORDER BY 3, key LIMIT 10",
        freshness.parameters(day),
    )
    for identifier, title, since in rows:
        yield Step(
            "approve",
            f"have {identifier} '{title}' approved",
            f"a draft since {since}: it counts for nothing until somebody approves it",
            f"govtrack evidence approve {identifier} --by WHO --on DATE",
        )


def _undocumented(standing: Coverage, catalogue: Catalogue) -> Iterator[Step]:
    """Documented information the clauses ask for in so many words comes first."""
    asked = sorted(
        standing.undocumented,
        key=lambda one: (
            (one.requirement.documented_information or {}).get("strength") != "explicit"
        ),
    )
    for one in asked:
        what = (one.requirement.documented_information or {}).get("what")
        yield Step(
            "documented information",
            f"record {what}",
            f"{one.requirement.ref} asks for it",
            _record(one, catalogue),
        )


def _proposals(connection: sqlite3.Connection, standing: Coverage, day: date) -> Iterator[Step]:
    """Artefacts in force whose proposed requirements would close most gaps."""
    open_ = {one.requirement.ref for one in standing.leaves if one.state == "proposed"}
    rows = connection.execute(
        f"SELECT id, title, group_concat(DISTINCT ref) FROM evidence "  # noqa: S608
        f"JOIN evidence_tag ON evidence = key WHERE confirmed_on IS NULL AND declined_on IS NULL "
        f"AND {freshness.STANDING} AND {freshness.STATUS} = 'approved' "
        f"AND {freshness.FRESHNESS} <> 'stale' AND ref IN "
        f"(SELECT value FROM json_each(:open)) GROUP BY key "
        "ORDER BY count(DISTINCT ref) DESC, key DESC LIMIT 10",
        freshness.parameters(day) | {"open": _json(sorted(open_))},
    )
    for identifier, title, refs in rows:
        quoted = " ".join(f"'{ref}'" if " " in ref else ref for ref in refs.split(","))
        yield Step(
            "confirm",
            f"say whether {identifier} '{title}' supports {refs.replace(',', ', ')}",
            "proposed by its kind or a crosswalk, and nothing else stands there",
            f"govtrack evidence confirm {identifier} {quoted}",
        )


def _gaps(standing: Coverage, catalogue: Catalogue, pattern: Pattern) -> Iterator[Step]:
    """What nothing stands for, in the order the organisation adopts the two in."""
    empty = [one for one in standing.leaves if one.state == "none"]
    if pattern == "parallel":
        yield from _both_sides(empty, catalogue)
        return
    first = "rmf" if pattern == "rmf-first" else "iso"
    # sorted keeps the catalogue's order: Govern, Map, Measure, Manage; clauses, then controls
    for one in sorted(empty, key=lambda one: one.requirement.framework != first):
        yield Step(
            "gap",
            f"find evidence for {one.requirement.ref}: {one.requirement.title}",
            "nothing is recorded for it",
            _record(one, catalogue),
        )


def _both_sides(empty: Iterable[Covered], catalogue: Catalogue) -> Iterator[Step]:
    """The kinds of evidence that close most gaps at once, those on both sides first."""
    open_ = {one.requirement.ref: one.requirement.framework for one in empty}
    while open_:
        closes = {
            kind.id: [tag.ref for tag in kind.tags if tag.ref in open_]
            for kind in catalogue.kinds.values()
        }
        best = max(
            closes, key=lambda name: (len({open_[r] for r in closes[name]}), len(closes[name]))
        )
        refs = closes[best]
        if not refs:
            return
        yield Step(
            "gap",
            f"record {catalogue.kinds[best].title}",
            f"one artefact for {', '.join(refs)}, for which nothing is recorded",
            f"govtrack add-evidence FILE --kind {best}",
        )
        for ref in refs:
            del open_[ref]


def _record(one: Covered, catalogue: Catalogue) -> str:
    """The command that would record evidence for a requirement."""
    ref = one.requirement.ref
    kind = next(
        (kind.id for kind in catalogue.kinds.values() if any(tag.ref == ref for tag in kind.tags)),
        "KIND",
    )
    quoted = f"'{ref}'" if " " in ref else ref
    return f"govtrack add-evidence FILE --kind {kind} --supports {quoted}"


def _json(values: list[str]) -> str:
    import json  # noqa: PLC0415

    return json.dumps(values)
