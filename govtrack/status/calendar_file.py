"""Reminders as an iCalendar file that can be imported again and again (RFC 5545, RFC 7986).

A calendar replaces an event when its UID is known and its SEQUENCE or DTSTAMP is not older. So a
UID is made of the trail's origin and what is due, never of the day it is due on; SEQUENCE is the
number of entries in the trail and DTSTAMP the instant of the last one: the same register and day
give the same bytes, and a changed register always wins.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from icalendar import Alarm, Calendar, Event

from govtrack import __version__, clock
from govtrack.cycle.recurrence import days_between
from govtrack.cycle.rules import named
from govtrack.status.trail_line import trail_line

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import date

    from govtrack.cycle.due import Due


def ics(connection: sqlite3.Connection, organisation: str, items: Iterable[Due]) -> bytes:
    """The file: an all-day event for each item, with alarms while it is open.

    What was settled stays in it without an alarm, what was cancelled says so, so that importing
    it again also takes back what is no longer due.
    """
    (origin,) = connection.execute("SELECT id FROM workspace").fetchone()
    sequence, at = connection.execute("SELECT max(seq), max(at) FROM entry").fetchone()
    calendar = Calendar()
    calendar.add("prodid", f"-//govtrack//{__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"govtrack: {organisation}")
    kept = str(trail_line(connection))
    calendar.add("x-wr-caldesc", kept)
    for one in items:
        if one.kind == "late_recording":
            continue  # nothing that lies ahead
        event = _event(one, kept)
        event.add("uid", f"{one.key}.{origin.replace('/', '.')}".casefold())
        event.add("sequence", sequence)
        event.add("dtstamp", clock.instant(at).replace(microsecond=0))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(one: Due, kept: str) -> Event:
    event = Event()
    closing = {"open": "", "settled": " (settled)", "cancelled": " (no longer due)"}[one.standing]
    event.add("summary", f"{one.subject}{closing}")
    event.add("dtstart", one.date)
    event.add("transp", "TRANSPARENT")
    event.add("categories", [one.kind.replace("_", " ")])
    event.add("status", "CANCELLED" if one.standing == "cancelled" else "CONFIRMED")
    words = [f"{named(one.rule)}: {one.source}", one.settle]
    if one.plan:
        words.insert(0, f"Plan to {one.plan}.")
    # whoever keeps these three can tell later whether this history was rewritten
    words.append(kept)
    event.add("description", "\n".join(words))
    if one.standing == "open":
        for day in sorted({*one.remind, one.date}):
            if day <= one.date:
                event.add_component(_alarm(one, day))
    return event


def _alarm(one: Due, day: date) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("trigger", -timedelta(days=days_between(day, one.date)))
    alarm.add("description", f"{one.subject}, by {one.date}")
    return alarm
