"""An invented organisation's pack contents, made by hand: no register is needed for it."""

from __future__ import annotations

# ruff: noqa: FBT003  (a record is given by position here)
import hashlib
import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
import yaml

from govtrack import shipped
from govtrack.catalog.loading import catalogue
from govtrack.packs.contents import (
    AISystem,
    Criterion,
    Cycle,
    CycleRow,
    Evidence,
    EvidenceFile,
    PackContents,
    Pair,
    Period,
    Requirement,
    Source,
    Tag,
    Trail,
)

KINDS = (
    ("ai-policy", "AI policy", "document", ("5.2", "A.2.2", "GOVERN 1.2", "GOVERN 1.4")),
    ("risk-assessment", "AI risk assessment", "record", ("6.1.2", "8.2", "MAP 5.1", "MEASURE 1.1")),
    ("impact-assessment", "AI system impact assessment", "record",
     ("6.1.4", "8.4", "A.5.2", "A.5.3", "MAP 5.1", "GOVERN 4.2")),
    ("evaluation-report", "Evaluation report", "record", ("A.6.2.4", "MEASURE 2.3", "MEASURE 2.6")),
    ("monitoring-log", "Monitoring log", "record", ("9.1", "A.6.2.6", "MEASURE 2.4", "MANAGE 4.1")),
    ("incident-record", "Incident record", "record", ("10.2", "A.8.4", "MANAGE 4.3")),
    ("training-record", "Training record", "record", ("7.2", "7.3", "A.4.6", "GOVERN 2.2")),
    ("supplier-review", "Supplier review", "record", ("8.1", "A.10.3", "GOVERN 6.1", "MAP 4.1")),
)  # fmt: skip

SYSTEMS = ("claims triage", "tutor chat", "fraud score")


def requirements(states):
    """The shipped catalogues, read plainly."""
    folder = shipped.folder("schemas")
    rmf = yaml.safe_load((folder / "rmf-1.0.yaml").read_text())
    iso = yaml.safe_load((folder / "iso42001-2023.yaml").read_text())
    found = []
    for function in rmf["functions"]:
        found.append(Requirement(function["id"], "rmf", "function", None, function["title"], False))
        for category in function["categories"]:
            found.append(
                Requirement(
                    category["id"], "rmf", "category", function["id"], category["title"], False
                )
            )
            found += [
                Requirement(one["id"], "rmf", "subcategory", category["id"], one["title"], True)
                for one in category["subcategories"]
            ]
    for one in iso["clauses"]:
        asked = one.get("documented_information") or {}
        found.append(
            Requirement(
                one["id"], "iso", "clause-group" if one.get("group") else "clause",
                one.get("parent"), one["title"], not one.get("group"),
                asked.get("what"), asked.get("strength"),
            )
        )  # fmt: skip
    for one in iso["annex_a"]:
        if "controls" not in one:
            continue
        found.append(Requirement(one["id"], "iso", "objective", None, one["title"], False))
        found += [
            Requirement(control["id"], "iso", "control", one["id"], control["title"], True)
            for control in one["controls"]
        ]
    return tuple(
        one if not one.leaf else _with_state(one, states.get(one.ref, "open")) for one in found
    )


def _with_state(one, state):
    return replace(one, state=state)


def content_of(number):
    """The bytes of the invented artefact of that number."""
    return f"artefact {number}\n".encode() * (number * 37 % 400 + 1)


def evidence(number, **changed):
    """The invented artefact of that number."""
    kind, kind_title, form, refs = KINDS[number % len(KINDS)]
    prepared = date(2025, 1, 10) + timedelta(days=number * 7 % 340)
    content = content_of(number)
    sha = hashlib.sha256(content).hexdigest()
    id_ = f"EV-2025-{number:04d}"
    status = {5: "draft", 7: "expired", 11: "superseded"}.get(number % 13, "approved")
    given = {
        "id": id_,
        "title": f"{kind_title}, {SYSTEMS[number % 3]}, {prepared:%B %Y}",
        "kind": kind,
        "kind_title": kind_title,
        "form": form,
        "version": 1 + number % 3,
        "status": status,
        "stale": number % 9 == 0,
        "recorded_on": prepared + timedelta(days=number % 40),
        "period_start": prepared - timedelta(days=30),
        "period_end": prepared,
        "prepared_by": "Mira Novak, ML engineer",
        "prepared_on": prepared,
        "approved_by": None if status == "draft" else "Jonas Brandt, head of AI assurance",
        "approved_on": None if status == "draft" else prepared + timedelta(days=5),
        "valid_until": prepared + timedelta(days=365),
        "review_due": prepared + timedelta(days=300),
        "source": "https://git.example.org/ai/evals/commit/4f2e9a1"
        if number % 2
        else "JIRA export",
        "classification": "internal",
        "retention": "cycle",
        "why": f"Shows what was found and decided about {kind_title.lower()} in the period.",
        "superseded_by": f"EV-2025-{number + 1:04d}" if status == "superseded" else None,
        "systems": (("SYS-2024-0001", "SYS-2024-0002", "SYS-2025-0001")[number % 3],),
        "tags": tuple(
            Tag(
                ref,
                "rmf" if " " in ref else "iso",
                *(
                    ("stated", None, "jonas", prepared)
                    if position < 3
                    else ("kind", "judgement", None, None)
                ),
            )
            for position, ref in enumerate(refs)
        ),
        "files": (
            EvidenceFile(
                f"{kind}-{prepared}.txt",
                sha,
                len(content),
                "text/plain",
                f"evidence/{id_}-v{1 + number % 3}-{sha[:8]}.txt",
            ),
        ),
    }
    return Evidence(**(given | changed))


