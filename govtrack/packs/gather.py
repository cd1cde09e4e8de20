"""From the register to a delivered pack: what was asked is checked, gathered, written, recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, BinaryIO

from govtrack import clock
from govtrack.catalog.loading import catalogue
from govtrack.errors import NotDone, Refusal, refuse, visible
from govtrack.packs import audit_pack, bag, delivery_proof, press, trail_entries
from govtrack.packs.contents import Period
from govtrack.packs.from_register import Wanted, contents, first_day
from govtrack.register import checkpoints, objects
from govtrack.register.reader import reading
from govtrack.status.systems import named
from govtrack.workspace import actor as who

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

    from govtrack.packs.audit_pack import Delivered
    from govtrack.packs.contents import PackContents
    from govtrack.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person asked for; None where the default is meant.

    `period` defaults to the calendar year, `as_of` to the end of the period or today, whichever
    is earlier; `systems` are slugs or ids. `entries` of the trail are shown `all` or only those in
    `scope`, which is the default where `systems` narrow the pack.
    """

    as_of: date | None = None
    period: Period | None = None
    with_files: bool = True
    systems: tuple[str, ...] = ()
    sample_seed: str | None = None
    entries: str | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack that was delivered: its contents, where it lies, and its id in the register.

    `proof` is the file beside it that proves that its delivery is in the trail.
    """

    contents: PackContents
    delivered: Delivered
    recorded: str
    proof: Path


def gathered(space: Workspace, year: int, asked: Asked) -> PackContents:
    """The contents of the pack of `year`; refused in words where there can be none."""
    today = clock.today(space.zone)
    period = asked.period or _calendar_year(year)
    as_at = asked.as_of or min(today, period.end)
    _check_days(year, period, as_at, today)
    with reading(space) as connection:
        _check_begun(connection, year, as_at)
        systems = tuple(named(connection, which, "--system") for which in asked.systems)
        all_entries = (asked.entries or ("scope" if systems else "all")) == "all"
        wanted = Wanted(
            year, period, as_at, asked.with_files, systems, asked.sample_seed, all_entries
        )
        return contents(connection, space, catalogue(space.schemas), wanted)


def delivered(  # noqa: PLR0913
    space: Workspace,
    year: int,
    folder: Path,
    asked: Asked | None = None,
    *,
    force: bool = False,
    actor: str | None = None,
    reason: str | None = None,
    progress: Callable[[int], object] = int,
) -> Pack:
    """Write the pack of `year` to `folder` and `folder`.zip, and record its delivery.

    `progress` hears of bytes written. Nothing is left behind where any part of it is refused,
    but for a delivery that could not be recorded: then the pack stands, and that is said.
    """
    where = bag.place(folder, space.store, force=force)
    with reading(space) as connection:
        checkpoints.not_behind(connection)  # its delivery could not be recorded
    found = gathered(space, year, asked or Asked())
    done = audit_pack.deliver(found, where, opener(space, found), space.templates, progress)
    try:
        recorded = _recorded(space, found, done, actor or who(None), reason)
    except Refusal as refusal:
        raise NotDone(
            f"the pack stands at {visible(str(where.folder))}, but its delivery is not in the "
            f"trail: {refusal}"
        ) from refusal
    return Pack(found, done, recorded, delivery_proof.written(space, recorded, where))


def checked(
    space: Workspace, year: int, folder: Path, asked: Asked, *, force: bool
) -> PackContents:
    """Do all that `delivered` does but write and record."""
    bag.place(folder, space.store, force=force)
    found = gathered(space, year, asked)
    press.printed(found, space.templates)
    bag.check(press.kept(found), opener(space, found))
    return found


def opener(space: Workspace, found: PackContents) -> Callable[[str], BinaryIO]:
    """How to open what is copied into the pack: by its SHA-256, objects and what entries fill."""
    trail = found.trail
    filled = {one.sha256: one.path for one in trail.streams}

    def opened(digest: str) -> BinaryIO:
        if digest in filled:
            return trail_entries.opened(space, filled[digest], trail.size, trail.scope)
        return objects.opened(space.objects_path, digest)

    return opened


def _recorded(
    space: Workspace, found: PackContents, done: Delivered, actor: str, reason: str | None
) -> str:
    from govtrack.aims import packs  # noqa: PLC0415  (these open the way to write: half a second)
    from govtrack.register.recording import recording  # noqa: PLC0415

    fields = packs.PackFields(
        year=found.year,
        period_start=found.period.start,
        period_end=found.period.end,
        as_of=found.as_at,
        digest=done.bag.tagmanifest_sha256,
        files=done.bag.files,
        trail_size=found.trail.size,
        trail_root=found.trail.root,
    )
    with recording(space, actor, reason) as recorded:
        return packs.issued(recorded, fields)


def _calendar_year(year: int) -> Period:
    try:
        return Period(date(year, 1, 1), date(year, 12, 31))
    except ValueError:
        message = f"'{year}' is not a year between 1 and 9999"
        raise refuse(message, field="YEAR") from None


def _check_days(year: int, period: Period, as_at: date, today: date) -> None:
    if period.start > today:
        raise refuse(
            f"{year} has not begun: its period starts on {period.start}, today is {today}",
            field="YEAR",
        )
    if as_at > today:
        raise refuse(
            f"{as_at} has not come yet; the register cannot know it (today is {today})",
            field="--as-of",
        )
    if as_at < period.start:
        raise refuse(
            f"{as_at} is before the audit period, which starts on {period.start}", field="--as-of"
        )


def _check_begun(connection: sqlite3.Connection, year: int, as_at: date) -> None:
    first = first_day(connection)
    if first is None:
        raise refuse(
            "the register holds no evidence yet: record some with 'govtrack add-evidence'",
            field="YEAR",
        )
    if as_at < first:
        raise refuse(
            f"as at {as_at} there is nothing to pack: the register's first evidence is of {first}",
            field="YEAR",
            nearest=str(first.year) if first.year != year else None,
        )


def days(period: str) -> Period:
    """A period written `2025-04-01..2026-03-31`, both days included."""
    first, dots, last = period.partition("..")
    if not dots:
        message = f"'{visible(period)}' is not two dates such as 2025-04-01..2026-03-31"
        raise refuse(message, field="--period")
    start, end = (clock.day(text, "--period") for text in (first, last))
    if end < start:
        raise refuse(f"ends on {end}, before it starts on {start}", field="--period")
    if end - start > timedelta(days=4 * 366):
        raise refuse("longer than four years; make one pack a year", field="--period")
    return Period(start, end)
