"""A workspace: the folder with `govtrack.toml` and `.govtrack/`, and who works in it.

`govtrack.toml` holds what the organisation chose (name, time zone, primary vocabulary, adoption
pattern, addresses of the register and the objects, time-stamping authorities); no secrets.
`.govtrack/` holds the register.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from govtrack import clock
from govtrack.errors import BadInput, Problem, closest, not_one_of, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

Vocabulary = Literal["iso", "rmf"]
Pattern = Literal["rmf-first", "iso-first", "parallel"]
Stamping = Literal["day", "change", "asked"]

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
AUTHORITIES = "timestamp"
"""The list of tables `[[timestamp]]`, a time-stamping authority each."""
_OF_AUTHORITY: dict[str, tuple[str, ...] | None] = {
    "name": None,
    "url": None,
    "root": None,
    "stamp": get_args(Stamping),
}
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?")


class Authority(NamedTuple):
    """A time-stamping authority (RFC 3161): its name here, its address, and the root it is under.

    `root` is the path of a file of certificates in PEM. `stamp` says when it is asked: once a day
    that has a change, at each change, or only by `govtrack trail stamp`.
    """

    name: str
    url: str
    root: str
    stamp: Stamping = "day"


class Workspace(NamedTuple):
    """Where a workspace stands and what its `govtrack.toml` says."""

    root: Path
    organisation: str
    timezone: str = "UTC"
    vocabulary: Vocabulary = "iso"
    pattern: Pattern = "parallel"
    database: str = f"{STORE}/register.db"
    objects: str = f"{STORE}/objects"
    authorities: tuple[Authority, ...] = ()

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
    def checkpoint_path(self) -> Path:
        """The file that holds the newest signed checkpoint of the trail."""
        return self.store / "trail" / "checkpoint"

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
    authorities = settings.pop(AUTHORITIES, [])
    problems = [problem for key, value in settings.items() for problem in _problems(key, value)]
    if "organisation" not in settings:
        problems.append(
            Problem("is missing: the organisation's name", SETTINGS, field="organisation")
        )
    problems.extend(_problems_of(authorities))
    if problems:
        raise BadInput(problems)
    return Workspace(
        root, **settings, authorities=tuple(Authority(**authority) for authority in authorities)
    )


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
        known = (*_KNOWN, f"[[{AUTHORITIES}]]")
        message = f"unknown setting; known are {', '.join(known)}"
        nearest = closest(key, (*_KNOWN, AUTHORITIES))
        return [Problem(message, SETTINGS, field=key, nearest=nearest)]
    problem = _problem_of_text(value, _KNOWN[key], key)
    if problem:
        return [problem]
    if key == "database" and "://" in str(value):
        return [Problem("expected a path of a SQLite file, not an address", SETTINGS, field=key)]
    return []


def _problem_of_text(value: object, choices: tuple[str, ...] | None, field: str) -> Problem | None:
    if not isinstance(value, str) or not value.strip():
        return Problem("expected some text in quotes", SETTINGS, field=field)
    if choices and value not in choices:
        nearest = closest(value, choices)
        return Problem(not_one_of(value, choices), SETTINGS, field=field, nearest=nearest)
    return None


def _problems_of(authorities: object) -> Iterator[Problem]:
    """What is wrong with the list of authorities. No address is repeated: it may hold a secret."""
    if not isinstance(authorities, list) or not all(isinstance(one, dict) for one in authorities):
        message = f"expected tables, each under a line [[{AUTHORITIES}]]"
        yield Problem(message, SETTINGS, field=AUTHORITIES)
        return
    names: set[str] = set()
    for number, authority in enumerate(authorities, 1):
        yield from _problems_of_one(authority, f"{AUTHORITIES} {number}")
        name = authority.get("name")
        if isinstance(name, str) and name in names:
            message = f"'{name}' is the name of another one already"
            yield Problem(message, SETTINGS, field=f"{AUTHORITIES} {number}, name")
        names.add(str(name))


def _problems_of_one(authority: dict[str, Any], where: str) -> Iterator[Problem]:
    for key in ("name", "url", "root"):
        if key not in authority:
            yield Problem("is missing", SETTINGS, field=f"{where}, {key}")
    for key, value in authority.items():
        field = f"{where}, {key}"
        if key not in _OF_AUTHORITY:
            message = f"unknown setting; known are {', '.join(_OF_AUTHORITY)}"
            yield Problem(message, SETTINGS, field=field, nearest=closest(key, _OF_AUTHORITY))
        elif problem := _problem_of_text(value, _OF_AUTHORITY[key], field):
            yield problem
        elif key == "name" and not _NAME.fullmatch(value):
            message = f"'{value}' is not a name of a-z, 0-9, '.' and '-', at most 64 long"
            yield Problem(message, SETTINGS, field=field)
        elif key == "url" and (message := wrong_address(value)):
            yield Problem(message, SETTINGS, field=field)


def wrong_address(url: str) -> str:
    """What is wrong with the address of an authority, without repeating it; else empty."""
    from urllib.parse import urlsplit  # noqa: PLC0415  (hardly any workspace has one)

    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is no address such as https://stamps.example.org/tsr"
    if "@" in parts.netloc:
        return "an address here holds no user name and no password: this file has no secrets"
    if parts.scheme not in {"http", "https"} or not host or not url.isascii() or " " in url:
        return "expected an address that begins with http:// or https://"
    if parts.fragment:
        return "an address of an authority has no part after '#'"
    return ""


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
