"""AI system impact assessments (ISO/IEC 42001 6.1.4, 8.4, A.5.2 to A.5.5; AI RMF MAP 5, MAP 3).

An assessment keeps the purpose, roles and model it was made for. Nothing of it is overwritten:
effects are added until it is approved, and what is found later is a new assessment. Links to risks
and to evidence may follow at any time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlmodel import select

from govtrack.aims import impact_fields, links
from govtrack.aims.fields import long_ago
from govtrack.aims.impact_fields import EffectFields, Fault, ImpactFields, of_list, option
from govtrack.catalog import impacts as asked
from govtrack.catalog.kinds import review_due
from govtrack.errors import BadInput, Problem, refuse, visible
from govtrack.register.nouns import NOUNS, id_of
from govtrack.register.tables import risks as _risks  # noqa: F401  (an assessment refers to both)
from govtrack.register.tables import systems as _systems  # noqa: F401
from govtrack.register.tables.impacts import (
    ImpactAssessment,
    ImpactConsulted,
    ImpactEffect,
    ImpactEvidence,
    ImpactRisk,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from govtrack.aims.impact_fields import Where
    from govtrack.catalog.catalogue import Catalogue
    from govtrack.register.recording import Recording

__all__ = ["EffectFields", "ImpactFields", "add", "approve", "effect", "link", "measure"]

NOUN = "impact_assessment"
KIND = "impact-assessment"


_ON_THE_DAY = """
SELECT json_extract(after, '$.purpose'), json_extract(after, '$.model'),
       (SELECT group_concat(value, ', ') FROM json_each(after, '$.roles'))
FROM (SELECT seq, json_extract(CAST(bytes AS TEXT), '$.after') AS after FROM entry
      WHERE subject_type = 'ai_system' AND subject_id = ? AND substr(at, 1, 10) <= ?)
ORDER BY seq DESC LIMIT 1
"""
"""What the system's record said by the end of a day."""


class _Ties(NamedTuple):
    """The records that an assessment speaks of, by id."""

    system: str | None
    risks: tuple[str, ...]
    evidence: tuple[str, ...]


def add(
    recorded: Recording,
    said: ImpactFields,
    catalogue: Catalogue,
    placed: Callable[[Where, str, str | None], Problem] = option,
    earlier: Sequence[Problem] = (),
) -> str:
    """Record an assessment with its effects; gives its id.

    Raises `BadInput` with everything wrong: what was found `earlier` in the file it is written in,
    then what `placed` makes of each further fault, one a field.
    """
    found = list(earlier)
    told = {one.field for one in earlier if one.field}
    ties, faults = _ties(recorded, said.risks, said.evidence, said.system)
    due = said.next_review or _review(said.assessed_on, catalogue)
    if due is None and said.assessed_on:
        message = f"is missing: kinds.yaml gives no interval for {KIND}"
        faults.append(Fault(("next_review",), message))
    for fault in (*impact_fields.faults(said, catalogue, recorded.today), *faults):
        problem = placed(*fault)
        if problem.field not in told:
            found.append(problem)
    if found or not ties.system or due is None or said.assessed_on is None:
        raise BadInput(found)
    row = _row(recorded, said, ties.system, said.assessed_on, due)
    row.why = said.why and of_list(said.why, [one.id for one in asked.occasions(catalogue)])
    _own_approval(recorded, row)
    if note := long_ago(said.assessed_on, recorded.today):
        recorded.notes.append(note)
    _how_not_said(recorded, said.consulted)
    if row.approved_on and not said.effects:
        recorded.notes.append(
            f"{row.id} is approved without an effect, and none can be added: 'govtrack impact "
            "check' will say so"
        )
    _changed_since(recorded, row, said)
    recorded.session.add(row)
    recorded.session.flush()
    recorded.session.add_all(
        _effect(row.key, position, one, catalogue) for position, one in enumerate(said.effects, 1)
    )
    recorded.session.add_all(_people(row.key, said.consulted))
    recorded.session.add_all(ImpactRisk(impact=row.key, risk=one) for one in ties.risks)
    recorded.session.add_all(ImpactEvidence(impact=row.key, evidence=one) for one in ties.evidence)
    return row.id


def effect(recorded: Recording, which: str, said: EffectFields, catalogue: Catalogue) -> str:
    """Add an effect to an assessment that is not approved yet; gives the assessment's id."""
    row = _open(recorded, which)
    standing = recorded.session.exec(select(ImpactEffect).where(ImpactEffect.impact == row.key))
    effects = standing.all()
    others = [EffectFields(level=one.impact_level, kind=one.kind, what=one.what) for one in effects]
    faults = [
        *impact_fields.effect_faults(said, catalogue),
        *impact_fields.contradiction(said, others),
    ]
    if faults:
        raise BadInput(option(*fault) for fault in faults)
    last = max((one.position for one in effects), default=0)
    recorded.session.add(_effect(row.key, last + 1, said, catalogue))
    return row.id


