"""What the tests of a Statement of Applicability look at: its rows, and what stands beside them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from govtrack.status import freshness, soa, soa_diff, standing
from govtrack.status.soa_behind import named_in

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.soa import Control, Decision, Statement
    from govtrack.status.soa_behind import Proof

_NAMED = re.compile(r"(?:soa|statement of applicability)\D{0,20}([0-9]+)", re.IGNORECASE)

_REASONS = f"""
SELECT one.value, CASE substr(one.value, 1, 2)
  WHEN 'R-' THEN (SELECT coalesce(CASE WHEN closed_on <= :day THEN 'closed on ' || closed_on END,
      CASE WHEN identified_on > :day THEN 'not identified before ' || identified_on END, '')
    FROM risk WHERE id = one.value)
  WHEN 'EV' THEN (SELECT CASE WHEN {standing.STATE} < 2 AND {freshness.STANDING} THEN ''
      ELSE 'not in force' END FROM evidence WHERE id = one.value)
END FROM json_each(:ids) AS one
"""  # noqa: S608  (nothing but the SQL of this folder)

_MODIFYING = """
SELECT risk.id, title, slug, position, EXISTS (SELECT 1 FROM risk_control
    WHERE risk_control.risk = risk_treatment.risk AND treatment = position)
FROM risk_treatment JOIN risk ON risk.key = risk LEFT JOIN ai_system ON ai_system.id = system
WHERE option = 'modify' AND decided_on <= :day AND (closed_on IS NULL OR closed_on > :day)
ORDER BY risk.key, position
"""

# evidence about no system in particular holds for all; a system with a decision of its own is
# tested by that one
_SOME_SYSTEMS = f"""
WITH standing AS MATERIALIZED (
  SELECT key, id FROM evidence WHERE {freshness.STANDING} AND {standing.STATE} < 2),
asked AS MATERIALIZED (
  SELECT key AS place, json_extract(value, '$[0]') AS control, json_extract(value, '$[1]') AS named,
    json_extract(value, '$[2]') AS decided FROM json_each(:implemented)),
found AS (
  SELECT control, standing.key FROM asked JOIN evidence_tag ON ref = control
  JOIN standing ON standing.key = evidence
  WHERE confirmed_on IS NOT NULL AND declined_on IS NULL
  UNION
  SELECT control, standing.key
  FROM asked, json_each(named) AS one JOIN standing ON standing.id = one.value),
about AS MATERIALIZED (
  SELECT DISTINCT control, system FROM found LEFT JOIN evidence_system ON evidence = found.key)
SELECT control, slug, (
    SELECT group_concat(slug, ', ') FROM (
      SELECT slug FROM about JOIN ai_system ON id = system
      WHERE about.control = asked.control ORDER BY key))
FROM asked CROSS JOIN ai_system
WHERE coalesce(in_scope_from, '') <= :day AND coalesce(in_scope_to, '9999') >= :day
  AND control IN (SELECT control FROM about)
  AND control NOT IN (SELECT control FROM about WHERE system IS NULL)
  AND (control, id) NOT IN (SELECT control, system FROM about)
  AND id NOT IN (SELECT value FROM json_each(decided))
ORDER BY place, key
"""  # noqa: S608  (nothing but the SQL of this folder)

_CERTIFICATE = """
SELECT decided_on, number, scope, reference
FROM certification_decision WHERE decided_on <= ? AND decision IN ('grant', 'renew', 'extend',
  'reduce', 'transfer') ORDER BY decided_on DESC, key DESC LIMIT 1
"""

_OUT_OF_SCOPE = "SELECT id, in_scope_to FROM ai_system WHERE in_scope_to < ?"


class Row(NamedTuple):
    """A decision to test with its evidence; for a system where it is a difference."""

    control: Control
    decision: Decision
    proof: Proof


class Treatment(NamedTuple):
    """A treatment that modifies a risk, and whether it names a control."""

    risk: str
    title: str
    slug: str | None
    number: int
    controlled: bool


class Certificate(NamedTuple):
    """The body's decision that the certificate rests on, and the version it stands on.

    `says` is where the version comes from: the certificate's own words, or the day.
    """

    decided_on: str
    number: str | None
    version: int | None
    says: str


class Asked(NamedTuple):
    """All that the tests look at.

    `some_systems` are, by control, the systems without evidence and, in words, those with.
    """

    day: str
    statement: Statement
    rows: tuple[Row, ...]
    reasons: Mapping[str, str | None]
    treatments: tuple[Treatment, ...]
    some_systems: Mapping[str, tuple[tuple[str, ...], str]]
    certificate: Certificate | None
    out_of_scope: Mapping[str, str]
    changes: tuple[soa_diff.Changed, ...]
    forms: Mapping[str, str]
    wanted: Mapping[str, frozenset[str]]


def asked(connection: sqlite3.Connection, catalogue: Catalogue, day: date) -> Asked:
    """What the tests look at on the day."""
    found = soa.statement(connection, catalogue, day)
    text = day.isoformat()
    rows = tuple(_rows(found))
    named = [what for one in rows for _, what in one.decision.because]
    given = freshness.parameters(day) | {"ids": json.dumps(named)}
    wanted: dict[str, set[str]] = {}
    for kind in catalogue.kinds.values():
        for tag in kind.tags:
            wanted.setdefault(tag.ref, set()).add(kind.form)
    return Asked(
        text,
        found,
        rows,
        dict(connection.execute(_REASONS, given).fetchall()),
        tuple(Treatment._make(one) for one in connection.execute(_MODIFYING, {"day": text})),
        _some_systems(connection, day, found.controls),
        _certificate(connection, found),
        dict(connection.execute(_OUT_OF_SCOPE, [text]).fetchall()),
        soa_diff.compare(connection, day).changes if found.latest else (),
        {kind.id: kind.form for kind in catalogue.kinds.values()},
        {ref: frozenset(forms) for ref, forms in wanted.items()},
    )


def _rows(found: Statement) -> Iterator[Row]:
    for one in found.controls:
        if one.decision:
            yield Row(one, one.decision, one.evidence)
        for differing in one.differences:
            yield Row(one, differing.decision, differing.evidence)


def _some_systems(
    connection: sqlite3.Connection, day: date, controls: Iterable[Control]
) -> dict[str, tuple[tuple[str, ...], str]]:
    """Of what is implemented for the whole AIMS: systems without evidence where others have it."""
    implemented = [
        [
            one.control,
            named_in(one.decision.how),
            [other.decision.system for other in one.differences],
        ]
        for one in controls
        if one.decision and one.decision.applicable and one.decision.status == "implemented"
    ]
    given = freshness.parameters(day) | {"implemented": json.dumps(implemented)}
    found: dict[str, tuple[tuple[str, ...], str]] = {}
    for control, slug, others in connection.execute(_SOME_SYSTEMS, given):
        found[control] = (*found.get(control, ((), ""))[0], slug), others
    return found


def _certificate(connection: sqlite3.Connection, found: Statement) -> Certificate | None:
    row = connection.execute(_CERTIFICATE, [found.day]).fetchone()
    if row is None:
        return None
    decided_on, number, *texts = row
    for text in filter(None, texts):
        if named := _NAMED.search(text):
            return Certificate(decided_on, number, int(named[1]), f"names it: '{text}'")
    earlier = [one.version for one in found.versions if one.approved_on <= decided_on]
    version = earlier[-1] if earlier else None
    return Certificate(decided_on, number, version, "names none: the one approved by that day")
