"""Each reader gives the same rows of text, numbered as a person counts, or says what is wrong."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import json
import zipfile

import openpyxl
import pytest
import xlsxwriter
import yaml
from hypothesis import given
from hypothesis import strategies as st

from govtrack.errors import BadInput
from govtrack.intake import tables
from govtrack.intake.formats import delimited, json_list, sheet_xml, workbook, yaml_list

NAMES = ("file", "kind", "why")
# neither NUL nor the line ends that CSV and YAML turn into others
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\x85\u2028\u2029"), max_size=20)
RECORDS = st.lists(
    st.fixed_dictionaries({"file": TEXT.map("f{}".format), "kind": TEXT, "why": TEXT}), min_size=1
)


def cells(table):
    return [row.cells for row in table.rows]


def sheet(fill, **options):
    """The bytes of a workbook whose sheet `fill` writes."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True, **options})
    fill(book)
    book.close()
    return data.getvalue()


def sentence(refusal):
    return refusal.value.problems[0].sentence()


@given(RECORDS, st.sampled_from(list(delimited.SEPARATORS)), st.sampled_from(["\r\n", "\n"]))
def test_what_a_csv_writer_writes_is_read_back(records, separator, ending):
    text = io.StringIO()
    writer = csv.DictWriter(text, NAMES, delimiter=separator, lineterminator=ending)
    writer.writeheader()
    writer.writerows(records)

    read = delimited.read(text.getvalue().encode(), "t.csv")

    assert cells(read) == records


@given(RECORDS)
def test_what_a_json_writer_writes_is_read_back(records):
    for document in (records, {"evidence": records}, {"x": [{"y": 1.5}], "evidence": records}):
        assert cells(json_list.read(json.dumps(document).encode(), "t.json")) == records
    lines = "\n".join(json.dumps(record) for record in records)
    assert cells(json_list.read_lines(lines.encode(), "t.jsonl")) == records


@given(RECORDS)
def test_what_a_yaml_writer_writes_is_read_back(records):
    for document in (records, {"evidence": records}, {"x": {"y": [1, {}]}, "evidence": records}):
        written = yaml.safe_dump(document, allow_unicode=True)
        quoted = yaml.safe_dump(document, default_style='"')
        for text in (written, quoted):
            assert cells(yaml_list.read(text.encode(), "t.yaml")) == records


def test_a_byte_order_mark_is_taken_off_csv_and_yaml():
    mark = b"\xef\xbb\xbf"

    assert cells(delimited.read(mark + b"file,kind\na,b\n", "t.csv")) == [
        {"file": "a", "kind": "b"}
    ]
    assert cells(yaml_list.read(mark + b"- {file: a}\n", "t.yaml")) == [{"file": "a"}]


def test_a_list_stays_a_list_in_yaml_and_json():
    expected = [{"file": ("a;b", "c")}]

    assert cells(yaml_list.read(b"- file: ['a;b', c]\n", "t.yaml")) == expected
    assert cells(json_list.read(b'[{"file": ["a;b", "c"]}]', "t.json")) == expected


def test_an_alias_in_yaml_stands_for_what_it_names():
    text = b"- file: &one a.txt\n  refs: &refs [6.1.2, '8.2']\n- file: *one\n  refs: *refs\n"

    assert (
        cells(yaml_list.read(text, "t.yaml")) == [{"file": "a.txt", "refs": ("6.1.2", "8.2")}] * 2
    )


def test_words_that_yaml_takes_for_something_else_stay_words():
    text = b"- {a: no, b: 2025-01-31, c: 1_000, d: 0o7, e: 6.10, f: ~, g: 'null', h: null}\n"

    assert cells(yaml_list.read(text, "t.yaml")) == [
        {"a": "no", "b": "2025-01-31", "c": "1_000", "d": "0o7", "e": "6.10", "f": "", "g": "null",
         "h": ""}
    ]  # fmt: skip


def test_many_uses_of_one_alias_are_counted_each_time():
    width, height = 2_000, 3_000
    text = "- &row {" + ", ".join(f"c{n}: x" for n in range(width)) + "}\n" + "- *row\n" * height

    with pytest.raises(BadInput) as refusal:
        yaml_list.read(text.encode(), "t.yaml")

    assert "more than 5000000 values, counting aliases" in sentence(refusal)


