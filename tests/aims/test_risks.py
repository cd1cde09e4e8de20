"""AI risks: identified, assessed, treated, accepted and closed, in the order of their days."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govtrack import workspace as workspaces
from govtrack.aims import criteria, risks, systems
from govtrack.aims.criteria import CriteriaFields
from govtrack.aims.risks import AssessmentFields, RiskFields, TreatmentFields
from govtrack.aims.systems import SystemFields
from govtrack.catalog.loading import catalogue
from govtrack.errors import BadInput
from govtrack.register.recording import recording
from govtrack.status.risk_rows import named


@pytest.fixture
def recorded(workspace):
    """An open recording on 4 May 2026; criteria hold since 2025."""
    with (
        freeze_time("2026-05-04T12:00:00Z"),
        recording(workspaces.read(Path(workspace)), "ada", dry_run=True) as recorded,
    ):
        systems.add(recorded, "chat", SystemFields(name="Chat"))
        criteria.adopt(
            recorded,
            CriteriaFields(
                criteria=catalogue().risk_criteria,
                in_force_from=date(2025, 1, 1),
                decided_by="eva",
            ),
        )
        yield recorded


def add(recorded, **said):
    given = {
        "title": "Invented answers", "system": "chat", "cause": "no retrieval",
        "event": "the answer is made up", "consequence": "a patient is misled",
        "affected": ("individuals",), "identified_on": date(2025, 2, 1), **said,
    }  # fmt: skip
    return risks.add(recorded, RiskFields(**given), catalogue())


def image(recorded):
    return recorded.image("risk", recorded.next_key("risk") - 1)


def assess(recorded, risk, *day, likelihood="likely", consequence="serious", **said):
    fields = AssessmentFields(
        likelihood=likelihood, consequence=consequence, assessed_on=date(*day), **said
    )
    return risks.assess(recorded, risk, fields)


def treat(recorded, risk, *day, option="modify", what="Retrieval", **said):
    fields = TreatmentFields(option=option, what=what, decided_on=date(*day), **said)
    return risks.treat(recorded, risk, fields, catalogue())


def fields_of(refused):
    return [problem.field for problem in refused.value.problems]


def test_what_is_said_is_kept(recorded):
    add(recorded, sources=("genai:confabulation", "ms-2.6"), reference="17", owner="ben")

    kept = image(recorded)
    assert kept["system"] == "SYS-2026-0001"
    assert kept["sources"] == ["MEASURE 2.6", "genai:confabulation"]
    assert kept["affected"] == ["individuals"]
    assert (kept["reference"], kept["owner"], kept["identified_on"]) == ("17", "ben", "2025-02-01")


def test_everything_wrong_with_a_new_risk_is_named_at_once(recorded):
    with pytest.raises(BadInput) as refused:
        add(
            recorded, title=" ", cause=None, system="chatt", sources=("MEASURE 9.9",),
            affected=("societies",), identified_on=date(2026, 5, 5),
        )  # fmt: skip

    assert fields_of(refused) == [
        "--title", "--cause", "--identified-on", "--system", "--source", "--affects",
    ]  # fmt: skip
    assert refused.value.problems[-1].nearest == "society"


def test_a_risk_is_found_by_its_own_reference_which_no_other_may_have(recorded):
    identifier = add(recorded, reference="RR-17")

    assert risks.find(recorded, "RR-17").id == identifier
    with pytest.raises(BadInput) as refused:
        add(recorded, reference="RR-17")
    assert fields_of(refused) == ["--reference"]


def test_an_assessment_takes_its_level_from_the_matrix_and_its_review_from_the_level(recorded):
    risk = add(recorded)

    assess(recorded, risk, 2025, 3, 31, why="planned interval")

    (one,) = image(recorded)["assessments"]
    assert (one["level"], one["next_review"]) == ("high", "2025-06-30")
    assert (one["assessed_by"], one["criteria"]) == ("ada", "RC-2026-0001")


def test_a_review_later_than_the_criteria_ask_for_is_noted(recorded):
    risk = add(recorded)

    assess(recorded, risk, 2025, 3, 31, next_review=date(2026, 3, 31))

    assert "later than 2025-06-30" in recorded.notes[0]


def test_without_criteria_in_force_that_day_nothing_is_assessed(recorded):
    risk = add(recorded, identified_on=date(2024, 6, 1))

    with pytest.raises(BadInput, match="no AI risk criteria are in force on 2024-07-01"):
        assess(recorded, risk, 2024, 7, 1)


def test_words_that_the_criteria_do_not_have_are_refused_with_the_nearest(recorded):
    risk = add(recorded)

    with pytest.raises(BadInput) as refused:
        assess(recorded, risk, 2025, 3, 1, likelihood="likley", consequence="serios")

    assert [one.nearest for one in refused.value.problems] == ["likely", "serious"]


@pytest.mark.parametrize("day", [(2025, 1, 31), (2026, 5, 5)])
def test_nothing_is_assessed_before_it_was_identified_or_after_today(recorded, day):
    risk = add(recorded)

    with pytest.raises(BadInput) as refused:
        assess(recorded, risk, *day)

    assert fields_of(refused) == ["--on"]


def test_a_treatment_that_is_put_off_keeps_its_first_due_day(recorded):
    risk = add(recorded)
    treat(recorded, risk, 2025, 4, 1, due=date(2025, 6, 30), controls=("A.6.2.4",), owner="ben")

    later = TreatmentFields(due=date(2025, 9, 30), controls=("A.6.2.5",))
    risks.change_treatment(recorded, risk, 1, later, catalogue())
    risks.treatment_done(recorded, risk, 1, date(2025, 9, 1))

    kept = image(recorded)
    (one,) = kept["treatments"]
    assert (one["first_due"], one["due"], one["done_on"]) == (
        "2025-06-30", "2025-09-30", "2025-09-01",
    )  # fmt: skip
    assert [row["control"] for row in kept["controls"]] == ["A.6.2.4", "A.6.2.5"]


def test_a_residual_level_is_that_of_the_matrix(recorded):
    risk = add(recorded)

    treat(recorded, risk, 2025, 4, 1, residual_likelihood="rare", residual_consequence="serious")

    (one,) = image(recorded)["treatments"]
    assert (one["residual_level"], one["criteria"]) == ("moderate", "RC-2026-0001")


def test_everything_wrong_with_a_treatment_is_named_at_once(recorded):
    risk = add(recorded)

    with pytest.raises(BadInput) as refused:
        treat(
            recorded, risk, 2025, 4, 1, option="mitigate", what="", controls=("9.2", "A.99"),
            due=date(2025, 3, 1), done_on=date(2025, 3, 2),
        )  # fmt: skip

    assert fields_of(refused) == [
        "--option", "--what", "--control", "--control", "--due", "--done",
    ]  # fmt: skip


def test_half_a_residual_is_refused(recorded):
    risk = add(recorded)

    with pytest.raises(BadInput) as refused:
        treat(recorded, risk, 2025, 4, 1, residual_likelihood="rare")

    assert fields_of(refused) == ["--residual-consequence"]


def test_what_was_decided_of_a_treatment_is_not_changed(recorded):
    risk = add(recorded)
    treat(recorded, risk, 2025, 4, 1, done_on=date(2025, 5, 1))

    with pytest.raises(BadInput) as refused:
        risks.change_treatment(
            recorded, risk, 1,
            TreatmentFields(option="avoid", decided_on=date(2025, 5, 1), done_on=date(2025, 5, 2)),
            catalogue(),
        )  # fmt: skip
    with pytest.raises(BadInput) as unknown:
        risks.treatment_done(recorded, risk, 2, date(2025, 5, 2))

    assert fields_of(refused) == ["--option", "--on", "--done"]
    assert fields_of(unknown) == ["--treatment"]


def test_what_is_accepted_is_the_level_at_which_the_risk_stands(recorded):
    risk = add(recorded)
    assess(recorded, risk, 2025, 3, 1)
    treat(
        recorded, risk, 2025, 4, 1,
        residual_likelihood="rare", residual_consequence="minor", done_on=date(2025, 5, 1),
    )  # fmt: skip

    risks.accept(recorded, risk, "eva", date(2025, 4, 15), why="until retrieval is there")
    risks.accept(recorded, risk, "eva", date(2025, 5, 2))

    assert [one["level"] for one in image(recorded)["acceptances"]] == ["high", "low"]
    assert recorded.notes == ["high is above low, the highest level acceptable here"]


def test_an_assessment_after_the_treatment_overrules_what_was_expected_of_it(recorded):
    risk = add(recorded)
    assess(recorded, risk, 2025, 3, 1)
    treat(
        recorded, risk, 2025, 4, 1,
        residual_likelihood="rare", residual_consequence="minor", done_on=date(2025, 5, 1),
    )  # fmt: skip
    assess(recorded, risk, 2025, 5, 1, likelihood="possible", consequence="moderate")

    risks.accept(recorded, risk, "eva", date(2025, 5, 2), why="cheap to put right")

    assert image(recorded)["acceptances"][0]["level"] == "moderate"


def test_accepting_above_the_acceptable_level_needs_a_reason(recorded):
    risk = add(recorded)
    assess(recorded, risk, 2025, 3, 1)

    with pytest.raises(BadInput) as refused:
        risks.accept(recorded, risk, "eva", date(2025, 3, 2))

    assert fields_of(refused) == ["--why"]


def test_who_assessed_and_accepts_is_noted(recorded):
    risk = add(recorded)
    assess(recorded, risk, 2025, 3, 1, likelihood="rare", consequence="minor")

    risks.accept(recorded, risk, "Ada", date(2025, 3, 2))

    assert recorded.notes == [f"Ada assessed {risk} as well: somebody else is to accept"]


def test_what_was_not_assessed_cannot_be_accepted(recorded):
    risk = add(recorded)

    with pytest.raises(BadInput, match="no level to accept"):
        risks.accept(recorded, risk, "eva", date(2025, 3, 2))


def test_nothing_happens_to_a_closed_risk_afterwards(recorded):
    risk = add(recorded)
    assess(recorded, risk, 2025, 3, 1)
    treat(recorded, risk, 2025, 3, 2)
    with pytest.raises(BadInput):
        risks.close(recorded, risk, "system retired", date(2025, 2, 28))

    risks.close(recorded, risk, "system retired", date(2025, 4, 1))

    assert recorded.notes == [f"{risk} is closed with treatment 1 not done"]
    for step in (
        lambda: assess(recorded, risk, 2025, 4, 2),
        lambda: treat(recorded, risk, 2025, 4, 2),
        lambda: risks.accept(recorded, risk, "eva", date(2025, 4, 2)),
        lambda: risks.close(recorded, risk, "again", date(2025, 4, 2)),
    ):
        with pytest.raises(BadInput):
            step()


def test_a_correction_leaves_the_rest(recorded):
    risk = add(recorded, sources=("MEASURE 2.6",), owner="ben")

    risks.change(recorded, risk, RiskFields(owner="eva", sources=("MAP 4.1",)), catalogue())

    kept = image(recorded)
    assert (kept["owner"], kept["sources"], kept["affected"], kept["title"]) == (
        "eva", ["MAP 4.1"], ["individuals"], "Invented answers",
    )  # fmt: skip


def refused(step):
    with pytest.raises(BadInput) as refusal:
        step()
    return [problem.sentence() for problem in refusal.value.problems]


@pytest.mark.parametrize("reference", ["R-2026-0001", "r-2026-1", "EV-2025-0007", "SOA-2026-0001"])
def test_a_reference_that_reads_like_an_id_is_refused(recorded, reference):
    risk = add(recorded)

    for step in (
        lambda: add(recorded, reference=reference),
        lambda: risks.change(recorded, risk, RiskFields(reference=reference), catalogue()),
    ):
        (sentence,) = refused(step)
        assert sentence.startswith(f"--reference: '{reference}' reads like the id of a record")


def test_an_id_wins_over_a_reference_that_was_recorded_before_such_were_refused(recorded):
    first, second = add(recorded), add(recorded, reference="x")
    risks.find(recorded, second).reference = first
    recorded.session.flush()

    assert risks.find(recorded, first).id == first
    assert named(recorded.connection, first) == 20260000001


@pytest.mark.parametrize("which", ["", " "])
def test_an_empty_reference_finds_nothing(recorded, which):
    row = risks.find(recorded, add(recorded))
    row.reference = ""
    recorded.session.flush()

    for find in (risks.find, lambda it, name: named(it.connection, name)):
        (sentence,) = refused(lambda find=find: find(recorded, which))
        assert "is not an id such as R-2025-0001" in sentence


TEXTS = ("title", "cause", "event", "consequence", "owner", "reference")


@given(st.sampled_from(TEXTS), st.text(" \t\n\u00a0", max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_empty_text_empties_nothing(recorded, name, text):
    risk = add(recorded)
    before = image(recorded)

    change = refused(lambda: risks.change(recorded, risk, RiskFields(**{name: text}), catalogue()))
    new = refused(lambda: add(recorded, **{name: text}))

    assert change == new
    assert change[0].startswith(f"--{name}: is ")
    assert image(recorded) == before


def test_an_empty_text_is_refused_in_every_step(recorded):
    risk = add(recorded)
    assess(recorded, risk, 2025, 3, 1)
    treat(recorded, risk, 2025, 4, 1)

    def change(**said):
        fields = TreatmentFields(**said)
        return lambda: risks.change_treatment(recorded, risk, 1, fields, catalogue())

    told = [
        *refused(lambda: assess(recorded, risk, 2025, 3, 2, assessed_by="", why=" ")),
        *refused(lambda: treat(recorded, risk, 2025, 4, 1, what=" ", owner="")),
        *refused(change(what="")),
        *refused(change(owner=" ")),
        *refused(lambda: risks.accept(recorded, risk, " ", why="")),
        *refused(lambda: risks.close(recorded, risk, " ")),
    ]

    assert [sentence.partition(":")[0] for sentence in told] == [
        "--by", "--why", "--owner", "--what", "--what", "--owner", "--by", "--why", "--why",
    ]  # fmt: skip


def test_what_can_be_empty_is_cleared_by_name(recorded):
    risk = add(recorded, owner="eva", reference="17", sources=("MAP 4.1",))
    treat(recorded, risk, 2025, 4, 1, owner="ben", due=date(2025, 6, 30))

    said = RiskFields(clear=("owner", "reference", "source", "affects"))
    risks.change(recorded, risk, said, catalogue())
    risks.change_treatment(recorded, risk, 1, TreatmentFields(clear=("owner", "due")), catalogue())

    kept = image(recorded)
    assert (kept["owner"], kept["reference"], kept["sources"], kept["affected"]) == (
        None, None, [], [],
    )  # fmt: skip
    (one,) = kept["treatments"]
    assert (one["owner"], one["due"], one["first_due"]) == (None, None, "2025-06-30")


def test_what_is_needed_cannot_be_cleared_nor_said_and_cleared_at_once(recorded):
    risk = add(recorded)
    said = RiskFields(owner="eva", clear=("title", "owner"))

    assert refused(lambda: risks.change(recorded, risk, said, catalogue())) == [
        "--clear: 'title' is not one of owner, reference, source, affects",
        "--owner: is given and cleared at once",
    ]


def test_a_change_that_says_nothing_is_refused(recorded):
    risk = add(recorded)
    treat(recorded, risk, 2025, 4, 1)

    (risk_told,) = refused(lambda: risks.change(recorded, risk, RiskFields(), catalogue()))
    (told,) = refused(
        lambda: risks.change_treatment(recorded, risk, 1, TreatmentFields(), catalogue())
    )

    assert risk_told.startswith("RISK: nothing to change: give at least one of --title, ")
    assert told.startswith("--treatment: nothing to change: give at least one of --what, ")


def test_a_day_long_ago_is_noted_and_one_before_1900_refused(recorded):
    add(recorded, identified_on=date(2016, 5, 4))
    assert recorded.notes == []

    add(recorded, identified_on=date(2016, 5, 3))

    assert recorded.notes == ["2016-05-03 is more than ten years ago: meant?"]
    assert refused(lambda: add(recorded, identified_on=date(1, 1, 1))) == [
        "--identified-on: 0001-01-01 is before 1900"
    ]


def test_a_control_or_clause_is_no_source_of_risks(recorded):
    (control, clause) = refused(lambda: add(recorded, sources=("A.6.2.4", "6.1.2", "MAP 4.1")))

    assert control.startswith("--source: 'A.6.2.4' is no subcategory or GenAI risk")
    assert clause.startswith("--source: '6.1.2' is no subcategory")


def test_a_treatment_that_is_to_leave_more_than_there_is_is_noted(recorded):
    risk = add(recorded)
    assess(recorded, risk, 2025, 3, 1, likelihood="rare", consequence="minor")

    treat(recorded, risk, 2025, 4, 1, residual_likelihood="rare", residual_consequence="minor")
    assert recorded.notes == []
    treat(recorded, risk, 2025, 4, 1, residual_likelihood="likely", residual_consequence="serious")

    assert recorded.notes == ["high is to be left of a risk that stands at low: meant?"]


def test_the_same_said_twice_of_a_day_is_recorded_once(recorded):
    risk = add(recorded)
    for _ in range(2):
        assess(recorded, risk, 2025, 3, 1, likelihood="rare", consequence="minor")
    assess(recorded, risk, 2025, 3, 1, likelihood="rare", consequence="minor", assessed_by="ben")
    for _ in range(2):
        risks.accept(recorded, risk, "eva", date(2025, 3, 2))
    risks.accept(recorded, risk, "eva", date(2025, 3, 2), until=date(2026, 3, 1))

    kept = image(recorded)
    assert [one["assessed_by"] for one in kept["assessments"]] == ["ada", "ben"]
    assert [one["until"] for one in kept["acceptances"]] == [None, "2026-03-01"]
    assert recorded.notes == ["the same is recorded already, since 2026-05-04"] * 2
