"""Levels in their order, each with its meaning, and no word stronger than it bears."""

from __future__ import annotations

import pytest

from govtrack.trail import reach


def test_every_level_has_its_meaning_in_the_order_of_the_levels():
    assert reach.LEVELS == ("internal", "signed", "remembered", "stamped", "witnessed")
    assert tuple(reach.MEANING) == reach.LEVELS


@pytest.mark.parametrize("level", reach.LEVELS)
def test_no_meaning_claims_what_a_trail_cannot_bear(level):
    for word in ("immutable", "tamper-proof", "authentic", "cannot be changed", "true"):
        assert word not in reach.MEANING[level].casefold()


def test_the_highest_level_counts_and_without_any_it_is_internal():
    layers = [reach.Layer("stamped", 3), reach.Layer("signed", 9), reach.Layer("remembered", 5)]

    assert reach.highest(layers) == "stamped"
    assert reach.highest([]) == "internal"


def test_each_level_reaches_as_far_as_its_farthest_layer():
    layers = [reach.Layer("signed", 9), reach.Layer("stamped", 3), reach.Layer("stamped", 4)]

    assert reach.reached(layers) == {"stamped": 4, "signed": 9}
    assert list(reach.reached(layers)) == ["stamped", "signed"]


def test_a_level_that_is_not_known_is_no_level():
    with pytest.raises(ValueError, match="not in tuple"):
        reach.highest([reach.Layer("authentic", 1), reach.Layer("signed", 1)])
