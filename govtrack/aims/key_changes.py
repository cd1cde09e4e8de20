"""Changing the key that signs: its file, its record and the checkpoint over it, in that order.

A key's file stands before the record that names it, so that what is committed can be signed; its
name says under which key id it waits, and it is found there too. A rotation is two recordings: the
new key is added under a checkpoint that both sign, then the old one is retired. Interrupted between
them, the next rotation finishes it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from govtrack.aims import signing_keys
from govtrack.errors import NotDone, Refusal, refuse
from govtrack.register import journal, keys, memory
from govtrack.register.reader import reading
from govtrack.register.recording import recording
from govtrack.trail import note, signing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from govtrack.aims.signing_keys import How
    from govtrack.register.recording import Recording
    from govtrack.workspace import Workspace


class By(NamedTuple):
    """Who changes a key, why, and whether it is only tried."""

    actor: str
    reason: str | None = None
    dry_run: bool = False


class Changed(NamedTuple):
    """The key that is now in force, the id of the one it replaces, its file, what is to be told.

    `continued` says whether the old key passed on to the new one; `old_file` is where that one's
    private half still stands; `sealed` whether the new one's is under a passphrase.
    """

    id: str
    key: note.Verifier
    replaced: str | None
    file: Path | None
    continued: bool
    notes: tuple[str, ...]
    sealed: bool = False
    old_file: Path | None = None


class Revoked(NamedTuple):
    """The key that is revoked, the one put in its place, if any, and what is to be told."""

    id: str
    successor: Changed | None
    notes: tuple[str, ...]


class _Standing(NamedTuple):
    """What the register says before anything is done."""

    first: str
    origin: str
    active: keys.Active | None
    passed: keys.Active | None
    """The key that the one in force replaces, where it was neither retired nor revoked yet."""


def begun(
    space: Workspace, by: By, passphrase: bytes | None = None, output: Path | None = None
) -> Changed:
    """Make the first signing key of a trail that has none; `NotDone` where one is in force.

    The key's file is `output`, by default the usual one.
    """
    stands = _standing(space)
    if stands.active:
        raise NotDone(
            f"{stands.active.id} signs this trail already; 'govtrack trail key rotate' replaces it"
        )
    path = output or keys.path_of(stands.first)
    with _new_key(space, by, stands, path, passphrase) as signer, _recording(space, by) as recorded:
        _same(recorded, stands)
        row = signing_keys.added(recorded, note.vkey(stands.origin, signer.public), "founded")
        recorded.signers = [signer]
        identifier = row.id
    notes = recorded.notes
    if not by.dry_run:
        notes += memory.first_trusted(stands.first, note.vkey(signer.name, signer.public))
    kept = None if by.dry_run else path
    return Changed(identifier, signer.verifier, None, kept, continued=False, notes=tuple(notes),
                   sealed=passphrase is not None)  # fmt: skip


def rotated(
    space: Workspace,
    by: By,
    passphrase: bytes | None = None,
    new_passphrase: bytes | None = None,
    *,
    lost: bool = False,
) -> Changed:
    """Replace the key in force: by the word of both keys, or, where it is `lost`, of the new one.

    `passphrase` opens the key in force; the new one is kept under `new_passphrase`.
    """
    stands = _standing(space)
    active = _in_force(stands)
    if stands.passed:
        return _finished(space, by, stands, passphrase)
    found = keys.at_hand(stands.first, stands.origin, active, passphrase)
    if lost:
        _gone(found, active)
    elif isinstance(found, keys.Unsigned):
        raise NotDone(_unable(found, active))
    old = () if isinstance(found, keys.Unsigned) else (found,)
    done, signer = _replaced(space, by, stands, old, new_passphrase, "rotated" if old else "lost")
    if by.dry_run:
        return done
    with _recording(space, by) as recorded:
        signing_keys.retired(recorded, active.id)
        recorded.signers = [signer]
    return _named(stands.first, done, active, recorded.notes)


def revoked(
    space: Workspace,
    by: By,
    which: str,
    since: datetime,
    why: str,
    *,
    replace: bool = False,
    new_passphrase: bytes | None = None,
) -> Revoked:
    """Believe no signature by that key from `since` on; with `replace`, put a new one in its place.

    The key in force cannot be revoked without `replace`: nothing could be signed any more. The
    entries say `why`, where `by` gives no other reason.
    """
    by = by._replace(reason=by.reason or why)
    stands = _standing(space)
    with _recording(space, by._replace(dry_run=True)) as tried:
        revoked_id = signing_keys.revoked(tried, which, since, why).id
    in_force = stands.active is not None and stands.active.id == revoked_id
    if in_force and not replace:
        raise refuse(
            f"{revoked_id} is the key in force: give --replace to put a new one in its place",
            field="KEY",
        )
    if replace and not in_force:
        raise refuse(f"{revoked_id} is not the key in force: there is none to put in its place",
                     field="--replace")  # fmt: skip
    if not in_force:
        with _recording(space, by) as recorded:
            signing_keys.revoked(recorded, which, since, why)
        return Revoked(revoked_id, None, tuple(recorded.notes))
    done, signer = _replaced(space, by, stands, (), new_passphrase, "stolen")
    if by.dry_run:
        return Revoked(revoked_id, done, done.notes)
    with _recording(space, by) as recorded:
        signing_keys.revoked(recorded, which, since, why)
        recorded.signers = [signer]
    done = _named(stands.first, done, stands.active, recorded.notes)
    return Revoked(revoked_id, done, done.notes)


def _gone(found: signing.Signer | keys.Unsigned, active: keys.Active) -> None:
    """Refuse to replace a key as lost that is here, if only by its name."""
    if not isinstance(found, keys.Unsigned):
        raise NotDone(
            f"{active.id} is not lost, it is on this machine: rotate without --lost, so that it "
            "passes on to the new one (if it was stolen: 'govtrack trail key revoke --replace')"
        )
    if found.file:
        opens = ": --passphrase-fd N gives it" if found.sealed else ""
        raise NotDone(
            f"{found.why}{opens}; {active.id} is not lost while that file may hold it. Rotate "
            "without --lost; if it cannot be used any more (its passphrase is forgotten, say), "
            "move the file away first"
        )


def _unable(found: keys.Unsigned, active: keys.Active) -> str:
    """Why the key in force cannot pass on to another here, and what to do."""
    if closed := found.closed():
        return closed
    why = found.why or f"the private half of {active.id} is not on this machine"
    return (
        f"{why}: its holder rotates it where it is; only where nobody has it any more, "
        "'govtrack trail key rotate --lost' replaces it, and proves less (docs/security.md)"
    )


def _in_force(stands: _Standing) -> keys.Active:
    if stands.active is None:
        raise NotDone("this trail has no signing key: 'govtrack trail key new' makes one")
    return stands.active


def _standing(space: Workspace) -> _Standing:
    with reading(space) as connection:
        active = keys.active(connection)
        row = connection.execute(
            "SELECT id, vkey FROM signing_key WHERE retired_on IS NULL AND revoked_at IS NULL "
            "AND id = (SELECT replaces FROM signing_key WHERE id = ?)",
            [active and active.id],
        ).fetchone()
        passed = keys.Active(row[0], note.parsed_vkey(row[1])) if row else None
        first, origin = journal.first_origin(connection), journal.origin(connection)
    if not first:
        raise NotDone("the workspace's own record is gone: run 'govtrack verify'")
    return _Standing(first, origin, active, passed)


def _same(recorded: Recording, stands: _Standing) -> None:
    """Under the writer's lock: whether another one was quicker."""
    connection = recorded.connection
    if (keys.active(connection), journal.origin(connection)) != (stands.active, stands.origin):
        raise NotDone("the signing key was changed just now by another; nothing was recorded")


