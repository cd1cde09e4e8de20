"""A register to write to through the library, and to look into past it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from govtrack import workspace as workspaces
from govtrack.aims import artefacts, evidence
from govtrack.aims.fields import EvidenceFields
from govtrack.catalog.loading import catalogue
from govtrack.register.recording import recording
from govtrack.register.verification import verified

numbers = count()


@dataclass(frozen=True)
class Register:
    """A workspace's register: `add` writes as the product does, the rest looks past it."""

    space: workspaces.Workspace

    def recording(self, actor="ada@example.org", reason=None, *, dry_run=False):
        return recording(self.space, actor, reason, dry_run=dry_run)

    def add(self, title="Report", content=None, **said):
        """Record one piece of evidence with one file; gives its id."""
        path = self.space.root / "artefact.txt"
        path.write_bytes(content or b"content %d\n" % next(numbers))
        fields = EvidenceFields(files=(path,), kind="vv-report", title=title, **said)
        files = artefacts.kept([(path.name, path)], self.space.objects_path)
        with self.recording() as recorded:
            key = evidence.add(recorded, fields, files, (), catalogue(), allow_duplicate=True)
            return recorded.image("evidence", key)["id"]

    def query(self, sql, *given):
        with closing(sqlite3.connect(self.space.database_path)) as connection:
            return connection.execute(sql, given).fetchall()

    def events(self):
        return [json.loads(data) for (data,) in self.query("SELECT bytes FROM entry ORDER BY seq")]

    def rows(self):
        """Every row of every table, by table."""
        tables = self.query("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {name: sorted(self.query(f"SELECT * FROM {name}"), key=repr) for (name,) in tables}

    def files(self):
        """Every file of the store, by its path, with its bytes."""
        store = self.space.store
        return {
            str(path.relative_to(store)): path.read_bytes()
            for path in sorted(store.rglob("*"))
            if path.is_file()
        }

    def codes(self):
        """What verify finds, in a word each."""
        return [finding.code for finding in verified(self.space).findings]


@pytest.fixture
def register(workspace):
    return Register(workspaces.read(Path(workspace)))
