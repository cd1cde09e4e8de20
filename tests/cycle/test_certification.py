"""The certification cycle, rule by rule (docs/cycle.md)."""

from __future__ import annotations

import json
from datetime import date, timedelta

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.cycle.certification import as_json, state
from govtrack.cycle.knobs import Knobs
from govtrack.cycle.records import AUDITS, DECISIONS, Agreement, Decision, ExternalAudit
from govtrack.shipped import folder

GRANTED = date(2024, 3, 31)
EXPIRY = date(2027, 3, 30)
SCHEMA = json.loads((folder("schemas") / "cycle.schema.json").read_text(encoding="utf-8"))
VALID = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def day(text: str) -> date:
    return date.fromisoformat(text)


def decided(decision: str, on: str, **dates: str) -> Decision:
    return Decision(decision, day(on), **{name: day(text) for name, text in dates.items()})


def audited(audit: str, end: str, start: str | None = None) -> ExternalAudit:
    return ExternalAudit(audit, day(start or end), day(end))


def on(as_of: str, *records, **knobs):
    return state(
        [record for record in records if isinstance(record, Decision)],
        [record for record in records if isinstance(record, ExternalAudit)],
        [record for record in records if isinstance(record, Agreement)],
        day(as_of),
        Knobs(**knobs),
    )


GRANT = decided("grant", "2024-03-31")


class TestStatus:
    """Decisions and expiry alone."""

    def test_before_any_decision_there_is_no_certification(self):
        assert on("2024-03-30", GRANT).status == "not_certified"
        assert on("2024-03-30").cycle is None

    def test_the_expiry_is_the_last_valid_day(self):
        assert on("2027-03-30", GRANT).status == "certified"
        assert on("2027-03-31", GRANT).status == "expired_restorable"

    def test_the_restoration_window_ends_six_months_after_the_expiry(self):
        assert on("2027-09-30", GRANT).status == "expired_restorable"
        assert on("2027-10-01", GRANT).status == "expired"

    def test_a_decision_takes_effect_on_its_effective_date(self):
        later = decided("grant", "2024-03-31", effective_on="2024-04-15")
        state = on("2024-04-14", later)
        assert state.status == "not_certified"
        assert any("in effect from 2024-04-15" in note for note in state.notes)
        assert on("2024-04-15", later).status == "certified"
        assert on("2024-04-15", later).cycle.decision == GRANTED

    def test_an_effective_date_before_the_decision_does_not_make_it_earlier(self):
        assert on("2024-03-31", decided("grant", "2024-03-31", effective_on="2024-01-01")).status

    def test_a_suspension_holds_until_it_is_lifted_or_restored(self):
        suspended = decided("suspend", "2025-06-01")
        assert on("2025-06-01", GRANT, suspended).status == "suspended"
        for end in ("lift", "restore"):
            ended = decided(end, "2025-08-01")
            assert on("2025-07-31", GRANT, suspended, ended).status == "suspended"
            assert on("2025-08-01", GRANT, suspended, ended).status == "certified"
            assert on("2025-08-01", GRANT, suspended, ended).cycle.decision == GRANTED

    def test_a_suspension_does_not_stop_the_expiry(self):
        state = on("2027-03-31", GRANT, decided("suspend", "2027-01-10"))
        assert state.status == "expired_restorable"
        assert any("Suspended at the expiry" in note for note in state.notes)

    def test_a_withdrawal_outweighs_everything_until_a_new_grant(self):
        withdrawn = decided("withdraw", "2025-06-01")
        assert on("2028-01-01", GRANT, withdrawn).status == "withdrawn"
        for after in ("renew", "restore", "lift", "transfer", "maintain"):
            state = on("2025-09-01", GRANT, withdrawn, decided(after, "2025-08-01"))
            assert state.status == "withdrawn"
            assert any(f"'{after}' of 2025-08-01 changes nothing" in n for n in state.notes)
        granted = on("2025-09-01", GRANT, withdrawn, decided("grant", "2025-08-01"))
        assert granted.status == "certified"
        assert granted.cycle.kind == "initial"

    def test_missed_audits_are_breaches_and_never_a_status(self):
        state = on("2027-03-30", GRANT)
        assert state.status == "certified"
        assert state.breaches == (
            "first_surveillance_12_months",
            "calendar_year:2025",
            "calendar_year:2026",
        )
        assert any("ground for suspension" in note for note in state.notes)

    def test_an_audit_held_in_time_does_not_carry_the_certificate_across(self):
        audit = audited("recertification", "2027-02-10")
        assert on("2027-03-31", GRANT, audit).status == "expired_restorable"

    @pytest.mark.parametrize("decision", ["lift", "maintain", "reduce", "extend", "suspend"])
    def test_a_decision_with_nothing_before_it_changes_nothing_and_says_so(self, decision):
        state = on("2025-01-01", decided(decision, "2024-06-01"))
        assert state.status == "not_certified"
        assert "changes nothing" in state.notes[0]


