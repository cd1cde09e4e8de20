"""What a careful attacker does to a store: everything that agrees with everything else, rebuilt.

`Forger` has the store's files, an editor and `sqlite3`, and a signing key where one is given to it.
Rows are made from the forged entries by govtrack's own replay, so that nothing but a key or
something outside the store can tell them from real ones.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing, contextmanager

from govtrack import workspace as workspaces
from govtrack.register import journal
from govtrack.register.images import projector
from govtrack.register.nouns import BY_TABLE, NOUNS
from govtrack.register.objects import path_of
from govtrack.register.replay import insert, last_states
from govtrack.trail import note, tree
from govtrack.trail.canonical import canonical
from govtrack.trail.checkpoint import Checkpoint, read
from govtrack.trail.proof import Levels
from govtrack.trail.signing import Signer, public_of

BESIDE = ("timestamp", "cosignature", "checkpoint")


class Forger:
    """Somebody at a store, with all the time in the world."""

    def __init__(self, root):
        self.space = workspaces.read(root)
        self.root = root

    def rows(self, sql, *given):
        with closing(sqlite3.connect(self.space.database_path)) as db:
            return db.execute(sql, given).fetchall()

    @contextmanager
    def past_triggers(self):
        """A connection to which the triggers do nothing; afterwards they stand as before."""
        with closing(sqlite3.connect(self.space.database_path)) as db:
            for name in journal.APPEND_ONLY:
                db.execute(f"DROP TRIGGER {name}")
            yield db
            for sql in journal.APPEND_ONLY.values():
                db.execute(sql)
            db.commit()

    def triggers_stand(self):
        """Whether there is nothing to be seen of it."""
        found = self.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(found) == journal.APPEND_ONLY

    def events(self):
        """What the entries say, in their order."""
        return [json.loads(data) for (data,) in self.rows("SELECT bytes FROM entry ORDER BY seq")]

    def retold(self, title, **fields):
        """The entries with other words about the evidence of that title, and the first of these."""
        events, first = self.events(), None
        for seq, event in enumerate(events):
            if (event["after"] or {}).get("title") == title:
                event["after"] |= fields
                first = seq if first is None else first
        return events, first

    def rewrite(self, events, key=None):
        """Make these events the history: entries, tree and rows; checkpoints that no more fit go.

        With a key they are signed anew, a checkpoint for each recording.
        """
        data = [canonical(event) for event in _renumbered(events)]
        leaves = [tree.leaf_hash(one) for one in data]
        levels = Levels(b"".join(leaves))
        with self.past_triggers() as db:
            db.execute("DELETE FROM entry")
            db.executemany(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_columns(*one) for one in zip(events, leaves, data, strict=True)],
            )
            grown = levels.tree()
            db.execute(
                "UPDATE tree SET size = ?, peaks = ?, root = ?",
                [grown.size, grown.packed(), grown.root()],
            )
            _replay(db)
            _only_fitting(db, levels)
            if key:
                _signed(db, events, levels, key)
        self._published()
        self._swept()

    def _published(self):
        newest = self.rows("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")
        if newest:
            self.space.checkpoint_path.write_bytes(newest[0][0])
        else:
            self.space.checkpoint_path.unlink(missing_ok=True)

    def _swept(self):
        """Objects that no record names would be noted."""
        named = {
            path_of(self.space.objects_path, digest)
            for (digest,) in self.rows("SELECT sha256 FROM evidence_file")
        }
        for path in self.space.objects_path.glob("sha256/*/*"):
            if path not in named:
                path.unlink()


def under_own_key(events, key):
    """The events with the forger's key in the place of the trail's."""
    for event in events:
        if event["action"] == "trail.key_added":
            event["after"]["vkey"] = note.vkey(event["trail"], public_of(key))
    return events


def _renumbered(events):
    versions = Counter()
    for seq, event in enumerate(events):
        subject = event["subject"]
        versions[subject["type"], subject["id"]] += 1
        event["seq"] = seq
        subject["version"] = versions[subject["type"], subject["id"]]
    return events


def _columns(event, leaf, data):
    subject = event["subject"]
    return (
        event["seq"], event["at"], event["actor"], event["action"], subject["type"],
        subject["id"], subject["version"], leaf, data,
    )  # fmt: skip


def _replay(db):
    for table in BY_TABLE:
        db.execute(f"DELETE FROM {table}")
    for noun, key, image in last_states(db):
        if image is not None:
            for table, rows in projector(db, NOUNS[noun.name])(key, image).items():
                insert(db, table, rows)


def _only_fitting(db, levels):
    """Checkpoints of sizes and roots that the entries no more have are taken out, with theirs."""
    for size, data in db.execute("SELECT size, note FROM checkpoint").fetchall():
        if size > levels.size or levels.root(size) != read(data)[0].root:
            for table in BESIDE:
                db.execute(f"DELETE FROM {table} WHERE size = ?", [size])


def _signed(db, events, levels, key):
    (newest,) = db.execute("SELECT max(size) FROM checkpoint").fetchone()
    for size in range((newest or 0) + 1, len(events) + 1):
        if size < len(events) and events[size]["at"] == events[size - 1]["at"]:
            continue  # in the middle of a recording
        said = Checkpoint(events[size - 1]["trail"], size, levels.root(size)).body()
        data = note.Note(said, (Signer(events[size - 1]["trail"], key).sign(said),)).written()
        db.execute("INSERT INTO checkpoint VALUES (?, ?, ?)", [size, newest, data])
        newest = size