def measure(recorded: Recording, which: str, number: int, text: str) -> str:
    """Say which measure meets an effect, by its number; until the assessment is approved."""
    row = _open(recorded, which)
    found = recorded.session.get(ImpactEffect, (row.key, number))
    if found is None:
        raise refuse(f"{row.id} has no effect {number}", field="--number")
    if found.kind == "none" or not text.strip():
        said = "is missing: what is done about it" if found.kind != "none" else "meets no effect"
        raise refuse(said, field="--measure")
    found.measure = text.strip()
    recorded.session.add(found)
    return row.id


def approve(recorded: Recording, which: str, by: str, on: date) -> str:
    """Record who approved an assessment and when; gives its id. What is approved stays so."""
    row = _found(recorded, which)
    if row.approved_on:
        said = f"{row.id} was approved on {row.approved_on} by {visible(row.approved_by or '')}"
        raise refuse(said, field="IA")
    if not recorded.image(NOUN, row.key)["effects"]:
        said = (
            f"{row.id} has no effect yet, and none can be added once it is approved: 'govtrack "
            f"impact effect {row.id}' says them, kind none where a level was considered without one"
        )
        raise refuse(said, field="IA")
    faults = list(impact_fields.approval_faults(by, on, row.assessed_on, recorded.today))
    if faults:
        named = {"approved_by": "--by", "approved_on": "--on"}
        raise BadInput(Problem(one.message, field=named[str(one.where[0])]) for one in faults)
    row.approved_by, row.approved_on = by.strip(), on.isoformat()
    recorded.session.add(row)
    recorded.describe(NOUN, row.key, f"{NOUN}.approved")
    _own_approval(recorded, row)
    return row.id


def link(
    recorded: Recording,
    which: str,
    risks: Iterable[str] = (),
    evidence: Iterable[str] = (),
    consulted: Iterable[tuple[str, str | None]] = (),
) -> str:
    """Tie an assessment to risks of the register and to the artefacts it is written down in.

    Until it is approved, also to those who were consulted.
    """
    row = _found(recorded, which)
    ties, faults = _ties(recorded, risks, evidence)
    people = tuple(consulted)
    faults += impact_fields.consulted_faults(people, _asked_already(recorded, row))
    if faults:
        raise BadInput(option(*fault) for fault in faults)
    if not (ties.risks or ties.evidence or people):
        raise refuse("say what to link: --risk, --evidence, --consulted", field="--risk")
    if people:
        _open(recorded, row.id)
        recorded.session.add_all(_people(row.key, people))
        _how_not_said(recorded, people)
    image = recorded.image(NOUN, row.key)
    there = {*image["risks"], *image["evidence"]}
    for one in (*ties.risks, *ties.evidence):
        if one in there:
            recorded.notes.append(f"{one} is linked to {row.id} already")
        elif one in ties.risks:
            recorded.session.add(ImpactRisk(impact=row.key, risk=one))
        else:
            recorded.session.add(ImpactEvidence(impact=row.key, evidence=one))
    recorded.describe(NOUN, row.key, f"{NOUN}.linked")
    return row.id


def _how_not_said(recorded: Recording, people: Iterable[tuple[str, str | None]]) -> None:
    """Note whom somebody consulted without saying how: it cannot be said later (A.5.4, MAP 5.2)."""
    names = ", ".join(f"'{who.strip()}'" for who, how in people if not (how or "").strip())
    if names:
        recorded.notes.append(f"{names}: how they were consulted is not said, as in 'WHO: HOW'")


def _row(
    recorded: Recording, said: ImpactFields, system: str, assessed_on: date, due: date
) -> ImpactAssessment:
    """The assessment; what is not said of the system is what its record says now."""
    connection = recorded.connection
    purpose, model = connection.execute(
        "SELECT purpose, model FROM ai_system WHERE id = ?", [system]
    ).fetchone()
    taken = connection.execute(
        "SELECT role FROM ai_system_role JOIN ai_system ON key = system WHERE id = ?", [system]
    )
    key = recorded.next_key(NOUN)
    return ImpactAssessment(
        key=key,
        id=id_of(NOUNS[NOUN], key),
        system=system,
        purpose=said.purpose.strip() if said.purpose else purpose,
        roles=", ".join(sorted(said.roles or (role for (role,) in taken))) or None,
        model=said.model.strip() if said.model else model,
        assessed_on=assessed_on.isoformat(),
        assessed_by=(said.assessed_by or "").strip(),
        approved_by=said.approved_by and said.approved_by.strip(),
        approved_on=said.approved_on.isoformat() if said.approved_on else None,
        result=said.result and said.result.strip(),
        next_review=due.isoformat(),
        recorded_on=recorded.today.isoformat(),
    )


