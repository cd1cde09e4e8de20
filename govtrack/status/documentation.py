"""How far a record of documented information answers what it is tested for (7.5, the eleven facts).

A need is met, missing, or not told (None): what the record cannot tell is not guessed at. Needs are
data (schemas/documentation.yaml); the tests that are more than a field being there stand here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.catalog.documentation import EVERY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.catalog.documentation import Criterion, Documentation, Need

SHA256 = 64


class Told(NamedTuple):
    """What the record of an artefact or working paper tells on a day.

    `files` are the SHA-256 digests; `confirmed` and `proposed` the references that somebody stands
    behind, and those that wait. The approval is there once its day has come.
    """

    id: str
    title: str | None
    kind: str | None
    form: str
    version: int | None
    status: str
    prepared_by: str | None = None
    prepared_on: str | None = None
    approved_by: str | None = None
    approved_on: str | None = None
    valid_until: str | None = None
    review_due: str | None = None
    period_start: str | None = None
    period_end: str | None = None
    source: str | None = None
    classification: str | None = None
    retention: str | None = None
    why: str | None = None
    recorded_on: str | None = None
    systems: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    proposed: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Superseded or withdrawn: kept as it is, and no longer mended."""
        return self.status in {"superseded", "withdrawn"}


class Verdict(NamedTuple):
    """A criterion's outcome: `met`, `missing` or `not told`; `told` says what was found.

    `missing` are the needs that are not met; `on` names requirements on whose word a question of
    the Playbook counts as answered.
    """

    criterion: Criterion
    outcome: str
    missing: tuple[Need, ...] = ()
    on: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


def told(document: Mapping[str, Any], form: str, day: str) -> Told:
    """What a document of `govtrack.evidence/1` tells on `day`."""
    approved = (document["approved_on"] or "9999") <= day
    tags = document["tags"]
    confirmed = dict.fromkeys(tag["ref"] for tag in tags if tag["confirmed"])
    proposed = dict.fromkeys(tag["ref"] for tag in tags if tag["state"] == "proposed")
    plain = {name: document[name] for name in _PLAIN}
    return Told(
        **plain,
        form=form,
        approved_by=document["approved_by"] if approved else None,
        approved_on=document["approved_on"] if approved else None,
        systems=tuple(document["systems"]),
        supersedes=tuple(document["supersedes"]),
        files=tuple(file["sha256"] for file in document["files"]),
        confirmed=tuple(confirmed),
        proposed=tuple(ref for ref in proposed if ref not in confirmed),
    )


_PLAIN = (
    "id", "title", "kind", "version", "status", "prepared_by", "prepared_on", "valid_until",
    "review_due", "period_start", "period_end", "source", "classification", "retention", "why",
    "recorded_on",
)  # fmt: skip


