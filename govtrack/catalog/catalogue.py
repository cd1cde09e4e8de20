"""What the standards ask, as values: requirements, crosswalk rows, kinds of evidence, terms.

A `Catalogue` wraps one plain document (what the cache holds); each part becomes values only when
it is first asked for, so that a command pays for what it uses.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govtrack.catalog.risk_criteria import Criteria

Framework = Literal["rmf", "iso", "genai"]
Level = Literal[
    "function", "category", "subcategory",
    "clause-group", "clause", "area", "objective", "control",
    "risk",
]  # fmt: skip
Vocabulary = Literal["iso", "rmf"]

FRAMEWORKS: dict[Framework, str] = {
    "rmf": "NIST AI RMF 1.0",
    "iso": "ISO/IEC 42001:2023",
    "genai": "NIST AI 600-1",
}


class Requirement(NamedTuple):
    """One element of a standard under its own reference: `MEASURE 2.6`, `6.1.2`, `A.6.2.4`.

    `documented_information` is given for a clause that asks for it: `kind` (document, record or
    both), `strength` (explicit, or rules of handling) and `what`. Evidence is tagged with leaves
    only: subcategory, clause, control, GenAI risk.
    """

    ref: str
    framework: Framework
    level: Level
    parent: str | None
    title: str
    documented_information: Mapping[str, str] | None
    leaf: bool
    details: Mapping[str, Any]


class Row(NamedTuple):
    """One correspondence as its source states it; `rmf` is None where a theme stands instead.

    `flag` is a slip of the source at this pair, `printed` what it prints where that differs.
    """

    source: str
    rmf: str | None
    rmf_level: str | None
    iso: str
    iso_level: str
    strength: str
    table: str | None = None
    theme: str | None = None
    note: str | None = None
    flag: str | None = None
    printed: str | None = None


class Crosswalk(NamedTuple):
    """One source of correspondences, kept apart from every other; `about` holds its caveats."""

    id: str
    title: str
    display: str
    about: Mapping[str, Any]
    rows: tuple[Row, ...]


class KindTag(NamedTuple):
    """An element that a kind of evidence typically supports, and on whose word."""

    ref: str
    framework: Framework
    source: str
    via: str | None = None
    table: str | None = None
    also: str | None = None
    reason: str | None = None
    flagged: bool = False


class Kind(NamedTuple):
    """A kind of evidence. `interval_months` None = reviewed on events, not by the calendar.

    Intervals are a convention: ISO/IEC 42001 asks for planned intervals and fixes none.
    `rmf_title` is what the AI RMF calls it, where that differs.
    """

    id: str
    title: str
    form: str
    core: bool
    interval_months: int | None
    also_when: tuple[str, ...]
    retention: str
    note: str | None
    tags: tuple[KindTag, ...]
    own: bool
    extra: Mapping[str, Any]
    rmf_title: str | None = None


class Term(NamedTuple):
    """One idea in both vocabularies; a vocabulary without a word for it has None."""

    id: str
    iso_term: str | None
    rmf_term: str | None
    iso: str | None
    rmf: str | None
    relation: str
    note: str | None
    refs: tuple[str, ...]
    source: tuple[str, ...]
    extra: Mapping[str, Any]


class Proposal(NamedTuple):
    """A tag that something other than a person suggests; it counts once a person confirms it."""

    ref: str
    framework: Framework
    origin: Literal["crosswalk", "kind"]
    source: str
    note: str


class Catalogue:
    """Everything the standards ask, with the workspace's own additions over the shipped data."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    @cached_property
    def requirements(self) -> dict[str, Requirement]:
        """Every element by reference, in catalogue order: RMF, ISO clauses, Annex A, GenAI."""
        return {record[0]: Requirement(*record) for record in self.document["requirements"]}

    @cached_property
    def crosswalks(self) -> dict[str, Crosswalk]:
        """Each source of correspondences by its name; never merged."""
        return {
            name: Crosswalk(
                name,
                walk["title"],
                walk["display"],
                walk["about"],
                tuple(Row(name, *row) for row in walk["rows"]),
            )
            for name, walk in self.document["crosswalks"].items()
        }

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Kinds of evidence by id, shipped ones first."""
        return {
            kind["id"]: Kind(
                **{
                    **kind,
                    "also_when": tuple(kind["also_when"]),
                    "tags": tuple(KindTag(*tag) for tag in kind["tags"]),
                }
            )
            for kind in self.document["kinds"]
        }

    @cached_property
    def terms(self) -> dict[str, Term]:
        """Terms by id."""
        return {
            term["id"]: Term(
                **{**term, "refs": tuple(term["refs"]), "source": tuple(term["source"])}
            )
            for term in self.document["terms"]
        }

    @property
    def retention_rules(self) -> Mapping[str, Mapping[str, Any]]:
        """Suggested retention by rule name: `suggest`, `months_after_superseded`, `basis`."""
        rules: Mapping[str, Mapping[str, Any]] = self.document["retention_rules"]
        return rules

    @property
    def knobs(self) -> dict[str, Any]:
        """The cycle's settings, each with its source."""
        knobs: dict[str, Any] = self.document["knobs"]
        return knobs

    @cached_property
    def risk_criteria(self) -> Criteria:
        """The AI risk criteria to begin with: in force only once the organisation adopts them."""
        from govtrack.catalog.risk_criteria import of_plain  # noqa: PLC0415  (few commands need it)

        return of_plain(self.document["risk_criteria"])

    @property
    def profile_scale(self) -> Mapping[str, Any]:
        """The scale of profiles: `source`, `from`, `states` (lowest first), `priorities`."""
        scale: Mapping[str, Any] = self.document["profile_scale"]
        return scale

    @property
    def impact_scales(self) -> Mapping[str, Any]:
        """Of impact assessments: `source`, `from`, the scales, the `occasions`."""
        scales: Mapping[str, Any] = self.document["impact_scales"]
        return scales

    @property
    def risk_method(self) -> Mapping[str, Any]:
        """How one risk process serves both frameworks (`process`); where to begin (`starts`)."""
        method: Mapping[str, Any] = self.document["risk_method"]
        return method

    @property
    def genai(self) -> Mapping[str, Any]:
        """NIST AI 600-1: which subcategory and which action covers which risks."""
        genai: Mapping[str, Any] = self.document["genai"]
        return genai

    @property
    def about(self) -> Mapping[str, Any]:
        """What is known of each source file: publisher, licence, caveats, characteristics."""
        about: Mapping[str, Any] = self.document["about"]
        return about

    def leaves(self, framework: Framework) -> tuple[Requirement, ...]:
        """The elements evidence can be tagged with: 72 of the RMF, 70 of ISO, 12 GenAI risks."""
        return tuple(
            one for one in self.requirements.values() if one.leaf and one.framework == framework
        )

    def members(self, ref: str) -> tuple[Requirement, ...]:
        """The elements directly below `ref`."""
        return tuple(one for one in self.requirements.values() if one.parent == ref)

    def leaves_below(self, ref: str) -> tuple[Requirement, ...]:
        """Every leaf below `ref`, at any depth."""
        found: list[Requirement] = []
        for member in self.members(ref):
            found.extend([member] if member.leaf else self.leaves_below(member.ref))
        return tuple(found)

    def above(self, ref: str) -> tuple[Requirement, ...]:
        """The elements above `ref`, nearest first."""
        chain: list[Requirement] = []
        parent = self.requirements[ref].parent
        while parent is not None:
            chain.append(self.requirements[parent])
            parent = chain[-1].parent
        return tuple(chain)
