"""A register of working papers of any size, as rows: risks, systems, controls, profiles.

Written past the product, so that thousands are there in a moment; only for reading.
"""

from __future__ import annotations

from itertools import cycle, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

YEAR = 20250000000
DAY, LATER = "2025-03-01", "2099-01-01"
LEVELS = ("low", "medium", "high")
AFFECTED = ("individuals", "groups", "communities", "organisations", "society")
ROWS_OF_A_PROFILE = 40


def fill(connection: sqlite3.Connection, catalogue, risks: int, systems: int) -> None:
    """Criteria, systems with their impact assessments and profiles, risks with all they have."""
    subcategories = [one.ref for one in catalogue.leaves("rmf") if one.level == "subcategory"]
    controls = [one.ref for one in catalogue.leaves("iso") if one.level == "control"]
    connection.execute("BEGIN")
    for rows in (
        _criteria(), _systems(systems), _evidence(controls, subcategories, systems),
        _decisions(controls, risks, systems), _statement(controls),
        _impacts(risks, systems), _profiles(subcategories, systems),
        _risks(subcategories, controls, risks, systems),
    ):  # fmt: skip
        for table, made in rows.items():
            _insert(connection, table, made)
    connection.execute("COMMIT")


def _insert(connection: sqlite3.Connection, table: str, rows: list[dict[str, object]]) -> None:
    if rows:
        names = tuple(rows[0])
        places = ", ".join(f":{name}" for name in names)
        connection.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})",  # noqa: S608
            rows,
        )


def _id(code: str, number: int) -> str:
    return f"{code}-2025-{number:04d}"


def _criteria() -> dict[str, list[dict[str, object]]]:
    key = YEAR + 1
    steps = ("rare", "possible", "likely")
    matrix = [
        {"criteria": key, "likelihood": one, "consequence": other,
         "level": LEVELS[max(low, high)]}
        for low, one in enumerate(steps) for high, other in enumerate(LEVELS)
    ]  # fmt: skip
    return {
        "risk_criteria": [
            {"key": key, "id": _id("RC", 1), "version": 1, "title": "Criteria",
             "in_force_from": "2024-01-01", "decided_by": "eva", "source": "6.1.2",
             "recorded_on": DAY}
        ],
        "risk_likelihood": [
            {"criteria": key, "position": at, "word": word, "meaning": word}
            for at, word in enumerate(steps, 1)
        ],
        "risk_consequence": [
            {"criteria": key, "position": at, "word": word, **dict.fromkeys(AFFECTED, word)}
            for at, word in enumerate(LEVELS, 1)
        ],
        "risk_level": [
            {"criteria": key, "position": at, "word": word, "meaning": word, "review_months": 12}
            for at, word in enumerate(LEVELS, 1)
        ],
        "risk_matrix": matrix,
        "risk_acceptable": [
            {"criteria": key, "impact_level": one, "level": "low"} for one in AFFECTED
        ],
    }  # fmt: skip


def _systems(count: int) -> dict[str, list[dict[str, object]]]:
    numbers = range(1, count + 1)
    return {
        "ai_system": [
            {"key": YEAR + n, "id": _id("SYS", n), "slug": f"system-{n}", "name": f"System {n}",
             "generative": n % 2, "stage": "deployment", "owner": "eva", "purpose": "answers",
             "in_scope_from": DAY, "recorded_on": DAY}
            for n in numbers
        ],
        "ai_system_role": [{"system": YEAR + n, "role": "provider"} for n in numbers],
    }  # fmt: skip


def _evidence(
    controls: list[str], subcategories: list[str], systems: int
) -> dict[str, list[dict[str, object]]]:
    """One artefact a requirement and one a system, approved and in force."""
    refs = [*((ref, "iso") for ref in controls[1:]), *((ref, "rmf") for ref in subcategories[2:])]
    count = len(refs) + systems
    return {
        "evidence": [
            {"key": YEAR + n, "id": _id("EV", n), "title": f"Report {n}", "kind": "vv-report",
             "prepared_on": DAY, "approved_by": "eva", "approved_on": DAY, "version": 1,
             "review_due": LATER, "recorded_on": DAY}
            for n in range(1, count + 1)
        ],
        "evidence_tag": [
            {"evidence": YEAR + n, "ref": ref, "origin": "stated", "source": "ada",
             "framework": framework, "confirmed_by": "ada", "confirmed_on": DAY}
            for n, (ref, framework) in enumerate(refs, 1)
        ],
        "evidence_system": [
            {"evidence": YEAR + len(refs) + n, "system": _id("SYS", n)}
            for n in range(1, systems + 1)
        ],
    }  # fmt: skip


def _decisions(controls: list[str], risks: int, systems: int) -> dict[str, list[dict[str, object]]]:
    """Every control decided for the whole system, and two for each AI system."""
    asked = [(control, None) for control in controls]
    asked += [
        (control, _id("SYS", n))
        for n in range(1, systems + 1)
        for control in (controls[n % len(controls)], controls[(n + 7) % len(controls)])
    ]
    return {
        "applicability": [
            {"key": YEAR + n, "id": _id("AD", n), "control": control, "system": system,
             "applicable": int(n % 9 > 0), "why": "needed", "status": "implemented",
             "how": "as written down", "owner": "eva", "decided_on": DAY, "decided_by": "ada",
             "recorded_on": DAY}
            for n, (control, system) in enumerate(asked, 1)
        ],
        "applicability_because": [
            {"applicability": YEAR + n, "kind": "risk", "reference": _id("R", n)}
            for n in range(1, min(len(asked), risks) + 1)
        ],
    }  # fmt: skip


