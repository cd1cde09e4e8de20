"""Checkpoints of the trail: issued inside the transaction, published after it.

A log that signs two checkpoints which cannot both be true has lost its case, so a checkpoint is
signed under the writer's lock, kept in the same transaction as its entries, and counts as issued
once that is committed. Only then it goes to `.govtrack/trail/checkpoint` and to the memory outside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from govtrack.clock import day_text
from govtrack.errors import NotDone, visible
from govtrack.register import journal, keys, memory
from govtrack.register.small_files import locked, replaced
from govtrack.trail.checkpoint import Checkpoint, read
from govtrack.trail.note import Note, encoded

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from govtrack.register.memory import Remembered
    from govtrack.trail.proof import Levels
    from govtrack.trail.signing import Signer
    from govtrack.trail.tree import Tree
    from govtrack.workspace import Workspace


class Kept(NamedTuple):
    """A checkpoint as the register keeps it: `previous` is the size of the one before."""

    size: int
    previous: int | None
    note: bytes


class Issued(NamedTuple):
    """The tree's statement after a change: signed, or only its three lines and an empty one."""

    data: bytes
    signed: bool


def newest(connection: sqlite3.Connection, up_to: int | None = None) -> Kept | None:
    """The newest signed checkpoint, or the newest over no more than `up_to` entries."""
    row = connection.execute(
        "SELECT size, previous, note FROM checkpoint WHERE size <= coalesce(?, size) "
        "ORDER BY size DESC LIMIT 1",
        [up_to],
    ).fetchone()
    return Kept(row[0], row[1], bytes(row[2])) if row else None


def stated(connection: sqlite3.Connection) -> Checkpoint:
    """The tree as it stands, as a checkpoint says it."""
    grown = journal.state(connection)
    return Checkpoint(journal.origin(connection), grown.size, grown.root())


def issue(connection: sqlite3.Connection, signers: Sequence[Signer]) -> Issued:
    """Sign the tree as it stands and keep that, inside the caller's transaction.

    Without signers nothing is kept: the tail is then unsigned until a holder of the key signs.
    """
    body = stated(connection)
    text = body.body()
    data = Note(text, tuple(one.sign(text) for one in signers)).written()
    if signers:
        before = newest(connection)
        if before is not None and before.size >= body.size:
            raise NotDone(f"a checkpoint of size {before.size} is there already")
        connection.execute(
            "INSERT INTO checkpoint VALUES (?, ?, ?)",
            [body.size, before.size if before else None, data],
        )
    return Issued(data, bool(signers))


def signers(
    connection: sqlite3.Connection, passphrase: bytes | None = None
) -> tuple[list[Signer], str | None]:
    """The key in force, where it is at hand; and, where it is not, a note that and why."""
    in_force = keys.active(connection)
    if in_force is None:
        return [], None
    first, now = journal.first_origin(connection), journal.origin(connection)
    found = keys.at_hand(first, now, in_force, passphrase)
    if not isinstance(found, keys.Unsigned):
        return [found], None
    if found.file is None:
        why = found.why or "this machine holds no key of the trail"
        return [], f"recorded, not signed: {why}; its holder signs with 'govtrack trail sign'"
    return [], (
        f"{found.why}; the new entries are recorded, but not signed: 'govtrack trail sign' signs "
        "them later"
    )


def not_behind(connection: sqlite3.Connection) -> None:
    """Refuse to write where the store is not what this machine remembers, or its continuation.

    Under the writer's lock, so that no other writer can be between the two.
    """
    first = journal.first_origin(connection)
    kept = memory.remembered(first)
    if kept is not None and (why := contradiction(connection, kept.checkpoint, seen_on(kept))):
        if not _believable(connection, kept):
            raise NotDone(
                f"{visible(str(memory.folder(first)))}: the checkpoint remembered there was "
                "changed: its signature does not hold; nothing is recorded, see 'govtrack verify'"
            )
        raise NotDone(
            f"{why}: nothing is recorded, or this trail would have two histories; put the newer "
            "store back, or, where it is lost, run 'govtrack trail restore --reason TEXT'"
        )


def _believable(connection: sqlite3.Connection, kept: Remembered) -> bool:
    """Whether what is remembered is as it was written, as far as its signatures let that be seen.

    A store from before a rotation does not know the key that signed what is remembered.
    """
    from govtrack.trail import signing  # noqa: PLC0415  (on the way to a refusal)

    said, signed = read(kept.data, unsigned=True)
    try:
        known = keys.of_trail(connection, said.origin)
    except ValueError:
        return True  # what is wrong is in the store, not in the memory
    try:
        signing.signed_by(signed, known)
    except ValueError:
        return False
    return True


