"""Only the clock asks the time; dates are ISO 8601; a day is a day in the organisation's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from govtrack import clock
from govtrack.errors import BadInput

FIRST = datetime(1900, 1, 1)  # noqa: DTZ001  (hypothesis adds the zone)
ZONES = ("UTC", "Europe/Vienna", "Pacific/Auckland", "America/New_York", "Asia/Kathmandu")


@pytest.mark.parametrize(
    ("zone", "day"),
    [("UTC", date(2025, 12, 31)), ("Pacific/Auckland", date(2026, 1, 1)),
     ("America/New_York", date(2025, 12, 31)), ("Asia/Kathmandu", date(2026, 1, 1))],
)  # fmt: skip
def test_today_is_the_organisation_s_day(zone, day):
    with freeze_time("2025-12-31 18:30:00"):
        assert clock.today(ZoneInfo(zone)) == day


def test_now_is_in_utc():
    with freeze_time("2025-06-01 12:00:00"):
        assert clock.now() == datetime(2025, 6, 1, 12, tzinfo=UTC)


def test_a_simulated_instant_holds_inside_its_block_only():
    simulated = datetime(2023, 4, 5, 6, tzinfo=ZoneInfo("Europe/Vienna"))
    with freeze_time("2025-06-01 12:00:00"):
        with clock.at(simulated):
            assert clock.instant_text(clock.now()) == "2023-04-05T04:00:00.000000Z"
            assert clock.today(ZoneInfo("Europe/Vienna")) == date(2023, 4, 5)
        assert clock.now() == datetime(2025, 6, 1, 12, tzinfo=UTC)


@given(st.datetimes(min_value=FIRST, timezones=st.just(UTC)))
def test_an_instant_is_read_back_as_it_was_written(instant):
    assert clock.instant(clock.instant_text(instant)) == instant


@given(st.dates())
def test_a_day_is_read_back_as_it_was_written(day):
    assert clock.day(day.isoformat(), "--on") == day


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("2025-02-30", None),
        ("2025-1-1", "2025-01-01"),
        ("2025-12-5", "2025-12-05"),
        ("01/02/2025", None),
        ("31.12.2025", None),
        ("20250101", None),
        ("2025-W01-2", None),
        ("2025-001", None),
        ("2025-01-01T00", None),
        ("", None),
        ("tomorrow", None),
        ("0000-01-01", None),
        ("2025-01-0\n", None),
        ("२०२५-०१-०१", "2025-01-01"),
        ("+025-01-01", None),
    ],
)
def test_a_date_written_otherwise_is_refused_naming_the_field(text, nearest):
    with pytest.raises(BadInput) as refusal:
        clock.day(text, "--on")

    (problem,) = refusal.value.problems
    assert problem.sentence().startswith("--on: '")
    assert problem.sentence().endswith("' is not a date written as YYYY-MM-DD (ISO 8601)")
    assert problem.nearest == nearest


def test_the_last_day_there_is_can_be_written_and_ends():
    last = clock.day("9999-12-31", "--on")

    for zone in map(ZoneInfo, ZONES):
        assert clock.end_of_day(last, zone) == "9999-12-31T23:59:59.999999Z"
        assert clock.end_of_day(date.min, zone) == "0001-01-02T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("UTC", "2025-03-31T00:00:00.000000Z"),
        ("Europe/Vienna", "2025-03-30T22:00:00.000000Z"),
        ("Pacific/Auckland", "2025-03-30T11:00:00.000000Z"),
        ("America/New_York", "2025-03-31T04:00:00.000000Z"),
        ("Asia/Kathmandu", "2025-03-30T18:15:00.000000Z"),
    ],
)
def test_a_day_ends_where_the_next_begins_also_when_clocks_change(zone, end):
    assert clock.end_of_day(date(2025, 3, 30), ZoneInfo(zone)) == end


@given(st.datetimes(min_value=FIRST), st.sampled_from(ZONES))
def test_an_instant_lies_before_the_end_of_its_day(instant, zone):
    written = clock.instant_text(instant.replace(tzinfo=UTC))

    assert written < clock.end_of_day(clock.day_of(written, ZoneInfo(zone)), ZoneInfo(zone))


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("Europe/Wien", "Europe/Vienna"), ("", None), ("../etc/passwd", None), ("/etc/hosts", None),
     ("Europe", None), ("UTC\0", "UTC")],
)  # fmt: skip
def test_a_time_zone_that_is_none_is_refused(name, nearest):
    with pytest.raises(BadInput) as refusal:
        clock.zone(name)

    (problem,) = refusal.value.problems
    assert "is not an IANA time zone such as Europe/Vienna" in problem.sentence()
    assert nearest is None or problem.nearest is not None
