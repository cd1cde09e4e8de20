"""`govtrack import` records every row of a table, or nothing, and names every problem."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from govtrack import shipped

BAD = Path(__file__).parents[1] / "data" / "bad"
EXPECTED = yaml.safe_load((BAD / "expected.yaml").read_text(encoding="utf-8"))
HEADER = "file,kind,title,supports,prepared_on,approved_by,approved_on\n"


@pytest.fixture
def artefacts(workspace):
    """A workspace whose folder holds three artefacts and a table of them."""
    for name in "abc":
        (workspace / f"{name}.txt").write_text(f"What was found by {name}.\n")
    table = HEADER + "".join(
        f"{name}.txt,risk-assessment,Risks {name},6.1.2,2025-03-01,Bob,2025-03-05\n"
        for name in "abc"
    )
    (workspace / "table.csv").write_text(table)
    return workspace


def count(run):
    return len(run("evidence", "list").rows())


def state(folder):
    """Every file of the workspace's store with its bytes."""
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted((folder / ".govtrack").rglob("*"))
        if path.is_file()
    }


@pytest.mark.usefixtures("artefacts")
def test_every_row_becomes_a_piece_of_evidence(run):
    result = run("import", "table.csv")

    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("Recorded 3 pieces of evidence, EV-")
    rows = run("evidence", "list").rows()
    assert [row["title"] for row in rows] == ["Risks a", "Risks b", "Risks c"]
    assert run("verify").code == 0


def test_what_is_recorded_is_what_add_evidence_would_record(run, artefacts):
    run("import", "table.csv")
    (artefacts / "d.txt").write_text("What was found by d.\n")
    run("add-evidence", "d.txt", "--kind", "risk-assessment", "--title", "Risks d", "--supports",
        "6.1.2", "--prepared-on", "2025-03-01", "--approved-by", "Bob", "--approved-on",
        "2025-03-05")  # fmt: skip
    own = {"id", "title", "files", "history"}

    by_row, *_, by_command = (
        {name: value for name, value in run("evidence", "show", row["id"], "--json").json().items()
         if name not in own}
        for row in run("evidence", "list").rows()
    )  # fmt: skip

    assert by_row == by_command


def test_the_same_table_again_records_nothing_new(run, artefacts):
    run("import", "table.csv")
    (artefacts / "d.txt").write_text("What was found by d.\n")
    with (artefacts / "table.csv").open("a") as table:
        table.write("d.txt,risk-assessment,Risks d,6.1.2,,,\n")

    result = run("import", "table.csv", "--json")

    assert result.code == 0, result.err
    assert len(result.json()["recorded"]) == 1
    assert len(result.json()["already"]) == 3
    assert count(run) == 4


def test_nothing_is_recorded_where_one_row_has_a_problem(run, artefacts):
    with (artefacts / "table.csv").open("a") as table:
        table.write("d.txt,risk-asessment,Risks d,MEASURE 99,,,\n")
    before = state(artefacts)

    result = run("import", "table.csv")

    assert (result.code, result.out) == (2, "")
    places = [line.split(": ")[1] for line in result.err.splitlines() if "govtrack: " in line]
    assert places == [f"table.csv, row 5, {column}" for column in ("file", "kind", "supports")]
    assert "did you mean 'risk-assessment'?" in result.err
    assert state(artefacts) == before


def test_a_dry_run_says_the_same_and_leaves_every_byte_as_it_was(run, artefacts):
    before = state(artefacts)

    dry = run("import", "table.csv", "--dry-run", "--json").json()

    assert state(artefacts) == before
    assert dry["dry_run"] is True
    assert run("import", "table.csv", "--json").json() == dry | {"dry_run": False}


@pytest.mark.usefixtures("artefacts")
def test_the_json_answer_is_of_its_schema(run):
    schema = json.loads((shipped.folder("schemas") / "imported.schema.json").read_text())

    for _ in range(2):
        jsonschema.validate(run("import", "table.csv", "--json").json(), schema)


def test_several_tables_are_one_import(run, artefacts):
    (artefacts / "more.yaml").write_text("- {file: a.txt, kind: nonsense}\n")
    before = state(artefacts)

    result = run("import", "table.csv", "more.yaml", "missing.csv")

    assert result.code == 2
    assert "govtrack: more.yaml, row 1, kind: " in result.err
    assert "govtrack: missing.csv: no such file\n" in result.err
    assert state(artefacts) == before


@pytest.mark.usefixtures("artefacts")
def test_a_table_can_come_on_standard_input(run):
    table = '[{"file": "a.txt", "kind": "risk-assessment"}]'

    result = run("import", "-", "--format", "json", stdin=table)

    assert result.code == 0, result.err
    assert count(run) == 1


@pytest.mark.parametrize("arguments", [["-"], ["table.csv", "--format", "csv"]])
@pytest.mark.usefixtures("artefacts")
def test_a_format_is_said_for_standard_input_alone(run, arguments):
    result = run("import", *arguments)

    assert result.code == 2
    assert result.err == ("govtrack: --format: goes with '-' (standard input), and '-' with it\n")


