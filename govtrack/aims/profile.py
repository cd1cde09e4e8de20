"""AI RMF profiles, current and target (NIST AI 100-1 section 6): heads, and rows by day.

A row is never overwritten: each time something is set, a whole new row with its day is recorded,
and on a day the latest by then holds. What is not said is carried over from the row in force.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import col, select

from govtrack.aims import links
from govtrack.aims.fields import Place, too_early
from govtrack.catalog import profile_refs
from govtrack.errors import BadInput, Problem, closest, not_one_of, refuse
from govtrack.register.nouns import NOUNS, id_of
from govtrack.register.tables.profile import Profile, ProfileRow
from govtrack.register.tables.systems import AISystem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.register.recording import Recording

KINDS = ("organisation", "system", "use-case", "generative-ai")
"""Of the organisation, of one AI system, of a use case (NIST AI 100-1 section 6), of generative AI.

The last is the cross-sectoral profile of NIST AI 600-1.
"""

ORGANISATION = "organisation"
"""The slug of the profile that is meant where none is named; it is made when first used."""

SAID = (
    "current", "outcome", "target", "target_outcome", "target_by", "priority", "why", "action",
    "owner", "due", "note",
)  # fmt: skip
"""What a row says beside its reference and day."""

NOWHERE = Place()
_OPTIONS = {"ref": "SUBCATEGORY", "target_by": "--by"}
_OF_ALL = "on"
"""What a table does not say row by row: the command says it of all of them."""

FIRST_DAY = date(1900, 1, 1)
"""A day before it is a slip of the pen."""
LONG_AGO = timedelta(days=3653)
"""What is dated longer ago than these ten years may be one too, and is noted."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRowFields:
    """What is set of one subcategory (or action); None leaves what holds on that day.

    `profile` is a slug or id, `system` that of a system whose own profile is meant; with neither
    it is the organisation's. `clear` names fields that are emptied. `set_on` None is today.
    """

    ref: str
    profile: str | None = None
    system: str | None = None
    current: str | None = None
    outcome: str | None = None
    target: str | None = None
    target_outcome: str | None = None
    target_by: date | None = None
    priority: str | None = None
    why: str | None = None
    action: str | None = None
    owner: str | None = None
    due: date | None = None
    note: str | None = None
    set_on: date | None = None
    clear: tuple[str, ...] = ()
    place: Place = NOWHERE


class RowSet(NamedTuple):
    """The id of the row that now holds; not `new` where the same was recorded already."""

    id: str
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFields:
    """What the head of a profile says; None leaves a field as it is, or empty in a new one."""

    title: str | None = None
    kind: str | None = None
    scope: str | None = None
    system: str | None = None
    tolerance: str | None = None
    method: str | None = None
    assessors: str | None = None
    review_due: date | None = None


def add(recorded: Recording, slug: str, said: ProfileFields) -> str:
    """Record a profile under a short name; gives its id. A system has one profile of its kind."""
    problems = list(_head_problems(said))
    if not _SLUG.fullmatch(slug):
        message = f"'{slug}' is not a slug: lower-case letters and digits, joined by '-'"
        nearest = "-".join(re.findall(r"[a-z0-9]+", slug.casefold())) or None
        problems.append(Problem(message, field="NAME", nearest=nearest))
    if said.kind == "system" and not said.system:
        problems.append(Problem("is missing: the system whose profile it is", field="--system"))
    if problems:
        raise BadInput(problems)
    if taken := _by_slug(recorded, slug):
        raise refuse(f"'{slug}' is {taken.id} already, of kind {taken.kind}", field="NAME")
    key = recorded.next_key("profile")
    kind = said.kind or ("organisation" if slug == ORGANISATION else "use-case")
    made = Profile(
        key=key,
        id=id_of(NOUNS["profile"], key),
        slug=slug,
        title=said.title or slug.replace("-", " ").capitalize(),
        kind=kind,
        recorded_on=recorded.today.isoformat(),
    )
    system = links.system_of(recorded, said.system) if said.system else None
    if kind == "system" and (other := _of_system(recorded, system)):
        raise refuse(
            f"{system} has its profile already, {other.id} ({other.slug})", field="--system"
        )
    recorded.session.add(made)
    _write_head(made, said, system)
    recorded.session.flush()
    return made.id


