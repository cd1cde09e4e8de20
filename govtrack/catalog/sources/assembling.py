"""All files into one plain document, or every problem of every file at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from govtrack.catalog.sources import (
    crosswalks,
    documentation,
    knobs,
    risk_criteria,
    risk_method,
    scale,
    terms,
    yaml_text,
)
from govtrack.catalog.sources.kinds import Kinds
from govtrack.catalog.sources.standards import Standards
from govtrack.errors import BadInput, Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from govtrack.catalog.files import Files
    from govtrack.catalog.sources.yaml_text import Source


@dataclass
class _Reading:
    files: Files
    problems: list[Problem] = field(default_factory=list)

    def shipped(self, name: str) -> Source:
        source, problems = yaml_text.read(self.files.shipped / name, self.files.shown(name))
        if source is None:
            raise BadInput(problems)
        return source

    def own(self, name: str) -> Source | None:
        """The workspace's file of that name, where there is one that holds something."""
        path = self.files.own_file(name)
        if path is None:
            return None
        source, problems = yaml_text.read(path, self.files.shown_own(path))
        self.problems.extend(problems)
        if source is None or source.data is None:
            return None
        if not isinstance(source.data, dict):
            self.problems.append(source.problem((), "expected a mapping (name: value)"))
            return None
        return source


def document(files: Files) -> dict[str, Any]:
    """The catalogue as a plain document that JSON can hold.

    Raises `BadInput` with every problem of every file, each naming file and line.
    """
    reading = _Reading(files)
    reading.problems.extend(files.strangers())
    standards, about = _standards(reading)
    walks = _crosswalks(reading, standards)
    kinds = Kinds(standards.records, walks)
    shipped_kinds = reading.shipped("kinds.yaml")
    kinds.take(shipped_kinds, own=False)
    if own := reading.own("kinds.yaml"):
        kinds.take(own, own=True)
    vocabulary = reading.shipped("vocabulary.yaml")
    words: dict[str, dict[str, Any]] = {}
    problems = terms.take(vocabulary, words, standards.records, own=False)
    if own := reading.own("vocabulary.yaml"):
        problems += terms.take(own, words, standards.records, own=True)
    tested: dict[str, Any] = {}
    for source in (reading.shipped("documentation.yaml"), reading.own("documentation.yaml")):
        if source:
            problems += documentation.take(
                source, tested, standards.records, kinds.kinds, own=bool(tested)
            )
    settings = reading.shipped("cycle.yaml").data
    for knob in settings["knobs"].values():
        knob["from"] = "shipped"
    if own := reading.own("cycle.yaml"):
        problems += knobs.lay_over(settings, own)
    profile_scale, faults = scale.scale(
        reading.shipped("profile-scale.yaml"), reading.own("profile-scale.yaml"), scale.PROFILE
    )
    problems += faults
    impact_scales, faults = scale.scale(
        reading.shipped("impact-scales.yaml"), reading.own("impact-scales.yaml"), scale.IMPACT
    )
    problems += faults
    criteria = _replaced(reading, "risk-criteria.yaml", risk_criteria.take)
    method = _replaced(
        reading, "risk-method.yaml", lambda source: risk_method.take(source, standards.records)
    )
    problems = [*reading.problems, *standards.problems, *kinds.problems, *problems]
    if problems:
        raise BadInput(problems)
    return {
        "requirements": list(standards.records.values()),
        "crosswalks": walks,
        "kinds": list(kinds.kinds.values()),
        "retention_rules": kinds.rules,
        "terms": list(words.values()),
        "knobs": settings,
        "profile_scale": profile_scale,
        "risk_criteria": criteria,
        "impact_scales": impact_scales,
        "documentation": documentation.plain(tested),
        "risk_method": method,
        "genai": about.pop("genai_rows"),
        "about": {
            **about,
            "kinds": {**_rest(shipped_kinds, "kinds", "retention_rules"),
                      "tag_sources": kinds.tag_sources},
            "vocabulary": _rest(vocabulary, "terms"),
        },
    }  # fmt: skip


def _replaced(
    reading: _Reading, name: str, take: Callable[[Source], dict[str, Any]]
) -> dict[str, Any] | None:
    """What the workspace's own file of that name says, else the shipped one."""
    try:
        return take(reading.own(name) or reading.shipped(name))
    except BadInput as refusal:
        reading.problems.extend(refusal.problems)
        return None


def _standards(reading: _Reading) -> tuple[Standards, dict[str, Any]]:
    standards = Standards()
    rmf, iso, genai = map(
        reading.shipped, ("rmf-1.0.yaml", "iso42001-2023.yaml", "genai-600-1.yaml")
    )
    standards.take_rmf(rmf)
    standards.take_iso(iso)
    standards.take_genai(genai)
    if titles := reading.own("titles.yaml"):
        standards.take_titles(titles)
    rows = ("risks", "subcategories", "actions", "without_actions")
    return standards, {
        "rmf": _rest(rmf, "functions"),
        "iso": _rest(iso, "clauses", "annex_a"),
        "genai": _rest(genai, *rows),
        "genai_rows": {name: genai.data[name] for name in rows},
    }


def _crosswalks(reading: _Reading, standards: Standards) -> dict[str, dict[str, Any]]:
    walks: dict[str, dict[str, Any]] = {}
    for path, shown in reading.files.crosswalks():
        source, problems = yaml_text.read(path, shown)
        if source is not None:
            walk, problems = crosswalks.take(source, standards.records)
            if walk and walk["id"] in walks:
                message = f"'{walk['id']}' is the name of another crosswalk; each keeps its own"
                problems.append(source.problem(("source", "id"), message))
            elif walk:
                walks[walk["id"]] = walk
        reading.problems.extend(problems)
    return walks


def _rest(source: Source, *parts: str) -> dict[str, Any]:
    return {name: value for name, value in source.data.items() if name not in parts}
