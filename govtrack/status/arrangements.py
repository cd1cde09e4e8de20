"""The three ways of using both frameworks together, row by row with what is recorded on a day.

(1) the AI RMF supplies the content of clauses 6 and 8; (2) ISO/IEC 42001 supplies the structure of
a management system around Govern, Measure 4 and Manage 4; (3) NIST AI 600-1 within the AIMS, for
generative AI. The rows are those of the crosswalk that states them, each on its own word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.cycle.knobs import Knobs
from govtrack.status.arrangement_notes import Note, actions, gaps, notes
from govtrack.status.arrangement_records import recorded
from govtrack.status.coverage import coverage

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue, Requirement, Row
    from govtrack.status.arrangement_records import Recorded
    from govtrack.status.coverage import Covered
    from govtrack.workspace import Pattern

FORMAT = "govtrack.arrangements/1"
SOURCE = "article"
"""The crosswalk whose tables the arrangements are."""
GENERATIVE = 3
"""The arrangement that is about generative AI systems alone."""
TABLES = {1: ("arrangement-1", "arrangement-1-text"), 2: ("arrangement-2",), 3: ("arrangement-3",)}
ABOUT = {
    1: "The AI RMF supplies the content of clauses 6 and 8: Map finds risks and impacts, Measure "
    "analyses and tracks them, Manage treats them; the clauses ask that it be done and kept.",
    2: "ISO/IEC 42001 supplies the structure of a management system: policy, roles, leadership, "
    "documented information, audit, review and correction around Govern, Measure 4 and Manage 4.",
    3: "NIST AI 600-1 within the AIMS, for generative AI: its twelve risks and its actions feed "
    "risk identification, impact assessment, evaluation, data and supplier controls.",
}
ORDER: dict[Pattern, tuple[int, ...]] = {
    # who has worked by the AI RMF first needs the structure around it; who has the management
    # system first needs its content
    "rmf-first": (2, 1, 3),
    "iso-first": (1, 2, 3),
    "parallel": (1, 2, 3),
}

CHARACTERISTICS = "trustworthy-characteristics"
THEMES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "twelve GenAI risks as starting points": ((), ("genai:",)),
    "actions on impact characterisation": (("MAP 5",), ()),
    "actions on GenAI-specific evaluation": (("MEASURE 2",), ()),
    "actions on training data, provenance and IP": (
        (), ("genai:data-privacy", "genai:intellectual-property", "genai:information-integrity"),
    ),
    "actions on foundation-model procurement and integration": (
        ("GOVERN 6", "MANAGE 3"), ("genai:value-chain-component-integration",),
    ),
}  # fmt: skip
"""Our reading of what each theme of the crosswalk names: categories, and risks of NIST AI 600-1."""


class Leaf(NamedTuple):
    """A requirement under a reference, its state by confirmed evidence, and what stands there."""

    ref: str
    state: str
    evidence: tuple[str, ...]


class Side(NamedTuple):
    """One framework's side of a row: the reference (None: a theme), its leaves and its records."""

    ref: str | None
    title: str
    leaves: tuple[Leaf, ...]
    notes: tuple[Note, ...]

    @property
    def in_force(self) -> int:
        """How many leaves have confirmed evidence in force."""
        return sum(one.state in {"covered", "expiring"} for one in self.leaves)


class Paired(NamedTuple):
    """A row of the crosswalk with both sides and what is missing, each with its command."""

    table: str
    strength: str
    remark: str | None
    iso: Side
    rmf: Side
    missing: tuple[Note, ...]


class Arrangement(NamedTuple):
    """One of the three ways; `idle` says why it asks for nothing on the day, where it does not."""

    number: int
    title: str
    about: str
    source: str
    facts: tuple[str, ...]
    idle: str | None
    rows: tuple[Paired, ...]


class Arrangements(NamedTuple):
    """Those asked for, in the order of the adoption pattern."""

    as_of: str
    pattern: Pattern
    arrangements: tuple[Arrangement, ...]


def arrangements(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    day: date,
    pattern: Pattern,
    number: int | None = None,
) -> Arrangements:
    """The arrangement with that number, or all three in the order that fits the pattern."""
    knobs = Knobs.from_mapping(catalogue.knobs)
    soon = knobs.expiring_days
    leaves = coverage(connection, catalogue, day, soon).leaves
    if all(one.requirement.framework != "genai" for one in leaves):
        # they are shown here whether or not a system is generative
        leaves += coverage(connection, catalogue, day, soon, framework="genai").leaves
    standing = {one.requirement.ref: one for one in leaves}
    lapsed = [one.evidence[0] for one in leaves if one.state == "stale" and one.evidence]
    known = recorded(connection, knobs, day, lapsed)
    maker = _Maker(catalogue, standing, known)
    wanted = (number,) if number else ORDER[pattern]
    return Arrangements(day.isoformat(), pattern, tuple(map(maker.arrangement, wanted)))


