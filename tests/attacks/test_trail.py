"""Whatever is done to entries, tree, triggers and tables of the trail, verify finds it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from govtrack.register.verification import verified
from govtrack.trail import tree
from govtrack.trail.canonical import canonical

LAST = "(SELECT max(seq) FROM entry)"


def rebuilt(store):
    """Leaf hashes and tree made to fit the entries again, as a careful forger would."""
    leaves = [tree.leaf_hash(data) for *_, data in store.rows("entry")]
    for (seq, *_), leaf in zip(store.rows("entry"), leaves, strict=True):
        store.change(f"UPDATE entry SET leaf_hash = ? WHERE seq = {seq}", given=[leaf])
    grown = tree.Tree().grown(leaves)
    store.change(
        "UPDATE tree SET size = ?, peaks = ?, root = ?",
        given=[grown.size, grown.packed(), grown.root()],
    )


def without_checkpoints(store):
    """Nothing is left that says what was signed, stamped or cosigned."""
    store.change("DELETE FROM timestamp", "DELETE FROM cosignature", "DELETE FROM checkpoint")
    store.space.checkpoint_path.unlink()


def forged(store, at_place, /, **fields):
    """An entry's event with other fields, in canonical bytes."""
    event = json.loads(store.rows("entry")[at_place][-1]) | fields
    store.change(f"UPDATE entry SET bytes = ? WHERE seq = {at_place}", given=[canonical(event)])


def test_a_bit_of_an_entry_flipped_breaks_its_leaf_and_the_root(store):
    data = bytearray(store.rows("entry")[3][-1])
    data[40] ^= 1
    store.change("UPDATE entry SET bytes = ? WHERE seq = 3", given=[bytes(data)])

    assert {(2, "leaf-hash"), (3, "root")} <= set(store.found())
    assert "entry 3" in store.words()


def test_an_entry_rewritten_with_its_leaf_still_breaks_the_root(store):
    forged(store, 3, reason="made up")
    (data,) = [row[-1] for row in store.rows("entry") if row[0] == 3]
    store.change("UPDATE entry SET leaf_hash = ? WHERE seq = 3", given=[tree.leaf_hash(data)])

    without_checkpoints(store)
    assert store.found() == [(3, "root"), (3, "peaks")]


def test_an_entry_removed_from_the_middle_leaves_a_gap_even_in_a_rebuilt_tree(store):
    store.change("DELETE FROM entry WHERE seq = 2")
    rebuilt(store)

    assert (2, "gap") in store.found()


def test_entries_renumbered_over_a_gap_do_not_say_the_number_they_stand_at(store):
    store.change("DELETE FROM entry WHERE seq = 2",
                 "UPDATE entry SET seq = seq - 1 WHERE seq > 2")  # fmt: skip
    rebuilt(store)

    assert (2, "entry-columns") in store.found()


def test_the_last_entry_removed_is_missed_by_tree_and_rows(store):
    store.change(f"DELETE FROM entry WHERE seq = {LAST}")

    assert {(3, "size"), (3, "root"), (4, "row-without-entry")} <= set(store.found())


def test_the_tree_replaced_alone_does_not_fit_the_entries(store):
    store.change("UPDATE tree SET root = zeroblob(32)")

    assert store.found() == [(3, "root")]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"actor": "somebody"}, "entry-columns"),
        ({"at": "2020-01-01T00:00:00.000000Z"}, "entry-columns"),
        ({"seq": 5}, "entry-columns"),
        ({"trail": "example.org/govtrack/00000000"}, "origin"),
        ({"v": 2}, "entry"),
        ({"after": []}, "entry"),
        ({"after": "x"}, "entry"),
        ({"subject": None}, "entry"),
        ({"subject": {"type": [], "id": {}, "version": None}}, "entry"),
        ({"extra": 1}, "entry"),
        ({"subject": {"type": "evidence", "id": "EV-2026-0001", "version": 7}}, "version"),
    ],
    ids=repr,
)
def test_an_entry_that_says_otherwise_is_found_though_all_hashes_fit(store, fields, code):
    forged(store, 4, **fields)
    rebuilt(store)

    assert (2, code) in store.found()


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"null", b"{", b"\xff\xfe", b'{"a": 1}', b"[" * 5000]
)
def test_bytes_that_are_no_entry_are_found_though_all_hashes_fit(store, data):
    store.change("UPDATE entry SET bytes = ? WHERE seq = 4", given=[data])
    rebuilt(store)

    assert (2, "entry") in store.found()


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [("subject_type", "'nonsense'", "subject"), ("subject_id", "'EV'", "replay")],
)
def test_an_entry_moved_to_another_subject_is_found(store, column, value, code):
    store.change(f"UPDATE entry SET {column} = {value} WHERE seq = 4")

    assert {(2, "entry-columns")} <= set(store.found())
    if code == "replay":
        assert (4, "replay") in store.found()


