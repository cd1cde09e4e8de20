"""A table of evidence becomes records, or every problem in it is named and nothing is taken."""

from __future__ import annotations

from datetime import date

import pytest

from govtrack.aims.fields import Place
from govtrack.catalog import loading
from govtrack.errors import BadInput
from govtrack.intake import records

NOT_A_DATE = "{} is not a date written as YYYY-MM-DD (ISO 8601)"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with two artefacts, and the current one."""
    monkeypatch.chdir(tmp_path)
    for name in ("report.txt", "annex.txt"):
        (tmp_path / name).write_text("What was found.\n")
    return tmp_path


@pytest.fixture
def read(folder):
    """`read(text, name="table.csv", …)`: the records of that table."""

    def _read(text, name="table.csv", **options):
        path = folder / name
        path.write_text(text, encoding="utf-8")
        return records.read(path.relative_to(folder), loading.catalogue(), **options)

    return _read


def sentences(refusal):
    return [problem.sentence() for problem in refusal.value.problems]


def test_every_column_is_read(read, folder):
    text = (
        "files,kind,title,systems,supports,period_start,period_end,prepared_by,prepared_on,"
        "approved_by,approved_on,valid_until,source,why,classification,version,supersedes\n"
        "report.txt; annex.txt,risk-assessment,Risks 2025,chatbot; SYS-2024-0001,"
        '"MEASURE 2.6; A.6.2.4, clause 6.1.2",2025-01-01,2025-12-31,Ada,2025-12-01,Bob,'
        "2025-12-05,2026-12-31,https://example.org/1,The yearly round,internal,2,EV-2024-0003\n"
    )

    (record,) = read(text).records

    assert [path.resolve() for path in record.files] == [
        folder.resolve() / "report.txt",
        folder.resolve() / "annex.txt",
    ]
    assert (record.kind, record.title) == ("risk-assessment", "Risks 2025")
    assert record.systems == ("chatbot", "SYS-2024-0001")
    assert record.supports == ("MEASURE 2.6", "A.6.2.4", "6.1.2")
    assert (record.period_start, record.period_end) == (date(2025, 1, 1), date(2025, 12, 31))
    assert (record.prepared_by, record.prepared_on) == ("Ada", date(2025, 12, 1))
    assert (record.approved_by, record.approved_on) == ("Bob", date(2025, 12, 5))
    assert record.valid_until == date(2026, 12, 31)
    assert (record.source, record.why) == ("https://example.org/1", "The yearly round")
    assert (record.classification, record.version) == ("internal", 2)
    assert record.supersedes == ("EV-2024-0003",)
    assert record.place == Place("table.csv", 2)


ONE_RECORD = {
    "table.csv": "file,kind,supports\nreport.txt,risk-assessment,6.1.2; A.6.2.4\n",
    "tabs.tsv": "file\tkind\tsupports\nreport.txt\trisk-assessment\t6.1.2; A.6.2.4\n",
    "semicolons.csv": 'file;kind;supports\nreport.txt;risk-assessment;"6.1.2; A.6.2.4"\n',
    "list.yaml": "- {file: report.txt, kind: risk-assessment, supports: [6.1.2, A.6.2.4]}\n",
    "named.yml": """
evidence:
  - file: [report.txt]
    kind: risk-assessment
    supports: 6.1.2; A.6.2.4
    title: null
""",
    "list.json": """
