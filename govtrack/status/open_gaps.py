"""Which kinds of evidence would close what is open, in the order of the adoption pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govtrack.catalog.catalogue import Catalogue, Requirement
    from govtrack.status.documented import Documented
    from govtrack.workspace import Pattern

Closing = tuple[str | None, list["Requirement"]]
"""A kind of evidence (None where no kind is known) and the requirements it would close."""


def undocumented(
    documented: Iterable[Documented],
) -> Iterator[tuple[str | None, list[Documented]]]:
    """The kinds of evidence nobody has recorded, each with the clauses that ask for it.

    What a clause asks for in so many words comes before rules of handling, and within that what is
    missing altogether before what is recorded in part. Where artefacts of the kind stand and only
    wait to be confirmed, nothing is to be recorded.
    """
    found: dict[str | None, list[Documented]] = {}
    for one in sorted(documented, key=lambda one: (not one.explicit, one.recorded)):
        kinds: Iterable[str | None] = one.missing
        if not one.missing and one.state == "none":
            kinds = one.kinds or (None,)
        for kind in kinds:
            found.setdefault(kind, []).append(one)
    for kind, asked in found.items():
        if kind is None:
            yield from ((None, [one]) for one in asked)
        else:
            yield kind, asked


def by_kind(
    empty: Iterable[Requirement], catalogue: Catalogue, pattern: Pattern
) -> Iterator[Closing]:
    """Every requirement of `empty` once, under the kind of evidence to close it with.

    parallel: always the kind that closes most at once, one on both sides before one on a single
    side. rmf-first and iso-first: the next requirement of that framework, then the other's, each
    with the kind that closes most of the same framework.
    """
    if pattern == "parallel":
        yield from _most_at_once(empty, catalogue)
        return
    first = "rmf" if pattern == "rmf-first" else "iso"
    # sorting keeps the catalogue's order: Govern, Map, Measure, Manage; clauses, then controls
    open_ = {one.ref: one for one in sorted(empty, key=lambda one: one.framework != first)}
    while open_:
        one = next(iter(open_.values()))
        closes = {
            name: sum(found.framework == one.framework for found in would)
            for name, would in _closing(open_, catalogue).items()
            if one in would
        }
        best = max(closes, key=lambda name: closes[name], default=None)
        yield _taken(best, one, open_, catalogue)


def _most_at_once(empty: Iterable[Requirement], catalogue: Catalogue) -> Iterator[Closing]:
    open_ = {one.ref: one for one in empty}
    while closes := _closing(open_, catalogue):
        best = max(
            closes,
            key=lambda name: (len({one.framework for one in closes[name]}), len(closes[name])),
        )
        yield _taken(best, closes[best][0], open_, catalogue)
    yield from ((None, [one]) for one in open_.values())


def _closing(open_: dict[str, Requirement], catalogue: Catalogue) -> dict[str, list[Requirement]]:
    """What each kind of evidence would close of what is open; kinds that close nothing left out."""
    would = {
        kind.id: {tag.ref for tag in kind.tags} & open_.keys() for kind in catalogue.kinds.values()
    }
    return {
        name: [one for ref, one in open_.items() if ref in refs]
        for name, refs in would.items()
        if refs
    }


def _taken(
    kind: str | None, one: Requirement, open_: dict[str, Requirement], catalogue: Catalogue
) -> Closing:
    """The kind with what it closes, which is no longer open."""
    closed = [one] if kind is None else _closing(open_, catalogue)[kind]
    for each in closed:
        del open_[each.ref]
    return kind, closed
