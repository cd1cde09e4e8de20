"""How a page is printed: words stay whole, and only what is too long for a line is broken."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from govtrack import shipped
from govtrack.packs import pdf

WORDS = "the coordination and documentation of home care by an organisation with a certificate"


def printed_lines(html):
    resources = shipped.folder("templates") / "audit-pack"
    style = (resources / "style.css").read_text(encoding="utf-8")
    made = pdf.print_pdf(f"<style>{style}</style>{html}", date(2026, 1, 2), resources)
    return PdfReader(io.BytesIO(made.content)).pages[0].extract_text().split("\n")


@pytest.mark.parametrize("table", ["head", "facts", "findings"])
@pytest.mark.parametrize("width", range(130, 210, 13))
def test_no_word_is_broken_at_the_end_of_a_line(table, width):
    cell = f'<span class="nowrap">2026-01-15</span>, {WORDS}'

    lines = printed_lines(
        f'<table class="{table}" style="table-layout: fixed; width: {width}px"><tr><td>{cell}</td>'
        "</tr></table>"
    )

    assert len(lines) > 2
    assert {word for line in lines for word in re.findall(r"[a-z]+", line)} <= set(WORDS.split())


def test_a_day_and_an_id_are_not_broken_at_their_hyphens():
    cell = "on 2026-01-15 until 2026-12-31 by AT-2026-0001 and EV-2025-0002"

    lines = printed_lines(
        f'<table style="table-layout: fixed; width: 110px"><tr><td>{cell}</td></tr></table>'
    )

    assert len(lines) > 3
    assert " ".join(" ".join(lines).split()) == cell


def test_a_word_too_long_for_its_column_is_broken_and_stays_in_it():
    name = "x" * 90

    lines = printed_lines(
        '<table style="table-layout: fixed; width: 200px">'
        f"<tr><td>a {name}</td><td>b</td></tr></table>"
    )

    assert sum(line.count("x") for line in lines) == 90
    assert max(line.count("x") for line in lines) < 40


@given(st.text(alphabet="ab&<>@/. -_é", max_size=80))
def test_only_places_to_break_are_added_and_only_in_long_words(text):
    from markupsafe import escape  # noqa: PLC0415

    whole = f"<pre>{'z' * 60}</pre><svg><text>2026-01-15</text></svg>"
    html = f'<p title="{"y" * 60}">{escape(text)}</p>{whole}'

    made = pdf.broken(html)

    assert made.replace("<wbr>", "") == html
    if all(len(word) <= pdf.LONG for word in re.split(r"[\s-]", text)):
        assert made == html
