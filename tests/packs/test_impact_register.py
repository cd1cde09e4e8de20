"""Document 24: the impact assessments as a page, a print, a sheet and data."""

from __future__ import annotations

import csv
import io
import json
import re

import openpyxl
import pytest
from freezegun import freeze_time
from pypdf import PdfReader

WHOLE = """\
system: triage
assessed_on: 2026-03-02
assessed_by: ben
result: "=1+1 is acceptable"
consulted: [{who: Patients, how: interviews}]
effects:
  - level: individuals
    kind: harm
    what: An urgent <b>referral</b> is seen too late
    severity: severe
    likelihood: unlikely
    reversibility: irreversible
  - {level: individuals, kind: benefit, what: Shorter waits, severity: slight, likelihood: likely}
  - {level: organisations, kind: harm, what: Calls, severity: slight, likelihood: likely,
     reversibility: reversible, measure: Two more nurses}
  - {level: society, kind: none, what: One district only}
"""


@pytest.fixture(autouse=True)
def _assessed(run, workspace):
    with freeze_time("2026-03-02T12:00:00Z"):
        for slug in ("triage", "chat"):
            run("system", "add", slug, "--name", slug.capitalize(), "--role", "provider",
                "--in-scope-from", "2026-01-01", "--model", "m 1")  # fmt: skip
        run("impact", "add", "triage", "--on", "2026-01-15", "--by", "ben", "--model", "m 0")
        (workspace / "a.yaml").write_text(WHOLE)
        done = run("impact", "add", "--from", "a.yaml")
        assert done.code == 0, done.err
        yield


def export(run, workspace, form, *more):
    done = run("impact", "export", "--output", f"out.{form}", *more)
    assert (done.code, done.out) == (0, ""), done.err
    content = (workspace / f"out.{form}").read_bytes()
    (workspace / f"out.{form}").unlink()
    return content


def text_of(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html.decode()).split())


def test_the_page_sets_benefits_beside_harms_at_both_frameworks_levels(run, workspace):
    html = export(run, workspace, "html")
    said = text_of(html)

    assert "AI system impact assessment (AI RMF: impact characterisation)" in said
    assert "treated as risk (ISO/IEC 42001 6.1.2)" in said
    row = next(
        part for part in html.decode().split("<tr>") if "<strong>individuals</strong>" in part
    )
    assert row.index("Shorter waits") < row.index("An urgent &lt;b&gt;referral&lt;/b&gt;")
    assert "organisations ISO: risk (6.1.2)" in said
    assert "society ISO: societies Considered, no effect found: One district only" in said
    assert "groups ISO: groups not considered" in said
    assert "Measure: Two more nurses" in said
    assert "no measure recorded" in said


def test_the_page_has_earlier_assessments_findings_scales_and_what_is_missing(run, workspace):
    said = text_of(export(run, workspace, "html"))

    assert "IA-2026-0001 2026-01-15 , ben" in said
    assert "harm-without-risk IA-2026-0002 triage" in said
    assert "partly reversible can be undone in part" in said
    assert "None recorded. What would be needed: an assessment of this system" in said
    assert "Chat" in said


def test_one_system_alone_and_the_state_of_an_earlier_day(run, workspace):
    chat = text_of(export(run, workspace, "html", "--system", "chat"))
    early = text_of(export(run, workspace, "html", "--as-of", "2026-02-01"))

    assert "Triage" not in chat
    assert "IA-2026-0001" in early
    assert "IA-2026-0002" not in early


def test_the_print_is_the_same_for_the_same_register(run, workspace):
    first, second = (export(run, workspace, "pdf") for _ in range(2))

    assert first == second
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(first)).pages)
    assert "AI system impact assessments" in said
    assert "Two more nurses" in said


def test_the_sheet_has_a_row_an_effect_and_keeps_text_as_text(run, workspace):
    book = openpyxl.load_workbook(io.BytesIO(export(run, workspace, "xlsx")))
    rows = list(book["24 Impacts"].iter_rows(values_only=True))
    table = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

    assert [row["no."] for row in table] == [1, 2, 3, 4, None, None]
    assert [row["holds"] for row in table] == ["no"] * 5 + ["none recorded"]
    assert table[0]["result"] == "=1+1 is acceptable"
    assert table[2]["ISO/IEC 42001 level"] == "risk (6.1.2)"
    assert table[0]["consulted"] == "Patients: interviews"


def test_a_draft_stands_beside_the_approved_one_and_does_not_hold(run, workspace):
    run("impact", "approve", "IA-2026-0002", "--by", "eva")
    run("impact", "add", "triage", "--on", "2026-03-02", "--by", "eva")

    said = text_of(export(run, workspace, "html"))
    book = openpyxl.load_workbook(io.BytesIO(export(run, workspace, "xlsx")))
    rows = [row[:4] for row in book["24 Impacts"].iter_rows(values_only=True)]

    assert {(row[0], row[3]) for row in rows[1:]} == {
        ("IA-2026-0003", "no"), ("IA-2026-0002", "yes"), ("IA-2026-0001", "no"),
        (None, "none recorded"),
    }  # fmt: skip
    overview = said[said.index("AI system Approved Latest") :]
    assert "IA-2026-0002 2026-03-02 by eva" in overview.split("IA-2026-0003")[0]
    assert "IA-2026-0003 2026-03-02 , eva not approved" in overview
    assert "IA-2026-0002 is the one approved last" in said


def test_the_csv_is_the_sheet_and_the_json_the_list(run, workspace):
    table = list(csv.DictReader(io.StringIO(export(run, workspace, "csv").decode("utf-8-sig"))))
    document = json.loads(export(run, workspace, "json"))

    assert [row["kind"] for row in table[:4]] == ["harm", "benefit", "harm", "none"]
    assert table[0]["result"] == "'=1+1 is acceptable"
    assert document == run("impact", "list", "--json").json()


def test_a_file_that_is_there_is_not_written_over(run, workspace):
    (workspace / "there.csv").write_text("mine")

    done = run("impact", "export", "--output", "there.csv")
    unknown = run("impact", "export", "--output", "x.docx")

    assert done.code == 1
    assert (workspace / "there.csv").read_text() == "mine"
    assert (unknown.code, "'docx' is not one of html, pdf, xlsx, csv, json" in unknown.err) == (
        2,
        True,
    )


def test_a_register_without_systems_says_what_would_be_needed(run, tmp_path, monkeypatch):
    run("init", tmp_path / "empty", "--organisation", "Empty Ltd")
    monkeypatch.chdir(tmp_path / "empty")

    said = text_of(export(run, tmp_path / "empty", "html"))

    assert "None recorded. What would be needed: the AI systems in scope" in said
