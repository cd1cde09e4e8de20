"""AI systems in the scope of the AIMS (ISO/IEC 42001 clauses 4.1 and 4.3; GOVERN 1.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from sqlmodel import select

from govtrack.aims import links
from govtrack.aims.fields import ROLES
from govtrack.errors import BadInput, Problem, closest, not_one_of, refuse
from govtrack.register.nouns import NOUNS, id_of
from govtrack.register.tables.systems import AISystem, AISystemRole

if TYPE_CHECKING:
    from datetime import date

    from govtrack.register.recording import Recording

STAGES = (
    "inception",
    "design-and-development",
    "verification-and-validation",
    "deployment",
    "operation-and-monitoring",
    "re-evaluation",
    "retirement",
)
"""Life cycle stages, after ISO/IEC 22989 clause 6."""

_RMF_STAGES = {
    "plan-and-design": "inception",
    "collect-and-process-data": "design-and-development",
    "build-and-use-model": "design-and-development",
    "verify-and-validate": "verification-and-validation",
    "deploy-and-use": "deployment",
    "operate-and-monitor": "operation-and-monitoring",
}
"""The AI RMF's stages (NIST AI 100-1, figure 2) and the ISO stage each is kept as."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemFields:
    """What is said of a system; None leaves a field as it is, or empty in a new record."""

    name: str | None = None
    roles: tuple[str, ...] | None = None
    generative: bool | None = None
    stage: str | None = None
    owner: str | None = None
    purpose: str | None = None
    in_scope_from: date | None = None
    in_scope_to: date | None = None
    model: str | None = None


def add(recorded: Recording, slug: str, said: SystemFields) -> str:
    """Record a system; gives its id. Everything wrong with `said` is refused at once."""
    said = _with_stage(said)
    problems = _problems(said)
    if not _SLUG.fullmatch(slug):
        message = f"'{slug}' is not a slug: lower-case letters and digits, joined by '-'"
        problems.append(Problem(message, field="slug", nearest=_slug_from(slug)))
    if not said.name:
        problems.append(Problem("is missing: what people call the system", field="--name"))
    if problems:
        raise BadInput(problems)
    taken = recorded.session.exec(select(AISystem).where(AISystem.slug == slug)).first()
    if taken:
        raise refuse(f"'{slug}' is {taken.id} already", field="slug")
    key = recorded.next_key("ai_system")
    system = AISystem(
        key=key,
        id=id_of(NOUNS["ai_system"], key),
        slug=slug,
        name=said.name or slug,
        recorded_on=recorded.today.isoformat(),
    )
    recorded.session.add(system)
    _write(recorded, system, said)
    return system.id


def change(recorded: Recording, which: str, said: SystemFields) -> str:
    """Change what `said` gives of a system named by slug or id; gives its id."""
    system, said = find(recorded, which), _with_stage(said)
    if said == SystemFields():
        options = ", ".join(_option(one.name) for one in fields(said))
        raise refuse(f"nothing to change: give at least one of {options}", field="SYSTEM")
    problems = _problems(said, system)
    if problems:
        raise BadInput(problems)
    _write(recorded, system, said)
    return system.id


def find(recorded: Recording, which: str, field: str = "--system") -> AISystem:
    """The system with that slug or id; refused with the nearest where there is none."""
    identifier = links.system_of(recorded, which, field)
    return recorded.session.exec(select(AISystem).where(AISystem.id == identifier)).one()


def _with_stage(said: SystemFields) -> SystemFields:
    """The stage as it is kept, however it is written."""
    if said.stage is None:
        return said
    slug = "-".join(said.stage.casefold().replace("-", " ").split())
    return replace(said, stage=_RMF_STAGES.get(slug, slug))


def _write(recorded: Recording, system: AISystem, said: SystemFields) -> None:
    for field in fields(said):
        value = getattr(said, field.name)
        if value is not None and field.name != "roles":
            setattr(system, field.name, _kept(value))
    if said.roles is not None:
        _write_roles(recorded, system, said.roles)


def _write_roles(recorded: Recording, system: AISystem, names: tuple[str, ...]) -> None:
    recorded.session.flush()
    statement = select(AISystemRole).where(AISystemRole.system == system.key)
    standing = {row.role: row for row in recorded.session.exec(statement)}
    for role, row in standing.items():
        if role not in names:
            recorded.session.delete(row)
    recorded.session.add_all(
        AISystemRole(system=system.key, role=name)
        for name in dict.fromkeys(names)
        if name not in standing
    )


def _kept(value: str | bool | date) -> str | int:  # noqa: FBT001
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, str) else value.isoformat()


def _problems(said: SystemFields, standing: AISystem | None = None) -> list[Problem]:
    found = [
        Problem(not_one_of(role, ROLES), field="--role", nearest=closest(role, ROLES))
        for role in said.roles or ()
        if role not in ROLES
    ]
    if said.stage is not None and said.stage not in STAGES:
        nearest = closest(said.stage, STAGES)
        found.append(Problem(not_one_of(said.stage, STAGES), field="--stage", nearest=nearest))
    start = said.in_scope_from.isoformat() if said.in_scope_from else None
    start = start or (standing.in_scope_from if standing else None)
    if said.in_scope_to and start and said.in_scope_to.isoformat() < start:
        message = f"{said.in_scope_to} is before the system came into scope, {start}"
        found.append(Problem(message, field="--in-scope-to"))
    return found


def _option(name: str) -> str:
    return "--role" if name == "roles" else f"--{name.replace('_', '-')}"


def _slug_from(text: str) -> str | None:
    return "-".join(re.findall(r"[a-z0-9]+", text.casefold())) or None
