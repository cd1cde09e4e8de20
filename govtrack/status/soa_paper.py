"""All that the document says: the statement, what differs from the version before, the tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.cycle.knobs import Knobs
from govtrack.status import soa, soa_check, soa_diff
from govtrack.status.working_papers import reviewed_by

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.findings import Finding
    from govtrack.status.soa import Control, Statement
    from govtrack.status.soa_check import Test
    from govtrack.status.soa_diff import Comparison

OWN = "Additional controls"
"""The heading of the controls outside Annex A."""


class Group(NamedTuple):
    """The controls under one heading: a block of Annex A, or one's own."""

    ref: str | None
    title: str
    controls: tuple[Control, ...]


class Paper(NamedTuple):
    """The document 09; `comparison` is None where there is no version to compare with.

    `review_due` is the day by which the version approved last is looked at again, by the knob
    `soa_review_months`.
    """

    statement: Statement
    groups: tuple[Group, ...]
    comparison: Comparison | None
    tests: tuple[Test, ...]
    review_due: str | None = None

    @property
    def review(self) -> str | None:
        """The next review in words: its day, and `overdue` where that is past."""
        found = self.statement
        if found.latest is None:
            return None
        if found.version and found.version != found.latest:
            return f"none: version {found.latest.version} replaces this one"
        if self.review_due is None:
            return "none set"
        return self.review_due + (", overdue" if self.review_due < str(found.day) else "")

    @property
    def approved(self) -> bool:
        """Whether it is an approved version, or says what the latest one says."""
        found, compared = self.statement, self.comparison
        return bool(found.version or (found.latest and compared and not compared.changes))

    @property
    def state(self) -> str:
        """In a sentence: which version it is, or how far it is from the one approved last."""
        found = self.statement
        if one := found.version or (found.latest if self.approved else None):
            same = "" if found.version else "what holds does not differ from "
            return f"APPROVED: {same}version {one.version}, by {one.approved_by}, {one.approved_on}"
        if found.latest is None or self.comparison is None:
            return "NOT APPROVED: no version is approved"
        rows = len({(one.control, one.system) for one in self.comparison.changes})
        differing = "1 decision differs" if rows == 1 else f"{rows} decisions differ"
        return f"NOT APPROVED: {differing} from version {found.latest.version}"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that the tests found."""
        return tuple(finding for one in self.tests for finding in one.findings)


def paper(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    day: date,
    system: str | None = None,
    version: int | None = None,
) -> Paper:
    """The statement on the day (or of a version), compared with the version before it.

    What holds without a version is compared with the latest one. The tests are those of the day.
    """
    found = soa.statement(connection, catalogue, day, system, version)
    months = Knobs.from_mapping(catalogue.knobs).soa_review_months
    return Paper(
        found,
        tuple(_groups(found.controls, catalogue)),
        _comparison(connection, found, day),
        soa_check.tests(connection, catalogue, day),
        reviewed_by(found.latest.approved_on, months) if found.latest else None,
    )


def _comparison(connection: sqlite3.Connection, found: Statement, day: date) -> Comparison | None:
    if found.version is None:
        return soa_diff.compare(connection, day) if found.latest else None
    earlier = [one.version for one in found.versions if one.version < found.version.version]
    if not earlier:
        return None
    return soa_diff.compare(connection, day, earlier[-1], found.version.version)


def _groups(controls: Iterable[Control], catalogue: Catalogue) -> Iterator[Group]:
    groups: dict[str | None, list[Control]] = {}
    for one in controls:
        block = None if one.additional else catalogue.above(one.control)[-1].ref
        groups.setdefault(block, []).append(one)
    for ref, members in groups.items():
        title = catalogue.requirements[ref].title if ref else OWN
        yield Group(ref, title, tuple(members))