def _statement(controls: list[str]) -> dict[str, list[dict[str, object]]]:
    return {
        "soa": [
            {"key": YEAR + 1, "id": _id("SOA", 1), "version": 1, "scope": "all",
             "edition": "2023", "approved_by": "eva", "approved_on": DAY, "recorded_on": DAY}
        ],
        "soa_row": [
            {"soa": YEAR + 1, "control": control, "system": "", "title": control,
             "applicable": int(n % 9 > 0), "why": "needed", "status": "implemented",
             "decision": _id("AD", n)}
            for n, control in enumerate(controls, 1)
        ],
    }  # fmt: skip


def _impacts(risks: int, systems: int) -> dict[str, list[dict[str, object]]]:
    numbers = range(1, systems + 1)
    return {
        "impact_assessment": [
            {"key": YEAR + n, "id": _id("IA", n), "system": _id("SYS", n), "purpose": "answers",
             "roles": "provider", "assessed_on": DAY, "assessed_by": "ada", "approved_by": "eva",
             "approved_on": DAY, "next_review": LATER, "recorded_on": DAY}
            for n in numbers
        ],
        "impact_effect": [
            {"impact": YEAR + n, "position": at, "impact_level": level, "kind": "harm",
             "what": "delay", "severity": "minor", "likelihood": "rare",
             "reversibility": "reversible", "measure": "watched"}
            for n in numbers
            for at, level in enumerate(AFFECTED, 1)
        ],
        "impact_consulted": [{"impact": YEAR + n, "who": "users"} for n in numbers],
        "impact_risk": [
            {"impact": YEAR + n, "risk": _id("R", n)} for n in numbers if n <= risks
        ],
        "impact_evidence": [{"impact": YEAR + n, "evidence": _id("EV", n)} for n in numbers],
    }  # fmt: skip


def _profiles(subcategories: list[str], systems: int) -> dict[str, list[dict[str, object]]]:
    """One profile of the organisation with every subcategory, and one a system with some."""
    rows = [(1, ref) for ref in subcategories]
    rows += [
        (n + 1, ref) for n in range(1, systems + 1) for ref in subcategories[:ROWS_OF_A_PROFILE]
    ]
    return {
        "profile": [
            {"key": YEAR + n, "id": _id("PF", n), "slug": f"profile-{n}", "title": f"Profile {n}",
             "kind": "system" if n > 1 else "organisation",
             "system": _id("SYS", n - 1) if n > 1 else None, "recorded_on": DAY}
            for n in range(1, systems + 2)
        ],
        "profile_row": [
            {"key": YEAR + n, "id": _id("PR", n), "profile": _id("PF", profile), "ref": ref,
             "current": "partial", "target": "achieved", "priority": "high", "why": "wanted",
             "owner": "eva", "due": LATER, "set_on": DAY, "set_by": "ada", "recorded_on": DAY}
            for n, (profile, ref) in enumerate(rows, 1)
        ],
    }  # fmt: skip


def _risks(
    subcategories: list[str], controls: list[str], count: int, systems: int
) -> dict[str, list[dict[str, object]]]:
    """Each assessed and treated once; the high ones accepted. Every 50th lacks a treatment."""
    numbers = range(1, count + 1)
    level = dict(zip(numbers, islice(cycle(LEVELS), count), strict=True))
    treated = [n for n in numbers if n % 50]
    return {
        "risk": [
            {"key": YEAR + n, "id": _id("R", n), "title": f"Risk {n}",
             "system": _id("SYS", n % systems + 1), "cause": "drift", "event": "error",
             "consequence": "harm", "owner": "eva", "identified_on": DAY, "recorded_on": DAY}
            for n in numbers
        ],
        "risk_source": [
            {"risk": YEAR + n, "ref": subcategories[n % len(subcategories)]} for n in numbers
        ],
        "risk_affected": [
            {"risk": YEAR + n, "impact_level": AFFECTED[n % len(AFFECTED)]} for n in numbers
        ],
        "risk_assessment": [
            {"risk": YEAR + n, "position": 1, "assessed_on": DAY, "assessed_by": "ada",
             "likelihood": "possible", "consequence": level[n], "level": level[n],
             "criteria": _id("RC", 1), "next_review": LATER, "recorded_on": DAY}
            for n in numbers
        ],
        "risk_treatment": [
            {"risk": YEAR + n, "position": 1, "option": "modify", "what": "test", "owner": "eva",
             "decided_on": DAY, "due": LATER, "first_due": LATER, "recorded_on": DAY}
            for n in treated
        ],
        "risk_control": [
            {"risk": YEAR + n, "treatment": 1, "control": controls[n % len(controls)]}
            for n in treated
        ],
        "risk_acceptance": [
            {"risk": YEAR + n, "position": 1, "accepted_by": "eva", "accepted_on": DAY,
             "level": "high", "why": "watched", "recorded_on": DAY}
            for n in numbers if level[n] == "high"
        ],
    }  # fmt: skip
