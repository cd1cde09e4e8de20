"""What makes an artefact weak evidence, by its own record; conventions, with weights as data."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

# recorded in the days before an external audit began, or during it, together with many others
_BURSTS = """
SELECT started_on, ended_on, id, (
    SELECT count(*) FROM evidence
    WHERE recorded_on BETWEEN date(started_on, :before) AND ended_on) AS many,
  (SELECT count(*) FROM evidence
    WHERE recorded_on BETWEEN date(started_on, '-1 year') AND ended_on) AS all_year
FROM external_audit WHERE started_on <= :day ORDER BY started_on
"""


class Flag(NamedTuple):
    """A weakness under its id, in words."""

    id: str
    words: str


class Burst(NamedTuple):
    """The days before and in an audit in which conspicuously many artefacts were recorded."""

    first: str
    last: str
    audit: str
    many: int
    of: int


def bursts(
    connection: sqlite3.Connection, weights: Mapping[str, int], day: date
) -> tuple[Burst, ...]:
    """The bursts of recording before external audits that had begun by `day`."""
    before = f"-{weights['burst_days']} days"
    rows = connection.execute(_BURSTS, {"before": before, "day": day.isoformat()}).fetchall()
    return tuple(
        Burst(_earlier(row[0], weights["burst_days"]), row[1], row[2], row[3], row[4])
        for row in rows
        if row[3] >= weights["burst_least"] and 100 * row[3] >= weights["burst_percent"] * row[4]
    )


def flags(
    one: Mapping[str, Any], weights: Mapping[str, int], found: tuple[Burst, ...]
) -> tuple[Flag, ...]:
    """What is weak about a document of `govtrack.evidence/1`."""
    return tuple(_flags(one, weights, found))


def _flags(
    one: Mapping[str, Any], weights: Mapping[str, int], found: tuple[Burst, ...]
) -> Iterator[Flag]:
    if not one["source"] and any(_looks_like_a_screenshot(file) for file in one["files"]):
        words = "a screenshot without its source: system, address, account, environment, time"
        yield Flag("screenshot", words)
    late = one["recorded_days_late"] or 0
    if late > weights["recorded_days"]:
        yield Flag("recorded-late", f"recorded {late} days after it was prepared")
    if one["prepared_on"] and one["approved_on"]:
        took = date.fromisoformat(one["approved_on"]) - date.fromisoformat(one["prepared_on"])
        if took.days > weights["approved_days"]:
            yield Flag("approved-late", f"approved {took.days} days after it was prepared")
    for burst in found:
        if burst.first <= one["recorded_on"] <= burst.last:
            yield Flag(
                "burst",
                f"recorded within days of an audit ({burst.audit}), as were {burst.many} of the "
                f"{burst.of} artefacts of the year before it",
            )


def _looks_like_a_screenshot(file: Mapping[str, Any]) -> bool:
    name = file["name"].casefold().replace(" ", "").replace("-", "").replace("_", "")
    return file["media_type"].startswith("image/") or "screenshot" in name


def _earlier(day: str, days: int) -> str:
    ordinal = date.fromisoformat(day).toordinal() - days
    return date.fromordinal(max(ordinal, 1)).isoformat()