def change(recorded: Recording, which: str, said: ProfileFields) -> str:
    """Change what `said` gives of the head of a profile named by slug or id; gives its id."""
    standing = find(recorded, which)
    problems = list(_head_problems(said))
    if said == ProfileFields():
        given = ", ".join(f"--{one.name.replace('_', '-')}" for one in fields(ProfileFields))
        problems.append(Problem(f"nothing is changed: give one of {given}", field="PROFILE"))
    if said.kind and said.kind != standing.kind and "system" in {said.kind, standing.kind}:
        message = f"{standing.id} is of kind {standing.kind}: a system's profile stays one"
        problems.append(Problem(message, field="--kind"))
    elif said.kind not in {None, "generative-ai"} and standing.kind == "generative-ai":
        message = f"{standing.id} may have rows of actions: it stays of kind generative-ai"
        problems.append(Problem(message, field="--kind"))
    if said.system and standing.kind == "system":
        problems.append(Problem(f"{standing.id} is that of {standing.system}", field="--system"))
    if problems:
        raise BadInput(problems)
    system = links.system_of(recorded, said.system) if said.system else standing.system
    _write_head(standing, said, system)
    if said.kind:
        standing.kind = said.kind
    recorded.session.add(standing)
    return standing.id


def find(recorded: Recording, which: str, field: str = "--profile") -> Profile:
    """The profile with that slug or id; refused with the nearest where there is none."""
    recorded.session.flush()
    rows = recorded.session.exec(select(Profile).order_by(col(Profile.key))).all()
    for one in rows:
        if one.slug == which.casefold() or one.id == which.upper():
            return one
    known = [one.slug for one in rows]
    message = f"there is no profile '{which}': add it with 'govtrack profile add'"
    raise refuse(message, field=field, nearest=closest(which, known))


def meant(recorded: Recording, profile: str | None, system: str | None) -> Profile:
    """The profile that a row belongs to; the organisation's and a system's are made when needed."""
    if profile is not None and not (profile == ORGANISATION and system is None):
        found = find(recorded, profile)
        if system is not None and found.system != (of := links.system_of(recorded, system)):
            raise refuse(f"{found.id} ({found.slug}) is not about {of}", field="--system")
        return found
    if system is None:
        made = _by_slug(recorded, ORGANISATION)
        return made or find(
            recorded, add(recorded, ORGANISATION, ProfileFields(title="Organisation"))
        )
    of = links.system_of(recorded, system)
    if made := _of_system(recorded, of):
        return made
    about = recorded.session.exec(select(AISystem).where(AISystem.id == of)).one()
    said = ProfileFields(title=about.name, kind="system", system=of)
    return find(recorded, add(recorded, about.slug, said))


def set_row(recorded: Recording, said: ProfileRowFields, catalogue: Catalogue) -> RowSet:
    """Record what is set of one subcategory (or action) on a day, unless nothing differs.

    Raises `BadInput` with everything wrong with `said`, naming its place.
    """
    of = meant(recorded, said.profile, said.system)
    found = profile_refs.resolve(
        [said.ref], catalogue, generative=of.kind == "generative-ai",
        field=_named(said, "ref"), file=said.place.file, row=said.place.row,
    )  # fmt: skip
    problems = list(_row_problems(recorded, said, catalogue))
    if len(found) != 1:
        problems.append(_at(said, f"'{said.ref}' names {len(found)}: one a row", "ref"))
    if problems:
        raise BadInput(problems)
    return _set(recorded, of.id, found[0], said)


def set_rows(
    recorded: Recording, said: Iterable[ProfileRowFields], catalogue: Catalogue
) -> tuple[RowSet, ...]:
    """Record several rows; everything wrong with any of them is refused at once."""
    done: list[RowSet] = []
    problems: dict[Problem, None] = {}
    for one in said:
        try:
            done.append(set_row(recorded, one, catalogue))
        except BadInput as refusal:
            problems.update(dict.fromkeys(refusal.problems))
    if problems:
        raise BadInput(problems)
    return tuple(done)


def _set(recorded: Recording, profile: str, ref: str, said: ProfileRowFields) -> RowSet:
    """What is said, over what holds on that day, as a new row where it says anything new."""
    set_on = (said.set_on or recorded.today).isoformat()
    rows = recorded.session.exec(
        select(ProfileRow)
        .where(ProfileRow.profile == profile, ProfileRow.ref == ref)
        .order_by(col(ProfileRow.set_on), col(ProfileRow.key))
    ).all()
    earlier = [row for row in rows if row.set_on <= set_on]
    standing = earlier[-1] if earlier else None
    before = {name: getattr(standing, name, None) for name in SAID}
    values = _said_over(before, said)
    if said.target_by and not (values["target"] or values["target_outcome"]):
        message = (
            f"{ref} has no target that could be reached by then: give {_named(said, 'target')}"
        )
        raise BadInput([_at(said, message, "target_by")])
    if standing and values == before and (said.set_on is None or set_on == standing.set_on):
        recorded.notes.append(f"{ref}: the same is recorded already, {standing.id}")
        return RowSet(standing.id, new=False)
    if len(earlier) < len(rows):
        recorded.notes.append(
            f"{ref} was set again on {rows[-1].set_on}: what is set now holds only until then"
        )
    key = recorded.next_key("profile_row")
    row = ProfileRow(
        key=key,
        id=id_of(NOUNS["profile_row"], key),
        profile=profile,
        ref=ref,
        set_on=set_on,
        set_by=recorded.actor,
        recorded_on=recorded.today.isoformat(),
        **values,
    )
    recorded.session.add(row)
    recorded.session.flush()
    return RowSet(row.id, new=True)


