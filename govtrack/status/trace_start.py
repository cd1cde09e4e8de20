"""Where a trace begins: what an id, a slug or a reference as people write it stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from govtrack.catalog import refs
from govtrack.errors import BadInput, closest, refuse, visible
from govtrack.register.nouns import BY_CODE, id_of, key_of

if TYPE_CHECKING:
    import sqlite3

    from govtrack.catalog.catalogue import Catalogue

KINDS = {
    "risk_criteria": "criteria",
    "risk": "risk",
    "impact_assessment": "impact",
    "applicability": "decision",
    "soa": "statement",
    "ai_system": "system",
    "evidence": "evidence",
    "profile": "profile",
    "profile_row": "profile-row",
    "attestation": "attestation",
    "certification_decision": "certification",
}
"""The nouns that a trace meets, and the kind each is called by."""

_TREATED = re.compile(r"(.+?)\s*(?:/|\s+treatment\s+)\s*([0-9]+)", re.IGNORECASE)
FIELD = "ID-or-REF"


class Start(NamedTuple):
    """A thing to begin from: its id (or reference) and its kind."""

    id: str
    kind: str
    note: str | None = None


def started(connection: sqlite3.Connection, words: tuple[str, ...], catalogue: Catalogue) -> Start:
    """What the words name: an id, a slug, a control of one's own, or a reference.

    `R-2026-0001 treatment 2` is `R-2026-0001/2`. What is not there is refused with the nearest.
    """
    text = " ".join(words).strip()
    treated = _TREATED.fullmatch(text)
    text_of_id = treated[1] if treated else text
    noun = BY_CODE.get(text_of_id.partition("-")[0].upper())
    if noun and re.fullmatch(r"[A-Za-z]+-[0-9]{4}-[0-9]+", text_of_id):
        if noun.name == "additional_control":
            return _own_control(connection, text_of_id)
        if noun.name not in KINDS:
            message = f"'{visible(text)}' is of a sort that nothing is tied to"
            raise refuse(message, field=FIELD)
        identifier = _there(connection, noun.name, text_of_id)
        if treated:
            return _treatment(connection, noun.name, identifier, int(treated[2]))
        return Start(identifier, KINDS[noun.name])
    return _named(connection, text) or _reference(connection, text, words, catalogue)


def kind_of(ref: str, catalogue: Catalogue) -> str:
    """The kind of a reference: the level of a standard's element, a control, or an action."""
    found = catalogue.requirements.get(ref)
    if found is None:
        return "action" if re.fullmatch(r"(GV|MP|MS|MG)-[0-9.]+-[0-9]{3}", ref) else "control"
    return "genai-risk" if found.framework == "genai" else found.level


def known(connection: sqlite3.Connection) -> list[tuple[str, str | None]]:
    """(id or slug, title) of everything a trace may begin at beside references; newest first."""
    titles = {"ai_system": "name", "risk": "title", "evidence": "title", "profile": "title"}
    parts = [
        f"SELECT id, {titles.get(table, 'NULL')}, {place}, key FROM {table}"  # noqa: S608
        for place, table in enumerate(KINDS)
    ]
    parts.append(
        "SELECT r.id || '/' || t.position, t.what, 1, t.risk FROM risk_treatment t "
        "JOIN risk r ON r.key = t.risk"
    )
    rows = connection.execute(f"{' UNION ALL '.join(parts)} ORDER BY 3, 4 DESC, 1")
    slugs = connection.execute(_NAMES)
    return [*((row[0], None) for row in slugs), *((row[0], row[1]) for row in rows)]


def _there(connection: sqlite3.Connection, table: str, text: str) -> str:
    """The id as it is kept; refused with the nearest where there is no such record."""
    noun = next(one for one in BY_CODE.values() if one.name == table)
    identifier = id_of(noun, key_of(text, noun, field=FIELD))
    found = connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", [identifier])  # noqa: S608
    if found.fetchone() is None:
        known = connection.execute(f"SELECT id FROM {table} ORDER BY key DESC LIMIT 1000")  # noqa: S608
        nearest = closest(identifier, [row[0] for row in known])
        raise refuse(f"there is no {identifier} in this register", field=FIELD, nearest=nearest)
    return identifier


def _treatment(connection: sqlite3.Connection, table: str, identifier: str, position: int) -> Start:
    if table != "risk":
        raise refuse(f"{identifier} is no risk: only risks have treatments", field=FIELD)
    rows = connection.execute(
        "SELECT t.position FROM risk_treatment t JOIN risk r ON r.key = t.risk WHERE r.id = ?",
        [identifier],
    )
    known = sorted(row[0] for row in rows)
    if position not in known:
        there = ", ".join(map(str, known)) or "none"
        message = f"{identifier} has no treatment {position}; there are: {there}"
        raise refuse(message, field=FIELD)
    return Start(f"{identifier}/{position}", "treatment")


def _own_control(connection: sqlite3.Connection, text: str) -> Start:
    identifier = _there(connection, "additional_control", text)
    (ref,) = connection.execute(
        "SELECT ref FROM additional_control WHERE id = ?", [identifier]
    ).fetchone()
    return Start(ref, "control", f"{identifier} is the control {ref}")


_NAMES = """
SELECT slug, id, 'system' FROM ai_system UNION ALL SELECT slug, id, 'profile' FROM profile
UNION ALL SELECT ref, ref, 'control' FROM additional_control"""


def _named(connection: sqlite3.Connection, text: str) -> Start | None:
    wanted = text.casefold()
    found = [
        Start(identifier, kind)
        for name, identifier, kind in connection.execute(_NAMES)
        if name.casefold() == wanted
    ]
    if len(found) > 1:
        meant = " and ".join(f"the {one.kind} {one.id}" for one in found)
        raise refuse(f"'{visible(text)}' is {meant}: give the id", field=FIELD)
    return found[0] if found else None


def _reference(
    connection: sqlite3.Connection, text: str, words: tuple[str, ...], catalogue: Catalogue
) -> Start:
    given = refs.joined(words)
    if len(given) > 1:
        raise refuse(f"'{visible(text)}': one id or reference at a time", field=FIELD)
    actions = {one["id"].casefold(): one["id"] for one in catalogue.genai["actions"]}
    if action := actions.get(text.casefold().replace(" ", "-")):
        return Start(action, "action")
    try:
        found = refs.find(text, catalogue, field=FIELD)
    except BadInput as refusal:
        (problem,) = refusal.problems
        names = [row[0] for row in connection.execute(_NAMES)]
        nearest = closest(text[:60], names) or problem.nearest
        message = f"'{visible(text[:120])}' is neither an id of this register nor a reference"
        if nearest is None:
            known = f"{names[0]}, " if names else ""
            message += f": expected one such as {known}MEASURE 2.6 or A.6.2.4"
        raise refuse(message, field=FIELD, nearest=nearest) from None
    return Start(found.ref, kind_of(found.ref, catalogue), refs.note_on(text, catalogue))
