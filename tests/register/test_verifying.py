"""Verify looks at large registers in parts, clears rows by their text, rebuilds where asked."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing

import pytest

from govtrack.errors import NotDone
from govtrack.register import database, entry_checks, image_texts, journal, parts
from govtrack.register.asked import Asked
from govtrack.register.images import image_of
from govtrack.register.nouns import EVIDENCE
from govtrack.register.parts import Part
from govtrack.register.verification import verified
from govtrack.trail import tree
from govtrack.trail.canonical import canonical

TEXTS = [
    "plain", "", "\x00", "\x01\x1f\x7f", "\b\t\n\f\r", '"quoted" \\ and /', "\u2028\u2029\u0085",
    "Prüfung, Ωμέγα, 検証", "\U0001f4dc\U0010ffff", "null", "1.5", ",.5", "a\x00b",
]  # fmt: skip

A_TAG = (
    "INSERT INTO evidence_tag (evidence, ref, origin, source, framework) "
    "SELECT key, '4.3', 'stated', 'ada', 'iso' FROM evidence WHERE title = 'Report 2'"
)


@pytest.fixture
def filled(register):
    """A register with five pieces of evidence."""
    for number in range(5):
        register.add(f"Report {number}")
    return register


@pytest.fixture
def in_processes(monkeypatch):
    """Every register counts as large; stretches are short; there are two cores."""
    monkeypatch.setattr(parts, "LARGE", 0)
    monkeypatch.setattr(parts, "cores", lambda: 2)
    monkeypatch.setattr(entry_checks, "STRETCH", 2)


def tampered(register, *statements):
    """Run statements past the triggers, which are then put back."""
    with closing(sqlite3.connect(register.space.database_path)) as connection:
        for name in journal.APPEND_ONLY:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for sql in journal.APPEND_ONLY.values():
            connection.execute(sql)
        connection.commit()


def reading(register):
    return closing(database.opened(register.space.database_path, "ro"))


def checked(register):
    with reading(register) as connection:
        return [
            entry_checks.check(connection, *stretch)
            for stretch in entry_checks.stretches(connection, journal.origins(connection))
        ]


@pytest.mark.usefixtures("in_processes")
def test_processes_give_the_report_that_one_gives(filled, monkeypatch):
    together = verified(filled.space)
    monkeypatch.setattr(parts, "cores", lambda: 1)

    assert together == verified(filled.space)
    assert together.findings == ()
    assert together.entries == len(filled.events())


@pytest.mark.usefixtures("in_processes")
@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE entry SET bytes = CAST(bytes || ' ' AS BLOB) WHERE seq = 3", "leaf-hash"),
        ("UPDATE entry SET leaf_hash = zeroblob(32) WHERE seq = 1", "leaf-hash"),
        ("UPDATE entry SET actor = 'eva' WHERE seq = 4", "entry-columns"),
        ("UPDATE entry SET subject_version = 3 WHERE seq = 3", "version"),
        ("DELETE FROM entry WHERE seq = 2", "gap"),
        ("UPDATE entry SET seq = 1000000000000 WHERE seq = 4", "gap"),
        ("UPDATE entry SET seq = -7 WHERE seq = 0", "gap"),
        ("UPDATE evidence SET title = 'Other' WHERE title = 'Report 3'", "row"),
        ("DELETE FROM evidence_file", "row"),
        ("DELETE FROM evidence_tag WHERE ref IN (SELECT min(ref) FROM evidence_tag)", "row"),
        ("UPDATE tree SET root = zeroblob(32)", "root"),
    ],
)
def test_what_is_tampered_with_is_found_in_processes_too(filled, statement, code):
    tampered(filled, statement)

    assert code in filled.codes()


@pytest.mark.usefixtures("in_processes")
def test_nothing_is_said_where_a_process_was_ended(filled):
    with (
        reading(filled) as connection,
        pytest.raises(NotDone, match="nothing is known"),
    ):
        list(parts.done(connection, filled.space.database_path, [Part(_end)], large=True))


def _end(_connection):
    os._exit(9)


def test_a_further_connection_reads_while_a_writer_waits_for_the_first(filled):
    path = filled.space.database_path
    with reading(filled), closing(sqlite3.connect(path, timeout=0)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE evidence SET title = 'x'")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            writer.execute("COMMIT")  # it now stands in line, and would hold up who comes later

        with closing(database.unlocked(path)) as further:
            titles = [title for (title,) in further.execute("SELECT title FROM evidence")]

        writer.execute("ROLLBACK")
    assert "Report 1" in titles


def test_rows_are_cleared_by_their_text(filled):
    stretches = checked(filled)

    assert set().union(*(one.unlike for one in stretches)) == {"workspace"}
    assert sum(one.agreeing["evidence"] for one in stretches) == 5


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_sqlite_writes_a_record_in_the_canonical_form(filled, text):
    with closing(sqlite3.connect(filled.space.database_path)) as connection:
        connection.execute("UPDATE evidence SET title = ?, why = ?", [text, text])
        select = image_texts.statement(connection, EVIDENCE)
        ids = [one for (one,) in connection.execute("SELECT id FROM evidence")]

        written = image_texts.texts(connection, EVIDENCE, select, ids)

        keys = [key for (key,) in connection.execute("SELECT key FROM evidence ORDER BY key")]
        assert list(written.values()) == [
            canonical(image_of(connection, EVIDENCE, key)) for key in keys
        ]


@pytest.mark.parametrize("name", ["ümlaut", "a b", "x', 'y"])
def test_columns_that_somebody_named_are_not_trusted_to_a_statement(filled, name):
    with closing(sqlite3.connect(filled.space.database_path)) as connection:
        connection.execute(f'ALTER TABLE evidence ADD COLUMN "{name}" VARCHAR')

        assert image_texts.statement(connection, EVIDENCE) is None


@pytest.mark.parametrize("value", ["1.5", "9007199254740992", "-9223372036854775808"])
def test_numbers_that_no_entry_may_say_are_cleared_by_no_text(filled, value):
    """Entry, leaf, tree and row all say it: what is left is that the format does not have it."""
    event = json.loads(filled.query("SELECT bytes FROM entry WHERE seq = 3")[0][0])
    event["after"]["version"] = "VERSION"
    data = canonical(event).replace(b'"VERSION"', value.encode())
    key = event["subject"]["id"]
    tampered(
        filled,
        f"UPDATE evidence SET version = {value} WHERE id = '{key}'",
        f"UPDATE entry SET bytes = x'{data.hex()}', leaf_hash = x'{tree.leaf_hash(data).hex()}' "
        "WHERE seq = 3",
    )

    assert {"entry", "root"} <= set(filled.codes())


@pytest.mark.parametrize(
    ("change", "agrees"),
    [
        (lambda after: after.pop("purged_on"), True),
        (lambda after: after.pop("title"), False),
        (lambda after: after.update(version=True), False),
        (lambda after: after.update(more=None), False),
        (lambda after: after.update(tags=[]), False),
    ],
)
def test_an_entry_of_an_earlier_schema_lacks_what_is_empty_in_the_rows(filled, change, agrees):
    event = filled.events()[3]
    change(event["after"])
    data = canonical(event)
    tampered(filled, f"UPDATE entry SET bytes = x'{data.hex()}' WHERE seq = 3")

    unlike = set().union(*(one.unlike for one in checked(filled)))

    assert ("evidence" not in unlike) == agrees


def test_a_rebuilt_register_is_the_one_that_stands(filled):
    report = verified(filled.space, asked=Asked(rebuild=True))

    assert (report.findings, report.rebuilt) == ((), True)


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE evidence SET title = 'Other' WHERE title = 'Report 3'", "title"),
        ("UPDATE evidence SET version = 1.5 WHERE title = 'Report 3'", "version"),
        ("UPDATE evidence SET why = '' WHERE title = 'Report 3'", "why"),
        ("DELETE FROM evidence_file WHERE evidence IN (SELECT max(key) FROM evidence)", "file"),
        (A_TAG, "4.3"),
    ],
)
def test_rebuilding_finds_what_the_rows_say_otherwise(filled, statement, where):
    tampered(filled, statement)

    findings = verified(filled.space, asked=Asked(rebuild=True)).findings

    rebuilt = [finding for finding in findings if finding.code == "rebuild"]
    assert len(rebuilt) == 1
    assert where in rebuilt[0].where
    assert [finding.code for finding in findings if finding.code != "rebuild"] == ["row"]


def test_rebuilding_says_so_where_entries_cannot_be_replayed(filled):
    tampered(filled, "UPDATE entry SET bytes = x'5b5d' WHERE seq = 3")

    findings = verified(filled.space, asked=Asked(rebuild=True)).findings

    assert "rebuild" in {finding.code for finding in findings}
