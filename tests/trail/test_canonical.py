"""One value has one sequence of bytes: RFC 8785's, and nothing else is accepted."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from govtrack.trail.canonical import canonical, free_of_fractions, parsed

GOLDEN = Path(__file__).parents[1] / "data" / "trail"
LARGEST = 2**53 - 1

texts = st.text()  # without surrogates, as text is
keys = st.text(st.characters(max_codepoint=127))
numbers = st.integers(-LARGEST, LARGEST)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner) | st.dictionaries(keys, inner),
    max_leaves=30,
)


@given(values)
def test_the_bytes_are_those_of_an_independent_implementation(value):
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_what_is_written_is_read_back_as_it_was(value):
    assert parsed(canonical(value)) == value


@given(st.characters(max_codepoint=0x9F))
def test_every_control_character_is_written_as_the_rfc_writes_it(char):
    assert canonical(char) == rfc8785.dumps(char)


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        LARGEST + 1,
        -LARGEST - 1,
        {"ä": 1},
        {"a": [{"b": 0.5}]},
        "\ud800",
        {"a": {"b": "\udcff"}},
        b"bytes",
        [{1, 2}],
    ],
    ids=repr,
)
def test_what_others_could_write_otherwise_is_refused(value):
    with pytest.raises(ValueError, match=r"."):
        canonical(value)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1}\n',
        b'\xef\xbb\xbf{"a":1}',
        rb'{"a":"\u0041"}',
        rb'{"a":"\/"}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":9007199254740992}',
        rb'{"a":"\ud800"}',
        b'{"a":"\xff"}',
        '{"ä":1}'.encode(),
        b'{"a":1',
        b"",
    ],
    ids=repr,
)
def test_bytes_that_are_json_but_not_canonical_are_refused(data):
    with pytest.raises(ValueError, match=r"."):
        parsed(data)


def test_the_golden_entries_are_canonical_also_those_with_line_separators_in_their_text():
    lines = (GOLDEN / "entries.ndjson").read_bytes().split(b"\n")

    entries = [parsed(line) for line in lines[:-1]]

    assert lines[-1] == b""
    assert [entry["seq"] for entry in entries] == list(range(7))
    assert "\u2028" in entries[2]["after"]["title"]
    assert "\u202e" in entries[3]["after"]["title"]


fractions = st.floats(allow_nan=False, allow_infinity=False)


@given(values, fractions, st.booleans())
def test_the_quick_scan_passes_no_fraction_over(value, fraction, in_list):
    holder = [value, fraction] if in_list else {"a": value, "b": {"c": fraction}}

    assert not free_of_fractions(orjson.dumps(holder))
    assert not free_of_fractions(orjson.dumps(fraction))


def test_the_quick_scan_clears_what_entries_are_made_of():
    lines = (GOLDEN / "entries.ndjson").read_bytes().split(b"\n")[:-1]

    assert all(free_of_fractions(line) for line in lines)