[{"file": "report.txt", "kind": "risk-assessment", "supports": ["6.1.2", "A.6.2.4"]}]
""",
    "named.json": """
{"evidence": [
  {"file": ["report.txt"], "kind": "risk-assessment", "supports": "6.1.2; A.6.2.4", "title": null}
]}
""",
    "lines.jsonl": """
{"file": "report.txt", "kind": "risk-assessment", "supports": ["6.1.2", "A.6.2.4"]}
""",
}


@pytest.mark.parametrize(("name", "text"), ONE_RECORD.items(), ids=ONE_RECORD)
def test_the_same_record_can_be_written_in_every_format(read, name, text):
    (record,) = read(text, name).records

    assert (record.kind, record.title) == ("risk-assessment", "report")
    assert record.supports == ("6.1.2", "A.6.2.4")


def test_every_problem_of_every_row_is_reported_at_once(read):
    text = (
        "file,kind,title,supports,prepared_on,approved_by,approved_on,version\n"
        "reprot.txt,risk-asessment,One,MEASURE 2,2025-1-1,,,\n"
        "report.txt,risk-assessment,Two,6.1.2,2025-02-30,,,0\n"
        "report.txt,risk-assessment,Three,6.1.2,2025-02-03,Bob,2025-02-01,\n"
        "report.txt,risk-assessment,Four,6.1.2,,Bob,,\n"
    )

    with pytest.raises(BadInput) as refusal:
        read(text)

    said = sentences(refusal)
    assert said[0] == "table.csv, row 2, file: no file 'reprot.txt'"
    assert said[1].startswith("table.csv, row 2, kind: 'risk-asessment' is not ")
    assert said[2].startswith("table.csv, row 2, supports: 'MEASURE 2' is a category")
    assert said[3:] == [
        NOT_A_DATE.format("table.csv, row 2, prepared_on: '2025-1-1'"),
        NOT_A_DATE.format("table.csv, row 3, prepared_on: '2025-02-30'"),
        "table.csv, row 3, version: '0' is not a whole number from 1 to 9999",
        "table.csv, row 4, approved_on: 2025-02-01 is before it was prepared, 2025-02-03",
        "table.csv, row 5, approved_on: is missing: an approval has a person and a day",
    ]
    nearest = [problem.nearest for problem in refusal.value.problems]
    assert nearest[:2] == ["report.txt", "risk-assessment"]
    assert nearest[3] == "2025-01-01"


@pytest.mark.parametrize("text", ["01/02/2025", "20250102", "2025-W01-2", "today", "0000-01-01"])
def test_a_date_is_iso_8601_and_nothing_is_guessed(read, text):
    with pytest.raises(BadInput) as refusal:
        read(f"file,kind,prepared_on\nreport.txt,risk-assessment,{text}\n")

    assert sentences(refusal) == [NOT_A_DATE.format(f"table.csv, row 2, prepared_on: '{text}'")]


@pytest.mark.parametrize("period", ["2025-01-01..2025-06-30", "2025-01-01/2025-06-30"])
def test_a_period_can_be_one_column(read, period):
    (record,) = read(f"file,kind,period\nreport.txt,risk-assessment,{period}\n").records

    assert (record.period_start, record.period_end) == (date(2025, 1, 1), date(2025, 6, 30))


@pytest.mark.parametrize(
    ("columns", "cells", "sentence"),
    [
        ("period", "2025", "period: '2025' is not a period such as 2025-01-01..2025-12-31"),
        ("period", "2025-06-30..2025-01-01",
         "period_end: 2025-01-01 is before the period starts, 2025-06-30"),
        ("period_start", "2025-01-01",
         "period_end: is missing: a period has a first and a last day"),
        ("period,period_end", "2025-01-01..2025-06-30,2025-06-30",
         "period: said twice: give period, or period_start and period_end"),
    ],
)  # fmt: skip
def test_a_period_has_a_first_and_a_last_day(read, columns, cells, sentence):
    with pytest.raises(BadInput) as refusal:
        read(f"file,kind,{columns}\nreport.txt,risk-assessment,{cells}\n")

    assert sentences(refusal) == [f"table.csv, row 2, {sentence}"]


def test_a_reference_to_annex_b_is_read_as_its_control_and_said_so(read):
    (record,) = read("file,kind,supports\nreport.txt,risk-assessment,B.6.2.4\n").records

    assert record.supports == ("A.6.2.4",)
    assert record.notes == (
        "B.6.2.4 read as A.6.2.4: Annex B guides the control of the same number",
    )


def test_a_heading_may_be_written_with_spaces_and_capitals(read):
    (record,) = read("File,Kind,Valid until\nreport.txt,risk-assessment,2026-01-31\n").records

    assert record.valid_until == date(2026, 1, 31)


def test_rows_are_numbered_by_the_line_they_begin_on(read):
    text = 'file,kind,why\n\nreport.txt,risk-assessment,"two\nlines"\nreport.txt,x,y\n'

    with pytest.raises(BadInput) as refusal:
        read(text)

    assert sentences(refusal)[0].startswith("table.csv, row 5, kind: 'x' is not")


def test_files_are_found_beside_the_table_or_in_the_folder_named(read, folder):
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / "other.txt").write_text("x")
    text = "file,kind\nother.txt,risk-assessment\n"

    with pytest.raises(BadInput, match=r"no file 'other\.txt'"):
        read(text)
    (record,) = read(text, folder=folder / "elsewhere").records

    assert record.files == (folder / "elsewhere" / "other.txt",)


def test_nothing_outside_the_folder_of_the_table_is_read(read, folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "away").symlink_to(outside, target_is_directory=True)
    names = (f"../{outside.name}/secret.txt", outside / "secret.txt", "link.txt", "away/secret.txt")

    for name in names:
        with pytest.raises(BadInput) as refusal:
            read(f"file,kind\n{name},risk-assessment\n")
        assert sentences(refusal) == [
            f"table.csv, row 2, file: '{name}' lies outside the folder of the table, ."
        ]


def test_a_link_inside_the_folder_is_followed(read, folder):
    (folder / "link.txt").symlink_to("report.txt")

    (record,) = read("file,kind\nlink.txt,risk-assessment\n").records

    assert record.title == "link"


def test_what_is_not_a_regular_file_is_refused_and_named(read, folder):
    import os  # noqa: PLC0415

    (folder / "folder").mkdir()
    (folder / "dangling").symlink_to("nowhere")
    (folder / "loop").symlink_to("loop")
    os.mkfifo(folder / "pipe")
    names = ("folder", "dangling", "loop", "pipe", "report.txt/x")

    with pytest.raises(BadInput) as refusal:
        read("file,kind\n" + "".join(f"{name},risk-assessment\n" for name in names))

    assert sentences(refusal) == [
        "table.csv, row 2, file: 'folder' is a folder; expected a file",
        "table.csv, row 3, file: no file 'dangling'",
        "table.csv, row 4, file: 'loop': too many levels of symbolic links",
        "table.csv, row 5, file: 'pipe' is not a regular file; expected a file",
        "table.csv, row 6, file: 'report.txt/x': not a directory",
    ]


def test_an_empty_cell_that_is_needed_is_named(read):
    with pytest.raises(BadInput) as refusal:
        read("file,kind,title\n,,Nothing\n")

    assert sentences(refusal) == [
        "table.csv, row 2, file: is empty; expected the path of a file",
        "table.csv, row 2, kind: is empty; 'govtrack kinds' lists what there is",
    ]


def test_a_list_where_one_text_is_expected_is_refused(read):
    text = "- file: report.txt\n  kind: [risk-assessment, impact-assessment]\n"

    with pytest.raises(BadInput) as refusal:
        read(text, "t.yaml")

    assert sentences(refusal) == ["t.yaml, row 1, kind: expected one text, not a list"]


def test_a_name_in_yaml_that_is_no_column_is_refused_with_the_nearest(read):
    with pytest.raises(BadInput) as refusal:
        read("- file: report.txt\n  kind: risk-assessment\n  aproved_by: Bob\n", "t.yaml")

    (problem,) = refusal.value.problems
    assert problem.sentence().startswith("t.yaml, row 1: 'aproved_by' is not a column; known are")
    assert problem.nearest == "approved_by"


def test_numbers_in_yaml_and_json_stay_as_written(read):
    with pytest.raises(BadInput) as refusal:
        read("- {file: report.txt, kind: risk-assessment, supports: 6.10}\n", "t.yaml")
    assert "'6.10' is not a reference" in sentences(refusal)[0]

    (record,) = read(
        '[{"file": "report.txt", "kind": "risk-assessment", "supports": [8.2], "version": 3}]',
        "t.json",
    ).records
    assert (record.supports, record.version) == (("8.2",), 3)
