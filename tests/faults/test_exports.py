"""What is handed out: no cell computes, no page runs, nothing is written where it must not be."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest

HOSTILE = [
    '=HYPERLINK("http://example.org","x")', "@SUM(1)", "-2+3", "+1", "\t=1",
    "<script>alert(1)</script>\"'><img src=x onerror=1>", "{{ 7*7 }}", "bell \x07 and \u202eturn",
    "w" * 40_000,
]  # fmt: skip


@pytest.fixture
def hostile(workspace, run):
    """A register whose words were all chosen to do harm."""
    for number, title in enumerate(HOSTILE):
        (workspace / f"{number}.txt").write_text(f"report {number}\n")
        added = run(
            "add-evidence", f"{number}.txt", "--kind", "vv-report", "--title", title,
            "--source", "javascript:alert(1)", "--why", title[:200], "--prepared-by", title[:200],
            "--prepared-on", "2021-05-01", "--approved-by", title[:200],
            "--approved-on", "2021-05-02", "--supports", "MEASURE 2.3",
        )  # fmt: skip
        assert added.code == 0, added.err
    return workspace


def test_a_workbook_holds_no_formula_and_every_title_as_it_is_or_marked(hostile, run):
    assert run("evidence", "export", "--output", "list.xlsx").code == 0

    with zipfile.ZipFile(hostile / "list.xlsx") as book:
        sheets = [book.read(name) for name in book.namelist() if "worksheets/" in name]
        strings = book.read("xl/sharedStrings.xml").decode()
    assert sheets
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    for shown in ("@SUM(1)", "-2+3", "{{ 7*7 }}", "bell \\x07 and \\u202eturn"):
        assert shown in strings
    assert "w" * 30_000 in strings
    assert "w" * 32_768 not in strings


def test_no_cell_of_a_csv_begins_as_a_formula_does(hostile, run):  # noqa: ARG001
    shown = run("evidence", "export", "--output", "-")

    assert shown.code == 0
    rows = list(csv.reader(io.StringIO(shown.out)))
    assert len(rows) == 1 + len(HOSTILE)
    assert not [cell for row in rows for cell in row if cell[:1] in {"=", "+", "-", "@", "\t"}]
    assert any("'=HYPERLINK" in cell for row in rows for cell in row)


@pytest.mark.parametrize("command", [("trace", "MEASURE 2.3", "--html"), ("audit-pack", "2021")])
def test_no_page_holds_markup_or_a_link_that_somebody_typed(hostile, run, command):
    if command[0] == "audit-pack":
        made = run(*command)
        pages = list((hostile / "audit-pack-2021").rglob("*.html"))
    else:
        made = run(*command, "page.html")
        pages = [hostile / "page.html"]

    assert made.code == 0, made.err
    assert pages
    texts = [page.read_text(encoding="utf-8") for page in pages]
    for text in texts:
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert 'href="javascript' not in text
        assert "\u202e" not in text
        assert "\x07" not in text
    assert any("{{ 7*7 }}" in text for text in texts)


def places(hostile, outside):
    """Where a pack may not be written, by what is wrong with it."""
    parent = outside.parent
    (parent / "file").write_text("mine")
    (parent / "link").symlink_to(outside)
    (parent / "store").symlink_to(hostile / ".govtrack")
    return {
        "file": parent / "file",
        "link": parent / "link",
        "folder": outside,
        "store": hostile / ".govtrack" / "pack",
        "through a link": parent / "store" / "pack",
    }


def test_a_pack_is_written_to_a_new_place_of_its_own_only(hostile, run, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine.txt").write_text("mine")

    for what, target in places(hostile, outside).items():
        # a file is replaced by force, whole; nothing else is
        for force in ((),) if what == "file" else ((), ("--force",)):
            refused = run("audit-pack", "2021", "-o", target, *force)

            assert refused.code in {1, 2}, what
            assert refused.err.startswith("govtrack: ")
    assert [path.name for path in outside.iterdir()] == ["mine.txt"]
    assert (tmp_path / "file").read_text() == "mine"
    assert not list((hostile / ".govtrack").glob("*pack*"))
    assert run("verify").code == 0