def test_a_rewritten_state_is_found_in_the_rows_and_rewritten_rows_in_the_tree(store):
    event = json.loads(store.rows("entry")[4][-1])
    forged(store, 4, after={**event["after"], "title": "Forged"})
    store.change("UPDATE evidence SET title = 'Forged' WHERE title = 'One'")

    assert (3, "root") in store.found()


def test_a_careful_rewrite_of_everything_passes_and_is_called_no_more_than_internal(store):
    """What layer 1 cannot show: whoever rewrites all of it makes it agree. Said so, not hidden."""
    size = len(store.rows("entry"))
    entries = [json.loads(row[-1]) for row in store.rows("entry")]
    for seq, event in enumerate(entries):
        if (event["after"] or {}).get("title") == "One":
            forged(store, seq, after={**event["after"], "title": "Forged"})
    store.change("UPDATE evidence SET title = 'Forged' WHERE title = 'One'")
    rebuilt(store)
    without_checkpoints(store)

    report = verified(store.space)
    assert (report.findings, report.entries, report.level) == ((), size, "internal")


@pytest.mark.parametrize("table", ["entry", "tree", "evidence", "evidence_tag", "workspace"])
def test_a_table_that_is_gone_is_named(store, table):
    store.schema(f"DROP TABLE {table}")

    assert {step for step, _ in store.found()} == {1}
    assert (1, "table") in store.found()
    assert f"where='{table}'" in store.words()


def test_a_view_in_a_table_s_place_is_found(store):
    store.schema(
        "ALTER TABLE evidence_tag RENAME TO hidden",
        "CREATE VIEW evidence_tag AS SELECT * FROM hidden WHERE ref <> '6.1.2'",
    )

    assert {(1, "table"), (1, "unknown-table")} <= set(store.found())


def test_a_table_of_the_trail_without_its_rules_is_found(store):
    store.schema(
        "CREATE TABLE other (id INTEGER PRIMARY KEY, size INTEGER, peaks BLOB, root BLOB)",
        "INSERT INTO other SELECT * FROM tree",
        "DROP TABLE tree",
        "ALTER TABLE other RENAME TO tree",
    )

    assert store.found() == [(1, "table")]


def test_a_second_tree_is_found(store):
    store.change("INSERT INTO tree SELECT 2, size, peaks, root FROM tree")

    assert (3, "tree") in store.found()


def test_a_damaged_file_is_a_finding_and_not_an_accident(store):
    data = bytearray(store.space.database_path.read_bytes())
    for start in range(4096, len(data), 4096):
        data[start : start + 100] = b"\xff" * 100
    store.space.database_path.write_bytes(bytes(data))

    assert store.found()
    assert {code for _, code in store.found()} == {"damaged"}


def test_a_file_that_is_cut_short_is_a_finding_too(store):
    data = store.space.database_path.read_bytes()
    store.space.database_path.write_bytes(data[: len(data) // 2])

    assert store.found() == [(1, "damaged")]


def test_replace_goes_past_the_triggers_of_a_careless_connection_but_not_past_the_tree(store):
    with closing(sqlite3.connect(store.space.database_path)) as connection:
        connection.execute(
            "REPLACE INTO entry SELECT seq, at, 'somebody', action, subject_type, subject_id, "
            "subject_version, leaf_hash, zeroblob(9) FROM entry WHERE seq = 3"
        )
        connection.commit()

    assert {(2, "leaf-hash"), (2, "entry"), (3, "root")} <= set(store.found())