@pytest.mark.parametrize(
    ("reader", "text", "lines"),
    [
        (delimited.read, 'file,kind\n\n"a\nb",c\nd,e\n', [3, 5]),
        (json_list.read, '{"x": [\n1],\n"evidence": [\n{"file": "a"},\n\n{"file": "b"}]}', [4, 6]),
        (json_list.read_lines, '\n{"file": "a"}\n{"file": "b"}\n', [2, 3]),
        (yaml_list.read, "evidence:\n\n- file: a\n  kind: b\n- file: c\n", [3, 5]),
    ],
)
def test_a_row_is_numbered_by_the_line_it_begins_on(reader, text, lines):
    assert [row.number for row in reader(text.encode(), "t").rows] == lines


def test_a_workbook_gives_dates_whole_numbers_and_text():
    def fill(book):
        page = book.add_worksheet("Anything")
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        page.write_row(0, 0, ["file", "prepared_on", "version", "supports", "why", "empty"])
        page.write_row(1, 0, ["a.txt"])
        page.write_datetime(1, 1, dt.datetime(2025, 3, 31), day)  # noqa: DTZ001  (sheets have none)
        page.write_number(1, 2, 2)
        page.write_number(1, 3, 8.2)
        page.write_boolean(1, 4, True)  # noqa: FBT003

    table = workbook.read(sheet(fill), "t.xlsx")

    assert table.notes == ("t.xlsx: sheet 'Anything'",)
    assert (table.header_row, table.rows[0].number) == (1, 2)
    assert cells(table) == [
        {"file": "a.txt", "prepared_on": "2025-03-31", "version": "2", "supports": "8.2",
         "why": "true", "empty": ""}
    ]  # fmt: skip


def test_the_sheet_named_evidence_stands_before_the_first():
    def fill(book):
        book.add_worksheet("Notes").write(0, 0, "nothing to see")
        page = book.add_worksheet("Evidence")
        page.write_row(2, 0, ["file", "kind"])
        page.write_row(4, 0, ["a.txt", "vv-report"])

    table = workbook.read(sheet(fill), "t.xlsx")

    assert table.header_row == 3
    assert [(row.number, row.cells["file"]) for row in table.rows] == [(5, "a.txt")]


def test_a_workbook_of_another_writer_with_a_wrong_size_is_read_whole(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["file", "kind"])
    book.active.append(["a.txt", "vv-report"])
    book.save(tmp_path / "t.xlsx")
    damaged = repacked(
        (tmp_path / "t.xlsx").read_bytes(),
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'<dimension ref="A1:B2"', b'<dimension ref="A1:A1"'),
    )

    assert cells(workbook.read(damaged, "t.xlsx")) == [{"file": "a.txt", "kind": "vv-report"}]


