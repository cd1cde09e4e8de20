"""One statement tells how every risk stands: the same as reckoned risk by risk."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest
from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govtrack import workspace as workspaces
from govtrack.aims import criteria, risks
from govtrack.aims.criteria import CriteriaFields
from govtrack.aims.risk_levels import level_on
from govtrack.aims.risk_rows import rows
from govtrack.aims.risks import AssessmentFields, RiskFields, TreatmentFields
from govtrack.catalog.loading import catalogue
from govtrack.register.recording import recording
from govtrack.register.tables import risks as tables
from govtrack.status.risk_rows import standing

BEGIN = date(2025, 1, 1)
DAYS = st.integers(0, 40).map(lambda days: BEGIN + timedelta(days))
LIKELIHOODS = st.sampled_from([one.word for one in catalogue().risk_criteria.likelihoods])
CONSEQUENCES = st.sampled_from([one.word for one in catalogue().risk_criteria.consequences])
ASSESSED = st.tuples(DAYS, LIKELIHOODS, CONSEQUENCES)
TREATED = st.tuples(
    DAYS, st.none() | st.integers(0, 30), st.none() | st.tuples(LIKELIHOODS, CONSEQUENCES),
    st.sampled_from(["modify", "retain"]),
)  # fmt: skip


@pytest.fixture
def opened(workspace):
    """Opens recordings that are not kept, on 1 May 2026."""
    with freeze_time("2026-05-01T12:00:00Z"):
        yield lambda: recording(workspaces.read(Path(workspace)), "ada", dry_run=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None,
          max_examples=60)  # fmt: skip
@given(st.lists(ASSESSED, max_size=4), st.lists(TREATED, max_size=3), DAYS)
def test_the_level_is_that_of_the_rows_reckoned_one_by_one(opened, assessed, treated, day):
    with opened() as recorded:
        fields = CriteriaFields(
            criteria=catalogue().risk_criteria, in_force_from=BEGIN, decided_by="eva"
        )
        criteria.adopt(recorded, fields)
        risk = risks.add(
            recorded,
            RiskFields(title="t", cause="c", event="e", consequence="q", identified_on=BEGIN),
            catalogue(),
        )
        for on, likelihood, consequence in assessed:
            said = AssessmentFields(likelihood=likelihood, consequence=consequence, assessed_on=on)
            risks.assess(recorded, risk, said)
        for on, after, residual, option in treated:
            said = TreatmentFields(
                option=option, what="w", decided_on=on,
                done_on=None if after is None else on + timedelta(after),
                residual_likelihood=residual and residual[0],
                residual_consequence=residual and residual[1],
            )  # fmt: skip
            risks.treat(recorded, risk, said, catalogue())
        key = risks.find(recorded, risk).key
        expected = level_on(
            rows(recorded, tables.RiskAssessment, key),
            rows(recorded, tables.RiskTreatment, key),
            day,
        )

        connection = recorded.connection
        connection.row_factory = sqlite3.Row
        try:
            (found,) = standing(connection, day, steps=True)
        finally:
            connection.row_factory = None

    assert found.level == expected
    assert [one["assessed_on"] for one in found.assessed] == sorted(
        on.isoformat() for on, *_ in set(assessed) if on <= day
    )


def test_however_many_risks_there_are_one_statement_tells_of_them(opened):
    with opened() as recorded:
        for number in range(20):
            said = RiskFields(title=f"t{number}", cause="c", event="e", consequence="q")
            risks.add(recorded, said, catalogue())
        connection = recorded.connection
        connection.row_factory = sqlite3.Row
        statements = []
        connection.set_trace_callback(statements.append)
        try:
            found = standing(connection, date(2026, 5, 1), steps=True)
        finally:
            connection.set_trace_callback(None)
            connection.row_factory = None

    assert [one.title for one in found] == [f"t{number}" for number in range(20)]
    assert len(statements) == 1
