"""RMF profiles as they are read: the rows in force on a day, with the evidence behind each.

NIST AI 100-1 section 6: a current profile says how risk is managed now, a target profile the
outcomes wanted; their difference is the gap. NIST prescribes no form and no score.
"""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.errors import closest, refuse, visible
from govtrack.register.nouns import EVIDENCE as NOUN
from govtrack.register.nouns import id_of
from govtrack.status import freshness, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue, Requirement

ORGANISATION = "organisation"
MOST_NAMED = 10
"""How many profiles a refusal names."""
NOT_ASSESSED = "not assessed"
FUNCTIONS = ("GOVERN", "MAP", "MEASURE", "MANAGE")

SAID = (
    "current", "outcome", "target", "target_outcome", "target_by", "priority", "why", "action",
    "owner", "due", "note",
)  # fmt: skip

_ROWS = f"""
SELECT ref, id, {", ".join(SAID)}, set_on, set_by FROM profile_row AS one
WHERE profile = :profile AND set_on <= :day AND NOT EXISTS (
  SELECT 1 FROM profile_row AS later
  WHERE later.profile = one.profile AND later.ref = one.ref AND later.set_on <= :day
    AND (later.set_on, later.key) > (one.set_on, one.key))
"""  # noqa: S608  (names of columns)

EVIDENCE = f"""
SELECT DISTINCT ref, key FROM evidence_tag CROSS JOIN evidence ON key = evidence
WHERE framework = 'rmf' AND confirmed_on IS NOT NULL AND declined_on IS NULL
  AND {freshness.STANDING} AND {standing.ABOUT} AND {standing.STATE} < 2
"""  # noqa: S608  (nothing but the SQL of this folder)
"""Confirmed evidence in force for subcategories on a day, about a system or any."""

_COUNTED = f"SELECT ref, count(*), max(key), NULL FROM ({EVIDENCE}) GROUP BY ref"  # noqa: S608
_LISTED = f"SELECT ref, count(*), max(key), json_group_array(key) FROM ({EVIDENCE}) GROUP BY ref"  # noqa: S608

_HEADS = """
SELECT profile.*, count(DISTINCT ref) AS rows_set, max(set_on) AS last_set
FROM profile LEFT JOIN profile_row ON profile_row.profile = profile.id AND set_on <= :day
GROUP BY profile.key ORDER BY profile.key
"""


class Counterpart(NamedTuple):
    """A clause, control or block of ISO/IEC 42001 that a crosswalk names, and which one does."""

    ref: str
    source: str
    note: str | None


class Row(NamedTuple):
    """What holds of one subcategory (or action of NIST AI 600-1) on the day; None: not said.

    `gap` is how many steps of the scale `current` is below `target` (0 or less: none), None where
    either is not said. `evidence` counts what is confirmed and in force, `newest` names one;
    `ids` holds all of it where it was asked for.
    """

    ref: str
    title: str
    function: str
    id: str | None
    current: str | None
    outcome: str | None
    target: str | None
    target_outcome: str | None
    target_by: str | None
    priority: str | None
    why: str | None
    action: str | None
    owner: str | None
    due: str | None
    note: str | None
    set_on: str | None
    set_by: str | None
    gap: int | None
    evidence: int
    newest: str | None
    ids: tuple[str, ...]
    iso: tuple[Counterpart, ...]


class Function(NamedTuple):
    """How the rows of a function stand: by current and by target state, gaps, with evidence."""

    ref: str
    title: str
    total: int
    current: Mapping[str, int]
    target: Mapping[str, int]
    gaps: int
    supported: int


class Profile(NamedTuple):
    """A profile on a day. `head` is None where none is recorded: its rows are not assessed.

    `system` is the slug of the AI system it is about, if it is about one.
    """

    day: str
    head: Mapping[str, Any] | None
    scale: Mapping[str, Any]
    rows: tuple[Row, ...]
    functions: tuple[Function, ...]
    actions: tuple[Row, ...]
    system: str | None = None


class _Read(NamedTuple):
    """What the register says of one profile, by reference."""

    said: Mapping[str, Mapping[str, Any]]
    evidence: Mapping[str, tuple[int, str, tuple[str, ...]]]


def heads(connection: sqlite3.Connection, day: date) -> list[dict[str, Any]]:
    """Every profile's head, with how many rows are set by the day and when last."""
    return by_name(connection, _HEADS, {"day": day.isoformat()})


def head(
    connection: sqlite3.Connection, profile: str | None = None, system: str | None = None
) -> dict[str, Any] | None:
    """The head of the profile meant: that slug or id, that system's, else the organisation's.

    None where the one meant by default is not recorded yet. A name that nothing has is refused.
    """
    rows = by_name(connection, "SELECT * FROM profile ORDER BY key", {})
    if system is not None and profile is None:
        found = [one for one in rows if one["kind"] == "system" and one["system"] == system]
        return found[0] if found else None
    which = (profile or ORGANISATION).casefold()
    for one in rows:
        if which in {one["slug"], one["id"].casefold()}:
            if system is not None and one["system"] != system:
                raise refuse(f"{one['id']} ({one['slug']}) is not about {system}", field="--system")
            return one
    if which == ORGANISATION:
        return None
    known = [one["slug"] for one in rows]
    message = f"there is no profile '{visible(which)}'"
    if not known:
        message += ": none is recorded yet, 'govtrack profile set' begins one"
    elif len(known) > MOST_NAMED:
        message += "; 'govtrack profile list' names them"
    else:
        message += f": expected one of {', '.join(known)}"
    raise refuse(message, field="--profile", nearest=closest(which, known))


