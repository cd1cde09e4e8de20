"""A workspace made again from a backup, in a new folder.

Everything is read and checked aside, and only what is whole takes its place. Whether the register
is as new as what this machine has seen of it, its memory tells afterwards: a restored register may
be an older one.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from govtrack import workspace
from govtrack.errors import NotDone, Refusal, refuse, visible
from govtrack.register import (
    backup_manifest,
    backup_reading,
    checkpoints,
    database,
    journal,
    memory,
)
from govtrack.register.asides import aside
from govtrack.register.failures import os_told
from govtrack.register.objects import synced_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from govtrack.register.backup_reading import Contents
    from govtrack.workspace import Workspace


UNREMEMBERED = (
    "this machine remembers no checkpoint of the trail, so it cannot tell whether the backup is "
    "the newest state; 'govtrack verify --since FILE' compares it with a checkpoint that somebody "
    "kept, and where newer entries are lost, 'govtrack trail restore --known FILE --reason TEXT' "
    "goes on"
)


class Restored(NamedTuple):
    """What a backup gave: the workspace (None when it was only tried), and what it says of itself.

    `standing` is one of `STANDINGS`, how the register stands against what this machine remembers of
    its trail, and `memory` says it in words.
    `moved` are the settings that named another place for the register or the objects: in the new
    workspace both stand inside it, so that it never writes to the one that was backed up.
    """

    space: Workspace | None
    manifest: backup_manifest.Manifest
    moved: tuple[str, ...]
    older_schema: bool
    standing: str
    memory: str


STANDINGS = ("continues", "behind", "not-remembered", "not-compared")


def restored(
    file: Path,
    folder: Path,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Restored:
    """Make the workspace in `file` again in the new `folder`; with `dry_run` only check it.

    Raises `BadInput` where `folder` is there already or `file` is no regular file, and `NotDone`,
    naming the member, where the backup is not one, is not whole or is not what it says.
    """
    if os.path.lexists(folder):
        message = "is there already: a backup is restored into a new folder only"
        raise refuse(message, file=visible(str(folder)))
    if not folder.parent.is_dir():
        raise refuse(f"there is no folder '{visible(str(folder.parent))}'", field="DIR")
    if not file.is_file():
        raise refuse("not a regular file", file=visible(str(file)))
    try:
        with aside(folder) as beside:
            root = beside / "workspace"
            root.mkdir(mode=0o755)
            contents = _read(file, root, progress, dry_run=dry_run)
            found = _checked(root, contents, file)
            if not dry_run:
                if not found.older_schema:
                    _published(root)
                _synced(root)
                root.rename(folder)
                synced_folder(folder.parent)
                found = found._replace(space=workspace.read(folder))
    except OSError as error:
        raise os_told(error) from error
    return found


def _read(file: Path, root: Path, progress: Callable[[int], None], *, dry_run: bool) -> Contents:
    """Everything of the backup beneath `root`; of objects nothing where it is only tried."""

    def place(name: str) -> BinaryIO | None:
        if dry_run and backup_manifest.digest_of(name):
            return None
        path = root.joinpath(*name.split("/"))
        private = name.startswith(f"{workspace.STORE}/")
        path.parent.mkdir(mode=0o700 if private else 0o755, parents=True, exist_ok=True)
        mode = backup_manifest.mode(name) if private else 0o644
        # O_EXCL: where a disk takes two names for one (a.yaml, A.yaml), neither is written over
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        return os.fdopen(handle, "wb")

    try:
        with file.open("rb") as source:
            contents = backup_reading.read_through(source, place, progress)
    except ValueError as error:
        raise _bad(file, error) from None
    except FileExistsError as error:
        raise _bad(file, f"{error.filename}: is there twice on this disk") from None
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise _bad(file, f"{error.filename}: a file and a folder have the same name") from None
    for private in (workspace.STORE, f"{workspace.STORE}/objects"):
        (root / private).mkdir(mode=0o700, exist_ok=True)
        (root / private).chmod(0o700)  # whatever parents=True left of the mode
    for inside in ("sha256", "tmp"):
        (root / workspace.STORE / "objects" / inside).mkdir(mode=0o700, exist_ok=True)
        (root / workspace.STORE / "objects" / inside).chmod(0o700)
    return contents


def _checked(root: Path, contents: Contents, file: Path) -> Restored:
    """The register opened and compared, the settings read; anything wrong is named."""
    register = root / backup_manifest.REGISTER
    try:
        standing = backup_reading.register_checked(register, contents.manifest)
    except ValueError as error:
        raise _bad(file, error) from None
    if standing.schema > database.SCHEMA:
        raise NotDone(
            f"{visible(str(file))}: its register was made by a newer govtrack (schema "
            f"{standing.schema}, this knows {database.SCHEMA}): update govtrack"
        )
    if wrong := backup_reading.unnamed_or_missing(register, contents):
        raise _bad(file, wrong)
    try:
        moved = _moved(root)
    except Refusal as refusal:
        raise _bad(file, refusal) from None
    older = standing.schema < database.SCHEMA
    against = _against_memory(register, older=older)
    return Restored(None, contents.manifest, moved, older, *against)


def _against_memory(register: Path, *, older: bool) -> tuple[str, str]:
    """How the register stands against the checkpoint remembered outside every store."""
    if older:
        return "not-compared", "compared once 'govtrack migrate' was run in it"
    connection = database.opened(register, "ro")
    try:
        first = journal.first_origin(connection)
        kept = memory.remembered(first)
        why = None
        if kept is not None:
            label = checkpoints.seen_on(kept)
            why = checkpoints.contradiction(connection, kept.checkpoint, label)
    except Refusal as refusal:
        return "not-compared", str(refusal)
    finally:
        connection.close()
    if kept is None:
        return "not-remembered", UNREMEMBERED
    if why:
        return "behind", f"{why}: writing stops until 'govtrack trail restore --reason TEXT'"
    return "continues", f"it continues the {checkpoints.seen_on(kept)}"


def _published(root: Path) -> None:
    """The newest signed checkpoint beside the register, where every command leaves it."""
    space = workspace.read(root)
    connection = database.opened(space.database_path, "ro")
    try:
        newest = checkpoints.newest(connection)
    finally:
        connection.close()
    if newest is not None:
        space.checkpoint_path.parent.mkdir(mode=0o700)
        space.checkpoint_path.touch(mode=0o600)
        with space.checkpoint_path.open("wb") as file:
            file.write(newest.note)
            file.flush()
            os.fsync(file.fileno())


def _moved(root: Path) -> tuple[str, ...]:
    """Let the settings name the register and the objects inside the workspace."""
    space = workspace.read(root)
    usual = workspace.Workspace(root, space.organisation)
    moved = tuple(
        name for name in ("database", "objects") if getattr(space, name) != getattr(usual, name)
    )
    if moved:
        import tomlkit  # noqa: PLC0415  (hardly ever needed)

        path = root / workspace.SETTINGS
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
        for name in moved:
            document[name] = getattr(usual, name)
        path.write_text(tomlkit.dumps(document), encoding="utf-8")
    return moved


def _synced(root: Path) -> None:
    """Make every folder's list of names durable; the files are already."""
    for place, _, _ in os.walk(root):
        with suppress(PermissionError):
            synced_folder(root / place)
    with (root / workspace.SETTINGS).open("rb") as settings:
        os.fsync(settings.fileno())


def _bad(file: Path, why: object) -> NotDone:
    return NotDone(f"{visible(str(file))}: {why}; nothing was restored")
