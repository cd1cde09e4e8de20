"""What stands behind a control: AI RMF activities as inputs, evidence in force, risks it treats."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from govtrack.status import freshness, risk_rows, standing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue

SHOWN = 5
"""How many pieces of evidence are named for a control; all are counted."""

_ID = r"\bEV-[0-9]{4}-[0-9]{1,7}\b"

# confirmed for the control, or named by id in how it is implemented: the only way for a control of
# one's own, which no tag can name
_EVIDENCE = f"""
WITH standing AS MATERIALIZED (
  SELECT key, id, kind, coalesce(prepared_on, approved_on) AS dated FROM evidence
  WHERE {freshness.STANDING} AND {standing.STATE} < 2),
asked AS MATERIALIZED (
  SELECT key AS place, json_extract(value, '$[0]') AS ref, json_extract(value, '$[1]') AS system,
    json_extract(value, '$[2]') AS named, json_extract(value, '$[3]') AS own
  FROM json_each(:asked)),
found AS (
  SELECT place, standing.key, standing.id, kind, dated
  FROM asked JOIN evidence_tag ON evidence_tag.ref = asked.ref
  JOIN standing ON standing.key = evidence
  WHERE confirmed_on IS NOT NULL AND declined_on IS NULL AND (asked.system IS NULL
    OR evidence IN (SELECT evidence FROM evidence_system WHERE system = asked.system)
    OR evidence NOT IN (SELECT evidence FROM evidence_system))
  UNION
  SELECT place, standing.key, standing.id, kind, dated
  FROM asked, json_each(asked.named) AS one JOIN standing ON standing.id = one.value
  WHERE own OR standing.key IN (SELECT evidence FROM evidence_system WHERE system = asked.system)
    OR standing.key NOT IN (SELECT evidence FROM evidence_system)),
ranked AS (
  SELECT *, row_number() OVER (PARTITION BY place ORDER BY dated DESC, key DESC) AS rank FROM found)
SELECT place, kind, count(*), max(dated),
  json_group_array(json_array(rank, id, json((
    SELECT json_group_array(slug) FROM (SELECT slug FROM evidence_system
      JOIN ai_system ON ai_system.id = system WHERE evidence = ranked.key ORDER BY ai_system.key)
  )))) FILTER (WHERE rank <= {SHOWN})
FROM ranked GROUP BY place, kind
"""  # noqa: S608  (nothing but the SQL of this folder)

_RISKS = """
SELECT control, risk.id, title, risk.system, option, what, done_on, due, residual_level, (
    SELECT group_concat(id) FROM (
      SELECT id FROM impact_risk JOIN impact_assessment ON key = impact
      WHERE impact_risk.risk = risk.id AND assessed_on <= :day ORDER BY key))
FROM risk_control JOIN risk_treatment
  ON risk_treatment.risk = risk_control.risk AND position = risk_control.treatment
JOIN risk ON risk.key = risk_control.risk
WHERE decided_on <= :day AND identified_on <= :day AND (closed_on IS NULL OR closed_on > :day)
  AND (:system IS NULL OR risk.system IS NULL OR risk.system = :system)
