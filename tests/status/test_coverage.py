"""Coverage counts what a person would count by hand, on any day, of any register."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govtrack.catalog import loading
from govtrack.status.coverage import coverage, tally
from govtrack.status.gaps import gaps
from govtrack.status.served import pairs
from govtrack.status.standing import STATES

DAY = date(2026, 6, 1)
SOON = 60
REFS = ("MEASURE 2.6", "GOVERN 1.1", "A.6.2.4", "6.1.3", "genai:confabulation")
FRAMEWORK = {"M": "rmf", "G": "rmf", "A": "iso", "6": "iso", "g": "genai"}
KINDS = ("vv-report", "statement-of-applicability", "risk-treatment-plan")


@cache
def catalogue():
    return loading.catalogue()


@pytest.fixture(scope="module")
def register(_fresh_workspace):
    """The tables of a fresh register, in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    with sqlite3.connect(_fresh_workspace / ".govtrack" / "register.db") as fresh:
        fresh.backup(connection)
    fresh.close()
    yield connection
    connection.close()


@contextmanager
def holding(register, artefacts, systems=()):
    """The register with these artefacts, for the length of a block; only their dates matter."""
    register.execute("BEGIN")
    try:
        for number, (slug, generative) in enumerate(systems, 1):
            register.execute(
                "INSERT INTO ai_system (key, id, slug, name, generative, recorded_on) "
                "VALUES (?, ?, ?, ?, ?, '2020-01-01')",
                [number, f"SYS-2020-{number:04d}", slug, slug, generative],
            )
        for number, one in enumerate(artefacts, 1):
            record(register, number, **one)
        yield register
    finally:
        register.execute("ROLLBACK")


def record(register, key, *, tags=(), about=(), kind="vv-report", **dates):
    """One row of evidence with `tags` {(ref, origin): confirmed | proposed | declined}."""
    row = {"recorded_on": "2020-01-01", **dates}
    names = ", ".join(("key", "id", "title", "kind", "version", *row))
    places = ", ".join("?" * (5 + len(row)))
    register.execute(
        f"INSERT INTO evidence ({names}) VALUES ({places})",
        [key, f"EV-2020-{key:04d}", f"Artefact {key}", kind, 1, *row.values()],
    )
    for (ref, origin), state in dict(tags).items():
        confirmed = "2020-01-01" if state == "confirmed" else None
        declined = "2020-01-01" if state == "declined" else None
        register.execute(
            "INSERT INTO evidence_tag (evidence, ref, origin, source, framework, confirmed_on, "
            "declined_on) VALUES (?, ?, ?, 'somebody', ?, ?, ?)",
            [key, ref, origin, FRAMEWORK[ref[0]], confirmed, declined],
        )
    for system in about:
        register.execute("INSERT INTO evidence_system VALUES (?, ?)", [key, system])


def confirmed(*refs):
    return {(ref, "stated"): "confirmed" for ref in refs}


def asked(register, **said):
    return coverage(register, catalogue(), DAY, SOON, **said)


def state_of(found, ref):
    return next(one for one in found.leaves if one.requirement.ref == ref)


APPROVED = {"approved_on": "2026-01-01"}


def test_an_empty_register_covers_nothing(register):
    with holding(register, []):
        found = asked(register)
    assert {one.state for one in found.leaves} == {"none"}
    assert [framework for framework, leaves in _by_framework(found)] == ["rmf", "iso"]
    assert found.served == (0, 0, 0, 0, (), (), ())
    assert not any(one.recorded for one in found.documented)


def _by_framework(found):
    names = dict.fromkeys(one.requirement.framework for one in found.leaves)
    return [
        (name, [one for one in found.leaves if one.requirement.framework == name]) for name in names
    ]