class TestExpiry:
    """R-07, R-08, R-11: the printed expiry wins, a computed one is labelled."""

    def test_a_computed_expiry_is_decision_and_36_months_less_a_day(self):
        cycle = on("2025-01-01", GRANT).cycle
        assert (cycle.expiry, cycle.expiry_source) == (EXPIRY, "computed")

    def test_the_convention_can_be_the_same_day(self):
        cycle = on("2025-01-01", GRANT, expiry_convention="same_day").cycle
        assert cycle.expiry == day("2027-03-31")

    def test_the_printed_expiry_always_wins(self):
        cycle = on("2025-01-01", decided("grant", "2024-03-31", expires_on="2027-03-15")).cycle
        assert (cycle.expiry, cycle.expiry_source) == (day("2027-03-15"), "printed")

    def test_a_reissued_certificate_prints_its_expiry_too(self):
        issued = decided("reduce", "2025-05-01", expires_on="2027-03-31")
        state = on("2025-06-01", GRANT, issued)
        assert (state.cycle.expiry, state.cycle.expiry_source) == (day("2027-03-31"), "printed")

    def test_a_stretched_expiry_is_remarked_on(self):
        printed = decided("grant", "2024-03-31", expires_on="2027-03-30")
        state = on(
            "2025-06-01", printed, decided("maintain", "2025-05-01", expires_on="2027-06-30")
        )
        assert any("not stretched (R-10)" in note for note in state.notes)

    def test_a_timely_renewal_builds_on_the_old_expiry_and_starts_with_its_decision(self):
        cycle = on("2027-03-01", GRANT, decided("renew", "2027-02-20")).cycle
        assert cycle.kind == "recertification"
        assert cycle.decision == day("2027-02-20")
        assert (cycle.expiry, cycle.expiry_source) == (day("2030-03-30"), "computed")

    def test_a_renewal_on_the_expiry_day_is_timely(self):
        state = on("2027-03-31", GRANT, decided("renew", "2027-03-30"))
        assert state.status == "certified"
        assert not any("R-10" in note for note in state.notes)

    def test_the_old_certificate_holds_until_the_renewal_takes_effect(self):
        renewed = decided("renew", "2027-02-20", effective_on="2027-03-31")
        assert on("2027-03-30", GRANT, renewed).status == "certified"
        assert on("2027-03-31", GRANT, renewed).status == "certified"

    def test_a_restoration_keeps_the_prior_cycles_rhythm(self):
        restored = decided("restore", "2027-07-01")
        state = on("2027-07-01", GRANT, restored)
        assert state.status == "certified"
        assert state.cycle.expiry == day("2030-03-30")
        assert on("2027-06-30", GRANT, restored).status == "expired_restorable"
        assert any("there was no certification (R-10)" in note for note in state.notes)

    def test_a_late_restoration_is_stored_and_flagged(self):
        state = on("2027-12-01", GRANT, decided("restore", "2027-11-01"))
        assert state.status == "certified"
        assert state.cycle.expiry == day("2030-10-31")
        assert any("read both ways (R-11)" in note for note in state.notes)

    def test_a_restoration_can_be_counted_to_the_last_audit_day(self):
        records = (GRANT, decided("restore", "2027-11-01"), audited("stage_2", "2027-09-15"))
        state = on("2027-12-01", *records, restoration_counted_to="last_audit_day")
        assert state.cycle.expiry == day("2030-03-30")

    def test_the_three_dates_of_the_recertification_are_named(self):
        recertification = on("2026-01-01", GRANT).recertification
        assert recertification.decision_latest == EXPIRY
        assert recertification.restore_latest == day("2027-09-30")
        assert recertification.next_expiry_if_timely == day("2030-03-30")

    def test_a_grant_during_a_term_is_counted_and_remarked_on(self):
        state = on("2025-06-01", GRANT, decided("grant", "2025-05-01"))
        assert state.cycle.decision == day("2025-05-01")
        assert any("while a certification was in force" in note for note in state.notes)

    def test_a_transfer_lets_the_running_cycle_go_on(self):
        state = on("2025-06-01", GRANT, decided("transfer", "2025-05-01"))
        assert state.cycle.decision == GRANTED
        assert state.cycle.kind == "initial"

    def test_a_transfer_during_a_suspension_is_remarked_on(self):
        records = (GRANT, decided("suspend", "2025-04-01"), decided("transfer", "2025-05-01"))
        assert any("not accepted for transfer" in note for note in on("2025-06-01", *records).notes)

    @pytest.mark.parametrize("decision", ["renew", "restore", "transfer"])
    def test_a_register_begun_in_a_later_cycle_says_what_is_missing(self, decision):
        state = on("2025-06-01", decided(decision, "2025-05-01", expires_on="2028-04-30"))
        assert state.status == "certified"
        assert any("Record the decision that opened" in note for note in state.notes)


