"""The most valuable things to do now, each with the command that does it.

First what is due: the certification cycle, then evidence that lapsed or ends soon. Then work that
is nearly done: drafts to approve, working papers to begin, proposals to decide. Then what is to be
assessed (again). Then what nobody has recorded, in the order of the adoption pattern. Of each sort
only the first few have their turn at once, so that one long list does not hide the others.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from govtrack.catalog.vocabulary import Wording, within
from govtrack.status import freshness
from govtrack.status.coverage import coverage
from govtrack.status.findings import quoted
from govtrack.status.open_gaps import by_kind, undocumented
from govtrack.status.paper_answers import answered_by, artefact_of
from govtrack.status.paper_steps import paper_steps
from govtrack.status.reminders import reminders

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue, Vocabulary
    from govtrack.cycle.due import Due
    from govtrack.cycle.knobs import Knobs
    from govtrack.status.coverage import Coverage
    from govtrack.status.documented import Documented
    from govtrack.status.paper_answers import Answer
    from govtrack.workspace import Pattern

FORMAT = "govtrack.next/1"
MOST = 10
OF_EACH = 3
"""How many of one sort may stand before the next sort has its turn."""

OF_PAPERS = (
    "impact_review", "risk_review", "risk_treatment", "risk_acceptance", "applicability",
    "soa_review", "profile_action", "profile_review", "attestation",
)  # fmt: skip
"""What the working papers make due."""
NOT_OF_CYCLE = ("evidence_expiry", "evidence_review", "late_recording", *OF_PAPERS)

FIRST_KINDS = ("scope-statement", "ai-policy", "context-analysis", "roles-matrix")
"""What a management system begins with (ISO/IEC 42001 clauses 4 and 5)."""

_WAITING = f"""
SELECT superseded FROM evidence_supersedes JOIN evidence ON key = evidence
WHERE {freshness.STANDING} AND {freshness.STATUS} = 'draft' AND NOT {freshness.PURGED}
"""  # noqa: S608  (nothing but the SQL of freshness)

_DRAFTS = f"""
SELECT id, title, coalesce(prepared_on, recorded_on) FROM evidence
WHERE {freshness.STANDING} AND {freshness.STATUS} = 'draft' AND NOT {freshness.PURGED}
ORDER BY 3, key LIMIT {MOST}
"""  # noqa: S608

_PROPOSALS = f"""
SELECT id, title, group_concat(DISTINCT ref) FROM evidence_tag CROSS JOIN evidence ON key = evidence
WHERE ref IN (SELECT value FROM json_each(:open)) AND confirmed_on IS NULL AND declined_on IS NULL
  AND {freshness.STANDING} AND {freshness.STATUS} = 'approved' AND {freshness.FRESHNESS} <> 'stale'
  AND NOT {freshness.PURGED}
