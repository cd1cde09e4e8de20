"""The master list of documented information (7.5), and what a clause asks for and nobody has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.catalog.documentation import documentation
from govtrack.status import freshness, standing
from govtrack.status.documentation import Tested, Told
from govtrack.status.documented import documented
from govtrack.status.gaps import gaps
from govtrack.status.working_papers import IN_USE, working_papers

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.catalog.documentation import Need
    from govtrack.status.documented import Documented

FORMAT = "govtrack.documents/1"
EVIDENCE = "evidence"
"""The sort of what is no working paper."""
ATTESTATION = "attestation"
"""The sort of working paper that events end."""

OVERDUE = "review overdue"
"""What is said instead of the status of what is approved or in use and was not reviewed in time."""

# references and ids hold no comma, so a list is one text
_EVIDENCE = f"""
SELECT id, title, kind, version, {freshness.STATUS}, prepared_by, prepared_on,
  CASE WHEN approved_on <= :day THEN approved_by END,
  CASE WHEN approved_on <= :day THEN approved_on END,
  valid_until, review_due, period_start, period_end, source, classification, retention, why,
  recorded_on,
  (SELECT group_concat(system) FROM evidence_system WHERE evidence = key),
  (SELECT group_concat(superseded) FROM evidence_supersedes WHERE evidence = key),
  (SELECT group_concat(sha256) FROM evidence_file WHERE evidence = key),
  (SELECT group_concat(DISTINCT ref) FROM evidence_tag
    WHERE evidence = key AND confirmed_on IS NOT NULL)
FROM evidence WHERE {freshness.STANDING} AND {standing.ABOUT} ORDER BY key
"""  # noqa: S608  (nothing but the SQL of this folder)


class Listed(NamedTuple):
    """A row: what it is, its sort (evidence, or that of a working paper), what is missing.

    `term` is the term of the vocabulary that says its type, where there is one. `clauses` ask for
    such a paper, and `events` end a declaration that is within its period (the number of them).
    """

    one: Told
    sort: str
    type: str
    missing: tuple[Need, ...]
    term: str | None = None
    clauses: tuple[str, ...] = ()
    events: int = 0

    @property
    def next_review(self) -> str | None:
        """The earlier of the last day of validity and the day of the next review."""
        return min(
            (end for end in (self.one.valid_until, self.one.review_due) if end), default=None
        )

    def standing(self, day: str, see: str = "") -> str:
        """Its status on the day in words: `review overdue` where nothing else is wrong with it.

        Of a declaration with what ends it: how many events, and after `see` where they stand.
        """
        holds = self.one.status in {"approved", IN_USE}
        status = OVERDUE if holds and (self.next_review or day) < day else self.one.status
        if not self.events:
            return status
        end = "1 event ends it" if self.events == 1 else f"{self.events} events end it"
        return f"{status}; {end}, see {see}" if see else f"{status}; {end}"

    @property
    def kept_for(self) -> tuple[str, ...]:
        """The clauses that it answers: none where it is a draft, superseded or withdrawn."""
        return () if self.one.ended or self.one.status == "draft" else self.clauses

    @property
    def owner(self) -> str | None:
        """Who answers for it, as far as the record says: its preparer, else who approved it."""
        return self.one.prepared_by or self.one.approved_by

    @property
    def fails(self) -> bool:
        """Something is missing that can still be mended."""
        return bool(self.missing) and not self.one.ended


class Asked(NamedTuple):
    """Documented information that a clause asks for and no evidence gives, whole or in part.

    `papers` are working papers in force that the clause asks for too.
    """

    found: Documented
    papers: tuple[str, ...]

    @property
    def fails(self) -> bool:
        """The clause asks in so many words, and neither evidence nor a paper is there."""
        return self.found.explicit and not (self.found.recorded or self.papers)


class MasterList(NamedTuple):
    """Every document and record on a day, evidence first, and the clauses without."""

    day: str
    rows: tuple[Listed, ...]
    asked: tuple[Asked, ...]

    @property
    def passed(self) -> bool:
        """Nothing that can be mended is missing, and no clause goes without."""
        failing = self.failing()
        return not (failing.rows or failing.asked)

    def failing(self) -> MasterList:
        """Only what fails."""
        return self._replace(
            rows=tuple(one for one in self.rows if one.fails),
            asked=tuple(one for one in self.asked if one.fails),
        )


def master_list(
    connection: sqlite3.Connection, catalogue: Catalogue, day: date, *, system: str | None = None
) -> MasterList:
    """The list on `day`; with `system` (an id) what is about it or about none in particular."""
    given = standing.given(day, freshness.SOON_DAYS, system)
    asked = documentation(catalogue)
    tested = Tested(asked, catalogue)
    papers = list(paper_rows(connection, catalogue, day, (system,) if system else ()))
    rows = [
        Listed(one, EVIDENCE, _type(one, catalogue), tested.lacking(one))
        for one in _evidence(connection, catalogue, given)
    ]
    asking = [one for one in catalogue.requirements.values() if one.documented_information]
    open_ = gaps(connection, [one.ref for one in asking], day, system=system)
    states = ((one, open_.get(one.ref, "covered")) for one in asking)
    by_clause = _by_clause(papers)
    return MasterList(
        day.isoformat(),
        (*rows, *papers),
        tuple(
            Asked(one, by_clause.get(one.requirement.ref, ()))
            for one in documented(connection, catalogue, states, given)
            if one.missing or not one.recorded
        ),
    )


def paper_rows(
    connection: sqlite3.Connection, catalogue: Catalogue, day: date, systems: tuple[str, ...] = ()
) -> Iterator[Listed]:
    """The working papers' part of the list."""
    asked = documentation(catalogue)
    tested = Tested(asked, catalogue)
    found = working_papers(connection, catalogue, asked.papers.values(), day, systems)
    for paper, one in found:
        missing = tested.lacking(one, (asked.needs[name] for name in paper.needs))
        declared = paper.id == ATTESTATION and one.status == "approved"
        events = _events(connection, catalogue, day, one.id) if declared else 0
        yield Listed(one, paper.id, paper.title, missing, paper.term, paper.clauses, events)


