"""Controls of the organisation's own, beside those of Annex A, which is a reference set (6.1.3).

Nothing takes one out again: one that is no longer wanted is decided as excluded, with its reason.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govtrack.catalog import refs
from govtrack.errors import BadInput, Problem, visible
from govtrack.register.nouns import BY_CODE, NOUNS, id_of
from govtrack.register.tables.applicability import AdditionalControl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from govtrack.register.recording import Recording

LONGEST = 30
"""Characters of a reference; what it is about stands in its title."""

_OWN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[._/-][A-Za-z0-9]+)*")
_RECORD = re.compile(rf"(?:{'|'.join(BY_CODE)})-[0-9]{{4}}-[0-9]+(?:/.*)?", re.IGNORECASE)


def add(recorded: Recording, ref: str, title: str, source: str, on: date | None = None) -> str:
    """Record a control of the organisation's own; gives its id.

    Its reference must be of a scheme of its own, so that nobody takes it for one of the standard,
    for the id of a record or for a system.
    """
    ref = ref.strip()
    problems = [Problem(wrong, field="NEW") for wrong in _wrong(recorded, ref)]
    for field, text in (("--title", title), ("--source", source)):
        if not text.strip():
            problems.append(Problem("is empty", field=field))
    if on and on > recorded.today:
        message = f"{on} has not come yet; today is {recorded.today}"
        problems.append(Problem(message, field="--on"))
    if problems:
        raise BadInput(problems)
    key = recorded.next_key("additional_control")
    row = AdditionalControl(
        key=key,
        id=id_of(NOUNS["additional_control"], key),
        ref=ref,
        title=title.strip(),
        source=source.strip(),
        added_on=(on or recorded.today).isoformat(),
        recorded_on=recorded.today.isoformat(),
    )
    recorded.session.add(row)
    recorded.session.flush()
    return row.id


def _wrong(recorded: Recording, ref: str) -> Iterator[str]:
    """Why `ref` cannot be a reference of one's own: the first reason."""
    shown = visible(ref if len(ref) <= LONGEST else f"{ref[:LONGEST]}...")
    if len(ref) > LONGEST:
        yield f"'{shown}' has {len(ref)} characters: at most {LONGEST} are taken"
    elif refs.of_a_standard(ref):
        yield (
            f"'{shown}' reads like a reference of a standard: choose a scheme of your own, such as "
            "ORG-1"
        )
    elif _RECORD.fullmatch(ref):
        yield f"'{shown}' reads like the id of a record: choose a scheme of your own, such as ORG-1"
    elif not _OWN.fullmatch(ref):
        yield (
            f"'{shown}' is not a reference such as ORG-1: letters and digits, joined by '-', '.', "
            "'_' or '/'"
        )
    elif taken := _taken(recorded, ref):
        yield f"'{shown}' is {taken} already"


def _taken(recorded: Recording, ref: str) -> str | None:
    """What goes by that name already: a control of one's own, or a system."""
    recorded.session.flush()
    row = recorded.connection.execute(
        "SELECT id FROM additional_control WHERE lower(ref) = :ref "
        "UNION ALL SELECT 'the system ' || id FROM ai_system WHERE slug = :ref",
        {"ref": ref.lower()},
    ).fetchone()
    return row and str(row[0])