GROUP BY key ORDER BY count(DISTINCT ref) DESC, key DESC LIMIT {MOST}
"""  # noqa: S608


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
    vocabulary: Vocabulary = "iso",
) -> tuple[Step, ...]:
    """The ten steps to take on `day`, in order; fewer only where there is nothing more to do.

    Kinds of evidence are named as `vocabulary` names them.
    """
    words = Wording(catalogue.terms, vocabulary)
    found = reminders(connection, knobs, day).due
    standing = coverage(connection, catalogue, day, knobs.expiring_days)
    papers = tuple(Step("paper", *one) for one in paper_steps(connection, catalogue, day, words))
    missing = undocumented(standing.documented)
    answered = answered_by(connection, catalogue, day)
    asked = _undocumented(missing, catalogue, words, answered)
    gaps = _gaps(standing, catalogue, pattern, words, answered)
    sorts = (
        _begin(connection, catalogue, words),
        _of_cycle(found),
        _renewals(connection, found, day),
        _drafts(connection, day),
        papers,
        _proposals(connection, standing, day),
        _of_papers(found, words),
        # who begins with the AI RMF comes to the clauses' documents later
        *((gaps, asked) if pattern == "rmf-first" else (asked, gaps)),
    )
    return tuple(islice(_mixed(sorts), MOST))


def _mixed(sorts: Iterable[Iterable[Step]]) -> Iterator[Step]:
    """The first few of each sort in turn, then the next few of each; nothing twice."""
    waiting = [iter(sort) for sort in sorts]
    seen: set[str] = set()
    while waiting:
        for sort in tuple(waiting):
            turn = tuple(islice(_new(sort, seen), OF_EACH))
            yield from turn
            if len(turn) < OF_EACH:
                waiting.remove(sort)


def _new(sort: Iterator[Step], seen: set[str]) -> Iterator[Step]:
    """The steps of a sort that no other has asked for: a kind of evidence answers several."""
    for step in sort:
        asked = step.command.partition(" --supports ")[0]
        if asked not in seen or asked.endswith(" KIND"):
            seen.add(asked)
            yield step


def _begin(connection: sqlite3.Connection, catalogue: Catalogue, words: Wording) -> Iterator[Step]:
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
                refs = [tag.ref for tag in kind.tags if tag.source in {"clause", "title"}]
                why = f"a management system begins with it: {', '.join(refs)}"
                yield Step("begin", f"record: {within(words.kind(kind))}", why, _record(name, refs))


def _of_cycle(found: Iterable[Due]) -> Iterator[Step]:
    for one in found:
        if one.kind not in NOT_OF_CYCLE:
            what = f"{'overdue: ' if one.overdue else ''}{one.subject}"
            plan = f", plan to {one.plan}" if one.plan else ""
            why = f"{_days(one)}{plan}; {one.rule}, {one.source}"
            yield Step("cycle", what, why, one.settle, str(one.date))


def _of_papers(found: Iterable[Due], words: Wording) -> Iterator[Step]:
    """What the working papers ask to be assessed again, or for the first time."""
    for one in found:
        if one.kind in OF_PAPERS:
            subject = words.beginning(one.subject, one.term)
            what = f"{'overdue: ' if one.overdue else ''}{subject}"
            why = f"{_days(one)}; {one.source}"
            yield Step("assess", what, why, one.settle, str(one.date))


def _renewals(connection: sqlite3.Connection, found: Iterable[Due], day: date) -> Iterator[Step]:
    """Evidence that ends; not what a draft waits to replace, because that is to be approved."""
    waiting = {row[0] for row in connection.execute(_WAITING, freshness.parameters(day))}
    for one in found:
        if one.kind.startswith("evidence_") and one.subject.partition(" ")[0] not in waiting:
            yield Step(
                "renew", one.subject, f"{_days(one)}; {one.source}", one.settle, str(one.date)
            )


def _days(one: Due) -> str:
    if not one.days:
        return "due today"
    unit = "day" if abs(one.days) == 1 else "days"
    return f"{-one.days} {unit} overdue" if one.overdue else f"{one.days} {unit} left"


def _drafts(connection: sqlite3.Connection, day: date) -> Iterator[Step]:
    """Drafts, the oldest first: the work is done and only the approval is missing."""
    for identifier, title, since in connection.execute(_DRAFTS, freshness.parameters(day)):
        yield Step(
            "approve",
            f"have {identifier} '{title}' approved",
            f"a draft since {since}: it counts for nothing until somebody approves it",
            f"govtrack evidence approve {identifier} --by WHO --on DATE",
        )


def _undocumented(
    missing: Iterable[tuple[str | None, list[Documented]]],
    catalogue: Catalogue,
    words: Wording,
    answered: Mapping[str, Answer],
) -> Iterator[Step]:
    """What the clauses ask for in so many words, then what they only set rules for.

    Not what the register itself answers by a working paper.
    """
    for kind, found in missing:
        if kind in answered:
            continue
        refs = [one.requirement.ref for one in found]
        asks = "asks" if len(refs) == 1 else "ask"
        what = within(words.kind(catalogue.kinds[kind])) if kind else found[0].what
        why = f"{', '.join(refs)} {asks} for it, and nobody has recorded it"
        yield Step("documented_information", f"record: {what}", why, _record(kind, refs))


def _gaps(
    standing: Coverage,
    catalogue: Catalogue,
    pattern: Pattern,
    words: Wording,
    answered: Mapping[str, Answer],
) -> Iterator[Step]:
    """What nothing stands for, in the order the organisation adopts the two in.

    Not the GenAI risks: which of them concern a system at all is for its risk assessment to say.
    """
    leaves = (one for one in standing.leaves if one.requirement.framework != "genai")
    empty = [one.requirement for one in leaves if one.state == "none"]
    for kind, found in by_kind(empty, catalogue, pattern):
        refs = [one.ref for one in found]
        if kind is None:
            what = f"find evidence for {refs[0]}: {found[0].title}"
            yield Step("gap", what, "nothing is recorded for it", _record(None, refs))
        elif kind in answered:
            # the paper is here: what is missing is an artefact that stands for these
            yield Step("gap", *artefact_of(answered[kind], catalogue.kinds[kind], refs, words))
        else:
            why = f"nothing is recorded for {', '.join(refs)}"
            # what a kind supports by default is proposed when it is added, for a person to judge
            command = f"govtrack add-evidence FILE --kind {kind}"
            yield Step("gap", f"record: {within(words.kind(catalogue.kinds[kind]))}", why, command)


def _proposals(connection: sqlite3.Connection, standing: Coverage, day: date) -> Iterator[Step]:
    """Artefacts in force whose proposed requirements would close most gaps."""
    open_ = sorted(one.requirement.ref for one in standing.leaves if one.state == "proposed")
    if not open_:
        return
    given = freshness.parameters(day) | {"open": json.dumps(open_)}
    for identifier, title, refs in connection.execute(_PROPOSALS, given):
        listed = refs.split(",")
        yield Step(
            "confirm",
            f"say whether {identifier} '{title}' supports {', '.join(listed)}",
            "proposed by its kind or a crosswalk, and nothing else stands there",
            f"govtrack evidence confirm {identifier} {' '.join(map(quoted, listed))}",
        )


def _record(kind: str | None, refs: Iterable[str]) -> str:
    """The command that records evidence of a kind for some requirements."""
    supports = quoted(",".join(refs))
    return f"govtrack add-evidence FILE --kind {kind or 'KIND'} --supports {supports}"
