"""Whatever is changed in the tables past govtrack, verify finds it and names it."""

from __future__ import annotations

import pytest

from govtrack.register.asked import Held
from govtrack.register.nouns import BY_TABLE
from govtrack.register.verification import verified

NOTHING = Held()
NOUN_TABLES = tuple(BY_TABLE)
TRAIL_TABLES = ("entry", "tree", "checkpoint", "cosignature", "timestamp")
MISSED = ("entry", "tree", "checkpoint")
"""Tables of the trail whose rows are missed. A stamp or a cosignature that is taken out of the
store is not: nothing in it says that there was one. Whoever relies on one keeps it."""


LABELS = {"timestamp.authority"}
"""What a stamp's own bytes do not say: the name that `govtrack.toml` has for its authority."""


def altered(value, column=""):
    if column == "previous" and value is None:
        return 1
    match value:
        case None:
            return "tampered"
        case int():
            return value + 1000
        case bytes():
            return bytes([value[0] ^ 1]) + value[1:]
        case str():
            return ("y" if value.startswith("x") else "x") + value[1:]
    raise AssertionError(value)


def where(store, table, row):
    """The SQL that finds this row, and no other."""
    return " AND ".join(
        f"{name} IS {_literal(value)}"
        for name, value in zip(store.tables()[table], row, strict=True)
    )


def _literal(value):
    match value:
        case None:
            return "NULL"
        case bytes():
            return f"x'{value.hex()}'"
        case int():
            return str(value)
        case _:
            return "'" + value.replace("'", "''") + "'"


def test_an_untouched_store_passes_and_every_table_has_rows(store):
    assert (store.found(), store.found(store.held)) == ([], [])
    assert [name for name in store.tables() if not store.rows(name)] == []


