"""How the trail stands: checkpoints, keys, what this machine remembers. Nothing is verified.

Everything here is what the register and this machine's files say; whether it holds is for `verify`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from govtrack import clock
from govtrack.errors import NotDone
from govtrack.register import checkpoints, journal, keys, memory, stamping
from govtrack.trail import note

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from govtrack.register.checkpoints import Kept
    from govtrack.workspace import Workspace

IN_FORCE, REPLACED, RETIRED, REVOKED = "in force", "being replaced", "retired", "revoked"


class Key(NamedTuple):
    """A signing key, its state on a day, and whether this machine has its private half.

    `here` is None where a key file of this trail does not say whose it is.
    """

    id: str
    vkey: str
    fingerprint: str
    how: str
    replaces: str | None
    added_on: str
    retired_on: str | None
    revoked_at: str | None
    revoked_why: str | None
    state: str
    here: bool | None


class Remembered(NamedTuple):
    """What this machine remembers of the trail, and where; `trouble` says why it cannot be read."""

    place: str
    size: int | None
    seen: str | None
    trouble: str | None


class Attested(NamedTuple):
    """Stamps or cosignatures: how many; the size of the newest, by whom, when."""

    number: int
    size: int | None
    who: str | None
    at: str | None


class Authority(NamedTuple):
    """A time-stamping authority of `govtrack.toml`: its last stamp, its last failure here.

    `waiting` says whether the newest checkpoint has no stamp of it yet.
    """

    name: str
    stamp: str
    size: int | None
    at: str | None
    failed_at: str | None
    waiting: bool


class TrailState(NamedTuple):
    """The trail as it stands: `signed` is the size of its newest checkpoint, None without one."""

    origin: str
    size: int
    root: str
    signed: int | None
    signed_at: str | None
    keys: tuple[Key, ...]
    memory: Remembered
    stamps: Attested
    authorities: tuple[Authority, ...]
    cosignatures: Attested

    @property
    def unsigned(self) -> int:
        """How many entries no checkpoint is over."""
        return self.size - (self.signed or 0)


def trail_state(connection: sqlite3.Connection, space: Workspace) -> TrailState:
    """How the trail stands now."""
    stated, newest = checkpoints.stated(connection), checkpoints.newest(connection)
    first = journal.first_origin(connection)
    return TrailState(
        stated.origin,
        stated.size,
        note.encoded(stated.root),
        newest.size if newest else None,
        _time_of(connection, newest.size) if newest else None,
        signing_keys(connection, clock.today(space.zone), space),
        _remembered(first),
        _stamped(connection),
        tuple(_authorities(connection, space, newest)),
        _cosigned(connection),
    )


def signing_keys(connection: sqlite3.Connection, day: date, space: Workspace) -> tuple[Key, ...]:
    """The keys added by that day, in their order, with the state of each on it."""
    rows = connection.execute(
        "SELECT id, vkey, how, replaces, added_on, retired_on, revoked_at, revoked_why "
        "FROM signing_key WHERE added_on <= ? ORDER BY key",
        [day.isoformat()],
    ).fetchall()
    first = journal.first_origin(connection)
    here = {one.public for one in keys.here(first).values()}
    unknown = bool(keys.nameless(first))
    found: list[Key] = []
    later = False
    for row in reversed(rows):
        identifier, vkey, how, replaces, added_on, retired_on, revoked_at, why = row
        over_at = revoked_at if _by(revoked_at, day, space) else None
        over_on = retired_on if retired_on and retired_on <= day.isoformat() else None
        verifier = _parsed(identifier, vkey)
        state = _state(over_on, over_at, later=later)
        later = later or state == IN_FORCE
        found.append(
            Key(
                identifier,
                vkey,
                note.fingerprint(verifier),
                how,
                replaces,
                added_on,
                over_on,
                over_at,
                why if over_at else None,
                state,
                True if verifier.public in here else None if unknown else False,
            )
        )
    return tuple(reversed(found))


def strays(connection: sqlite3.Connection) -> list[Path]:
    """Key files of this trail on this machine whose key no record names."""
    first = journal.first_origin(connection)
    rows = connection.execute("SELECT id, vkey FROM signing_key")
    recorded = {_parsed(*row).public for row in rows}
    return [path for path, one in keys.here(first).items() if one.public not in recorded]


def _parsed(identifier: str, vkey: str) -> note.Verifier:
    try:
        return note.parsed_vkey(vkey)
    except ValueError as error:
        raise NotDone(f"{identifier} {error}: run 'govtrack verify'") from None


def _by(instant: str | None, day: date, space: Workspace) -> bool:
    return instant is not None and clock.day_of(instant, space.zone) <= day


def _state(retired_on: str | None, revoked_at: str | None, *, later: bool) -> str:
    if revoked_at:
        return REVOKED
    if retired_on:
        return RETIRED
    return REPLACED if later else IN_FORCE


def _time_of(connection: sqlite3.Connection, size: int) -> str | None:
    """When the last entry under a checkpoint says that it was recorded."""
    row = connection.execute("SELECT at FROM entry WHERE seq = ?", [size - 1]).fetchone()
    return row[0] if row else None


def _remembered(first: str) -> Remembered:
    place = str(memory.folder(first))
    try:
        kept = memory.remembered(first)
    except NotDone as error:
        return Remembered(place, None, None, str(error))
    if kept is None:
        return Remembered(place, None, None, None)
    return Remembered(place, kept.checkpoint.size, clock.day_text(kept.seen), None)


def _stamped(connection: sqlite3.Connection) -> Attested:
    found = connection.execute("SELECT count(*), max(size), authority, at FROM timestamp")
    return Attested(*found.fetchone())


def _authorities(
    connection: sqlite3.Connection, space: Workspace, newest: Kept | None
) -> Iterator[Authority]:
    first = journal.first_origin(connection)
    rows = connection.execute("SELECT authority, max(size), at FROM timestamp GROUP BY authority")
    stamps = {name: (size, at) for name, size, at in rows}
    for one in space.authorities:
        size, at = stamps.get(one.name, (None, None))
        waiting = newest is not None and size != newest.size
        failed = stamping.failed_at(first, one.name)
        yield Authority(one.name, one.stamp, size, at, failed, waiting)


def _cosigned(connection: sqlite3.Connection) -> Attested:
    """Cosignatures; the time of each is inside its line, after the key's id."""
    count, size, witness, line = connection.execute(
        "SELECT count(*), max(size), witness, line FROM cosignature"
    ).fetchone()
    if not count:
        return Attested(0, None, None, None)
    try:
        said = note.signature(line.removesuffix("\n")).signature[:8]
        at = clock.instant_text(datetime.fromtimestamp(int.from_bytes(said, "big"), UTC))
    except (ValueError, OverflowError, OSError):
        at = None
    return Attested(count, size, witness.partition("+")[0], at)
