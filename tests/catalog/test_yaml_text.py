"""YAML as plain data with lines; what could hurt is refused in a sentence."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from govtrack.catalog.sources import yaml_text


def read(text):
    source, problems = yaml_text.parse(text, "own.yaml")
    assert problems == []
    return source


def refused(text):
    source, problems = yaml_text.parse(text, "own.yaml")
    assert source is None
    return [problem.sentence() for problem in problems]


def test_a_number_with_a_point_stays_the_text_it_was_written_as():
    assert read("[5.2, 9.10, 4, 1e3, 0x10, 1:30, 007]").data == [
        "5.2", "9.10", 4, "1e3", "0x10", "1:30", "007",
    ]  # fmt: skip


def test_only_true_false_and_null_are_more_than_text():
    assert read("[true, false, null, ~, yes, No, on, '', 'true', 2025-01-01]").data == [
        True, False, None, None, "yes", "No", "on", "", "true", "2025-01-01",
    ]  # fmt: skip


def test_a_key_is_always_text():
    assert read("{4: a, 5.2: b, true: c, null: d}").data == {
        "4": "a", "5.2": "b", "true": "c", "null": "d",
    }  # fmt: skip


def test_every_place_knows_its_line():
    source = read("rows:\n  - rmf: MAP 1.1\n    iso:\n      - 4.1\n      - 4.2\n  - {rmf: x}\n")
    assert source.at(("rows", 0)) == "own.yaml:2"
    assert source.at(("rows", 0, "iso", 1)) == "own.yaml:5"
    assert source.at(("rows", 1, "missing")) == "own.yaml:6"
    assert source.problem(("rows", 1, "rmf"), "no").sentence() == "own.yaml:6, rows[2].rmf: no"


def test_an_alias_stands_for_what_it_names():
    assert read("a: &one [1, 2]\nb: *one\n").data == {"a": [1, 2], "b": [1, 2]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: 2\na: 3\n", "own.yaml:3, a: the key stands twice in one mapping"),
        ("a:\n  - {x: 1, x: 2}\n", "own.yaml:2, a[1].x: the key stands twice"),
        (
            "a: !!python/object/apply:os.system [ls]\n",
            "own.yaml:1: the tag tag:yaml.org,2002:python",
        ),
        ("a: !thing x\n", "own.yaml:1: the tag !thing is not read"),
        ("a: !!binary aGk=\n", "own.yaml:1: the tag tag:yaml.org,2002:binary is not read"),
        ("base: &b {x: 1}\nmore: {<<: *b}\n", "own.yaml:2: merge keys (<<) are not read"),
        ("a: 1\n---\nb: 2\n", "own.yaml:2: holds a second document"),
        ("a: &x [1, *x]\n", "own.yaml:1: alias *x names nothing finished above it"),
        ("a: *x\n", "own.yaml:1"),
        ("? [a, b]\n: c\n", "own.yaml:1: a key must be text"),
        ("a: [1, 2\n", "own.yaml:2: not valid YAML"),
        ("a: b: c\n", "own.yaml:1: not valid YAML"),
        ("a: \x01\n", "own.yaml:1: holds a character that YAML does not allow"),
        ("\t- a\n", "own.yaml:1: not valid YAML"),
    ],
)
def test_what_is_not_plain_data_is_refused_at_its_line(text, said):
    assert refused(text)[0].startswith(said)


def test_every_key_that_stands_twice_is_told():
    assert len(refused("a: 1\na: 2\nb: 1\nb: 2\n")) == 2


def test_aliases_that_multiply_are_refused_by_what_they_stand_for():
    lines = ["a: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert "aliases written out" in refused("\n".join(lines))[0]


def test_deep_nesting_is_refused():
    assert "nested more than 30 deep" in refused("[" * 100_000)[0]
    assert "nested more than 30 deep" in refused("{a: " * 5_000)[0]


def test_too_many_values_are_refused():
    assert "more than 100000 values" in refused(f"[{'a,' * 300_000}]")[0]


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "large.yaml"
    with path.open("wb") as stream:
        stream.truncate(5 * 2**20)
    assert yaml_text.read(path, "large.yaml")[1][0].sentence() == "large.yaml: is larger than 4 MiB"


def test_a_file_that_is_not_utf_8_is_refused_at_the_line(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_bytes("a: 1\nb: Übung\n".encode("latin-1"))
    assert yaml_text.read(path, "own.yaml")[1][0].sentence() == "own.yaml:2: is not UTF-8"


def test_a_byte_order_mark_is_no_fault(tmp_path):
    path = tmp_path / "own.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    source, _ = yaml_text.read(path, "own.yaml")
    assert source.data == {"a": 1}


printable = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=8)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | printable,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(printable, inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_json_is_read_as_the_data_it_is(data):
    # every JSON text is YAML
    text = json.dumps(data, ensure_ascii=False)
    if "<<" not in text:
        assert read(text).data == data


@given(plain)
def test_what_yaml_writes_is_read_as_its_own_loader_reads_it(data):
    text = yaml.safe_dump(data, allow_unicode=True)
    if "<<" not in text:
        assert read(text).data == yaml.safe_load(text)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text):
    source, problems = yaml_text.parse(text, "own.yaml")
    assert (source is None) == bool(problems)
