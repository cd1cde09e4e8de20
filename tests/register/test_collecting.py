"""What is removed is old and nobody's; what a record, an entry or a hold names stays."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import jsonschema
import pytest

from govtrack import shipped, workspace
from govtrack.aims import artefacts, evidence
from govtrack.aims.fields import EvidenceFields
from govtrack.catalog.loading import catalogue
from govtrack.errors import NotDone
from govtrack.register import collecting, objects
from govtrack.register.collecting import collected

DAY = timedelta(days=1)


@pytest.fixture
def stray(register):
    """`stray(data, old=True)`: an object that no record names."""

    def _stray(data=b"of a refused command", *, old=True):
        path = register.space.root / "stray.txt"
        path.write_bytes(data)
        stored = objects.store_file(register.space.objects_path, path)
        path = objects.path_of(register.space.objects_path, stored.sha256)
        if old:
            age(path)
        return path

    return _stray


def age(path, seconds=0):
    os.utime(path, (seconds, seconds))


def age_all(root):
    for path in root.rglob("*"):
        age(path)


def test_what_no_record_names_goes_once_it_is_old(register, stray):
    register.add("Kept", b"kept")
    old, young = stray(b"old one"), stray(b"young one", old=False)

    tried = collected(register.space, DAY, dry_run=True)
    there = old.exists()
    done = collected(register.space, DAY)

    assert there
    assert tried == done
    assert [(one.what, one.bytes) for one in done.removed] == [("unnamed", 7)]
    assert done.removed[0].path.startswith(".govtrack/objects/sha256/")
    assert done.young == 1
    assert (old.exists(), young.exists()) == (False, True)
    assert register.codes() == []


def test_nothing_that_a_record_names_goes_however_old(register):
    for number in range(5):
        register.add(f"Report {number}")
    before = register.files()
    age_all(register.space.store)

    done = collected(register.space, timedelta(hours=1))

    assert done.removed == ()
    assert register.files() == before


def test_a_row_that_somebody_took_out_does_not_cost_the_evidence(register):
    register.add("Report", b"precious")
    age_all(register.space.store)
    import sqlite3  # noqa: PLC0415

    connection = sqlite3.connect(register.space.database_path)
    for table in ("evidence_file", "evidence_tag"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("DELETE FROM evidence")
    connection.commit()
    connection.close()

    assert collected(register.space, DAY).removed == ()
    assert b"precious" in register.files().values()


def test_a_row_marked_purged_past_the_trail_does_not_cost_the_evidence(register):
    register.add("Report", b"precious")
    age_all(register.space.store)
    import sqlite3  # noqa: PLC0415

    connection = sqlite3.connect(register.space.database_path)
    connection.execute("UPDATE evidence SET purged_on = '2020-01-01'")
    connection.commit()
    connection.close()

    assert collected(register.space, DAY).removed == ()


def test_what_killed_commands_left_goes_and_nothing_like_it(register):
    root, store = register.space.root, register.space.store
    left = {
        "init": root / ".govtrack-0123456789abcdef",
        "backup": root / ".b.tar.0123456789abcdef.part",
        "migrate": store / "register-schema-2.db.tmp",
        "unfinished": store / "objects/tmp/abc",
        "checkpoint": store / "trail/checkpoint.0a1b2c3d",
    }
    kept = [root / ".govtrack-mine", root / ".b.tar.part", store / "register-schema-2.db",
            store / "trail/checkpoint.txt"]  # fmt: skip
    for path in (*left.values(), *kept):
        path.parent.mkdir(exist_ok=True)
        if path.parent == root:
            path.mkdir()
            (path / "register.db").write_bytes(b"12345")
            age(path / "register.db")
        else:
            path.write_bytes(b"12345")
        age(path)

    done = collected(register.space, DAY)

    assert {one.what: one.bytes for one in done.removed} == dict.fromkeys(left, 5)
    assert [path for path in left.values() if path.exists()] == []
    assert [path for path in kept if not path.exists()] == []


def test_a_backup_that_is_being_made_is_left_alone(register):
    from govtrack.register.asides import aside  # noqa: PLC0415

    with aside(register.space.root / "b.tar") as folder:
        age(folder)

        assert collected(register.space, DAY).removed == ()
        assert folder.is_dir()


def test_a_link_is_removed_and_not_followed(register, tmp_path):
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/file").write_text("mine")
    for place in ("objects/tmp/link", f"objects/sha256/ab/{'c' * 62}"):
        path = register.space.store / place
        path.parent.mkdir(exist_ok=True)
        path.symlink_to(tmp_path / "precious")
        os.utime(path, (0, 0), follow_symlinks=False)

    done = collected(register.space, DAY)

    assert len(done.removed) == 2
    assert (tmp_path / "precious/file").read_text() == "mine"


def test_a_store_that_was_put_back_is_left_alone(register, run):
    earlier = register.space.database_path.read_bytes()
    register.add("Later", b"newer evidence")
    age_all(register.space.store)
    register.space.database_path.write_bytes(earlier)

    done = run("gc")

    assert done.code == 1
    assert "behind the checkpoint" in done.err
    assert "nothing is removed, for an older register does not name the newer" in done.err
    assert "recorded" not in done.err
    assert b"newer evidence" in register.files().values()


# the same bytes again, while they are being removed


def test_storing_the_same_bytes_again_makes_them_young(register, stray):
    path = stray(b"again")
    source = register.space.root / "again.txt"
    source.write_bytes(b"again")

    objects.store_file(register.space.objects_path, source)

    assert collected(register.space, DAY).removed == ()
    assert path.exists()


def adding(register, data):
    """An `add-evidence` cut in two: its bytes are stored; calling what it gives records them."""
    path = register.space.root / "artefact.txt"
    path.write_bytes(data)
    files = artefacts.kept([(path.name, path)], register.space.objects_path)

    def record():
        with register.recording() as recorded:
            digests = [file.sha256 for file in files]
            objects.still_there(register.space.objects_path, digests)
            fields = EvidenceFields(files=(path,), kind="vv-report", title="Slow")
            evidence.add(recorded, fields, files, (), catalogue())

    return objects.path_of(register.space.objects_path, files[0].sha256), record


def test_a_recording_slower_than_the_age_is_refused_and_names_nothing_that_is_gone(register):
    path, record = adding(register, b"slow")
    age(path)

    collected(register.space, DAY)
    with pytest.raises(NotDone, match="run the command again"):
        record()

    assert register.query("SELECT count(*) FROM evidence") == [(0,)]
    assert register.codes() == []


def test_a_recording_that_was_first_keeps_its_bytes(register):
    path, record = adding(register, b"slow")
    age(path)
    record()

    assert collected(register.space, DAY).removed == ()
    assert path.exists()


def test_whoever_waits_for_the_lock_of_a_removal_sees_it(register):
    path, record = adding(register, b"slow")
    age(path)
    whole = collecting._removed
    begun, outcome = threading.Event(), []

    def waiting():
        begun.wait()
        try:
            record()
            outcome.append("recorded")
        except NotDone as refusal:
            outcome.append(str(refusal))

    other = threading.Thread(target=waiting)
    other.start()

    def slow(path):
        begun.set()
        other.join(0.5)  # it wants the lock that this holds
        whole(path)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(collecting, "_removed", slow)
        collected(register.space, DAY)
    other.join()

    assert "run the command again" in outcome[0]
    assert not path.exists()
    assert register.codes() == []


def test_add_evidence_and_import_look_before_they_record(register, run, monkeypatch):
    root = register.space.root
    (root / "a.txt").write_text("a")
    (root / "t.csv").write_text("files,kind\na.txt,vv-report\n")
    stored = objects.store_file

    def lost(*given, **named):
        found = stored(*given, **named)
        objects.path_of(register.space.objects_path, found.sha256).unlink(missing_ok=True)
        return found

    monkeypatch.setattr(objects, "store_file", lost)

    for arguments in (["add-evidence", "a.txt", "--kind", "vv-report"], ["import", "t.csv"]):
        done = run(*arguments, cwd=root)
        assert (done.code, "run the command again" in done.err) == (1, True), arguments

    assert register.query("SELECT count(*) FROM evidence") == [(0,)]


KILLED = """
import os, signal, sys
from pathlib import Path
from datetime import timedelta
from govtrack import workspace
from govtrack.register import collecting
whole, calls = collecting._removed, 0

