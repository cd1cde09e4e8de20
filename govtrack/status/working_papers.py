"""The working papers of the register as documented information: versions, approvals, reviews.

Each sort is read by one statement that gives the columns of `Told` in their order.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

from govtrack.cycle.knobs import Knobs
from govtrack.status.documentation import Told

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.catalog.documentation import Paper

IN_USE = "in use"
"""Status of what is kept from day to day rather than approved version by version."""

_ABOUT = "(:systems IS NULL OR {0} IS NULL OR {0} IN (SELECT value FROM json_each(:systems)))"

_CRITERIA = """
SELECT id, title, version, CASE WHEN EXISTS (
    SELECT 1 FROM risk_criteria AS later WHERE later.in_force_from <= :day
      AND later.version > this.version)
  THEN 'superseded' ELSE 'approved' END,
  NULL, NULL, decided_by, in_force_from, NULL, NULL, recorded_on
FROM risk_criteria AS this WHERE in_force_from <= :day ORDER BY key
"""

_RISKS = f"""
WITH here AS MATERIALIZED (
  SELECT key, owner, identified_on, closed_on, recorded_on FROM risk
  WHERE identified_on <= :day AND {_ABOUT.format("system")}),
latest AS (
  SELECT assessed_on, assessed_by, next_review, closed_on, row_number() OVER (
    PARTITION BY risk ORDER BY assessed_on DESC, position DESC) AS place
  FROM risk_assessment JOIN here ON key = risk WHERE assessed_on <= :day)
SELECT 'risk register', count(*) || ' risks', NULL, '{IN_USE}',
  (SELECT replace(group_concat(DISTINCT assessed_by), ',', ', ') FROM latest WHERE place = 1),
  (SELECT max(assessed_on) FROM latest WHERE place = 1),
  NULL, NULL, NULL,
  (SELECT min(next_review) FROM latest
    WHERE place = 1 AND (closed_on IS NULL OR closed_on > :day)),
  min(recorded_on)
FROM here HAVING count(*)
"""  # noqa: S608  (nothing but the SQL of this module)

_IMPACTS = f"""
SELECT impact_assessment.id, 'AI system impact assessment, ' || coalesce(name, slug), NULL, CASE
    WHEN approved_on IS NULL OR approved_on > :day THEN 'draft'
    WHEN EXISTS (
      SELECT 1 FROM impact_assessment AS later WHERE later.system = impact_assessment.system
        AND (later.assessed_on, later.key) > (impact_assessment.assessed_on, impact_assessment.key)
        AND later.assessed_on <= :day AND later.approved_on <= :day) THEN 'superseded'
    ELSE 'approved' END,
  assessed_by, assessed_on,
  CASE WHEN approved_on <= :day THEN approved_by END,
  CASE WHEN approved_on <= :day THEN approved_on END,
  NULL, next_review, impact_assessment.recorded_on
FROM impact_assessment JOIN ai_system ON ai_system.id = impact_assessment.system
WHERE assessed_on <= :day AND {_ABOUT.format("impact_assessment.system")}
ORDER BY impact_assessment.key
"""  # noqa: S608

_STATEMENTS = """
SELECT id, 'Statement of Applicability, version ' || version, version, CASE WHEN EXISTS (
    SELECT 1 FROM soa AS later WHERE later.approved_on <= :day AND later.version > soa.version)
  THEN 'superseded' ELSE 'approved' END,
  (SELECT replace(group_concat(DISTINCT decided_by), ',', ', ')
    FROM soa_row JOIN applicability ON applicability.id = decision WHERE soa = soa.key),
  NULL, approved_by, approved_on, NULL, NULL, recorded_on
FROM soa WHERE approved_on <= :day ORDER BY key
"""

_PROFILES = f"""
SELECT id, title, NULL, '{IN_USE}', assessors,
  (SELECT max(set_on) FROM profile_row WHERE profile = profile.id AND set_on <= :day),
  NULL, NULL, NULL, review_due, recorded_on
FROM profile WHERE {_ABOUT.format("system")} AND (recorded_on <= :day OR EXISTS (
  SELECT 1 FROM profile_row WHERE profile = profile.id AND set_on <= :day))
ORDER BY key
"""  # noqa: S608

_ATTESTATIONS = f"""
SELECT attestation.id,
  'AI RMF self-attestation as of ' || as_of || ': ' || attestation.scope, NULL,
  CASE WHEN withdrawn_on <= :day THEN 'withdrawn'
    WHEN valid_until < :day THEN 'expired' ELSE 'approved' END,
  NULL, NULL, signatory, signed_on, valid_until, NULL, attestation.recorded_on
FROM attestation JOIN profile ON profile.id = attestation.profile
WHERE signed_on <= :day AND {_ABOUT.format("profile.system")} ORDER BY attestation.key
"""  # noqa: S608

_SORTS = {
    "risk-criteria": _CRITERIA,
    "risk-register": _RISKS,
    "impact-assessment": _IMPACTS,
    "soa": _STATEMENTS,
    "profile": _PROFILES,
    "attestation": _ATTESTATIONS,
}


def working_papers(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    papers: Iterable[Paper],
    day: date,
    systems: tuple[str, ...] = (),
) -> list[tuple[Paper, Told]]:
    """Every version of every working paper there was by `day`, with its sort.

    With `systems` (ids) only those about them, or about none in particular.
    """
    given = {"day": day.isoformat(), "systems": json.dumps(systems) if systems else None}
    months = _months(catalogue)
    found = []
    for paper in papers:
        kind = catalogue.kinds.get(paper.kind or "")
        for row in connection.execute(_SORTS[paper.id], given):
            id_, title, version, status, by, on, approved_by, approved_on, until, due, since = row
            if paper.id in months:
                due = reviewed_by(approved_on, months[paper.id])
            one = Told(
                id_, title, paper.kind, paper.form, version, status,
                prepared_by=by, prepared_on=on, approved_by=approved_by, approved_on=approved_on,
                valid_until=until, review_due=due, recorded_on=since,
                source="this register", retention=kind.retention if kind else None,
            )  # fmt: skip
            found.append((paper, one))
    return found


def _months(catalogue: Catalogue) -> dict[str, int]:
    """After how many months what has no day of review of its own is looked at again, by its sort.

    A convention: criteria as the method that holds them, the statement as the knobs say.
    """
    method = catalogue.kinds.get("risk-method")
    return {
        "risk-criteria": (method and method.interval_months) or 0,
        "soa": Knobs.from_mapping(catalogue.knobs).soa_review_months,
    }


def reviewed_by(approved_on: str, months: int) -> str | None:
    """The day by which what was approved is looked at again; None where none is set."""
    from govtrack.cycle.recurrence import months_from  # noqa: PLC0415

    if not months:
        return None
    return months_from(date.fromisoformat(approved_on), months).isoformat()
