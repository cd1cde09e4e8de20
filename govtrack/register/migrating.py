"""Bringing an older register to this govtrack's schema: a copy beside it, then one transaction.

The schema's number is written last inside that transaction, so a register is old or new and never
between. Entries of the trail are never rewritten by a migration: their bytes and the root stay.
"""

from __future__ import annotations

import os
import re
import sqlite3
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy.exc import SQLAlchemyError

from govtrack.errors import NotDone
from govtrack.register import database, migrations
from govtrack.register.failures import os_told, told
from govtrack.register.objects import synced_folder
from govtrack.register.recording import writing_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from govtrack.workspace import Workspace

_NAME = re.compile(r"m(\d{4})_\w+")


@dataclass(frozen=True, slots=True)
class Migrated:
    """The schema before and after, and the copy of the register as it was (None: nothing done)."""

    before: int
    after: int
    copy: Path | None


def steps() -> dict[int, Callable[[Operations], None]]:
    """The steps by the schema each leads to."""
    found = {}
    for module in iter_modules(migrations.__path__):
        if match := _NAME.fullmatch(module.name):
            loaded = import_module(f"{migrations.__name__}.{module.name}")
            found[int(match[1])] = loaded.upgrade
    return found


def migrated(
    workspace: Workspace,
    *,
    target: int = database.SCHEMA,
    known: Mapping[int, Callable[[Operations], None]] | None = None,
) -> Migrated:
    """Migrate the workspace's register to `target`; nothing is done where it is there already."""
    path = workspace.database_path
    before = database.schema_of(path)
    if before > target:
        raise NotDone(
            f"{path} was made by a newer govtrack (schema {before}, this knows {target}): "
            "update govtrack; nothing was touched"
        )
    if before == target:
        return Migrated(before, target, None)
    available = steps() if known is None else known
    missing = [number for number in range(before + 1, target + 1) if number not in available]
    if missing:
        raise NotDone(f"{path} has schema {before}, which this govtrack cannot migrate from")
    copy = path.with_name(f"{path.stem}-schema-{before}.db")
    _upgrade(path, copy, [available[number] for number in range(before + 1, target + 1)], target)
    return Migrated(before, target, copy)


def _upgrade(
    path: Path, copy: Path, upgrades: list[Callable[[Operations], None]], target: int
) -> None:
    """Under the writer's lock: is it still the old one, copy it, change it, number it, commit."""

    def connected() -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None, timeout=database.BUSY_SECONDS)
        for setting in database.WRITING:
            connection.execute(setting)
        # a table that is rebuilt is dropped first: checked again below, before the commit
        connection.execute("PRAGMA foreign_keys = OFF")
        return connection

    engine = writing_engine(connected)
    try:
        with engine.begin() as connection:
            standing = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
            if standing != target - len(upgrades):
                raise NotDone(f"{path}: another govtrack migrated it just now; nothing changed")
            _copy(path, copy)
            operations = Operations(MigrationContext.configure(connection))
            for upgrade in upgrades:
                upgrade(operations)
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise NotDone(f"{path}: the migration would break a reference; nothing changed")
            connection.exec_driver_sql(f"PRAGMA user_version = {target}")
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise told(error) from error
    except OSError as error:
        raise os_told(error) from error
    finally:
        engine.dispose()


def _copy(path: Path, copy: Path) -> None:
    """The register as it is, whole and durable, in a file beside it."""
    aside = copy.with_name(f"{copy.name}.tmp")
    try:
        aside.unlink(missing_ok=True)  # of a migration that was killed; the lock is ours
        connection = sqlite3.connect(path, isolation_level=None, timeout=database.BUSY_SECONDS)
        try:
            connection.execute("VACUUM INTO ?", [str(aside)])
        finally:
            connection.close()
        aside.chmod(0o600)
        with aside.open("rb") as file:
            os.fsync(file.fileno())
        aside.replace(copy)
        synced_folder(copy.parent)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
