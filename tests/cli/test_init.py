"""`govtrack init` makes one workspace, whole, closed to others, or says why not."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from govtrack.register import founding, keys
from govtrack.trail import signing


def init(run, root, *options):
    return run("init", root, "--organisation", "Example Ltd", *options)


def origin(root):
    with closing(sqlite3.connect(root / ".govtrack" / "register.db")) as connection:
        return connection.execute("SELECT id FROM workspace").fetchone()[0]


def modes(root):
    return {
        str(path.relative_to(root)): stat.S_IMODE(path.stat().st_mode)
        for path in (root, *root.rglob("*"))
    }


def test_a_new_workspace_verifies_and_says_what_was_chosen(run, tmp_path):
    result = init(
        run, tmp_path / "ws", "--timezone", "Europe/Vienna", "--vocabulary", "rmf",
        "--pattern", "iso-first",
    )  # fmt: skip

    assert result.code == 0, result.err
    assert tomllib.loads((tmp_path / "ws" / "govtrack.toml").read_text()) == {
        "organisation": "Example Ltd",
        "timezone": "Europe/Vienna",
        "vocabulary": "rmf",
        "pattern": "iso-first",
        "database": ".govtrack/register.db",
        "objects": ".govtrack/objects",
    }
    assert run("-C", tmp_path / "ws", "verify").code == 0


def test_the_first_entry_is_the_workspace_s_own(run, tmp_path):
    init(run, tmp_path / "ws", "--actor", "eva@example.org")

    entry, _ = run("-C", tmp_path / "ws", "log", "--json").json()["entries"]

    assert (entry["seq"], entry["action"], entry["actor"]) == (
        0, "workspace.created", "eva@example.org",
    )  # fmt: skip
    assert entry["subject"] == origin(tmp_path / "ws")


@pytest.mark.parametrize(
    ("options", "begins"),
    [
        (["--domain", "example.org"], r"example\.org"),
        (["--domain", "AIMS.Example.ORG"], r"aims\.example\.org"),
        ([], r"example-ltd\.internal"),
        (["--organisation", "Bäckerei Söhne & Co."], r"backerei-sohne-co\.internal"),
        (["--organisation", "株式会社"], r"organisation\.internal"),
    ],
    ids=str,
)
def test_the_trail_is_named_by_the_organisation_and_chance(run, tmp_path, options, begins):
    for name in "ab":
        assert init(run, tmp_path / name, *options).code == 0

    first, second = origin(tmp_path / "a"), origin(tmp_path / "b")
    assert re.fullmatch(begins + r"/govtrack/[0-9a-f]{8}", first)
    assert first != second


@pytest.mark.parametrize("domain", ["example", "ex ample.org", "https://example.org", "-a.org", ""])
def test_a_domain_that_is_none_is_refused_and_nothing_is_made(run, tmp_path, domain):
    result = init(run, tmp_path / "ws", "--domain", domain)

    if domain:
        assert result.code == 2
        assert "is not a domain such as example.org" in result.err
        assert not (tmp_path / "ws").exists()
    else:
        assert result.code == 0  # as if it were not given


def test_a_time_zone_that_is_none_is_refused_with_the_nearest(run, tmp_path):
    result = init(run, tmp_path / "ws", "--timezone", "Europe/Wien")

    assert result.code == 2
    assert "did you mean" in result.err
    assert not (tmp_path / "ws").exists()


def test_a_second_init_is_refused_and_changes_nothing(run, tmp_path):
    root = tmp_path / "ws"
    init(run, root)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}

    result = run("init", root, "--organisation", "Other")

    assert result.code == 1
    assert "there is a workspace here already; nothing was changed" in result.err
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


def test_files_that_stand_there_already_are_left_alone(run, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")

    assert init(run, tmp_path).code == 0
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_the_store_is_closed_to_others_whatever_the_umask(tmp_path, spawn, umask):
    before = os.umask(umask)
    try:
        assert spawn("init", tmp_path / "ws", "--organisation", "Example Ltd").code == 0
        (tmp_path / "f.txt").write_text("x")
        added = spawn("-C", tmp_path / "ws", "add-evidence", tmp_path / "f.txt",
                      "--kind", "vv-report")  # fmt: skip
        assert added.code == 0, added.err
    finally:
        os.umask(before)

    found = modes(tmp_path / "ws")
    assert [path for path, mode in found.items() if mode & 0o022] == []
    inside = {path: mode for path, mode in found.items() if path.startswith(".govtrack")}
    assert [path for path, mode in inside.items() if mode & 0o077] == []
    assert found[".govtrack"] == 0o700
    assert found[".govtrack/register.db"] == 0o600


@pytest.mark.parametrize("step", ["_register", "_settings", "_in_place"])
def test_an_init_that_is_cut_off_leaves_nothing_in_the_way(run, tmp_path, monkeypatch, step):
    root = tmp_path / "ws"

    def cut_off(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(founding, step, cut_off)
        assert init(run, root).code == 130

    assert list(root.iterdir()) == []
    assert init(run, root).code == 0
    assert run("-C", root, "verify").code == 0


def test_an_init_that_is_killed_before_its_last_step_is_finished_by_the_next(run, tmp_path):
    root = tmp_path / "ws"
    init(run, root)
    made = origin(root)
    (root / "govtrack.toml").rename(root / ".govtrack" / "govtrack.toml")

    result = init(run, root)

    assert result.code == 0, result.err
    assert origin(root) == made
    assert run("-C", root, "verify").code == 0


def test_a_store_without_settings_is_not_built_over(run, tmp_path):
    root = tmp_path / "ws"
    init(run, root)
    (root / "govtrack.toml").unlink()
    made = origin(root)

    assert init(run, root).code == 1
    assert origin(root) == made


def test_of_several_inits_at_once_one_makes_the_workspace(tmp_path, run):
    root = tmp_path / "ws"
    command = [sys.executable, "-m", "govtrack", "init", str(root), "--organisation"]
    inits = [
        subprocess.Popen([*command, f"Org {number}"], stderr=subprocess.PIPE, text=True,
                         stdout=subprocess.PIPE)
        for number in range(4)
    ]  # fmt: skip

    ended = [(*one.communicate(), one.returncode) for one in inits]

    assert sorted(code for *_, code in ended) == [0, 1, 1, 1]
    assert all("workspace here already" in err for _, err, code in ended if code)
    (made,) = [out for out, _, code in ended if code == 0]
    assert tomllib.loads((root / "govtrack.toml").read_text())["organisation"] in made
    assert sorted(path.name for path in root.iterdir()) == [".govtrack", "govtrack.toml"]
    assert run("-C", root, "verify").code == 0


def test_a_founding_that_another_takes_for_interrupted_is_told_so(tmp_path, run, monkeypatch):
    root, rename = tmp_path / "ws", Path.rename

    def finished_by_another(path, target):
        if path.name == "govtrack.toml":
            rename(path, target)  # by another process, a moment before
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", finished_by_another)

    result = init(run, root)

    assert result.code == 1
    assert "workspace here already" in result.err
    assert run("-C", root, "verify").code == 0


def test_a_folder_that_cannot_be_made_is_told_in_words(run, tmp_path):
    (tmp_path / "file").write_text("")

    result = init(run, tmp_path / "file" / "ws")

    assert result.code == 1
    assert result.err.startswith("govtrack: ")
    assert "Traceback" not in result.err


def test_the_key_s_passphrase_is_asked_for_on_a_terminal(run, tmp_path, on_a_terminal, passphrase):
    words = ["init", "ws", "--organisation", "Example Ltd", "--ask"]

    shown, code = on_a_terminal(words, [passphrase, passphrase], tmp_path)

    assert code == 0, shown
    path = keys.path_of(origin(tmp_path / "ws"))
    assert signing.SEALED in path.read_bytes()
    assert signing.from_pem(path.read_bytes(), passphrase.encode())
    assert "the signing key, under a passphrase; back it up elsewhere" in shown
    assert passphrase not in shown
    assert "under no passphrase" in init(run, tmp_path / "other").out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--ask"], "--ask: there is no terminal to ask on"),
        (["--ask", "--no-key"], "--no-key: makes no key to put under a passphrase"),
        (["--passphrase-fd", "0", "--no-key"], "--no-key: makes no key"),
    ],
)
def test_a_passphrase_that_cannot_be_had_makes_no_workspace(run, tmp_path, options, told):
    result = init(run, tmp_path / "ws", *options)

    assert (result.code, told in result.err) == (2, True), result.err
    assert not (tmp_path / "ws").exists()