class Tested:
    """What documented information is tested for, with the catalogue it is tested against."""

    def __init__(self, asked: Documentation, catalogue: Catalogue) -> None:
        self.asked = asked
        self.catalogue = catalogue
        self._required = asked.required()

    def lacking(self, one: Told, needs: Iterable[Need] | None = None) -> tuple[Need, ...]:
        """The needs not met, each once: those given, else all that a required set asks for."""
        wanted = self._required if needs is None else needs
        return tuple(need for need in wanted if self.met(one, need) is False)

    def met(self, one: Told, need: Need) -> bool | None:
        """Whether the record meets the need; None where it is not asked of it, or cannot tell."""
        if need.form and need.form != one.form:
            return None
        if need.kinds and one.kind not in need.kinds:
            # a policy is about no system in particular: that none is named says nothing
            return all(getattr(one, name) for name in need.fields) or None
        if need.test:
            return _TESTS[need.test](one, self.catalogue)
        if need.any:
            return any(getattr(one, name) for name in need.any)
        return all(getattr(one, name) for name in need.fields)

    def verdicts(self, one: Told) -> tuple[Verdict, ...]:
        """Each criterion that is asked of the artefact, in the order of the sets."""
        required = {found.id for found in self.asked.sets if found.required}
        made = (
            self._required_of(one, criterion)
            if criterion.set in required
            else self._suggested(one, criterion)
            for criterion in self.asked.criteria
        )
        return tuple(verdict for verdict in made if verdict is not None)

    def _required_of(self, one: Told, criterion: Criterion) -> Verdict:
        found = [(need, self.met(one, need)) for need in self._needs(criterion)]
        missing = tuple(need for need, met in found if met is False)
        if missing:
            return Verdict(criterion, "missing", missing)
        met = criterion.told and any(met for _, met in found)
        return Verdict(criterion, "met" if met else "not told")

    def _suggested(self, one: Told, criterion: Criterion) -> Verdict | None:
        """A question of the Playbook, where the artefact's kind or a tag of it should answer."""
        on = tuple(ref for ref in criterion.refs if ref in one.confirmed)
        waiting = tuple(ref for ref in criterion.refs if ref in one.proposed)
        expected = EVERY in criterion.kinds or one.kind in criterion.kinds
        if not (on or expected):
            return None
        missing = self.lacking(one, self._needs(criterion))
        if missing:
            return Verdict(criterion, "missing", missing, on)
        if on or (criterion.needs and not criterion.refs):
            return Verdict(criterion, "met", on=on)
        return Verdict(criterion, "missing" if waiting else "not told", waiting=waiting)

    def _needs(self, criterion: Criterion) -> tuple[Need, ...]:
        return tuple(self.asked.needs[name] for name in criterion.needs)


def mending(one: Told, missing: Iterable[Need]) -> tuple[str, ...]:
    """The commands that mend what is missing, each once.

    What is said of an artefact when it is recorded is not overwritten: a new version says it.
    """
    commands: dict[str, None] = {}
    options: dict[str, None] = {}
    for need in missing:
        command = need.command
        if need.id == "approval" and one.approved_by:
            options["--approved-by P --approved-on DATE"] = None
        elif need.id == "requirement" and not one.proposed:
            commands[f"govtrack evidence tag {one.id} REF"] = None
        elif command:
            commands[command.format(id=one.id, kind=one.kind)] = None
        elif need.option:
            options[need.option] = None
    if options:
        again = f"govtrack add-evidence FILE --kind {one.kind} --supersedes {one.id}"
        commands[f"{again} --allow-duplicate {' '.join(options)}"] = None
    return tuple(commands)


def _known_kind(one: Told, catalogue: Catalogue) -> bool:
    return one.kind in catalogue.kinds


def _approved_by_another(one: Told, _: Catalogue) -> bool | None:
    if not (one.approved_by and one.approved_on):
        return False
    # without a preparer nobody can say whether it was another person
    return None if one.prepared_by is None else one.approved_by != one.prepared_by


def _hashed(one: Told, _: Catalogue) -> bool:
    return bool(one.files) and all(len(digest) == SHA256 for digest in one.files)


def _chained(one: Told, _: Catalogue) -> bool:
    return (one.version or 1) == 1 or bool(one.supersedes)


def _known_rule(one: Told, catalogue: Catalogue) -> bool:
    return one.retention in catalogue.retention_rules


def _confirmed(one: Told, _: Catalogue) -> bool:
    return bool(one.confirmed)


def _looked_at_again(one: Told, catalogue: Catalogue) -> bool | None:
    if one.valid_until or one.review_due:
        return True
    kind = catalogue.kinds.get(one.kind or "")
    # some kinds are looked at again on events, not by the calendar
    return None if kind and kind.interval_months is None else False


_TESTS: dict[str, Callable[[Told, Catalogue], bool | None]] = {
    "known-kind": _known_kind,
    "approved-by-another": _approved_by_another,
    "hashed": _hashed,
    "chained": _chained,
    "known-rule": _known_rule,
    "confirmed": _confirmed,
    "looked-at-again": _looked_at_again,
}
