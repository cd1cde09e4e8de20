"""The sample organisation: its story as data, and its workspace, made once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from govtrack import shipped
from govtrack.catalog.sources import yaml_text
from govtrack.intake import sample
from govtrack.intake.sample_story import WORKING_PAPERS
from govtrack.register.reader import reading

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from govtrack.workspace import Workspace


@pytest.fixture(scope="session")
def space(tmp_path_factory, _cache) -> Workspace:
    """The sample's workspace; tests only read it."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("XDG_CACHE_HOME", str(_cache))
        return sample.made(tmp_path_factory.mktemp("sample") / "haldenau")


@pytest.fixture
def register(space: Workspace) -> Iterator[sqlite3.Connection]:
    """The sample's register, to be read."""
    with reading(space) as connection:
        yield connection


@pytest.fixture(scope="session")
def papers() -> list[dict[str, Any]]:
    """The steps of the working papers as they are written."""
    source, problems = yaml_text.read(shipped.folder("sample_org") / WORKING_PAPERS, WORKING_PAPERS)
    assert source is not None, problems
    return source.data["steps"]
