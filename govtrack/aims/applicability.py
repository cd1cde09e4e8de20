"""Which controls are necessary, and how far they are implemented (6.1.3).

Every decision is a record of its own with its day; what it does not say is carried over from the
decision that held on that day. A decision about one AI system is a difference: where a system has
none, the decision for the whole AIMS holds for it. Nothing defaults to applicable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.aims import links
from govtrack.aims.fields import Place, too_early
from govtrack.errors import BadInput, Problem, closest, not_one_of, refuse, visible
from govtrack.register.nouns import NOUNS, id_of
from govtrack.register.tables import systems  # noqa: F401  (a decision refers to its table)
from govtrack.register.tables.applicability import ApplicabilityBecause, ApplicabilityDecision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.register.recording import Recording

STATUSES = ("implemented", "partial", "planned", "not")
"""Implementation status. Auditors expect it beside a control; it is the organisation's own word."""

BECAUSE = ("risk", "legal", "contract", "decision")
"""What a decision may rest on: a risk of the register, or a law, contract or decision in words."""

OF_APPLICABLE = ("status", "how", "owner", "due")
"""What is said of an applicable control only: of an excluded one nothing is to be implemented."""

NOWHERE = Place()
"""The place of words that stand in no table."""

_OPTIONS = {"decided_on": "--on", "decided_by": "--by", "control": "CONTROL"}
_OF_ALL = ("decided_on", "decided_by")
"""What a table does not say row by row: it is said of all of them, by the command."""
_TEXTS = ("why", "how", "owner", "decided_by")
_SAID = (*_TEXTS, "applicable", "because", "status", "due", "decided_on")
_EVIDENCE = re.compile(r"\bEV-[0-9]{4}-[0-9]{1,7}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicabilityFields:
    """What is said of one control, for the AIMS or (with `system`, a slug or id) for one system.

    None leaves a field as the decision in force has it; `clear` names those of `OF_APPLICABLE` that
    are emptied. `because` holds (kind, reference); `place` is where the words came from, for the
    problems with them.
    """

    control: str
    system: str | None = None
    applicable: bool | None = None
    why: str | None = None
    because: tuple[tuple[str, str], ...] | None = None
    status: str | None = None
    how: str | None = None
    owner: str | None = None
    due: date | None = None
    decided_on: date | None = None
    decided_by: str | None = None
    clear: tuple[str, ...] = ()
    place: Place = NOWHERE

    def problem(self, message: str, field: str, nearest: str | None = None) -> Problem:
        """What is wrong with a field: the table's column, or the command's option."""
        if self.place.file and field not in _OF_ALL:
            return self.place.problem(message, field, nearest)
        return Problem(message, field=_OPTIONS.get(field, f"--{field}"), nearest=nearest)


class Decided(NamedTuple):
    """The decision that now holds; not `new` where what was said is recorded already."""

    id: str
    new: bool


def because_of(text: str) -> tuple[str, str]:
    """`risk: R-2026-0001` as a kind and what it refers to; the kind is empty where none stands."""
    kind, colon, reference = text.partition(":")
    return (kind.strip().casefold(), reference.strip()) if colon else ("", text.strip())


def decide(recorded: Recording, said: ApplicabilityFields, catalogue: Catalogue) -> Decided:
    """Record a decision about one control, unless nothing differs from the one that holds.

    Raises `BadInput` with everything wrong with `said`: an unknown control, system or risk, a first
    decision without its reason, a day that has not come, what contradicts itself.
    """
    problems = list(_problems(said, recorded.today))
    control, system = "", None
    try:
        control = _control(recorded, said, catalogue)
    except BadInput as refusal:
        problems += _placed(refusal, said, "control")
    try:
        system = links.system_of(recorded, said.system) if said.system else None
    except BadInput as refusal:
        problems += _placed(refusal, said, "system")
    because = _because(recorded, said, problems)
    _check_evidence(recorded, said, problems)
    if problems:
        raise BadInput(problems)
    day = said.decided_on or recorded.today
    standing = _in_force(recorded, control, system, day)
    values = _values(said, standing)
    problems += _missing(said, values, control, standing)
    problems += _due(said, day)
    if problems:
        raise BadInput(problems)
    carried = _carried(recorded, standing, values)
    if because is None:
        because = carried
    if (
        standing
        and _same(said, standing, values | {"system": system})
        and (set(because) == set(carried))
    ):
        recorded.notes.append(f"{control}: the same is recorded already, {standing['id']}")
        return Decided(standing["id"], new=False)
    written = _written(recorded, (control, system, day, said.decided_by), values, because)
    notes = _worth_knowing(recorded, said, control, system, day)
    recorded.notes += [note for note in notes if note not in recorded.notes]
    return Decided(written, new=True)


def _problems(said: ApplicabilityFields, today: date) -> Iterable[Problem]:
    """What is wrong with the words by themselves."""
    if not said.clear and all(getattr(said, name) is None for name in _SAID):
        yield said.problem("nothing is said of it: give --applicable, --status, ...", "control")
    for name in _TEXTS:
        if (text := getattr(said, name)) is not None and not text.strip():
            yield said.problem("is empty", name)
    if said.status is not None and said.status not in STATUSES:
        nearest = closest(said.status, STATUSES)
        yield said.problem(not_one_of(said.status, STATUSES), "status", nearest)
    yield from _emptied(said)
    if said.applicable is False:
        yield from _of_applicable(said, "is said of an applicable control, not of an excluded one")
    if said.decided_on and said.decided_on > today:
        yield said.problem(_not_come(said.decided_on, today), "decided_on")


def _emptied(said: ApplicabilityFields) -> Iterable[Problem]:
    for name in said.clear:
        if name not in OF_APPLICABLE:
            yield said.problem("is never empty in a decision", name)
        elif getattr(said, name) is not None:
            yield said.problem("is given and emptied at once", name)


def _of_applicable(said: ApplicabilityFields, message: str) -> Iterable[Problem]:
    return (
        said.problem(message, name) for name in OF_APPLICABLE if getattr(said, name) is not None
    )


def _same(said: ApplicabilityFields, standing: dict[str, Any], values: dict[str, Any]) -> bool:
    """Whether the decision in force says all that is said now, by the same person that day."""
    day, by = said.decided_on, said.decided_by
    return (
        all(standing[name] == value for name, value in values.items())
        and (day is None or day.isoformat() == standing["decided_on"])
        and (by is None or by.strip() == standing["decided_by"])
    )


def _worth_knowing(
    recorded: Recording, said: ApplicabilityFields, control: str, system: str | None, day: date
) -> list[str]:
    """What a decision does not change, and what it leaves without its control."""
    notes = [*_past(recorded, control, system, day)]
    if said.applicable is False:
        notes += links.treated_all_the_same(recorded, control, system)
    return notes


def _past(recorded: Recording, control: str, system: str | None, day: date) -> Iterable[str]:
    """What a decision dated back does not change: what was decided and approved since."""
    given = {"control": control, "system": system, "day": day.isoformat()}
    (again,) = recorded.connection.execute(
        "SELECT min(decided_on) FROM applicability "
        "WHERE control = :control AND system IS :system AND decided_on > :day",
        given,
    ).fetchone()
    if again:
        about = f"{control} for {system}" if system else control
        yield f"{about} was decided again on {again}: what is decided now holds only until then"
    approved = recorded.connection.execute(
        "SELECT version, approved_on FROM soa WHERE approved_on >= :day "
        "AND (:again IS NULL OR approved_on < :again) ORDER BY version",
        {**given, "again": again},
    )
    for version, approved_on in approved:
        yield f"version {version}, approved on {approved_on}, stays as it is: without this decision"


def _not_come(day: date, today: date) -> str:
    return f"{day} has not come yet; today is {today}"


def _placed(refusal: BadInput, said: ApplicabilityFields, field: str) -> Iterable[Problem]:
    return (said.problem(one.message, field, one.nearest) for one in refusal.problems)


def _control(recorded: Recording, said: ApplicabilityFields, catalogue: Catalogue) -> str:
    found = links.controls(recorded, [said.control], catalogue)
    if len(found) != 1:
        raise refuse(f"'{visible(said.control)}' are {len(found)} controls, one is expected")
    return found[0]


def _because(
    recorded: Recording, said: ApplicabilityFields, problems: list[Problem]
) -> tuple[tuple[str, str], ...] | None:
    """The reasons with the ids of risks as the register has them; each once."""
    if said.because is None:
        return None
    found: dict[tuple[str, str], None] = {}
    for kind, reference in said.because:
        known = reference
        if kind not in BECAUSE:
            given = not_one_of(kind, BECAUSE) if kind else f"'{visible(reference)}' is of no kind"
            message = f"{given}; write it as KIND:WHAT, such as risk:R-2026-0001 or legal:TEXT"
            nearest = closest(kind, BECAUSE) if kind else None
            problems.append(said.problem(message, "because", nearest))
        elif not reference:
            problems.append(said.problem(f"'{kind}:' says not which one", "because"))
        elif kind == "risk":
            try:
                known = links.identified(recorded, "risk", reference, "--because")
            except BadInput as refusal:
                problems += _placed(refusal, said, "because")
        found[kind, known] = None
    return tuple(found)


def _check_evidence(
    recorded: Recording, said: ApplicabilityFields, problems: list[Problem]
) -> None:
    """Evidence that `how` names by its id must be on record."""
    for identifier in _EVIDENCE.findall(said.how or ""):
        try:
            links.identified(recorded, "evidence", identifier, "--how")
        except BadInput as refusal:
            problems += _placed(refusal, said, "how")


def _in_force(
    recorded: Recording, control: str, system: str | None, day: date
) -> dict[str, Any] | None:
    """The decision that holds on the day: the system's own, else the one for the AIMS."""
    recorded.session.flush()
    cursor = recorded.connection.execute(
        "SELECT * FROM applicability WHERE control = ? AND (system IS NULL OR system = ?) "
        "AND decided_on <= ? ORDER BY system IS NULL, decided_on DESC, key DESC LIMIT 1",
        [control, system, day.isoformat()],
    )
    row = cursor.fetchone()
    return row and dict(zip([column[0] for column in cursor.description], row, strict=True))


def _values(said: ApplicabilityFields, standing: dict[str, Any] | None) -> dict[str, Any]:
    """What the new decision says: what is said now, over what is carried over."""
    held = standing or {}
    applicable = held.get("applicable") if said.applicable is None else int(said.applicable)
    turned = held.get("applicable") not in {None, applicable}
    # a reason to include is none to exclude: once it turns, what was said before is not carried
    values = {} if turned else {name: held.get(name) for name in ("why", *OF_APPLICABLE)}
    values = {name: values.get(name) for name in ("why", *OF_APPLICABLE)}
    if said.status == "implemented":
        values["due"] = None  # the day it was planned for has done its work
    values |= dict.fromkeys(said.clear)
    for name in values:
        if (value := getattr(said, name)) is not None:
            values[name] = value.isoformat() if isinstance(value, date) else value.strip()
    return {"applicable": applicable, **values}


def _missing(
    said: ApplicabilityFields,
    values: dict[str, Any],
    control: str,
    standing: dict[str, Any] | None,
) -> Iterable[Problem]:
    if values["applicable"] is None:
        message = f"is missing, or --excluded: {control} is not decided yet"
        yield said.problem(message, "applicable")
    elif not values["applicable"] and said.applicable is None:
        yield from _of_applicable(said, f"{control} is excluded: there is nothing to implement")
    if values["why"] is None:
        first = "decision" if standing is None else "exclusion or inclusion"
        yield said.problem(f"is missing: a first {first} of {control} says its reason", "why")
    if values["applicable"] and values["status"] == "planned" and not values["due"]:
        yield said.problem(f"is missing: what is planned ({control}) has a day", "due")


def _due(said: ApplicabilityFields, day: date) -> Iterable[Problem]:
    """What is wrong with the day by which a control is to be implemented."""
    if wrong := too_early(said.due, day.isoformat()):
        yield said.problem(wrong, "due")
    if said.due and said.status == "implemented":
        yield said.problem("is said of what is still to be done, not of implemented", "due")


def _carried(
    recorded: Recording, standing: dict[str, Any] | None, values: dict[str, Any]
) -> tuple[tuple[str, str], ...]:
    if standing is None or standing["applicable"] != values["applicable"]:
        return ()
    rows = recorded.connection.execute(
        "SELECT kind, reference FROM applicability_because WHERE applicability = ?",
        [standing["key"]],
    )
    return tuple(rows.fetchall())


def _written(
    recorded: Recording,
    about: tuple[str, str | None, date, str | None],
    values: dict[str, Any],
    because: Iterable[tuple[str, str]],
) -> str:
    control, system, day, by = about
    key = recorded.next_key("applicability")
    row = ApplicabilityDecision(
        key=key,
        id=id_of(NOUNS["applicability"], key),
        control=control,
        system=system,
        **values,
        decided_on=day.isoformat(),
        decided_by=(by or recorded.actor).strip(),
        recorded_on=recorded.today.isoformat(),
    )
    recorded.session.add(row)
    recorded.session.flush()
    recorded.session.add_all(
        ApplicabilityBecause(applicability=key, kind=kind, reference=reference)
        for kind, reference in because
    )
    recorded.describe("applicability", key, "applicability.decided")
    recorded.session.flush()
    return row.id
