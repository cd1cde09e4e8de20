"""What a trace says of one thing on a day: title, state and what it lacks, in words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from govtrack.status import standing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from govtrack.catalog.vocabulary import Wording

LEAVES = frozenset({"subcategory", "clause", "control", "genai-risk"})
"""The kinds that evidence is recorded for."""

LACKS = {
    "assessment": "not assessed",
    "risk-treatment": "no {risk-treatment}",
    "control": "no control",
    "decision": "no decision on applicability",
    "statement": "in no approved {statement-of-applicability}",
    "evidence": "no evidence in force",
    "document": "no evidence of it",
    "impact-assessment": "no {impact-assessment}",
    "requirement": "confirmed for nothing",
}
"""Where a chain breaks; braces hold the id of a term."""


class Said(NamedTuple):
    """A thing as a trace shows it; `lacks` holds ids of `LACKS`, `over` whether its time is up."""

    title: str
    state: str
    lacks: tuple[str, ...] = ()
    over: bool = False


def requirement(title: str, kind: str, counts: Mapping[str, int], applicable: int | None) -> Said:
    """A requirement: the best evidence that stands for it, and whether a control is decided on."""
    if kind not in LEAVES:
        return Said(title, "")
    best = next((name for name in standing.STATES if counts.get(name)), "none")
    state = f"evidence {standing.IN_WORDS[best]}" if best != "none" else "no evidence"
    in_force = counts.get("covered", 0) + counts.get("expiring", 0)
    if in_force:
        state += f", {in_force} in force"
    lacks = []
    if kind == "control" and applicable is None:
        lacks.append("decision")
    if kind == "control" and applicable == 0:
        state = "not applicable"
    elif not in_force:
        lacks.append("evidence")
    return Said(title, state, tuple(lacks))


def risk(row: sqlite3.Row, day: str) -> Said:
    """A risk: its level, who accepted it, whether its review is overdue."""
    if row["over"]:
        return Said(row["title"], f"closed {row['closed_on']}", (), over=True)
    lacks = () if row["level"] else ("assessment",)
    if not row["decided"] and not row["acceptable"]:
        lacks = (*lacks, "risk-treatment")
    words = [*_level(row), *_acceptance(row, day)]
    if row["next_review"] and row["next_review"] < day:
        words.append(f"review overdue since {row['next_review']}")
    return Said(row["title"], ", ".join(words), lacks)


def _level(row: sqlite3.Row) -> Iterator[str]:
    """The level of the latest assessment, or what is left once all treatments are done."""
    if row["level"] is None:
        return
    if row["decided"] and not row["open"]:
        done_on, decided_on, residual = json.loads(row["last"])
        again = row["assessed_on"] >= done_on and row["assessed_on"] > decided_on
        if residual and not again:
            yield f"{residual}, treated {done_on}"
            return
    yield f"{row['level']}, assessed {row['assessed_on']}"


def _acceptance(row: sqlite3.Row, day: str) -> Iterator[str]:
    if row["accepted"]:
        on, until, level = json.loads(row["accepted"])
        if until is not None and until < day:
            yield f"acceptance ended {until}"
        else:
            yield f"{level} accepted {on}" + (f" until {until}" if until else "")
    elif row["acceptable"] and not row["decided"]:
        yield "acceptable without treatment"


def treatment(row: sqlite3.Row, day: str) -> Said:
    """A treatment: done, due, overdue or open."""
    lacks = () if row["controlled"] or row["option"] != "modify" else ("control",)
    if row["done_on"] is not None and row["done_on"] <= day:
        state = f"done {row['done_on']}"
    elif row["option"] == "retain":
        state = f"decided {row['decided_on']}"
    elif row["due"] is None:
        state = "open, without a date"
    else:
        state = f"overdue since {row['due']}" if row["due"] < day else f"due {row['due']}"
    return Said(f"{row['option']}: {row['what']}", state, lacks)


def decision(row: sqlite3.Row, _: str) -> Said:
    """A decision on a control, and whether an approved statement holds it."""
    title = f"{row['control']}{' for ' + row['slug'] if row['slug'] else ''}: {row['why']}"
    state = "not applicable"
    if row["applicable"]:
        status = {"not": "not implemented", None: "no status"}.get(row["status"], row["status"])
        state = f"applicable, {status}"
    state += f", decided {row['decided_on']}"
    if row["over"]:
        return Said(title, f"{state}, replaced", (), over=True)
    return Said(title, state, () if row["stated"] else ("statement",))


def statement(row: sqlite3.Row, _: str) -> Said:
    """A version of the statement."""
    over = bool(row["over"])
    state = f"approved {row['approved_on']}{', replaced' if over else ''}"
    return Said(f"Statement of Applicability, version {row['version']}", state, (), over=over)


def system(row: sqlite3.Row, day: str) -> Said:
    """A system: in scope or not; it lacks an impact assessment until there is one."""
    state = "in scope"
    if row["in_scope_from"] is not None and row["in_scope_from"] > day:
        state = f"in scope from {row['in_scope_from']}"
    if row["in_scope_to"] is not None and row["in_scope_to"] < day:
        state = f"out of scope since {row['in_scope_to']}"
    lacks = () if row["assessed"] else ("impact-assessment",)
    return Said(f"{row['name']} ({row['slug']})", state, lacks)


def evidence(row: sqlite3.Row, _: str) -> Said:
    """An artefact: its status and freshness."""
    status = row["status"]
    state = f"approved, {row['freshness']}" if status == "approved" else status
    lacks = () if row["confirmed"] or row["over"] else ("requirement",)
    return Said(row["title"], state, lacks, over=bool(row["over"]))


def impact(row: sqlite3.Row, day: str) -> Said:
    """An impact assessment: approved or a draft, and its review."""
    title = f"Impact assessment of {row['name']}"
    if row["over"]:
        return Said(title, f"assessed {row['assessed_on']}, replaced", (), over=True)
    approved = row["approved_on"] is not None and row["approved_on"] <= day
    words = [f"approved {row['approved_on']}" if approved else f"draft of {row['assessed_on']}"]
    if row["next_review"] < day:
        words.append(f"review overdue since {row['next_review']}")
    return Said(title, ", ".join(words), () if row["written"] else ("document",))


def row(row: sqlite3.Row, _: str) -> Said:
    """A row of a profile: where it stands and where it is to go."""
    now, to = row["current"] or "not set", row["target"] or "not set"
    state = f"current {now}, target {to}{', replaced' if row['over'] else ''}"
    return Said(f"{row['title']}: {row['ref']}", state, (), over=bool(row["over"]))


def profile(row: sqlite3.Row, day: str) -> Said:
    """A profile, and its review."""
    due = row["review_due"]
    if due is None:
        return Said(row["title"], "no review planned")
    state = f"review overdue since {due}" if due < day else f"review due {due}"
    return Said(row["title"], state)


def attestation(row: sqlite3.Row, day: str) -> Said:
    """A self-attestation: signed, ended or withdrawn."""
    state, until = f"signed {row['signed_on']}", row["valid_until"]
    if row["over"]:
        state = f"withdrawn {row['withdrawn_on']}"
    elif until is not None:
        state += f", ended {until}" if until < day else f", valid until {until}"
    return Said(row["scope"], state, (), over=bool(row["over"]))


def criteria(row: sqlite3.Row, day: str) -> Said:
    """A version of the criteria."""
    state = f"in force since {row['in_force_from']}"
    if row["in_force_from"] > day:
        state = f"in force from {row['in_force_from']}"
    elif row["until"] is not None:
        state = f"replaced {row['until']}"
    return Said(f"{row['title']}, version {row['version']}", state)


def certification(row: sqlite3.Row, _: str) -> Said:
    """A decision of the certification body."""
    title = f"{row['decision']}: {row['scope'] or row['body'] or 'scope not recorded'}"
    return Said(title, f"decided {row['decided_on']}")


def in_words(lack: str, wording: Wording) -> str:
    """What is lacking, in the words of the organisation's primary vocabulary."""
    return wording.filled(LACKS[lack])


def shortly(lack: str, wording: Wording) -> str:
    """The same where there is no room for the other framework's word."""
    return wording.title(LACKS[lack])


def titled(kind: str, title: str, wording: Wording) -> str:
    """The title; what govtrack itself calls the thing, in the workspace's words."""
    if kind != "impact":
        return title
    return wording.instead(title, ("impact-assessment", "Impact assessment"))


def related(relation: str, wording: Wording) -> str:
    """The words of a tie, in the workspace's words."""
    return wording.instead(relation, ("impact-assessment", "impact assessment"))
