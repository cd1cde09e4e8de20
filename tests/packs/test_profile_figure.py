"""The figure of a profile: drawn for a page and for a phone, told in words, no id used twice."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from govtrack.packs import profile_figure
from govtrack.status.profile import Paper
from govtrack.status.profile_playbook import Playbook
from govtrack.status.profile_rows import Function, Profile

STATES = ("none", "planned", "partly", "largely", "achieved")
SVG = "{http://www.w3.org/2000/svg}"


def paper(*functions):
    scale = {"states": [{"id": one, "meaning": one} for one in STATES], "priorities": []}
    found = Profile("2026-05-04", None, scale, (), functions, ())
    return Paper("2026-05-04", found, Playbook("", {}), (), (), (), ())


def function(ref, current, target):
    total = sum(current.values())
    return Function(ref, ref.title(), total, current, target, 0, 0)


def drawn():
    return profile_figure.figure(paper(
        function("GOVERN", {"partly": 4, "achieved": 15}, {"achieved": 19}),
        function("MAP", {"none": 17, "not assessed": 1}, {"largely": 18}),
    ))  # fmt: skip


def test_it_is_drawn_broad_and_narrow_and_told_in_words():
    figures = ET.fromstring(f"<div>{drawn()}</div>")  # noqa: S314  (our own)

    assert [one.get("class") for one in figures] == ["figure broad", "figure narrow"]
    for one in figures:
        assert one.findtext(f"{SVG}desc") == (
            "GOVERN: now 4 partly, 15 achieved; wanted 19 achieved; "
            "MAP: now 17 none, 1 not assessed; wanted 18 largely."
        )


def test_no_bar_leaves_the_figure_and_bars_are_as_long_as_their_counts():
    for one in ET.fromstring(f"<div>{drawn()}</div>"):  # noqa: S314
        width = float(one.get("width"))
        bars = [rect for rect in one.findall(f"{SVG}rect") if rect.get("height") == "16"]
        assert len(bars) == 6
        assert all(float(bar.get("x")) + float(bar.get("width")) <= width for bar in bars)
        partly, achieved = bars[:2]
        assert float(achieved.get("width")) / float(partly.get("width")) == pytest.approx(
            15 / 4, rel=0.01
        )


def test_every_pattern_has_an_id_of_its_own_and_is_there():
    text = str(drawn())
    ids = re.findall(r'id="([^"]+)"', text)

    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)
