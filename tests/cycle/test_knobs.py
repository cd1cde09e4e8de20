"""What bodies do differently comes from data, and each value names its source."""

from __future__ import annotations

import pytest
import yaml

from govtrack.cycle.knobs import Knobs
from govtrack.errors import BadInput
from govtrack.shipped import folder


def shipped() -> dict:
    return yaml.safe_load((folder("schemas") / "cycle.yaml").read_text(encoding="utf-8"))


def own(name: str, value: object, source: str | None = "letter of 2025-03-01") -> dict:
    mapping = shipped()
    mapping["knobs"][name] = {"value": value, "source": source}
    return mapping


def test_the_shipped_file_gives_the_defaults_of_the_code():
    knobs = Knobs.from_mapping(shipped())
    assert knobs.changed() == ()
    assert len(knobs.sources) == len(shipped()["knobs"])


def test_every_knob_of_the_code_is_in_the_shipped_file():
    assert set(dict(Knobs.from_mapping(shipped()).sources)) == set(Knobs._fields) - {"sources"}


def test_a_workspaces_value_stands_with_its_source():
    knobs = Knobs.from_mapping(own("second_surveillance", "anniversary"))
    assert knobs.second_surveillance == "anniversary"
    assert knobs.changed() == ("second_surveillance",)
    assert knobs.source("second_surveillance") == "letter of 2025-03-01"


def test_lead_times_come_as_a_list():
    assert Knobs.from_mapping(own("surveillance_lead_months", [3])).surveillance_lead_months == (3,)


@pytest.mark.parametrize("source", [None, "", "  "])
def test_a_value_without_a_source_is_refused(source):
    with pytest.raises(BadInput, match=r"knobs\.audit_day\.source: is missing: whose word"):
        Knobs.from_mapping(own("audit_day", "first", source))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("audit_day", "frist", "'frist' is not one of last, first"),
        ("second_surveillance", 12, "'12' is not one of calendar_year"),
        ("twelve_months_after_recertification", 1, "'1' is not one of true, false"),
        ("expiring_days", "sixty", "expected a whole number"),
        ("expiring_days", True, "expected a whole number"),
        ("expiring_days", -1, "expected a whole number"),
        ("expiring_days", 10**9, "expected a whole number"),
        ("surveillance_lead_months", [], "expected a list of months"),
        ("surveillance_lead_months", 6, "expected a list of months"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_naming_its_field(name, value, said):
    with pytest.raises(BadInput, match=rf"schemas/cycle\.yaml, knobs\.{name}\.value: {said}"):
        Knobs.from_mapping(own(name, value))


def test_an_unknown_knob_is_refused_with_the_nearest():
    with pytest.raises(BadInput) as refusal:
        Knobs.from_mapping(own("second_surveilance", "anniversary"))
    assert refusal.value.problems[0].nearest == "second_surveillance"


def test_every_problem_is_named_at_once():
    mapping = own("audit_day", "middle")
    mapping["knobs"]["expiring_days"] = 60
    with pytest.raises(BadInput) as refusal:
        Knobs.from_mapping(mapping)
    assert len(refusal.value.problems) == 2
