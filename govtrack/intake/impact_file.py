"""One AI system impact assessment written in a YAML file, with the line of everything it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack import clock
from govtrack.aims.impact_fields import EffectFields, ImpactFields
from govtrack.catalog.sources import shape, yaml_text
from govtrack.errors import BadInput, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from govtrack.catalog.sources.shape import Form
    from govtrack.catalog.sources.yaml_text import Place, Source

_DAYS = ("assessed_on", "next_review", "approved_on")
_TEXTS = ("system", "assessed_by", "purpose", "model", "result", "why", "approved_by")
_LISTS = ("roles", "risks", "evidence")
FIELDS: dict[str, Form] = {
    **dict.fromkeys((*_TEXTS, *_DAYS), "text?"),
    **dict.fromkeys(_LISTS, "texts"),
    "consulted": "records",
    "effects": "records",
}
EFFECT: dict[str, Form] = {
    "level": "text", "kind": "text", "what": "text", "severity": "text?", "likelihood": "text?",
    "reversibility": "text?", "measure": "text?",
}  # fmt: skip
CONSULTED: dict[str, Form] = {"who": "text", "how": "text?"}


class Written(NamedTuple):
    """What a file says, what is wrong with how it says it, and where each thing stands."""

    said: ImpactFields
    problems: tuple[Problem, ...]
    source: Source

    def placed(self, where: Place, message: str, nearest: str | None = None) -> Problem:
        """A fault as a problem of the file and the line."""
        return self.source.problem(where, message, nearest)


def read(path: Path) -> Written:
    """The assessment in that file; what is no YAML at all is refused with its line."""
    source, problems = yaml_text.read(path, str(path))
    return _written(source, problems)


def parsed(text: str, shown: str) -> Written:
    """The assessment in that text; `shown` is what its problems name."""
    return _written(*yaml_text.parse(text, shown))


def _written(source: Source | None, problems: list[Problem]) -> Written:
    if source is None:
        raise BadInput(problems)
    if not isinstance(source.data, dict):
        raise BadInput(source.problem((), "expected a mapping (name: value) with 'system'"))
    reader = _Reader(source)
    said = reader.said()
    return Written(said, tuple(reader.problems), source)


class _Reader:
    """One file; what is ill-formed becomes a problem and is left out of what is said."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def said(self) -> ImpactFields:
        given = self.checked((), FIELDS)
        days = {name: self.day(given, name) for name in _DAYS}
        texts = {name: shape.text(given.get(name)) for name in _TEXTS}
        return ImpactFields(
            system=texts.pop("system") or "",
            roles=tuple(shape.texts(given.get("roles"))) or None,
            risks=tuple(shape.texts(given.get("risks"))),
            evidence=tuple(shape.texts(given.get("evidence"))),
            consulted=tuple(
                (shape.text(one.get("who")) or "", shape.text(one.get("how")))
                for one in self.records(given, "consulted", CONSULTED)
            ),
            effects=tuple(map(_effect, self.records(given, "effects", EFFECT))),
            **texts,  # type: ignore[arg-type]
            **days,  # type: ignore[arg-type]
        )

    def records(self, given: Mapping[str, Any], name: str, fields: Mapping[str, Form]) -> list[Any]:
        return [self.checked((name, index), fields) for index in range(len(given.get(name) or ()))]

    def checked(self, place: Place, fields: Mapping[str, Form]) -> dict[str, Any]:
        """The mapping at a place without what is ill-formed in it."""
        found = shape.check(self.source, place, fields)
        self.problems += found
        wrong = {one.field for one in found}
        given: dict[str, Any] = shape.at(self.source.data, place)
        return {
            name: value
            for name, value in given.items()
            if self.source.problem((*place, name), "").field not in wrong
        }

    def day(self, given: Mapping[str, Any], name: str) -> date | None:
        text = shape.text(given.get(name))
        if text is None:
            return None
        try:
            return clock.day(text, name)
        except BadInput as refusal:
            self.problems += [
                self.source.problem((name,), one.message, one.nearest) for one in refusal.problems
            ]
            return None


def _effect(given: Mapping[str, Any]) -> EffectFields:
    said = {name: shape.text(given.get(name)) for name in EFFECT}
    level, kind, what = (said.pop(name) or "" for name in ("level", "kind", "what"))
    return EffectFields(level=level, kind=kind, what=what, **said)
