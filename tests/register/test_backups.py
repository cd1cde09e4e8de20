"""A backup holds all of one moment, is read again, and gives the same workspace or nothing."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from contextlib import closing
from pathlib import Path

import jsonschema
import pytest

from govtrack import shipped, workspace
from govtrack.errors import NotDone
from govtrack.register import backup_manifest, backup_reading, backups, bundle, database
from govtrack.register.backups import backed_up
from govtrack.register.objects import path_of
from govtrack.register.restoring import restored
from govtrack.register.verification import verified


def read(path):
    """[(name, bytes)] of a backup, with another reader than ours."""
    with tarfile.open(path, "r:") as tar:
        return [(one.name, tar.extractfile(one).read()) for one in tar.getmembers()]


def put(path, members):
    """A file of members as a backup writes them, whatever they are called and hold."""
    with path.open("wb") as file:
        for name, data in members:
            file.write(bundle.header(name, len(data), backup_manifest.mode(name)))
            file.write(data + bundle.padding(len(data)))
        bundle.written_end(file)


def manifest_changed(members, **changed):
    name, data = members[-1]
    return [*members[:-1], (name, json.dumps(json.loads(data) | changed).encode())]


@pytest.fixture
def filled(register):
    """A register with three artefacts, a schema and a template of its own."""
    for number in range(3):
        register.add(f"Report {number}", b"what was found, %d\n" % number)
    own = {"schemas/kinds/own.yaml": "kinds: []\n", "templates/soa/soa.html": "<p>own</p>\n"}
    for name, text in own.items():
        path = register.space.root / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return register


@pytest.fixture
def made(filled, tmp_path):
    """A backup of it."""
    backed_up(filled.space, tmp_path / "b.tar")
    return tmp_path / "b.tar"


def of_schema(name, document):
    schema = json.loads((shipped.folder("schemas") / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(document)


def objects_of(root):
    base = root / ".govtrack/objects/sha256"
    return {str(path.relative_to(base)): path.read_bytes() for path in base.glob("*/*")}


def test_what_is_restored_is_what_was_backed_up(filled, made, tmp_path):
    before = verified(filled.space)

    done = restored(made, tmp_path / "again")

    after = verified(done.space)
    assert (after.findings, after.notes) == ((), ())
    assert (after.root, after.entries, after.origin) == (
        before.root, before.entries, before.origin,
    )  # fmt: skip
    assert objects_of(done.space.root) == objects_of(filled.space.root)
    for name in ("govtrack.toml", "schemas/kinds/own.yaml", "templates/soa/soa.html"):
        assert (done.space.root / name).read_bytes() == (filled.space.root / name).read_bytes()
    with closing(sqlite3.connect(done.space.database_path)) as connection:
        rows = connection.execute("SELECT bytes FROM entry ORDER BY seq").fetchall()
    assert rows == filled.query("SELECT bytes FROM entry ORDER BY seq")
    assert oct((done.space.root / ".govtrack").stat().st_mode)[-3:] == "700"
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_tar_alone_makes_the_workspace_again(filled, made, tmp_path):
    folder = tmp_path / "by-hand"
    folder.mkdir()

    subprocess.run(["tar", "-xf", made, "-C", folder], check=True)

    assert verified(workspace.read(folder)).findings == ()
    assert verified(workspace.read(folder)).root == verified(filled.space).root


def test_a_backup_holds_no_key_and_nothing_that_no_record_names(filled, made, tmp_path, run):
    keys = Path(os.environ["XDG_CONFIG_HOME"]) / "govtrack/keys"
    keys.mkdir(parents=True, exist_ok=True)
    (keys / "secret.pem").write_text("PRIVATE KEY of nobody")
    (filled.space.root / "notes.txt").write_text("not evidence")
    stray = path_of(filled.space.objects_path, "ab" * 32)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"of a refused command")

    done = run("backup", tmp_path / "c.tar", "--json")

    assert done.code == 0, done.err
    of_schema("backup", done.json())
    data = (tmp_path / "c.tar").read_bytes()
    assert b"PRIVATE KEY" not in data
    assert b"not evidence" not in data
    assert b"of a refused command" not in data
    assert [name for name, _ in read(made)][-1] == "backup.json"
    assert (tmp_path / "c.tar").stat().st_mode & 0o777 == 0o600


def test_the_answers_are_of_their_schemas_and_say_size_and_root(filled, made, tmp_path, run):
    report = verified(filled.space)

    tried = run("restore", made, tmp_path / "x", "--dry-run", "--json")
    done = run("restore", made, tmp_path / "x", "--json")
    told = run("restore", made, tmp_path / "y")

    of_schema("restore", tried.json())
    of_schema("restore", done.json())
    assert (tried.json()["workspace"], done.json()["workspace"]) == (None, str(tmp_path / "x"))
    assert done.json()["root"] == report.root
    assert f"size {report.entries}, root {report.root}" in told.out


def test_an_existing_backup_is_written_over_only_when_that_is_said(filled, made, run):
    before = made.read_bytes()

    refused = run("backup", made)
    filled.add("Later")
    forced = run("backup", made, "--force")

    assert (refused.code, forced.code) == (1, 0)
    assert "--force" in refused.err
    assert made.read_bytes() != before


@pytest.mark.parametrize("name", [".govtrack/b.tar", ".govtrack/objects/sha256/b.tar", "schemas/b"])
def test_a_backup_does_not_stand_in_what_it_is_of(filled, run, name):
    done = run("backup", filled.space.root / name, "--force")

    assert done.code == 2
    assert not (filled.space.root / name).exists()


def test_a_link_a_folder_and_the_register_itself_are_refused(filled, tmp_path, run):
    (tmp_path / "aim").write_text("precious")
    (tmp_path / "link").symlink_to(tmp_path / "aim")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder").mkdir()
    # another name of the same file
    os.link(filled.space.database_path, tmp_path / "register")

    for name in ("link", "dangling", "folder", "register"):
        done = run("backup", tmp_path / name, "--force")
        assert (done.code, done.out) == (2, ""), name

    assert (tmp_path / "aim").read_text() == "precious"
    assert not (tmp_path / "nowhere").exists()


def test_links_among_the_templates_are_left_out_and_noted(filled, tmp_path, run):
    (filled.space.root / "templates/passwd").symlink_to("/etc/passwd")
    (filled.space.root / "templates/away").symlink_to("/etc")

    done = run("backup", tmp_path / "c.tar")

    assert done.code == 0
    assert "note: templates/passwd: not a regular file" in done.err
    assert "note: templates/away: not a regular file" in done.err
    assert not any("passwd" in name or "away" in name for name, _ in read(tmp_path / "c.tar"))


def damage(register, how):
    """Damage the artefact of Report 1; gives its SHA-256."""
    ((digest,),) = register.query(
        "SELECT sha256 FROM evidence_file JOIN evidence ON evidence = key WHERE title = 'Report 1'"
    )
    path = path_of(register.space.objects_path, digest)
    path.chmod(0o600)
    if how == "gone":
        path.unlink()
    elif how == "flipped":
        path.write_bytes(b"What was found, 1\n")
    elif how == "longer":
        path.write_bytes(path.read_bytes() + b"and more")
    else:
        path.unlink()
        path.symlink_to("/etc/passwd")
    return digest


@pytest.mark.parametrize("how", ["gone", "flipped", "longer", "link"])
def test_a_damaged_object_is_named_with_its_evidence_and_nothing_is_written(
    filled, tmp_path, run, how
):
    digest = damage(filled, how)
    evidence = filled.query("SELECT id FROM evidence WHERE title = 'Report 1'")[0][0]

    done = run("backup", tmp_path / "c.tar")

    assert done.code == 1
    assert f"{evidence}, object {digest[:12]}" in done.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["workspace"]


@pytest.mark.parametrize("how", ["gone", "flipped", "longer", "link"])
def test_what_is_damaged_can_be_backed_up_and_comes_back_as_it_was(filled, tmp_path, run, how):
    damage(filled, how)
    before = objects_of(filled.space.root)

    done = run("backup", tmp_path / "c.tar", "--allow-damaged", "--json")
    again = restored(tmp_path / "c.tar", tmp_path / "again")

    assert done.code == 0, done.err
    of_schema("backup", done.json())
    assert len(done.json()["damaged"]) == 1
    assert "damaged already" in run("restore", tmp_path / "c.tar", "--dry-run").err
    if how == "link":  # what it leads to is not ours
        before = {name: data for name, data in before.items() if data != read_passwd()}
    assert objects_of(again.space.root) == before
    assert len(verified(again.space).findings) == 1


def read_passwd():
    return Path("/etc/passwd").read_bytes()


def test_a_register_that_sqlite_finds_damaged_is_not_backed_up(filled, tmp_path, run):
    with filled.space.database_path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 8)

    done = run("backup", tmp_path / "c.tar")

    assert done.code == 1
    assert not (tmp_path / "c.tar").exists()


# what a backup must not be, each by what is said of it


def flipped(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def refused(path, tmp_path):
    """What restoring says; nothing may be left."""
    with pytest.raises(NotDone) as told:
        restored(path, tmp_path / "again")
    assert not (tmp_path / "again").exists()
    assert [one.name for one in tmp_path.iterdir() if one.name.endswith(".part")] == []
    return str(told.value)


def test_a_flipped_byte_anywhere_is_noticed(made, tmp_path):
    size = made.stat().st_size
    original = made.read_bytes()

    for at in [*range(0, size, size // 97), 150, 300, size - 1, size - 600]:
        flipped(made, at)
        refused(made, tmp_path)
        made.write_bytes(original)

    assert restored(made, tmp_path / "again").space is not None


@pytest.mark.parametrize("left", [0, 100, 512, 0.3, 0.9, -1, -512, -1024])
def test_a_file_that_was_cut_off_is_noticed(made, tmp_path, left):
    data = made.read_bytes()
    made.write_bytes(data[: int(len(data) * left) if isinstance(left, float) else left or 0])

    refused(made, tmp_path)


def test_bytes_after_the_end_are_noticed(made, tmp_path):
    with made.open("ab") as file:
        file.write(b"\0")

    assert "after its end" in refused(made, tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "../evil", "schemas/../../evil", "/etc/evil", "schemas//evil", "schemas/./evil", "evil",
        ".govtrack/evil", ".govtrack/objects/tmp/evil", ".govtrack/objects/sha256/ab/evil",
        "schemas", "templates/", ".govtrack/register.db-journal", "keys/secret.pem",
    ],
)  # fmt: skip
def test_a_member_that_no_backup_holds_is_refused_by_name(made, tmp_path, name):
    members = read(made)
    put(made, [*members[:-1], (name, b"evil"), members[-1]])

    assert name in refused(made, tmp_path)
    assert not (tmp_path / "evil").exists()
    assert not Path("/etc/evil").exists()


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.DIRTYPE,
        tarfile.FIFOTYPE,
        tarfile.CHRTYPE,
        tarfile.GNUTYPE_SPARSE,
    ],
)
def test_a_member_that_is_no_regular_file_is_refused_by_name(made, tmp_path, kind):
    members = read(made)
    evil = tarfile.TarInfo("schemas/evil")
    evil.type, evil.linkname = kind, "/etc/passwd"
    with made.open("wb") as file:
        file.write(evil.tobuf(tarfile.USTAR_FORMAT))
        for name, data in members:
            file.write(bundle.header(name, len(data), backup_manifest.mode(name)))
            file.write(data + bundle.padding(len(data)))
        bundle.written_end(file)

    assert "schemas/evil" in refused(made, tmp_path)


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_a_tar_that_somebody_packed_again_is_refused(made, tmp_path, form):
    members = read(made)
    with tarfile.open(made, "w", format=form) as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1_700_000_000
            tar.addfile(info, io.BytesIO(data))

    assert "govtrack.toml" in refused(made, tmp_path)


def test_a_member_that_is_there_twice_is_refused_by_name(made, tmp_path):
    members = read(made)
    for at, (name, _) in enumerate(members[:-1]):
        put(made, [*members[: at + 1], members[at], *members[at + 1 :]])
        told = refused(made, tmp_path)
        assert name in told, told
        assert "twice" in told, told


def test_a_member_that_is_not_there_is_refused_by_name(made, tmp_path):
    members = read(made)
    for at, (name, _) in enumerate(members):
        put(made, [*members[:at], *members[at + 1 :]])
        told = refused(made, tmp_path)
        assert name in told or "objects" in told, told


def test_a_member_too_large_is_refused_before_it_is_read(made, tmp_path):
    header = bundle.header("govtrack.toml", 1 << 40, 0o600)
    made.write_bytes(header + bytes(512))

    assert "govtrack.toml: 1099511627776 bytes, more than" in refused(made, tmp_path)


def test_another_register_with_the_same_name_is_refused(made, tmp_path, filled):
    filled.add("Later")
    backed_up(filled.space, tmp_path / "later.tar")
    later = dict(read(tmp_path / "later.tar"))
    members = [
        (name, later[name] if name == backup_manifest.REGISTER else data)
        for name, data in read(made)
    ]
    put(made, members)

    assert backup_manifest.REGISTER in refused(made, tmp_path)


@pytest.mark.parametrize(
    "changed",
    [{"root": "AAAA"}, {"size": 1}, {"origin": "example.org/govtrack/00000000"}, {"schema": 1},
     {"objects": 99}, {"files": []}, {"files": [{"path": 1}]}, {"damaged": [1]}, {"more": 1},
     {"format": "govtrack.backup-file/2"}, {"size": True}, {"made_at": None}],
    ids=str,
)  # fmt: skip
def test_a_manifest_that_says_something_else_is_refused(made, tmp_path, changed):
    put(made, manifest_changed(read(made), **changed))

    refused(made, tmp_path)


def doctored(made, *statements):
    """The backup with its register changed by these statements, and a manifest that fits."""
    members = read(made)
    path = made.with_name("doctored.db")
    path.write_bytes(dict(members)[backup_manifest.REGISTER])
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    data = path.read_bytes()
    path.unlink()
    members = [(name, data if name == backup_manifest.REGISTER else old) for name, old in members]
    said = json.loads(members[-1][1])
    for one in said["files"]:
        if one["path"] == backup_manifest.REGISTER:
            from hashlib import sha256  # noqa: PLC0415

            one["size"], one["sha256"] = len(data), sha256(data).hexdigest()
    put(made, [*members[:-1], (members[-1][0], json.dumps(said).encode())])


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("PRAGMA user_version = 99", "schema"),
        ("PRAGMA application_id = 1", "not a register of govtrack"),
        ("CREATE VIEW evil AS SELECT 1", "evil"),
        ("CREATE TRIGGER evil AFTER INSERT ON evidence BEGIN DELETE FROM evidence; END", "evil"),
        ("DELETE FROM evidence_file", "no record names it"),
        ("UPDATE evidence_file SET size = 1", "recorded with 1"),
        ("UPDATE tree SET size = 99", "99"),
    ],
)
def test_a_doctored_register_is_refused(made, tmp_path, statement, said):
    doctored(made, statement)

    assert said in refused(made, tmp_path)


def test_a_record_whose_artefact_is_not_in_it_is_refused(made, tmp_path):
    doctored(
        made,
        "INSERT INTO evidence_file SELECT evidence, 9, 'more.txt', NULL, "
        f"'{'ab' * 32}', 1, 'text/plain' FROM evidence_file LIMIT 1",
    )

    assert "missing, recorded with EV-" in refused(made, tmp_path)


def test_a_register_of_a_newer_govtrack_is_refused_in_words(made, tmp_path):
    doctored(made, "PRAGMA user_version = 99")
    put(made, manifest_changed(read(made), schema=99))

    assert "made by a newer govtrack" in refused(made, tmp_path)


def test_a_workspace_is_never_restored_over(filled, made, tmp_path, run):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    before = filled.files()

    for name in ("workspace", "empty", "file", "dangling"):
        done = run("restore", made, tmp_path / name)
        assert (done.code, "is there already" in done.err) == (2, True), name

    assert filled.files() == before
    assert list((tmp_path / "empty").iterdir()) == []


def test_settings_that_name_another_place_are_told_of(filled, tmp_path, run):
    elsewhere = tmp_path / "elsewhere"
    shutil.move(filled.space.store, elsewhere)
    settings = filled.space.root / "govtrack.toml"
    settings.write_text(settings.read_text().replace(".govtrack/", f"{elsewhere}/"))

    assert run("backup", tmp_path / "c.tar").code == 0
    done = run("restore", tmp_path / "c.tar", tmp_path / "again")

    assert (done.code, done.err.count("now stands in .govtrack")) == (0, 2), done.err
    again = workspace.read(tmp_path / "again")
    assert again.database_path == tmp_path / "again/.govtrack/register.db"
    assert verified(again).findings == ()


def test_a_register_before_its_migration_can_be_backed_up_and_restored(tmp_path, run):
    shelf = Path(__file__).parents[1] / "data/registers"
    root = tmp_path / "old"
    (root / ".govtrack/objects/sha256").mkdir(parents=True)
    with closing(sqlite3.connect(root / ".govtrack/register.db")) as connection:
        connection.executescript((shelf / "schema-1.sql").read_text(encoding="utf-8"))
        connection.execute(f"PRAGMA application_id = {database.APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
    (root / "govtrack.toml").write_text("organisation = 'Example Ltd'\n")

    done = run("-C", root, "backup", tmp_path / "c.tar")
    again = run("restore", tmp_path / "c.tar", tmp_path / "again")

    assert (done.code, again.code) == (0, 0), done.err + again.err
    assert "run 'govtrack migrate'" in again.err
    of_schema("restore", run("restore", tmp_path / "c.tar", "--dry-run", "--json").json())
    assert run("-C", tmp_path / "again", "migrate").code == 0


# how it stands against what this machine remembers


def test_an_older_register_is_restored_and_told_to_be_behind(filled, made, tmp_path, run):
    report = verified(filled.space)
    filled.add("Later")

    done = run("restore", made, tmp_path / "again", "--json")
    (tmp_path / "a.txt").write_text("more")
    writing = run("-C", tmp_path / "again", "add-evidence", tmp_path / "a.txt", "--kind",
                  "event-log")  # fmt: skip
    told = run("restore", made, "--dry-run")

    of_schema("restore", done.json())
    assert (done.code, done.json()["standing"]) == (0, "behind")
    assert f"behind the checkpoint of size {report.entries + 1} seen on" in told.err
    assert "writing stops until 'govtrack trail restore --reason TEXT'" in told.err
    assert writing.code == 1


def test_a_register_as_new_as_the_memory_continues_and_can_be_written(
    filled, made, tmp_path, run, monkeypatch
):
    done = run("restore", made, tmp_path / "again", "--json")
    (tmp_path / "a.txt").write_text("more")
    writing = run("-C", tmp_path / "again", "add-evidence", tmp_path / "a.txt", "--kind",
                  "event-log")  # fmt: skip
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "another-machine"))
    unknown = run("restore", made, "--dry-run", "--json")
    fresh = run("restore", made, tmp_path / "fresh")

    assert "'govtrack verify --since FILE'" in fresh.out
    assert "'govtrack trail restore --known FILE --reason TEXT'" in fresh.out
    of_schema("restore", unknown.json())
    assert done.json()["standing"] == "continues"
    assert writing.code == 0, writing.err
    assert unknown.json()["standing"] == "not-remembered"
    assert filled.codes() == []


def test_the_newest_checkpoint_stands_beside_the_register_again(filled, made, tmp_path):
    again = restored(made, tmp_path / "again").space

    ((note,),) = filled.query("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1") or ((b"",),)
    assert note
    assert again.checkpoint_path.read_bytes() == note
    assert again.checkpoint_path.stat().st_mode & 0o777 == 0o600


# while others work, and when the machine stops


def test_a_backup_is_of_one_moment_while_two_others_write(filled, tmp_path, forget):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITING, str(number), str(filled.space.root)],
            stdout=subprocess.PIPE,
        )
        for number in range(2)
    ]
    try:
        for writer in writers:
            assert writer.stdout.readline() == b"begun\n"
        for number in range(3):
            backed_up(filled.space, tmp_path / f"{number}.tar")
    finally:
        (filled.space.root / "enough").touch()
        codes = [writer.wait(60) for writer in writers]
        for writer in writers:
            writer.stdout.close()
    backed_up(filled.space, tmp_path / "last.tar")

    forget()  # the earlier ones are behind what this machine remembers
    assert codes == [0, 0]
    sizes = []
    for name in ("0", "1", "2", "last"):
        again = restored(tmp_path / f"{name}.tar", tmp_path / name)
        report = verified(again.space)
        assert report.findings == ()
        sizes.append(report.entries)
    assert sizes == sorted(sizes)
    assert sizes[-1] == verified(filled.space).entries > sizes[0]


WRITING = """
import sys
from pathlib import Path
from govtrack.cli.main import govtrack
number, root = sys.argv[1], Path(sys.argv[2])
for turn in range(400):
    path = root / f"of-{number}.txt"
    path.write_text(f"turn {turn} of {number}")
    govtrack.main(["-C", str(root), "add-evidence", str(path), "--kind", "event-log"],
                  standalone_mode=False) if turn else print("begun", flush=True)
    if (root / "enough").exists() and turn:
        break
