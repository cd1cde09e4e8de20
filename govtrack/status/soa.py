"""The Statement of Applicability on a day, or as a version froze it (ISO/IEC 42001 6.1.3).

All reference controls are always there, decided or not; nothing defaults to applicable. Beside each
control stands what speaks for it: the AI RMF activities that each crosswalk names as inputs, the
evidence in force, the risks it treats.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from govtrack.catalog.catalogue import FRAMEWORKS
from govtrack.errors import refuse
from govtrack.status import soa_behind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.soa_behind import Input, Proof, Treated

_HELD = """
SELECT held.id, control, system, slug, applicable, why, (
    SELECT json_group_array(json_array(kind, reference)) FROM (
      SELECT kind, reference FROM applicability_because WHERE applicability = held.key
      ORDER BY kind, reference)),
  status, how, held.owner, due, decided_on, decided_by, held.recorded_on
FROM (SELECT *, row_number() OVER (
    PARTITION BY control, system ORDER BY decided_on DESC, key DESC) AS place
  FROM applicability WHERE decided_on <= :day) AS held
LEFT JOIN ai_system ON ai_system.id = held.system
WHERE place = 1 AND (:system IS NULL OR system IS NULL OR system = :system)
ORDER BY control, system
"""

_FROZEN = """
SELECT decision, soa_row.control, nullif(soa_row.system, ''), slug, soa_row.applicable, soa_row.why,
  (SELECT json_group_array(json_array(kind, reference)) FROM (
      SELECT kind, reference FROM applicability_because WHERE applicability = decided.key
      ORDER BY kind, reference)),
  soa_row.status, soa_row.how, soa_row.owner, soa_row.due, decided_on, decided_by,
  decided.recorded_on, soa_row.title
FROM soa JOIN soa_row ON soa = soa.key JOIN applicability AS decided ON decided.id = decision
LEFT JOIN ai_system ON ai_system.id = soa_row.system
WHERE version = :version
  AND (:system IS NULL OR soa_row.system = '' OR soa_row.system = :system)
ORDER BY soa_row.control, soa_row.system
"""

_VERSIONS = """
SELECT id, version, scope, edition, approved_by, approved_on, note, recorded_on,
  (SELECT count(*) FROM soa_row WHERE soa = key AND system = ''),
  (SELECT count(*) FROM soa_row WHERE soa = key AND system = '' AND applicable)
FROM soa WHERE approved_on <= ? ORDER BY version
"""

_ROLES = """
SELECT DISTINCT role FROM ai_system_role JOIN ai_system ON key = system
WHERE coalesce(in_scope_from, '') <= :day AND coalesce(in_scope_to, '9999') >= :day
  AND (:system IS NULL OR id = :system) ORDER BY role
"""


class Decision(NamedTuple):
    """What holds for a control; `system` (an id) and `slug` are None for the whole AIMS."""

    id: str
    control: str
    system: str | None
    slug: str | None
    applicable: bool
    why: str
    because: tuple[tuple[str, str], ...]
    status: str | None
    how: str | None
    owner: str | None
    due: str | None
    decided_on: str
    decided_by: str
    recorded_on: str

    def overdue(self, day: str) -> bool:
        """Whether the day by which it is to be implemented is past on `day`."""
        open_ = self.applicable and self.status != "implemented"
        return open_ and self.due is not None and self.due < day


class Difference(NamedTuple):
    """What was decided for one system; evidence in force for it, and the risks of its own."""

    decision: Decision
    evidence: Proof
    risks: tuple[Treated, ...]


class Version(NamedTuple):
    """An approved version: its own facts, how many controls it holds and how many apply."""

    id: str
    version: int
    scope: str
    edition: str
    approved_by: str
    approved_on: str
    note: str | None
    recorded_on: str
    controls: int
    applicable: int


class Control(NamedTuple):
    """A row: the control, the decision that holds (None: not decided), where systems differ.

    `source` is that of an additional control, None for a reference control. `inputs`, `evidence`
    and `risks` are what stands behind it.
    """

    control: str
    title: str
    source: str | None
    decision: Decision | None
    differences: tuple[Difference, ...]
    inputs: tuple[Input, ...]
    evidence: Proof
    risks: tuple[Treated, ...]

    @property
    def additional(self) -> bool:
        """Whether it is one of the organisation's own, outside Annex A."""
        return self.source is not None

    @property
    def standing(self) -> str:
        """In a word or two: applicable, excluded, not decided."""
        if self.decision is None:
            return "not decided"
        return standing(self.decision)


class Counts(NamedTuple):
    """How the reference controls stand, and how many additional ones there are."""

    reference: int
    applicable: int
    excluded: int
    undecided: int
    additional: int

    def line(self) -> str:
        """`38 reference controls: 30 applicable, 4 excluded, 4 not decided; 1 additional`."""
        return (
            f"{self.reference} reference controls: {self.applicable} applicable, "
            f"{self.excluded} excluded, {self.undecided} not decided; {self.additional} additional"
        )


class Statement(NamedTuple):
    """The statement on a day; `version` where it is one that was approved, else None.

    `latest` is the version approved last by the day, be it shown or not; `versions` are all.
    """

    day: str
    system: str | None
    edition: str
    version: Version | None
    latest: Version | None
    versions: tuple[Version, ...]
    roles: tuple[str, ...]
    counts: Counts
    controls: tuple[Control, ...]


