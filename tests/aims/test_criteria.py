"""AI risk criteria: adopted version by version, refused with every fault at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from freezegun import freeze_time

from govtrack import workspace as workspaces
from govtrack.aims import criteria, links
from govtrack.aims.criteria import CriteriaFields
from govtrack.catalog.loading import catalogue
from govtrack.catalog.risk_criteria import of_image
from govtrack.errors import BadInput
from govtrack.register.recording import recording


@pytest.fixture
def recorded(workspace):
    """An open recording on 4 May 2026."""
    with (
        freeze_time("2026-05-04T12:00:00Z"),
        recording(workspaces.read(Path(workspace)), "ada", dry_run=True) as recorded,
    ):
        yield recorded


def adopt(recorded, on, **said):
    given = {"criteria": catalogue().risk_criteria, "decided_by": "eva", **said}
    return criteria.adopt(recorded, CriteriaFields(in_force_from=on, **given))


def test_what_was_adopted_is_read_back_as_it_was(recorded):
    identifier = adopt(recorded, date(2024, 1, 1), title="Ours")

    image = recorded.image("risk_criteria", recorded.next_key("risk_criteria") - 1)
    assert image["id"] == identifier
    assert (image["version"], image["title"], image["decided_by"]) == (1, "Ours", "eva")
    assert of_image(image) == catalogue().risk_criteria._replace(title="Ours")


def test_each_version_holds_until_the_next_is_in_force(recorded):
    first = adopt(recorded, date(2024, 1, 1))
    second = adopt(recorded, date(2025, 6, 1), title="Second")

    def in_force(*day):
        found = links.criteria_on(recorded, date(*day))
        return found and found[0]

    assert in_force(2023, 12, 31) is None
    assert in_force(2024, 1, 1) == in_force(2025, 5, 31) == first
    assert in_force(2025, 6, 1) == second


def test_criteria_that_say_the_same_again_are_noted(recorded):
    adopt(recorded, date(2024, 1, 1))
    adopt(recorded, date(2025, 1, 1), title="Another name")

    assert recorded.notes == ["the scales, matrix and levels are those of version 1"]


def test_a_version_does_not_come_into_force_before_an_earlier_one(recorded):
    adopt(recorded, date(2025, 1, 1))

    with pytest.raises(BadInput) as refused:
        adopt(recorded, date(2024, 12, 31), decided_by=" ")

    assert [(one.field, one.nearest) for one in refused.value.problems] == [
        ("--decided-by", None),
        ("--in-force-from", "2025-01-01"),
    ]


def test_values_that_break_the_rules_are_refused_by_the_library_too(recorded):
    shipped = catalogue().risk_criteria
    matrix = {**shipped.matrix, "likely": {**shipped.matrix["likely"], "severe": "lo"}}

    with pytest.raises(BadInput) as refused:
        adopt(recorded, date(2025, 1, 1), criteria=shipped._replace(matrix=matrix))

    (problem,) = refused.value.problems
    assert (problem.field, problem.nearest) == ("matrix.likely.severe", "low")


def test_a_version_that_is_only_planned_can_be_replaced_by_an_earlier_one(recorded):
    first = adopt(recorded, date(2025, 1, 1))
    adopt(recorded, date(9999, 12, 31), title="Far ahead")
    third = adopt(recorded, date(2025, 6, 1))

    assert "9999-12-31 is more than two years ahead: meant?" in recorded.notes
    assert any("version 2, planned from 9999-12-31, never comes" in one for one in recorded.notes)
    for day, held in ((date(2025, 5, 31), first), (date(2025, 6, 1), third), (date.max, third)):
        found = links.criteria_on(recorded, day)
        assert found
        assert found[0] == held


def test_a_version_planned_after_another_leaves_it_its_days(recorded):
    second = (adopt(recorded, date(2025, 1, 1)), adopt(recorded, date(2027, 1, 1), title="Next"))[1]
    adopt(recorded, date(2027, 6, 1))

    found = links.criteria_on(recorded, date(2027, 5, 31))
    assert found
    assert found[0] == second
    assert not any("never comes into force" in one for one in recorded.notes)


def test_an_empty_title_and_a_day_before_1900_are_refused(recorded):
    with pytest.raises(BadInput) as refused:
        adopt(recorded, date(1899, 12, 31), title=" ")

    assert [one.field for one in refused.value.problems] == ["--title", "--in-force-from"]
