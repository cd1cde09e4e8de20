"""A register is of the old schema or of the new one, never between; its trail stays as it is."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy

from govtrack.errors import NotDone
from govtrack.register import database, journal, migrating
from govtrack.register.images import image_of
from govtrack.register.migrating import migrated
from govtrack.register.nouns import BY_TABLE, NOUNS
from govtrack.register.verification import verified


def a_column_and_a_table(op):
    """A made-up step from schema 1 to 2, as alembic writes one."""
    with op.batch_alter_table("ai_system", recreate="always") as table:
        table.add_column(sqlalchemy.Column("vendor", sqlalchemy.String))
    op.create_table("thing", sqlalchemy.Column("key", sqlalchemy.Integer, primary_key=True))


REGISTERS = Path(__file__).parents[1] / "data" / "registers"
NOW, NEXT = database.SCHEMA, database.SCHEMA + 1
STEPS = {NEXT: a_column_and_a_table}
KILLED = """
import os, sys
from pathlib import Path
from govtrack import workspace
from govtrack.register import migrating
sys.path.insert(0, sys.argv[2])
import steps

calls, at = 0, int(sys.argv[3])

def counted(name, original):
    def call(*args, **kwargs):
        global calls
        calls += 1
        if calls == at:
            os._exit(9)
        return original(*args, **kwargs)
    return call

Operations = migrating.Operations
for owner, name in ((Path, "chmod"), (Path, "replace"), (Path, "unlink"), (os, "fsync"),
                    (Operations, "create_table"), (Operations, "batch_alter_table")):
    setattr(owner, name, counted(name, getattr(owner, name)))
migrating.migrated(workspace.read(Path(sys.argv[1])), target=int(sys.argv[4]),
                   known={int(sys.argv[4]): steps.upgrade})
"""
UPGRADE = """
import os, sqlalchemy
def upgrade(op):
    with op.batch_alter_table("ai_system", recreate="always") as table:
        table.add_column(sqlalchemy.Column("vendor", sqlalchemy.String))
    op.create_table("thing", sqlalchemy.Column("key", sqlalchemy.Integer, primary_key=True))
    if os.environ.get("DIE_AT_THE_END"):
        os._exit(9)
