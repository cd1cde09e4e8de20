"""One change is one recording: all of it with its entries, or nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from govtrack import clock
from govtrack import workspace as workspaces
from govtrack.aims import evidence, systems
from govtrack.catalog.loading import catalogue
from govtrack.errors import NotDone
from govtrack.register import database, journal
from govtrack.register.nouns import EVIDENCE, key_of
from govtrack.register.recording import writing_engine
from govtrack.register.tables.evidence import Evidence
from govtrack.register.tables.systems import AISystem
from govtrack.register.verification import verified
from govtrack.trail import tree


class Broken(Exception):
    pass


def system(name="Chat"):
    return systems.SystemFields(name=name)


def test_every_change_has_an_entry_with_actor_instant_reason_and_the_whole_record(register):
    with (
        clock.at(datetime(2026, 3, 1, 12, tzinfo=UTC)),
        register.recording("eva@example.org", "first inventory") as recorded,
    ):
        systems.add(recorded, "chat", systems.SystemFields(name="Chat", roles=("user",)))

    event = register.events()[-1]
    assert {name: event[name] for name in ("seq", "at", "actor", "reason", "action")} == {
        "seq": 2,
        "at": "2026-03-01T12:00:00.000000Z",
        "actor": "eva@example.org",
        "reason": "first inventory",
        "action": "ai_system.added",
    }
    assert event["subject"] == {"type": "ai_system", "id": "SYS-2026-0001", "version": 1}
    assert event["after"]["name"] == "Chat"
    assert event["after"]["roles"] == ["user"]
    assert "key" not in event["after"]


def test_every_record_that_is_touched_has_one_entry_however_often_it_is_touched(register):
    old = register.add("first", approved_by="eva", approved_on=date(2020, 1, 1))
    size = len(register.events())

    register.add("second", approved_by="eva", approved_on=date(2020, 1, 2), supersedes=(old,))

    made = register.events()[size:]
    assert sorted((one["action"], one["subject"]["version"]) for one in made) == [
        ("evidence.added", 1),
        ("evidence.superseded", 2),
    ]
    assert len({one["at"] for one in made}) == 1


def test_a_change_of_a_list_alone_is_a_change_of_its_record(register):
    which = register.add()

    with register.recording() as recorded:
        evidence.tag(recorded, which, ["A.6.2.4"], catalogue())

    last = register.events()[-1]
    assert (last["action"], last["subject"]["id"]) == ("evidence.tagged", which)
    assert "A.6.2.4" in [one["ref"] for one in last["after"]["tags"]]
    assert register.codes() == []


def test_a_recording_that_touches_nothing_writes_nothing(register):
    before = register.rows()

    with register.recording() as recorded:
        recorded.session.get(Evidence, 1)

    assert register.rows() == before


def test_a_session_that_writes_outside_a_recording_is_refused(register):
    engine = writing_engine(lambda: database.opened(register.space.database_path, "rw"))
    before = register.rows()

    with Session(engine) as session:
        session.add(AISystem(key=1, id="SYS-0000-0001", slug="x", name="x", recorded_on="x"))
        with pytest.raises(RuntimeError, match="inside a recording only"):
            session.flush()

    engine.dispose()
    assert register.rows() == before


@pytest.mark.parametrize("exception", [Broken, KeyboardInterrupt, MemoryError])
def test_an_exception_leaves_the_register_as_it_was(register, exception):
    def broken():
        with register.recording() as recorded:
            systems.add(recorded, "chat", system())
            recorded.close()  # everything is written, only the commit is missing
            raise exception

    register.add()
    before = register.rows()

    with pytest.raises(exception):
        broken()

    assert register.rows() == before
    assert register.codes() == []


def test_a_dry_run_does_everything_but_the_commit(register):
    before = register.rows()

    with register.recording(dry_run=True) as recorded:
        identifier = systems.add(recorded, "chat", system())

    assert identifier.startswith("SYS-")
    assert register.rows() == before


def test_numbers_are_gapless_whatever_was_refused_tried_or_broken_between(register):
    given = []
    for number in range(6):
        broken = pytest.raises(Broken) if number % 3 == 1 else nullcontext()
        with broken, register.recording(dry_run=number % 3 == 2) as recorded:
            identifier = systems.add(recorded, f"system-{number}", system())
            if number % 3 == 1:
                raise Broken
            if number % 3 == 0:
                given.append(identifier)

    assert [int(identifier[-4:]) for identifier in given] == [1, 2]


def test_numbers_begin_again_each_year_of_the_organisation_s_own_calendar(workspace, register):
    settings = workspace / "govtrack.toml"
    settings.write_text(settings.read_text().replace('"UTC"', '"Pacific/Auckland"'))
    register = replace(register, space=workspaces.read(workspace))
    ids = []
    for instant in (datetime(2025, 12, 31, 10, tzinfo=UTC), datetime(2025, 12, 31, 12, tzinfo=UTC)):
        with clock.at(instant), register.recording() as recorded:
            ids.append(systems.add(recorded, f"at-{instant.hour}", system()))

    assert ids == ["SYS-2025-0001", "SYS-2026-0001"]


def test_entries_may_be_written_in_several_steps_of_one_recording(register):
    key = key_of(register.add(), EVIDENCE)
    with register.recording() as recorded:
        for _ in range(3):
            image = recorded.image("evidence", key)
            recorded.write_entries(
                [journal.Changed("evidence.seen", "evidence", image["id"], image, new=False)]
            )
        systems.add(recorded, "chat", system())

    assert [one["seq"] for one in register.events()] == list(range(7))
    assert [one["subject"]["version"] for one in register.events()[2:]] == [1, 2, 3, 4, 1]
    assert register.codes() == []


def test_the_tree_that_is_kept_is_the_tree_over_the_entries(register):
    for number in range(9):
        register.add(f"report {number}")

    leaves = [tree.leaf_hash(data) for (data,) in register.query("SELECT bytes FROM entry")]
    grown = tree.Tree().grown(leaves)
    assert register.query("SELECT * FROM tree") == [(1, 11, grown.packed(), grown.root())]


def test_a_clock_that_was_set_back_is_noted_and_keeps_the_order_of_the_trail(register):
    with clock.at(datetime(2026, 3, 1, tzinfo=UTC)):
        register.add("now")
    with clock.at(datetime(2021, 1, 1, tzinfo=UTC)), register.recording() as recorded:
        systems.add(recorded, "chat", system())

    assert "which is before the latest entry (2026-03-01T00:00:00.000000Z)" in recorded.notes[0]
    report = verified(register.space)
    assert report.findings == ()
    note = (
        "entries 2 and 3: the second's time, 2021-01-01T00:00:00.000000Z, "
        "is before 2026-03-01T00:00:00.000000Z"
    )
    assert report.notes == (note,)


def test_a_writer_that_waits_too_long_says_so_and_records_nothing(register, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    before = register.rows()
    with closing(sqlite3.connect(register.space.database_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with (
            pytest.raises(NotDone, match=r"the store is busy .* nothing was recorded"),
            register.recording(),
        ):
            pytest.fail("the lock was held by another")

    assert register.rows() == before


def test_a_register_that_is_migrated_while_a_writer_waits_is_not_written(register, monkeypatch):
    before, opened = register.query("SELECT * FROM entry"), database.opened

    def opened_before_the_migration(path, mode):
        connection = opened(path, mode)
        with closing(sqlite3.connect(path)) as newer:
            newer.execute(f"PRAGMA user_version = {database.SCHEMA + 1}")
        return connection

    monkeypatch.setattr(database, "opened", opened_before_the_migration)

    with pytest.raises(NotDone, match="made by a newer govtrack"), register.recording() as recorded:
        systems.add(recorded, "chat", system())

    assert register.query("SELECT * FROM entry") == before


def test_writers_do_not_wait_for_a_verify_that_is_hashing(register, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    register.add()

    report = verified(register.space, lambda _: register.add("meanwhile"))

    assert report.findings == ()
    assert len(register.query("SELECT 1 FROM evidence")) == 2


REPLACED = (
    "REPLACE INTO entry SELECT seq, at, 'somebody', action, subject_type, subject_id, "
    "subject_version, leaf_hash, bytes FROM entry"
)


@pytest.mark.parametrize(
    "sql", ["UPDATE entry SET actor = 'somebody'", "DELETE FROM entry", REPLACED]
)
def test_the_database_refuses_to_change_entries(register, sql):
    before = register.rows()
    with (
        closing(database.opened(register.space.database_path, "rw")) as connection,
        pytest.raises(sqlite3.IntegrityError, match="never changed"),
    ):
        connection.execute(sql)

    assert register.rows() == before


def test_a_register_without_its_workspace_is_not_written(register):
    with closing(sqlite3.connect(register.space.database_path)) as connection:
        connection.execute("DELETE FROM workspace")
        connection.commit()

    with pytest.raises(NotDone, match="run 'govtrack verify'"), register.recording() as recorded:
        systems.add(recorded, "chat", system())
