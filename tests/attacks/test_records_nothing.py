"""Somebody who should have recorded something did not."""

from __future__ import annotations


def test_verify_misses_nothing_and_coverage_shows_the_hole(case):
    store = case.store()

    case.judge(store, len(store.events()))

    gaps = case.run("coverage", "--gaps", cwd=store.root)
    assert "A.6.2.6" in gaps.out
    assert gaps.code == 0
