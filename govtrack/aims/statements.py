"""Versions of the Statement of Applicability: decisions as they stood when approved (6.1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from govtrack.catalog.catalogue import FRAMEWORKS
from govtrack.errors import BadInput, NotDone, Problem
from govtrack.register.nouns import NOUNS, id_of
from govtrack.register.tables import systems  # noqa: F401  (a decision refers to its table)
from govtrack.register.tables.applicability import SoaRow, StatementOfApplicability

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.register.recording import Recording

    Latest = tuple[int, str, str, str | None]
    """The version before: its number, its scope, when it was approved, its note."""


def approve(
    recorded: Recording,
    approved_by: str,
    approved_on: date,
    scope: str | None = None,
    note: str | None = None,
    *,
    catalogue: Catalogue,
) -> str:
    """Freeze the decisions in force on `approved_on` as the next version; gives its id.

    `scope` None is the scope of the version before. Raises `NotDone` naming every control that is
    not decided for the AIMS on that day, and where nothing differs from the version before (a note
    of its own is a difference); `BadInput` where the day has not come or lies before the last
    version's.
    """
    recorded.session.flush()
    latest: Latest | None = recorded.connection.execute(
        "SELECT version, scope, approved_on, note FROM soa ORDER BY version DESC LIMIT 1"
    ).fetchone()
    if scope is None:
        scope = latest[1] if latest else ""
    if problems := list(_problems(recorded, approved_by, approved_on, scope, latest)):
        raise BadInput(problems)
    titles = _titles(recorded, catalogue, approved_on)
    decided = _all_in_force(recorded, approved_on)
    undecided = [ref for ref in titles if (ref, None) not in decided]
    if undecided:
        message = "not decided on %s, 'govtrack soa set %s --applicable --why TEXT' or --excluded"
        raise NotDone(Problem(message % (approved_on, ref), field=ref) for ref in undecided)
    rows = {key: row for key, row in decided.items() if key[0] in titles}
    if latest and (scope.strip(), note or latest[3]) == (latest[1], latest[3]):
        _refuse_the_same(recorded, latest[0], rows, titles)
    key = recorded.next_key("soa")
    row = StatementOfApplicability(
        key=key,
        id=id_of(NOUNS["soa"], key),
        version=latest[0] + 1 if latest else 1,
        scope=scope.strip(),
        edition=FRAMEWORKS["iso"],
        approved_by=approved_by.strip(),
        approved_on=approved_on.isoformat(),
        note=note,
        recorded_on=recorded.today.isoformat(),
    )
    recorded.session.add(row)
    recorded.session.flush()
    recorded.session.add_all(
        SoaRow(soa=key, system=system or "", title=titles[control], **decision)
        for (control, system), decision in rows.items()
    )
    recorded.describe("soa", key, "soa.approved")
    recorded.session.flush()
    return row.id


def _problems(
    recorded: Recording, approved_by: str, approved_on: date, scope: str, latest: Latest | None
) -> Iterator[Problem]:
    """What is wrong with the words by themselves, or beside the version before."""
    if not approved_by.strip():
        yield Problem("is empty", field="--by")
    if not scope.strip():
        yield Problem("is missing: which scope of the AIMS it is for", field="--scope")
    if approved_on > recorded.today:
        message = f"{approved_on} has not come yet; today is {recorded.today}"
        yield Problem(message, field="--on")
    elif latest and approved_on.isoformat() < latest[2]:
        message = f"{approved_on} is before version {latest[0]} was approved, {latest[2]}"
        yield Problem(message, field="--on")


def _refuse_the_same(
    recorded: Recording,
    version: int,
    rows: Mapping[tuple[str, str | None], dict[str, Any]],
    titles: Mapping[str, str],
) -> None:
    """Refuse a version whose rows say what those of `version` say."""
    names = ("title", "applicable", "why", "because", "status", "how", "owner", "due")
    cursor = recorded.connection.execute(
        f"SELECT control, nullif(soa_row.system, ''), {', '.join(names)} "  # noqa: S608
        "FROM soa_row JOIN soa ON soa.key = soa WHERE version = ?",
        [version],
    )
    before = {(control, system): tuple(said) for control, system, *said in cursor}
    now = {key: (titles[key[0]], *(row[name] for name in names[1:])) for key, row in rows.items()}
    if before == now:
        message = f"nothing differs from version {version}, neither a row nor the scope"
        raise NotDone(f"{message}; a --note that it does not have makes a version of its own")


def _titles(recorded: Recording, catalogue: Catalogue, day: date) -> dict[str, str]:
    """Every control with its title: the reference controls, then one's own added by the day."""
    of_annex = {one.ref: one.title for one in catalogue.leaves("iso") if one.level == "control"}
    own = recorded.connection.execute(
        "SELECT ref, title FROM additional_control WHERE added_on <= ? ORDER BY ref",
        [day.isoformat()],
    )
    return of_annex | dict(own.fetchall())


_ALL_IN_FORCE = """
SELECT control, system, applicable, why, status, how, owner, due, id AS decision, (
    SELECT group_concat(kind || ':' || reference, '; ') FROM (
      SELECT kind, reference FROM applicability_because WHERE applicability = key
      ORDER BY kind, reference)) AS because
FROM (SELECT *, row_number() OVER (
    PARTITION BY control, system ORDER BY decided_on DESC, key DESC) AS place
  FROM applicability WHERE decided_on <= ?)
WHERE place = 1 ORDER BY control, system
"""


def _all_in_force(recorded: Recording, day: date) -> dict[tuple[str, str | None], dict[str, Any]]:
    cursor = recorded.connection.execute(_ALL_IN_FORCE, [day.isoformat()])
    names = [column[0] for column in cursor.description]
    found = {}
    for row in cursor:
        values = dict(zip(names, row, strict=True))
        found[values["control"], values.pop("system")] = values
    return found