def stop(path):
    global calls
    calls += 1
    if calls == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    whole(path)

collecting._removed = stop
collecting.collected(workspace.read(Path(sys.argv[1])), timedelta(days=1))
"""


def test_a_kill_halfway_leaves_a_register_that_verifies_and_the_rest_for_later(register, stray):
    register.add("Kept", b"kept")
    paths = [stray(b"%d" % number) for number in range(5)]

    ended = subprocess.run([sys.executable, "-c", KILLED, str(register.space.root)], check=False)

    assert ended.returncode == -signal.SIGKILL
    assert sum(path.exists() for path in paths) == 3
    assert register.codes() == []
    assert len(collected(register.space, DAY).removed) == 3
    assert b"kept" in register.files().values()


def test_the_answer_is_of_its_schema_and_says_how_much(stray, run):
    stray(b"12345")
    schema = json.loads((shipped.folder("schemas") / "gc.schema.json").read_text())

    tried = run("gc", "--dry-run", "--json").json()
    told = run("gc", "--dry-run")
    done = run("gc", "--older-than", "2h", "--json").json()

    for one in (tried, done):
        jsonschema.Draft202012Validator(schema).validate(one)
    assert (tried["dry_run"], done["dry_run"], done["bytes"]) == (True, False, 5)
    assert "Would remove 1 thing left behind, 5 bytes." in told.out
    assert run("gc").out == "Removed 0 things left behind, 0 bytes.\n"


@pytest.mark.parametrize(
    "age_", ["0d", "0h", "59m", "1", "d", "-1d", "1.5d", "1w", "10m", "9999999999d"]
)
def test_an_age_that_would_meet_a_recording_is_refused(register, run, stray, age_):
    path = stray()

    done = run("gc", f"--older-than={age_}")

    assert (done.code, "--older-than" in done.err) == (2, True)
    assert "at least 1h" in done.err or "longer than this looks back" in done.err
    assert path.exists()
    assert workspace.read(register.space.root) == register.space
