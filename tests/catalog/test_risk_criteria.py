"""Rules of AI risk criteria: what is adopted is whole and never falls."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.catalog.loading import catalogue
from govtrack.catalog.risk_criteria import IMPACT_LEVELS, faults, of_plain, plain
from govtrack.catalog.sources import risk_method
from govtrack.errors import BadInput

STEPS = st.integers(2, 5)


@st.composite
def grids(draw):
    """Plain criteria whose words are known; the matrix holds any level anywhere."""
    likelihoods, consequences, levels = (
        [f"{letter}{index}" for index in range(draw(STEPS))] for letter in "pcl"
    )
    level = st.sampled_from(levels)
    return {
        "title": "any",
        "likelihood": [{"word": word, "meaning": "m"} for word in likelihoods],
        "consequence": [
            {"word": word, **dict.fromkeys(IMPACT_LEVELS, "m")} for word in consequences
        ],
        "levels": [{"word": word, "meaning": "m", "review_months": 6} for word in levels],
        "matrix": {p: {c: draw(level) for c in consequences} for p in likelihoods},
        "acceptable": {one: draw(level) for one in IMPACT_LEVELS},
    }


@given(grids())
def test_what_passes_never_gives_a_lower_level_for_a_higher_step(grid):
    criteria = of_plain(grid)
    ranks = [
        [criteria.rank(criteria.level(p.word, c.word).word) for c in criteria.consequences]
        for p in criteria.likelihoods
    ]
    falls = any(
        ranks[i][j] > ranks[k][m]
        for i in range(len(ranks))
        for j in range(len(ranks[0]))
        for k in range(i, len(ranks))
        for m in range(j, len(ranks[0]))
    )

    assert bool(list(faults(grid))) == falls


@given(grids())
def test_values_and_plain_data_say_the_same(grid):
    assert plain(of_plain(grid)) == grid


def test_the_shipped_criteria_pass_their_own_rules():
    criteria = catalogue().risk_criteria

    assert list(faults(plain(criteria))) == []
    assert len(criteria.likelihoods) == len(criteria.consequences) == 5


@given(grids(), st.lists(st.sampled_from(IMPACT_LEVELS), unique=True))
def test_what_is_acceptable_is_the_strictest_of_those_affected(grid, affected):
    criteria = of_plain(grid)

    found = criteria.rank(criteria.acceptable_for(affected))

    asked = affected or IMPACT_LEVELS
    assert found == min(criteria.rank(criteria.acceptable[one]) for one in asked)


def test_every_finding_of_the_process_is_one_that_the_check_makes():
    from govtrack.status.risk_check import FINDINGS  # noqa: PLC0415

    named = [code for row in catalogue().risk_method["process"] for code in row["findings"]]

    assert sorted(named) == sorted(FINDINGS)
    assert tuple(FINDINGS) == risk_method.FINDINGS


def test_a_workspace_s_own_method_is_refused_with_every_fault_in_it(tmp_path):
    (tmp_path / "risk-method.yaml").write_text(
        "process:\n"
        '  - {step: treatd, clause: "6.1.3", asks: x, rmf: MAP 4.2, findings: no-owner}\n'
        '  - {step: treated, clause: "6.1.9", asks: x, rmf: MAP 4.22, findings: no-ownr}\n'
        "starts:\n"
        "  - {source: genai:cbrn, title: t, cause: c, event: e, consequence: q, affects: society}\n"
        "  - {source: genai:x, title: t, cause: c, event: e, consequence: q, affects: societies}\n"
    )

    with pytest.raises(BadInput) as refused:
        catalogue(tmp_path)

    assert [(one.field, one.nearest) for one in refused.value.problems] == [
        ("process[1].step", "treated"),
        ("process[2].clause", "6.1.4"),
        ("process[2].rmf", "MAP 4.2"),
        ("process[2].findings", "no-owner"),
        ("starts[2].source", "genai:cbrn"),
        ("starts[2].affects", "society"),
    ]


def test_there_is_a_start_for_every_genai_risk():
    starts = [one["source"] for one in catalogue().risk_method["starts"]]

    assert [ref for ref in starts if ref.startswith("genai:")] == [
        one.ref for one in catalogue().leaves("genai")
    ]
    assert len(starts) == len(set(starts))