"""


@pytest.fixture
def lived(register, run):
    """A register with a system and evidence."""
    assert run("system", "add", "chat", "--name", "Chat", "--role", "user").code == 0
    register.add("one")
    return register


def trail(register):
    return register.query("SELECT * FROM entry"), register.query("SELECT * FROM tree")


def schema_number(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def columns(register, table):
    return [row[1] for row in register.query(f"PRAGMA table_info({table})")]


def test_a_register_of_this_schema_is_left_alone(lived):
    before = lived.files()

    done = migrated(lived.space)

    assert (done.before, done.after, done.copy) == (NOW, NOW, None)
    assert lived.files() == before


def test_a_step_changes_the_tables_and_the_number_and_nothing_of_the_trail(lived):
    before = trail(lived), lived.query("SELECT * FROM ai_system")

    done = migrated(lived.space, target=NEXT, known=STEPS)

    assert (done.before, done.after) == (NOW, NEXT)
    assert schema_number(lived.space.database_path) == NEXT
    assert columns(lived, "ai_system")[-1] == "vendor"
    assert trail(lived) == before[0]
    assert lived.query("SELECT * FROM ai_system") == [(*before[1][0], None)]


def test_a_migrated_register_verifies(lived, monkeypatch):
    migrated(lived.space, target=NEXT, known={NEXT: lambda op: op.add_column(
        "ai_system", sqlalchemy.Column("vendor", sqlalchemy.String))})  # fmt: skip
    monkeypatch.setattr(database, "SCHEMA", NEXT)

    assert verified(lived.space).findings == ()


def test_the_register_as_it_was_stands_beside_it(lived):
    before = lived.rows()

    done = migrated(lived.space, target=NEXT, known=STEPS)

    assert done.copy == lived.space.store / f"register-schema-{NOW}.db"
    assert done.copy.stat().st_mode & 0o077 == 0
    assert schema_number(done.copy) == NOW
    shutil.copy(done.copy, lived.space.database_path)
    assert lived.rows() == before
    assert verified(lived.space).findings == ()


def test_several_steps_are_taken_in_their_order(lived):
    order = []

    last = NOW + 3
    unordered = (last, NOW + 1, NOW + 2)

    migrated(lived.space, target=last, known={n: lambda _, n=n: order.append(n) for n in unordered})

    assert order == sorted(unordered)
    assert schema_number(lived.space.database_path) == last


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt, "sql", "reference"])
def test_a_step_that_fails_leaves_the_register_as_it_was(lived, fault):
    def step(op):
        a_column_and_a_table(op)
        match fault:
            case "sql":
                op.execute("SELECT * FROM nowhere")
            case "reference":
                op.execute("DELETE FROM evidence")
            case _:
                raise fault

    before = lived.rows()

    with pytest.raises((NotDone, RuntimeError, KeyboardInterrupt)):
        migrated(lived.space, target=NEXT, known={NEXT: step})

    assert lived.rows() == before
    assert schema_number(lived.space.database_path) == NOW
    assert verified(lived.space).findings == ()


@pytest.mark.parametrize("at", range(1, 8))
def test_a_migration_that_is_killed_anywhere_leaves_old_or_new_and_is_done_by_the_next(
    lived, tmp_path, at
):
    (tmp_path / "steps.py").write_text(UPGRADE)
    before = trail(lived)
    command = [sys.executable, "-c", KILLED, lived.space.root, tmp_path, str(at), str(NEXT)]

    killed = subprocess.run(command, check=False, capture_output=True)

    assert killed.returncode in {0, 9}, killed.stderr.decode()
    number = schema_number(lived.space.database_path)
    assert number == (NEXT if killed.returncode == 0 else NOW)
    assert (columns(lived, "ai_system")[-1] == "vendor") == (number == NEXT)
    if number == NOW:
        assert verified(lived.space).findings == ()
        migrated(lived.space, target=NEXT, known=STEPS)
    assert trail(lived) == before
    assert not list(lived.space.store.glob("*.tmp"))


def test_a_migration_that_is_killed_before_its_commit_is_undone_by_the_next_reader(lived, tmp_path):
    (tmp_path / "steps.py").write_text(UPGRADE)
    before = lived.rows()

    killed = subprocess.run(
        [sys.executable, "-c", KILLED, lived.space.root, tmp_path, "0", str(NEXT)],
        check=False,
        env={**os.environ, "DIE_AT_THE_END": "1"},
    )

    assert killed.returncode == 9
    assert verified(lived.space).findings == ()
    assert lived.rows() == before


def test_two_migrations_at_once_take_each_step_once(lived, monkeypatch):
    known, copy = [], migrating._copy

    def meanwhile(path, target):
        # the writer's lock is held here: another migration would have come before it
        copy(path, target)
        known.append(schema_number(path))

    monkeypatch.setattr(migrating, "_copy", meanwhile)
    monkeypatch.setattr(database, "schema_of", lambda _: NOW)

    migrated(lived.space, target=NEXT, known=STEPS)
    with pytest.raises(NotDone, match="another govtrack migrated it just now"):
        migrated(lived.space, target=NEXT, known=STEPS)

    assert known == [NOW]


def test_what_is_recorded_before_the_lock_is_ours_is_in_the_copy_too(lived, monkeypatch):
    schema_of = database.schema_of

    def and_somebody_records(path):
        number = schema_of(path)
        lived.add("a moment before")
        return number

    monkeypatch.setattr(database, "schema_of", and_somebody_records)

    done = migrated(lived.space, target=NEXT, known=STEPS)

    with closing(sqlite3.connect(done.copy)) as connection:
        titles = [title for (title,) in connection.execute("SELECT title FROM evidence")]
    assert titles == ["one", "a moment before"]


def test_a_copy_that_cannot_be_made_stops_the_migration(lived, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    before = lived.rows()

    with pytest.raises(NotDone, match="no space left; nothing was recorded"):
        migrated(lived.space, target=NEXT, known=STEPS)

    assert lived.rows() == before
    assert not list(lived.space.store.glob("register-*"))


def test_a_newer_register_and_a_way_that_is_not_known_are_refused(lived):
    with pytest.raises(NotDone, match="cannot migrate from"):
        migrated(lived.space, target=NEXT + 1, known={NEXT + 1: a_column_and_a_table})
    migrated(lived.space, target=NEXT, known=STEPS)
    with pytest.raises(NotDone, match="made by a newer govtrack"):
        migrated(lived.space)


def test_an_old_govtrack_does_not_write_to_a_migrated_register(lived, run):
    migrated(lived.space, target=NEXT, known=STEPS)
    before = lived.rows()

    for arguments in (["evidence", "list"], ["system", "add", "x", "--name", "X"], ["verify"]):
        result = run(*arguments)
        assert result.code == 1
        assert f"made by a newer govtrack (schema {NEXT}, this knows {NOW})" in result.err
    assert lived.rows() == before


def an_older_register(space, schema, monkeypatch):
    """The workspace's register as a govtrack of that schema would have left it."""
    path = space.database_path
    with closing(sqlite3.connect(path)) as connection:
        ((origin, organisation),) = connection.execute("SELECT id, organisation FROM workspace")
    path.unlink()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        text = (REGISTERS / f"schema-{schema}.sql").read_text(encoding="utf-8")
        kept_as_written = re.compile(r"CREATE (TABLE|UNIQUE INDEX|TRIGGER) (entry|tree)\w*")
        for line in text.splitlines():
            if not kept_as_written.match(line):
                connection.execute(line)
        for statement in journal.DEFINITIONS:
            if re.match(r"CREATE (TABLE|UNIQUE INDEX|TRIGGER) (entry|tree)", statement):
                connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {database.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {schema}")
        connection.execute("BEGIN IMMEDIATE")
        insert = "INSERT INTO {} ({}) VALUES ({})"
        for table, row in (
            ("workspace", {"key": 1, "id": origin, "organisation": organisation, "sample": 0}),
            ("ai_system", {"key": 20250000001, "id": "SYS-2025-0001", "slug": "chat",
                           "name": "Chat", "generative": 1}),
        ):  # fmt: skip
            row["recorded_on"] = "2025-01-07"
            names, places = ", ".join(row), ", ".join("?" * len(row))
            connection.execute(insert.format(table, names, places), list(row.values()))
            image = image_of(connection, NOUNS[table], row["key"])
            monkeypatch.setattr(journal, "origin", journal.first_origin)
            journal.append(
                connection,
                [journal.Changed(f"{table}.added", table, row["id"], image, new=True)],
                at="2025-01-07T10:00:00.000000Z", actor="ada@example.org", reason=None,
            )  # fmt: skip
        connection.execute("COMMIT")
    space.checkpoint_path.unlink()  # no checkpoint was issued then


@pytest.mark.parametrize("schema", range(1, database.SCHEMA))
def test_a_register_of_every_schema_there_was_becomes_one_of_today(
    register, run, forget, monkeypatch, schema
):
    forget()
    with monkeypatch.context() as patched:
        an_older_register(register.space, schema, patched)
    before = trail(register)
    assert run("system", "list").code == 1

    assert run("migrate").code == 0

    assert trail(register) == before
    assert verified(register.space).findings == ()
    fresh = {}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.executescript((REGISTERS / f"schema-{database.SCHEMA}.sql").read_text("utf-8"))
        for table in sorted(BY_TABLE):
            fresh[table] = set(connection.execute(f"PRAGMA table_info({table})").fetchall())
    for table, expected in fresh.items():
        found = set(register.query(f"PRAGMA table_info({table})"))
        assert {row[1:] for row in found} == {row[1:] for row in expected}, table
    assert run("system", "set", "chat", "--model", "base-2").code == 0
    assert verified(register.space).findings == ()
