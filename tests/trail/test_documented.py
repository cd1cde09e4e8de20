"""What docs/trail.md says can be done with stock tools can be done, and gives the same."""

from __future__ import annotations

import base64
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from govtrack.register import journal, objects, verification
from govtrack.trail import entry

TEXT = (Path(__file__).parents[2] / "docs" / "trail.md").read_text(encoding="utf-8")
SHELL = re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
(PYTHON,) = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def exported(run, workspace):
    """A workspace with a few entries, and those as lines beside it."""
    for name in ("a", "b", "c"):
        (workspace / name).write_text(f"artefact {name}\u2028\n")
        done = run("add-evidence", name, "--kind", "vv-report", "--title", f"{name}\u2028{name}")
        assert done.code == 0, done.err
    with closing(sqlite3.connect(workspace / ".govtrack" / "register.db")) as connection:
        entries = [data for (data,) in connection.execute("SELECT bytes FROM entry ORDER BY seq")]
    (workspace / "entries.ndjson").write_bytes(b"".join(data + b"\n" for data in entries))
    return workspace


def shell(command, folder):
    done = subprocess.run(
        ["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_root_computed_as_it_says_is_the_one_verify_prints(run, exported):
    answer = run("verify", "--json").json()

    for size in ([], ["1"], ["3"]):
        printed = subprocess.run(
            [sys.executable, "-c", PYTHON, *size], cwd=exported, capture_output=True, check=True
        )
        number, root = printed.stdout.split()
        if not size:
            assert int(number) == answer["entries"]
            assert bytes.fromhex(root.decode()) == base64.b64decode(answer["root"])
        assert len(root) == 64


@pytest.mark.skipif(not shutil.which("sqlite3"), reason="needs the sqlite3 shell")
def test_the_entries_read_with_sqlite_are_the_bytes_that_are_kept(exported):
    expected = (exported / "entries.ndjson").read_bytes()

    shell(SHELL[0], exported)

    assert (exported / "entries.ndjson").read_bytes() == expected


@pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
@pytest.mark.skipif(not shutil.which("sqlite3"), reason="needs the sqlite3 shell")
def test_the_leaf_hash_of_stock_tools_is_the_one_that_is_kept(exported):
    lines = shell(SHELL[1], exported).splitlines()

    assert len({re.search(r"[0-9a-f]{64}", line)[0] for line in lines}) == 1
    assert len(lines) == 3


def test_the_objects_are_checked_by_their_names_alone(exported):
    assert shell(SHELL[2], exported) == ""


def test_every_member_of_an_entry_is_described(exported):
    table = TEXT.partition("## An entry")[2].partition("###")[0]
    described = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)

    assert described == list(entry.FIELDS)
    for line in (exported / "entries.ndjson").read_bytes().split(b"\n")[:-1]:
        assert json.loads(line).keys() == set(described)


def test_every_code_of_a_finding_is_described():
    folder = Path(verification.__file__).parent
    sources = [
        (folder / name).read_text(encoding="utf-8")
        for name in ("verification.py", "row_checks.py", "object_checks.py")
    ]
    codes = {
        code
        for source in sources
        for code in re.findall(
            r'(?:Finding\(\s*\w+, |return |code = )"([a-z-]+)"|else "([a-z-]+)"', source
        )
        for code in code
        if code
    }

    assert {"gap", "row", "object-hash", "damaged", "unreadable"} <= codes
    assert sorted(code for code in codes if f"`{code}`" not in TEXT) == []


def test_the_numbers_and_levels_it_names_are_those_of_the_code():
    from govtrack.register import database  # noqa: PLC0415

    assert f"0x{database.APPLICATION_ID:08x}" in TEXT
    assert f"wait of {database.BUSY_SECONDS} seconds" in TEXT
    assert f"**{verification.LEVEL}**" in TEXT
    assert objects.ATTEMPTS == 3
    assert "three times in all" in TEXT
    assert journal.APPEND_ONLY
    for setting in database.WRITING:
        name = setting.removeprefix("PRAGMA ").partition(" ")[0]
        assert name in TEXT, setting


def test_it_claims_no_more_than_there_is():
    for word in ("immutable", "tamper-proof", "authentic"):
        assert word not in TEXT.casefold()
