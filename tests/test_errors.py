"""Refusals name the place, say what was expected, and show what cannot be seen."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.errors import BadInput, NotDone, Problem, closest, not_one_of, refuse, visible

RISKS = ("rare", "unlikely", "possible", "likely", "almost-certain")


def test_a_problem_names_file_row_and_field_before_what_is_wrong():
    problem = Problem(not_one_of("sometimes", RISKS), "risks.csv", 14, "likelihood")

    assert problem.sentence() == (
        "risks.csv, row 14, likelihood: 'sometimes' is not one of "
        "rare, unlikely, possible, likely, almost-certain"
    )


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        ({}, "is wrong"),
        ({"file": "a.csv"}, "a.csv: is wrong"),
        ({"field": "--as-of"}, "--as-of: is wrong"),
        ({"row": 3}, "row 3: is wrong"),
        ({"file": "a.csv", "field": "kind"}, "a.csv, kind: is wrong"),
    ],
)
def test_a_place_that_is_not_known_is_left_out(place, sentence):
    assert Problem("is wrong", **place).sentence() == sentence


def test_bad_input_exits_2_and_what_could_not_be_done_exits_1():
    assert BadInput("x").exit_code == 2
    assert NotDone("x").exit_code == 1
    assert refuse("x").exit_code == 2


def test_a_refusal_carries_every_problem():
    refusal = BadInput([Problem("one"), Problem("two")])

    assert [problem.message for problem in refusal.problems] == ["one", "two"]
    assert str(refusal) == "one; two"


def test_the_nearest_choice_ignores_case_and_is_none_when_nothing_is_near():
    assert closest("POSIBLE", RISKS) == "possible"
    assert closest("zzz", RISKS) is None
    assert closest("x", ()) is None


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\u202eb", "a\\u202eb"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("no\u00a0break", "no break"),
        ("Prüfung 評価", "Prüfung 評価"),
    ],
)
def test_characters_that_steer_a_terminal_are_shown_as_escapes(hidden, shown):
    assert visible(hidden) == shown


@given(st.text())
def test_nothing_shown_can_steer_a_terminal(text):
    shown = visible(text)

    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in shown)
    assert not any("\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069" for char in shown)


def test_a_place_with_control_characters_is_made_visible():
    assert Problem("is wrong", "evil\x1b[2J.csv").sentence() == "evil\\x1b[2J.csv: is wrong"
