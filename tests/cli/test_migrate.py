"""`govtrack migrate` says what it did, and where the register as it was stands."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from govtrack.register import database, migrating

NOW, BEFORE = database.SCHEMA, database.SCHEMA - 1


@pytest.fixture
def older(workspace, monkeypatch):
    """A register of a schema before this one, and a step that leads here."""
    with closing(sqlite3.connect(workspace / ".govtrack" / "register.db")) as connection:
        connection.execute(f"PRAGMA user_version = {BEFORE}")
    monkeypatch.setattr(migrating, "steps", lambda: {NOW: lambda _: None})
    return workspace


@pytest.mark.usefixtures("workspace")
def test_nothing_is_done_where_the_schema_is_this_one(run):
    result = run("migrate")

    assert (result.code, result.err) == (0, "")
    assert f"schema {NOW}, as this govtrack writes it: nothing to do" in result.out


def test_an_older_register_is_migrated_and_verifies(run, older):
    assert run("evidence", "list").code == 1

    result = run("migrate")

    assert result.code == 0, result.err
    assert f"Migrated the register from schema {BEFORE} to {NOW}." in result.out
    assert str(older / ".govtrack" / f"register-schema-{BEFORE}.db") in result.out
    assert run("verify").code == 0


def test_the_answer_in_json_names_the_copy(run, older):
    done = run("migrate", "--json").json()
    again = run("migrate", "--json").json()

    assert done == {
        "format": "govtrack.migrate/1",
        "before": BEFORE,
        "after": NOW,
        "copy": str(older / ".govtrack" / f"register-schema-{BEFORE}.db"),
    }
    assert again == {**done, "before": NOW, "copy": None}


def test_a_register_nobody_can_migrate_is_refused_in_words(run, older, monkeypatch):
    monkeypatch.setattr(migrating, "steps", dict)

    result = run("migrate")

    assert result.code == 1
    assert f"has schema {BEFORE}, which this govtrack cannot migrate from" in result.err
    assert sorted(path.name for path in (older / ".govtrack").iterdir()) == [
        "objects",
        "register.db",
        "trail",
    ]
