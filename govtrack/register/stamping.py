"""Time stamps of the newest checkpoint: when they are due, how they are asked for and kept.

The reply is kept as it came, once it is verified by the root that `govtrack.toml` names; one that
is not is not kept. That root is pinned in this machine's memory at its first use, since what stands
in the workspace could be written by whoever writes the store. No authority and no network can make
a recording fail: what goes wrong is said in a note.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from govtrack import clock
from govtrack.errors import NotDone, Refusal, visible
from govtrack.register import checkpoints, database, journal, memory
from govtrack.register.failures import told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from govtrack.register.asking import Unanswered
    from govtrack.trail.timestamp import Request
    from govtrack.workspace import Authority, Workspace

LONGEST = 300
"""Of what an authority says, so much is told."""
REST_MINUTES = 60
"""So long a recording does not ask an authority again that gave no good stamp."""


class Newest(NamedTuple):
    """The newest checkpoint as it was issued, and the last stamp of each authority: size, time."""

    origin: str
    size: int
    note: bytes
    stamps: dict[str, tuple[int, str]]

    def stamped_by(self, authority: Authority) -> bool:
        """Whether this checkpoint has the authority's stamp."""
        return self.stamps.get(authority.name, (-1, ""))[0] == self.size


class Outcome(NamedTuple):
    """What came of asking an authority.

    `at` is the time it stamped, and `words` its certificate's subject; or `at` is None, and `words`
    say why. `notes` are worth telling besides.
    """

    authority: str
    at: str | None
    words: str
    notes: tuple[str, ...] = ()


def newest(space: Workspace) -> Newest | None:
    """The newest checkpoint; None where none was issued."""
    connection = database.opened(space.database_path, "ro")
    try:
        found = connection.execute(
            "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1"
        ).fetchone()
        stamps = connection.execute("SELECT authority, max(size), at FROM timestamp GROUP BY 1")
        if found is None:
            return None
        latest = {name: (size, at) for name, size, at in stamps}
        return Newest(journal.first_origin(connection), found[0], found[1], latest)
    except sqlite3.Error as error:
        raise told(error, writes=False) from None
    finally:
        connection.close()


def to_stamp(space: Workspace) -> Newest:
    """The newest checkpoint, for a person who asks for stamps of it.

    Raises `NotDone` where none was issued, or where the store is an older copy of what was seen.
    """
    connection = database.opened(space.database_path, "ro")
    try:
        checkpoints.not_behind(connection)
    except sqlite3.Error as error:
        raise told(error, writes=False) from None
    finally:
        connection.close()
    found = newest(space)
    if found is None:
        raise NotDone("there is no signed checkpoint to stamp: run 'govtrack trail sign' first")
    return found


def after_recording(space: Workspace) -> list[str]:
    """Stamp the checkpoint that a recording has just issued, where that is due; gives the notes.

    Raises nothing: the recording is committed, whatever happens here, also where somebody does not
    want to wait. It costs nothing where no authority is configured, or none is asked without being
    told to.
    """
    if all(authority.stamp == "asked" for authority in space.authorities):
        return []
    try:
        found = newest(space)
        if found is None:
            return []
        asked = [one for one in space.authorities if due(one, found, space)]
        outcomes = stamp(space, found, asked) if asked else []
    except KeyboardInterrupt:
        return ["no time stamp was asked for: interrupted; what was recorded stands"]
    except Exception as error:  # noqa: BLE001  (the recording is committed: this may not fail it)
        return [f"no time stamp was asked for: {str(error) or type(error).__name__}"]
    return [note for outcome in outcomes for note in _notes(outcome)]


def _notes(outcome: Outcome) -> Iterator[str]:
    if outcome.at is None:
        yield (
            f"no time stamp from '{outcome.authority}': {outcome.words}; what was recorded stands, "
            "and 'govtrack trail stamp' asks again"
        )
    yield from outcome.notes


def due(authority: Authority, found: Newest, space: Workspace) -> bool:
    """Whether a recording asks this authority now: by its `stamp`, and not soon after a failure."""
    if authority.stamp == "asked" or found.stamped_by(authority):
        return False
    if authority.stamp == "day" and authority.name in found.stamps:
        latest = clock.day_of(found.stamps[authority.name][1], space.zone)
        if latest >= clock.today(space.zone):
            return False
    return not _resting(found.origin, authority)


