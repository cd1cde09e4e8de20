"""One change, one recording: a transaction with an actor, an instant and a reason.

Inside the block, rows are added and changed through `Recording.session`. At its end every record
that was touched gets its entry in the trail, with the whole record as it then stands, and all of
it is committed together; an exception leaves the register as it was. A session that writes
outside a recording is refused, so no noun can forget its entry.
"""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlmodel import Session, SQLModel

from govtrack import clock
from govtrack.errors import NotDone
from govtrack.register import checkpoints, database, journal, keys, numbers, stamping
from govtrack.register.failures import told
from govtrack.register.images import Image, image_of, same
from govtrack.register.nouns import BY_TABLE, NOUNS, Noun, id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date, datetime

    from sqlalchemy import Engine

    from govtrack.trail.signing import Signer
    from govtrack.trail.tree import Tree
    from govtrack.workspace import Workspace


class Recording:
    """An open recording: the session to write through and what the entries will say."""

    def __init__(
        self, session: Session, at: datetime, today: date, actor: str, reason: str | None
    ) -> None:
        self.session = session
        self.at = at
        self.today = today
        self.actor = actor
        self.reason = reason
        self.notes: list[str] = []
        self.signers: list[Signer] | None = None
        """Who signs the checkpoint over this recording; None: the key in force, if at hand."""
        self._before: Tree | None = None
        """The tree before the first entry of this recording; None: nothing is written yet."""
        self._actions: dict[tuple[str, int], str] = {}
        self._touched: dict[tuple[str, int], bool] = {}
        session.info["recording"] = self

    @property
    def connection(self) -> sqlite3.Connection:
        """The database connection of the open transaction."""
        return cast("sqlite3.Connection", self.session.connection().connection.dbapi_connection)

    @property
    def unchanged(self) -> bool:
        """Whether nothing was changed so far: then nothing is recorded either."""
        self.session.flush()
        return not self._touched

    def next_key(self, noun: str) -> int:
        """The next free key of that noun in the year of the organisation's today."""
        self.session.flush()
        return numbers.latest_key(self.connection, NOUNS[noun], self.today.year) + 1

    def describe(self, noun: str, key: int, action: str) -> None:
        """Name what happens to a record, `evidence.approved`; else it is added or changed."""
        self._actions[noun, key] = action

    def image(self, noun: str, key: int) -> Image:
        """The whole record as it stands inside this recording."""
        self.session.flush()
        found = image_of(self.connection, NOUNS[noun], key)
        if found is None:
            raise KeyError(id_of(NOUNS[noun], key))
        return found

    def touch(self, row: SQLModel, *, new: bool) -> None:
        """Note that `row` belongs to a record that changes (the session calls this)."""
        noun, key = _record_of(row)
        is_new = new and row.__tablename__ == noun.name
        if (noun.name, key) not in self._touched and not is_new:
            self._as_recorded(noun, key)
        self._touched[noun.name, key] = self._touched.get((noun.name, key), False) or is_new

    def _as_recorded(self, noun: Noun, key: int) -> None:
        """Refuse to go on from a row that is not what its last entry says.

        Else the next entry would carry, in the name of whoever makes it, what somebody wrote past
        govtrack. The session has not written yet when it touches a record for the first time.
        """
        image = image_of(self.connection, noun, key)
        seq, after = journal.last_state(self.connection, noun.name, image["id"] if image else "")
        if image is None or after is None or not same(after, image):
            raise NotDone(
                f"{id_of(noun, key)}: its row is not what its last entry ({seq}) says: it was "
                "changed past govtrack; nothing is recorded, run 'govtrack verify'"
            )

    def write_entries(self, changes: Iterable[journal.Changed]) -> None:
        """Write entries now: for rows that were written in bulk, beside the session."""
        if self._before is None:
            self._before = journal.state(self.connection)
        written = journal.append(
            self.connection,
            changes,
            at=clock.instant_text(self.at),
            actor=self.actor,
            reason=self.reason,
        )
        self.notes.extend(note for note in written.notes if note not in self.notes)

    def close(self) -> None:
        """Write the entries of everything touched."""
        self.session.flush()
        if self._touched:
            self.write_entries(self._changes())

    def issue(self) -> checkpoints.Issued | None:
        """Sign the trail as it will stand once this is committed; None where nothing changed."""
        if self._before is None:
            return None
        if self.signers is None:
            self.signers, why = checkpoints.signers(self.connection)
            self.notes += [why] if why else []
        if self.signers and (last := checkpoints.continuing(self.connection, self._before)):
            also = checkpoints.unsigned_by(self.connection, last.size, self._before.size)
            self.notes += [also] if also else []
        return checkpoints.issue(self.connection, self.signers)

    def _changes(self) -> Iterator[journal.Changed]:
        for (name, key), new in self._touched.items():
            noun = NOUNS[name]
            image = image_of(self.connection, noun, key)
            action = self._actions.get((name, key), f"{name}.{'added' if new else 'changed'}")
            identifier = image["id"] if image else id_of(noun, key)
            yield journal.Changed(action, name, identifier, image, new)


@contextmanager
def recording(
    workspace: Workspace,
    actor: str,
    reason: str | None = None,
    *,
    dry_run: bool = False,
    behind: bool = False,
) -> Iterator[Recording]:
    """Open a recording on the workspace's register; with `dry_run` everything but the commit.

    Raises `NotDone` in words where the register is busy, full, damaged or cannot be written, and
    where the store is behind what this machine remembers of its trail, unless `behind` allows it.
    """
    engine = writing_engine(lambda: database.opened(workspace.database_path, "rw"))
    keys.ready()  # before the lock is ours
    try:
        with Session(engine, autoflush=False) as session:
            session.connection()  # BEGIN IMMEDIATE now: numbers, checks and the instant need it
            at = clock.now()
            recorded = Recording(session, at, clock.today(workspace.zone), actor, reason)
            # a newer govtrack may have migrated the register before the lock was ours
            database.recognised(recorded.connection, workspace.database_path)
            if not behind:
                checkpoints.not_behind(recorded.connection)
            first_origin = journal.first_origin(recorded.connection)
            yield recorded
            recorded.close()
            issued = None if dry_run else recorded.issue()
            if issued is None:
                session.rollback()
            else:
                session.commit()
                recorded.notes += checkpoints.publish(workspace, first_origin, issued)
                recorded.notes += stamping.after_recording(workspace)
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise told(error) from error
    finally:
        engine.dispose()


def writing_engine(creator: Callable[[], sqlite3.Connection]) -> Engine:
    """An engine over the connections `creator` opens; every transaction begins IMMEDIATE."""
    engine = create_engine("sqlite://", creator=creator, poolclass=NullPool)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _begin_immediate(connection: Any) -> None:  # noqa: ANN401  (SQLAlchemy's own)
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@event.listens_for(Session, "before_flush")
def _every_change_is_recorded(session: Session, *_: object) -> None:
    changed = [row for row in session.dirty if session.is_modified(row)]
    if not (session.new or changed or session.deleted):
        return
    recorded = session.info.get("recording")
    if recorded is None:
        raise RuntimeError("the register is written inside a recording only")
    for row in session.new:
        recorded.touch(row, new=True)
    for row in (*changed, *session.deleted):
        recorded.touch(row, new=False)


def _record_of(row: SQLModel) -> tuple[Noun, int]:
    table = str(row.__tablename__)
    noun = BY_TABLE[table]
    owner = "key" if table == noun.name else next(iter(type(row).model_fields))
    return noun, getattr(row, owner)
