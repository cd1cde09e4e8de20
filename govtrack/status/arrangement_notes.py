"""What the working papers say under a reference, and what is missing there with its command."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from govtrack.status.findings import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.status.arrangement_records import Recorded

IN_FORCE = ("covered", "expiring")


class Note(NamedTuple):
    """Something recorded, or missing: then `settle` is the command that mends it."""

    words: str
    settle: str | None = None


def notes(
    ref: str | None, leaves: Sequence[str], known: Recorded, catalogue: Catalogue
) -> Iterator[Note]:
    """What is recorded under a reference (None: a theme) besides evidence."""
    for prefix, makers in _ASKED.items():
        if ref is not None and (ref == prefix or ref.startswith(f"{prefix}.")):
            for maker in makers:
                yield from maker(known)
    if controls := [one for one in leaves if one.startswith("A.")]:
        yield from _controls(controls, known)
    if subcategories := [one for one in leaves if _function(one, catalogue)]:
        yield from _profile(subcategories, known)
        yield from _sources(subcategories, known)
    if risks := [one for one in leaves if one.startswith("genai:")]:
        yield from _generative(risks, known)


def actions(leaves: Sequence[str], known: Recorded, catalogue: Catalogue) -> Iterator[Note]:
    """How many actions of NIST AI 600-1 on these subcategories or risks a profile speaks of."""
    risks = {one.removeprefix("genai:") for one in leaves}
    asked = [
        one["id"]
        for one in catalogue.genai["actions"]
        if one["rmf"] in leaves or risks.intersection(one["risks"])
    ]
    open_ = [one for one in asked if one not in known.actions]
    settle = None
    if known.generative_profile is None:
        settle = "govtrack profile add genai --kind generative-ai --title 'Generative AI'"
    elif open_:
        settle = _profile_row(open_[0], f"--profile {known.generative_profile} ")
    done = f"{len(asked) - len(open_)} of {len(asked)}"
    yield Note(f"actions of NIST AI 600-1 in the generative AI profile: {done}", settle)


def gaps(
    leaves: Iterable[tuple[str, str, tuple[str, ...]]], known: Recorded, catalogue: Catalogue
) -> Iterator[Note]:
    """The leaves without evidence in force: what to confirm, to approve, to renew, to record.

    A control that is excluded asks for no evidence.
    """
    by_state: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for ref, state, evidence in leaves:
        decided = known.decisions.get(ref)
        if state not in IN_FORCE and not (decided and not decided.applicable):
            by_state.setdefault(state, []).append((ref, evidence))
    for state, found in by_state.items():
        refs = [ref for ref, _ in found]
        if state == "none":
            yield from _to_record(refs, catalogue)
            continue
        words, settle = _MEND[state]
        ids: dict[str, list[str]] = {}
        for ref, evidence in found:
            ids.setdefault(evidence[0] if evidence else "EV", []).append(ref)
        for identifier, named in ids.items():
            said = f"{', '.join(named)}: {words.format(id=identifier)}"
            command = settle.format(
                id=identifier,
                refs=" ".join(map(quoted, named)),
                kind=known.kinds.get(identifier, "KIND"),
            )
            yield Note(said, command)


_MEND = {
    "proposed": ("{id} is proposed only", "govtrack evidence confirm {id} {refs}"),
    "draft": ("{id} is a draft", "govtrack evidence approve {id} --by WHO --on DATE"),
    "stale": (
        "{id} lapsed or its review is overdue",
        "govtrack add-evidence FILE --kind {kind} --supersedes {id}",
    ),
}


def _to_record(refs: list[str], catalogue: Catalogue) -> Iterator[Note]:
    """Nothing is there: the kinds of evidence that would close it, what closes most first."""
    open_ = list(refs)
    while open_:
        closes = Counter(
            {
                kind.id: sum(tag.ref in open_ for tag in kind.tags)
                for kind in catalogue.kinds.values()
            }
        )
        name, count = closes.most_common(1)[0] if closes else ("", 0)
        if not count:
            supports = quoted(",".join(open_))
            yield Note(
                f"{', '.join(open_)}: no evidence",
                f"govtrack add-evidence FILE --kind KIND --supports {supports}",
            )
            return
        of = {tag.ref for tag in catalogue.kinds[name].tags}
        closed = [one for one in open_ if one in of]
        open_ = [one for one in open_ if one not in of]
        supports = quoted(",".join(closed))
        yield Note(
            f"{', '.join(closed)}: no evidence",
            f"govtrack add-evidence FILE --kind {name} --supports {supports}",
        )


def _criteria(known: Recorded) -> Iterator[Note]:
    criteria = known.risks.criteria
    if criteria:
        yield Note(f"AI risk criteria in force: {criteria}")
    else:
        settle = "govtrack criteria set --in-force-from DATE --decided-by WHO"
        yield Note("no AI risk criteria are in force", settle)


def _assessed(known: Recorded) -> Iterator[Note]:
    risks = known.risks
    if not risks.open:
        add = "govtrack risk add --title TEXT --cause TEXT --event TEXT --consequence TEXT"
        yield Note("no open risk is recorded", add)
        return
    settle = None
    if risks.not_assessed:
        settle = _assess(risks.not_assessed)
    yield Note(f"open risks assessed: {risks.assessed} of {risks.open}", settle)


def _assessed_again(known: Recorded) -> Iterator[Note]:
    risks = known.risks
    if risks.assessed:
        settle = _assess(risks.first_overdue) if risks.first_overdue else None
        yield Note(f"risks whose assessment is overdue: {risks.overdue}", settle)
    else:
        yield Note("no risk has been assessed")


def _treated(known: Recorded) -> Iterator[Note]:
    risks = known.risks
    if not risks.open:
        yield Note("no open risk is recorded")
        return
    settle = None
    if risks.not_treated:
        settle = f"govtrack risk treat {risks.not_treated} --option WORD --what TEXT"
    yield Note(f"open risks with a treatment: {risks.treated} of {risks.open}", settle)
    settle = None
    if risks.first_treatment_overdue:
        settle = f"govtrack risk treat {risks.first_treatment_overdue} --treatment N --done DATE"
    yield Note(
        f"treatments not done: {risks.treatments_open}, overdue {risks.treatments_overdue}", settle
    )


def _statement(known: Recorded) -> Iterator[Note]:
    version = known.risks.soa_version
    if version:
        yield Note(f"Statement of Applicability: version {version}")
    else:
        settle = "govtrack soa approve --by WHO --on DATE --scope TEXT"
        yield Note("no version of the Statement of Applicability is approved", settle)


def _impacts(known: Recorded) -> Iterator[Note]:
    """The systems in scope or in use, and how many have an approved assessment that still holds."""
    day = known.day
    asked = [
        one for one in known.systems
        if (one.system.in_scope or one.system.in_use)
        and not (one.system.scope_to and one.system.scope_to < day)
    ]  # fmt: skip
    late = [(one, reason) for one in asked for reason in one.reasons if reason.overdue]
    drafts = [one for one in asked if one.assessment and not one.approved]
    lacking = {one.system.id for one, _ in late} | {one.system.id for one in drafts}
    valid = len(asked) - len(lacking)
    settle = late[0][1].settle if late else None
    if drafts and not late:
        settle = f"govtrack impact approve {drafts[0].assessment} --by WHO --on DATE"
    yield Note(f"systems with an impact assessment that holds: {valid} of {len(asked)}", settle)


def _controls(controls: list[str], known: Recorded) -> Iterator[Note]:
    decided = [known.decisions[one] for one in controls if one in known.decisions]
    applicable = [one for one in decided if one.applicable]
    done = sum(one.status == "implemented" for one in applicable)
    open_ = [one for one in controls if one not in known.decisions]
    words = f"controls decided: {len(decided)} of {len(controls)}"
    if decided:
        words += f" ({len(applicable)} applicable, {done} implemented)"
    settle = (
        f"govtrack soa set {' '.join(map(quoted, open_))} --applicable --why TEXT"
        if open_
        else None
    )
    yield Note(words, settle)


def _profile(refs: list[str], known: Recorded) -> Iterator[Note]:
    said = [known.profile[one] for one in refs if one in known.profile]
    counts = ", ".join(f"{count} {state}" for state, count in Counter(said).items())
    words = f"profile: {len(said)} of {len(refs)} assessed"
    open_ = [one for one in refs if one not in known.profile]
    settle = _profile_row(open_[0]) if open_ else None
    yield Note(f"{words} ({counts})" if counts else words, settle)


def _sources(refs: list[str], known: Recorded) -> Iterator[Note]:
    count = sum(known.sources.get(one, 0) for one in refs)
    if count:
        yield Note(f"open risks identified from it: {count}")


def _generative(refs: list[str], known: Recorded) -> Iterator[Note]:
    named = [one for one in refs if known.sources.get(one)]
    words = f"GenAI risks that an open risk was identified from: {len(named)} of {len(refs)}"
    generative = next((one.system.slug for one in known.systems if one.system.generative), None)
    settle = None
    if len(named) < len(refs):
        settle = f"govtrack risk suggest --system {generative or 'SYSTEM'}"
    yield Note(words, settle)


def _function(ref: str, catalogue: Catalogue) -> bool:
    return catalogue.requirements[ref].framework == "rmf"


def _assess(risk: str) -> str:
    return f"govtrack risk assess {risk} --likelihood WORD --consequence-rating WORD"


def _profile_row(ref: str, more: str = "") -> str:
    return f"govtrack profile set {quoted(ref)} {more}--current STATE"


_ASKED: dict[str, tuple[Callable[[Recorded], Iterator[Note]], ...]] = {
    "6.1.2": (_criteria, _assessed),
    "6.1.3": (_treated, _statement),
    "6.1.4": (_impacts,),
    "8.2": (_assessed_again,),
    "8.3": (_treated,),
    "8.4": (_impacts,),
    "A.5": (_impacts,),
    "MAP 5": (_impacts,),
    "MANAGE": (_treated,),
}
"""What is asked for under a reference and below it, besides evidence."""
