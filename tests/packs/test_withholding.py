"""What a pack in scope does not disclose is taken out of its words, and nothing else is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govtrack.packs.withholding import WITHHELD, Withholding

HIDDEN = {"Fraud score": "SYS-1", "fraud": "SYS-1", "(Losses)": WITHHELD, "Losses, again": WITHHELD}


class Row(NamedTuple):
    """A row of a paper."""

    title: str
    number: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a paper."""

    rows: tuple[Row, ...]
    by: dict[str, str]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Fraud score", "SYS-1"),
        ("of Fraud score, and more", "of SYS-1, and more"),
        ("fraud and fraud", "SYS-1 and SYS-1"),
        ("defraud fraudulent", "defraud fraudulent"),
        ("see (Losses) here", f"see {WITHHELD} here"),
        ("Losses, again", WITHHELD),
        ("Losses, once", "Losses, once"),
        ("", ""),
    ],
)
def test_titles_are_taken_out_of_texts_whole_and_within(text, told):
    assert Withholding(HIDDEN).of(text) == told


def test_values_made_of_texts_keep_their_shape():
    page = Page((Row("Fraud score", 3), Row("Triage", 4)), {"fraud": "a", "b": "Losses, again"})

    found = Withholding(HIDDEN).of({"page": [page], "set": frozenset({"fraud"}), "none": None})

    assert found == {
        "page": [Page((Row("SYS-1", 3), Row("Triage", 4)), {"SYS-1": "a", "b": WITHHELD})],
        "set": frozenset({"SYS-1"}),
        "none": None,
    }


@given(st.lists(st.sampled_from([*HIDDEN, "and", "of", "(", ", ", "Losses", "score"]), max_size=8))
def test_no_hidden_title_is_left_between_spaces(parts):
    told = Withholding(HIDDEN).of(" ".join(parts))

    assert all(f" {words} " not in f" {told} " for words in HIDDEN)


@given(st.text())
def test_without_anything_hidden_nothing_changes(text):
    assert Withholding({}).of(text) == text
