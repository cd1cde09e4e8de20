"""A trail as it stands in a register, read past govtrack; keys that come, go and are sealed."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import sqlite3
import sys
from contextlib import closing

import jsonschema
import pytest

from govtrack import shipped
from govtrack.register import keys
from govtrack.trail import checkpoint, keyring, note, signing

PASSPHRASE = "correct horse battery staple"  # noqa: S105  (of no key but those of tests)


class Trail:
    """What stands in a workspace's register, read past govtrack."""

    def __init__(self, root):
        self.root = root
        self.path = root / ".govtrack" / "register.db"

    def rows(self, sql, *values):
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(sql, values).fetchall()

    def execute(self, *statements):
        with closing(sqlite3.connect(self.path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    @property
    def origin(self):
        return self.rows("SELECT id FROM workspace")[0][0]

    @property
    def newest(self):
        """The id of the newest key."""
        return self.rows("SELECT id FROM signing_key ORDER BY key DESC")[0][0]

    @property
    def size(self):
        return self.rows("SELECT size FROM tree")[0][0]

    @property
    def actions(self):
        return [action for (action,) in self.rows("SELECT action FROM entry ORDER BY seq")]

    @property
    def checkpoints(self):
        rows = self.rows("SELECT note FROM checkpoint ORDER BY size")
        return [checkpoint.read(data) for (data,) in rows]

    def vkey(self, identifier):
        return self.rows("SELECT vkey FROM signing_key WHERE id = ?", identifier)[0][0]

    def public(self, identifier):
        return note.parsed_vkey(self.vkey(identifier)).public

    def signers(self, size):
        """The ids of the keys that signed the checkpoint of that size."""
        known = self.rows("SELECT id, vkey FROM signing_key ORDER BY key")
        (found,) = [signed for said, signed in self.checkpoints if said.size == size]
        ids = {note.parsed_vkey(vkey): identifier for identifier, vkey in known}
        return [ids[one] for one in signing.signed_by(found, ids)]

    def walk(self, *ids, attested=None):
        events = [
            keyring.KeyEvent(seq, action, after["vkey"], after["revoked_at"])
            for seq, action, after in (
                (seq, action, json.loads(data)["after"])
                for seq, action, data in self.rows(
                    "SELECT seq, action, bytes FROM entry WHERE subject_type = 'signing_key'"
                )
            )
        ]
        anchors = {self.public(one) for one in ids}
        return keyring.walk(events, anchors, self.checkpoints, lambda _: attested)

    @property
    def file(self):
        return keys.path_of(self.origin)


def _check(document):
    name = document["format"].removeprefix("govtrack.").partition("/")[0]
    path = shipped.folder("schemas") / f"{name}.schema.json"
    jsonschema.Draft202012Validator(json.loads(path.read_text())).validate(document)
    return document


@pytest.fixture
def check():
    """A function that gives a JSON answer back once it is of its schema."""
    return _check


@pytest.fixture
def trail(workspace):
    """The trail of the workspace."""
    return Trail(workspace)


@pytest.fixture
def trail_of():
    """A function that gives the trail of the workspace in a folder."""
    return Trail


@pytest.fixture
def keyless(run, tmp_path):
    """The trail of a workspace without a key; commands find it from its folder."""
    root = tmp_path / "keyless"
    assert run("init", root, "--no-key").code == 0
    return Trail(root)


@pytest.fixture
def passphrase():
    """The passphrase of the keys that are sealed here."""
    return PASSPHRASE


@pytest.fixture
def descriptor():
    """A function that gives the number of a descriptor which a text can be read from, once."""
    opened = []

    def made(text):
        reading, writing = os.pipe()
        os.write(writing, text.encode())
        os.close(writing)
        opened.append(reading)
        return reading

    yield made
    for one in opened:
        os.close(one)


@pytest.fixture
def sealed(run, trail, descriptor):
    """The trail, its key in force under the passphrase."""
    done = run("trail", "key", "rotate", "--passphrase-fd", descriptor(f"{PASSPHRASE}\n"))
    assert done.code == 0, done.err
    assert signing.SEALED in trail.file.read_bytes()
    return trail


@pytest.fixture
def colleague(run, monkeypatch, tmp_path):
    """`colleague(*words)`: a command on a machine that holds no key."""

    def elsewhere(*words):
        with monkeypatch.context() as patched:
            patched.setenv("XDG_CONFIG_HOME", str(tmp_path / "colleague"))
            return run(*words)

    return elsewhere


@pytest.fixture
def memoryless(run, monkeypatch, tmp_path):
    """`memoryless(*words)`: a command on a machine that remembers nothing of the trail."""

    def elsewhere(*words):
        with monkeypatch.context() as patched:
            patched.setenv("XDG_STATE_HOME", str(tmp_path / "no-memory"))
            return run(*words)

    return elsewhere


def _on_a_terminal(words, typed, cwd):
    """What a command shows on a terminal of its own, with this typed to it; and its exit code."""
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover  (another process)
        os.chdir(cwd)
        os.execv(sys.executable, [sys.executable, "-m", "govtrack", *words])  # noqa: S606
    shown, answers = b"", list(typed)
    while select.select([terminal], [], [], 60)[0]:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:  # the terminal is gone with its process
            break
        shown += chunk
        if not chunk:
            break
        # the space after a prompt comes once what was typed before it is thrown away
        if answers and shown.endswith(b": "):
            os.write(terminal, answers.pop(0).encode() + b"\n")
    else:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    return shown.decode(), os.waitstatus_to_exitcode(status)


@pytest.fixture
def on_a_terminal():
    """`on_a_terminal(words, typed, cwd)`: what is shown on a terminal, and the exit code."""
    return _on_a_terminal
