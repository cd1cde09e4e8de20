"""Figures are drawn from data and can be read without seeing them."""

# ruff: noqa: S314  (what is parsed is our own drawing)

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.packs import figures
from govtrack.packs.figures import NARROW, WIDE, Mark
from govtrack.packs.views import Group

SVG = "{http://www.w3.org/2000/svg}"
counts = st.fixed_dictionaries(
    {state: st.integers(0, 40) for state in ("covered", "stale", "proposed", "open")}
)
groups = st.lists(st.builds(Group, st.text(max_size=12), st.text(max_size=80), counts), max_size=8)
days = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@given(groups, st.sampled_from([WIDE, NARROW]))
def test_any_coverage_is_well_formed_and_stays_inside_its_frame(found, frame):
    drawn = ET.fromstring(figures.coverage("f", "Coverage", found, frame))

    assert drawn.get("role") == "img"
    assert drawn.find(f"{SVG}title").text == "Coverage"
    for bar in drawn.iter(f"{SVG}rect"):
        if bar.get("x"):
            assert float(bar.get("x")) + float(bar.get("width")) <= frame.width + 4


@given(st.lists(st.builds(Mark, st.text(max_size=50), days), max_size=8), days)
def test_any_timeline_is_well_formed(marks, today):
    drawn = ET.fromstring(figures.timeline("t", "Cycle", marks, today))

    assert drawn.find(f"{SVG}desc").text


def test_the_description_says_every_number():
    group = Group("MAP", "Context", {"covered": 3, "stale": 2, "proposed": 1, "open": 12})

    drawn = ET.fromstring(figures.coverage("f", "Coverage", [group]))

    said = drawn.find(f"{SVG}desc").text
    for words in ("3 covered", "2 draft", "1 proposed tags only", "12 no evidence"):
        assert words in said


def test_states_differ_by_more_than_colour():
    fills = set(figures.FILLS.values())

    assert len(fills) == 4
    assert sum("url(" in fill for fill in fills) == 2


@pytest.mark.parametrize("label", ["<script>alert(1)</script>", "a & b", "\x07\u202e"])
def test_a_label_cannot_break_out_of_the_figure(label):
    drawn = figures.timeline("t", "Cycle", [Mark(label, date(2025, 1, 1))], date(2025, 6, 1))

    assert "<script" not in drawn
    ET.fromstring(drawn)
