"""Month arithmetic: clamped to the month's last day, counted from the anchor, never off the map."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.cycle.recurrence import days_between, days_from, months_from, year_end


@pytest.mark.parametrize(
    ("anchor", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 8, 30), 6, date(2027, 2, 28)),
        (date(2026, 8, 29), 6, date(2027, 2, 28)),
        (date(2026, 8, 28), 6, date(2027, 2, 28)),
        (date(2027, 2, 28), 6, date(2027, 8, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2025, 1, 31), 2, date(2025, 3, 31)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
    ],
)
def test_months_keep_the_day_or_take_the_months_last(anchor, months, expected):
    assert months_from(anchor, months) == expected


def test_months_are_neither_reversible_nor_additive_so_they_are_counted_from_the_anchor():
    assert months_from(months_from(date(2026, 8, 31), 6), -6) == date(2026, 8, 28)
    assert months_from(months_from(date(2025, 1, 31), 1), 1) == date(2025, 3, 28)


@given(st.dates(), st.integers(-2400, 2400))
def test_months_agree_with_the_calendar_wherever_it_reaches(anchor, months):
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        expected = date.max if months > 0 else date.min
    else:
        last = calendar.monthrange(year, month + 1)[1]
        expected = date(year, month + 1, min(anchor.day, last))
    assert months_from(anchor, months) == expected


@given(st.dates(), st.integers(-(10**7), 10**7))
def test_days_stop_at_the_calendars_ends(anchor, days):
    assert date.min <= days_from(anchor, days) <= date.max


def test_the_calendars_last_day_is_its_own_successor():
    assert days_from(date.max, 1) == months_from(date.max, 36) == year_end(10000) == date.max


def test_days_are_whole_and_inclusive():
    assert days_between(date(2026, 3, 1), date(2026, 3, 1)) == 0
    assert days_between(date(2026, 3, 1), date(2026, 2, 28)) == -1