class _Maker(NamedTuple):
    """What every row is made of."""

    catalogue: Catalogue
    standing: Mapping[str, Covered]
    known: Recorded

    def arrangement(self, number: int) -> Arrangement:
        walk = self.catalogue.crosswalks[SOURCE]
        tables = walk.about["tables"]
        maker, idle = self, None
        if number == GENERATIVE:
            systems = tuple(one for one in self.known.systems if one.system.generative)
            maker = self._replace(known=self.known._replace(systems=systems))
            if not systems:
                idle = "no generative AI system is on record, so nothing is asked for"
        rows = tuple(
            maker.paired(row, idle=idle is not None)
            for table in TABLES[number]
            for row in walk.rows
            if row.table == table
        )
        return Arrangement(
            number,
            str(tables[TABLES[number][0]]["title"]).partition(": ")[2],
            ABOUT[number],
            f"{walk.display} ({walk.about['caveat']})",
            tuple(maker.facts(number)),
            idle,
            rows,
        )

    def facts(self, number: int) -> Iterable[str]:
        """What is true of the whole arrangement."""
        soa = self.known.risks.soa_version
        if number == GENERATIVE:
            slugs = ", ".join(one.system.slug for one in self.known.systems)
            yield f"generative AI systems: {slugs or 'none'}"
            return
        yield f"certification: {self.known.certification.replace('_', ' ')}"
        yield f"Statement of Applicability: {f'version {soa}' if soa else 'no approved version'}"
        rows = len(self.known.profile)
        of = len(self.catalogue.leaves("rmf"))
        yield f"AI RMF profile of the organisation: {rows} of {of} subcategories assessed"

    def paired(self, row: Row, *, idle: bool) -> Paired:
        iso = self.side(row.iso)
        rmf = self.side(row.rmf) if row.rmf else self.theme(str(row.theme))
        missing = () if idle else tuple(self.missing(iso, rmf))
        return Paired(str(row.table), row.strength, row.note, iso, rmf, missing)

    def side(self, ref: str) -> Side:
        one = self.catalogue.requirements[ref]
        leaves = (one,) if one.leaf else self.catalogue.leaves_below(ref)
        return self.made(ref, one.title, leaves)

    def theme(self, name: str) -> Side:
        """A theme's leaves: the characteristics' subcategories, or what is read into its words."""
        if name == CHARACTERISTICS:
            rmf = self.catalogue.leaves("rmf")
            leaves = [one for one in rmf if one.details.get("characteristic")]
            return self.made(None, "trustworthy characteristics (MEASURE 2)", leaves)
        categories, risks = THEMES.get(name, ((), ()))
        leaves = [one for ref in categories for one in self.catalogue.leaves_below(ref)]
        leaves += [one for one in self.catalogue.leaves("genai") if one.ref.startswith(risks)]
        side = self.made(None, name, leaves)
        said = actions([one.ref for one in leaves], self.known, self.catalogue)
        return side._replace(notes=(*side.notes, *said))

    def made(self, ref: str | None, title: str, leaves: Iterable[Requirement]) -> Side:
        found = [self.standing[one.ref] for one in leaves]
        shown = tuple(Leaf(one.requirement.ref, one.state, one.evidence) for one in found)
        refs = [one.ref for one in shown]
        return Side(ref, title, shown, tuple(notes(ref, refs, self.known, self.catalogue)))

    def missing(self, *sides: Side) -> Iterable[Note]:
        """What both sides lack, each command once: one artefact may serve both."""
        asked: dict[str, Note] = {}
        for note in (note for side in sides for note in side.notes if note.settle):
            asked.setdefault(str(note.settle), note)
        yield from asked.values()
        states = [(one.ref, one.state, one.evidence) for side in sides for one in side.leaves]
        yield from gaps(states, self.known, self.catalogue)


def as_json(found: Arrangements, recorded_by: date | None = None) -> dict[str, Any]:
    """The `govtrack.arrangements/1` document."""
    return {
        "format": FORMAT,
        "as_of": found.as_of,
        "recorded_by": recorded_by and recorded_by.isoformat(),
        "pattern": found.pattern,
        "arrangements": [
            {
                **{name: getattr(one, name) for name in ("number", "title", "about", "source")},
                "facts": list(one.facts),
                "idle": one.idle,
                "rows": [
                    {
                        "table": row.table,
                        "strength": row.strength,
                        "note": row.remark,
                        "iso": _side(row.iso),
                        "rmf": _side(row.rmf),
                        "missing": [
                            {"words": note.words, "settle": note.settle} for note in row.missing
                        ],
                    }
                    for row in one.rows
                ],
            }
            for one in found.arrangements
        ],
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "ref": side.ref,
        "title": side.title,
        "in_force": side.in_force,
        "leaves": [
            {"ref": one.ref, "state": one.state, "evidence": list(one.evidence)}
            for one in side.leaves
        ],
        "recorded": [one.words for one in side.notes],
    }
