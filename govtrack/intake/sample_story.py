"""The sample's story: its files as steps in order, and what a step may refer to.

`history.yaml` has the people and the evidence, `working-papers.yaml` the working papers; the steps
of both are replayed in the order of their instants. A step is named by its file and line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack import clock, shipped
from govtrack.catalog import refs
from govtrack.catalog.sources import yaml_text
from govtrack.errors import BadInput, closest, not_one_of, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from govtrack.catalog.catalogue import Catalogue
    from govtrack.catalog.sources.yaml_text import Source
    from govtrack.workspace import Workspace

HISTORY = "history.yaml"
WORKING_PAPERS = "working-papers.yaml"
Said = dict[str, Any]


class Step(NamedTuple):
    """One step, and the file and line on which it is written."""

    said: Said
    where: str

    @property
    def at(self) -> datetime:
        """When it was recorded."""
        return datetime.fromisoformat(self.said["at"])


class Told(NamedTuple):
    """The whole story: what the history says of the organisation, and the steps in order."""

    about: Said
    people: dict[str, str]
    steps: list[Step]


def told() -> Told:
    """The story as it ships; raises `BadInput` where a file of it cannot be read."""
    folder = shipped.folder("sample_org")
    sources = [_read(folder / name, name) for name in (HISTORY, WORKING_PAPERS)]
    steps = [
        Step(step, source.at(("steps", number)))
        for source in sources
        for number, step in enumerate(source.data["steps"])
    ]
    about = sources[0].data
    people = {name: person["id"] for name, person in about["people"].items()}
    return Told(about, people, sorted(steps, key=lambda step: step.at))


def _read(path: Path, shown: str) -> Source:
    source, problems = yaml_text.read(path, shown)
    if source is None:
        raise BadInput(problems)
    return source


@dataclass(frozen=True)
class Replay:
    """A workspace in the making, and what the story's labels stand for so far."""

    space: Workspace
    folder: Path
    people: Mapping[str, str]
    catalogue: Catalogue
    labels: dict[str, str] = field(default_factory=dict)
    treatments: dict[str, tuple[str, int]] = field(default_factory=dict)

    def label(self, text: str) -> str:
        """The id that `$label` stands for; other words stand for themselves."""
        if not text.startswith("$"):
            return text
        if text[1:] not in self.labels:
            nearest = closest(text[1:], self.labels)
            raise refuse(not_one_of(text[1:], self.labels), field="label", nearest=nearest)
        return self.labels[text[1:]]

    def person(self, name: str | None) -> str | None:
        """Who a name of the story is."""
        return self.people.get(name, name) if name else None

    def refs(self, said: Said, name: str) -> tuple[str, ...]:
        """The requirements that a list of the story names."""
        return refs.resolve(said.pop(name, ()), self.catalogue, field=name).refs


def day(said: Said, name: str) -> date | None:
    """The day of that name, taken out of what is said; None where there is none."""
    text = said.pop(name, None)
    return clock.day(str(text), name) if text is not None else None
