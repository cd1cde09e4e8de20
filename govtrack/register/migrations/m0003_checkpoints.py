"""Schema 3: checkpoints, cosignatures, time stamps; keys, generations; holds and purged evidence.

The statements are those of that schema for good, whatever the tables become later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.operations import Operations

TRAIL = (
    """CREATE TABLE checkpoint (
    size INTEGER PRIMARY KEY,
    previous INTEGER,
    note BLOB NOT NULL
) STRICT""",
    """CREATE TABLE cosignature (
    size INTEGER NOT NULL,
    witness TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (size, witness)
) STRICT""",
    """CREATE TABLE timestamp (
    size INTEGER NOT NULL,
    authority TEXT NOT NULL,
    at TEXT NOT NULL,
    reply BLOB NOT NULL,
    PRIMARY KEY (size, authority)
) STRICT""",
    "CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoints of the trail are never changed'); END",
    "CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint BEGIN SELECT RAISE(ABORT, 'checkpoints of the trail are never changed'); END",
    "CREATE TRIGGER cosignature_no_update BEFORE UPDATE ON cosignature BEGIN SELECT RAISE(ABORT, 'cosignatures are never changed'); END",
    "CREATE TRIGGER cosignature_no_delete BEFORE DELETE ON cosignature BEGIN SELECT RAISE(ABORT, 'cosignatures are never changed'); END",
    "CREATE TRIGGER timestamp_no_update BEFORE UPDATE ON timestamp BEGIN SELECT RAISE(ABORT, 'time stamps are never changed'); END",
    "CREATE TRIGGER timestamp_no_delete BEFORE DELETE ON timestamp BEGIN SELECT RAISE(ABORT, 'time stamps are never changed'); END",
)
"""Kept character by character: `verify` compares them."""
STATEMENTS = (
    "ALTER TABLE evidence ADD COLUMN purged_on VARCHAR",
    "ALTER TABLE evidence ADD COLUMN purged_by VARCHAR",
    "ALTER TABLE evidence ADD COLUMN purged_why VARCHAR",
    "ALTER TABLE pack ADD COLUMN trail_size INTEGER",
    "ALTER TABLE pack ADD COLUMN trail_root VARCHAR",
    'CREATE TABLE signing_key ( "key" INTEGER NOT NULL, id VARCHAR NOT NULL, vkey VARCHAR NOT NULL, how VARCHAR NOT NULL, replaces VARCHAR, added_on VARCHAR NOT NULL, retired_on VARCHAR, revoked_at VARCHAR, revoked_why VARCHAR, recorded_on VARCHAR NOT NULL, PRIMARY KEY ("key"), UNIQUE (id), UNIQUE (vkey), FOREIGN KEY(replaces) REFERENCES signing_key (id) )',
    'CREATE TABLE generation ( "key" INTEGER NOT NULL, id VARCHAR NOT NULL, number INTEGER NOT NULL, origin VARCHAR NOT NULL, known_size INTEGER, known_root VARCHAR, restored_size INTEGER NOT NULL, restored_root VARCHAR NOT NULL, recorded_on VARCHAR NOT NULL, PRIMARY KEY ("key"), UNIQUE (id), UNIQUE (number), UNIQUE (origin) )',
    'CREATE TABLE legal_hold ( "key" INTEGER NOT NULL, id VARCHAR NOT NULL, title VARCHAR NOT NULL, placed_by VARCHAR NOT NULL, placed_on VARCHAR NOT NULL, lifted_by VARCHAR, lifted_on VARCHAR, lifted_why VARCHAR, recorded_on VARCHAR NOT NULL, PRIMARY KEY ("key"), UNIQUE (id) )',
    'CREATE TABLE legal_hold_evidence ( hold INTEGER NOT NULL, evidence VARCHAR NOT NULL, PRIMARY KEY (hold, evidence), FOREIGN KEY(hold) REFERENCES legal_hold ("key"), FOREIGN KEY(evidence) REFERENCES evidence (id) ) WITHOUT ROWID',
    "CREATE INDEX legal_hold_evidence_by_evidence ON legal_hold_evidence (evidence)",
)


def upgrade(op: Operations) -> None:
    """From schema 2 to 3."""
    for statement in STATEMENTS:
        op.execute(statement)
    for statement in TRAIL:
        # as it is: alembic would read a colon as a parameter
        op.get_bind().exec_driver_sql(statement)
