"""Which row of a profile holds on a day, whatever the order in which rows were recorded."""

from __future__ import annotations

from datetime import date, timedelta

from freezegun import freeze_time
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govtrack import workspace as workspaces
from govtrack.aims import profile as noun
from govtrack.catalog.loading import catalogue
from govtrack.register.recording import recording
from govtrack.status import profile_rows
from govtrack.status.profile_gaps import gaps

STATES = ("none", "planned", "partly", "largely", "achieved")
FIRST = date(2026, 1, 1)
SET = st.tuples(st.integers(0, 9), st.sampled_from(STATES), st.sampled_from(STATES))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(SET, min_size=1, max_size=6), st.integers(0, 10))
def test_the_latest_by_the_day_holds_and_of_one_day_the_last_recorded(workspace, sets, asked):
    with (
        freeze_time("2026-05-04T12:00:00Z"),
        recording(workspaces.find(workspace), "ada", dry_run=True) as recorded,
    ):
        for day, current, target in sets:
            said = noun.ProfileRowFields(
                ref="MAP 1.1", current=current, target=target, set_on=FIRST + timedelta(day)
            )
            noun.set_row(recorded, said, catalogue())
        recorded.session.flush()
        head = profile_rows.head(recorded.connection)
        day = FIRST + timedelta(asked)
        found = profile_rows.profile(recorded.connection, catalogue(), day, head)

    by_then = sorted((one for one in sets if one[0] <= asked), key=lambda one: one[0])
    row = next(one for one in found.rows if one.ref == "MAP 1.1")
    if not by_then:
        assert (row.current, row.target, row.gap) == (None, None, None)
        return
    _, current, target = by_then[-1]
    steps = STATES.index(target) - STATES.index(current)
    assert (row.current, row.target, row.gap) == (current, target, steps)
    assert [one.steps for one in gaps(found)] == ([steps] if steps > 0 else [])


def test_every_subcategory_has_what_the_crosswalks_name_for_it():
    found = profile_rows.counterparts(catalogue())
    walks = catalogue().crosswalks.values()

    assert set(found) == {one.ref for one in catalogue().leaves("rmf")}
    for ref, pairs in found.items():
        own = {(row.iso, row.source) for walk in walks for row in walk.rows if row.rmf == ref}
        assert {(one.ref, one.source) for one in pairs if one.note is None} == own