class TestSurveillance:
    """R-05 and R-06: target and latest, whole days inclusive."""

    def test_the_first_is_due_within_twelve_months_of_the_decision(self):
        first = on("2025-03-31", GRANT).surveillance[0]
        assert (first.target, first.latest) == (day("2025-03-31"), day("2025-03-31"))
        assert (first.state, first.days_left) == ("due", 0)
        late = on("2025-04-01", GRANT).surveillance[0]
        assert (late.state, late.days_overdue) == ("overdue", 1)

    def test_the_second_has_the_anniversary_as_target_and_the_calendar_year_as_latest(self):
        second = on("2025-06-01", GRANT, audited("surveillance", "2025-03-20")).surveillance[1]
        assert (second.target, second.latest) == (day("2026-03-31"), day("2026-12-31"))

    def test_held_on_the_latest_day_is_in_time_and_a_day_after_is_late(self):
        done = on("2025-06-01", GRANT, audited("surveillance", "2025-03-31")).surveillance[0]
        late = on("2025-06-01", GRANT, audited("surveillance", "2025-04-01")).surveillance[0]
        assert (done.state, done.days_late) == ("done", None)
        assert (late.state, late.days_late) == ("done_late", 1)

    def test_a_late_first_surveillance_stays_a_breach(self):
        state = on("2026-01-10", GRANT, audited("surveillance", "2025-04-01"))
        assert state.breaches == ("first_surveillance_12_months",)

    def test_held_early_the_next_years_end_comes_before_the_target(self):
        granted = decided("grant", "2024-01-15")
        state = on("2025-01-20", granted, audited("surveillance", "2024-12-05"))
        second = state.surveillance[1]
        assert (second.target, second.latest) == (day("2026-01-15"), day("2025-12-31"))
        assert second.plan == day("2025-12-31")
        assert any("comes before its target 2026-01-15" in note for note in state.notes)
        assert state.surveillance[2].latest == day("2026-12-31")

    def test_a_leap_day_anchor_finds_its_anniversaries(self):
        planned = on("2024-06-01", decided("grant", "2024-02-29")).surveillance
        assert [audit.target for audit in planned] == [day("2025-02-28"), day("2026-02-28")]

    def test_an_audit_counts_by_its_last_day(self):
        audit = audited("surveillance", "2025-04-02", start="2025-03-30")
        state = on("2025-06-01", GRANT, audit)
        assert state.surveillance[0].held == day("2025-04-02")
        assert state.surveillance[0].days_late == 2
        assert any("across its latest day" in note for note in state.notes)
        first_day = on("2025-06-01", GRANT, audit, audit_day="first")
        assert first_day.surveillance[0].state == "done"

    def test_an_audit_over_the_new_year_counts_for_one_year(self):
        first = audited("surveillance", "2025-03-01")
        second = audited("surveillance", "2027-01-02", start="2026-12-29")
        state = on("2027-01-10", GRANT, first, second)
        assert "calendar_year:2026" in state.breaches
        assert any("across the New Year" in note for note in state.notes)

    def test_an_audit_not_yet_ended_is_not_held(self):
        audit = audited("surveillance", "2025-03-20", start="2025-03-18")
        assert on("2025-03-19", GRANT, audit).surveillance[0].held is None

    def test_stage_2_and_special_audits_stand_for_no_surveillance(self):
        special = audited("special", "2025-03-01")
        state = on("2025-03-10", GRANT, audited("stage_2", "2024-06-01"), special)
        assert state.surveillance[0].state == "due"
        assert any("special audit of 2025-03-01" in note for note in state.notes)

    def test_after_a_recertification_the_calendar_year_is_the_rule(self):
        renewed = decided("renew", "2027-02-20")
        state = on("2027-06-01", GRANT, renewed)
        assert state.surveillance[0].target == day("2028-02-20")
        assert state.surveillance[0].latest == day("2028-12-31")
        assert any("some bodies ask for them here too, by 2028-02-20" in n for n in state.notes)
        strict = on("2027-06-01", GRANT, renewed, twelve_months_after_recertification=True)
        assert strict.surveillance[0].latest == day("2028-02-20")

    @pytest.mark.parametrize(
        ("knob", "latest"),
        [
            ("calendar_year", "2026-12-31"),
            ("anniversary", "2026-03-31"),
            ("anniversary_plus_one_month", "2026-04-30"),
            ("twelve_months_after_previous", "2026-03-20"),
        ],
    )
    def test_a_body_can_ask_for_the_second_earlier(self, knob, latest):
        held = audited("surveillance", "2025-03-20")
        state = on("2025-06-01", GRANT, held, second_surveillance=knob)
        assert state.surveillance[1].latest == day(latest)

    def test_what_is_left_is_cancelled_when_the_certification_ends(self):
        withdrawn = on("2025-02-01", GRANT, decided("withdraw", "2025-01-15"))
        assert [audit.state for audit in withdrawn.surveillance] == ["cancelled", "cancelled"]
        assert withdrawn.breaches == ()

    def test_a_breach_before_the_withdrawal_stays_a_breach(self):
        state = on("2026-06-01", GRANT, decided("withdraw", "2026-01-15"))
        assert state.breaches == ("first_surveillance_12_months", "calendar_year:2025")

    def test_a_first_surveillance_in_the_seconds_year_is_not_silently_both(self):
        state = on("2026-06-01", GRANT, audited("surveillance", "2026-05-01"))
        assert [audit.state for audit in state.surveillance] == ["done_late", "due"]
        assert any("whether one audit may stand for both" in note for note in state.notes)
        assert state.breaches == ("first_surveillance_12_months", "calendar_year:2025")