def invented(count=40, **changed):
    """The contents of a pack with `count` artefacts."""
    all_of_it = changed.pop("evidence", None)
    if all_of_it is None:
        all_of_it = tuple(evidence(number) for number in range(1, count + 1))
    states = {}
    for one in all_of_it:
        for tag in one.tags if one.status != "superseded" else ():
            here = "proposed" if not tag.confirmed else "covered" if one.in_force else "stale"
            order = ("covered", "stale", "proposed", "open")
            states[tag.ref] = min(here, states.get(tag.ref, "open"), key=order.index)
    given = {
        "organisation": "Northgate Mutual Insurance",
        "sample": True,
        "vocabulary": "iso",
        "year": 2025,
        "period": Period(date(2025, 1, 1), date(2025, 12, 31)),
        "as_at": date(2025, 12, 31),
        "with_files": True,
        "only_systems": (),
        "criteria": (
            Criterion(
                "iso-iec-42001-2023",
                "Artificial intelligence: management system",
                "ISO/IEC 42001:2023",
            ),
            Criterion("nist-ai-rmf-1.0", "AI Risk Management Framework", "NIST AI 100-1 (1.0)"),
        ),
        "systems": (
            AISystem(
                "SYS-2024-0001",
                "claims-triage",
                "Claims triage",
                ("producer", "user"),
                False,
                "operation",
                "Claims department",
                "Sorts incoming claims by urgency.",
                date(2024, 3, 1),
                None,
            ),
            AISystem(
                "SYS-2024-0002",
                "tutor-chat",
                "Tutor chat",
                ("provider",),
                True,
                "operation",
                "Customer service",
                "Answers questions about policies.",
                date(2024, 9, 1),
                None,
            ),
            AISystem(
                "SYS-2025-0001",
                "fraud-score",
                "Fraud score",
                ("user",),
                False,
                "deployment",
                "Special investigations",
                None,
                date(2025, 5, 1),
                None,
            ),
        ),
        "requirements": requirements(states),
        "evidence": all_of_it,
        "sources": (
            Source(
                "microsoft",
                "NIST AI RMF to ISO/IEC FDIS 42001 crosswalk",
                "Microsoft",
                "Listed by NIST; inclusion does not imply endorsement. Made against the FDIS.",
            ),
        ),
        "crosswalk": (
            Pair("GOVERN 1.2", "5.2", "microsoft"),
            Pair("GOVERN 1.2", "A.2.2", "microsoft"),
            Pair("MEASURE 2.3", "A.6.2.4", "microsoft"),
            Pair("MEASURE 2.6", "A.6.2.4", "microsoft"),
            Pair("MAP 5.1", "6.1.2", "microsoft"),
            Pair("MEASURE 1.1", "6.1.2", "microsoft"),
            Pair("MANAGE 4.1", "A.6.2.6", "microsoft"),
            Pair("MANAGE 4.3", "A.8.4", "microsoft"),
        ),
        "cycle": Cycle(
            "certified",
            "Example Certification Body",
            "AIMS-4711",
            "Development and use of AI in claims",
            date(2024, 6, 20),
            date(2027, 6, 19),
            decisions=(
                CycleRow("grant", date(2024, 6, 20), state="recorded", reference="CD-2024-0001"),
            ),
            audits=(
                CycleRow(
                    "stage 1", date(2024, 3, 4), date(2024, 3, 5), "held", reference="XA-2024-0001"
                ),
                CycleRow(
                    "stage 2",
                    date(2024, 5, 13),
                    date(2024, 5, 16),
                    "held",
                    reference="XA-2024-0002",
                ),
                CycleRow(
                    "surveillance",
                    date(2025, 5, 12),
                    date(2025, 5, 14),
                    "held",
                    reference="XA-2025-0001",
                ),
            ),
            due=(
                CycleRow(
                    "surveillance",
                    date(2026, 12, 31),
                    state="due",
                    rule="R-04",
                    source="ISO/IEC 17021-1 9.1.3.3",
                ),
                CycleRow(
                    "recertification decision",
                    date(2027, 6, 19),
                    state="due",
                    rule="R-06",
                    source="ISO/IEC 17021-1 9.6.3",
                ),
            ),
        ),
        "trail": Trail(
            "northgate.example/govtrack/7f3c9a12",
            137,
            "EDZi2ljHykNX8lGhwIsR2KbbOnTKD5uEAPzD/EZjw4U=",
            "2024-01-08T09:12:44.000000Z",
            "2025-12-30T15:01:09.000000Z",
            first_leaf=hashlib.sha256(b'\0{"seq":0}').hexdigest(),
            shown=137,
            files=(("trail/entries.ndjson", b'{"seq":0}\n{"seq":1}\n'),),
        ),
        "terms": catalogue().terms,
    }
    return PackContents(**(given | changed))


def objects_of(contents):
    """An object store in memory for the invented artefacts."""
    by_sha = {hashlib.sha256(content_of(n)).hexdigest(): content_of(n) for n in range(1, 6000)}
    wanted = {file.sha256 for one in contents.evidence for file in one.files}
    kept = {sha: by_sha[sha] for sha in wanted if sha in by_sha}

    def opened(sha256):
        if sha256 not in kept:
            raise FileNotFoundError(sha256)
        return io.BytesIO(kept[sha256])

    return opened


@pytest.fixture(scope="session")
def contents():
    """Forty artefacts of an invented insurer, audited for 2025."""
    return invented()


@pytest.fixture
def make_contents():
    """`make_contents(**changed)`: the same, changed."""
    return invented


@pytest.fixture
def make_evidence():
    """`make_evidence(number, **changed)`: one invented artefact."""
    return evidence


@pytest.fixture(scope="session")
def opened(contents):
    """Opens the invented artefacts by their SHA-256."""
    return objects_of(contents)
