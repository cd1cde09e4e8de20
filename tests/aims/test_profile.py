"""Profiles: whose they are, rows by day, what is carried over, what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from freezegun import freeze_time

from govtrack import workspace as workspaces
from govtrack.aims import profile, systems
from govtrack.aims.fields import Place
from govtrack.aims.profile import ProfileFields, ProfileRowFields
from govtrack.catalog.loading import catalogue
from govtrack.errors import BadInput
from govtrack.register.recording import recording


@pytest.fixture(autouse=True)
def _today():
    with freeze_time("2026-05-04T12:00:00Z"):
        yield


@pytest.fixture
def space(workspace):
    return workspaces.find(workspace)


@pytest.fixture
def change(space):
    """`change(function)`: what the function gives, recorded."""

    def done(function):
        with recording(space, "ada@example.org") as recorded:
            return function(recorded)

    return done


@pytest.fixture
def put(change):
    """`put(ref, **said)`: the image of the row that was set."""

    def done(ref, **said):
        def one(recorded):
            said_ = ProfileRowFields(ref=ref, **said)
            identifier = profile.set_row(recorded, said_, catalogue()).id
            number = int(identifier.rpartition("-")[2])
            return recorded.image("profile_row", 20260000000 + number), list(recorded.notes)

        return change(one)

    return done


def refused(function, *given, **named):
    with pytest.raises(BadInput) as refusal:
        function(*given, **named)
    return [one.sentence() for one in refusal.value.problems]


def test_the_organisation_s_profile_is_made_with_its_first_row(put, change):
    row, _ = put("measure2.6", current="partly", target="achieved")

    assert (row["id"], row["ref"], row["set_on"], row["set_by"]) == (
        "PR-2026-0001", "MEASURE 2.6", "2026-05-04", "ada@example.org",
    )  # fmt: skip
    made = change(lambda recorded: profile.find(recorded, "organisation").model_dump())
    assert (made["id"], made["kind"], made["id"]) == (
        "PF-2026-0001",
        "organisation",
        row["profile"],
    )


def test_what_is_not_said_is_carried_over_from_the_row_in_force(put):
    put("GOVERN 1.1", current="none", target="achieved", owner="eva", due=date(2026, 9, 1),
        set_on=date(2026, 1, 5))  # fmt: skip

    row, _ = put("GOVERN 1.1", current="partly")

    assert (row["current"], row["target"], row["owner"], row["due"]) == (
        "partly", "achieved", "eva", "2026-09-01",
    )  # fmt: skip


def test_a_row_of_an_earlier_day_takes_nothing_from_later_ones_and_says_so(put):
    put("GOVERN 1.1", current="largely", owner="eva", set_on=date(2026, 4, 1))

    row, notes = put("GOVERN 1.1", current="none", set_on=date(2026, 2, 1))

    assert (row["current"], row["owner"]) == ("none", None)
    assert notes == [
        "GOVERN 1.1 was set again on 2026-04-01: what is set now holds only until then"
    ]


def test_what_is_cleared_is_empty_again(put):
    put("GOVERN 1.1", target="achieved", action="Write it down", owner="eva")

    row, _ = put("GOVERN 1.1", clear=("action", "owner"))

    assert (row["target"], row["action"], row["owner"]) == ("achieved", None, None)


def test_a_system_has_a_profile_of_its_own_under_its_slug(put, change):
    change(lambda recorded: systems.add(recorded, "chat", systems.SystemFields(name="Chat")))

    first, _ = put("MAP 1.1", system="chat", current="none")
    second, _ = put("MAP 1.2", profile="chat", current="none")

    assert first["profile"] == second["profile"]
    made = change(lambda recorded: profile.find(recorded, "chat").model_dump())
    assert (made["kind"], made["title"], made["system"]) == ("system", "Chat", "SYS-2026-0001")


def test_actions_of_ai_600_1_are_set_in_a_profile_of_generative_ai_only(put, change):
    change(lambda recorded: profile.add(recorded, "genai", ProfileFields(kind="generative-ai")))

    row, _ = put("gv-1.1-1", profile="genai", current="achieved")

    assert row["ref"] == "GV-1.1-001"
    (said,) = refused(put, "GV-1.1-001", current="achieved")
    assert "actions are set in a profile of kind generative-ai" in said


@pytest.mark.parametrize(
    ("ref", "said", "expected"),
    [
        ("MEASURE 2.99", {"current": "none"}, "SUBCATEGORY: 'MEASURE 2.99' is not a reference"),
        ("A.6.2.4", {"current": "none"}, "SUBCATEGORY: 'A.6.2.4' is a control and no subcategory"),
        ("MEASURE 2", {"current": "none"}, "SUBCATEGORY: 'MEASURE 2' is a category"),
        ("MEASURE 2.*", {"current": "none"}, "SUBCATEGORY: 'MEASURE 2.*' names 13: one a row"),
        ("MAP 1.1", {"current": "partially"}, "--current: 'partially' is not one of none, planned"),
        ("MAP 1.1", {"target": "best"}, "--target: 'best' is not one of"),
        ("MAP 1.1", {"priority": "urgent"}, "--priority: 'urgent' is not one of high, medium, low"),
        ("MAP 1.1", {}, "SUBCATEGORY: nothing is set"),
        ("MAP 1.1", {"note": "x", "set_on": date(2026, 5, 5)}, "--on: 2026-05-05 is after today"),
        ("MAP 1.1", {"clear": ("ownr",)}, "--clear: 'ownr' is not one of"),
        ("MAP 1.1", {"clear": ("note",), "note": "x"}, "--note: is given and cleared at once"),
        ("MAP 1.1", {"note": "x", "profile": "other"}, "--profile: there is no profile 'other'"),
        ("MAP 1.1", {"note": "x", "system": "chat"}, "--system: there is no system 'chat'"),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_refused(put, ref, said, expected):
    (sentence,) = refused(put, ref, **said)

    assert sentence.startswith(expected)


def test_rows_of_a_table_are_refused_together_each_with_its_place(change):
    said = [
        ProfileRowFields(ref=ref, current=state, place=Place("rows.csv", number))
        for number, (ref, state) in enumerate(
            [("MAP 1.1", "none"), ("MAP 9.9", "none"), ("MAP 1.2", "alright")], start=2
        )
    ]

    problems = refused(change, lambda recorded: profile.set_rows(recorded, said, catalogue()))

    assert [one.partition(": ")[0] for one in problems] == [
        "rows.csv, row 3, ref", "rows.csv, row 4, current",
    ]  # fmt: skip
    assert refused(change, lambda recorded: profile.find(recorded, "organisation"))


def test_a_head_is_changed_and_keeps_what_is_not_said(change):
    change(lambda recorded: profile.add(
        recorded, "hiring", ProfileFields(title="Hiring", scope="Screening", assessors="eva")
    ))  # fmt: skip

    change(lambda recorded: profile.change(
        recorded, "HIRING", ProfileFields(review_due=date(2027, 1, 31))
    ))  # fmt: skip

    head = change(lambda recorded: profile.find(recorded, "pf-2026-0001").model_dump())
    assert (head["kind"], head["scope"], head["review_due"]) == (
        "use-case", "Screening", "2027-01-31",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("slug", "said", "expected"),
    [
        ("Not A Slug", {}, "NAME: 'Not A Slug' is not a slug"),
        ("hiring", {"kind": "usecase"}, "--kind: 'usecase' is not one of"),
        ("hiring", {"kind": "system"}, "--system: is missing"),
        ("hiring", {"title": " "}, "--title: is empty"),
        ("chat", {}, "NAME: 'chat' is PF-2026-0001 already"),
        ("other", {"kind": "system", "system": "chat"}, "--system: SYS-2026-0001 has its profile"),
    ],
)
def test_a_head_that_cannot_be_is_refused(change, slug, said, expected):
    change(lambda recorded: systems.add(recorded, "chat", systems.SystemFields(name="Chat")))
    change(lambda recorded: profile.add(
        recorded, "chat", ProfileFields(kind="system", system="chat")
    ))  # fmt: skip

    (sentence,) = refused(
        change, lambda recorded: profile.add(recorded, slug, ProfileFields(**said))
    )

    assert sentence.startswith(expected)