ORDER BY control, risk.key, position
"""


class Input(NamedTuple):
    """AI RMF activities that a crosswalk names for `named`: the control, or the block above it."""

    source: str
    display: str
    named: str
    refs: tuple[str, ...]


class Proof(NamedTuple):
    """Evidence in force for a control: the newest ids, how many in all, newest date, kinds.

    `systems` are slugs, beside each of `ids`: the systems it is about, none where it is about no
    system in particular.
    """

    ids: tuple[str, ...]
    total: int
    newest: str | None
    kinds: tuple[str, ...]
    systems: tuple[tuple[str, ...], ...]

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """Each id with the systems it is about, in words."""
        return tuple(
            (one, ", ".join(slugs)) for one, slugs in zip(self.ids, self.systems, strict=True)
        )

    def line(self) -> str:
        """`EV-2025-0018 (visit-forecast), EV-2025-0003 and 2 more`."""
        more = f" and {self.total - len(self.ids)} more" if self.total > len(self.ids) else ""
        return ", ".join(f"{one} ({about})" if about else one for one, about in self.named) + more


class Treated(NamedTuple):
    """A risk that the control treats.

    `accepted` is by whom, on which day, at which level: none where that does not hold of the risk
    as it stands. `acceptance` says so in words, whichever it is.
    """

    id: str
    title: str
    system: str | None
    option: str
    what: str
    done_on: str | None
    due: str | None
    residual: str | None
    accepted: tuple[str, str, str] | None
    acceptance: str
    impacts: tuple[str, ...]
    slug: str | None

    def overdue(self, day: str) -> bool:
        """Whether the treatment is past its day on `day`."""
        return self.done_on is None and self.due is not None and self.due < day


class Behind(NamedTuple):
    """By control: inputs, evidence (by control and system) and risks."""

    inputs: Mapping[str, tuple[Input, ...]]
    evidence: Mapping[tuple[str, str | None], Proof]
    risks: Mapping[str, tuple[Treated, ...]]


NO_PROOF = Proof((), 0, None, (), ())


def behind(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    day: date,
    system: str | None,
    controls: tuple[str, ...],
    how: Mapping[tuple[str, str | None], str | None],
) -> Behind:
    """What stands behind each of `controls` on the day; `how` says how each is implemented.

    Evidence is asked for the AIMS (or for `system`), and for each system that `how` knows.
    """
    asked = dict.fromkeys((ref, system) for ref in controls)
    asked |= dict.fromkeys(how)
    return Behind(
        inputs(catalogue, controls),
        _evidence(connection, day, tuple(asked), how),
        _risks(connection, day, system),
    )


def inputs(catalogue: Catalogue, controls: Iterable[str]) -> dict[str, tuple[Input, ...]]:
    """The AI RMF activities each crosswalk names for a control or a block above it.

    The sources stand side by side and are never merged; a row without an activity says nothing.
    """
    by_iso: dict[str, list[Input]] = {}
    for walk in catalogue.crosswalks.values():
        named: dict[str, dict[str, None]] = {}
        for row in walk.rows:
            if row.rmf is not None and row.iso.startswith("A."):
                named.setdefault(row.iso, {})[row.rmf] = None
        for iso, refs in named.items():
            by_iso.setdefault(iso, []).append(Input(walk.id, walk.display, iso, tuple(refs)))
    found = {}
    for ref in controls:
        above = [one.ref for one in catalogue.above(ref)] if ref in catalogue.requirements else []
        found[ref] = tuple(one for name in (ref, *above) for one in by_iso.get(name, ()))
    return found


def _evidence(
    connection: sqlite3.Connection,
    day: date,
    asked: tuple[tuple[str, str | None], ...],
    how: Mapping[tuple[str, str | None], str | None],
) -> dict[tuple[str, str | None], Proof]:
    said = []
    for ref, system in asked:
        # what the AIMS says of how a control is implemented holds for each system that says
        # nothing, save what is about other systems
        own = how.get((ref, system))
        said.append([ref, system, named_in(own or how.get((ref, None))), bool(own) or not system])
    rows = connection.execute(_EVIDENCE, freshness.parameters(day) | {"asked": json.dumps(said)})
    kinds: dict[int, list[tuple[str, int, str, list[tuple[int, str, list[str]]]]]] = {}
    for place, kind, count, newest, ranked in rows:
        kinds.setdefault(place, []).append((kind, count, newest, json.loads(ranked)))
    found = {}
    for place, of_kinds in kinds.items():
        ranked = sorted(one for _, _, _, some in of_kinds for one in some)
        found[asked[place]] = Proof(
            tuple(identifier for _, identifier, _ in ranked),
            sum(count for _, count, _, _ in of_kinds),
            max(newest for _, _, newest, _ in of_kinds),
            tuple(sorted(kind for kind, _, _, _ in of_kinds)),
            tuple(tuple(slugs) for _, _, slugs in ranked),
        )
    return found


def named_in(how: str | None) -> list[str]:
    """The ids of evidence in a text, as the register writes them."""
    found = []
    for one in re.findall(_ID, how or "", re.IGNORECASE):
        code, year, number = one.upper().split("-")
        found.append(f"{code}-{year}-{int(number):04d}")
    return found


def _risks(
    connection: sqlite3.Connection, day: date, system: str | None
) -> dict[str, tuple[Treated, ...]]:
    given = {"day": day.isoformat(), "system": system}
    rows = connection.execute(_RISKS, given).fetchall()
    open_ = risk_rows.standing(connection, day, risk_rows.Wanted(open=True)) if rows else ()
    states = {one.id: one for one in open_}
    found: dict[str, list[Treated]] = {}
    for control, *fields, impacts in rows:
        state = states[fields[0]]
        known = (state.accepted_by, state.accepted_on, state.accepted_level)
        accepted = known if state.covered else None
        beside = (
            accepted,
            state.acceptance,
            tuple(impacts.split(",") if impacts else ()),
            state.slug,
        )
        found.setdefault(control, []).append(Treated._make((*fields, *beside)))
    return {control: tuple(some) for control, some in found.items()}
