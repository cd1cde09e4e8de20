"""Somebody has the signing key, and appends entries that are not true.

No layer shows it: that an entry is in its place is proven, and not that it is true.
"""

from __future__ import annotations


def test_it_passes_with_all_that_anybody_holds(case):
    store = case.store()
    case.at_home()
    case.life.record(case.run, store.root, "False", 40)

    told = case.judge(store, len(store.events()))

    if told:
        assert store.rows("SELECT count(*) FROM evidence WHERE title = 'False'") == [(1,)]
        for level in ("remembered", "stamped", "witnessed"):
            assert told.reached(level) < told.said["entries"]
