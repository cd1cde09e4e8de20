"""`govtrack config`: every setting, its value, and where the value comes from."""

from __future__ import annotations

import os
import sys
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from govtrack import workspace
from govtrack.cli.options import current_workspace, json_option
from govtrack.cli.output import answer_json, colour, on_terminal, table, talk
from govtrack.errors import closest, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from click.core import ParameterSource

FORMAT = "govtrack.config/1"
VARIABLES = {
    "GOVTRACK_WORKSPACE": "the workspace, as -C",
    "GOVTRACK_ACTOR": "who records, as --actor",
}
"""The environment variables govtrack reads, besides NO_COLOR, FORCE_COLOR and TERM."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `origin` is the option, variable, file or rule its value comes from."""

    setting: str
    value: str | int | bool | list[int] | None
    origin: str


@click.command()
@json_option
def config(*, as_json: bool) -> None:
    r"""Every setting, its value, and where the value comes from.

    An option stands before a variable GOVTRACK_..., a variable before the workspace's
    govtrack.toml and schemas/, these before the default. No setting is a secret.

    \b
    Examples:
      govtrack config
      govtrack config --json | jq '.settings[] | select(.origin == "default")'
    """
    settings = list(_settings())
    for name in sorted(os.environ):
        if name.startswith("GOVTRACK_") and name not in VARIABLES:
            nearest = closest(name, VARIABLES)
            hint = f"; did you mean {nearest}?" if nearest else ""
            talk(f"note: {visible(name)} is set, and is no variable govtrack reads{hint}")
    if as_json:
        answer_json({"format": FORMAT, "settings": [asdict(setting) for setting in settings]})
        return
    table(
        ("setting", "value", "from"),
        [(setting.setting, _shown(setting.value), setting.origin) for setting in settings],
    )


def _settings() -> Iterator[Setting]:
    origin = _origin_of_workspace()
    if origin is None:
        yield Setting("workspace", None, "none here or above; 'govtrack init' makes one")
        schemas = None
    else:
        space = current_workspace()
        schemas = space.schemas
        yield Setting("workspace", str(space.root), origin)
        yield from _of_workspace(space)
    yield Setting("actor", *workspace.actor_by_default())
    yield Setting("colour", colour(), _origin_of_colour())
    yield from _of_cycle(schemas)


def _origin_of_workspace() -> str | None:
    root = click.get_current_context().find_root()
    source: ParameterSource | None = root.get_parameter_source("directory")
    if root.obj["directory"]:
        return "-C" if source is click.core.ParameterSource.COMMANDLINE else "GOVTRACK_WORKSPACE"
    here = Path.cwd()
    if any((folder / workspace.SETTINGS).is_file() for folder in (here, *here.parents)):
        return "found from the current folder upward"
    return None


def _of_workspace(space: workspace.Workspace) -> Iterator[Setting]:
    written = tomllib.loads((space.root / workspace.SETTINGS).read_text(encoding="utf-8"))
    for name, value in space._asdict().items():
        if name not in {"root", "authorities"}:
            origin = workspace.SETTINGS if name in written else "default"
            yield Setting(name, value, origin)
    for authority, said in zip(
        space.authorities, written.get(workspace.AUTHORITIES, ()), strict=True
    ):
        for name, value in authority._asdict().items():
            if name != "name":
                origin = workspace.SETTINGS if name in said else "default"
                yield Setting(f"{workspace.AUTHORITIES}.{authority.name}.{name}", value, origin)


def _of_cycle(schemas: Path | None) -> Iterator[Setting]:
    from govtrack.catalog.loading import catalogue

    knobs: dict[str, dict[str, Any]] = catalogue(schemas).knobs["knobs"]
    for name, knob in knobs.items():
        origin = "default" if knob["from"] == "shipped" else str(knob["from"])
        yield Setting(f"cycle.{name}", knob["value"], origin)


def _origin_of_colour() -> str:
    for name, decides in (
        ("NO_COLOR", bool(os.environ.get("NO_COLOR"))),
        ("TERM", os.environ.get("TERM") == "dumb"),
        ("FORCE_COLOR", bool(os.environ.get("FORCE_COLOR"))),
    ):
        if decides:
            return name
    return "a terminal" if on_terminal(sys.stdout) else "not a terminal"


def _shown(value: str | int | bool | list[int] | None) -> object:
    return ("yes" if value else "no") if isinstance(value, bool) else value
