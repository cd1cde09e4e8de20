"""The sample organisation: its story, replayed through the public functions of the register.

Every step is recorded as it would have been on its day: the clock stands at the step's `at`, the
actor is the step's person. The workspace is marked as a sample for good.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack import clock, shipped, workspace
from govtrack.aims import artefacts
from govtrack.catalog.loading import catalogue
from govtrack.errors import BadInput, NotDone, Problem
from govtrack.intake import sample_evidence, sample_papers, sample_risks
from govtrack.intake.sample_story import Replay, Said, Step, told
from govtrack.register import founding
from govtrack.register.recording import recording

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from govtrack.workspace import Workspace

_DEEDS = sample_evidence.DEEDS | sample_risks.DEEDS | sample_papers.DEEDS


def made(root: Path, progress: Callable[[int], None] = lambda _: None) -> Workspace:
    """Make the sample organisation's workspace at `root`; `progress` is told 1 for each step."""
    story = told()
    about, first = story.about, story.steps[0]
    planned = workspace.Workspace(
        root,
        about["organisation"],
        about["timezone"],
        about["vocabulary"],
        about["pattern"],
    )
    with clock.at(first.at):
        space = founding.found(
            planned, story.people[first.said["by"]], domain=about["domain"], sample=True
        ).space
    replay = Replay(space, shipped.folder("sample_org"), story.people, catalogue(space.schemas))
    for step in story.steps:
        _record(replay, step)
        progress(1)
    return space


def length() -> int:
    """How many steps the story has."""
    return len(told().steps)


def _record(replay: Replay, step: Step) -> None:
    """Record one step; a fault in the story is named with its file and line."""
    told_of = step.said
    try:
        with clock.at(step.at):
            said: Said = dict(told_of.get("with") or {})
            # bytes are kept before the register is held
            found = artefacts.gathered(replay.folder / file for file in said.pop("files", ()))
            kept = artefacts.kept(found, replay.space.objects_path)
            actor = replay.people[told_of["by"]]
            with recording(replay.space, actor, told_of.get("why")) as recorded:
                identifier = _DEEDS[told_of["do"]](replay, recorded, said, kept)
    except (BadInput, NotDone) as refusal:
        raise type(refusal)(
            Problem(problem.sentence(), step.where, nearest=problem.nearest)
            for problem in refusal.problems
        ) from None
    if "as" in told_of:
        replay.labels[told_of["as"]] = identifier
