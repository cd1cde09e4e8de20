"""`govtrack verify` says what was checked, each finding on a line, and how far it reaches."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from contextlib import closing

import jsonschema
import pytest

from govtrack import shipped
from govtrack.trail import tree

SCHEMA = json.loads(
    (shipped.folder("schemas") / "verify.schema.json").read_text(encoding="utf-8")
)  # fmt: skip


@pytest.fixture
def filled(run, workspace):
    """A workspace with one piece of evidence."""
    (workspace / "report.txt").write_text("What was found.\n")
    assert run("add-evidence", "report.txt", "--kind", "vv-report").code == 0
    return workspace


def change(workspace, sql):
    with closing(sqlite3.connect(workspace / ".govtrack" / "register.db")) as connection:
        connection.execute(sql)
        connection.commit()


def root_of(workspace):
    with closing(sqlite3.connect(workspace / ".govtrack" / "register.db")) as connection:
        entries = [data for (data,) in connection.execute("SELECT bytes FROM entry ORDER BY seq")]
    grown = tree.Tree().grown(map(tree.leaf_hash, entries))
    return grown.size, base64.b64encode(grown.root()).decode()


def test_a_store_that_agrees_passes_with_trail_size_and_root(run, filled):
    result = run("verify")

    assert (result.code, result.err) == (0, "")
    size, root = root_of(filled)
    assert "Trail example-ltd.internal/govtrack/" in result.out
    assert f"size {size}, root {root}" in result.out
    assert "All checks passed." in result.out


@pytest.mark.usefixtures("filled")
def test_it_says_that_the_store_agrees_with_itself_and_no_more(run, tmp_path, monkeypatch):
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):  # a machine that knows nothing of it
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))

    result = run("verify")

    assert "internal, up to size 3 of 3 entries. " in result.out
    for word in ("authentic", "immutable", "tamper-proof", "guarantee"):
        assert word not in result.out.casefold()
    assert run("verify", "--json").json()["level"] == "internal"


def test_each_finding_is_a_line_with_step_code_place_expected_and_found(run, filled):
    change(filled, "UPDATE evidence SET title = 'Better', why = 'because'")

    result = run("verify")

    assert result.code == 1
    lines = [line for line in result.out.splitlines() if line.startswith("step ")]
    assert [line.partition(":")[0] for line in lines] == ["step 4 row", "step 4 row"]
    assert "title: expected 'report', found 'Better'" in lines[0]
    assert "why: expected none, found 'because'" in lines[1]
    assert "FAILED: 2 findings" in result.out
    assert "All checks passed" not in result.out


def test_the_answer_in_json_carries_the_same(run, filled):
    passed = run("verify", "--json").json()
    change(filled, "UPDATE evidence SET title = 'Better'")
    failed = run("verify", "--json")

    for answer in (passed, failed.json()):
        jsonschema.Draft202012Validator(SCHEMA).validate(answer)
    assert (passed["ok"], passed["findings"], passed["entries"]) == (True, [], 3)
    assert failed.code == 1
    assert failed.json()["ok"] is False
    (finding,) = failed.json()["findings"]
    assert (finding["step"], finding["code"]) == (4, "row")


def test_what_stands_in_a_damaged_store_cannot_move_the_cursor(run, filled):
    change(filled, "UPDATE evidence SET title = 'x' || char(27) || '[2J' || char(8238)")

    out = run("verify").out

    assert "\x1b" not in out
    assert "\u202e" not in out


def test_notes_are_no_failure(run, filled):
    (filled / ".govtrack" / "objects" / "tmp" / "abc").write_bytes(b"")

    result = run("verify")

    assert result.code == 0
    assert "note: abc in objects/tmp" in result.out


@pytest.mark.usefixtures("workspace")
def test_an_empty_workspace_verifies(run):
    result = run("verify", "--json")

    assert (result.code, result.json()["entries"], result.json()["objects"]) == (0, 2, 0)


def test_outside_a_workspace_it_is_bad_usage(run, tmp_path):
    result = run("-C", tmp_path, "verify")

    assert result.code == 2
    assert "make a workspace with" in result.err


@pytest.fixture
def several(run, workspace):
    """A workspace with five objects."""
    for number in range(5):
        (workspace / f"{number}.txt").write_text(f"What was found, {number}.\n")
        assert run("add-evidence", f"{number}.txt", "--kind", "vv-report").code == 0
    return workspace


@pytest.mark.usefixtures("several")
def test_a_sample_is_called_a_sample_and_never_all(run):
    result = run("verify", "--sample", "50%")

    assert result.code == 0
    assert "3 of 5 objects hashed: a sample of 50 % drawn with --seed " in result.out
    assert "All checks passed, on a sample" in result.out
    assert "bytes) hashed" not in result.out


@pytest.mark.usefixtures("several")
def test_the_seed_draws_the_same_sample_again_and_the_answer_says_it(run):
    drawn = run("verify", "--sample", "1%", "--json").json()
    again = run("verify", "--sample", "1%", "--seed", drawn["sample"]["seed"], "--json").json()

    jsonschema.Draft202012Validator(SCHEMA).validate(drawn)
    assert drawn["hashed"] == 1
    assert drawn["sample"] == again["sample"]
    assert drawn["sample"]["share"] == 0.01
    whole = run("verify", "--json").json()
    assert (whole["hashed"], whole["sample"], whole["rebuilt"]) == (5, None, False)


def test_a_sample_hashes_what_anyone_can_draw_from_the_seed(run, several):
    objects = {
        path.parent.name + path.name: path
        for path in (several / ".govtrack" / "objects" / "sha256").glob("*/*")
    }
    ranked = sorted(objects, key=lambda one: hashlib.sha256(f"s|{one}".encode()).digest())
    for digest in (ranked[0], ranked[-1]):
        path = objects[digest]
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[::-1])
        path.chmod(0o400)

    sampled = run("verify", "--sample", "20%", "--seed", "s", "--json").json()

    (finding,) = sampled["findings"]
    assert finding["code"] == "object-hash"
    assert ranked[0][:12] in finding["where"]
    assert len(run("verify", "--json").json()["findings"]) == 2


def test_objects_outside_the_sample_still_have_to_be_there(run, several):
    for path in (several / ".govtrack" / "objects" / "sha256").glob("*/*"):
        path.unlink()

    result = run("verify", "--sample", "20%", "--json")

    assert [one["code"] for one in result.json()["findings"]] == ["object-missing"] * 5


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("share", ["0%", "101%", "5", "-1%", "x%", "%", "nan%", "1e1%", "\u0661%"])
def test_what_is_no_share_is_refused(run, share):
    result = run("verify", "--sample", share)

    assert result.code == 2
    assert "is no share such as 5%" in result.err


@pytest.mark.usefixtures("workspace")
@pytest.mark.parametrize("options", [["--seed", "x"], ["--sample", "5%", "--seed", ""]])
def test_a_seed_without_a_sample_is_refused(run, options):
    result = run("verify", *options)

    assert result.code == 2
    assert "--seed: draws a sample again" in result.err


@pytest.mark.usefixtures("filled")
def test_rebuilding_is_said(run):
    result = run("verify", "--rebuild")

    assert result.code == 0
    assert "compared and rebuilt" in result.out
    assert run("verify", "--rebuild", "--json").json()["rebuilt"] is True