def standing(decision: Decision) -> str:
    """`applicable` or `excluded`."""
    return "applicable" if decision.applicable else "excluded"


def statement(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    day: date,
    system: str | None = None,
    version: int | None = None,
) -> Statement:
    """The statement as decided by `day`, or the rows of `version`.

    With `system` (an id) as it is for that system: its own decision where it has one, else the
    AIMS's. Evidence and risks are those of the day in either case. Raises `BadInput` where no such
    version was approved by the day.
    """
    known = versions(connection, day)
    shown = None if version is None else chosen(known, version, day)
    if shown:
        held, titles = _frozen(connection, shown.version, system)
        own = {ref: source for ref, (_, source) in additional(connection, None).items()}
    else:
        held, titles, own = decisions(connection, day, system), {}, {}
        for ref, (title, source) in additional(connection, day).items():
            titles[ref], own[ref] = title, source
    reference = {one.ref: one.title for one in catalogue.leaves("iso") if one.level == "control"}
    rows = reference | {ref: title for ref, title in titles.items() if ref not in reference}
    of_control: dict[str, list[Decision]] = {}
    for one in held:
        of_control.setdefault(one.control, []).append(one)
    behind = soa_behind.behind(connection, catalogue, day, system, tuple(rows), _named(held))
    controls = tuple(
        _row(ref, title, None if ref in reference else own.get(ref, ""),
             of_control.get(ref, ()), behind, system)
        for ref, title in rows.items()
    )  # fmt: skip
    roles = connection.execute(_ROLES, {"day": day.isoformat(), "system": system})
    return Statement(
        day.isoformat(),
        system,
        shown.edition if shown else FRAMEWORKS["iso"],
        shown,
        known[-1] if known else None,
        known,
        tuple(row[0] for row in roles),
        _counted(controls),
        controls,
    )


def versions(connection: sqlite3.Connection, day: date) -> tuple[Version, ...]:
    """The versions approved by the day, the oldest first."""
    rows = connection.execute(_VERSIONS, [day.isoformat()])
    return tuple(Version(*row) for row in rows)


def chosen(
    known: tuple[Version, ...], version: int, day: date, field: str = "--version"
) -> Version:
    """The version of that number; refused with those there are."""
    for one in known:
        if one.version == version:
            return one
    numbers = ", ".join(str(one.version) for one in known) or "none"
    raise refuse(f"there is no version {version} on {day}; there are: {numbers}", field=field)


def decisions(
    connection: sqlite3.Connection, day: date, system: str | None = None
) -> tuple[Decision, ...]:
    """Every decision in force on the day, for the AIMS and for systems (or for this one alone)."""
    rows = connection.execute(_HELD, {"day": day.isoformat(), "system": system})
    return tuple(map(_decision, rows))


def frozen(connection: sqlite3.Connection, version: int) -> tuple[Decision, ...]:
    """The decisions as a version froze them."""
    return _frozen(connection, version, None)[0]


def additional(connection: sqlite3.Connection, day: date | None) -> dict[str, tuple[str, str]]:
    """Title and source of each control of one's own, added by the day (or at all)."""
    rows = connection.execute(
        "SELECT ref, title, source FROM additional_control "
        "WHERE ?1 IS NULL OR added_on <= ?1 ORDER BY ref",
        [day and day.isoformat()],
    )
    return {ref: (title, source) for ref, title, source in rows}


def _frozen(
    connection: sqlite3.Connection, version: int, system: str | None
) -> tuple[tuple[Decision, ...], dict[str, str]]:
    rows = connection.execute(_FROZEN, {"version": version, "system": system}).fetchall()
    return tuple(_decision(row) for row in rows), {row[1]: row[-1] for row in rows}


def _decision(row: sqlite3.Row) -> Decision:
    because = tuple((kind, reference) for kind, reference in json.loads(row[6]))
    return Decision._make((*row[:4], bool(row[4]), row[5], because, *row[7:14]))


def _named(held: Iterable[Decision]) -> Mapping[tuple[str, str | None], str | None]:
    return {(one.control, one.system): one.how for one in held}


def _row(
    ref: str,
    title: str,
    source: str | None,
    held: Iterable[Decision],
    behind: soa_behind.Behind,
    system: str | None,
) -> Control:
    of_aims = next((one for one in held if one.system is None), None)
    own = next((one for one in held if one.system and one.system == system), None)
    differing = tuple(
        Difference(
            one,
            behind.evidence.get((ref, one.system), soa_behind.NO_PROOF),
            tuple(risk for risk in behind.risks.get(ref, ()) if risk.system == one.system),
        )
        for one in held
        if one.system is not None
    )
    return Control(
        ref,
        title,
        source,
        own or of_aims,
        differing,
        behind.inputs.get(ref, ()),
        behind.evidence.get((ref, system), soa_behind.NO_PROOF),
        behind.risks.get(ref, ()),
    )


def _counted(controls: Iterable[Control]) -> Counts:
    found = dict.fromkeys(("applicable", "excluded", "not decided"), 0)
    additional_ = 0
    for one in controls:
        if one.additional:
            additional_ += 1
        else:
            found[one.standing] += 1
    return Counts._make((sum(found.values()), *found.values(), additional_))
