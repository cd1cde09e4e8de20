"""The sample organisation's files and the history that names them belong together."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from govtrack import shipped

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 11, 24)
MEANT_APPROVER_IS_PREPARER = {"Data quality and provenance record, Visit Demand Forecast 1.2"}

FIELDS = {
    "system.add": {
        "slug", "name", "roles", "generative", "stage", "owner", "purpose", "in_scope_from",
    },
    "system.set": {"system", "stage", "roles", "owner", "in_scope_to"},
    "evidence.add": {
        "files", "kind", "title", "systems", "supports", "period", "prepared_by", "prepared_on",
        "approved_by", "approved_on", "valid_until", "source", "why", "classification",
        "supersedes", "accept_proposed",
    },
    "evidence.approve": {"evidence", "by", "on", "valid_until"},
    "evidence.supersede": {"evidence", "by_evidence"},
    "evidence.withdraw": {"evidence", "on", "why"},
    "evidence.tag": {"evidence", "refs"},
    "evidence.untag": {"evidence", "refs"},
    "evidence.confirm": {"evidence", "refs"},
    "evidence.decline": {"evidence", "refs"},
    "certification.decision": {
        "decision", "on", "effective", "issued", "expiry", "body", "number", "scope", "reference",
    },
    "certification.audit": {"audit", "start", "end", "auditor", "reference"},
    "certification.agreement": {"about", "until", "reference"},
}  # fmt: skip


@pytest.fixture(scope="module")
def root() -> Path:
    return shipped.folder("sample_org")


@pytest.fixture(scope="module")
def history(root: Path) -> dict[str, Any]:
    return yaml.safe_load((root / "history.yaml").read_text("utf-8"))


def added(history: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for step in history["steps"] if step["do"] == "evidence.add"]


def test_every_file_named_exists_and_every_artefact_is_named_once(root, history):
    named = Counter(name for step in added(history) for name in step["with"]["files"])
    there = {f"artefacts/{path.name}" for path in (root / "artefacts").iterdir()}
    assert set(named) == there
    assert set(named.values()) == {1}


def test_steps_stand_in_the_order_of_their_instants_in_the_organisations_own_time(history):
    zone = ZoneInfo(history["timezone"])
    instants = [step["at"] for step in history["steps"]]
    assert all(earlier < later for earlier, later in pairwise(instants))
    assert instants[-1].date() <= TODAY
    for at in instants:
        assert isinstance(at, datetime)
        assert at.utcoffset() == at.astimezone(zone).utcoffset(), at


def test_every_step_is_something_the_register_can_do(history):
    for step in history["steps"]:
        assert set(step) <= {"at", "by", "why", "as", "do", "with"}
        assert set(step["with"]) <= FIELDS[step["do"]], step["at"]


def test_every_person_named_is_known_and_has_an_address_that_cannot_exist(history):
    people = history["people"]
    assert all(person["id"].endswith("@" + history["domain"]) for person in people.values())
    assert history["domain"].endswith(".example")
    for step in history["steps"]:
        said = step["with"]
        names = {step["by"]} | {
            said[field] for field in ("prepared_by", "approved_by", "owner") if field in said
        }
        if step["do"] == "evidence.approve":
            names.add(said["by"])
        assert names <= set(people), step["at"]


def test_labels_are_given_once_and_used_after_they_are_given(history):
    given: set[str] = set()
    for step in history["steps"]:
        said = step["with"]
        used = [said[field] for field in ("evidence", "by_evidence") if field in said]
        for label in [*used, *said.get("supersedes", [])]:
            assert label.startswith("$")
            assert label[1:] in given, (step["at"], label)
        if "as" in step:
            assert step["as"] not in given
            given.add(step["as"])


def test_systems_are_added_before_anything_is_said_of_them(history):
    slugs: set[str] = set()
    for step in history["steps"]:
        said = step["with"]
        if step["do"] == "system.add":
            slugs.add(said["slug"])
        assert set(said.get("systems", [])) <= slugs, step["at"]
        if step["do"] == "system.set":
            assert said["system"] in slugs
    assert len(slugs) == 3


def test_no_evidence_is_recorded_before_it_was_prepared_and_approved(history):
    for step in added(history):
        said, day = step["with"], step["at"].date()
        prepared, approved = said["prepared_on"], said.get("approved_on")
        assert prepared <= day, said["title"]
        assert ("approved_by" in said) == (approved is not None)
        if approved:
            assert prepared <= approved <= day, said["title"]
        if "period" in said:
            start, end = said["period"]
            assert start <= end <= prepared, said["title"]
        if "valid_until" in said:
            assert said["valid_until"] > prepared


def test_only_the_planted_case_is_approved_by_the_one_who_prepared_it(history):
    alone = {
        step["with"]["title"]
        for step in added(history)
        if step["with"].get("approved_by") == step["with"]["prepared_by"]
    }
    assert alone <= MEANT_APPROVER_IS_PREPARER


def test_every_file_that_the_readme_names_exists(root):
    words = (root / "README.md").read_text("utf-8").split("`")[1::2]
    patterns = [word.replace("…", "*") for word in words if word.startswith(("20", "*-"))]
    assert patterns
    for pattern in patterns:
        assert list((root / "artefacts").glob(pattern)), pattern
