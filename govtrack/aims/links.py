"""Ties between nouns: what one record says of another must be there to be said of.

The nouns of the AIMS do not import one another; they ask here, by id.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from govtrack.catalog import refs, risk_criteria
from govtrack.errors import BadInput, Problem, closest, not_one_of, refuse, visible
from govtrack.register.nouns import NOUNS, id_of, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.catalog.risk_criteria import Criteria
    from govtrack.register.recording import Recording


def identified(recorded: Recording, noun: str, which: str, field: str) -> str:
    """The id of the record of `noun` that `which` names; refused with the nearest id."""
    of = NOUNS[noun]
    identifier = id_of(of, key_of(which, of, field=field))
    connection = recorded.connection
    found = connection.execute(f"SELECT 1 FROM {noun} WHERE id = ?", [identifier])  # noqa: S608
    if found.fetchone() is None:
        known = connection.execute(f"SELECT id FROM {noun} ORDER BY key DESC LIMIT 1000")  # noqa: S608
        nearest = closest(identifier, [row[0] for row in known])
        raise refuse(f"there is no {identifier} in this register", field=field, nearest=nearest)
    return identifier


def many_identified(recorded: Recording, noun: str, which: Iterable[str], field: str) -> list[str]:
    """The ids of several records, each once; every one that is not there is refused at once."""
    found: dict[str, None] = {}
    problems: list[Problem] = []
    for one in which:
        try:
            found[identified(recorded, noun, one, field)] = None
        except BadInput as refusal:
            problems += refusal.problems
    if problems:
        raise BadInput(problems)
    return list(found)


def holds_on(recorded: Recording, evidence: str) -> list[tuple[str, str]]:
    """(id, title) of the legal holds that are on a piece of evidence and not lifted."""
    recorded.session.flush()
    rows = recorded.connection.execute(
        "SELECT id, title FROM legal_hold JOIN legal_hold_evidence ON hold = key "
        "WHERE evidence = ? AND lifted_on IS NULL ORDER BY key",
        [evidence],
    )
    return [(hold, visible(title)) for hold, title in rows]


def system_of(recorded: Recording, which: str, field: str = "--system") -> str:
    """The id of the AI system with that slug or id; refused with the nearest."""
    rows = recorded.connection.execute("SELECT slug, id FROM ai_system ORDER BY slug")
    known: dict[str, str] = dict(rows.fetchall())
    identifier = known.get(which.casefold(), which.upper())
    if identifier in known.values():
        return identifier
    if not known:
        message = f"there is no system '{which}', nor any other: add it with 'govtrack system add'"
        raise refuse(message, field=field)
    raise refuse(not_one_of(which, known), field=field, nearest=closest(which, known))


def profile_of(recorded: Recording, which: str, field: str = "--profile") -> str:
    """The id of the RMF profile with that slug or id; refused with the nearest."""
    rows = recorded.connection.execute("SELECT slug, id FROM profile ORDER BY key")
    known: dict[str, str] = dict(rows.fetchall())
    identifier = known.get(which.casefold(), which.upper())
    if identifier in known.values():
        return identifier
    message = f"there is no profile '{visible(which)}': set what is so with 'govtrack profile set'"
    raise refuse(message, field=field, nearest=closest(which, known))


def controls(
    recorded: Recording, texts: Iterable[str], catalogue: Catalogue, field: str = "--control"
) -> tuple[str, ...]:
    """References of controls, each once: of Annex A, or additional ones of the organisation.

    Raises `BadInput` for each that is neither; a clause is no control and is refused too.
    """
    rows = recorded.connection.execute("SELECT ref FROM additional_control ORDER BY key")
    own: dict[str, str] = {ref.casefold(): ref for (ref,) in rows}
    found: dict[str, None] = {}
    problems: list[Problem] = []
    for text in texts:
        if additional := own.get(text.strip().casefold()):
            found[additional] = None
            continue
        try:
            resolved = refs.resolve([text], catalogue, field=field)
        except BadInput as refusal:
            problems += refusal.problems
            continue
        recorded.notes.extend(note for note in resolved.notes if note not in recorded.notes)
        for ref in resolved.refs:
            if catalogue.requirements[ref].level == "control":
                found[ref] = None
            else:
                message = f"'{visible(ref)}' is not a control of Annex A or one of your own"
                problems.append(Problem(message, field=field))
    if problems:
        raise BadInput(problems)
    return tuple(found)


def criteria_on(recorded: Recording, day: date) -> tuple[str, Criteria] | None:
    """Id and values of the AI risk criteria in force on that day; None where none are."""
    row = recorded.connection.execute(
        "SELECT key, id FROM risk_criteria WHERE in_force_from <= ? ORDER BY version DESC LIMIT 1",
        [day.isoformat()],
    ).fetchone()
    if row is None:
        return None
    return row[1], risk_criteria.of_image(recorded.image("risk_criteria", row[0]))


def excluded(recorded: Recording, refs: Iterable[str], system: str | None) -> Iterator[str]:
    """A note for each of these controls that is excluded today for the system, or for the AIMS."""
    rows = recorded.connection.execute(
        "SELECT control, id, why FROM (SELECT *, row_number() OVER (PARTITION BY control "
        "ORDER BY system IS NULL, decided_on DESC, key DESC) AS rank FROM applicability "
        "WHERE control IN (SELECT value FROM json_each(:controls)) "
        "AND (system IS NULL OR system = :system) AND decided_on <= :day) "
        "WHERE rank = 1 AND NOT applicable ORDER BY control",
        {"controls": json.dumps([*refs]), "system": system, "day": recorded.today.isoformat()},
    )
    for control, decision, why in rows.fetchall():
        about = f" for {system}" if system else ""
        yield f"{control} is excluded{about} by {decision}: {visible(why)}"


def treated_all_the_same(recorded: Recording, control: str, system: str | None) -> Iterator[str]:
    """A note for each open risk that the control treats, though a decision now excludes it.

    The decision for the AIMS is about the risks of those systems that have none of their own.
    """
    recorded.session.flush()
    rows = recorded.connection.execute(
        "SELECT DISTINCT risk.id, title FROM risk_control JOIN risk ON risk.key = risk "
        "WHERE control = :control AND (closed_on IS NULL OR closed_on > :day) "
        "AND CASE WHEN :system IS NULL THEN risk.system IS NULL OR NOT EXISTS ("
        "SELECT 1 FROM applicability AS own WHERE own.control = :control "
        "AND own.system = risk.system AND own.decided_on <= :day) "
        "ELSE risk.system = :system END ORDER BY risk.key",
        {"control": control, "system": system, "day": recorded.today.isoformat()},
    )
    for identifier, title in rows.fetchall():
        yield f"{control} is excluded, yet {identifier} '{visible(title)}' is treated by it"
