"""Impact assessments as they are recorded: what they keep, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from govtrack import workspace as workspaces
from govtrack.aims import impacts, systems
from govtrack.aims.impact_fields import EffectFields, ImpactFields, faults, meant
from govtrack.aims.systems import SystemFields
from govtrack.catalog.loading import catalogue
from govtrack.errors import BadInput
from govtrack.register.nouns import key_of
from govtrack.register.recording import recording

HARM = EffectFields(
    level="individuals",
    kind="harm",
    what="A patient is seen too late",
    severity="severe",
    likelihood="Unlikely",
    reversibility="partly reversible",
    measure="A nurse reads every referral",
)
GAIN = EffectFields(
    level="groups", kind="benefit", what="Shorter waits", severity="moderate", likelihood="likely"
)


@pytest.fixture(autouse=True)
def _today():
    with freeze_time("2026-05-04T12:00:00Z"):
        yield


@pytest.fixture
def space(workspace):
    found = workspaces.find(workspace)
    with recording(found, "ada@example.org") as recorded:
        said = SystemFields(
            name="Triage",
            roles=("user", "provider"),
            purpose="Proposes an urgency",
            model="tri 2.0",
        )
        systems.add(recorded, "triage", said)
    return found


def said(**more):
    return ImpactFields(
        **{"system": "triage", "assessed_on": date(2026, 3, 2), "assessed_by": "ben"} | more
    )


def added(space, fields, **more):
    with recording(space, "ada@example.org") as recorded:
        identifier = impacts.add(recorded, fields, catalogue(), **more)
        image = recorded.image("impact_assessment", key_of(identifier))
    return image, recorded


def refused(space, fields):
    with pytest.raises(BadInput) as refusal, recording(space, "ada@example.org") as recorded:
        impacts.add(recorded, fields, catalogue())
    return [problem.sentence() for problem in refusal.value.problems]


def test_what_the_system_is_for_is_taken_from_its_record(space):
    image, _ = added(space, said(effects=(HARM, GAIN), consulted=(("Patients", "interviews"),)))

    assert image["id"] == "IA-2026-0001"
    assert image["system"] == "SYS-2026-0001"
    assert image["purpose"] == "Proposes an urgency"
    assert image["roles"] == "provider, user"
    assert image["model"] == "tri 2.0"
    assert image["next_review"] == "2027-03-02"
    assert image["consulted"] == [{"who": "Patients", "how": "interviews"}]
    first, second = image["effects"]
    assert (first["position"], first["severity"], first["likelihood"]) == (1, "severe", "unlikely")
    assert (second["kind"], second["reversibility"]) == ("benefit", None)


def test_what_is_said_stands_before_the_system_s_record(space):
    fields = said(model="tri 1.1", roles=("user",), next_review=date(2026, 9, 1), why="Model")

    image, _ = added(space, fields)

    assert (image["model"], image["roles"]) == ("tri 1.1", "user")
    assert (image["next_review"], image["why"]) == ("2026-09-01", "model")


def test_every_problem_is_said_at_once(space):
    wrong = said(
        system="tirage",
        assessed_on=date(2026, 6, 1),
        why="modell",
        approved_by="eva",
        effects=(
            EffectFields(level="society", kind="harm", what="", severity="sever"),
            EffectFields(level="societies", kind="none", what="Looked at", likelihood="rare"),
        ),
        consulted=(("Patients", None), ("Patients", "survey")),
        risks=("R-2026-0009",),
        evidence=("nothing",),
    )

    sentences = refused(space, wrong)

    assert len(sentences) == 13
    for words in (
        "--on: 2026-06-01 is after today",
        "--approved-on: is missing",
        "--why: 'modell' is not one of",
        "effect 1, what: is missing",
        "effect 1, severity: 'sever' is not one of",
        "effect 1, likelihood: is missing: a harm needs",
        "effect 1, reversibility: is missing: a harm needs",
        "effect 2, level: 'societies' is not one of",
        "effect 2, likelihood: is said of a level at which no effect was found",
        "--consulted: 'Patients' is named twice",
        "SYSTEM: 'tirage' is not one of triage",
        "--risk: there is no R-2026-0009",
        "--evidence: 'nothing' is not an id",
    ):
        assert any(sentence.startswith(words) for sentence in sentences), words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"next_review": date(2026, 3, 2)}, "--next-review: 2026-03-02 is not after"),
        ({"approved_by": "eva", "approved_on": date(2026, 3, 1)}, "--approved-on: 2026-03-01 is b"),
        ({"approved_by": "eva", "approved_on": date(2027, 1, 1)}, "--approved-on: 2027-01-01 is a"),
        ({"assessed_by": " "}, "--by: is missing"),
        ({"consulted": (("", "x"),)}, "--consulted: is missing"),
        ({"assessed_on": date(1899, 12, 31)}, "--on: 1899-12-31 is before 1900"),
        ({"roles": ("provder",)}, "--role: 'provder' is not one of provider"),
        ({"result": " "}, "--result: is empty"),
        ({"purpose": ""}, "--purpose: is empty"),
        ({"model": ""}, "--model: is empty"),
        ({"effects": (replace(HARM, measure=""),)}, "effect 1, measure: is empty"),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value,
)
def test_what_cannot_be_is_refused(space, fields, words):
    (sentence,) = refused(space, said(**fields))

    assert sentence.startswith(words)


def test_a_benefit_needs_no_reversibility_and_a_level_without_effect_no_scale():
    none = EffectFields(level="society", kind="none", what="Used in one ward only")

    assert list(faults(said(effects=(GAIN, none)), catalogue(), date(2026, 5, 4))) == []


@given(st.permutations([HARM, GAIN]), st.sampled_from(["individuals", "groups", "society"]))
def test_a_level_has_no_effect_or_some_never_both(effects, level):
    none = EffectFields(level=level, kind="None", what="Nothing found")

    found = list(faults(said(effects=(*effects, none)), catalogue(), date(2026, 5, 4)))

    assert bool(found) == (level in {one.level for one in effects})


@given(st.sampled_from(["partly-reversible", "almost-certain"]), st.data())
def test_a_word_of_a_list_is_read_however_it_is_written(word, data):
    parts = [data.draw(st.sampled_from([part, part.upper()])) for part in word.split("-")]
    joined = data.draw(st.sampled_from([" ", "-", "_", "  "])).join(parts)

    assert meant(joined) == word


def test_effects_are_added_until_it_is_approved(space):
    added(space, said(effects=(HARM,)))
    with recording(space, "ada@example.org") as recorded:
        impacts.effect(recorded, "ia-2026-1", GAIN, catalogue())
        impacts.approve(recorded, "IA-2026-0001", "eva", date(2026, 3, 9))
        image = recorded.image("impact_assessment", key_of("IA-2026-0001"))

    assert [one["position"] for one in image["effects"]] == [1, 2]
    assert (image["approved_by"], image["approved_on"]) == ("eva", "2026-03-09")
    with recording(space, "ada@example.org") as recorded:
        with pytest.raises(BadInput, match="was approved on 2026-03-09: what is found later"):
            impacts.effect(recorded, "IA-2026-0001", HARM, catalogue())
        with pytest.raises(BadInput, match="was approved on 2026-03-09 by eva"):
            impacts.approve(recorded, "IA-2026-0001", "ada", date(2026, 3, 10))


def test_the_same_effect_is_not_added_twice(space):
    added(space, said(effects=(HARM,)))

    with (
        pytest.raises(BadInput, match="is said twice"),
        recording(space, "ada@example.org") as recorded,
    ):
        impacts.effect(recorded, "IA-2026-0001", HARM, catalogue())


def test_approving_before_it_was_assessed_is_refused(space):
    added(space, said(effects=(GAIN,)))

    with (
        pytest.raises(BadInput, match="--on: 2026-03-01 is before it was assessed"),
        recording(space, "ada@example.org") as recorded,
    ):
        impacts.approve(recorded, "IA-2026-0001", "eva", date(2026, 3, 1))


def test_an_approval_by_the_assessor_is_kept_and_noted(space):
    _, recorded = added(space, said(approved_by="Ben", approved_on=date(2026, 3, 2)))

    assert any("approved by the one who assessed it" in note for note in recorded.notes)


def test_what_has_no_effect_is_not_approved(space):
    added(space, said())

    with (
        pytest.raises(BadInput, match=r"IA: IA-2026-0001 has no effect yet.*impact effect"),
        recording(space, "ada@example.org") as recorded,
    ):
        impacts.approve(recorded, "IA-2026-0001", "eva", date(2026, 3, 9))


def test_an_approval_at_once_of_what_has_no_effect_is_noted(space):
    _, recorded = added(space, said(approved_by="eva", approved_on=date(2026, 3, 2)))

    assert any("approved without an effect" in note for note in recorded.notes)


def test_a_day_long_ago_is_noted(space):
    _, recorded = added(space, said(assessed_on=date(1990, 3, 2)))

    assert "1990-03-02 is more than ten years ago: meant?" in recorded.notes


def test_a_link_to_nothing_or_to_what_is_not_there_is_refused(space):
    added(space, said())
    with recording(space, "ada@example.org") as recorded:
        with pytest.raises(BadInput, match="say what to link"):
            impacts.link(recorded, "IA-2026-0001")
        with pytest.raises(BadInput, match="--risk: there is no R-2026-0001"):
            impacts.link(recorded, "IA-2026-0001", risks=["R-2026-0001"])


def test_each_change_has_its_entry_with_the_whole_record(space):
    added(space, said(effects=(HARM,)))
    with recording(space, "ada@example.org") as recorded:
        impacts.effect(recorded, "IA-2026-0001", GAIN, catalogue())
    with recording(space, "ada@example.org") as recorded:
        impacts.approve(recorded, "IA-2026-0001", "eva", date(2026, 3, 9))
        actions = recorded.connection.execute(
            "SELECT action FROM entry WHERE subject_id = 'IA-2026-0001' ORDER BY seq"
        ).fetchall()
        image = recorded.image("impact_assessment", key_of("IA-2026-0001"))

    assert [action for (action,) in actions] == [
        "impact_assessment.added",
        "impact_assessment.changed",
    ]
    assert len(image["effects"]) == 2
