"""The examples of docs/catalog.md, tried as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from govtrack.catalog import kinds
from govtrack.catalog.loading import catalogue

DOCUMENT = Path(__file__).parents[2] / "docs" / "catalog.md"


@pytest.fixture(scope="module")
def examples():
    """Every example file by the name its first line gives."""
    blocks = re.findall(
        r"```yaml\n# (\S+)\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL
    )
    return dict(blocks)


def test_there_is_an_example_of_every_file_a_workspace_may_hold(examples):
    assert set(examples) == {
        "schemas/crosswalks/consultant.yaml",
        "schemas/kinds.yaml",
        "schemas/titles.yaml",
        "schemas/vocabulary.yaml",
        "schemas/cycle.yaml",
        "schemas/profile-scale.yaml",
        "schemas/documentation.yaml",
        "schemas/impact-scales.yaml",
        "schemas/risk-criteria.yaml",
        "schemas/risk-method.yaml",
    }


def test_the_examples_work_together(examples, tmp_path):
    for name, text in examples.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    loaded = catalogue(tmp_path / "schemas")
    assert loaded.risk_criteria.level("often", "great").word == "high"
    assert [one["source"] for one in loaded.risk_method["starts"]] == ["genai:confabulation"]
    assert loaded.crosswalks["consultant"].rows[-1].flag == "printed MAP 1.2.1"
    assert kinds.kind("red-team-report", loaded).own
    assert loaded.requirements["5.2"].title == "Wording from the licensed copy"
    assert loaded.terms["use-case"].relation == "same"
    assert loaded.knobs["knobs"]["expiring_days"]["value"] == 90
