"""A question costs as many statements of a large register as of a small one: no loop of queries."""

from __future__ import annotations

import importlib.util
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from freezegun import freeze_time

from govtrack.catalog import loading
from govtrack.register import database

BENCH = Path(__file__).parents[2] / "bench" / "papers.py"
SMALL, LARGE = (20, 3), (200, 30)
QUESTIONS = (
    "criteria show", "risk list", "risk check", "soa show", "soa check", "impact list",
    "impact check", "profile show", "profile gaps", "profile check", "documents", "coverage",
    "next", "remind", "trace MEASURE-2.7", "trace R-2025-0001 --to evidence",
    "trace SYS-2025-0001",
)  # fmt: skip


@pytest.fixture(scope="module")
def filled():
    """The bench's own filler: it is tested here too."""
    spec = importlib.util.spec_from_file_location("bench_papers", BENCH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.fill


@pytest.fixture
def asked(run, workspace, filled, monkeypatch):
    """`asked(command, risks, systems)`: the statements it sends to a register of that size."""
    sent, opened = [], database.opened

    def listened(path, mode):
        connection = opened(path, mode)
        connection.set_trace_callback(sent.append)
        return connection

    monkeypatch.setattr(database, "opened", listened)

    def statements(command, risks, systems):
        path = workspace / ".govtrack" / "register.db"
        kept = path.read_bytes()
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            filled(connection, loading.catalogue(), risks, systems)
        sent.clear()
        done = run(*command.split(), "--json")
        path.write_bytes(kept)
        assert done.code in {0, 1}, done.err
        assert done.out.startswith("{"), done.err
        return len(sent)

    return statements


@pytest.mark.parametrize("command", QUESTIONS)
@freeze_time("2026-05-04T10:00:00Z")
def test_a_question_is_asked_at_once_whatever_the_size(asked, command):
    large, small = asked(command, *LARGE), asked(command, *SMALL)

    assert large == small > 0
