"""Whatever the register holds: a sheet that nobody edited is no change, and an edit is one."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govtrack.aims.applicability import STATUSES
from govtrack.catalog.loading import catalogue
from govtrack.errors import BadInput
from govtrack.intake import edited_sheet, edited_values
from govtrack.intake.edits import Comparing, Register
from govtrack.packs import edit_sheet
from govtrack.status import profile_cells, soa_cells
from govtrack.status.edited_cells import (
    CUT,
    FORMULA,
    LONGEST,
    Column,
    Line,
    cell,
    guarded,
    plain,
    unguarded,
)

FACTS = edit_sheet.Facts(dt.date(2026, 5, 4), "Example Ltd", (("Trail size", "7"),))
NASTY = [
    "=1+1", "+1", "-2", "@SUM(1)", "\t=1", "\r\nx", "'=1", "''=1", "'", "a\nb", "a\r\nb", " x ",
    "\n",
    "_x000D_", "_x005F_x0041_", "\x07", "\x85", "\u2028", "\u202e", "\ufffe", "\xa0", "#N/A",
    "#REF!", "TRUE", "yes", "0012", "1e5", "46387", "2026-12-31", "31.12.2026", "x" * LONGEST,
    "x" * 40_000, "😀" * 20_000, "<b>&amp;</b>", '"', ";", "a;b,c", "{{ 7*7 }}", CUT, "Control",
    "é", "e\u0301",
]  # fmt: skip
TEXT = st.one_of(st.sampled_from(NASTY), st.text(st.characters(codec="utf-8"), max_size=30))
DAYS = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)).map(dt.date.isoformat)
LAYOUTS = (soa_cells.LAYOUT, profile_cells.layout(catalogue().profile_scale))


def value_of(column: Column):
    """Everything the register may hold in a column."""
    if column.form == "day":
        return st.one_of(st.just(""), DAYS)
    if column.form == "yes-no":
        return st.sampled_from(["", "yes", "no"])
    if column.form == "word":
        return st.sampled_from(["", *column.words])
    if column.form == "reasons":
        return st.one_of(st.just(""), TEXT.map("legal:{}".format))
    return TEXT


def cells_of(layout):
    return st.fixed_dictionaries(
        {one.name: value_of(one) for one in layout.columns if one.role in {"edited", "told"}}
    )


LINES = st.sampled_from(LAYOUTS).flatmap(
    lambda layout: st.tuples(st.just(layout), st.lists(cells_of(layout), min_size=1, max_size=4))
)


def register_of(layout, rows, mark="AD-2026-"):
    (key, *_), (marking,) = layout.of("key"), layout.of("mark")
    return {
        (f"K{number}", ""): Line(
            (f"K{number}", ""),
            f"{mark}{number}",
            {**cells, key.name: f"K{number}", marking.name: f"{mark}{number}"},
        )
        for number, cells in enumerate(rows)
    }


def given_back(folder, layout, lines, form):
    """The sheet of those lines, written and read again."""
    path = folder / f"sheet.{form}"
    if form == "csv":
        path.write_bytes(edit_sheet.csv_file(layout, lines))
    else:
        path.write_bytes(edit_sheet.workbook(layout, lines, FACTS))
    return edited_sheet.read(path, layout)


def compared(sheet, layout, standing, named=None, *, force=False):
    (key, *_) = layout.of("key")
    known = {line.mark: line for line in standing.values() if line.mark}
    register = Register(standing, known | (named or {}))
    return Comparing(
        sheet, layout, register, lambda row: ((row.cells[key.name], ""), ()), force=force
    ).edits()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sheets")


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@settings(max_examples=60)
@given(data=LINES)
def test_a_sheet_that_nobody_edited_is_no_change(folder, form, data):
    layout, rows = data
    standing = register_of(layout, rows)

    found = compared(given_back(folder, layout, list(standing.values()), form), layout, standing)

    assert (found.rows, found.problems, found.notes) == ((), (), ())


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@settings(max_examples=40)
@given(data=LINES, later=st.data())
def test_what_was_recorded_meanwhile_is_never_undone_by_a_sheet_nobody_edited(
    folder, form, data, later
):
    layout, rows = data
    exported = register_of(layout, rows)
    newer = [later.draw(cells_of(layout)) for _ in rows]
    standing = register_of(layout, newer, "AD-2027-")
    named = {line.mark: line for line in exported.values()}

    sheet = given_back(folder, layout, list(exported.values()), form)
    found = compared(sheet, layout, standing, named)

    assert (found.rows, found.problems) == ((), ())


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@settings(max_examples=40)
@given(before=TEXT, after=TEXT)
def test_a_text_that_was_edited_is_read_as_it_was_written(folder, form, before, after):
    layout = soa_cells.LAYOUT
    standing = register_of(layout, [{"how": before}])
    edited = register_of(layout, [{"how": after}])

    found = compared(given_back(folder, layout, list(edited.values()), form), layout, standing)

    wanted = plain(cell(after))
    if wanted == plain(cell(before)) or (form == "xlsx" and wanted == guarded(plain(cell(before)))):
        assert (found.rows, found.problems) == ((), ())
    elif wanted in edited_values.ERRORS or wanted.endswith(CUT):
        assert [one.field for one in found.problems] == ["how"]
    else:
        assert [one.changes for one in found.rows] == [{"how": wanted}]


@given(TEXT)
def test_an_apostrophe_that_was_put_before_a_formula_is_taken_off_and_no_other(text):
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(FORMULA)


def test_a_cut_text_ends_in_words_and_fits_a_cell():
    for text in ("x" * 40_000, "😀" * 40_000, "\n" * 40_000):
        assert cell(text).endswith(CUT)
        assert len(cell(text).encode("utf-16-le")) <= 2 * LONGEST


# ----- three texts: as exported, as edited, as recorded now


def three(folder, exported, edited, now, *, force=False, drop_mark=False):
    """What becomes of one cell of `owner`."""
    layout = soa_cells.LAYOUT
    written = register_of(layout, [{"owner": edited}])
    if drop_mark:
        written = {
            key: line._replace(cells={**line.cells, "decision": ""})
            for key, line in written.items()
        }
    standing = register_of(layout, [{"owner": now}], "AD-2027-")
    named = {line.mark: line for line in register_of(layout, [{"owner": exported}]).values()}
    sheet = given_back(folder, layout, list(written.values()), "csv")
    return compared(sheet, layout, standing, named, force=force)


def test_an_edit_of_what_nobody_else_changed_is_a_change(folder):
    found = three(folder, "eva", "ben", "eva")

    assert [one.changes for one in found.rows] == [{"owner": "ben"}]
    assert found.rows[0].meanwhile == frozenset()


def test_what_both_changed_to_the_same_is_no_change(folder):
    found = three(folder, "eva", "ben", "ben")

    assert (found.rows, found.problems, found.notes) == ((), (), ())


def test_what_only_others_changed_is_kept_with_a_note(folder):
    found = three(folder, "eva", "eva", "ben")

    assert (found.rows, found.problems) == ((), ())
    assert "as first exported, and changed meanwhile in the register" in found.notes[0]


def test_what_both_changed_is_refused_unless_forced(folder):
    refused = three(folder, "eva", "ada", "ben")
    forced = three(folder, "eva", "ada", "ben", force=True)

    (problem,) = refused.problems
    assert problem.message == (
        "changed meanwhile: AD-2027-0 says 'ben', the sheet 'ada'; edit a new export, or say "
        "--force to take the sheet's word"
    )
    assert [one.changes for one in forced.rows] == [{"owner": "ada"}]
    assert forced.rows[0].meanwhile == {"owner"}


def test_a_row_without_its_record_was_written_when_nothing_was_decided(folder):
    refused = three(folder, "", "ada", "ben", drop_mark=True)

    assert [one.field for one in refused.problems] == ["owner"]


# ----- cells


def read(form, text, *, serial=False, words=()):
    return edited_values.value(Column("c", 1, "edited", form, words), text, serial=serial).text


@given(DAYS)
def test_a_day_in_iso_form_is_that_day(day):
    assert read("day", day) == day


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("31.12.2026", "2026-12-31"),
        ("1. 2. 2026", "2026-02-01"),
        ("1.2.2026", "2026-02-01"),
        ("31/12/2026", "2026-12-31"),
        ("12/31/2026", "2026-12-31"),
        ("2026/1/2", "2026-01-02"),
        ("2026.12.31", "2026-12-31"),
        ("01/02/2026", None),
        ("03/03/2026", "2026-03-03"),
        ("31.12.26", None),
        ("30.02.2026", None),
        ("2026-12-31T10:00:00", "2026-12-31"),
        ("tomorrow", None),
        ("Q4 2026", None),
    ],
)
def test_another_way_to_write_a_day_is_refused_with_the_one_it_plainly_means(text, nearest):
    with pytest.raises(edited_values.Unread) as unread:
        read("day", text)

    assert unread.value.nearest == nearest
    assert "YYYY-MM-DD" in str(unread.value)


def test_the_number_of_a_day_is_read_in_a_workbook_only():
    assert read("day", "46387", serial=True) == "2026-12-31"
    for text, serial in (("46387", False), ("12", True), ("99999", True), ("4638७", True)):
        with pytest.raises(edited_values.Unread):
            read("day", text, serial=serial)


def test_every_yes_and_no_is_one_of_them():
    assert {read("yes-no", word.upper()) for word in edited_values.YES} == {"yes"}
    assert {read("yes-no", word.title()) for word in edited_values.NO} == {"no"}


@pytest.mark.parametrize("word", ["x", "n/a", "1", "0", "-", "maybe", "?"])
def test_what_can_mean_either_is_refused(word):
    with pytest.raises(edited_values.Unread) as unread:
        read("yes-no", word)

    assert "is not one of yes, no" in str(unread.value)


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("risk:R-2026-0001; legal: Act", (("risk", "R-2026-0001"), ("legal", "Act"))),
        ("Legal : Act\n\nCONTRACT:T", (("legal", "Act"), ("contract", "T"))),
        ("r-2026-1;R-2026-0002", (("risk", "r-2026-1"), ("risk", "R-2026-0002"))),
        ("legal:Act; article 9;", (("legal", "Act; article 9"),)),
        ("contract:see https://x.example/a; https://y.example",
         (("contract", "see https://x.example/a; https://y.example"),)),
        ("", ()),
    ],
)  # fmt: skip
def test_reasons_are_parted_where_a_kind_begins(text, pairs):
    assert edited_values.reasons(text) == pairs


@pytest.mark.parametrize("text", ["the Act", "risk:R-2026-0001; and more"])
def test_a_reason_without_its_kind_is_refused(text):
    with pytest.raises(edited_values.Unread, match="does not say of which kind it is"):
        edited_values.reasons(text)


def test_the_statuses_of_the_sheet_are_those_that_are_recorded():
    assert soa_cells.STATUSES == STATUSES
    assert {word for _, word in soa_cells.ALSO} <= set(STATUSES)


# ----- files


def table(*rows):
    return "".join(f"{row}\n" for row in rows)


@pytest.mark.parametrize(
    "text",
    [
        table("sep=;", "control;owner", "A.2.2;eva"),
        table("Statement of Applicability, draft", "", "control;owner", "A.2.2;eva"),
        table("control\towner", "A.2.2\teva"),
        "\ufeff" + table("owner,control", 'eva,"A.2.2"', ",", ""),
    ],
)
def test_a_csv_is_read_as_spreadsheets_write_it(tmp_path, text):
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")

    found = edited_sheet.read(tmp_path / "s.csv", soa_cells.LAYOUT)

    assert [row.cells for row in found.rows] == [{"control": "A.2.2", "owner": "eva"}]


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("s.csv", table("control,owner,why", "A.2.2,eva").encode(),
         "s.csv, row 2: 2 cells where the header names 3: no 'why'"),
        ("s.csv", table("control,owner", "A.2.2,eva,more").encode(),
         "s.csv, row 2: column C has no heading; one of your own is headed 'x ...'"),
        ("s.csv", table("control,owner", "A.2.2,müller").encode("cp1252"),
         "not UTF-8: save it as UTF-8, or say --encoding cp1252 if it is from Windows"),
        ("s.csv", b'control,owner\nA.2.2,"eva\n', "is never closed"),
        ("s.csv", b"", "s.csv: it has no line with the names of the columns"),
        ("s.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not an .xlsx workbook (or one with a"),
        ("s.ods", b"", "s.ods: '.ods' is no format of a table; known are .csv, .tsv, .txt, .xlsx"),
    ],
    ids=["short", "long", "encoding", "quote", "empty", "password", "ods"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused(tmp_path, monkeypatch, name, data, sentence):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(data)

    try:
        problems = edited_sheet.read(type(tmp_path)(name), soa_cells.LAYOUT).problems
    except BadInput as refusal:
        problems = refusal.problems

    assert sentence in problems[0].sentence()