@pytest.mark.parametrize("table", [*NOUN_TABLES, *TRAIL_TABLES])
def test_any_column_of_any_row_changed_is_found(store, table):
    names = store.tables()[table]
    for row in store.rows(table)[:2]:
        for name, value in zip(names, row, strict=True):
            if f"{table}.{name}" in LABELS:
                continue
            change = f"UPDATE {table} SET {name} = ? WHERE {where(store, table, row)}"
            undo = [value if one == name else kept for one, kept in zip(names, row, strict=True)]
            store.change(change, given=[altered(value, name)])

            assert store.found(store.held), f"{table}.{name} of {row}"

            after = [altered(value, name) if one == name else kept
                     for one, kept in zip(names, row, strict=True)]  # fmt: skip
            store.change(f"DELETE FROM {table} WHERE {where(store, table, after)}")
            store.change(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", given=undo)
    assert store.found(store.held) == []


@pytest.mark.parametrize("table", [*NOUN_TABLES, *MISSED])
def test_any_row_deleted_is_found(store, table):
    for row in store.rows(table):
        store.change(f"DELETE FROM {table} WHERE {where(store, table, row)}")

        assert store.found(), row

        store.change(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", given=row)
    assert store.found() == []


@pytest.mark.parametrize("table", [*NOUN_TABLES, *MISSED])
def test_all_rows_deleted_are_found(store, table):
    store.change(f"DELETE FROM {table}")

    assert store.found()


@pytest.mark.parametrize("table", ["cosignature", "timestamp"])
def test_a_stamp_or_cosignature_taken_out_is_not_missed_and_raises_nothing(store, table):
    store.change(f"DELETE FROM {table}")

    assert (store.found(), verified(store.space).level) == ([], "internal")


@pytest.mark.parametrize("table", [*NOUN_TABLES, *TRAIL_TABLES])
def test_a_row_put_in_is_found(store, table):
    last = store.rows(table)[-1]
    unique = [altered(value) if value is not None else None for value in last]
    store.change(f"INSERT INTO {table} VALUES ({', '.join('?' * len(last))})", given=unique)

    assert store.found()


def test_what_is_found_names_record_field_entry_and_both_values(store):
    store.change("UPDATE evidence SET approved_on = '2026-01-01' WHERE title = 'One'")

    assert store.found() == [(4, "row")]
    for word in ("evidence EV-2026-0001", "approved_on", "entry 6", "2026-04-01", "2026-01-01"):
        assert word in store.words()


def test_a_tag_smuggled_in_is_named(store):
    store.change(
        "INSERT INTO evidence_tag SELECT key, '4.3', 'stated', 'ada', 'iso', NULL, 'ada', "
        "'2026-05-01', NULL, NULL FROM evidence WHERE title = 'Three'"
    )

    assert store.found() == [(4, "row")]
    assert "evidence EV-2026-0003" in store.words()
    assert "'4.3'" in store.words()


def test_two_records_whose_rows_are_swapped_are_both_named(store):
    store.change("UPDATE evidence SET title = CASE title WHEN 'One' THEN 'Two' ELSE 'One' END "
                 "WHERE title IN ('One', 'Two')")  # fmt: skip

    assert store.found() == [(4, "row"), (4, "row")]
    assert "EV-2026-0001" in store.words()
    assert "EV-2026-0002" in store.words()


def test_a_record_without_an_entry_is_named(store):
    store.change(
        "INSERT INTO ai_system SELECT key + 1, 'SYS-2026-0003', 'x', name, generative, stage, "
        "owner, purpose, in_scope_from, in_scope_to, recorded_on, model FROM ai_system "
        "WHERE slug = 'triage'"
    )

    assert store.found() == [(4, "row-without-entry")]
    assert "SYS-2026-0003" in store.words()


def test_a_record_removed_with_its_lists_is_named_by_its_entry(store):
    key = "(SELECT key FROM evidence WHERE title = 'Three')"
    lists = ("evidence_file", "evidence_tag", "evidence_system", "evidence_supersedes")
    store.change(
        *(f"DELETE FROM {table} WHERE evidence = {key}" for table in lists),
        "DELETE FROM evidence WHERE title = 'Three'",
    )

    assert store.found() == [(4, "entry-without-row")]
    assert "EV-2026-0003" in store.words()


@pytest.mark.parametrize("owner", ["99", "'x'", "x'00'", "-1", "20260000099"])
def test_list_rows_of_no_record_are_found(store, owner):
    store.change(
        f"INSERT INTO evidence_tag SELECT {owner}, ref, origin, source, framework, note, "
        "confirmed_by, confirmed_on, declined_by, declined_on FROM evidence_tag LIMIT 1"
    )

    assert (4, "row-without-entry") in store.found()


@pytest.mark.parametrize("value", ["NULL", "x'ff'", "CAST(x'ff' AS TEXT)", "3.5", "'a' || char(0)"])
@pytest.mark.parametrize("column", ["title", "approved_on", "version", "superseded_on"])
def test_values_of_any_other_type_are_found(store, column, value):
    sql = next(row[-1] for row in store.rows("sqlite_master") if row[1] == "evidence")
    loose = sql.replace(" NOT NULL", "").replace("'", "''")
    store.schema(
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_master SET sql = '{loose}' WHERE name = 'evidence'",
    )
    store.change(f"UPDATE evidence SET {column} = {value} WHERE title = 'One'")

    assert store.found()


@pytest.mark.parametrize(
    "value", ["NULL", "'x'", "-1", "'../../../../../dev/zero'", "upper(sha256)", "x'00'"]
)
@pytest.mark.parametrize("column", ["sha256", "size"])
def test_a_file_s_row_that_leads_elsewhere_is_found_and_not_followed(store, column, value):
    sql = next(row[-1] for row in store.rows("sqlite_master") if row[1] == "evidence_file")
    loose = sql.replace(" NOT NULL", "").replace("'", "''")
    store.schema(
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_master SET sql = '{loose}' WHERE name = 'evidence_file'",
    )
    store.change(f"UPDATE evidence_file SET {column} = {value}")

    assert (4, "row") in store.found()


@pytest.mark.parametrize(
    "change",
    [
        "number = 1", "number = 0", "number = -5", "number = 9000000000000000000",
        "origin = 'x'", "origin = origin || '/g9'", "origin = ''",
        "restored_size = -1", "restored_size = 0", "restored_size = 9000000000000000000",
        "known_size = NULL", "known_size = -1", "known_root = 'x'", "known_root = NULL",
    ],
)  # fmt: skip
def test_a_generation_that_cannot_be_is_found_also_by_who_holds_old_checkpoints(store, change):
    store.change(f"UPDATE generation SET {change}")

    assert (4, "row") in store.found(store.held)


@pytest.mark.parametrize(
    "change", ["size = 0", "size = -1", "size = 9000000000000000000", "peaks = x''", "root = x''"]
)
def test_a_tree_that_cannot_be_is_found_by_everybody_and_nothing_is_recorded(store, run, change):
    store.change(f"UPDATE tree SET {change}")

    for held in (NOTHING, store.held):
        assert {step for step, _ in store.found(held)} == {3}
    refused = run("system", "add", "x", "--name", "X", "--role", "user")
    if not change.startswith("root"):
        assert (refused.code, refused.out) == (1, "")
        assert "the tree of the trail is damaged" in refused.err
