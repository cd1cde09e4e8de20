"""The sample's audit pack: its documents, its workbook and its register say the same."""

from __future__ import annotations

import io
import re
from datetime import date
from html.parser import HTMLParser
from types import SimpleNamespace

import openpyxl
import pytest

from govtrack.packs import documents, gather, press

DAY = date(2026, 11, 25)
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.fixture(scope="module")
def pack(space):
    """The pack's contents, its files by path and its workbook."""
    contents = gather.gathered(space, 2026, gather.Asked(as_of=DAY))
    made, _ = press.printed(contents)
    files = {one.path: one.content for one in made}
    book = openpyxl.load_workbook(io.BytesIO(files["workbook.xlsx"]))
    return SimpleNamespace(contents=contents, files=files, book=book)


class Rows(HTMLParser):
    """The cells of every table row of a page, as text."""

    def __init__(self, html: bytes) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.feed(html.decode())

    def handle_starttag(self, tag, attrs):  # noqa: ARG002
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def rows(pack, document):
    """The rows of a document by the first word of their first cell."""
    found = Rows(pack.files[f"documents/{document}.html"]).rows
    cells = [[" ".join(cell.split()) for cell in row] for row in found]
    return {row[0].split()[0]: row for row in cells if row and row[0]}


def sheet(pack, name):
    """The rows of a sheet as mappings of heading to value."""
    head, *lines = pack.book[name].values
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_scope_calls_for_a_new_assessment_where_one_is_overdue_and_only_there(pack):
    said = rows(pack, "04-scope")

    for one in pack.contents.working_papers.impacts.systems:
        overdue = any(reason.overdue for reason in one.due)
        assert ("a new one is due" in " ".join(said[one.system.id])) == overdue


def test_an_assessment_that_is_due_in_time_is_not_called_for(space):
    contents = gather.gathered(space, 2025, gather.Asked(as_of=date(2025, 6, 30)))

    said = documents.per_system(contents)

    due = {one.system.id: one.due for one in contents.working_papers.impacts.systems}
    coming = [id_ for id_, found in due.items() if found and not any(r.overdue for r in found)]
    assert coming
    assert not any(said[id_]["overdue"] for id_ in coming)


def test_no_day_of_the_workbook_is_text(pack):
    texts = {
        (page.title, cell.coordinate): cell.value
        for page in pack.book.worksheets
        for row in page.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and ISO_DAY.fullmatch(cell.value)
    }

    assert texts == {}


def test_the_checklist_of_controls_has_the_same_rows_and_standing_as_a_sheet_and_as_a_page(pack):
    page = rows(pack, "06-checklist-controls")

    lines = sheet(pack, "06 Checklist controls")

    own = [one.control for one in pack.contents.working_papers.soa.statement.controls[38:]]
    assert own
    assert [line["reference"] for line in lines[38:]] == own
    assert len(lines) == 38 + len(own)
    for line in lines:
        assert f"09: {line['Statement of Applicability']}" in page[line["reference"]][1]


def test_the_master_list_says_one_status_as_a_page_as_a_sheet_and_on_the_command_line(
    pack, run, space
):
    page = rows(pack, "17-master-list")
    asked = run("documents", "--as-of", DAY, cwd=space.root)
    told = {row["id"]: row["status"] for row in asked.rows()}

    lines = sheet(pack, "17 Master list")

    assert {line["status"] for line in lines} >= {"review overdue", "approved", "superseded"}
    for line in lines:
        if line["id"] != "risk register":
            assert page[line["id"]][4] == line["status"]
        assert told[line["id"]] == line["status"]


def test_working_papers_have_titles_of_their_own_and_a_day_of_review(pack):
    lines = {line["id"]: line for line in sheet(pack, "17 Master list")}

    statement = lines["SOA-2025-0001"]
    assert statement["title"] == "Statement of Applicability, version 2"
    assert statement["author"]
    assert statement["next review"].date() == date(2026, 9, 9)
    assert lines["AT-2026-0001"]["title"].startswith("AI RMF self-attestation as of 2026-01-26: ")


def test_evidence_of_an_assessment_has_the_same_words_as_a_page_and_as_a_sheet(pack):
    page = " ".join(
        re.sub(r"<[^>]*>", " ", pack.files["documents/24-impacts.html"].decode()).split()
    )

    systems = pack.contents.working_papers.impacts.systems
    shown = {one.latest.id for one in systems if one.latest}
    cited = {
        one
        for line in sheet(pack, "24 Impacts")
        for one in re.findall(r"(EV-\S+) \(([^)]+)\)", line["evidence"] or "")
        if line["assessment"] in shown
    }

    assert any("its review is overdue" in words for _, words in cited)
    for id_, words in cited:
        assert re.search(rf"{id_}\b[^()]* \({words}\)", page), (id_, words)
