"""Evidence through its life: recorded, approved, tagged, superseded, withdrawn."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path

import pytest

from govtrack import clock
from govtrack import workspace as workspaces
from govtrack.aims import artefacts, evidence
from govtrack.aims.fields import EvidenceFields
from govtrack.catalog.loading import catalogue
from govtrack.errors import BadInput
from govtrack.register.nouns import EVIDENCE, key_of
from govtrack.register.recording import recording

TODAY = date(2026, 5, 1)
numbers = count()


@pytest.fixture
def recorded(workspace):
    """An open recording on 1 May 2026."""
    space = workspaces.read(Path(workspace))
    with (
        clock.at(datetime(2026, 5, 1, 12, tzinfo=UTC)),
        recording(space, "ada", dry_run=True) as opened,
    ):
        opened.space = space
        yield opened


def add(recorded, content=None, **said):
    path = recorded.space.root / "report.txt"
    path.write_bytes(content or b"report %d" % next(numbers))
    kept = artefacts.kept([(path.name, path)], recorded.space.objects_path)
    fields = EvidenceFields(files=(path,), **{"kind": "vv-report", "title": "Report", **said})
    key = evidence.add(recorded, fields, kept, (), catalogue())
    return recorded.image("evidence", key)["id"]


def image(recorded, which):
    return recorded.image("evidence", key_of(which, EVIDENCE))


def tags(recorded, which, origin=None):
    """{reference: confirmed, declined or proposed} of a record's tags."""
    return {
        tag["ref"]: "declined" if tag["declined_on"] else
        "confirmed" if tag["confirmed_on"] else "proposed"
        for tag in image(recorded, which)["tags"]
        if origin in {None, tag["origin"]}
    }  # fmt: skip


def problems(refused):
    return [(problem.field, problem.message) for problem in refused.value.problems]


def test_what_is_stated_counts_and_what_follows_from_it_is_proposed(recorded):
    which = add(recorded, supports=("A.6.2.4",))

    assert tags(recorded, which, "stated") == {"A.6.2.4": "confirmed"}
    assert set(tags(recorded, which, "kind").values()) == {"proposed"}
    assert set(tags(recorded, which, "crosswalk").values()) == {"proposed"}
    assert "A.6.2.4" not in tags(recorded, which, "kind")


def test_every_proposal_says_where_it_comes_from(recorded):
    which = add(recorded, supports=("A.6.2.4",))

    assert {
        (tag["origin"], bool(tag["source"]), bool(tag["note"]))
        for tag in image(recorded, which)["tags"]
        if tag["origin"] != "stated"
    } == {("kind", True, True), ("crosswalk", True, True)}


def test_a_review_is_due_from_approval_else_preparation_else_today(recorded):
    drafted = add(recorded)
    prepared = add(recorded, prepared_on=date(2026, 1, 31))
    approved = add(recorded, approved_by="eva", approved_on=date(2026, 3, 1))

    assert [image(recorded, one)["review_due"] for one in (drafted, prepared, approved)] == [
        "2027-05-01",
        "2027-01-31",
        "2027-03-01",
    ]


def test_what_cannot_be_true_is_refused_all_at_once(recorded):
    with pytest.raises(BadInput) as refused:
        add(
            recorded,
            period_start=date(2026, 2, 1),
            period_end=date(2026, 1, 1),
            prepared_on=date(2026, 6, 1),
            approved_by="eva",
            approved_on=date(2026, 5, 2),
            valid_until=date(2026, 1, 1),
        )

    assert problems(refused) == [
        ("period_end", "2026-01-01 is before the period starts, 2026-02-01"),
        ("approved_on", "2026-05-02 is before it was prepared, 2026-06-01"),
        ("prepared_on", "2026-06-01 is in the future"),
        ("approved_on", "2026-05-02 is in the future"),
        ("valid_until", "2026-01-01 is before 2026-05-02"),
    ]


@pytest.mark.parametrize(
    ("half", "missing"),
    [
        ({"period_start": TODAY}, "period_end"),
        ({"period_end": TODAY}, "period_start"),
        ({"approved_by": "eva"}, "approved_on"),
        ({"approved_on": TODAY}, "approved_by"),
    ],
    ids=str,
)
def test_half_of_what_belongs_together_is_refused(recorded, half, missing):
    with pytest.raises(BadInput) as refused:
        add(recorded, **half)

    assert [field for field, _ in problems(refused)] == [missing]


def test_the_same_bytes_are_recorded_once_unless_meant(recorded):
    first = add(recorded, b"same")

    with pytest.raises(BadInput, match=f"already recorded as {first}"):
        add(recorded, b"same")


def test_an_approval_sets_the_review_and_is_given_once(recorded):
    which = add(recorded, prepared_on=date(2026, 1, 10))

    evidence.approve(recorded, which, "eva", date(2026, 2, 1), catalogue(), date(2026, 12, 31))

    approved = image(recorded, which)
    assert (approved["approved_by"], approved["approved_on"]) == ("eva", "2026-02-01")
    assert (approved["review_due"], approved["valid_until"]) == ("2027-02-01", "2026-12-31")
    with pytest.raises(BadInput, match="was approved on 2026-02-01 by eva already"):
        evidence.approve(recorded, which, "bob", TODAY, catalogue())


