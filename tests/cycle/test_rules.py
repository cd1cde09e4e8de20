"""What people read names a rule so that nobody takes it for a risk."""

from __future__ import annotations

import re

import pytest

from govtrack import shipped
from govtrack.cycle.rules import cited, named


def test_rules_are_named_in_words():
    assert named("R-07, R-10") == "rule 07, rule 10"


def test_a_sentence_cites_the_clause_of_each_rule_and_not_twice():
    assert cited("plan to the earlier (R-06).") == (
        "plan to the earlier (rule 06 [ISO/IEC 17021-1 9.1.3.3])."
    )
    assert cited("missed (R-06, ISO/IEC 17021-1 9.1.3.3)") == (
        "missed (rule 06, ISO/IEC 17021-1 9.1.3.3)"
    )
    assert cited("our reading (R-20).") == "our reading (rule 20)."


@pytest.mark.parametrize("text", ["R-2026-0001", "RR-17", "R-01-2", "CR-06"])
def test_a_risk_stays_what_it_is_called(text):
    assert cited(text) == named(text) == text


def test_the_clauses_are_those_of_the_list_of_rules():
    text = (shipped.folder("schemas").parent / "docs/cycle.md").read_text()
    listed = dict(re.findall(r"^\| (R-\d\d) \| [^|]*\| ([^|]*) \|$", text, re.MULTILINE))

    assert len(listed) > 10
    for rule, clause in listed.items():
        said = cited(rule)
        assert not said.startswith("R-")
        if match := re.search(r"\[(?:ISO/IEC 17021-1 )?(.*)\]", said):
            assert match[1].split(",")[0] in clause
        else:
            assert not re.match(r"\d", clause), (rule, clause)
