"""An impact assessment in a YAML file: read whole, or refused in words, whatever is in it."""

from __future__ import annotations

from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from govtrack.errors import BadInput
from govtrack.intake import impact_file

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just("2026-03-02"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
NAMES = st.sampled_from([*impact_file.FIELDS, "else"])
EFFECTS = st.lists(
    st.dictionaries(st.sampled_from([*impact_file.EFFECT, "else"]), VALUES, max_size=5), max_size=3
)


@given(st.dictionaries(NAMES, VALUES | EFFECTS, min_size=1))
def test_whatever_a_file_says_is_read_or_told_with_its_line(data):
    text = yaml.safe_dump(data, allow_unicode=True)
    try:
        written = impact_file.parsed(text, "a.yaml")
    except BadInput as refusal:
        problems = refusal.problems
    else:
        problems = written.problems
        assert written.said.assessed_on is None or isinstance(written.said.assessed_on, date)

    assert all(problem.file and problem.file.startswith("a.yaml:") for problem in problems)


def test_what_is_written_is_what_is_said():
    written = impact_file.parsed(
        "system: triage\nassessed_on: 2026-03-02\nassessed_by: ben\nroles: provider\nmodel: 2\n"
        "risks: [R-2026-0001]\nconsulted: [{who: Patients}]\n"
        "effects: [{level: society, kind: none, what: One ward}]\n",
        "a.yaml",
    )

    said = written.said
    assert written.problems == ()
    assert (said.system, said.assessed_on, said.assessed_by) == ("triage", date(2026, 3, 2), "ben")
    assert (said.roles, said.model, said.risks) == (("provider",), "2", ("R-2026-0001",))
    assert said.consulted == (("Patients", None),)
    assert (said.effects[0].kind, said.effects[0].measure) == ("none", None)


@pytest.mark.parametrize("text", ["", "- a\n", "a: [\n", "a: 1\na: 2\n"])
def test_what_is_no_mapping_is_refused(text):
    with pytest.raises(BadInput):
        impact_file.parsed(text, "a.yaml")
