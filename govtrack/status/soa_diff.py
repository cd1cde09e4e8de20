"""What differs between two versions of the statement, or a version and what holds now."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.errors import refuse
from govtrack.status import soa

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from datetime import date

    from govtrack.status.soa import Decision, Version

FIELDS = ("applicable", "why", "because", "status", "how", "owner", "due")


class Changed(NamedTuple):
    """One field of one control (for the AIMS, or a system) that differs.

    `before` or `after` is None where the row, or its value, is missing on that side.
    """

    control: str
    system: str | None
    slug: str | None
    field: str
    before: str | None
    after: str | None


class Comparison(NamedTuple):
    """Two sides and what differs; a side without a version is what holds on `day`."""

    day: str
    before: Version | None
    after: Version | None
    changes: tuple[Changed, ...]


def compare(
    connection: sqlite3.Connection,
    day: date,
    before: int | None = None,
    after: int | None = None,
) -> Comparison:
    """The differences from one version (None: the latest by `day`) to another (None: what holds).

    Raises `BadInput` where there is no such version.
    """
    known = soa.versions(connection, day)
    if before is None and not known:
        raise refuse(f"no version was approved by {day}: there is nothing to compare with",
                     field="FROM")  # fmt: skip
    first = known[-1] if before is None else soa.chosen(known, before, day, "FROM")
    second = None if after is None else soa.chosen(known, after, day, "TO")
    held = soa.frozen(connection, second.version) if second else soa.decisions(connection, day)
    changes = changed(soa.frozen(connection, first.version), held)
    return Comparison(day.isoformat(), first, second, changes)


def changed(before: Iterable[Decision], after: Iterable[Decision]) -> tuple[Changed, ...]:
    """The differences, control by control and field by field."""
    old = {(one.control, one.system or ""): one for one in before}
    new = {(one.control, one.system or ""): one for one in after}
    return tuple(
        change
        for key in sorted(old.keys() | new.keys(), key=_in_order)
        for change in _of_one(old.get(key), new.get(key))
    )


def said(decision: Decision, field: str) -> str | None:
    """A field as words."""
    if field == "applicable":
        return soa.standing(decision)
    if field == "because":
        return "; ".join(f"{kind}:{what}" for kind, what in decision.because) or None
    value: str | None = getattr(decision, field)
    return value


def _of_one(old: Decision | None, new: Decision | None) -> Iterator[Changed]:
    one = new or old
    if one is None:
        return
    for field in FIELDS:
        before, after = old and said(old, field), new and said(new, field)
        if before != after:
            yield Changed(one.control, one.system, one.slug, field, before, after)


def _in_order(key: tuple[str, str]) -> tuple[bool, list[int], str, str]:
    """Annex A by its numbers, then one's own."""
    control, system = key
    numbers = control.removeprefix("A.").split(".")
    of_annex = control.startswith("A.") and all(map(str.isdecimal, numbers))
    return not of_annex, [int(one) for one in numbers] if of_annex else [], control, system
