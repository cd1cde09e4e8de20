"""The sample's audit pack: its documents, its workbook and its register say the same."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
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
        elif tag == "br":
            self.handle_data(" ")

    def handle_endtag(self, tag):
        if tag == "table":
            self.rows.append([])

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
        assert told[line["id"]].partition(", see ")[0] == line["status"].partition(", see ")[0]
    ended = len(pack.contents.working_papers.attestation.findings)
    assert page["AT-2026-0001"][4] == f"approved; {ended} events end it, see 20"


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


def test_every_link_of_a_page_leads_to_something_in_the_pack(pack):
    pages = {
        path.removeprefix("documents/"): content.decode()
        for path, content in pack.files.items()
        if path.startswith("documents/") and path.endswith(".html")
    }
    anchors = {name: re.findall(r'\bid="([^"]*)"', html) for name, html in pages.items()}
    kept = {file.path for one in pack.contents.evidence for file in one.files}
    there = {*pack.files, *kept}

    for name, html in pages.items():
        assert len(anchors[name]) == len(set(anchors[name])), name
        for target in re.findall(r'href="([^":]*)"', html):
            file, _, place = target.partition("#")
            if file.startswith("../"):
                assert file.removeprefix("../") in there
            else:
                assert place in ("", *anchors[file or name]), (name, target)


@pytest.mark.parametrize(
    ("document", "link"),
    [
        ("09-soa", '<a href="../evidence/EV-2025-'),
        ("09-soa", '<a href="23-risks.html#r-2025-'),
        ("09-soa", '<a href="06-checklist-controls.html#a.5.2">A.5.2</a>'),
        ("09-soa", '<a href="06-checklist-controls.html#hh-1">HH-1</a>'),
        ("06-checklist-controls", '<a href="09-soa.html#a.5.2">A.5.2</a>'),
        ("19-profile", '<a href="09-soa.html#a.5.2">A.5.2</a>'),
        ("19-profile", '<a href="10-coverage.html#govern-1.1">GOVERN 1.1</a>'),
        ("10-coverage", '<a href="19-profile.html#govern-1.1">GOVERN 1.1</a>'),
        ("20-attestation", '<a href="../evidence/EV-2025-'),
        ("23-risks", '<a href="#r-2025-0001">R-2025-0001</a>'),
        ("23-risks", '<a href="09-soa.html#'),
        ("24-impacts", '<a href="23-risks.html#r-2025-'),
        ("24-impacts", '<a href="../evidence/EV-2023-0007-'),
        ("08-evidence-index", '<a href="24-impacts.html#ia-2025-0001">IA-2025-0001</a>'),
    ],
)
def test_ids_and_references_are_links(pack, document, link):
    assert link in pack.files[f"documents/{document}.html"].decode()


def test_a_paper_by_itself_has_no_such_links(run, space, tmp_path):
    run("risk", "export", "--output", tmp_path / "out.html", cwd=space.root)

    html = (tmp_path / "out.html").read_text()

    assert "R-2025-0001" in html
    assert not re.search(r'href="(?!#|https?:)', html)


def test_what_rests_on_an_artefact_is_what_the_papers_say(pack):
    papers = pack.contents.working_papers

    found = {
        line["id"]: line["rests on it"].split("; ")
        for line in sheet(pack, "08 Evidence")
        if line["rests on it"]
    }

    held = {one.id for one in pack.contents.evidence}
    for of in papers.impacts.systems:
        for cited in of.latest.evidence if of.latest else ():
            assert cited.id not in held or of.latest.id in found[cited.id]
    for one in papers.soa.statement.controls:
        for id_ in one.evidence.ids if one.standing == "applicable" else ():
            assert one.control in found[id_]
    outcomes = sum(
        int(what.split()[0])
        for all_of_it in found.values()
        for what in all_of_it
        if what.endswith("AT-2026-0001")
    )
    assert outcomes == len(papers.attestation.supports)
    rows_of = {
        id_: next((what for what in all_of_it if what.startswith("row")), None)
        for id_, all_of_it in found.items()
    }
    proven = [row for row in papers.profile.profile.rows if row.current in {"largely", "achieved"}]
    for id_, said in rows_of.items():
        refs = [row.ref for row in proven if id_ in row.ids]
        assert bool(refs) == (said is not None)
        assert [ref.split()[-1] for ref in refs] == re.findall(r"\d\.\d+", said or "")
    assert any(said and said.count(",") > 1 for said in rows_of.values())
    page = rows(pack, "08-evidence-index")
    assert "rests on it: " + ", ".join(found["EV-2026-0003"]) in page["EV-2026-0003"][4]


def test_every_finding_stands_in_its_paper_with_the_command_that_mends_it(pack):
    papers = pack.contents.working_papers
    found = {
        "09-soa": papers.soa,
        "19-profile": papers.profile,
        "20-attestation": papers.attestation,
        "23-risks": papers.risks,
        "24-impacts": papers.impacts,
    }

    assert any(one.findings for one in found.values())
    for name, paper in found.items():
        html = pack.files[f"documents/{name}.html"]
        said = Rows(html).rows
        again = sum(one.mend == two.mend for one, two in pairwise(paper.findings))
        assert html.partition(b'class="findings"')[2].count(b">as above</span>") == again
        mended = {" ".join(row[-1].split()) for row in said if row}
        for one in paper.findings:
            assert " ".join(one.mend.split()) in mended, (name, one.mend)


def test_every_document_s_head_names_scope_and_status_and_no_rule_reads_like_a_risk(pack):
    scope = pack.contents.working_papers.soa.statement.latest.scope

    pages = {name: body for name, body in pack.files.items() if name.startswith("documents/")}
    texts = {name: body.decode() for name, body in pages.items() if name.endswith(".html")}

    assert len(texts) == 15
    for name, html in texts.items():
        assert f"Scope of the AIMS</span><br>{scope} (" in html, name
        assert "as generated; not reviewed" in html
    assert not re.search(r"\bR-\d\d\b(?!-)", texts["documents/18-cycle.html"])
    assert "rule 06 [ISO/IEC 17021-1 9.1.3.3]" in texts["documents/18-cycle.html"]


def test_the_scope_is_that_of_evidence_where_no_statement_is_approved(pack):
    bare = replace(pack.contents, working_papers=None)
    none = replace(bare, evidence=())

    assert documents.aims_scope(bare) == "AIMS scope statement, version 2 (EV-2025-0006)"
    assert documents.aims_scope(none) is None


def test_a_control_and_a_review_past_their_day_are_called_overdue_in_every_paper(pack):
    statement = pack.contents.working_papers.soa.statement
    late = [one for one in statement.controls
            if one.decision and one.decision.overdue(str(DAY))]  # fmt: skip
    checklist = rows(pack, "06-checklist-controls")
    assert late
    for one in statement.controls:
        assert (", overdue" in checklist[one.control][1]) == (one in late)
    head = rows(pack, "09-soa")
    assert head["Next"][1] == "2026-09-09, overdue"
    others = rows(pack, "19-profile")["PF-2025-0001"]
    assert others[1].endswith("review due 2026-06-10 overdue")