class TestCalendarYears:
    """R-06: one audit in each year but the decision's own."""

    def test_the_decisions_own_year_asks_for_none(self):
        years = on("2024-06-01", GRANT).calendar_years
        assert [year.year for year in years] == [2025, 2026, 2027]

    def test_the_recertification_audit_stands_for_its_year(self):
        audits = (
            audited("surveillance", "2025-03-01"),
            audited("surveillance", "2026-03-01"),
            audited("recertification", "2027-01-20"),
        )
        years = on("2027-02-01", GRANT, *audits).calendar_years
        assert [(year.state, year.by) for year in years] == [
            ("done", "surveillance"),
            ("done", "surveillance"),
            ("done", "recertification"),
        ]

    def test_a_year_is_missed_from_the_day_after_its_last(self):
        held = audited("surveillance", "2025-03-01")
        assert on("2026-12-31", GRANT, held).breaches == ()
        assert on("2027-01-01", GRANT, held).breaches == ("calendar_year:2026",)

    def test_a_cycle_around_the_new_year_says_which_year_is_the_recertifications(self):
        granted = decided("grant", "2024-01-15")
        state = on("2026-06-01", granted)
        assert any("2026 or 2027" in note for note in state.notes)
        audit = audited("recertification", "2026-11-10")
        held = on("2026-12-01", granted, audit)
        assert [year.year for year in held.calendar_years] == [2025, 2026]
        assert held.surveillance[1].state == "cancelled"

    def test_a_renewal_decided_early_has_a_third_year_to_cover(self):
        granted = decided("grant", "2024-01-15")
        state = on("2027-06-01", granted, decided("renew", "2026-12-10"))
        assert state.cycle.expiry == day("2030-01-14")
        assert [audit.latest for audit in state.surveillance] == [
            day("2027-12-31"),
            day("2028-12-31"),
            day("2029-12-31"),
        ]