@pytest.mark.parametrize(
    ("dates", "state"),
    [
        ({**APPROVED}, "covered"),
        ({**APPROVED, "valid_until": "2026-08-01"}, "covered"),
        ({**APPROVED, "valid_until": "2026-07-31"}, "expiring"),
        ({**APPROVED, "valid_until": "2026-06-01"}, "expiring"),
        ({**APPROVED, "review_due": "2026-07-31"}, "expiring"),
        ({**APPROVED, "valid_until": "2026-05-31"}, "stale"),
        ({**APPROVED, "review_due": "2026-05-31"}, "stale"),
        ({"approved_on": "2026-06-01"}, "covered"),
        ({"prepared_on": "2026-05-01", "approved_on": "2026-06-02"}, "draft"),
        ({}, "draft"),
        ({**APPROVED, "withdrawn_on": "2026-06-01"}, "none"),
        ({**APPROVED, "withdrawn_on": "2026-06-02"}, "covered"),
        ({**APPROVED, "superseded_on": "2026-06-01"}, "none"),
        ({"prepared_on": "2026-06-02"}, "none"),
    ],
    ids=str,
)
def test_the_state_of_a_requirement_follows_from_the_dates_of_its_evidence(register, dates, state):
    with holding(register, [{"tags": confirmed("6.1.3"), **dates}]):
        assert state_of(asked(register), "6.1.3").state == state


def test_what_nobody_confirmed_is_proposed_and_what_was_declined_is_nothing(register):
    tags = {("6.1.3", "kind"): "proposed", ("GOVERN 1.1", "crosswalk"): "declined"}
    with holding(register, [{"tags": tags, **APPROVED}]):
        found = asked(register)
    assert state_of(found, "6.1.3").state == "proposed"
    assert state_of(found, "6.1.3").evidence == ("EV-2020-0001",)
    assert state_of(found, "GOVERN 1.1").state == "none"


def test_an_artefact_that_counts_on_one_word_is_not_proposed_on_another(register):
    tags = {("6.1.3", "stated"): "confirmed", ("6.1.3", "kind"): "proposed"}
    with holding(register, [{"tags": tags, **APPROVED}]):
        one = state_of(asked(register), "6.1.3")
    assert one.state == "covered"
    assert one.counts == {"covered": 1, "expiring": 0, "stale": 0, "draft": 0, "proposed": 0}


def test_an_artefact_counts_once_however_often_it_is_tagged(register):
    tags = {("6.1.3", origin): "confirmed" for origin in ("stated", "kind", "crosswalk")}
    with holding(register, [{"tags": tags, **APPROVED}]):
        one = state_of(asked(register), "6.1.3")
    assert one.counts["covered"] == 1
    assert one.evidence == ("EV-2020-0001",)


def test_the_newest_of_the_best_are_named_and_all_are_counted(register):
    artefacts = [{"tags": confirmed("6.1.3"), **APPROVED}] * 7 + [{"tags": confirmed("6.1.3")}]
    with holding(register, artefacts):
        one = state_of(asked(register), "6.1.3")
    assert one.evidence == tuple(f"EV-2020-{number:04d}" for number in (7, 6, 5, 4, 3))
    assert (one.counts["covered"], one.counts["draft"]) == (7, 1)


def test_totals_add_up_to_the_leaves_below(register):
    with holding(register, [{"tags": confirmed("MEASURE 2.6", "A.6.2.4", "6.1.3"), **APPROVED}]):
        found = asked(register)
    totals = {one.requirement.ref: one for one in found.totals}
    assert [totals[ref].counts["covered"] for ref in ("MEASURE", "MEASURE 2")] == [1, 1]
    assert totals["MEASURE 1"].counts["none"] == totals["MEASURE 1"].leaves
    assert totals["MEASURE 2"].leaves == 13
    assert totals["A.6.2"].counts["covered"] == totals["6"].counts["covered"] == 1
    assert sum(totals[name].leaves for name in ("GOVERN", "MAP", "MEASURE", "MANAGE")) == 72
    assert tally(found.leaves)["covered"] == 3


