"""`govtrack soa export` and `soa import`: what people do to a sheet is read right, or refused."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import jsonschema
import openpyxl
import pytest
from freezegun import freeze_time
from openpyxl.styles import PatternFill

from govtrack import shipped
from govtrack import workspace as workspaces
from govtrack.aims import risks
from govtrack.aims.risks import RiskFields
from govtrack.catalog.loading import catalogue
from govtrack.register.recording import recording

DATA = "Applicability"


@pytest.fixture(autouse=True)
def _on_a_day():
    with freeze_time("2026-05-04T12:00:00Z"):
        yield


@pytest.fixture
def register(run, workspace):
    """A workspace with a system, some decisions, a control of its own."""
    for args in (
        ["system", "add", "triage", "--name", "Referral triage"],
        ["soa", "add", "ORG-1", "--title", "Second reading", "--source", "Contract, annex 3"],
        ["soa", "set", "A.6.2.4", "--applicable", "--why", "Releases are gated", "--because",
         "legal:Act; article 9", "--status", "planned", "--due", "2026-12-31", "--owner", "eva"],
        ["soa", "set", "A.6.2.4", "--system", "triage", "--status", "implemented"],
        ["soa", "set", "A.2.2", "--excluded", "--why", "Nothing of the kind"],
        ["soa", "set", "A.2.3", "--applicable", "--why", "=1+1", "--owner", "@ben",
         "--how", "-2+3\n'+quoted"],
    ):  # fmt: skip
        done = run(*args)
        assert done.code == 0, done.err
    assert run("soa", "export", "--output", "soa.xlsx").code == 0
    return workspace


class Edited:
    """The exported workbook, as a person edits it."""

    def __init__(self):
        self.book = openpyxl.load_workbook("soa.xlsx")
        self.page = self.book[DATA]

    def column(self, name):
        return next(cell.column for cell in self.page[1] if cell.value == name)

    def row(self, control, system=None):
        keys = (self.column("control"), self.column("system"))
        return next(
            number
            for number in range(2, self.page.max_row + 1)
            if tuple(self.page.cell(number, key).value for key in keys) == (control, system)
        )

    def set(self, control, system=None, /, **values):
        row = self.row(control, system)
        for name, value in values.items():
            self.page.cell(row, self.column(name)).value = value
        return row

    def save(self, name="edited.xlsx"):
        self.book.save(name)
        return name


def imported(run, name, *options):
    return run("soa", "import", name, "--yes", *options)


def changes(result):
    """What the answer says, as {(control, field): (before, after)}."""
    assert result.code == 0, result.err
    return {(row["control"], row["field"]): (row["before"], row["after"]) for row in result.rows()}


def shown(run, name):
    """What a dry run says would change."""
    result = run("soa", "import", name, "--dry-run", "--json")
    assert result.code == 0, result.err
    return {
        (one["control"], one["system"], one["field"]): (one["before"], one["after"])
        for one in result.json()["changes"]
    }


def size(run):
    return len(run("log").out.splitlines())


# ----- what is written


@pytest.mark.usefixtures("register")
def test_a_sheet_has_a_row_for_each_control_and_for_each_system_that_differs():
    page = openpyxl.load_workbook("soa.xlsx")[DATA]
    rows = [(row[0].value, row[2].value) for row in page.iter_rows(min_row=2)]

    assert len(rows) == 38 + 1 + 1
    assert ("ORG-1", None) in rows
    assert rows.count(("A.6.2.4", "triage")) == 1
    assert rows.count(("A.6.2.4", None)) == 1


@pytest.mark.usefixtures("register")
def test_a_sheet_is_made_for_editing():
    book = openpyxl.load_workbook("soa.xlsx")
    page = book[DATA]
    edited = Edited()
    due = page.cell(edited.row("A.6.2.4"), edited.column("due"))

    assert book.sheetnames == ["Read me", DATA]
    assert page.freeze_panes == "B2"
    assert page.auto_filter.ref.startswith("A1:")
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert page.print_title_rows == "$1:$1"
    assert not page.protection.sheet
    assert due.is_date
    assert due.value == dt.datetime(2026, 12, 31)  # noqa: DTZ001  (sheets have none)
    assert page.cell(2, 1).data_type == "s"
    assert not any(cell.data_type == "f" for row in page.iter_rows() for cell in row)
    lists = {rule.formula1 for rule in page.data_validations.dataValidation}
    assert {'"yes,no"', '"implemented,partial,planned,not"'} <= lists


@pytest.mark.usefixtures("register")
def test_the_read_me_says_of_which_state_the_sheet_is(run):
    page = openpyxl.load_workbook("soa.xlsx")["Read me"]
    told = {row[0].value: row[1].value for row in page.iter_rows()}
    trail = run("verify", "--json").json()

    assert told["Organisation"] == "Example Ltd"
    assert told["Trail size"] == str(trail["entries"])
    assert told["Trail root"] == trail["root"]
    assert told["Latest version"] == "none approved yet"
    assert told["status"].startswith("how far it is implemented")


def test_the_same_state_gives_the_same_bytes(run, register):
    assert run("soa", "export", "--output", "again.xlsx").code == 0

    assert (register / "again.xlsx").read_bytes() == (register / "soa.xlsx").read_bytes()


def test_a_csv_holds_no_formula_and_keeps_lines(run, register):
    run("soa", "export", "--output", "soa.csv")
    rows = list(csv.DictReader(io.StringIO((register / "soa.csv").read_text("utf-8-sig"))))
    (row,) = [one for one in rows if one["control"] == "A.2.3"]

    assert row["why"] == "'=1+1"
    assert row["owner"] == "'@ben"
    assert row["how"] == "'-2+3\n'+quoted"


def test_a_file_that_is_there_is_not_written_over(run, register):
    (register / "other.xlsx").write_text("mine")

    result = run("soa", "export", "--output", "other.xlsx")

    assert (result.code, (register / "other.xlsx").read_text()) == (1, "mine")


# ----- what is read


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.usefixtures("register")
def test_a_sheet_that_nobody_edited_changes_nothing(run, form):
    run("soa", "export", "--output", f"again.{form}")
    before = size(run)

    result = imported(run, f"again.{form}")

    assert (result.code, result.out) == (0, "Nothing differs from what is recorded.\n")
    assert result.err == ""
    assert size(run) == before


@pytest.mark.usefixtures("register")
def test_a_workbook_saved_by_another_program_changes_nothing(run):
    name = Edited().save()

    assert imported(run, name).out == "Nothing differs from what is recorded.\n"


@pytest.mark.usefixtures("register")
def test_what_was_edited_is_shown_and_recorded_as_one_change(run):
    edited = Edited()
    edited.set("A.6.2.4", owner="ben", status="Partly", due=None)
    edited.set("A.2.2", applicable="Yes", why="Needed now")
    edited.set("A.10.3", applicable="no", why="Nothing is bought")
    name = edited.save()

    result = imported(run, name, "--by", "steering group", "--reason", "Yearly review")

    assert changes(result) == {
        ("A.2.2", "applicable"): ("no", "yes"),
        ("A.2.2", "why"): ("Nothing of the kind", "Needed now"),
        ("A.6.2.4", "status"): ("planned", "partial"),
        ("A.6.2.4", "owner"): ("eva", "ben"),
        ("A.6.2.4", "due"): ("2026-12-31", ""),
        ("A.10.3", "applicable"): ("", "no"),
        ("A.10.3", "why"): ("", "Nothing is bought"),
    }
    assert result.err.splitlines()[-1] == f"Recorded 3 rows: {ids(3, 'first')} to {ids(3)}."
    decided = {one["control"]: one for one in statement(run)}
    assert decided["A.6.2.4"]["decision"]["owner"] == "ben"
    assert decided["A.6.2.4"]["decision"]["due"] is None
    assert decided["A.6.2.4"]["decision"]["because"] == [
        {"kind": "legal", "reference": "Act; article 9"}
    ]
    assert decided["A.10.3"]["decision"]["decided_by"] == "steering group"
    assert {one["reason"] for one in run("log", "--last", "3", "--json").json()["entries"]} == {
        "Yearly review"
    }
    assert imported(run, name).out == "Nothing differs from what is recorded.\n"
    assert run("verify").code == 0


def ids(count, which="last"):
    return f"AD-2026-{5 if which == 'first' else 4 + count:04d}"


def statement(run):
    return run("soa", "show", "--json").json()["controls"]


@pytest.mark.parametrize("word", ["yes", "Y", "TRUE", " Applicable ", "✓", True])
@pytest.mark.usefixtures("register")
def test_yes_is_read_as_people_say_it(run, word):
    edited = Edited()
    edited.set("A.3.2", applicable=word, why="Needed")

    assert shown(run, edited.save())["A.3.2", None, "applicable"] == (None, "yes")


@pytest.mark.parametrize("word", ["no", "N", "false", "Excluded", "not  applicable", "✗", False])
@pytest.mark.usefixtures("register")
def test_no_is_read_as_people_say_it(run, word):
    edited = Edited()
    edited.set("A.3.2", applicable=word, why="Nothing of the kind")

    assert shown(run, edited.save())["A.3.2", None, "applicable"] == (None, "no")


@pytest.mark.parametrize(
    ("written", "read"),
    [("Implemented", "implemented"), ("NOT_IMPLEMENTED", "not"),
     ("partially-implemented", "partial"),
     ("Partly", "partial"), (" not ", "not")],
)  # fmt: skip
@pytest.mark.usefixtures("register")
def test_a_status_is_read_in_any_case_and_in_words_that_mean_one(run, written, read):
    edited = Edited()
    edited.set("A.2.3", status=written)

    assert shown(run, edited.save())["A.2.3", None, "status"] == (None, read)


@pytest.mark.parametrize(
    "day",
    [dt.date(2027, 3, 31), dt.datetime(2027, 3, 31), "2027-03-31", 46477],  # noqa: DTZ001
    ids=["date", "midnight", "text", "serial"],
)
@pytest.mark.usefixtures("register")
def test_a_day_is_read_as_a_date_as_iso_text_and_as_its_number(run, day):
    edited = Edited()
    row = edited.set("A.6.2.4", due=day)
    if isinstance(day, int):
        edited.page.cell(row, edited.column("due")).number_format = "General"

    name = edited.save()

    assert shown(run, name) == {("A.6.2.4", None, "due"): ("2026-12-31", "2027-03-31")}
    noted = "46477 read as 2027-03-31" in run("soa", "import", name, "-n").err
    assert noted == isinstance(day, int)


@pytest.mark.usefixtures("register")
def test_columns_may_stand_in_any_order_and_be_headed_in_any_case(run):
    edited = Edited()
    edited.set("A.6.2.4", owner="ben")
    rows = [[cell.value for cell in row] for row in edited.page.iter_rows()]
    turned = [[f"'{cell}" if cell == "=1+1" else cell for cell in row[::-1]] for row in rows]
    turned[0] = [f" {name.upper().replace(' ', '_')} " for name in turned[0]]
    del edited.book[DATA]
    page = edited.book.create_sheet("Copy of it")
    for row in turned:
        page.append(row)
    name = edited.save()

    assert shown(run, name) == {("A.6.2.4", None, "owner"): ("eva", "ben")}
    assert "sheet 'Copy of it' is read" in run("soa", "import", name, "-n").err


@pytest.mark.usefixtures("register")
def test_what_people_leave_around_a_table_does_no_harm(run):
    edited = Edited()
    edited.set("A.6.2.4", owner="ben")
    edited.page.insert_rows(1, 3)
    edited.page["A1"] = "Statement of Applicability, draft for Thursday"
    edited.page.merge_cells("A1:F1")
    edited.page.insert_rows(10, 2)
    edited.page.row_dimensions[7].hidden = True
    heading = edited.page.cell(4, edited.page.max_column + 1)
    heading.value = "X for Thursday"
    edited.page.cell(5, heading.column).value = "ask ben"
    for row in range(50, 1050):
        edited.page.cell(row, 1).fill = PatternFill("solid", fgColor="FFFF00")
    name = edited.save()

    result = run("soa", "import", name, "--dry-run")

    assert shown(run, name) == {("A.6.2.4", None, "owner"): ("eva", "ben")}
    assert result.err.splitlines() == [
        "note: edited.xlsx: row 7 is hidden in the sheet and read too",
        "note: edited.xlsx: columns of your own are not read: 'X for Thursday'",
        "1 change in 1 row.",
        "Dry run: nothing was recorded.",
    ]


@pytest.mark.usefixtures("register")
def test_rows_and_columns_that_are_left_out_stay_as_they_are(run):
    edited = Edited()
    edited.set("A.6.2.4", owner="ben")
    edited.page.delete_cols(edited.column("how"))
    edited.page.delete_rows(edited.row("A.2.3"))
    name = edited.save()

    result = run("soa", "import", name, "--dry-run")

    assert shown(run, name) == {("A.6.2.4", None, "owner"): ("eva", "ben")}
    assert "columns that are not there stay as they are: how" in result.err
    assert "1 row is not in the sheet and stays as it is" in result.err


@pytest.mark.usefixtures("register")
def test_a_row_for_one_system_can_be_added(run):
    edited = Edited()
    row = edited.page.max_row + 1
    for name, value in {"control": "a.2.3", "system": "Referral Triage", "status": "not"}.items():
        edited.page.cell(row, edited.column(name)).value = value
    name = edited.save()

    result = imported(run, name, "--json")

    assert result.code == 0, result.err
    (found,) = [one for one in statement(run) if one["control"] == "A.2.3"]
    assert found["differences"][0]["status"] == "not"
    assert found["decision"]["status"] is None


@pytest.mark.usefixtures("register")
def test_a_row_that_was_copied_for_a_system_says_what_differs_for_it(run):
    edited = Edited()
    row = edited.row("A.2.3")
    copy = edited.page.max_row + 1
    for column in range(1, edited.page.max_column + 1):
        edited.page.cell(copy, column).value = edited.page.cell(row, column).value
    edited.page.cell(copy, edited.column("why")).value = "Used otherwise here"
    edited.page.cell(copy, edited.column("system")).value = "triage"
    name = edited.save("copied.xlsx")

    found = shown(run, name)

    assert found["A.2.3", "SYS-2026-0001", "why"] == (None, "Used otherwise here")
    assert found["A.2.3", "SYS-2026-0001", "owner"] == (None, "@ben")
    assert not [key for key in found if key[1] is None]


@pytest.mark.usefixtures("register")
def test_b_is_read_as_a_with_a_note(run):
    edited = Edited()
    edited.set("A.6.2.4", owner="ben")
    edited.set("A.6.2.4", control="B.6.2.4")
    name = edited.save()

    result = run("soa", "import", name, "-n")

    assert "B.6.2.4 read as A.6.2.4" in result.err
    assert shown(run, name) == {("A.6.2.4", None, "owner"): ("eva", "ben")}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("risk: R-2026-0001", "risk:R-2026-0001"),
        ("R-2026-1", "risk:R-2026-0001"),
        ("Legal: Act, article 9\ncontract:Terms; annex 2",
         "contract:Terms; annex 2; legal:Act, article 9"),
    ],
)  # fmt: skip
def test_reasons_are_read_with_their_kinds(run, register, written, read):
    add_risk(register)
    edited = Edited()
    edited.set("A.2.3", because=written)

    assert shown(run, edited.save())["A.2.3", None, "because"] == (None, read)


def add_risk(register):
    said = RiskFields(
        title="Wrong referral", cause="drift", event="a referral is wrong", owner="eva",
        consequence="a patient waits", affected=("individuals",),
        identified_on=dt.date(2025, 2, 1),
    )  # fmt: skip
    with recording(workspaces.read(register), "ada") as recorded:
        risks.add(recorded, said, catalogue())


@pytest.mark.usefixtures("register")
def test_reasons_in_another_order_are_no_change(run):
    run("soa", "set", "A.2.3", "--because", "legal:Act", "--because", "contract:Terms")
    run("soa", "export", "--output", "new.xlsx")
    edited = Edited()
    edited.book = openpyxl.load_workbook("new.xlsx")
    edited.page = edited.book[DATA]
    edited.set("A.2.3", because="legal: Act\ncontract: Terms")

    assert shown(run, edited.save()) == {}


# ----- what is refused


REFUSED = {
    "heading-near": (
        lambda e: set_heading(e, "applicable", "Aplicable"),
        ["row 1: 'Aplicable' is not a column of this sheet; a column of your own"],
        "applicable",
    ),
    "key-missing": (
        lambda e: set_heading(e, "control", "controls"),
        ["row 1: 'controls' is not a column", "row 1, control: this column is missing"],
        "control",
    ),
    "heading-twice": (
        lambda e: set_heading(e, "title", "OWNER"),
        ["row 1, owner: this column is there twice"],
        None,
    ),
    "note-below": (
        lambda e: e.page.cell(50, e.column("why"), "checked on Monday"),
        ["row 50: says no control"],
        None,
    ),
    "no-heading": (
        lambda e: e.page.cell(3, e.page.max_column + 2, "?"),
        ["row 3: column S has no heading"],
        None,
    ),
    "day-dotted": (
        lambda e: e.set("A.6.2.4", due="31.12.2027"),
        ["row {A.6.2.4}, due: '31.12.2027' is not a date written as YYYY-MM-DD (ISO 8601)"],
        "2027-12-31",
    ),
    "day-either": (
        lambda e: e.set("A.6.2.4", due="01/02/2027"),
        ["row {A.6.2.4}, due: '01/02/2027' is not a date"],
        None,
    ),
    "day-unpadded": (
        lambda e: e.set("A.6.2.4", due="2027-1-2"),
        ["row {A.6.2.4}, due: '2027-1-2' is not a date"],
        "2027-01-02",
    ),
    "moment": (
        lambda e: e.set("A.6.2.4", due=dt.datetime(2027, 1, 2, 12, 30)),  # noqa: DTZ001
        ["row {A.6.2.4}, due: '2027-01-02T12:30:00' is not a date"],
        "2027-01-02",
    ),
    "either": (
        lambda e: e.set("A.2.4", applicable="x", why="y"),
        ["row {A.2.4}, applicable: 'x' is not one of yes, no"],
        None,
    ),
    "status": (
        lambda e: e.set("A.2.3", status="implemente"),
        ["row {A.2.3}, status: 'implemente' is not one of implemented, partial, planned, not"],
        "implemented",
    ),
    "emptied": (
        lambda e: e.set("A.2.3", applicable=None, why=None),
        [
            "row {A.2.3}, applicable: is empty; a decision is not taken back: write yes or no",
            "row {A.2.3}, why: is empty; a decision keeps its reason",
        ],
        None,
    ),
    "undecided": (
        lambda e: e.set("A.2.4", owner="ben"),
        ["row {A.2.4}, applicable: is empty; nothing can be said of a control that is not decided"],
        None,
    ),
    "turned": (
        lambda e: e.set("A.2.3", applicable="no"),
        ["row {A.2.3}, why: is still the reason of the decision before: say why it is"],
        None,
    ),
    "planned": (
        lambda e: e.set("A.2.3", status="planned"),
        ["row {A.2.3}, due: is missing: what is planned (A.2.3) has a day"],
        None,
    ),
    "twice": (
        lambda e: e.set("A.2.4", control="A.2.3"),
        ["row {A.2.4}, control: A.2.3 stands in row {A.2.3} already"],
        None,
    ),
    "unknown-control": (
        lambda e: e.set("A.2.4", control="A.22.4"),
        ["row {A.2.4}, control: 'A.22.4' is not a reference"],
        "A.2.4",
    ),
    "clause": (
        lambda e: e.set("A.2.4", control="6.1.2"),
        ["row {A.2.4}, control: '6.1.2' is not a control of Annex A or one of your own"],
        None,
    ),
    "objective": (
        lambda e: e.set("A.2.4", control="A.2"),
        ["row {A.2.4}, control: 'A.2' is an objective"],
        None,
    ),
    "unknown-system": (
        lambda e: e.set("A.2.4", system="triag"),
        ["row {A.2.4}, system: there is no system 'triag'"],
        "triage",
    ),
    "merged": (
        lambda e: e.page.merge_cells("E5:E7"),
        ["row 5: cells E5:E7 are merged: part them, each row says its own"],
        None,
    ),
    "error": (
        lambda e: set_error(e, "A.2.3", "why"),
        ["row {A.2.3}, why: the cell holds the error #REF!"],
        None,
    ),
    "formula": (
        lambda e: e.set("A.2.3", why="=A1"),
        ["row {A.2.3}, why: a formula without its result: save the file in a spreadsheet program"],
        None,
    ),
    "no-kind": (
        lambda e: e.set("A.2.3", because="the Act"),
        ["row {A.2.3}, because: 'the Act' does not say of which kind it is"],
        None,
    ),
    "kind": (
        lambda e: e.set("A.2.3", because="legla: the Act"),
        ["row {A.2.3}, because: 'legla' is not one of risk, legal, contract, decision"],
        "legal",
    ),
    "no-risk": (
        lambda e: e.set("A.2.3", because="risk: R-2026-0099"),
        ["row {A.2.3}, because: there is no R-2026-0099 in this register"],
        None,
    ),
    "sorted-alone": (
        lambda e: e.page.cell(e.row("A.6.2.4"), e.column("decision"), "AD-2026-0003"),
        ["row {A.6.2.4}, decision: AD-2026-0003 is of A.2.2: was one column sorted by itself?"],
        None,
    ),
    "no-record": (
        lambda e: e.page.cell(e.row("A.6.2.4"), e.column("decision"), "AD-1999-0003"),
        ["row {A.6.2.4}, decision: there is no AD-1999-0003 in this register"],
        None,
    ),
    "other-register": (
        lambda e: set_fact(e, "Trail root", "AAAA"),
        [", Trail root: this register never had a trail of 8 entries with the root AAAA"],
        None,
    ),
    "no-rows": (lambda e: e.page.delete_rows(2, 100), [": has no rows below its header"], None),
    "due-of-implemented": (
        lambda e: e.set("A.6.2.4", status="implemented", due="2027-12-31"),
        ["row {A.6.2.4}, due: is said of what is still to be done, not of implemented"],
        None,
    ),
    "no-table": (
        lambda e: e.page.delete_rows(1, 100),
        [f": sheet '{DATA}' has no line with the names of the columns (control, system, ...)"],
        None,
    ),
}


def set_heading(edited, old, new):
    edited.page.cell(1, edited.column(old)).value = new


def set_error(edited, control, name):
    cell = edited.page.cell(edited.row(control), edited.column(name))
    cell.value = "#REF!"
    cell.data_type = "e"


def set_fact(edited, label, value):
    (row,) = [row for row in edited.book["Read me"].iter_rows() if row[0].value == label]
    row[1].value = value


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.usefixtures("register")
def test_what_cannot_be_read_is_refused_in_words(run, name):
    edit, sentences, nearest = REFUSED[name]
    edited = Edited()
    rows = {one: edited.row(one) for one in ("A.2.3", "A.2.4", "A.6.2.4")}
    edit(edited)
    edited.save()
    before = size(run)

    result = imported(run, "edited.xlsx")

    assert (result.code, result.out) == (2, "")
    assert "Traceback" not in result.err
    for sentence in sentences:
        assert filled(sentence, rows) in result.err
    hint = f"  did you mean '{nearest}'?"
    assert (hint in result.err.splitlines()) == (nearest is not None), result.err
    assert size(run) == before


@pytest.mark.usefixtures("register")
def test_every_problem_of_the_rows_is_told_at_once(run):
    edited = Edited()
    stray = edited.set("A.2.4", applicable="maybe")
    edited.page.cell(stray, edited.page.max_column + 1).value = "a note"
    twice = edited.set("A.3.2", control="A.2.2")
    unknown = edited.set("A.3.3", control="A.99.9")
    edited.set("A.4.2", applicable="yes", why="Called for", status="planned", due="2026-05-01")
    late = edited.row("A.4.2")

    refused = imported(run, edited.save())

    assert refused.code == 2
    for sentence in (
        f"row {stray}: column R has no heading",
        f"row {stray}, applicable: 'maybe' is not one of yes, no",
        f"row {twice}, control: A.2.2 stands in row",
        f"row {unknown}, control: 'A.99.9'",
        f"row {late}, due: 2026-05-01 is before it was decided, 2026-05-04",
    ):
        assert sentence in refused.err
    assert size(run) == 9


@pytest.mark.usefixtures("register")
def test_what_the_command_says_is_named_as_its_option(run):
    edited = Edited()
    edited.set("A.2.3", owner="eva")

    refused = imported(run, edited.save(), "--by", " ")

    assert (refused.code, refused.err) == (2, "govtrack: --by: is empty\n")


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("options", [(), ("--json",), ("--yes",)])
def test_a_file_that_is_not_there_is_named_whatever_was_said(run, options):
    refused = run("soa", "import", "nofile.xlsx", *options)

    assert refused.code == 2
    assert "nofile.xlsx: no such file" in refused.err
    assert run("soa", "import", "soa.xlsx").err.startswith("govtrack: --yes: is needed")


@pytest.mark.usefixtures("register")
def test_the_workbook_of_a_pack_is_refused_as_a_whole(run):
    run("soa", "export", "--output", "read.xlsx", "--recorded-by", "2026-05-04")

    refused = imported(run, "read.xlsx")

    assert refused.code == 2
    assert refused.err == (
        "govtrack: read.xlsx: this is a pack's workbook, or another table to read: write a sheet "
        "to edit with 'govtrack soa export --output FILE'\n"
    )


def filled(sentence, rows):
    for control, row in rows.items():
        sentence = sentence.replace(f"{{{control}}}", str(row))
    return sentence


# ----- changed meanwhile


@pytest.mark.usefixtures("register")
def test_what_was_recorded_after_the_export_is_kept(run):
    edited = Edited()
    edited.set("A.6.2.4", how="Pipeline gate")
    name = edited.save()
    run("soa", "set", "A.6.2.4", "--owner", "zoe")
    run("soa", "set", "A.2.2", "--applicable", "--why", "Asked for by a customer")

    result = imported(run, name)

    assert changes(result) == {("A.6.2.4", "how"): ("", "Pipeline gate")}
    assert "rows 2, 20 are as first exported, and changed meanwhile" in result.err
    decided = {one["control"]: one["decision"] for one in statement(run)}
    assert (decided["A.6.2.4"]["owner"], decided["A.6.2.4"]["how"]) == ("zoe", "Pipeline gate")
    assert decided["A.2.2"]["applicable"] is True


@pytest.mark.usefixtures("register")
def test_what_both_changed_is_refused_until_it_is_forced(run):
    edited = Edited()
    row = edited.set("A.6.2.4", owner="ben")
    name = edited.save()
    run("soa", "set", "A.6.2.4", "--owner", "zoe")

    refused = imported(run, name)
    forced = imported(run, name, "--force", "--json").json()

    assert refused.code == 2
    assert f"edited.xlsx, row {row}, owner: changed meanwhile: AD-2026-0005" in refused.err
    (one,) = forced["changes"]
    assert (one["before"], one["after"], one["changed_meanwhile"]) == ("zoe", "ben", True)


@pytest.mark.usefixtures("register")
def test_without_the_record_s_column_the_trail_s_size_tells(run):
    edited = Edited()
    edited.page.delete_cols(edited.column("decision"))
    name = edited.save()
    run("soa", "set", "A.6.2.4", "--owner", "zoe")

    result = imported(run, name)

    assert result.code == 2
    assert "owner: changed meanwhile: AD-2026-0005 says 'zoe', the sheet 'eva'" in result.err


@pytest.mark.usefixtures("register")
def test_without_either_a_note_says_that_nobody_can_tell(run):
    edited = Edited()
    edited.page.delete_cols(edited.column("decision"))
    del edited.book["Read me"]

    result = imported(run, edited.save())

    assert result.code == 0
    assert "without the column 'decision' nobody can tell what was changed meanwhile" in result.err


@pytest.mark.usefixtures("register")
def test_a_sheet_of_an_earlier_day_takes_back_nothing(run):
    run("soa", "set", "A.6.2.4", "--owner", "zoe", "--on", "2026-02-01", "--applicable",
        "--why", "Earlier", "--status", "not")  # fmt: skip
    run("soa", "export", "--output", "earlier.xlsx", "--as-of", "2026-03-01")

    result = imported(run, "earlier.xlsx")

    assert result.out == "Nothing differs from what is recorded.\n"
    assert "changed meanwhile in the register" in result.err


# ----- asking


@pytest.fixture
def _on_a_terminal(monkeypatch):
    monkeypatch.setattr("govtrack.cli.given_back.on_terminal", lambda _: True)


@pytest.mark.parametrize("options", [[], ["--json"]])
@pytest.mark.usefixtures("register")
def test_where_nobody_can_be_asked_the_option_is_named(run, options):
    result = run("soa", "import", "soa.xlsx", *options)

    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "govtrack: --yes: is needed where nobody can be asked (or --dry-run, to see what would "
        "change)\n"
    )


@pytest.mark.parametrize(("answer", "code", "more"), [("y\n", 0, 1), ("n\n", 1, 0), ("\n", 1, 0)])
@pytest.mark.usefixtures("register", "_on_a_terminal")
def test_a_person_sees_the_changes_and_is_asked(run, answer, code, more):
    edited = Edited()
    edited.set("A.6.2.4", owner="ben")
    before = size(run)

    result = run("soa", "import", edited.save(), stdin=answer)

    assert result.code == code
    assert "A.6.2.4\towner\teva\tben\n" in result.out
    assert "Record this? [y/N]" in result.err
    assert size(run) == before + more


@pytest.mark.usefixtures("register", "_on_a_terminal")
def test_nothing_is_recorded_where_the_register_changed_while_the_question_stood(run, monkeypatch):
    edited = Edited()
    edited.set("A.6.2.4", owner="ben")
    name = edited.save()

    def meanwhile(*_, **__):
        assert run("soa", "set", "A.2.3", "--owner", "zoe").code == 0
        return True

    monkeypatch.setattr("click.confirm", meanwhile)
    result = run("soa", "import", name)

    assert result.code == 1
    assert "the register was changed while this was shown; nothing was recorded" in result.err
    assert {one["control"]: one["decision"] for one in statement(run)}["A.6.2.4"]["owner"] == "eva"


@pytest.mark.usefixtures("register")
def test_a_dry_run_records_nothing_and_says_the_same(run):
    edited = Edited()
    edited.set("A.6.2.4", owner="ben")
    name = edited.save()
    before = size(run)

    dry = run("soa", "import", name, "--dry-run", "--json").json()

    assert size(run) == before
    assert (dry["dry_run"], dry["recorded"]) == (True, [])
    assert imported(run, name, "--json").json() == dry | {
        "dry_run": False,
        "recorded": ["AD-2026-0005"],
    }


@pytest.mark.usefixtures("register")
def test_the_json_answer_is_of_its_schema(run):
    schema = json.loads((shipped.folder("schemas") / "soa-import.schema.json").read_text())
    edited = Edited()
    edited.set("A.6.2.4", owner="ben", status="partial")
    name = edited.save()

    for options in (["-n"], [], []):
        jsonschema.validate(imported(run, name, "--json", *options).json(), schema)


@pytest.mark.usefixtures("register")
def test_a_day_that_has_not_come_is_refused_once(run):
    result = imported(run, "soa.xlsx", "--on", "2026-05-05")

    assert result.code == 2
    assert result.err == "govtrack: --on: 2026-05-05 has not come yet; today is 2026-05-04\n"


@pytest.mark.usefixtures("register")
def test_every_problem_is_told_at_once_the_sheet_s_and_the_register_s(run):
    edited = Edited()
    edited.set("A.2.4", applicable="perhaps", why="y")
    edited.set("A.2.3", because="risk: R-2026-0099")
    edited.set("A.6.2.4", due="31.12.2027")
    before = size(run)

    result = imported(run, edited.save())

    fields = [line.split(": ")[1].rpartition(", ")[2] for line in result.err.splitlines()
              if line.startswith("govtrack: ")]  # fmt: skip
    assert fields == ["because", "applicable", "due"]
    assert size(run) == before
