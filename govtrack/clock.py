"""The only place that asks what time it is.

Instants are UTC; days are calendar dates in the organisation's time zone. A sample's history is
recorded with a simulated clock: `at(instant)` sets what `now` answers, in this thread only.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from govtrack.errors import BadInput, Problem, closest, visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

_simulated: ContextVar[datetime | None] = ContextVar("simulated", default=None)


def now() -> datetime:
    """This instant, in UTC."""
    return _simulated.get() or datetime.now(UTC)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Let `now` answer `instant` (aware) while the block runs."""
    token = _simulated.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _simulated.reset(token)


def today(zone: ZoneInfo) -> date:
    """Today's date in the organisation's time zone."""
    return now().astimezone(zone).date()


def instant_text(instant: datetime) -> str:
    """`2026-11-24T00:00:01.000000Z`: how an instant is written wherever it is kept."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instant(text: str) -> datetime:
    """The instant that `instant_text` wrote."""
    return datetime.fromisoformat(text)  # strptime costs more to import than a listing of the trail


def day_text(seconds: float) -> str:
    """The day (UTC) of a time that a file system gives, in seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def instant_at(seconds: int) -> str:
    """The instant of a time in seconds since 1970 (UTC), written as everything kept is."""
    return instant_text(datetime.fromtimestamp(seconds, UTC))


def day_of(text: str, zone: ZoneInfo) -> date:
    """The organisation's calendar day of an instant written by `instant_text`."""
    return instant(text).astimezone(zone).date()


def end_of_day(day: date, zone: ZoneInfo) -> str:
    """The first instant after `day` in the organisation's time zone, as text (exclusive bound)."""
    if day >= date.max - timedelta(days=1):
        return "9999-12-31T23:59:59.999999Z"
    if day <= date.min + timedelta(days=1):
        return "0001-01-02T00:00:00.000000Z"
    following = datetime.combine(day + timedelta(days=1), time.min, zone)
    # strftime does not pad years below 1000
    return following.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def day(text: str, field: str, *, file: str | None = None, row: int | None = None) -> date:
    """A date written as ISO 8601, `2026-03-31`; anything else is refused naming `field`."""
    try:
        if len(text) != len("2026-03-31") or text[4] != "-" or text[7] != "-":
            raise ValueError  # noqa: TRY301  (fromisoformat also takes 20260331 and 2026-W14-2)
        return date.fromisoformat(text)
    except ValueError:
        message = f"'{visible(text)}' is not a date written as YYYY-MM-DD (ISO 8601)"
        raise BadInput(Problem(message, file, row, field, _meant(text))) from None


def zone(name: str, field: str = "timezone", *, file: str | None = None) -> ZoneInfo:
    """The time zone of that IANA name, or a refusal with the nearest one."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones  # noqa: PLC0415

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"'{visible(name)}' is not an IANA time zone such as Europe/Vienna"
        nearest = closest(name, sorted(available_timezones()))
        raise BadInput(Problem(message, file, field=field, nearest=nearest)) from None


def _meant(text: str) -> str | None:
    """The date that `text` plainly means although it is not written so: only unpadded parts."""
    parts = text.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts) or len(parts[0]) != 4:  # noqa: PLR2004
        return None
    try:
        return date(*map(int, parts)).isoformat()
    except ValueError:
        return None
