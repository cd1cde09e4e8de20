"""A workbook is for reading and signing: no cell of it reckons, none is lost in silence."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.packs import data_files, paper_book, workbook
from govtrack.packs import sheet as sheets

FORMULAS = ['=HYPERLINK("http://x")', "@SUM(1)", "-2+3", "+1", "\t=1", "\r=1"]


def read(contents):
    return openpyxl.load_workbook(io.BytesIO(workbook.workbook(contents)))


def parts(contents):
    with zipfile.ZipFile(io.BytesIO(workbook.workbook(contents))) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def test_the_same_contents_give_the_same_bytes(contents):
    assert workbook.workbook(contents) == workbook.workbook(contents)


@pytest.mark.parametrize("title", FORMULAS)
def test_a_title_that_looks_like_a_formula_is_text(make_contents, make_evidence, title):
    contents = make_contents(evidence=(make_evidence(1, title=title),))

    sheet = read(contents)["08 Evidence"]

    assert sheet["B2"].data_type == "s"
    assert sheet["B2"].value == sheets.cell(title)
    assert not any("<f>" in text for text in parts(contents).values())


def test_control_characters_are_shown_and_an_overlong_text_is_cut_with_a_mark(
    make_contents, make_evidence
):
    one = make_evidence(1, title="bell\x07", why="x" * 40_000)

    sheet = read(make_contents(evidence=(one,)))["08 Evidence"]

    assert sheet["B2"].value == "bell\\x07"
    why = data_files.EVIDENCE_COLUMNS.index("why") + 1
    assert len(sheet.cell(2, why).value) == sheets.LONGEST
    assert sheet.cell(2, why).value.endswith(sheets.CUT)


@given(st.text(max_size=60))
def test_any_text_makes_a_sheet_name_that_a_spreadsheet_takes(text):
    name = sheets.sheet_name(text)

    assert 1 <= len(name) <= 31
    assert not re.search(r"[\[\]:*?/\\]", name)
    assert not name.startswith("'")
    assert not name.endswith("'")


def test_dates_are_dates_and_ids_are_text(contents):
    sheet = read(contents)["08 Evidence"]
    prepared = data_files.EVIDENCE_COLUMNS.index("prepared_on") + 1

    assert sheet.cell(2, prepared).is_date
    assert sheet["A2"].value == "EV-2025-0001"


def test_every_sheet_has_a_frozen_header_and_a_filter_and_none_is_hidden(contents):
    book = read(contents)

    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref
        assert sheet.sheet_state == "visible"
    assert [sheet.title for sheet in book.worksheets][:2] == ["00 Contents", "04 Scope and systems"]


def test_an_empty_sheet_says_so(make_contents):
    book = read(make_contents(systems=(), crosswalk=()))

    assert book["04 Scope and systems"]["A2"].value == "none recorded"
    assert book["10 Crosswalk"]["A2"].value == "none recorded"


@pytest.mark.parametrize("title", FORMULAS)
def test_a_csv_cell_that_looks_like_a_formula_begins_with_an_apostrophe(title):
    line = data_files.table(("title",), [(title,)]).decode("utf-8-sig").splitlines()[1]

    assert line.lstrip('"').startswith("'")


def test_numbers_and_dates_of_a_csv_are_left_alone():
    line = data_files.table(("n",), [(-2,)]).decode("utf-8-sig").splitlines()[1]

    assert line == "-2"


def test_evidence_is_marked_and_states_are_in_words_as_in_the_documents(
    make_contents, make_evidence
):
    stale = make_evidence(1, stale=True, status="approved")
    contents = make_contents(evidence=(stale,))

    book = read(contents)

    risk = next(row for row in book["05 Checklist clauses"].values if row[0] == "6.1.2")
    assert risk[4] == "EV-2025-0001 (stale)"
    words = {row[5] for row in list(book["10 Coverage"].values)[1:]}
    assert words <= {
        "covered", "draft, stale or lapsed only", "proposed tags only", "no evidence",
    }  # fmt: skip


def test_an_artefacts_file_is_linked_to_where_it_lies_beside_the_workbook(contents):
    book = read(contents)
    place = data_files.EVIDENCE_COLUMNS.index("files") + 1

    cells = [row[place - 1] for row in book["08 Evidence"].iter_rows(min_row=2)]

    paths = [one.files[0].path for one in contents.evidence]
    # spreadsheet programs write a path beside the workbook with the other slash
    assert [cell.hyperlink.target.replace("\\", "/") for cell in cells] == paths
    assert [cell.value for cell in cells] == paths


def test_a_file_left_out_has_no_link(make_contents, make_evidence):
    file = make_evidence(1).files[0]
    one = make_evidence(1, files=(replace(file, path=None),))
    place = data_files.EVIDENCE_COLUMNS.index("files") + 1

    cell = read(make_contents(evidence=(one,)))["08 Evidence"].cell(2, place)

    assert (cell.hyperlink, cell.value) == (None, f"{file.name} (left out)")


def test_what_is_overdue_has_the_same_words_as_in_the_master_list(make_contents, make_evidence):
    contents = make_contents(evidence=(make_evidence(1, stale=True, status="approved"),))

    rows = list(read(contents)["17 Master list"].values)

    assert rows[1][rows[0].index("status")] == "review overdue"


def test_days_given_as_text_are_dates_and_text_elsewhere_stays_text():
    rows = [("2026-01-31", "2026-01-31", 3, "=1+1"), ("soon", None, None, "")]
    columns = (("due", 12), ("title", 12), ("days", 12), ("note", 12))

    made = paper_book.book("t", date(2026, 2, 1), [sheets.Sheet("one", columns, rows)])

    page = openpyxl.load_workbook(io.BytesIO(made))["one"]
    assert page["A2"].is_date
    assert (page["B2"].value, page["B2"].data_type) == ("2026-01-31", "s")
    assert (page["C2"].value, page["C2"].data_type) == (3, "n")
    assert (page["D2"].value, page["D2"].data_type) == ("=1+1", "s")
    assert page["A3"].value == "soon"
