"""The Statement of Applicability as a sheet to edit: its columns, and the rows of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.status import soa
from govtrack.status.edited_cells import Column, Layout, Line

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.soa_behind import Treated

STATUSES = ("implemented", "partial", "planned", "not")
"""Implementation status, as `aims.applicability` records it."""
ALSO = (
    ("fully implemented", "implemented"), ("partially implemented", "partial"),
    ("partly implemented", "partial"), ("partially", "partial"), ("partly", "partial"),
    ("not implemented", "not"),
)  # fmt: skip
"""What people write for a status without leaving open which one they mean."""

LAYOUT = Layout(
    "Statement of Applicability",
    "Applicability",
    "govtrack soa",
    (
        Column("control", 10, "key", says="which control: do not change; rows may be left out"),
        Column("title", 34),
        Column(
            "system", 16, "key",
            says="empty: the whole AIMS. To say where one system differs, add a row with the "
            "control and the system's short name",
        ),
        Column("applicable", 11, "edited", "yes-no",
               says="yes or no; empty only while it is not decided"),
        Column("why", 44, "edited",
               says="the reason for inclusion, or for exclusion; never empty once decided"),
        Column("because", 30, "edited", "reasons",
               says="what it rests on: risk:R-2026-0001, legal:TEXT, contract:TEXT, decision:TEXT; "
               "several with ';' between"),
        Column("status", 14, "edited", "word", STATUSES,
               says="how far it is implemented: implemented, partial, planned or not",
               also=ALSO),
        Column("how", 34, "edited", says="how: documents, ids of evidence"),
        Column("owner", 20, "edited", says="who answers for it"),
        Column("due", 12, "edited", "day", says="by when, as a date or as YYYY-MM-DD"),
        Column("source", 24),
        Column("supports", 40),
        Column("evidence", 32),
        Column("risks", 24),
        Column("decided on", 12, form="day"),
        Column("decided by", 20),
        Column("decision", 15, "mark"),
    ),
)  # fmt: skip

_NAMED = """
SELECT id, control, coalesce(system, ''), applicable, why, (
    SELECT group_concat(kind || ':' || reference, '; ') FROM (
      SELECT kind, reference FROM applicability_because WHERE applicability = held.key
      ORDER BY kind, reference)),
  status, how, owner, due, decided_on
FROM applicability AS held WHERE id IN (SELECT value FROM json_each(?))
"""
_SAID = ("applicable", "why", "because", "status", "how", "owner", "due", "decided on")


class Standing(NamedTuple):
    """What the register has where a sheet is read: rows in force, controls and systems known."""

    lines: Mapping[tuple[str, str], Line]
    titles: Mapping[str, str]
    systems: Mapping[str, tuple[str, str]]


def lines(statement: soa.Statement) -> Iterator[Line]:
    """A row for each control, and one for each system that differs, with what stands behind it."""
    for control in statement.controls:
        told = {
            "title": control.title,
            "source": control.source or "",
            "supports": "; ".join(
                f"{one.display}: {', '.join(one.refs)}" for one in control.inputs
            ),
            "evidence": control.evidence.line(),
            "risks": _ids(control.risks),
        }
        first = control.decision if control.decision and not control.decision.system else None
        yield _line(control.control, first, told)
        for other in control.differences:
            told = {
                "title": control.title,
                "evidence": other.evidence.line(),
                "risks": _ids(other.risks),
            }
            yield _line(control.control, other.decision, told)


def standing(connection: sqlite3.Connection, catalogue: Catalogue, day: date) -> Standing:
    """What is in force on the day, to compare a sheet with."""
    titles = {one.ref: one.title for one in catalogue.leaves("iso") if one.level == "control"}
    titles |= {ref: title for ref, (title, _) in soa.additional(connection, None).items()}
    found = {ref: _line(ref, None, {"title": title}) for ref, title in titles.items()}
    by_key = {line.key: line for line in found.values()}
    for one in soa.decisions(connection, day):
        line = _line(one.control, one, {"title": titles.get(one.control, "")})
        by_key[line.key] = line
    systems = connection.execute("SELECT id, slug, name FROM ai_system ORDER BY key")
    return Standing(by_key, titles, {row[0]: (row[1], row[2]) for row in systems})


def recorded(connection: sqlite3.Connection, ids: Iterable[str]) -> dict[str, Line]:
    """The rows as those decisions said them, by the decision's id; ids of none are left out."""
    import json  # noqa: PLC0415  (sqlite3 takes no lists)

    found = {}
    for identifier, control, system, applicable, *rest in connection.execute(
        _NAMED, [json.dumps(sorted(ids))]
    ):
        values = ("yes" if applicable else "no", *(value or "" for value in rest))
        cells = dict(zip(_SAID, values, strict=True))
        found[identifier] = Line((control, system), identifier, cells)
    return found


def _line(ref: str, one: soa.Decision | None, told: Mapping[str, str]) -> Line:
    cells = {"control": ref, **told}
    if one is None:
        return Line((ref, ""), None, cells)
    cells |= {
        "system": one.slug or "",
        "applicable": "yes" if one.applicable else "no",
        "why": one.why,
        "because": "; ".join(f"{kind}:{reference}" for kind, reference in one.because),
        "status": one.status or "",
        "how": one.how or "",
        "owner": one.owner or "",
        "due": one.due or "",
        "decided on": one.decided_on,
        "decided by": one.decided_by,
        "decision": one.id,
    }
    return Line((ref, one.system or ""), one.id, cells)


def _ids(risks: Iterable[Treated]) -> str:
    return ", ".join(dict.fromkeys(one.id for one in risks))
