"""Making a workspace: its settings, its empty register, its store of objects, its signing key.

The store is built aside and renamed into place, so of two that found the same workspace at once
one wins and the other is told; an interrupted one leaves nothing that is in the way. The key is
written first, outside the store: a trail is not begun in the name of a key that was not kept.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sqlite3
import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from govtrack import clock, workspace
from govtrack.errors import NotDone, refuse
from govtrack.register import checkpoints, database, journal, keys, memory, schema
from govtrack.register.failures import os_told, told
from govtrack.register.nouns import NOUNS, YEAR, id_of
from govtrack.register.objects import synced_folder
from govtrack.register.recording import Recording, writing_engine
from govtrack.register.tables.signing_keys import SigningKey
from govtrack.register.tables.workspace import WorkspaceRecord
from govtrack.trail import note, signing

if TYPE_CHECKING:
    from pathlib import Path

    from govtrack.workspace import Workspace


class Founded(NamedTuple):
    """A workspace just made; its signing key's public line and file; notes worth telling."""

    space: Workspace
    vkey: str | None
    key_file: Path | None
    notes: tuple[str, ...]


_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})+")


def found(
    planned: Workspace,
    actor: str,
    *,
    domain: str | None = None,
    sample: bool = False,
    signed: bool = True,
    passphrase: bytes | None = None,
) -> Founded:
    """Make the workspace that `planned` describes; gives it back as read from its own files.

    `domain` begins the trail's origin; without one, a name under `.internal` made from the
    organisation's. With `signed`, a new key signs the trail, kept under `passphrase` if there is
    one. Raises `NotDone` where a workspace stands there already.
    """
    origin = f"{domain or _internal(planned.organisation)}/govtrack/{secrets.token_hex(4)}"
    signer = signing.Signer(origin, signing.new_key()) if signed else None
    aside = planned.root / f"{workspace.STORE}-{secrets.token_hex(8)}"
    try:
        planned.root.mkdir(mode=0o755, parents=True, exist_ok=True)  # whatever the umask allows
        if _interrupted(planned):
            return _finished(workspace.read(planned.root))
        if (planned.root / workspace.SETTINGS).exists() or planned.store.exists():
            raise _taken(planned)
        aside.mkdir(mode=0o700)
        for folder in ("objects", "objects/tmp", "objects/sha256", "trail"):
            (aside / folder).mkdir(mode=0o700)
        vkey = None
        if signer:
            vkey = note.vkey(origin, signer.public)
            keys.written(keys.path_of(origin), signer.key, vkey, passphrase)
        issued = _register(
            aside / "register.db", planned, origin, actor, signer=signer, sample=sample
        )
        _settings(planned, aside)
        synced_folder(aside)
        _in_place(planned, aside)
    except OSError as error:
        raise os_told(error) from error
    finally:
        # a store that has got its name keeps its key, whatever happened after that
        if signer and aside.exists():
            keys.removed(keys.path_of(origin))
        shutil.rmtree(aside, ignore_errors=True)
    made = workspace.read(planned.root)
    notes = checkpoints.publish(made, origin, issued)
    notes += memory.first_trusted(origin, vkey) if vkey else []
    return Founded(made, vkey, keys.path_of(origin) if vkey else None, tuple(notes))


def _interrupted(planned: Workspace) -> bool:
    """Whether an earlier founding was cut off before its last step, which is then done."""
    waiting, settings = planned.store / workspace.SETTINGS, planned.root / workspace.SETTINGS
    if settings.exists() or not waiting.exists():
        return False
    try:
        waiting.rename(settings)
    except FileNotFoundError:  # it was not cut off: whoever makes it has just finished
        return False
    synced_folder(planned.root)
    return True


