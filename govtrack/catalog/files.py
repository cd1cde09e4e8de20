"""Which files the catalogue is made from: the shipped ones, then the workspace's own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from govtrack import shipped
from govtrack.errors import Problem, closest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHIPPED = (
    "rmf-1.0.yaml", "iso42001-2023.yaml", "genai-600-1.yaml", "kinds.yaml", "vocabulary.yaml",
    "cycle.yaml", "profile-scale.yaml", "risk-criteria.yaml", "risk-method.yaml",
    "impact-scales.yaml", "documentation.yaml",
)  # fmt: skip
OWN = (
    "kinds.yaml", "titles.yaml", "vocabulary.yaml", "cycle.yaml", "profile-scale.yaml",
    "risk-criteria.yaml", "risk-method.yaml", "impact-scales.yaml", "documentation.yaml",
)  # fmt: skip
ELSEWHERE = ("formats.yaml",)
"""Files of the same folder that another part reads."""


class Files(NamedTuple):
    """The folder that ships with govtrack and the workspace's own `schemas/` (None: none)."""

    shipped: Path
    own: Path | None

    def key(self) -> list[list[str | int]]:
        """Path, size and time of change of every file: the same key, the same catalogue."""
        return [[path, *_stamp(path)] for path in self._paths()]

    def own_file(self, name: str) -> Path | None:
        """The workspace's file of that name, where it stands."""
        path = self.own / name if self.own else None
        return path if path and path.exists() else None

    def crosswalks(self) -> Iterator[tuple[Path, str]]:
        """Every crosswalk's file and how to name it, shipped ones first."""
        for name in _listed(self.shipped / "crosswalks"):
            yield self.shipped / "crosswalks" / name, self.shown(f"crosswalks/{name}")
        if self.own:
            for name in _listed(self.own / "crosswalks"):
                path = self.own / "crosswalks" / name
                yield path, self.shown_own(path)

    def shown(self, name: str) -> str:
        """How a shipped file is named to people."""
        return f"govtrack's own {name}"

    def shown_own(self, path: Path) -> str:
        """How a file of the workspace is named to people: from the workspace's folder on."""
        return os.path.relpath(path, self.own.parent) if self.own else str(path)

    def strangers(self) -> list[Problem]:
        """YAML files in the workspace's folder that nothing would read: most often misspelt."""
        if self.own is None:
            return []
        known = (*OWN, *ELSEWHERE)
        return [
            Problem(
                f"is not read; known are {', '.join(OWN)} and crosswalks/*.yaml",
                self.shown_own(self.own / name),
                nearest=closest(name, known),
            )
            for name in _listed(self.own)
            if name not in known
        ]

    def _paths(self) -> Iterator[str]:
        for name in SHIPPED:
            yield f"{self.shipped}/{name}"
        yield from (f"{self.shipped}/crosswalks/{n}" for n in _listed(self.shipped / "crosswalks"))
        if self.own:
            yield from (f"{self.own}/{name}" for name in _listed(self.own))
            yield from (f"{self.own}/crosswalks/{n}" for n in _listed(self.own / "crosswalks"))


def files(own: Path | None) -> Files:
    """The files of a workspace whose own folder is `own`; a folder that is not there is none."""
    return Files(shipped.folder("schemas"), own.absolute() if own and own.is_dir() else None)


def _listed(folder: Path) -> list[str]:
    try:
        names = os.listdir(folder)  # noqa: PTH208  (strings: a path object costs more)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(
        name for name in names if name.endswith((".yaml", ".yml")) and not name.startswith(".")
    )


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)  # noqa: PTH116
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns
