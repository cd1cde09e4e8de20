"""What falls due, and in which order before an external audit."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.cycle.certification import state
from govtrack.cycle.due import Held, due
from govtrack.cycle.knobs import Knobs
from govtrack.cycle.records import DECISIONS, Agreement, Decision, ExternalAudit

GRANT = Decision("grant", date(2024, 3, 31))
FIRST = ExternalAudit("surveillance", date(2025, 3, 10), date(2025, 3, 11))


def day(text):
    return date.fromisoformat(text)


def items(as_of, *records, internal_audits=(), management_reviews=(), **knobs):
    found = state(
        [GRANT, *(r for r in records if isinstance(r, Decision))],
        [r for r in records if isinstance(r, ExternalAudit)],
        [r for r in records if isinstance(r, Agreement)],
        day(as_of),
        Knobs(**knobs),
    )
    held = Held(tuple(map(day, internal_audits)), tuple(map(day, management_reviews)))
    return {one.key: one for one in due(found, Knobs(**knobs), held)}


def open_keys(found):
    return [key for key, one in found.items() if one.standing == "open"]


def test_without_a_certification_nothing_falls_due():
    assert due(state([], [], [], day("2025-01-01"), Knobs()), Knobs(), Held()) == ()


def test_before_the_external_audit_come_the_internal_audit_and_then_the_review():
    found = items("2024-10-01")
    kinds = [one.kind for one in found.values() if "surveillance-1" in one.key]
    assert kinds == ["internal_audit", "management_review", "surveillance"]
    assert found["internal_audit-surveillance-1-2024-03-31"].date == day("2024-12-31")
    assert found["management_review-surveillance-1-2024-03-31"].date == day("2025-03-01")


def test_everything_names_its_rule_its_source_and_the_command_that_settles_it():
    for one in items("2024-10-01").values():
        assert one.rule
        assert one.source
        assert one.settle.startswith("govtrack ")


def test_an_internal_audit_and_a_later_review_within_the_interval_settle_both():
    found = items("2025-02-01", internal_audits=["2024-12-01"], management_reviews=["2025-01-20"])
    assert "internal_audit-surveillance-1-2024-03-31" not in open_keys(found)
    assert "management_review-surveillance-1-2024-03-31" not in open_keys(found)


def test_a_review_before_the_internal_audit_lacks_its_results():
    found = items("2025-02-01", internal_audits=["2025-01-20"], management_reviews=["2024-12-01"])
    review = found["management_review-surveillance-1-2024-03-31"]
    assert review.standing == "open"
    assert "the one of 2024-12-01 came before the internal audit" in review.subject


def test_an_internal_audit_older_than_its_interval_does_not_count():
    found = items("2025-02-01", internal_audits=["2024-03-30"])
    assert "internal_audit-surveillance-1-2024-03-31" in open_keys(found)
    yearly = items("2025-02-01", internal_audits=["2024-03-31"])
    assert "internal_audit-surveillance-1-2024-03-31" not in open_keys(yearly)


def test_the_second_surveillance_is_planned_to_its_target_while_that_lies_ahead():
    ahead = items("2025-06-01", FIRST)["surveillance-2-2024-03-31"]
    passed = items("2026-04-01", FIRST)["surveillance-2-2024-03-31"]
    assert (ahead.date, ahead.plan) == (day("2026-12-31"), day("2026-03-31"))
    assert (passed.date, passed.plan) == (day("2026-12-31"), None)
    assert items("2026-04-01", FIRST)["management_review-surveillance-2-2024-03-31"].date == day(
        "2026-12-01"
    )


def test_the_bodys_word_is_planned_to_and_shown_beside_the_rule():
    word = Agreement("Second surveillance", day("2026-09-30"), "letter of 2026-01-10")
    found = items("2026-02-01", FIRST, word)["surveillance-2-2024-03-31"]
    assert (found.date, found.plan) == (day("2026-12-31"), day("2026-09-30"))
    assert found.source.endswith("; agreed until 2026-09-30 (letter of 2026-01-10)")


def test_a_word_on_another_audit_is_not_shown():
    word = Agreement("first surveillance", day("2025-06-30"), "letter")
    found = items("2025-02-01", word)
    assert "agreed" in found["surveillance-1-2024-03-31"].source
    assert "agreed" not in found["surveillance-2-2024-03-31"].source
    assert "agreed" not in found["recertification-2024-03-31"].source


def test_a_postponement_does_not_make_the_rule_any_later():
    word = Agreement("first surveillance", day("2025-09-30"), "letter")
    assert items("2025-04-01", word)["surveillance-1-2024-03-31"].overdue


def test_any_other_agreement_is_due_on_its_day_and_never_overdue():
    word = Agreement("Transition to the new edition", day("2026-06-30"), "letter of 2025-07-01")
    key = "agreement-2026-06-30-transition-to-the-new-edition"
    found = items("2026-06-30", FIRST, word)[key]
    assert (found.days, found.overdue, found.standing) == (0, False, "open")
    assert found.source == "letter of 2025-07-01"
    assert items("2026-07-01", FIRST, word)[key].standing == "settled"


def test_what_was_held_is_settled_and_what_is_not_asked_any_more_is_cancelled():
    found = items("2025-06-01", FIRST, Decision("withdraw", day("2025-05-01")))
    assert found["surveillance-1-2024-03-31"].standing == "settled"
    assert found["surveillance-2-2024-03-31"].standing == "cancelled"
    assert open_keys(found) == []


def test_recertification_is_an_audit_first_and_then_a_decision():
    before = items("2026-11-01", FIRST)["recertification-2024-03-31"]
    assert before.date == day("2027-03-30")
    assert before.plan == day("2026-12-30")
    assert "record audit recertification" in before.settle
    held = ExternalAudit("recertification", day("2027-01-10"), day("2027-01-12"))
    after = items("2027-02-01", FIRST, held)["recertification-2024-03-31"]
    assert "audit held on 2027-01-12" in after.subject
    assert "record decision renew" in after.settle


def test_after_the_expiry_a_restoration_is_due_within_six_months():
    found = items("2027-04-01", FIRST)
    assert found["recertification-2024-03-31"].overdue
    restoration = found["restoration-2024-03-31"]
    assert (restoration.date, restoration.overdue) == (day("2027-09-30"), False)
    assert "record decision restore" in restoration.settle
    late = items("2027-10-01", FIRST)
    assert "restoration-2024-03-31" not in late
    assert "record decision grant" in late["recertification-2024-03-31"].settle


def test_reminders_are_counted_from_the_due_day_itself():
    found = items("2024-10-01")
    assert found["surveillance-1-2024-03-31"].remind == (
        day("2024-09-30"), day("2024-12-31"), day("2025-02-28"),
    )  # fmt: skip
    assert found["recertification-2024-03-31"].remind[0] == day("2026-06-30")


@pytest.mark.parametrize("days", [0, 60])
def test_how_long_before_the_review_is_held_is_a_knob_with_its_source(days):
    found = items("2024-10-01", management_review_days_before=days)
    review = found["management_review-surveillance-1-2024-03-31"]
    assert (day("2025-03-31") - review.date).days == days


@given(
    st.lists(st.builds(Decision, st.sampled_from(DECISIONS), st.dates()), max_size=5),
    st.dates(),
)
def test_days_and_overdue_agree_for_every_history(decisions, as_of):
    found = due(state(decisions, [], [], as_of, Knobs()), Knobs(), Held())
    assert list(found) == sorted(found, key=lambda one: one.date)
    assert len({one.key for one in found}) == len(found)
    for one in found:
        assert one.days == (one.date - as_of).days
        if one.standing == "open":
            assert one.overdue == (one.days < 0)