def continuing(connection: sqlite3.Connection, before: Tree) -> Kept | None:
    """The newest signed checkpoint, if the entries up to it still give its root; None: none yet.

    `before` is the tree before this recording. Refused where they do not: the next signature would
    be over another history than the last one was.
    """
    kept = newest(connection)
    if kept is None:
        return None
    said = read(kept.note)[0]
    grown = before if said.size == before.size else journal.prefix(connection, said.size)
    if (said.size, said.root) != (grown.size, grown.root()):
        raise NotDone(
            f"the entries do not give the root of the signed checkpoint of size {said.size} any "
            "more: they were changed; nothing is recorded, run 'govtrack verify'"
        )
    return kept


def unsigned_by(connection: sqlite3.Connection, since: int, until: int) -> str | None:
    """A note on entries that a checkpoint signs along with its own; None: there are none."""
    rows = connection.execute(
        "SELECT DISTINCT actor FROM entry WHERE seq >= ? AND seq < ? ORDER BY actor",
        [since, until],
    ).fetchall()
    if not rows:
        return None
    count = until - since
    return (
        f"this also signs {count} {'entry' if count == 1 else 'entries'} recorded without the key, "
        f"by {', '.join(visible(actor) for (actor,) in rows)}: look at them with 'govtrack log'"
    )


def seen_on(kept: Remembered) -> str:
    """How the remembered checkpoint is spoken of."""
    return f"checkpoint of size {kept.checkpoint.size} seen on {day_text(kept.seen)}"


def contradiction(
    connection: sqlite3.Connection,
    known: Checkpoint,
    label: str,
    levels: Levels | None = None,
) -> str | None:
    """In words, how the store contradicts what is known; None where it is that, or continues it.

    `label` names what is known; `levels` is the tree computed from the entries, where somebody has:
    by default what the store keeps of it is believed.
    """
    first = journal.first_origin(connection)
    if levels is None:
        now = stated(connection)
    else:
        now = Checkpoint(journal.origin(connection), levels.size, levels.root())
    then, today = (memory.generation(one.origin, first) for one in (known, now))
    if then is None or today is None:
        return f"the {label} is of another trail, {known.origin}"
    if then > today:
        return f"the store is behind the {label}, which is of generation {then}"
    if then < today and known.size > _left(connection, then):
        return _lost(connection, known, then, label)
    if then == today and known.size > now.size:
        return f"the store has {now.size} entries and is behind the {label}"
    if known.size == now.size:
        root = now.root
    elif levels is None:
        root = journal.prefix(connection, known.size).root()
    else:
        root = levels.root(known.size)
    return None if root == known.root else f"the store does not continue the {label}"


def gap(connection: sqlite3.Connection, known: Checkpoint) -> str | None:
    """In words, that what is known lies in what a later generation says for good was lost."""
    first = journal.first_origin(connection)
    then = memory.generation(known.origin, first)
    today = memory.generation(journal.origin(connection), first)
    if then is None or today is None or then >= today:
        return None
    left = _left(connection, then)
    if known.size <= left:
        return None
    return f"entries {left} to {known.size - 1} of it were lost when an older store was restored"


def _left(connection: sqlite3.Connection, generation: int) -> int:
    """How many entries of that generation and those before it the store still has."""
    (least,) = connection.execute(
        "SELECT min(restored_size) FROM generation WHERE number > ?", [generation]
    ).fetchone()
    return int(least or 0)  # none: the generations were tampered with


def _lost(
    connection: sqlite3.Connection, known: Checkpoint, generation: int, label: str
) -> str | None:
    """What is known lies in a gap: well, where the next generation says that it knew of it."""
    found = connection.execute(
        "SELECT known_size, known_root FROM generation WHERE number = ?", [generation + 1]
    ).fetchone()
    size, root = found or (None, None)
    said = size is not None and (
        known.size < size or (known.size, encoded(known.root)) == (size, root)
    )
    return None if said else f"the store was restored without knowing of the {label}"


def publish(workspace: Workspace, first_origin: str, issued: Issued) -> list[str]:
    """After the commit: the file beside the register, and the memory outside; notes, no failure."""
    notes = []
    if issued.signed:
        try:
            _put(workspace.checkpoint_path, issued.data, first_origin)
        except OSError as error:
            notes.append(
                f"the checkpoint could not be written beside the register ({error.strerror}); "
                "the next command does it"
            )
    try:
        memory.remember(first_origin, issued.data)
    except (OSError, RuntimeError, NotDone) as error:
        why = getattr(error, "strerror", None) or error
        notes.append(f"the checkpoint could not be remembered outside the store ({why})")
    return notes


def _put(path: Path, data: bytes, first_origin: str) -> None:
    """Put the checkpoint at `path` unless a newer one stands there: writers may overtake."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with locked(path.parent):
        if _order(path, first_origin) <= memory.order(read(data)[0], first_origin):
            replaced(path, data)


def _order(path: Path, first_origin: str) -> tuple[int, int]:
    """Generation and size of the checkpoint that stands there; (0, 0) where none can be read."""
    try:
        return memory.order(read(path.read_bytes())[0], first_origin)
    except (OSError, ValueError):
        return 0, 0
