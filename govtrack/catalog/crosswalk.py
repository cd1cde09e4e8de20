"""What corresponds to what, each pair on the word of its own source.

Crosswalks are never merged: two sources that name the same pair give two answers. A proposal is
made only to a leaf that a row names, or to the controls of an Annex A block that a row names
whole; a category named by a row is not written out into its subcategories.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from govtrack.catalog.catalogue import Proposal
from govtrack.errors import closest, not_one_of, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govtrack.catalog.catalogue import Catalogue, Crosswalk, Requirement, Row

Through = Literal["itself", "above", "below"]

_WHOLE = {"function", "area"}
"""Levels too broad to propose from."""


class Corresponding(NamedTuple):
    """A row met from one side: `named` is this side as the row names it, `other` the far side.

    `through`: whether the row names the element asked about, one above it or one below it.
    `note` says what the row leaves open: its grain, and what is not written out.
    """

    row: Row
    named: str
    other: str | None
    through: Through
    note: str | None


class _Why(NamedTuple):
    """Why a leaf is proposed: from which stated reference, by a row of what grain and table."""

    stated: str
    parts: tuple[str, ...]
    table: str | None


def corresponding(
    ref: str, catalogue: Catalogue, source: str | None = None
) -> tuple[Corresponding, ...]:
    """Every row that names `ref`, an element above it or one below it; by source, in its order.

    Raises `BadInput` where `source` is not a crosswalk's name.
    """
    above = [one.ref for one in catalogue.above(ref)]
    related: dict[str, Through] = {ref: "itself"}
    related |= dict.fromkeys(above, "above")
    related |= dict.fromkeys(_below(ref, catalogue), "below")
    rmf = catalogue.requirements[ref].framework == "rmf"
    found = []
    for walk in _walks(catalogue, source):
        for row in walk.rows:
            named, other = (row.rmf, row.iso) if rmf else (row.iso, row.rmf)
            if named is not None and named in related:
                through = related[named]
                note = _note(named, other, through, catalogue)
                found.append(Corresponding(row, named, other, through, note))
    order: dict[Through, int] = {"itself": 0, "above": 1, "below": 2}
    place = {name: position for position, name in enumerate(catalogue.crosswalks)}
    found.sort(key=lambda one: (place[one.row.source], order[one.through]))
    return tuple(found)


def proposals(stated: Iterable[str], catalogue: Catalogue) -> tuple[Proposal, ...]:
    """The tags that the crosswalks suggest beside the stated ones; one a reference and source.

    Each note says which stated reference and which rows it comes from, at what level and
    strength, and the slips its source is known for there.
    """
    given = tuple(dict.fromkeys(stated))
    reasons: dict[tuple[str, str], dict[_Why, None]] = {}
    for ref in given:
        for walk in catalogue.crosswalks.values():
            for leaf, why in _suggested(catalogue.requirements[ref], walk, catalogue):
                if leaf not in given:
                    reasons.setdefault((walk.id, leaf), {})[why] = None
    place = {name: position for position, name in enumerate(catalogue.requirements)}
    return tuple(
        Proposal(leaf, catalogue.requirements[leaf].framework, "crosswalk", source, _said(whys))
        for (source, leaf), whys in sorted(
            reasons.items(), key=lambda item: (place[item[0][1]], item[0][0])
        )
    )


def source_named(name: str, catalogue: Catalogue) -> Crosswalk:
    """The crosswalk of that name, or a refusal with the nearest."""
    walk = catalogue.crosswalks.get(name)
    if walk is None:
        names = tuple(catalogue.crosswalks)
        nearest = closest(name, names)
        raise refuse(not_one_of(name, names), field="--source", nearest=nearest)
    return walk


def _walks(catalogue: Catalogue, source: str | None) -> tuple[Crosswalk, ...]:
    if source is None:
        return tuple(catalogue.crosswalks.values())
    return (source_named(source, catalogue),)


def _below(ref: str, catalogue: Catalogue) -> list[str]:
    below = [one.ref for one in catalogue.members(ref)]
    return below + [deeper for one in below for deeper in _below(one, catalogue)]


def _suggested(
    stated: Requirement, walk: Crosswalk, catalogue: Catalogue
) -> Iterator[tuple[str, _Why]]:
    """The leaves that a crosswalk's rows give for a stated leaf, each with its reason."""
    parent = catalogue.requirements.get(stated.parent or "")
    # a row at a function, or at a whole clause such as 8, says too little to propose from
    near = {stated.ref}
    if parent and parent.level not in _WHOLE and not _whole_clause(parent):
        near.add(parent.ref)
    for row in walk.rows:
        named, other = (row.rmf, row.iso) if stated.framework == "rmf" else (row.iso, row.rmf)
        if named not in near or other is None:
            continue
        target = catalogue.requirements[other]
        block = target.level == "objective"
        for leaf in catalogue.members(other) if block else (target,):
            if leaf.leaf:
                yield leaf.ref, _why(stated, row, named, target, catalogue)


def _whole_clause(requirement: Requirement) -> bool:
    return requirement.level == "clause-group" and requirement.parent is None


def _why(
    stated: Requirement, row: Row, named: str, target: Requirement, catalogue: Catalogue
) -> _Why:
    parts = []
    if named != stated.ref:
        holder = catalogue.requirements[named]
        if holder.level == "objective":
            parts.append(f"named as block {named}")
        else:
            parts.append(f"at {holder.level.replace('-', ' ')} level ({named})")
    if target.level == "objective":
        parts.append(f"named as block {target.ref}")
    if row.strength != "stated":
        parts.append(row.strength)
    parts += [extra for extra in (row.note, row.flag) if extra]
    return _Why(stated.ref, tuple(parts), row.table)


def _said(whys: Iterable[_Why]) -> str:
    """`MEASURE 2.6: at category level (MEASURE 2), table measure`; rows alike are named once."""
    tables: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for why in whys:
        tables.setdefault((why.stated, why.parts), []).extend([why.table] if why.table else [])
    said = []
    for (stated, parts), names in tables.items():
        in_tables = [f"table{'s' * (len(names) > 1)} {', '.join(names)}"] if names else []
        reasons = ", ".join((*parts, *in_tables))
        said.append(f"{stated}: {reasons}" if reasons else f"from {stated}")
    return "; ".join(said)


def _note(named: str, other: str | None, through: Through, catalogue: Catalogue) -> str | None:
    parts = []
    if through == "above":
        parts.append(f"at {catalogue.requirements[named].level.replace('-', ' ')} level ({named})")
    elif through == "below":
        parts.append(f"for {named}")
    far = catalogue.requirements.get(other or "")
    if far is not None and not far.leaf:
        parts.append(
            f"names block {far.ref} whole"
            if far.level == "objective"
            else f"names {far.level.replace('-', ' ')} {far.ref}; not written out into its members"
        )
    return "; ".join(parts) or None
