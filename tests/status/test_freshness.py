"""Status and freshness follow from dates and a day, in SQL and in words alike."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.status import freshness
from govtrack.status.evidence import freshness_of, status_of

DAY = date(2026, 6, 1)
DATES = ("approved_on", "valid_until", "review_due", "superseded_on", "withdrawn_on")

days = st.none() | st.dates(DAY - timedelta(days=100), DAY + timedelta(days=100)).map(str)
records = st.fixed_dictionaries(dict.fromkeys(DATES, days))


def record(**dates):
    return dict.fromkeys(DATES) | dates


def in_sql(one, day=DAY, soon_days=60):
    """(status, freshness) of one record as the database tells them."""
    columns = ", ".join(f":{name} AS {name}" for name in one)
    connection = sqlite3.connect(":memory:")
    try:
        return connection.execute(
            f"SELECT {freshness.STATUS}, {freshness.FRESHNESS} FROM (SELECT {columns})",
            {**one, **freshness.parameters(day, soon_days)},
        ).fetchone()
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("dates", "status"),
    [
        ({}, "draft"),
        ({"approved_on": "2026-06-02"}, "draft"),
        ({"approved_on": "2026-06-01"}, "approved"),
        ({"approved_on": "2026-01-01", "valid_until": "2026-06-01"}, "approved"),
        ({"approved_on": "2026-01-01", "valid_until": "2026-05-31"}, "expired"),
        ({"valid_until": "2026-05-31"}, "draft"),
        ({"approved_on": "2026-01-01", "superseded_on": "2026-06-01"}, "superseded"),
        ({"approved_on": "2026-01-01", "superseded_on": "2026-06-02"}, "approved"),
        ({"superseded_on": "2026-02-01", "withdrawn_on": "2026-06-01"}, "withdrawn"),
    ],
    ids=str,
)
def test_the_status_is_what_the_dates_say_on_the_day(dates, status):
    assert in_sql(record(**dates))[0] == status


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({}, "fresh"),
        ({"valid_until": "2026-08-01"}, "fresh"),
        ({"valid_until": "2026-07-31"}, "expiring"),
        ({"review_due": "2026-06-01"}, "expiring"),
        ({"review_due": "2026-05-31"}, "stale"),
        ({"review_due": "2026-05-31", "valid_until": "2030-01-01"}, "stale"),
    ],
    ids=str,
)
def test_freshness_is_told_by_the_first_end(dates, said):
    assert in_sql(record(**dates))[1] == said


@given(records)
def test_the_database_and_the_code_never_disagree(one):
    limits = freshness.parameters(DAY, 60)

    assert in_sql(one) == (status_of(one, limits["day"]), freshness_of(one, limits))


@given(records, st.integers(0, 90))
def test_looking_further_ahead_makes_nothing_fresher(one, further):
    order = ("fresh", "expiring", "stale")
    near, far = (in_sql(one, soon_days=soon)[1] for soon in (60, 60 + further))

    assert order.index(far) >= order.index(near)


@given(records)
def test_every_status_and_freshness_has_its_name(one):
    status, fresh = in_sql(one)

    assert status in freshness.STATUSES
    assert fresh in freshness.FRESHNESSES


def test_the_last_day_there_is_can_be_asked_for():
    assert freshness.parameters(date.max, 60) == {"day": "9999-12-31", "soon": "9999-12-31"}


def test_days_late_are_counted_from_the_preparation():
    assert freshness.days_late("2026-01-01", "2026-08-03") == 214
    assert freshness.days_late("2026-01-01", "2026-01-01") == 0
    assert freshness.days_late(None, "2026-01-01") is None