class TestWords:
    """Where the standard leaves room, the output says so."""

    def test_a_computed_expiry_says_how(self):
        notes = on("2025-06-01", GRANT).notes
        assert any("is computed, not printed: decision + 36 months - 1 day" in n for n in notes)

    def test_a_printed_expiry_needs_no_such_note(self):
        notes = on("2025-06-01", decided("grant", "2024-03-31", expires_on="2027-03-30")).notes
        assert not any("computed" in note for note in notes)

    def test_an_agreement_stands_beside_the_rule_and_never_instead_of_it(self):
        agreed = Agreement("surveillance 1", day("2025-06-30"), "letter of 2025-02-01")
        state = on("2025-05-01", GRANT, agreed)
        assert state.surveillance[0].state == "overdue"
        assert state.breaches == ("first_surveillance_12_months",)
        assert any("surveillance 1, until 2025-06-30 (letter of" in note for note in state.notes)

    def test_stage_2_before_the_decision_names_its_six_months(self):
        notes = on("2024-02-01", audited("stage_2", "2023-08-31")).notes
        assert any("verified by 2024-02-29" in note for note in notes)

    def test_a_knob_turned_names_its_source(self):
        knobs = Knobs(audit_day="first", sources=(("audit_day", "letter of 2025-03-01"),))
        notes = state([GRANT], [], [], day("2025-06-01"), knobs).notes
        assert "audit_day = first: letter of 2025-03-01." in notes

    def test_an_expiry_beyond_three_years_is_doubted(self):
        state = on("2025-06-01", decided("grant", "2024-03-31", expires_on="9999-12-31"))
        assert len(state.surveillance) < 10
        assert any("check the certificate" in note for note in state.notes)


DAYS = st.one_of(
    st.dates(date(2020, 1, 1), date(2036, 12, 31)),
    st.sampled_from([date(2024, 2, 29), date(2028, 2, 29), date.max, date.min]),
)
RECORDED_DECISIONS = st.builds(
    Decision,
    st.sampled_from(DECISIONS),
    DAYS,
    effective_on=st.none() | DAYS,
    expires_on=st.none() | DAYS,
)
SPANS = st.tuples(DAYS, DAYS).map(sorted)
HELD_AUDITS = st.builds(
    lambda kind, span: ExternalAudit(kind, *span), st.sampled_from(AUDITS), SPANS
)
ALL_KNOBS = st.builds(
    Knobs,
    expiry_convention=st.sampled_from(["minus_one_day", "same_day"]),
    second_surveillance=st.sampled_from(
        [
            "calendar_year",
            "anniversary",
            "anniversary_plus_one_month",
            "twelve_months_after_previous",
        ]
    ),
    twelve_months_after_recertification=st.booleans(),
    audit_day=st.sampled_from(["last", "first"]),
    restoration_counted_to=st.sampled_from(["decision", "last_audit_day"]),
)
HISTORY = (st.lists(RECORDED_DECISIONS, max_size=8), st.lists(HELD_AUDITS, max_size=8))


class TestWhatHoldsForEveryHistory:
    """Whatever is recorded, in whatever order."""

    @given(*HISTORY, DAYS, ALL_KNOBS)
    def test_every_history_has_a_state_that_its_schema_accepts(
        self, decisions, audits, as_of, knobs
    ):
        VALID.validate(as_json(state(decisions, audits, [], as_of, knobs)))

    @given(*HISTORY, DAYS)
    def test_what_came_later_changes_nothing(self, decisions, audits, as_of):
        known = [decision for decision in decisions if decision.decided_on <= as_of]
        held = [audit for audit in audits if audit.ended_on <= as_of]
        assert as_json(state(decisions, audits, [], as_of, Knobs())) == as_json(
            state(known, held, [], as_of, Knobs())
        )

    @given(*HISTORY, DAYS)
    def test_audits_never_change_the_status(self, decisions, audits, as_of):
        bare = state(decisions, [], [], as_of, Knobs()).status
        assert state(decisions, audits, [], as_of, Knobs()).status == bare

    @given(*HISTORY, DAYS)
    def test_a_surveillance_has_exactly_the_days_its_state_speaks_of(
        self, decisions, audits, as_of
    ):
        for audit in state(decisions, audits, [], as_of, Knobs()).surveillance:
            assert (audit.held is not None) == (audit.state in {"done", "done_late"})
            assert (audit.days_left is not None) == (audit.state == "due")
            assert (audit.days_overdue is not None) == (audit.state == "overdue")
            assert (audit.days_late is not None) == (audit.state == "done_late")
            assert audit.latest <= EXPIRY.max

    @given(DAYS.filter(lambda day: 2020 <= day.year <= 2036), st.integers(0, 1200))
    def test_a_granted_certificate_ends_after_its_expiry_and_not_before(self, granted, later):
        as_of = granted + timedelta(days=later)
        found = state([Decision("grant", granted)], [], [], as_of, Knobs())
        assert (found.status == "certified") == (as_of <= found.cycle.expiry)