def repacked(data, name, change):
    """The same zip with one member changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            text = old.read(member)
            new.writestr(member.filename, change(text) if member.filename == name else text)
    return out.getvalue()


def one_cell(book):
    book.add_worksheet().write_row(0, 0, ["file"])


WORKBOOK = sheet(one_cell)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.floats(-1e9, 1e9, allow_subnormal=False),
    st.dates(dt.date(1904, 1, 2)),  # day 0 of either calendar is read as a time by some
    st.datetimes(dt.datetime(1904, 1, 2), dt.datetime(2200, 1, 1)).map(  # noqa: DTZ001
        lambda moment: moment.replace(microsecond=0)
    ),
    st.text(st.characters(min_codepoint=32, codec="utf-8"), min_size=1, max_size=10).map(
        "x{}".format
    ),
)


@given(
    st.lists(st.lists(VALUES, min_size=1, max_size=4), min_size=1, max_size=4),
    st.sampled_from(["dd.mm.yyyy", "yyyy-mm-dd hh:mm", '"on" d mmm', "[$-409]d/m/yy"]),
    st.booleans(),
    st.booleans(),
)
def test_cells_are_read_as_another_reader_reads_them(rows, date_format, in_line, from_1904):
    def fill(book):
        page = book.add_worksheet()
        for number, row in enumerate([["a", "b", "c", "d"], *rows]):
            for column, value in enumerate(row):
                if value is not None:
                    page.write(number, column, value)

    data = sheet(fill, default_date_format=date_format, constant_memory=in_line,
                 date_1904=from_1904)  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        book = sheet_xml.Book(package)
        found = [cells for _, cells in book.rows(book.sheets[0])]
    oracle = openpyxl.load_workbook(io.BytesIO(data), data_only=True).active

    assert [padded(row) for row in found if any(row)] == [
        padded([as_text(cell) for cell in row])
        for row in oracle.iter_rows(values_only=True)
        if any(cell is not None for cell in row)
    ]


def padded(row):
    return (list(row) + [""] * 4)[:4]


def as_text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return (value.date() if value.time() == dt.time() else value).isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def test_the_reading_of_a_text_beside_it_is_left_out():
    data = repacked(
        sheet(one_cell),
        "xl/sharedStrings.xml",
        lambda xml: xml.replace(
            b"<t>file</t>", b'<r><t>fi</t></r><r><t>le</t></r><rPh sb="0" eb="1"><t>x</t></rPh>'
        ),
    )

    assert workbook.read(data, "t.xlsx").header == ("file",)


def test_a_workbook_with_a_document_type_is_refused():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    data = repacked(
        WORKBOOK, "xl/sharedStrings.xml", lambda xml: xml.replace(b"?>", b"?>" + bomb, 1)
    )

    with pytest.raises(BadInput) as refusal:
        workbook.read(data, "t.xlsx")

    assert sentence(refusal) == "t.xlsx: 'xl/sharedStrings.xml' in it declares a DTD: not allowed"


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(501):
            member.write(bytes(2**20))

    with pytest.raises(BadInput) as refusal:
        workbook.read(out.getvalue(), "t.xlsx")

    assert "that is no table" in sentence(refusal)


def test_an_error_in_a_cell_is_named_with_its_row():
    def fill(book):
        page = book.add_worksheet()
        page.write_row(0, 0, ["file", "kind"])
        page.write_formula(1, 1, "=NA()", None, "#N/A")
        page.write(1, 0, "a.txt")

    with pytest.raises(BadInput) as refusal:
        workbook.read(sheet(fill), "t.xlsx")

    assert sentence(refusal) == "t.xlsx, row 2: a cell holds the error #N/A"


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18)],
    ids=["empty", "cut off", "empty zip"],
)
def test_what_is_no_workbook_is_refused_in_one_sentence(data):
    with pytest.raises(BadInput) as refusal:
        workbook.read(data, "t.xlsx")

    assert sentence(refusal).startswith("t.xlsx: not a")


@given(st.binary(max_size=300))
def test_no_bytes_whatever_are_a_crash(data):
    for reader in (
        delimited.read,
        json_list.read,
        json_list.read_lines,
        yaml_list.read,
        workbook.read,
    ):
        with contextlib.suppress(BadInput):
            reader(data, "t")


@given(st.integers(0, 5_000), st.integers(0, 255))
def test_no_damage_to_a_workbook_is_a_crash(place, byte):
    data = bytearray(WORKBOOK)
    data[place % len(data)] = byte

    with contextlib.suppress(BadInput):
        workbook.read(bytes(data), "t.xlsx")


@given(st.text("[]{},:\"'&*-?|>!% \n#abc01", max_size=60))
def test_no_text_like_yaml_or_json_is_a_crash(text):
    for reader in (json_list.read, json_list.read_lines, yaml_list.read):
        with contextlib.suppress(BadInput):
            reader(text.encode(), "t")


def test_an_ending_that_is_no_format_is_refused_naming_those_there_are(tmp_path):
    with pytest.raises(BadInput) as refusal:
        tables.read(tmp_path / "table.ods")

    assert sentence(refusal).endswith(
        "'.ods' is no format of a table; known are .csv, .tsv, .txt, .xlsx, .xlsm, .yaml, .yml, "
        ".json, .jsonl"
    )


def test_grids_give_every_sheet_with_what_it_hides_merges_and_has_not_reckoned():
    def fill(book):
        book.add_worksheet("Notes").write_string(1, 1, "nothing to see")
        page = book.add_worksheet("Data")
        page.write_row(0, 0, ["a", "b"])
        page.write_row(2, 0, ["1", "2"])
        page.set_row(2, None, None, {"hidden": True})
        page.set_row(7, None, None, {"hidden": True})
        page.merge_range("A5:B6", "both")
        page.write_formula(3, 0, "=1+1", None, "2")
        page.write_formula(3, 1, "=1+1", None, "")

    notes, data = workbook.grids(sheet(fill), "t.xlsx")

    assert (notes.name, notes.lines) == ("Notes", ((2, ("", "nothing to see")),))
    assert data.name == "Data"
    assert [number for number, _ in data.lines] == [1, 3, 4, 5]
    assert data.hidden == {3}
    assert data.merged == ((5, 6, "A5:B6"),)
    assert data.unreckoned == {(4, 1)}


def test_what_xml_cannot_hold_is_read_as_it_is_meant():
    data = repacked(
        sheet(one_cell),
        "xl/sharedStrings.xml",
        lambda xml: xml.replace(b"<t>file</t>", b"<t>a_x000D__x005F_x0041_</t>"),
    )

    (grid,) = workbook.grids(data, "t.xlsx")

    assert grid.lines == ((1, ("a\r_x0041_",)),)
