"""A workspace: the folder with `govtrack.toml` and `.govtrack/`, and who works in it.

`govtrack.toml` holds what the organisation chose (name, time zone, primary vocabulary, adoption
pattern, addresses of the register and the objects); no secrets. `.govtrack/` holds the register.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from govtrack import clock
from govtrack.errors import BadInput, Problem, closest, not_one_of, refuse

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

Vocabulary = Literal["iso", "rmf"]
Pattern = Literal["rmf-first", "iso-first", "parallel"]

SETTINGS = "govtrack.toml"
STORE = ".govtrack"
_KNOWN: dict[str, tuple[str, ...] | None] = {
    "organisation": None,
    "timezone": None,
    "vocabulary": get_args(Vocabulary),
    "pattern": get_args(Pattern),
    "database": None,
    "objects": None,
}


class Workspace(NamedTuple):
    """Where a workspace stands and what its `govtrack.toml` says."""

    root: Path
    organisation: str
    timezone: str = "UTC"
    vocabulary: Vocabulary = "iso"
    pattern: Pattern = "parallel"
    database: str = f"{STORE}/register.db"
    objects: str = f"{STORE}/objects"

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return clock.zone(self.timezone, file=SETTINGS)

    @property
    def store(self) -> Path:
        """`.govtrack/`, closed to other users."""
        return self.root / STORE

    @property
    def database_path(self) -> Path:
        """The SQLite file of the register."""
        return self.root / self.database

    @property
    def objects_path(self) -> Path:
        """The folder that holds every artefact's bytes by their SHA-256."""
        return self.root / self.objects

    @property
    def schemas(self) -> Path:
        """The workspace's own crosswalks, kinds and titles (may be absent)."""
        return self.root / "schemas"

    @property
    def templates(self) -> Path:
        """The workspace's own templates, which stand before the shipped ones (may be absent)."""
        return self.root / "templates"


def find(start: Path | None = None) -> Workspace:
    """The workspace that `start` (default: the current folder) lies in, found by walking up.

    Raises `BadInput` where there is none, or where its `govtrack.toml` cannot be used.
    """
    here = (start or Path.cwd()).absolute()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return read(folder)
    raise refuse(
        f"no {SETTINGS} in {here} or above it: make a workspace with "
        "'govtrack init --organisation NAME', or name one with -C"
    )


def read(root: Path) -> Workspace:
    """The workspace at `root`; every problem of its `govtrack.toml` is reported at once."""
    path = root / SETTINGS
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise refuse(f"not valid TOML: {error}", file=str(path)) from None
    except UnicodeDecodeError as error:
        raise refuse(f"not UTF-8 at byte {error.start}", file=str(path)) from None
    problems = [problem for key, value in settings.items() for problem in _problems(key, value)]
    if "organisation" not in settings:
        problems.append(
            Problem("is missing: the organisation's name", SETTINGS, field="organisation")
        )
    if problems:
        raise BadInput(problems)
    return Workspace(root, **settings)


def actor(given: str | None) -> str:
    """Who acts: `--actor`, `GOVTRACK_ACTOR`, git's user.email, else the login name."""
    return given or actor_by_default()[0]


def actor_by_default() -> tuple[str, str]:
    """Who acts where no `--actor` is given, and where that is known from."""
    if named := os.environ.get("GOVTRACK_ACTOR"):
        return named, "GOVTRACK_ACTOR"
    if email := _git_email():
        return email, "git's user.email"
    return _login(), "the login name"


def _problems(key: str, value: object) -> list[Problem]:
    if key not in _KNOWN:
        message = f"unknown setting; known are {', '.join(_KNOWN)}"
        return [Problem(message, SETTINGS, field=key, nearest=closest(key, _KNOWN))]
    if not isinstance(value, str) or not value.strip():
        return [Problem("expected some text in quotes", SETTINGS, field=key)]
    choices = _KNOWN[key]
    if choices and value not in choices:
        nearest = closest(value, choices)
        return [Problem(not_one_of(value, choices), SETTINGS, field=key, nearest=nearest)]
    if key == "database" and "://" in value:
        return [Problem("expected a path of a SQLite file, not an address", SETTINGS, field=key)]
    return []


def _git_email() -> str | None:
    """`user.email` of git, read from its files: starting git costs more than a command."""
    config_home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    candidates = [Path.home() / ".gitconfig", config_home / "git" / "config"]
    repository = next((p for p in (Path.cwd(), *Path.cwd().parents) if (p / ".git").is_dir()), None)
    if repository:
        candidates.insert(0, repository / ".git" / "config")
    return next((email for path in candidates if (email := _email_in(path))), None)


def _email_in(path: Path) -> str | None:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    section = ""
    for line in map(str.strip, lines):
        if line.startswith("["):
            section = line.strip("[]").casefold()
        elif section == "user" and line.partition("=")[0].strip().casefold() == "email":
            return line.partition("=")[2].strip().strip('"') or None
    return None


def _login() -> str:
    import getpass  # noqa: PLC0415

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