"""


STOPPED_AT = """
import os, signal, sys
from pathlib import Path
from govtrack import workspace
from govtrack.register import backups, restoring
deed, where, what, target = sys.argv[1:]
owner, _, name = where.rpartition(".")
place = {"backups": backups, "backups._Making": backups._Making, "restoring": restoring}[owner]
before = getattr(place, name)

def stop(*given, **named):
    if deed.endswith("-after"):
        before(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(place, name, stop)
if deed.startswith("backup"):
    backups.backed_up(workspace.read(Path(what)), Path(target), force=True)
else:
    restoring.restored(Path(what), Path(target))
"""


def stopped(deed, where, what, target):
    done = subprocess.run(
        [sys.executable, "-c", STOPPED_AT, deed, where, str(what), str(target)], check=False
    )
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("deed", "where", "new"),
    [
        ("backup", "backups._snapshot", False),
        ("backup-after", "backups._snapshot", False),
        ("backup", "backups._Making._object", False),
        ("backup-after", "backups._Making._object", False),
        ("backup", "backups._read_again", False),
        ("backup", "backups._placed", False),
        ("backup-after", "backups._placed", True),
    ],
)
def test_a_backup_killed_at_any_moment_leaves_the_old_one_or_the_new_one(
    filled, made, tmp_path, deed, where, new
):
    before = made.read_bytes()
    filled.add("Later")

    stopped(deed, where, filled.space.root, made)

    assert (made.read_bytes() != before) == new
    with made.open("rb") as file:
        backup_reading.read_through(file, lambda _: None, lambda _: None)
    left = [path for path in tmp_path.iterdir() if path.name.endswith(".part")]
    assert len(left) == 1
    backed_up(filled.space, made, force=True)
    assert [path for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


@pytest.mark.parametrize(
    ("deed", "where"),
    [
        ("restore", "restoring._checked"),
        ("restore", "restoring._synced"),
        ("restore-after", "restoring._synced"),
    ],
)
def test_a_restore_killed_before_its_end_leaves_no_workspace(filled, made, tmp_path, deed, where):
    stopped(deed, where, made, tmp_path / "again")

    assert not (tmp_path / "again").exists()
    assert verified(restored(made, tmp_path / "again").space).root == verified(filled.space).root
    assert [path for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_what_another_is_working_in_is_left_alone(made, tmp_path):
    from govtrack.register.asides import abandoned, aside  # noqa: PLC0415

    with aside(tmp_path / "again") as theirs:
        restored(made, tmp_path / "again")

        assert theirs.is_dir()
        assert list(abandoned(tmp_path)) == []


MEASURED = """
import resource, sys
from pathlib import Path
from govtrack import workspace
from govtrack.register.backups import backed_up
from govtrack.register.restoring import restored
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
backed_up(workspace.read(Path(sys.argv[1])), Path(sys.argv[2]))
restored(Path(sys.argv[2]), Path(sys.argv[3]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_does_not_grow_with_an_artefact(register, tmp_path):
    path = register.space.root / "artefact.txt"
    with path.open("wb") as file:
        for number in range(200):
            file.write(number.to_bytes(4, "big") * (1 << 18))
    from govtrack.aims import artefacts, evidence  # noqa: PLC0415
    from govtrack.aims.fields import EvidenceFields  # noqa: PLC0415
    from govtrack.catalog.loading import catalogue  # noqa: PLC0415

    files = artefacts.kept([("large.bin", path)], register.space.objects_path)
    fields = EvidenceFields(files=(path,), kind="vv-report", title="Large")
    with register.recording() as recorded:
        evidence.add(recorded, fields, files, (), catalogue())
    path.unlink()

    done = subprocess.run(
        [sys.executable, "-c", MEASURED, register.space.root, tmp_path / "b.tar", tmp_path / "r"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert (tmp_path / "b.tar").stat().st_size > 200 << 20
    assert int(done.stdout) < 30 << 10, "more than 30 MiB beyond what was there"
    assert objects_of(tmp_path / "r").keys() == objects_of(register.space.root).keys()


def test_a_disk_that_gives_back_something_else_is_noticed(filled, tmp_path, monkeypatch):
    through = backups._Making.written

    def rotten(making):
        manifest = through(making)
        flipped(making.path, making.path.stat().st_size // 2)
        return manifest

    monkeypatch.setattr(backups._Making, "written", rotten)
    with pytest.raises(NotDone, match="does not read as it was written"):
        backed_up(filled.space, tmp_path / "b.tar")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["workspace"]


def test_time_passes_between_kill_and_lock(tmp_path):
    """An abandoned folder is known by its lock, however young it is."""
    from govtrack.register.asides import abandoned  # noqa: PLC0415

    folder = tmp_path / f".b.tar.{'0' * 16}.part"
    folder.mkdir()
    started = time.monotonic()

    assert list(abandoned(tmp_path)) == [folder]
    assert time.monotonic() - started < 5
