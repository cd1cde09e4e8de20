"""Where to begin: risks that the sources ask about, and whether they are on record for a system.

For a generative system the twelve risks of NIST AI 600-1, then MAP 4; for any other MAP 4 and
what MAP and MEASURE ask of a system's risks. The words are `risk-method.yaml`'s.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping
    from datetime import date

    from govtrack.catalog.catalogue import Catalogue

FORMAT = "govtrack.risk-suggestions/1"

_RECORDED = """
SELECT ref, risk.id FROM risk_source JOIN risk ON key = risk
WHERE system = ? AND identified_on <= ? AND (closed_on IS NULL OR closed_on > ?) ORDER BY key
"""


class Suggestion(NamedTuple):
    """A risk to begin with: its source and what that corresponds to, and what is recorded of it."""

    source: str
    title: str
    cause: str
    event: str
    consequence: str
    affects: tuple[str, ...]
    related: tuple[str, ...]
    recorded: tuple[str, ...]
    command: str


class Suggestions(NamedTuple):
    """The starting points for one system, those not on record yet and those that are."""

    system: str
    slug: str
    generative: bool
    as_of: date
    found: tuple[Suggestion, ...]


def suggestions(
    connection: sqlite3.Connection, catalogue: Catalogue, system: str, day: date
) -> Suggestions:
    """The starting points for the system with that id."""
    slug, generative = connection.execute(
        "SELECT slug, generative FROM ai_system WHERE id = ?", [system]
    ).fetchone()
    rows = connection.execute(_RECORDED, [system, day.isoformat(), day.isoformat()]).fetchall()
    starts = catalogue.risk_method["starts"]
    found = []
    for start in starts:
        source = start["source"]
        of_genai = source.startswith("genai:")
        if of_genai != bool(generative) and not (generative and source.startswith("MAP 4")):
            continue
        recorded = tuple(identifier for ref, identifier in rows if ref == source)
        related = tuple(_related(source, catalogue))
        found.append(_suggestion(start, slug, related, recorded))
    return Suggestions(system, slug, bool(generative), day, tuple(found))


def as_json(found: Suggestions) -> dict[str, Any]:
    """The starting points as the `govtrack.risk-suggestions/1` document."""
    return {
        "format": FORMAT,
        "as_of": found.as_of.isoformat(),
        "system": found.system,
        "slug": found.slug,
        "generative": found.generative,
        "suggestions": [
            {**one._asdict(), "affects": list(one.affects), "related": list(one.related),
             "recorded": list(one.recorded)}
            for one in found.found
        ],
    }  # fmt: skip


def _suggestion(
    start: Mapping[str, Any], slug: str, related: tuple[str, ...], recorded: tuple[str, ...]
) -> Suggestion:
    from shlex import quote  # noqa: PLC0415  (only here are words put on a command line)

    words = [
        ("--system", slug), ("--title", start["title"]), ("--cause", start["cause"]),
        ("--event", start["event"]), ("--consequence", start["consequence"]),
        ("--source", start["source"]), *(("--affects", one) for one in start["affects"]),
    ]  # fmt: skip
    given = " ".join(f"{option} {quote(value)}" for option, value in words)
    return Suggestion(
        start["source"], start["title"], start["cause"], start["event"], start["consequence"],
        tuple(start["affects"]), related, recorded, f"govtrack risk add {given}",
    )  # fmt: skip


def _related(source: str, catalogue: Catalogue) -> Iterator[str]:
    """What asks about the same: MAP and MEASURE for a GenAI risk, ISO for a subcategory."""
    if source.startswith("genai:"):
        name = source.removeprefix("genai:")
        for row in catalogue.genai["subcategories"]:
            if name in row["risks"] and row["rmf"].startswith(("MAP", "MEASURE")):
                yield row["rmf"]
        return
    seen = set()
    for walk in catalogue.crosswalks.values():
        for row in walk.rows:
            if row.rmf == source and row.iso not in seen:
                seen.add(row.iso)
                yield row.iso