def profile(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    day: date,
    of: Mapping[str, Any] | None,
    *,
    listed: bool = False,
    system: str | None = None,
) -> Profile:
    """The profile whose head is `of` on `day`: 72 rows always, in catalogue order.

    With `listed` each row names all its evidence. `system` (an id) is whose evidence counts where
    there is no head; a head about a system says so itself.
    """
    about = of["system"] if of else system
    given = standing.given(day, freshness.SOON_DAYS, about)
    said: dict[str, Mapping[str, Any]] = {}
    if of is not None:
        given["profile"] = of["id"]
        said = {row["ref"]: row for row in by_name(connection, _ROWS, given)}
    found = connection.execute(_LISTED if listed else _COUNTED, given)
    read = _Read(said, {row[0]: _behind(row) for row in found})
    rank = ranks(catalogue)
    iso = counterparts(catalogue)
    rows = tuple(
        _row(one.ref, one.title, one.ref, read, rank, iso.get(one.ref, ()))
        for one in catalogue.leaves("rmf")
    )
    actions: tuple[Row, ...] = ()
    if of and of["kind"] == "generative-ai":
        actions = tuple(
            _row(one["id"], ", ".join(one["risks"]), one["rmf"], read, rank, ())
            for one in catalogue.genai["actions"]
        )
    functions = tuple(_function(catalogue.requirements[ref], rows, rank) for ref in FUNCTIONS)
    of_system = connection.execute("SELECT slug FROM ai_system WHERE id = ?", [about]).fetchone()
    slug = of_system and of_system[0]
    return Profile(day.isoformat(), of, catalogue.profile_scale, rows, functions, actions, slug)


def ranks(catalogue: Catalogue) -> dict[str, int]:
    """Each state of the scale and its place, the lowest first."""
    return {one["id"]: place for place, one in enumerate(catalogue.profile_scale["states"])}


def counterparts(catalogue: Catalogue) -> dict[str, tuple[Counterpart, ...]]:
    """What the crosswalks name beside each subcategory, or beside its category; never merged."""
    named: dict[str, list[tuple[str, str]]] = {}
    for source, walk in catalogue.document["crosswalks"].items():
        for rmf, _, iso, *_ in walk["rows"]:
            if rmf and iso:
                named.setdefault(rmf, []).append((iso, source))
    found: dict[str, tuple[Counterpart, ...]] = {}
    for ref, _, level, parent, *_ in catalogue.document["requirements"]:
        if level != "subcategory":
            continue
        own = {pair: Counterpart(*pair, None) for pair in named.get(ref, ())}
        above = {
            pair: Counterpart(*pair, f"at category level ({parent})")
            for pair in named.get(parent, ())
        }
        found[ref] = tuple((above | own).values()) if own or above else ()
    return found


def tally(rows: Iterable[Row], states: Iterable[str], name: str = "current") -> dict[str, int]:
    """How many rows are in each state of the scale, and how many in none of it."""
    counts = {**dict.fromkeys(states, 0), NOT_ASSESSED: 0}
    for one in rows:
        state = getattr(one, name) or NOT_ASSESSED
        counts[state] = counts.get(state, 0) + 1
    return counts


def by_name(
    connection: sqlite3.Connection, statement: str, given: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Rows by name, whatever the connection itself gives (one of a recording gives tuples)."""
    cursor = connection.cursor()
    cursor.row_factory = sqlite3.Row
    return [dict(row) for row in cursor.execute(statement, given)]


def _row(
    ref: str,
    title: str,
    subcategory: str,
    read: _Read,
    rank: Mapping[str, int],
    iso: tuple[Counterpart, ...],
) -> Row:
    said = read.said.get(ref, {})
    count, newest, ids = read.evidence.get(subcategory, (0, None, ()))
    current, target = rank.get(said.get("current", "")), rank.get(said.get("target", ""))
    values: dict[str, Any] = {name: said.get(name) for name in ("id", *SAID, "set_on", "set_by")}
    gap = None if current is None or target is None else target - current
    function = subcategory.partition(" ")[0]
    return Row(
        ref=ref, title=title, function=function, **values,
        gap=gap, evidence=count, newest=newest, ids=ids, iso=iso,
    )  # fmt: skip


def _function(one: Requirement, rows: Iterable[Row], states: Iterable[str]) -> Function:
    own = [row for row in rows if row.function == one.ref]
    return Function(
        one.ref,
        one.title,
        len(own),
        tally(own, states),
        tally(own, states, "target"),
        sum(1 for row in own if row.gap and row.gap > 0),
        sum(1 for row in own if row.evidence),
    )


def _behind(row: sqlite3.Row) -> tuple[int, str, tuple[str, ...]]:
    """How many, the newest, and all that stand behind a subcategory (where they were listed)."""
    keys = sorted(json.loads(row[3])) if row[3] else ()
    return row[1], id_of(NOUN, row[2]), tuple(id_of(NOUN, key) for key in keys)