def test_artefacts_can_lie_in_another_folder(run, artefacts, tmp_path):
    table = tmp_path / "elsewhere.csv"
    table.write_text("file,kind\na.txt,risk-assessment\n")

    assert run("import", table).code == 2
    assert run("import", table, "--folder", artefacts).code == 0


def test_a_table_in_another_encoding_is_read_when_it_is_said(run, artefacts):
    text = "file;kind;title\na.txt;risk-assessment;Prüfung\n"
    (artefacts / "table.csv").write_bytes(text.encode("cp1252"))

    refused = run("import", "table.csv")
    taken = run("import", "table.csv", "--encoding", "cp1252")

    assert refused.code == 2
    assert "say --encoding cp1252" in refused.err
    assert taken.code == 0
    assert taken.err == "note: table.csv: read as separated by semicolons\n"
    assert [row["title"] for row in run("evidence", "list").rows()] == ["Prüfung"]


@pytest.mark.parametrize(
    ("encoding", "nearest"), [("utf8x", "utf-8"), ("base64", None), ("rot13", None)]
)
@pytest.mark.usefixtures("artefacts")
def test_an_encoding_that_is_none_is_refused(run, encoding, nearest):
    result = run("import", "table.csv", "--encoding", encoding)

    assert result.code == 2
    assert f"--encoding: '{encoding}' is not a text encoding" in result.err
    assert nearest is None or f"did you mean '{nearest}'?" in result.err


def test_what_was_read_differently_is_said_once(run, artefacts):
    (artefacts / "table.csv").write_text(
        "file,kind,supports\na.txt,risk-assessment,B.6.2.4\nb.txt,risk-assessment,B.6.2.4\n"
    )

    result = run("import", "table.csv")

    assert result.err == (
        "note: table.csv, row 2: B.6.2.4 read as A.6.2.4: Annex B guides the control of the "
        "same number\n"
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_a_bad_table_is_refused_in_one_sentence_and_nothing_is_recorded(run, workspace, name):
    for path in BAD.iterdir():
        (workspace / path.name).write_bytes(path.read_bytes())
    before = state(workspace)

    result = run("import", name)

    assert (result.code, result.out) == (2, "")
    said = "\n".join(f"govtrack: {name}{one}" for one in EXPECTED[name])
    assert result.err.rstrip("\n") == said
    assert state(workspace) == before


def test_every_bad_table_has_its_sentence():
    others = {".gitattributes", "expected.yaml", "report.txt"}

    assert {path.name for path in BAD.iterdir()} == {*EXPECTED, *others}


DEEP = 200_000
LARGE = {
    "deep.json": ("[" * DEEP, ", row 1: lists or objects nested too deeply"),
    "deep-value.json": ('[{"file": ' + "[" * DEEP,
                        ", row 1: lists or objects nested too deeply"),
    "deep.yaml": ("- file: " + "[" * DEEP, ", row 1, file: expected text or a list of texts"),
    "deep-elsewhere.yaml": ("x: " + "[" * DEEP,
                            ", row 1: lists or mappings nested too deeply"),
    "long-cell.csv": (f'file,kind\n"{"x" * 10_000_000}",k\n',
                      ", row 2: a cell of more than 131072 characters, or a quote never closed"),
    "wide.csv": ("x," * 100_000 + "\n", ", row 1: 100000 columns; at most 200 are read"),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGE)
def test_a_table_made_to_exhaust_is_refused_in_one_sentence(run, workspace, name):
    text, sentence = LARGE[name]
    (workspace / name).write_text(text)

    result = run("import", name)

    assert (result.code, result.out) == (2, "")
    assert result.err == f"govtrack: {name}{sentence}\n"


@pytest.mark.parametrize(
    ("name", "made", "sentence"),
    [
        ("pipe.csv", os.mkfifo, "is not a regular file"),
        ("folder.csv", os.mkdir, "is a folder; expected a table"),
        ("loop.csv", lambda path: path.symlink_to(path), "too many levels of symbolic links"),
        ("dangling.csv", lambda path: path.symlink_to("nowhere"), "no such file"),
    ],
)
def test_what_is_no_file_is_refused_at_once(run, workspace, name, made, sentence):
    made(workspace / name)

    result = run("import", name)

    assert (result.code, result.out) == (2, "")
    assert result.err == f"govtrack: {name}: {sentence}\n"


def test_a_killed_import_has_recorded_all_or_nothing(run, artefacts):
    rows = 60
    for number in range(rows):
        (artefacts / f"{number}.txt").write_text(f"What was found, part {number}.\n")
    (artefacts / "many.csv").write_text(
        "file,kind\n" + "".join(f"{number}.txt,risk-assessment\n" for number in range(rows))
    )

    for seconds in (0.3, 0.5, 0.7, 0.9):
        importing = subprocess.Popen(
            [sys.executable, "-m", "govtrack", "import", "many.csv"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            importing.wait(seconds)
        except subprocess.TimeoutExpired:
            importing.send_signal(signal.SIGKILL)
            importing.wait()
        assert count(run) in {0, rows}

    assert run("import", "many.csv").code == 0
    assert count(run) == rows
    assert run("verify").code == 0
