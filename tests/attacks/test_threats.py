"""The table of threats is one: in threats.yaml, in the tests of this folder, in docs/trail.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from govtrack.register.verification import verified

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs" / "trail.md"
README = HERE.parents[1] / "README.md"
TABLE = yaml.safe_load((HERE / "threats.yaml").read_text(encoding="utf-8"))
UNDEFENDED = (
    "**Undefended without an outside memory, stamp or witness:** truncation and rollback, complete "
    "rewrite by the key's holder, split view, backdating within the last unstamped stretch."
)


def section(heading):
    text = DOCS.read_text(encoding="utf-8").partition(f"\n### {heading}\n")[2]
    return re.split(r"^##", text, maxsplit=1, flags=re.MULTILINE)[0]


def plain(text):
    return " ".join(text.split())


@pytest.mark.parametrize("name", TABLE["threats"])
def test_a_threat_has_its_tests_over_all_layers(name):
    source = (HERE / f"test_{name}.py").read_text(encoding="utf-8")
    tests = re.findall(r"((?:^@.*\n)*)^def test_\w+\(case\b", source, re.MULTILINE)

    assert [marks for marks in tests if "mark.only" not in marks]
    assert len(TABLE["threats"][name]["cells"]) == len(TABLE["layers"]) == 6


def test_no_test_is_of_a_threat_that_the_table_has_not():
    of_threats = {
        path.stem.removeprefix("test_")
        for path in HERE.glob("test_*.py")
        if re.search(r"^def test_\w+\(case\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    assert of_threats == set(TABLE["threats"])


def test_the_docs_print_this_table():
    lines = section("What is shown, and what is not").splitlines()
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in lines
        if line.startswith("|") and not line.startswith("| ---")
    ]

    assert rows == [
        ("Somebody …", *TABLE["layers"]),
        *((threat["does"], *threat["cells"]) for threat in TABLE["threats"].values()),
    ]


def test_the_docs_say_what_is_not_defended_and_claim_no_more():
    said = plain(DOCS.read_text(encoding="utf-8"))

    assert UNDEFENDED in said
    assert "tamper-evident to anyone who holds an earlier checkpoint" in said
    for path in (DOCS, README):
        text = path.read_text(encoding="utf-8").casefold()
        for word in ("tamper-proof", "immutable", "authentic", "unforgeable"):
            assert word not in text, (path, word)


def test_the_untouched_store_passes_for_everybody(store):
    assert verified(store.space).findings == ()
    assert store.found(store.held) == []
