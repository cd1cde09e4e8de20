"""What a record tells: rules that hold for every record."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.catalog.catalogue import Catalogue
from govtrack.catalog.documentation import documentation
from govtrack.catalog.files import files
from govtrack.catalog.sources.assembling import document
from govtrack.status import documentation as status
from govtrack.status.documentation import Told, mending

SHIPPED = Catalogue(document(files(None)))  # not through the cache of whoever runs this
TESTED = status.Tested(documentation(SHIPPED), SHIPPED)

WHO = st.none() | st.sampled_from(["eva", "ben"])
DAYS = st.none() | st.just("2026-03-02")
TEXTS = st.none() | st.sampled_from(["", "told"])
RECORDS = st.builds(
    Told,
    id=st.just("EV-2026-0001"),
    title=TEXTS,
    kind=st.sampled_from([*SHIPPED.kinds, "unheard-of"]),
    form=st.sampled_from(["document", "record"]),
    version=st.integers(1, 3),
    status=st.sampled_from(["draft", "approved", "superseded"]),
    prepared_by=WHO,
    prepared_on=DAYS,
    approved_by=WHO,
    approved_on=DAYS,
    valid_until=DAYS,
    review_due=DAYS,
    period_start=DAYS,
    period_end=DAYS,
    source=TEXTS,
    classification=TEXTS,
    retention=st.none() | st.sampled_from(["cycle", "for ever"]),
    why=TEXTS,
    recorded_on=st.just("2026-03-05"),
    systems=st.sampled_from([(), ("SYS-2026-0001",)]),
    supersedes=st.sampled_from([(), ("EV-2025-0001",)]),
    files=st.sampled_from([(), ("a" * 64,), ("a" * 64, "cut")]),
    confirmed=st.sampled_from([(), ("MEASURE 2.1",), ("GOVERN 6.1", "A.8.4")]),
    proposed=st.sampled_from([(), ("MAP 2.2",)]),
)
WHOLE = {
    "title": "told", "kind": "vv-report", "version": 1, "prepared_by": "ben",
    "prepared_on": "2026-03-02", "approved_by": "eva", "approved_on": "2026-03-04",
    "review_due": "2027-03-04", "period_start": "2026-01-01", "source": "told",
    "classification": "told", "retention": "cycle", "why": "told",
    "systems": ("SYS-2026-0001",), "files": ("a" * 64,), "confirmed": ("MEASURE 2.1",),
}  # fmt: skip


@given(RECORDS)
def test_a_record_that_tells_everything_lacks_nothing(one):
    assert TESTED.lacking(one._replace(**WHOLE)) == ()


@given(RECORDS, st.sampled_from(sorted(set(WHOLE) - {"kind", "prepared_by", "approved_by"})))
def test_telling_one_thing_more_never_makes_another_missing(one, name):
    before = {need.id for need in TESTED.lacking(one)}

    after = {need.id for need in TESTED.lacking(one._replace(**{name: WHOLE[name]}))}

    assert after <= before


@given(RECORDS)
def test_what_is_missing_is_missing_of_some_criterion_and_the_other_way_round(one):
    required = {found.id for found in TESTED.asked.sets if found.required}
    of_criteria = {
        need.id
        for verdict in TESTED.verdicts(one)
        if verdict.criterion.set in required
        for need in verdict.missing
    }

    assert {need.id for need in TESTED.lacking(one)} == of_criteria
    for verdict in TESTED.verdicts(one):
        if verdict.criterion.set in required:
            assert (verdict.outcome == "missing") == bool(verdict.missing)


@given(RECORDS)
def test_no_command_names_another_artefact_and_none_stands_twice(one):
    commands = mending(one, TESTED.lacking(one))

    assert len(set(commands)) == len(commands)
    assert all("EV-2026-0001" in command for command in commands)
    assert not any("{" in command for command in commands)


@given(RECORDS)
def test_an_approval_by_the_preparer_is_never_one(one):
    same = one._replace(prepared_by="eva", approved_by="eva", approved_on="2026-03-04")

    assert "approval" in {need.id for need in TESTED.lacking(same)}


@given(RECORDS)
def test_population_and_sample_are_never_met_by_the_record_alone(one):
    (verdict,) = (v for v in TESTED.verdicts(one) if v.criterion.id == "population")

    assert verdict.outcome in {"missing", "not told"}


@pytest.mark.parametrize("asked", TESTED.asked.criteria, ids=lambda one: f"{one.set}/{one.id}")
def test_every_criterion_can_be_asked_of_some_artefact(asked):
    whole = Told(id="EV-2026-0001", form="record", status="approved", recorded_on="2026-03-05",
                 **WHOLE)  # fmt: skip
    kinds = [kind for kind in asked.kinds if kind != "all"] or ["vv-report"]

    verdicts = TESTED.verdicts(whole._replace(kind=kinds[0]))

    assert asked in [verdict.criterion for verdict in verdicts]