def stamp(space: Workspace, found: Newest, authorities: Iterable[Authority]) -> list[Outcome]:
    """Ask these authorities for stamps of a checkpoint, all at once; keep those that hold.

    Raises `NotDone` where a good stamp cannot be kept in the register.
    """
    from govtrack.register.asking import replies  # noqa: PLC0415

    prepared = [_prepared(space, found, authority) for authority in authorities]
    questions = [one for one in prepared if isinstance(one, _Question)]
    came = iter(replies([(one.authority.url, one.request.data) for one in questions]))
    outcomes = [
        _outcome(space, found, one, next(came)) if isinstance(one, _Question) else one
        for one in prepared
    ]
    for outcome in outcomes:
        _rest(found.origin, outcome)
    return outcomes


class _Question(NamedTuple):
    authority: Authority
    root: bytes
    request: Request


def _prepared(space: Workspace, found: Newest, authority: Authority) -> _Question | Outcome:
    """The question to an authority, or that its root cannot be used: then it is not asked."""
    from govtrack.trail import timestamp  # noqa: PLC0415

    try:
        root = (space.root / authority.root).read_bytes()
        timestamp.fingerprints(root)
    except OSError as error:
        reason = f"its root {authority.root} cannot be read: {error.strerror}"
        return Outcome(authority.name, None, reason)
    except ValueError:
        reason = f"its root {authority.root} is no certificate in PEM"
        return Outcome(authority.name, None, reason)
    return _Question(authority, root, timestamp.request(found.note))


def _outcome(
    space: Workspace, found: Newest, question: _Question, reply: bytes | Unanswered
) -> Outcome:
    from govtrack.trail import timestamp  # noqa: PLC0415

    name = question.authority.name
    if not isinstance(reply, bytes):
        return Outcome(name, None, _short(reply.words))
    try:
        made = timestamp.stamped(reply, found.note, [question.root], question.request)
    except ValueError as error:
        return Outcome(name, None, _short(str(error)))
    _keep(space.database_path, (found.size, name, made.at, reply))
    return Outcome(name, made.at, made.authority, tuple(_pinned(found.origin, question)))


def _short(words: str) -> str:
    """Words that may be the authority's own, so that a line can bear them."""
    return visible(words if len(words) <= LONGEST else f"{words[:LONGEST]}…")


def _keep(path: Path, row: tuple[int, str, str, bytes]) -> None:
    """Put a stamp beside its checkpoint; if another process was first, its stamp is as good."""
    try:
        connection = database.opened(path, "rw")
        try:
            connection.execute("BEGIN IMMEDIATE")
            database.recognised(connection, path)
            connection.execute("INSERT OR IGNORE INTO timestamp VALUES (?, ?, ?, ?)", row)
            connection.execute("COMMIT")
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise told(error) from None


def _pinned(origin: str, question: _Question) -> Iterator[str]:
    """Trust the root that a good stamp came under; a note for a person to look at, if it is new."""
    from govtrack.trail import timestamp  # noqa: PLC0415

    name = question.authority.name
    try:
        if question.root in memory.roots(origin):
            return
        memory.trust_root(origin, question.root)
    except (Refusal, OSError) as error:
        yield f"the root of '{name}' could not be remembered on this machine: {error}"
        return
    for fingerprint in timestamp.fingerprints(question.root):
        yield (
            f"the root of '{name}' is trusted on this machine from now on; compare its SHA-256 "
            f"fingerprint with what the authority publishes: {fingerprint}"
        )


def _unanswered(origin: str, authority: str) -> Path:
    return memory.folder(origin) / "unanswered" / authority


def failed_at(first_origin: str, authority: str) -> str | None:
    """When that authority last gave this machine no good stamp; None once it has again."""
    try:
        failed = clock.instant(_unanswered(first_origin, authority).read_text("ascii"))
        return clock.instant_text(failed) if failed.tzinfo else None
    except (OSError, ValueError, OverflowError):
        return None


def _resting(origin: str, authority: Authority) -> bool:
    """Whether the authority gave no good stamp within the last hour, so that nobody waits again."""
    failed = failed_at(origin, authority.name)
    if failed is None:
        return False
    return timedelta(0) <= clock.now() - clock.instant(failed) < timedelta(minutes=REST_MINUTES)


def _rest(origin: str, outcome: Outcome) -> None:
    """Write down that an authority failed, or that it no more does; if not, it is asked again."""
    path = _unanswered(origin, outcome.authority)
    with suppress(OSError):
        if outcome.at is not None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.write_text(clock.instant_text(clock.now()), "ascii")
