"""Reading never writes, never creates a file, and says why it cannot."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from govtrack import clock
from govtrack import workspace as workspaces
from govtrack.errors import NotDone
from govtrack.register import database
from govtrack.register.reader import reading
from govtrack.register.verification import verified

CUT_OFF = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE evidence SET title = 'half a change'")
connection.execute("CREATE TABLE filler (x)")
connection.executemany("INSERT INTO filler VALUES (?)", [("x" * 3000,)] * 200)
os._exit(9)
"""


def test_a_reading_connection_refuses_to_write(register):
    with reading(register.space) as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("DELETE FROM tree")


def test_reading_leaves_no_file_and_changes_none(run, register):
    register.add()
    before = register.files()

    for arguments in (["evidence", "list"], ["log"], ["verify"], ["evidence", "list", "--json"]):
        assert run(*arguments).code == 0

    assert register.files() == before


def test_a_register_on_a_disc_nobody_may_write_is_read(register):
    register.add()
    register.space.database_path.chmod(0o400)
    register.space.store.chmod(0o500)
    try:
        with reading(register.space) as connection:
            assert connection.execute("SELECT count(*) FROM evidence").fetchone()[0] == 1
    finally:
        register.space.store.chmod(0o700)


def test_what_a_killed_writer_left_half_done_is_undone_by_the_next_reader(register, run):
    register.add("whole")
    path = register.space.database_path
    killed = subprocess.run([sys.executable, "-c", CUT_OFF, path], check=False)
    assert killed.returncode == 9
    assert path.with_name("register.db-journal").stat().st_size > 0

    result = run("evidence", "list")

    assert result.code == 0, result.err
    assert [row["title"] for row in result.rows()] == ["whole"]
    assert verified(register.space).findings == ()


def test_a_half_done_change_is_not_shown_where_it_cannot_be_undone(register, monkeypatch):
    register.add("whole")
    path = register.space.database_path
    subprocess.run([sys.executable, "-c", CUT_OFF, path], check=False)

    def refused(*_):
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(database, "_roll_back", refused)

    with pytest.raises((NotDone, sqlite3.OperationalError)), reading(register.space):
        pytest.fail("a hot journal was passed over")


def test_a_reader_sees_one_state_while_others_write(register, monkeypatch):
    register.add()
    with reading(register.space) as connection:
        first = connection.execute("SELECT count(*) FROM evidence").fetchone()[0]
        monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
        with pytest.raises(NotDone, match="busy"):
            register.add("while somebody reads")
        monkeypatch.setattr(database, "BUSY_SECONDS", 30)
        assert connection.execute("SELECT count(*) FROM evidence").fetchone()[0] == first == 1

    register.add("afterwards")
    assert len(register.query("SELECT 1 FROM evidence")) == 2


def test_what_was_recorded_by_a_day_is_what_the_register_held_at_its_end(workspace, register):
    settings = workspace / "govtrack.toml"
    settings.write_text(settings.read_text().replace('"UTC"', '"Pacific/Auckland"'))
    register = replace(register, space=workspaces.read(workspace))
    # 31 March 2026 ends in Auckland at 11:00 UTC
    for hour, title in ((10, "on the 31st"), (11, "on the 1st")):
        with clock.at(datetime(2026, 3, 31, hour, tzinfo=UTC)):
            register.add(title)

    def known(day):
        with reading(register.space, day) as connection:
            return [row["title"] for row in connection.execute("SELECT * FROM evidence")]

    assert known(date(1990, 1, 1)) == []
    assert known(date(2026, 3, 30)) == []
    assert known(date(2026, 3, 31)) == ["on the 31st"]
    assert known(date(2026, 4, 1)) == ["on the 31st", "on the 1st"]
    assert known(date.max) == ["on the 31st", "on the 1st"]


def test_the_past_is_read_also_where_somebody_gathered_statistics(register):
    register.add()
    with closing(sqlite3.connect(register.space.database_path)) as connection:
        connection.execute("ANALYZE")

    with reading(register.space, date(2100, 1, 1)) as connection:
        assert connection.execute("SELECT count(*) FROM evidence").fetchone()[0] == 1
    assert register.codes() == []


def test_a_register_that_is_gone_is_refused_with_what_brings_it_back(register):
    register.space.database_path.unlink()

    with (
        pytest.raises(NotDone, match=r"the register is gone: no file .*restore a backup"),
        reading(register.space),
    ):
        pass
    assert not register.space.database_path.exists()


def test_another_program_s_file_is_refused(register):
    register.space.database_path.unlink()
    with closing(sqlite3.connect(register.space.database_path)) as connection:
        connection.execute("CREATE TABLE entry (x)")

    with pytest.raises(NotDone, match="is not a register of govtrack"), reading(register.space):
        pass


@pytest.mark.parametrize(
    "content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 4000]
)
def test_a_file_that_is_no_database_is_refused_in_words(run, register, content):
    register.space.database_path.write_bytes(content)

    for arguments in (["evidence", "list"], ["verify"], ["system", "add", "x", "--name", "X"]):
        result = run(*arguments)
        assert result.code == 1, (arguments, result.err)
        assert "bug" not in result.err
        finding = arguments == ["verify"]
        said = result.out if finding else result.err
        assert said.startswith("step 1 damaged: " if finding else "govtrack: ")


@pytest.mark.parametrize(
    "arguments",
    [["evidence", "list"], ["verify"], ["log"], ["system", "add", "x", "--name", "X"], ["migrate"]],
    ids=" ".join,
)
def test_a_newer_register_is_refused_by_every_command_and_not_touched(run, register, arguments):
    with closing(sqlite3.connect(register.space.database_path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    path = register.space.database_path
    before = (path.read_bytes(), path.stat().st_mtime_ns, register.files().keys())

    result = run(*arguments)

    assert result.code == 1
    assert f"was made by a newer govtrack (schema 999, this knows {database.SCHEMA})" in result.err
    assert (path.read_bytes(), path.stat().st_mtime_ns, register.files().keys()) == before


def test_an_older_register_is_refused_with_the_command_that_migrates_it(run, register):
    with closing(sqlite3.connect(register.space.database_path)) as connection:
        connection.execute("PRAGMA user_version = 0")

    result = run("evidence", "list")

    assert (result.code, "run 'govtrack migrate'" in result.err) == (1, True)


def test_a_copy_of_the_store_is_a_store(run, register, tmp_path):
    register.add("kept")
    copy = tmp_path / "copy"
    shutil.copytree(register.space.root, copy)

    assert [row["title"] for row in run("-C", copy, "evidence", "list").rows()] == ["kept"]
    assert run("-C", copy, "verify").code == 0
