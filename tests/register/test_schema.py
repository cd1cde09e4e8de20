"""The schema changes with a new number and a migration, or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from govtrack.register import database, schema
from govtrack.register.images import columns
from govtrack.register.migrating import steps
from govtrack.register.nouns import BY_TABLE, NOUNS

REGISTERS = Path(__file__).parents[1] / "data" / "registers"
WRITTEN = (
    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY "
    "CASE type WHEN 'table' THEN 1 WHEN 'index' THEN 2 ELSE 3 END, name"
)


def text(connection):
    """The whole schema of a database, one statement after the other."""
    made = (" ".join(sql.split()) for (sql,) in connection.execute(WRITTEN))
    return "".join(f"{sql};\n" for sql in made)


def test_the_schema_is_the_one_written_down_for_its_number(register):
    kept = REGISTERS / f"schema-{database.SCHEMA}.sql"
    with closing(sqlite3.connect(register.space.database_path)) as connection:
        found = text(connection)

    assert kept.read_text(encoding="utf-8") == found, (
        "The tables are not those of schema "
        f"{database.SCHEMA}, which registers of users have: write a migration "
        f"(govtrack/register/migrations/m{database.SCHEMA + 1:04d}_<what>.py), raise "
        f"database.SCHEMA to {database.SCHEMA + 1}, and write the new schema to "
        f"tests/data/registers/schema-{database.SCHEMA + 1}.sql."
    )


def test_every_schema_there_was_is_written_down_and_can_be_migrated_from():
    numbers = range(1, database.SCHEMA + 1)

    assert sorted(path.name for path in REGISTERS.glob("*.sql")) == [
        f"schema-{number}.sql" for number in numbers
    ]
    assert sorted(steps()) == list(numbers)[1:]


def test_every_table_belongs_to_a_noun_or_to_the_trail():
    assert set(schema.METADATA.tables) == set(BY_TABLE)


@pytest.mark.parametrize("noun", NOUNS.values(), ids=lambda noun: noun.name)
def test_a_record_is_found_by_its_key_and_its_lists_by_theirs(register, noun):
    with closing(sqlite3.connect(register.space.database_path)) as connection:
        first, second, *_ = columns(connection, noun.name)
        assert (first, second) == ("key", "id")
        for table in noun.lists.values():
            owner = columns(connection, table)[0]
            keys = connection.execute(f"PRAGMA foreign_key_list({table})").fetchall()
            assert (noun.name, owner, "key") in [row[2:5] for row in keys]


def test_the_file_says_whose_it_is_and_which_schema_it_has(register):
    assert register.query("PRAGMA application_id") == [(database.APPLICATION_ID,)]
    assert register.query("PRAGMA user_version") == [(database.SCHEMA,)]
