"""AI risk criteria: adopted version by version, refused with every fault at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from govtrack import workspace as workspaces
from govtrack.aims import criteria, links
from govtrack.aims.criteria import CriteriaFields
from govtrack.catalog.loading import catalogue
from govtrack.catalog.risk_criteria import of_image
from govtrack.errors import BadInput
from govtrack.register.recording import recording


@pytest.fixture
def recorded(workspace):
    """An open recording."""
    with recording(workspaces.read(Path(workspace)), "ada", dry_run=True) as recorded:
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
    second = adopt(recorded, date(2025, 6, 1))

    def in_force(*day):
        found = links.criteria_on(recorded, date(*day))
        return found and found[0]

    assert in_force(2023, 12, 31) is None
    assert in_force(2024, 1, 1) == in_force(2025, 5, 31) == first
    assert in_force(2025, 6, 1) == second


def test_criteria_that_say_the_same_again_are_noted(recorded):
    adopt(recorded, date(2024, 1, 1))
    adopt(recorded, date(2025, 1, 1))

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