def _finished(made: Workspace) -> Founded:
    """What an interrupted founding made and could not tell: its key, where that is at hand here."""
    connection = database.opened(made.database_path, "ro")
    try:
        origin, in_force = journal.first_origin(connection), keys.active(connection)
    finally:
        connection.close()
    path = keys.path_of(origin)
    if in_force is None or not path.exists():
        return Founded(made, None, None, ())
    vkey = note.vkey(origin, in_force.verifier.public)
    return Founded(made, vkey, path, tuple(memory.first_trusted(origin, vkey)))


def _taken(planned: Workspace) -> NotDone:
    return NotDone(f"{planned.root}: there is a workspace here already; nothing was changed")


def _in_place(planned: Workspace, aside: Path) -> None:
    """The store first, the settings last: a workspace is found by its settings."""
    try:
        aside.rename(planned.store)
    except OSError:
        if planned.store.exists():
            raise _taken(planned) from None
        raise
    try:
        (planned.store / workspace.SETTINGS).rename(planned.root / workspace.SETTINGS)
    except FileNotFoundError:  # another founding took this one for an interrupted one
        raise _taken(planned) from None
    synced_folder(planned.root)


def _register(
    path: Path,
    planned: Workspace,
    origin: str,
    actor: str,
    *,
    signer: signing.Signer | None,
    sample: bool,
) -> checkpoints.Issued:
    path.touch(mode=0o600)
    engine = writing_engine(lambda: _connection(path))
    try:
        with Session(engine, autoflush=False) as session:
            schema.create(session.connection())
            today = clock.today(planned.zone)
            recorded = Recording(session, clock.now(), today, actor, None)
            session.add(
                WorkspaceRecord(
                    key=1,
                    id=origin,
                    organisation=planned.organisation,
                    sample=int(sample),
                    recorded_on=today.isoformat(),
                )
            )
            recorded.describe("workspace", 1, "workspace.created")
            if signer:
                _key(recorded, note.vkey(origin, signer.public))
            recorded.close()
            issued = checkpoints.issue(recorded.connection, [signer] if signer else [])
            session.commit()
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise told(error) from error
    finally:
        engine.dispose()
    return issued


def _key(recorded: Recording, vkey: str) -> None:
    """The key's record: who holds the first public key can walk from it to all later ones."""
    key = recorded.today.year * YEAR + 1
    day = recorded.today.isoformat()
    row = SigningKey(
        key=key, id=id_of(NOUNS["signing_key"], key), vkey=vkey, how="founded",
        added_on=day, recorded_on=day,
    )  # fmt: skip
    recorded.session.flush()  # the workspace's own entry comes first
    recorded.session.add(row)
    recorded.describe("signing_key", key, "trail.key_added")


def _connection(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in database.WRITING:
        connection.execute(setting)
    return connection


def _settings(planned: Workspace, folder: Path) -> None:
    """`govtrack.toml`, with what each setting may be."""
    import tomlkit  # noqa: PLC0415

    document = tomlkit.document()
    document.add(tomlkit.comment("What this organisation chose. No secrets here."))
    document["organisation"] = planned.organisation
    document["timezone"] = planned.timezone
    document["vocabulary"] = planned.vocabulary
    document["vocabulary"].comment("iso | rmf: which term leads")
    document["pattern"] = planned.pattern
    document["pattern"].comment("rmf-first | iso-first | parallel: what 'next' puts first")
    document["database"] = planned.database
    document["objects"] = planned.objects
    handle = os.open(folder / workspace.SETTINGS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(tomlkit.dumps(document))
        file.flush()
        os.fsync(handle)


def _internal(organisation: str) -> str:
    """A host name for an organisation that gave none: `example-ltd.internal`."""
    plain = unicodedata.normalize("NFKD", organisation).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:63].strip("-")
    return f"{slug or 'organisation'}.internal"


def domain(text: str) -> str:
    """A host name in lower case, refused where it is none."""
    name = text.strip().casefold()
    if not _DOMAIN.fullmatch(name):
        raise refuse(f"'{text}' is not a domain such as example.org", field="--domain")
    return name
