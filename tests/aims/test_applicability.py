"""Decisions on controls: what is refused, what is carried over, what a version freezes."""

from __future__ import annotations

from datetime import date

import pytest
from freezegun import freeze_time

from govtrack import workspace as workspaces
from govtrack.aims import additional_controls, applicability, statements
from govtrack.aims.applicability import ApplicabilityFields
from govtrack.aims.fields import Place
from govtrack.catalog.loading import catalogue
from govtrack.errors import BadInput, NotDone
from govtrack.register.nouns import NOUNS, key_of
from govtrack.register.recording import recording

WHY = "Releases are gated by it"


@pytest.fixture(autouse=True)
def _today(workspace):
    with freeze_time("2026-05-04T12:00:00Z"):
        yield workspace


@pytest.fixture
def decide(workspace):
    """`decide(control, ...)`: one decision in a recording of its own; gives the record."""

    def decided(control, **said):
        with recording(workspaces.find(workspace), "ada@example.org") as recorded:
            fields = ApplicabilityFields(control=control, **said)
            identifier, _ = applicability.decide(recorded, fields, catalogue())
            return recorded.image("applicability", key_of(identifier, NOUNS["applicability"]))

    return decided


@pytest.fixture
def refused(decide):
    """`refused(control, ...)`: the sentences with which a decision is refused."""

    def sentences(control, **said):
        with pytest.raises(BadInput) as refusal:
            decide(control, **said)
        return [problem.sentence() for problem in refusal.value.problems]

    return sentences


def test_a_first_decision_says_whether_and_why(refused):
    assert refused("A.6.2.4", status="implemented") == [
        "--applicable: is missing, or --excluded: A.6.2.4 is not decided yet",
        "--why: is missing: a first decision of A.6.2.4 says its reason",
    ]


def test_what_is_not_said_is_carried_over(decide):
    first = decide(
        "A.6.2.4",
        applicable=True,
        why=WHY,
        because=(("legal", "AI Act"),),
        status="planned",
        due=date(2026, 9, 30),
        owner="eva",
        decided_on=date(2026, 1, 5),
    )

    second = decide("B.6.2.4", status="partial")

    changed = {name for name in first if first[name] != second[name]}
    assert changed == {"id", "status", "decided_on"}


def test_a_planned_day_is_done_with_once_it_is_implemented(decide):
    decide("A.6.2.4", applicable=True, why=WHY, status="planned", due=date(2026, 9, 30))

    assert decide("A.6.2.4", status="implemented")["due"] is None


def test_an_exclusion_needs_a_reason_of_its_own_and_clears_what_was_to_do(decide, refused):
    decide("A.10.3", applicable=True, why=WHY, because=(("legal", "AI Act"),), status="planned",
           due=date(2026, 9, 30), owner="eva")  # fmt: skip

    assert refused("A.10.3", applicable=False) == [
        "--why: is missing: a first exclusion or inclusion of A.10.3 says its reason"
    ]
    excluded = decide("A.10.3", applicable=False, why="Nothing is bought")

    assert excluded["because"] == []
    assert {excluded[name] for name in ("status", "due", "owner", "how")} == {None}
    assert refused("A.10.3", status="partial") == [
        "--status: A.10.3 is excluded: there is nothing to implement"
    ]


def test_a_system_differs_from_the_aims_and_only_where_it_says_so(run, decide):
    run("system", "add", "chat", "--name", "Chat")
    decide("A.6.2.4", applicable=True, why=WHY, status="implemented", owner="eva")

    differing = decide("A.6.2.4", system="chat", status="partial")
    decide("A.6.2.4", owner="ben")
    later = decide("A.6.2.4", system="chat", how="V&V plan")

    assert (differing["system"], differing["owner"]) == ("SYS-2026-0001", "eva")
    assert (later["owner"], later["status"], later["how"]) == ("eva", "partial", "V&V plan")


def test_a_decision_of_an_earlier_day_is_carried_over_from_what_held_then(decide, refused):
    decide("A.6.2.4", applicable=True, why=WHY, owner="eva", decided_on=date(2026, 3, 1))
    decide("A.6.2.4", owner="ben", decided_on=date(2026, 4, 1))

    between = decide("A.6.2.4", status="partial", decided_on=date(2026, 3, 15))

    assert between["owner"] == "eva"
    assert "not decided yet" in refused("A.6.2.4", owner="x", decided_on=date(2026, 2, 1))[0]


def test_everything_that_is_wrong_is_said_at_once_with_its_place(refused):
    said = refused(
        "A.6.2.40",
        system="chat",
        applicable=False,
        status="implmented",
        because=(("risk", "R-2026-0009"), ("law", "AI Act"), ("legal", "")),
        how="EV-2026-0007",
        decided_on=date(2026, 5, 5),
        place=Place("soa.csv", 7),
    )

    assert [sentence.partition(":")[0] for sentence in said] == [
        "soa.csv, row 7, status",
        "soa.csv, row 7, status",
        "soa.csv, row 7, how",
        "--on",
        "soa.csv, row 7, control",
        "soa.csv, row 7, system",
        "soa.csv, row 7, because",
        "soa.csv, row 7, because",
        "soa.csv, row 7, because",
        "soa.csv, row 7, how",
    ]


def test_what_is_planned_has_a_day(refused):
    assert refused("A.6.2.4", applicable=True, why=WHY, status="planned") == [
        "--due: is missing: what is planned (A.6.2.4) has a day"
    ]