def test_artefacts_that_serve_both_frameworks_are_told_from_those_that_serve_one(register):
    artefacts = [
        {"tags": confirmed("MEASURE 2.6", "A.6.2.4"), **APPROVED},
        {"tags": confirmed("MEASURE 2.6"), **APPROVED},
        {"tags": confirmed("A.6.2.4") | {("MEASURE 2.6", "kind"): "proposed"}, **APPROVED},
        {"tags": {("A.6.2.4", "kind"): "proposed"}, **APPROVED},
        {"tags": confirmed("MEASURE 2.6", "A.6.2.4")},
    ]
    with holding(register, artefacts):
        served = asked(register).served
    assert served[:4] == (1, 1, 1, 1)
    assert (served.rmf_ids, served.iso_ids, served.neither_ids) == (
        ("EV-2020-0002",), ("EV-2020-0003",), ("EV-2020-0004",),
    )  # fmt: skip


def test_a_pair_of_category_and_clause_counts_each_artefact_that_serves_both_once(register):
    tags = confirmed("MEASURE 2.6", "GOVERN 1.1", "A.6.2.4", "6.1.3", "genai:confabulation")
    with holding(register, [{"tags": tags, **APPROVED}, {"tags": tags}]):
        found = pairs(register, catalogue(), DAY)
    assert found == {(rmf, iso): 1 for rmf in ("MEASURE 2", "GOVERN 1") for iso in ("A.6.2", "6")}


def test_one_framework_is_asked_for_alone(register):
    with holding(register, [{"tags": confirmed("MEASURE 2.6"), **APPROVED}]):
        rmf, genai = asked(register, framework="rmf"), asked(register, framework="genai")
    assert {one.requirement.framework for one in rmf.leaves} == {"rmf"}
    assert rmf.documented == ()
    assert len(genai.leaves) == 12


@pytest.mark.parametrize(
    ("systems", "artefacts"),
    [
        ([("chat", 1)], []),
        ([], [{"tags": confirmed("genai:confabulation")}]),
    ],
    ids=["a generative system", "evidence about such a risk"],
)
def test_genai_risks_are_shown_once_they_concern_the_register(register, systems, artefacts):
    with holding(register, artefacts, systems):
        assert len(asked(register).leaves) == 72 + 70 + 12
    with holding(register, [], [("score", 0)]):
        assert len(asked(register).leaves) == 72 + 70


def test_coverage_of_a_system_is_of_evidence_about_it_or_about_none_in_particular(register):
    systems = [("chat", 0), ("score", 0)]
    artefacts = [
        {"tags": confirmed("MEASURE 2.6"), "about": ["SYS-2020-0001"], **APPROVED},
        {"tags": confirmed("A.6.2.4"), "about": ["SYS-2020-0002"], **APPROVED},
        {"tags": confirmed("6.1.3"), **APPROVED},
    ]
    with holding(register, artefacts, systems):
        found = asked(register, system="SYS-2020-0001")
        open_ = gaps(register, REFS, DAY, system="SYS-2020-0001")
    assert [one.requirement.ref for one in found.leaves if one.state == "covered"] == [
        "MEASURE 2.6", "6.1.3",
    ]  # fmt: skip
    assert set(open_) == set(REFS) - {"MEASURE 2.6", "6.1.3"}


def documented(found, ref):
    return next(one for one in found.documented if one.requirement.ref == ref)


def test_documented_information_is_missing_until_confirmed_evidence_stands(register):
    with holding(register, [{"tags": {("6.1.3", "kind"): "proposed"}, **APPROVED}]):
        proposed = documented(asked(register), "6.1.3")
    with holding(register, [{"tags": confirmed("6.1.3")}]):
        draft = documented(asked(register), "6.1.3")
    assert (proposed.recorded, draft.recorded) == (False, True)
    assert proposed.explicit
    assert "Statement of Applicability" in proposed.what


def test_a_clause_that_names_several_kinds_is_recorded_in_part_while_one_is_missing(register):
    soa = {"kind": "statement-of-applicability", "tags": confirmed("6.1.3"), **APPROVED}
    gone = {"kind": "risk-method", "tags": confirmed("6.1.3"), "withdrawn_on": "2026-01-02"}
    with holding(register, [soa, gone]):
        one = documented(asked(register), "6.1.3")
    assert one.recorded
    assert set(one.kinds) - set(one.missing) == {"statement-of-applicability"}
    assert "risk-method" in one.missing


