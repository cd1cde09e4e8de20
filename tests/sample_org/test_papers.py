"""The working papers' steps fit the story: its people, its clock, its order; faults are named."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from govtrack import shipped
from govtrack.errors import BadInput
from govtrack.intake import sample
from govtrack.intake.sample_story import HISTORY, WORKING_PAPERS, told

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2026, 11, 24)
WORDS_FOR_NOBODY = {"system owners"}


def people_named(said: Any) -> Iterator[str]:
    """Who is named as owner, decider or assessor anywhere in a step."""
    if isinstance(said, list):
        for one in said:
            yield from people_named(one)
    elif isinstance(said, dict):
        for key, value in said.items():
            if key in {"by", "owner", "approved_by"} and isinstance(value, str):
                yield value
            else:
                yield from people_named(value)


def test_the_steps_of_both_files_have_instants_of_their_own_in_the_organisations_time():
    story = told()
    zone = ZoneInfo(story.about["timezone"])
    assert all(earlier.at < later.at for earlier, later in pairwise(story.steps))
    assert story.steps[-1].at.date() <= TODAY
    for step in story.steps:
        assert step.at.utcoffset() == step.at.astimezone(zone).utcoffset(), step.where


def test_every_person_that_the_working_papers_name_is_one_of_the_story(papers):
    known = set(told().people)
    for step in papers:
        assert step["by"] in known
        assert set(people_named(step["with"])) <= known | WORDS_FOR_NOBODY, step["at"]


def test_no_day_of_a_working_paper_lies_after_it_was_recorded(papers):
    for step in papers:
        recorded = datetime.fromisoformat(step["at"]).date()
        for name in ("on", "from"):
            if name in step["with"]:
                assert date.fromisoformat(step["with"][name]) <= recorded, step["at"]


def test_few_working_papers_are_recorded_more_than_three_weeks_after_their_day(papers):
    late = [
        step
        for step in papers
        if "on" in step["with"]
        and (
            datetime.fromisoformat(step["at"]).date() - date.fromisoformat(step["with"]["on"])
        ).days
        > 21
    ]
    assert len(late) * 10 < len(papers)


@pytest.mark.parametrize(
    ("step", "nearest"),
    [
        ("by: ada, do: risk.put_off, with: {due: {T-011: 2024-12-31}}", "T-01"),
        ("by: ada, do: risk.close, with: {risk: R-033, why: gone}", "R-03"),
        (
            "by: ada, do: risk.assess, with: {why: y, levels: {R-01: [yearli, delay]}}",
            "yearly",
        ),
        (
            "by: ada, do: soa.set, with: {decisions: [{controls: [A.2.2], status: planed}]}",
            "planned",
        ),
    ],
)
def test_a_fault_in_the_working_papers_is_named_by_its_file_and_line(
    tmp_path, monkeypatch, step, nearest
):
    """A step more with a label that nobody gave, or a word that nobody knows."""
    real, copy = shipped.folder("sample_org"), tmp_path / "sample_org"
    copy.mkdir()
    (copy / "artefacts").symlink_to(real / "artefacts")
    (copy / HISTORY).write_text((real / HISTORY).read_text("utf-8"), "utf-8")
    steps = (real / WORKING_PAPERS).read_text("utf-8")
    last = f'  - {{at: "2023-11-24T15:00:00+01:00", {step}}}\n'
    (copy / WORKING_PAPERS).write_text(steps + last, "utf-8")
    where = shipped.folder
    monkeypatch.setattr(
        shipped, "folder", lambda name: copy if name == "sample_org" else where(name)
    )

    with pytest.raises(BadInput) as refused:
        sample.made(tmp_path / "made")

    (problem,) = refused.value.problems
    assert problem.sentence().startswith(f"{WORKING_PAPERS}:{steps.count(chr(10)) + 1}")
    assert nearest in (problem.nearest or "")