def test_the_day_something_is_due_is_not_past_when_it_is_decided(decide, refused):
    said = {"applicable": True, "why": WHY, "status": "planned", "due": date(2026, 5, 3)}

    assert refused("A.6.2.4", **said) == ["--due: 2026-05-03 is before it was decided, 2026-05-04"]
    assert refused("A.6.2.4", **said, place=Place("soa.csv", 7)) == [
        "soa.csv, row 7, due: 2026-05-03 is before it was decided, 2026-05-04"
    ]
    assert decide("A.6.2.4", **said, decided_on=date(2026, 5, 3))["due"] == "2026-05-03"
    assert decide("A.6.2.4", owner="eva")["due"] == "2026-05-03"


def test_what_is_recorded_already_is_not_recorded_again(decide):
    first = decide("A.6.2.4", applicable=True, why=WHY, because=(("legal", "AI Act"),), owner="eva",
                   decided_on=date(2026, 3, 1), decided_by="ben")  # fmt: skip

    same = [
        decide("A.6.2.4", owner="eva"),
        decide("A.6.2.4", applicable=True, why=f" {WHY} ", because=(("legal", "AI Act"),)),
        decide("A.6.2.4", owner="eva", decided_on=date(2026, 3, 1), decided_by="ben"),
    ]
    others = [
        decide("A.6.2.4", owner="eva", decided_by="eva"),
        decide("A.6.2.4", owner="eva", decided_on=date(2026, 4, 1)),
        decide("A.6.2.4", because=()),
    ]

    assert {one["id"] for one in same} == {first["id"]}
    assert len({one["id"] for one in others} | {first["id"]}) == 4


def test_nothing_said_is_no_decision(decide, refused):
    decide("A.6.2.4", applicable=True, why=WHY)

    assert "nothing is said of it" in refused("A.6.2.4")[0]


@pytest.mark.parametrize("ref", ["A.11.2", "a-5", "B.6.2.4", "6.1.3", "clause 99", "MS-1", "",
                                 "annex A.9", "genai:x", "two words", "EV-2026-0001",
                                 "r-2026-3", "R-2026-0001/2", "chat", "CHAT", "A\x1b[1m",
                                 "L" * 31])  # fmt: skip
def test_a_control_of_one_s_own_is_not_taken_for_another_thing(run, workspace, ref):
    run("system", "add", "chat", "--name", "Chat")

    with (
        pytest.raises(BadInput) as refusal,
        recording(workspaces.find(workspace), "ada@example.org") as recorded,
    ):
        additional_controls.add(recorded, ref, "Title", "Contract")

    assert [one.field for one in refusal.value.problems] == ["NEW"]
    assert len(str(refusal.value)) < 200
    assert "\x1b" not in str(refusal.value)


def test_a_version_freezes_every_row_and_needs_every_decision(run, workspace, decide):
    def approve(day):
        with recording(workspaces.find(workspace), "ada@example.org") as recorded:
            identifier = statements.approve(
                recorded, "eva", day, "AIMS scope 1", catalogue=catalogue()
            )
            return recorded.image("soa", key_of(identifier, NOUNS["soa"]))

    run("system", "add", "chat", "--name", "Chat")
    run("soa", "add", "ORG-1", "--title", "Review", "--source", "Contract", "--on", "2026-03-01")
    controls = [one.ref for one in catalogue().leaves("iso") if one.level == "control"]
    for ref in controls[1:]:
        decide(ref, applicable=True, why=WHY, decided_on=date(2026, 3, 1))
    decide("A.6.2.4", system="chat", applicable=False, why="Not trained here",
           because=(("decision", "board"), ("contract", "C-1")),
           decided_on=date(2026, 3, 2))  # fmt: skip

    with pytest.raises(NotDone) as refusal:
        approve(date(2026, 3, 1))
    assert [problem.field for problem in refusal.value.problems] == [controls[0], "ORG-1"]

    for ref in (controls[0], "ORG-1"):
        decide(ref, applicable=True, why=WHY, decided_on=date(2026, 3, 1))
    first, second = approve(date(2026, 3, 1)), approve(date(2026, 3, 2))
    decide("A.6.2.4", owner="ben", decided_on=date(2026, 3, 1))

    assert [first["version"], second["version"]] == [1, 2]
    assert sorted({row["control"] for row in first["rows"]}) == sorted([*controls, "ORG-1"])
    assert [row["system"] for row in first["rows"] if row["system"]] == []
    (row,) = [row for row in second["rows"] if row["system"]]
    assert (row["control"], row["because"]) == ("A.6.2.4", "contract:C-1; decision:board")
    with pytest.raises(BadInput, match="before version 2 was approved"):
        approve(date(2026, 2, 1))


def test_what_is_emptied_is_empty_and_the_rest_is_carried_over(decide):
    decide("A.6.2.4", applicable=True, why=WHY, status="partial", owner="eva", how="Gate")

    second = decide("A.6.2.4", clear=("owner", "how"))

    assert (second["owner"], second["how"], second["status"]) == (None, None, "partial")


def test_what_a_decision_needs_is_not_emptied_nor_what_is_given(decide, refused):
    decide("A.6.2.4", applicable=True, why=WHY, owner="eva")

    assert refused("A.6.2.4", clear=("why", "owner"), owner="ben") == [
        "--why: is never empty in a decision",
        "--owner: is given and emptied at once",
    ]
