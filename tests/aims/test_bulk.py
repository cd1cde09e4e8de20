"""Many at once is one by one, only faster: the same rows, the same entries, all or none."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govtrack import clock
from govtrack import workspace as workspaces
from govtrack.aims import artefacts, bulk, evidence, systems
from govtrack.aims.fields import EvidenceFields, Place
from govtrack.catalog.loading import catalogue
from govtrack.errors import BadInput
from govtrack.register.nouns import BY_TABLE
from govtrack.register.recording import recording
from govtrack.register.verification import verified

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAYS = st.dates(date(2024, 1, 1), date(2026, 4, 30))
REFS = ("A.6.2.4", "MEASURE 2.6", "6.1.2", "genai:confabulation")

said = st.fixed_dictionaries(
    {"kind": st.sampled_from(["vv-report", "ai-policy"]), "title": st.text(min_size=1, max_size=9)},
    optional={
        "systems": st.lists(st.sampled_from(["chat", "SYS-2026-0001"]), max_size=1).map(tuple),
        "supports": st.lists(st.sampled_from(REFS), max_size=3, unique=True).map(tuple),
        "prepared_by": st.just("Jonas"),
        "prepared_on": DAYS,
        "why": st.text(max_size=9),
        "source": st.just("https://example.org/run/1"),
        "classification": st.just("internal"),
        "version": st.integers(1, 99),
    },
)
approved = st.sampled_from([{}, {"approved_by": "eva", "approved_on": date(2026, 4, 30)}])


@pytest.fixture
def space(workspace):
    """A workspace with a system and two approved pieces of evidence."""
    space = workspaces.read(Path(workspace))
    with clock.at(NOW):
        with recording(space, "ada") as recorded:
            systems.add(recorded, "chat", systems.SystemFields(name="Chat"))
        old = [row(space, f"old {number}", approved_by="e", approved_on=NOW.date())
               for number in range(2)]  # fmt: skip
        bulk.record_many(space, old, catalogue(), "ada")
    return space


def row(space, title="Report", content=None, **more):
    path = space.root / f"{abs(hash(title)):x}.txt"
    path.write_bytes(content or title.encode())
    return EvidenceFields(files=(path,), **{"kind": "vv-report", "title": title, **more})


def one_by_one(space, rows):
    """What add-evidence does, in one recording."""
    kept = [
        artefacts.kept([(path.name, path) for path in one.files], space.objects_path)
        for one in rows
    ]
    with recording(space, "ada", "because") as recorded:
        for one, files in zip(rows, kept, strict=True):
            named = [systems.find(recorded, which).id for which in one.systems]
            evidence.add(recorded, one, files, named, catalogue(), allow_duplicate=True)


def held(space):
    """Every row, and every entry without what chance put in it."""
    with closing(sqlite3.connect(space.database_path)) as connection:
        rows = {
            table: sorted(connection.execute(f"SELECT * FROM {table}"), key=repr)
            for table in BY_TABLE
        }
        events = [json.loads(data) for (data,) in connection.execute("SELECT bytes FROM entry")]
    for event in events:
        del event["salt"]
    return rows, sorted(events, key=lambda one: (one["subject"]["id"], one["seq"]))


def without_places(events):
    return [{name: value for name, value in one.items() if name != "seq"} for one in events]


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(given_rows=st.lists(st.tuples(said, approved), min_size=1, max_size=5))
def test_the_rows_and_entries_are_those_of_one_by_one(space, tmp_path_factory, forget, given_rows):
    rows = []
    for number, (one, approval) in enumerate(given_rows):
        path = space.root / f"new-{number}.txt"
        path.write_text(f"{number} {one}")
        rows.append(EvidenceFields(files=(path,), **one, **approval))
    folder = tmp_path_factory.mktemp("two")
    singly, together = (
        workspaces.read(Path(shutil.copytree(space.root, folder / name))) for name in "ab"
    )

    with clock.at(NOW):
        forget()
        one_by_one(singly, rows)
        forget()
        bulk.record_many(together, rows, catalogue(), "ada", "because", allow_duplicate=True)

    assert held(together) == held(singly)
    assert verified(together).findings == ()


def test_what_is_superseded_steps_back_as_one_by_one(space, tmp_path, forget):
    rows = [
        row(space, "new", supersedes=("EV-2026-0001", "EV-2026-0002"),
            approved_by="e", approved_on=NOW.date()),
        row(space, "draft"),
    ]  # fmt: skip
    singly, together = (
        workspaces.read(Path(shutil.copytree(space.root, tmp_path / name))) for name in "ab"
    )

    with clock.at(NOW):
        forget()
        one_by_one(singly, rows)
        forget()
        bulk.record_many(together, rows, catalogue(), "ada", "because")

    (rows_singly, events_singly), (rows_together, events_together) = held(singly), held(together)
    assert rows_together == rows_singly
    assert without_places(events_together) == without_places(events_singly)
    assert verified(together).findings == ()


def test_numbers_go_on_from_what_is_there(space):
    with clock.at(NOW):
        done = bulk.record_many(space, [row(space, "a"), row(space, "b")], catalogue(), "ada")

    assert done.recorded == ("EV-2026-0003", "EV-2026-0004")


def test_a_row_on_record_already_is_left_as_it_is(space):
    before = held(space)

    with clock.at(NOW):
        done = bulk.record_many(space, [row(space, "old 0")], catalogue(), "ada")

    assert (done.recorded, done.already) == ((), ("EV-2026-0001",))
    assert held(space) == before


def test_a_dry_run_keeps_no_object_and_no_row(space):
    before = held(space), sorted(space.objects_path.rglob("*"))

    with clock.at(NOW):
        done = bulk.record_many(space, [row(space, "tried")], catalogue(), "ada", dry_run=True)

    assert done.recorded == ("EV-2026-0003",)
    assert (held(space), sorted(space.objects_path.rglob("*"))) == before


def test_every_problem_of_every_row_is_named_and_nothing_is_recorded(space):
    place = [Place("table.csv", number) for number in range(2, 5)]
    before = held(space)

    with clock.at(NOW), pytest.raises(BadInput) as refused:
        bulk.record_many(
            space,
            [
                row(space, "fine", place=place[0]),
                row(space, "days", place=place[1], prepared_on=date(2026, 6, 1)),
                row(space, "same", content=b"old 0", place=place[2]),
            ],
            catalogue(),
            "ada",
        )

    future, same = (problem.sentence() for problem in refused.value.problems)
    assert future == "table.csv, row 3, prepared_on: 2026-06-01 is in the future"
    assert same.startswith(
        "table.csv, row 4, files: the same bytes are already recorded as EV-2026-0001"
    )
    assert held(space) == before


def test_a_system_nobody_knows_is_named_by_row_with_the_nearest(space):
    rows = [row(space, name, systems=(name,), place=Place("t.csv", 2)) for name in ("chat", "chta")]

    with clock.at(NOW), pytest.raises(BadInput) as refused:
        bulk.record_many(space, rows, catalogue(), "ada")

    (problem,) = refused.value.problems
    assert (problem.file, problem.row, problem.field, problem.nearest) == (
        "t.csv", 2, "systems", "chat",
    )  # fmt: skip


def test_more_rows_than_one_batch_are_one_transaction_and_one_trail(space, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 3)
    rows = [row(space, f"report {number}") for number in range(10)]

    with clock.at(NOW):
        done = bulk.record_many(space, rows, catalogue(), "ada")

    assert done.recorded == tuple(f"EV-2026-{number:04d}" for number in range(3, 13))
    assert verified(space).findings == ()


def test_an_interruption_half_way_records_nothing(space, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 3)
    rows, before, calls = [row(space, f"r {n}") for n in range(10)], held(space), []
    insert = bulk.insert

    def interrupted(*arguments):
        calls.append(arguments)
        if len(calls) > 4:
            raise KeyboardInterrupt
        insert(*arguments)

    monkeypatch.setattr(bulk, "insert", interrupted)

    with clock.at(NOW), pytest.raises(KeyboardInterrupt):
        bulk.record_many(space, rows, catalogue(), "ada")

    assert held(space) == before
    assert verified(space).findings == ()
