"""The files that a table names: inside its folder, there, and regular files."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from govtrack.errors import closest, visible


class NotThereError(Exception):
    """A path that a table names and that cannot be evidence; `nearest` is one that could."""

    def __init__(self, message: str, nearest: str | None = None) -> None:
        super().__init__(message)
        self.nearest = nearest


class Folder:
    """A folder of artefacts: nothing outside it is read, whatever a table or a link says.

    A table may come from someone else; without this rule its `../../.ssh/id_ed25519` would be
    copied into the register and handed over in a pack.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._root = os.path.realpath(folder)
        self._real: dict[str, str] = {}

    def file(self, name: str) -> Path:
        """The regular file of that name, relative to the folder.

        Raises `NotThereError` saying why it cannot be taken.
        """
        if "\0" in name:
            raise NotThereError("a NUL character in the name of a file")
        path = os.path.normpath(os.path.join(self.folder, name))  # noqa: PTH118  (100,000 of them)
        parent, last = os.path.split(path)
        if parent not in self._real:
            self._real[parent] = os.path.realpath(parent)
        real = f"{self._real[parent]}{os.sep}{last}"
        try:
            mode = os.lstat(real).st_mode
            if stat.S_ISLNK(mode):
                real = os.path.realpath(real, strict=True)
                mode = os.lstat(real).st_mode
        except FileNotFoundError:
            raise NotThereError(f"no file '{visible(name)}'", self._nearest(name)) from None
        except OSError as error:
            reason = (error.strerror or str(error)).casefold()
            raise NotThereError(f"'{visible(name)}': {reason}") from None
        if not real.startswith(f"{self._root.rstrip(os.sep)}{os.sep}"):
            shown = visible(str(self.folder))
            raise NotThereError(f"'{visible(name)}' lies outside the folder of the table, {shown}")
        if not stat.S_ISREG(mode):
            what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
            raise NotThereError(f"'{visible(name)}' is {what}; expected a file")
        return Path(path)

    def _nearest(self, name: str) -> str | None:
        if not Path(real := os.path.realpath(self.folder / name)).is_relative_to(self._root):
            return None
        parent = Path(name).parent
        try:
            with os.scandir(Path(real).parent) as entries:
                names = [entry.name for entry in entries if entry.is_file()]
        except OSError:
            return None
        nearest = closest(Path(name.replace("\\", "/")).name, names)
        return str(parent / nearest) if nearest else None