def _changed_since(recorded: Recording, row: ImpactAssessment, said: ImpactFields) -> None:
    """Note where the record said something else on the day of an assessment recorded later."""
    found = recorded.connection.execute(_ON_THE_DAY, [row.system, row.assessed_on]).fetchone()
    for name, option_, was in zip(("purpose", "model", "roles"), ("purpose", "model", "role"),
                                  found or (), strict=False):  # fmt: skip
        now = getattr(row, name)
        if getattr(said, name) is None and was and was != now:
            recorded.notes.append(
                f"on {row.assessed_on} the system's record said {name} '{visible(was)}', now it "
                f"says '{visible(now or '')}': say --{option_} if it was made for the earlier one"
            )


def _effect(key: int, position: int, said: EffectFields, catalogue: Catalogue) -> ImpactEffect:
    """An effect in the words of the catalogue's lists."""
    words = {
        name: of_list(word, [one.id for one in asked.scale(catalogue, name)])
        for name in asked.SCALES
        if (word := getattr(said, name)) is not None
    }
    level = of_list(said.level, [one.id for one in asked.levels(catalogue)])
    return ImpactEffect(
        impact=key,
        position=position,
        impact_level=level or said.level,
        kind=said.kind.strip().casefold(),
        what=said.what.strip(),
        measure=said.measure and said.measure.strip(),
        **words,
    )


def _people(key: int, said: Iterable[tuple[str, str | None]]) -> list[ImpactConsulted]:
    return [
        ImpactConsulted(impact=key, who=who.strip(), how=(how or "").strip() or None)
        for who, how in said
    ]


def _asked_already(recorded: Recording, row: ImpactAssessment) -> list[str]:
    statement = select(ImpactConsulted.who).where(ImpactConsulted.impact == row.key)
    return list(recorded.session.exec(statement))


def _open(recorded: Recording, which: str) -> ImpactAssessment:
    """The assessment, refused once it is approved: what was approved is not changed."""
    row = _found(recorded, which)
    if row.approved_on:
        raise refuse(
            f"{row.id} was approved on {row.approved_on}: what is found later belongs to a new "
            "assessment, 'govtrack impact add'",
            field="IA",
        )
    return row


def _found(recorded: Recording, which: str) -> ImpactAssessment:
    identifier = links.identified(recorded, NOUN, which, "IA")
    statement = select(ImpactAssessment).where(ImpactAssessment.id == identifier)
    return recorded.session.exec(statement).one()


def _ties(
    recorded: Recording,
    risks: Iterable[str],
    evidence: Iterable[str],
    system: str | None = None,
) -> tuple[_Ties, list[Fault]]:
    """What is named, by id and each once, and what of it there is not."""
    faults: list[Fault] = []
    named = None
    if system and system.strip():
        try:
            named = links.system_of(recorded, system.strip())
        except BadInput as refusal:
            faults += [Fault(("system",), one.message, one.nearest) for one in refusal.problems]
    ids = [
        _ids(recorded, noun, (name, given), faults)
        for noun, name, given in (("risk", "risks", risks), ("evidence", "evidence", evidence))
    ]
    return _Ties(named, *ids), faults


def _ids(
    recorded: Recording, noun: str, said: tuple[str, Iterable[str]], faults: list[Fault]
) -> tuple[str, ...]:
    name, given = said
    found: dict[str, None] = {}
    for index, which in enumerate(given):
        try:
            found[links.identified(recorded, noun, which, name)] = None
        except BadInput as refusal:
            faults += [Fault((name, index), one.message, one.nearest) for one in refusal.problems]
    return tuple(found)


def _review(assessed_on: date | None, catalogue: Catalogue) -> date | None:
    kind = catalogue.kinds.get(KIND)
    return review_due(kind, assessed_on) if kind and assessed_on else None


def _own_approval(recorded: Recording, row: ImpactAssessment) -> None:
    if row.approved_by and row.approved_by.casefold() == row.assessed_by.casefold():
        recorded.notes.append(
            f"{row.id} is approved by the one who assessed it: 'govtrack impact check' will say so"
        )