def _replaced(
    space: Workspace,
    by: By,
    stands: _Standing,
    old: tuple[signing.Signer, ...],
    passphrase: bytes | None,
    how: How,
) -> tuple[Changed, signing.Signer]:
    """Add a key in place of the one in force, under the word of `old` and of the new one."""
    active = _in_force(stands)
    with (
        _new_key(space, by, stands, None, passphrase) as signer,
        _recording(space, by) as recorded,
    ):
        _same(recorded, stands)
        vkey = note.vkey(stands.origin, signer.public)
        identifier = signing_keys.added(recorded, vkey, how, active.id).id
        recorded.signers = [*old, signer]
    done = Changed(identifier, signer.verifier, active.id, None, bool(old), tuple(recorded.notes),
                   passphrase is not None)  # fmt: skip
    return done, signer


def _finished(space: Workspace, by: By, stands: _Standing, passphrase: bytes | None) -> Changed:
    """Do the rest of a rotation that was interrupted between its recordings."""
    active, passed = _in_force(stands), stands.passed
    if passed is None:
        raise NotDone("there is no rotation to finish")
    found = keys.at_hand(stands.first, stands.origin, active, passphrase)
    with _recording(space, by) as recorded:
        _same(recorded, stands)
        signing_keys.retired(recorded, passed.id)
        recorded.signers = [] if isinstance(found, keys.Unsigned) else [found]
        how = signing_keys.find(recorded, active.id).how
    done = Changed(active.id, active.verifier, passed.id, None, how == "rotated",
                   ("finished the rotation that was interrupted",))  # fmt: skip
    if by.dry_run:
        return done
    done = _named(stands.first, done, passed, recorded.notes)
    return done._replace(sealed=done.file is not None and keys.is_sealed(done.file))


def _named(first: str, done: Changed, old: keys.Active | None, further: list[str]) -> Changed:
    """Give the files of the keys their names; what goes wrong there is a note: both are found."""
    notes = [*done.notes, *(one for one in further if one not in done.notes)]
    try:
        keys.put_in_force(first, done.key, old.verifier if old else None)
    except (Refusal, OSError) as error:
        notes.append(f"the files of the keys keep their names: {error}")
    usual, waiting = keys.path_of(first), keys.path_beside(first, done.key)
    kept = next((path for path in (waiting, usual) if path.exists()), None)
    aside = keys.path_beside(first, old.verifier) if old else None
    old_file = aside if aside and aside.exists() else None
    return done._replace(file=kept, notes=tuple(notes), old_file=old_file)


def _recording(space: Workspace, by: By) -> AbstractContextManager[Recording]:
    return recording(space, by.actor, by.reason, dry_run=by.dry_run)


@contextmanager
def _new_key(
    space: Workspace, by: By, stands: _Standing, path: Path | None, passphrase: bytes | None
) -> Iterator[signing.Signer]:
    """A new key, its file written first; taken away again where its record did not come about."""
    signer = signing.Signer(stands.origin, signing.new_key())
    vkey = note.vkey(stands.origin, signer.public)
    path = path or keys.path_beside(stands.first, signer.verifier)
    if not by.dry_run:
        keys.written(path, signer.key, vkey, passphrase)
    try:
        yield signer
    except BaseException:
        if not by.dry_run and not _is_recorded(space, vkey):
            keys.removed(path)
        raise


def _is_recorded(space: Workspace, vkey: str) -> bool:
    """Whether the key is in the register; where that cannot be asked, it may be."""
    try:
        with reading(space) as connection:
            found = connection.execute("SELECT 1 FROM signing_key WHERE vkey = ?", [vkey])
            return found.fetchone() is not None
    except Refusal:
        return True
