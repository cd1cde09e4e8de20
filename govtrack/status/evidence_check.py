"""Artefacts tested against clause 7.5, the eleven facts, the Playbook's questions; what is weak."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.catalog.documentation import documentation
from govtrack.status import weak_evidence
from govtrack.status.documentation import Tested, mending, told
from govtrack.status.evidence import documents
from govtrack.status.findings import quoted

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.catalog.documentation import CriterionSet, Need
    from govtrack.status.documentation import Told, Verdict
    from govtrack.status.evidence import Filter
    from govtrack.status.weak_evidence import Flag

FORMAT = "govtrack.evidence-check/1"


class Checked(NamedTuple):
    """An artefact with the verdict on each criterion asked of it; `missing` are required needs.

    `suggested` are the questions of the Playbook that its record leaves open.
    """

    one: Told
    verdicts: tuple[Verdict, ...]
    missing: tuple[Need, ...]
    suggested: tuple[Verdict, ...]
    weak: tuple[Flag, ...]

    def passed(self, *, strict: bool = False) -> bool:
        """Nothing required is missing; `strict`: nor suggested, and nothing is weak."""
        return not (self.missing or (strict and (self.suggested or self.weak)))


class Checks(NamedTuple):
    """The artefacts asked for, and the sets of criteria they were tested against."""

    sets: tuple[CriterionSet, ...]
    found: tuple[Checked, ...]


def checks(
    connection: sqlite3.Connection, catalogue: Catalogue, wanted: Filter, day: date
) -> Checks:
    """Each matching artefact on `day`, in the order of ids."""
    asked = documentation(catalogue)
    tested = Tested(asked, catalogue)
    required = {one.id for one in asked.sets if one.required}
    bursts = weak_evidence.bursts(connection, asked.weak, day)
    found = []
    for document in documents(connection, wanted, day):
        kind = catalogue.kinds.get(document["kind"])
        one = told(document, kind.form if kind else "record", day.isoformat())
        verdicts = tested.verdicts(one)
        found.append(
            Checked(
                one,
                verdicts,
                tested.lacking(one),
                tuple(
                    verdict
                    for verdict in verdicts
                    if verdict.outcome == "missing" and verdict.criterion.set not in required
                ),
                weak_evidence.flags(document, asked.weak, bursts),
            )
        )
    return Checks(asked.sets, tuple(found))


def as_json(asked: Checks, day: date, recorded_by: date | None, *, strict: bool) -> dict[str, Any]:
    """The checks as the `govtrack.evidence-check/1` document."""
    return {
        "format": FORMAT,
        "as_of": day.isoformat(),
        "recorded_by": recorded_by and recorded_by.isoformat(),
        "strict": strict,
        "passed": all(one.passed(strict=strict) for one in asked.found),
        "sets": [one._asdict() for one in asked.sets],
        "evidence": [_checked(one, strict=strict) for one in asked.found],
    }


def _checked(checked: Checked, *, strict: bool) -> dict[str, Any]:
    one = checked.one
    return {
        "id": one.id,
        "title": one.title,
        "kind": one.kind,
        "version": one.version,
        "status": one.status,
        "passed": checked.passed(strict=strict),
        "missing": _needs(checked.missing),
        "mend": list(mending(one, checked.missing)),
        "criteria": [_verdict(one, verdict) for verdict in checked.verdicts],
        "weak": [flag._asdict() for flag in checked.weak],
    }


def _verdict(one: Told, verdict: Verdict) -> dict[str, Any]:
    criterion = verdict.criterion
    return {
        "set": criterion.set,
        "id": criterion.id,
        "number": criterion.number,
        "source": criterion.source,
        "title": criterion.title,
        "outcome": verdict.outcome,
        "missing": _needs(verdict.missing),
        "confirmed_for": list(verdict.on),
        "waiting": list(verdict.waiting),
        "not_told": criterion.untold,
        "mend": list(mending(one, verdict.missing)) + waiting(one, verdict),
    }


def waiting(one: Told, verdict: Verdict) -> list[str]:
    """The command that confirms a requirement on whose word a question would be answered."""
    if not verdict.waiting:
        return []
    refs = " ".join(map(quoted, verdict.waiting))
    return [f"govtrack evidence confirm {one.id} {refs}"]


def _needs(needs: Iterable[Need]) -> list[dict[str, str]]:
    return [{"id": need.id, "words": need.missing} for need in needs]