def test_every_clause_that_asks_for_documented_information_is_there(register):
    with holding(register, []):
        found = asked(register).documented
    asking = [one.ref for one in catalogue().leaves("iso") if one.documented_information]
    assert [one.requirement.ref for one in found] == asking
    assert {one.requirement.ref for one in found if not one.explicit} == {"7.5.1", "7.5.2", "7.5.3"}


@pytest.mark.parametrize("day", [date.min, date(1990, 1, 1), date.max])
def test_any_day_can_be_asked_for(register, day):
    with holding(register, [{"tags": confirmed("6.1.3"), **APPROVED}]):
        state = state_of(coverage(register, catalogue(), day), "6.1.3").state
    assert state == ("covered" if day == date.max else "none")


days = st.none() | st.integers(-150, 150).map(lambda n: (DAY + timedelta(days=n)).isoformat())
tags = st.dictionaries(
    st.tuples(st.sampled_from(REFS), st.sampled_from(["stated", "kind", "crosswalk"])),
    st.sampled_from(["confirmed", "proposed", "declined"]),
    max_size=8,
)
artefacts = st.fixed_dictionaries(
    {
        "tags": tags,
        "kind": st.sampled_from(KINDS),
        "about": st.sampled_from([(), ("SYS-2020-0001",), ("SYS-2020-0001", "SYS-2020-0002")]),
        **dict.fromkeys(
            ("prepared_on", "approved_on", "valid_until", "review_due",
             "superseded_on", "withdrawn_on"),
            days,
        ),
    }
)  # fmt: skip


def standing(one):
    """The state an artefact stands in, as the documentation has it; None where it does not."""
    day, soon = DAY.isoformat(), (DAY + timedelta(days=SOON)).isoformat()
    ends = [one[name] for name in ("valid_until", "review_due") if one[name]]
    if (one["prepared_on"] or one["approved_on"] or "2020-01-01") > day:
        return None
    if any(one[name] and one[name] <= day for name in ("withdrawn_on", "superseded_on")):
        return None
    if one["approved_on"] is None or one["approved_on"] > day:
        return "draft"
    if any(end < day for end in ends):
        return "stale"
    return "expiring" if any(end <= soon for end in ends) else "covered"


def by_hand(given, system):
    """For each reference the artefacts in each state, counted by a person with a pencil."""
    counted = {ref: {state: set() for state in STATES[:-1]} for ref in REFS}
    for number, one in enumerate(given):
        state = standing(one)
        if state is None or (system and one["about"] and system not in one["about"]):
            continue
        for ref in REFS:
            said = {word for (tagged, _), word in one["tags"].items() if tagged == ref}
            if "confirmed" in said:
                counted[ref][state].add(number)
            elif "proposed" in said:
                counted[ref]["proposed"].add(number)
    return {
        ref: {state: len(numbers) for state, numbers in found.items()}
        for ref, found in counted.items()
    }


@given(st.lists(artefacts, max_size=6), st.sampled_from([None, "SYS-2020-0001", "SYS-2020-0002"]))
@settings(deadline=None)
def test_the_statement_counts_what_a_person_counts(register, given_artefacts, system):
    expected = by_hand(given_artefacts, system)
    best = {
        ref: next((state for state in STATES[:-1] if counts[state]), "none")
        for ref, counts in expected.items()
    }
    with holding(register, given_artefacts, [("chat", 1), ("score", 0)]):
        found = asked(register, system=system)
        open_ = gaps(register, REFS, DAY, system=system)

    assert {ref: state_of(found, ref).counts for ref in REFS} == expected
    assert {ref: state_of(found, ref).state for ref in REFS} == best
    assert open_ == {ref: one for ref, one in best.items() if one not in {"covered", "expiring"}}
    for ref in REFS:
        one = state_of(found, ref)
        assert len(one.evidence) == min(5, one.counts.get(one.state, 0))