def _said_over(before: Mapping[str, str | None], said: ProfileRowFields) -> dict[str, str | None]:
    values = dict(before)
    for name in SAID:
        given = getattr(said, name)
        if given is not None:
            values[name] = given.isoformat() if isinstance(given, date) else given
    return values | dict.fromkeys(said.clear)


def _row_problems(
    recorded: Recording, said: ProfileRowFields, catalogue: Catalogue
) -> Iterator[Problem]:
    at = partial(_at, said)
    scale = catalogue.profile_scale
    states, priorities = ([one["id"] for one in scale[name]] for name in ("states", "priorities"))
    for name, scale_of in (("current", states), ("target", states), ("priority", priorities)):
        value = getattr(said, name)
        if value is not None and value not in scale_of:
            yield at(not_one_of(value, scale_of), name, closest(value, scale_of))
    words = {name: _named(said, name).removeprefix("--") for name in (*SAID, *said.clear)}
    known = [words[name] for name in SAID]
    for name in said.clear:
        if name not in SAID:
            yield at(not_one_of(words[name], known), "clear", closest(words[name], known))
        elif getattr(said, name) is not None:
            yield at("is given and cleared at once", name)
    if not said.clear and all(getattr(said, name) is None for name in SAID):
        given = ", ".join(_named(said, name) for name in SAID)
        yield at(f"nothing is set: give one of {given}", "ref")
    yield from _row_days(recorded, said)


def _row_days(recorded: Recording, said: ProfileRowFields) -> Iterator[Problem]:
    """What is wrong with the day a row is set on, and with those of its target and action."""
    on = said.set_on or recorded.today
    if on > recorded.today:
        yield _at(said, f"{on} is after today: a row says what is so on its day", _OF_ALL)
    if on < FIRST_DAY:
        yield _at(said, f"{on} is before {FIRST_DAY.year}", _OF_ALL)
    elif on < recorded.today - LONG_AGO:
        note = f"{on} is more than ten years ago"
        recorded.notes += [note] if note not in recorded.notes else []
    for name, day in (("target_by", said.target_by), ("due", said.due)):
        if wrong := too_early(day, on.isoformat()):
            yield _at(said, wrong, name)


def _at(said: ProfileRowFields, message: str, name: str, nearest: str | None = None) -> Problem:
    place = NOWHERE if name == _OF_ALL else said.place
    return place.problem(message, _named(said, name), nearest)


def _named(said: ProfileRowFields, name: str) -> str:
    """How a field is called where it was given: a column's name, or an option's."""
    if said.place.file is not None and name != _OF_ALL:
        return name.replace("_", " ")
    return _OPTIONS.get(name, f"--{name.replace('_', '-')}")


def _head_problems(said: ProfileFields) -> Iterator[Problem]:
    if said.kind is not None and said.kind not in KINDS:
        nearest = closest(said.kind, KINDS)
        yield Problem(not_one_of(said.kind, KINDS), field="--kind", nearest=nearest)
    if said.title is not None and not said.title.strip():
        yield Problem("is empty: what people call the profile", field="--title")


def _write_head(profile: Profile, said: ProfileFields, system: str | None) -> None:
    given = replace(said, system=system)
    for name in (field.name for field in fields(ProfileFields) if field.name != "kind"):
        value = getattr(given, name)
        if value is not None:
            setattr(profile, name, value.isoformat() if isinstance(value, date) else value)


def _by_slug(recorded: Recording, slug: str) -> Profile | None:
    recorded.session.flush()
    return recorded.session.exec(select(Profile).where(Profile.slug == slug)).first()


def _of_system(recorded: Recording, system: str | None) -> Profile | None:
    recorded.session.flush()
    statement = select(Profile).where(Profile.kind == "system", Profile.system == system)
    return recorded.session.exec(statement).first()