@pytest.mark.parametrize(
    ("day", "until", "words"),
    [
        (date(2026, 5, 2), None, "in the future"),
        (date(2026, 1, 9), None, "before EV-2026-0001 was prepared"),
        (date(2026, 2, 1), date(2026, 1, 31), "before the approval"),
    ],
)
def test_an_approval_that_cannot_be_is_refused(recorded, day, until, words):
    which = add(recorded, prepared_on=date(2026, 1, 10))

    with pytest.raises(BadInput, match=words):
        evidence.approve(recorded, which, "eva", day, catalogue(), until)


def test_a_draft_supersedes_nothing_until_it_is_approved(recorded):
    old = add(recorded, approved_by="eva", approved_on=date(2026, 1, 1))
    new = add(recorded, supersedes=(old,))
    assert image(recorded, new)["version"] == 2
    assert image(recorded, old)["superseded_on"] is None

    evidence.approve(recorded, new, "eva", date(2026, 4, 1), catalogue())

    assert image(recorded, old)["superseded_by"] == new
    assert image(recorded, old)["superseded_on"] == "2026-04-01"


def test_what_is_superseded_once_is_not_superseded_by_another(recorded):
    old = add(recorded)
    first, second = (add(recorded, approved_by="e", approved_on=TODAY) for _ in range(2))
    evidence.supersede(recorded, old, first)

    with pytest.raises(BadInput, match=f"{old} is superseded by {first} already"):
        evidence.supersede(recorded, old, second)
    with pytest.raises(BadInput, match="cannot supersede"):
        evidence.supersede(recorded, first, first)
    with pytest.raises(BadInput, match="cannot supersede"):
        evidence.supersede(recorded, first, old)


def test_what_is_withdrawn_is_not_approved_tagged_or_withdrawn_again(recorded):
    which = add(recorded)
    evidence.withdraw(recorded, which, TODAY, "wrong system")

    assert image(recorded, which)["withdrawn_why"] == "wrong system"
    for again in (
        lambda: evidence.approve(recorded, which, "eva", TODAY, catalogue()),
        lambda: evidence.tag(recorded, which, ["6.1.2"], catalogue()),
        lambda: evidence.withdraw(recorded, which, TODAY, "once more"),
        lambda: evidence.supersede(recorded, which, add(recorded)),
    ):
        with pytest.raises(BadInput, match="was withdrawn on 2026-05-01"):
            again()


def test_a_proposal_is_confirmed_or_declined_by_a_person(recorded):
    which = add(recorded)
    first, second, *rest = tags(recorded, which)

    evidence.confirm(recorded, which, [first])
    evidence.decline(recorded, which, [second])
    evidence.confirm(recorded, which, None)

    assert tags(recorded, which) == {
        first: "confirmed", second: "declined", **dict.fromkeys(rest, "confirmed")
    }  # fmt: skip
    assert {tag["confirmed_by"] for tag in image(recorded, which)["tags"]} == {"ada", None}


def test_what_was_declined_may_be_confirmed_by_name(recorded):
    which = add(recorded)
    first, *_ = tags(recorded, which)
    evidence.decline(recorded, which, [first])

    evidence.confirm(recorded, which, [first])

    assert tags(recorded, which)[first] == "confirmed"


def test_a_stated_tag_is_taken_off_not_declined(recorded):
    which = add(recorded, supports=("6.1.2",))

    with pytest.raises(BadInput, match="take it off with 'untag'"):
        evidence.decline(recorded, which, ["6.1.2"])

    evidence.untag(recorded, which, ["6.1.2"])
    assert "6.1.2" not in tags(recorded, which, "stated")


def test_a_tag_that_is_not_there_is_named_with_the_nearest(recorded):
    which = add(recorded, supports=("6.1.2",))

    with pytest.raises(BadInput) as refused:
        evidence.untag(recorded, which, ["6.1.3"])

    assert refused.value.problems[0].nearest == "6.1.2"


def test_stating_what_was_proposed_confirms_it_beside_the_proposal(recorded):
    which = add(recorded)
    proposed = next(iter(tags(recorded, which, "kind")))

    evidence.tag(recorded, which, [proposed], catalogue())

    assert tags(recorded, which, "stated") == {proposed: "confirmed"}
    assert tags(recorded, which, "kind")[proposed] == "proposed"


def test_an_id_nobody_gave_is_refused_with_the_nearest(recorded):
    add(recorded)

    with pytest.raises(BadInput) as refused:
        evidence.find(recorded, "ev-2026-11")

    assert "there is no EV-2026-0011" in refused.value.problems[0].message
    assert refused.value.problems[0].nearest == "EV-2026-0001"
