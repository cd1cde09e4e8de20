"""The figure of a trace: nothing lies over anything, however many things there are."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govtrack.catalog import loading
from govtrack.catalog.vocabulary import Wording
from govtrack.packs.trace_figure import BOX, COLUMNS, GUTTER, drawn, layout
from govtrack.status.trace import KINDS, Node, Trace
from govtrack.status.trace_walk import Edge

SVG = "{http://www.w3.org/2000/svg}"


def words(vocabulary="iso"):
    return Wording(loading.catalogue().terms, vocabulary)


def made(kinds, pairs, title="Title", lacks=()):
    """A trace of things of those kinds, tied in those pairs (places in the list)."""
    nodes = {
        f"N-{at:03d}": Node(f"N-{at:03d}", kind, title, "state", 1, tuple(lacks), over=False)
        for at, kind in enumerate(kinds)
    }
    edges = tuple(
        Edge("support", f"N-{a:03d}", f"N-{b:03d}", "supports", "supported by", None, None, None)
        for a, b in pairs
    )
    walked = tuple((edge.near, edge, edge.far) for edge in edges)
    return Trace("N-000", "2026-05-04", 4, nodes, edges, walked)


def drawable(draw_kinds):
    return draw_kinds.flatmap(
        lambda kinds: st.tuples(
            st.just(kinds),
            st.lists(
                st.tuples(*[st.integers(0, len(kinds) - 1)] * 2).filter(lambda ab: ab[0] != ab[1]),
                max_size=80,
                unique=True,
            ),
        )
    )


@settings(max_examples=40, deadline=None)
@given(drawable(st.lists(st.sampled_from(KINDS), min_size=1, max_size=70)))
def test_nothing_overlaps_and_every_thing_and_tie_is_drawn(given_):
    kinds, pairs = given_
    found = made(kinds, pairs)

    placed = layout(found, words())

    stands = [*placed.boxes.values(), *placed.lanes.values()]
    for one, other in combinations(stands, 2):
        apart = one.top + one.height <= other.top or other.top + other.height <= one.top
        assert one.column != other.column or apart
    assert all(one.top + one.height <= placed.height for one in stands)
    assert max(one.column for one in stands) * (BOX + GUTTER) + BOX <= placed.width
    root = ET.fromstring(str(drawn(found, words())))  # noqa: S314  (our own)
    assert len(root.findall(f"{SVG}g")) == len(kinds)
    assert len(root.findall(f"{SVG}path/{SVG}title")) == len(pairs)


def test_every_kind_has_one_column():
    standing = [kind for _, kinds in COLUMNS for kind in kinds]

    assert sorted(standing) == sorted(KINDS)


def test_columns_follow_from_the_requirement_to_the_evidence_and_empty_ones_are_left_out():
    placed = layout(made(["evidence", "risk", "subcategory", "control"], []), words())

    assert placed.headings == ("AI RMF", "Controls", "Risk", "Evidence")


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", '"&quot;', "a\u202eb", "\u4e2d" * 90, "x" * 500]
)
def test_what_people_wrote_is_escaped_and_kept_within_its_box(title):
    svg = str(drawn(made(["risk"], [], title=title), words()))

    root = ET.fromstring(svg)  # noqa: S314  (our own)
    assert root.find(f"{SVG}script") is None
    assert "\u202e" not in svg
    shown = [one.text for one in root.iter(f"{SVG}text")]
    assert all(len(text) <= 45 for text in shown)


def test_a_hole_is_told_in_words_and_not_by_colour_alone():
    svg = str(drawn(made(["risk"], [], lacks=["risk-treatment"]), words()))

    root = ET.fromstring(svg)  # noqa: S314  (our own)
    assert "! No risk treatment" in {one.text for one in root.iter(f"{SVG}text")}
    assert root.find(f"{SVG}desc").text.endswith(
        "Chains break at: N-000: no risk treatment (AI RMF: risk response)."
    )


def test_the_same_trace_gives_the_same_bytes():
    kinds = ["subcategory", "control", "risk", "treatment", "evidence"] * 14
    pairs = [(at, (at * 7 + 3) % 70) for at in range(70) if at != (at * 7 + 3) % 70]

    assert drawn(made(kinds, pairs), words()) == drawn(made(kinds, pairs), words())


def test_the_figure_speaks_the_workspace_s_vocabulary():
    found = made(["impact", "treatment"], [], title="Impact assessment of X")

    svg = str(drawn(found._replace(nodes={"N-000": found.nodes["N-000"]}), words("rmf")))

    assert layout(found, words("rmf")).headings == ("Risk response", "AI system")
    assert "Impact assessment of X" not in svg
    assert "mpact characterisation" in svg