def _events(connection: sqlite3.Connection, catalogue: Catalogue, day: date, id_: str) -> int:
    """How many events that end a declaration have occurred by the day."""
    from govtrack.status import attestation  # noqa: PLC0415  (only where there is a declaration)

    return len(attestation.ending(connection, catalogue, day, id_))


def as_json(
    found: MasterList, system: str | None, recorded_by: date | None, *, only_missing: bool
) -> dict[str, Any]:
    """The list as the `govtrack.documents/1` document."""
    return {
        "format": FORMAT,
        "as_of": found.day,
        "recorded_by": recorded_by and recorded_by.isoformat(),
        "system": system,
        "only_missing": only_missing,
        "passed": found.passed,
        "documents": [_row(one) for one in found.rows],
        "clauses": [
            {
                "ref": one.found.requirement.ref,
                "what": one.found.what,
                "strength": "explicit" if one.found.explicit else "rules",
                "state": one.found.state,
                "recorded": one.found.recorded,
                "missing_kinds": list(one.found.missing),
                "papers": list(one.papers),
            }
            for one in found.asked
        ],
    }


def _row(row: Listed) -> dict[str, Any]:
    one = row.one
    return {
        "id": one.id,
        "title": one.title,
        "sort": row.sort,
        "kind": one.kind,
        "form": one.form,
        "version": one.version,
        "status": one.status,
        "owner": row.owner,
        "prepared_by": one.prepared_by,
        "prepared_on": one.prepared_on,
        "approved_by": one.approved_by,
        "approved_on": one.approved_on,
        "next_review": row.next_review,
        "classification": one.classification,
        "retention": one.retention,
        "origin": one.source,
        "missing": [{"id": need.id, "words": need.missing} for need in row.missing],
    }


def _evidence(
    connection: sqlite3.Connection, catalogue: Catalogue, given: dict[str, Any]
) -> Iterator[Told]:
    forms = {kind.id: kind.form for kind in catalogue.kinds.values()}
    cursor = connection.cursor()
    cursor.row_factory = None
    for row in cursor.execute(_EVIDENCE, given):
        id_, title, kind, *rest = row[:18]
        lists = (tuple(text.split(",")) if text else () for text in row[18:])
        yield Told(id_, title, kind, forms.get(kind, "record"), *rest, *lists)


def _type(one: Told, catalogue: Catalogue) -> str:
    kind = catalogue.kinds.get(one.kind or "")
    return kind.title if kind else str(one.kind)


def _by_clause(papers: Iterable[Listed]) -> dict[str, tuple[str, ...]]:
    """The ids of the working papers not superseded or withdrawn, by the clause that asks."""
    found: dict[str, tuple[str, ...]] = {}
    for one in papers:
        for ref in one.kept_for:
            found[ref] = (*found.get(ref, ()), one.one.id)
    return found
