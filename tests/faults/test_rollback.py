"""An older copy of the store in the place of the newer one: genuine throughout, and not it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest


@pytest.fixture
def rolled_back(new_site):
    """`rolled_back(whole)`: what stood one piece of evidence ago is put back."""
    new_site.add(b"first")
    older = new_site.root.with_name("older")
    shutil.copytree(new_site.root, older, symlinks=True)
    newer = new_site.root.with_name("newer")
    new_site.add(b"second")
    shutil.copytree(new_site.root, newer, symlinks=True)

    def _rolled_back(*, whole):
        if whole:
            shutil.rmtree(new_site.root)
            shutil.copytree(older, new_site.root, symlinks=True)
        else:
            shutil.copy(older / ".govtrack/register.db", new_site.root / ".govtrack/register.db")
        return new_site

    _rolled_back.newer = newer
    return _rolled_back


@pytest.mark.parametrize("whole", [True, False], ids=["store", "register alone"])
def test_a_store_that_is_behind_what_is_remembered_is_read_and_not_written(
    rolled_back, cleanly, whole
):
    site = rolled_back(whole=whole)
    entries = len(site.asked("-C", site.root, "log", "--json").json()["entries"])

    refused = site.run("add-evidence", site.source(b"third"), "--kind", "vv-report")
    verified = site.run("verify")

    cleanly(refused, 1)
    assert f"is behind the checkpoint of size {entries + 1} seen on " in refused.err
    assert "'govtrack trail restore --reason TEXT'" in refused.err
    assert len(site.listed()) == 1
    assert verified.code == 1
    assert f"size {entries + 1}" in verified.out + verified.err
    # with the newer store back, everything goes on
    shutil.rmtree(site.root)
    shutil.copytree(rolled_back.newer, site.root, symlinks=True)
    site.is_whole()


def test_no_pack_is_written_from_a_store_that_is_behind(rolled_back, cleanly):
    site = rolled_back(whole=True)
    folder = site.root.parent / "pack"

    refused = site.run("audit-pack", "2026", "--output", str(folder))

    cleanly(refused, 1)
    assert "is behind the checkpoint of size" in refused.err
    assert not folder.exists()


def test_where_the_memory_is_gone_too_no_level_above_signed_is_claimed(rolled_back):
    site = rolled_back(whole=True)
    shutil.rmtree(Path(os.environ["XDG_STATE_HOME"]) / "govtrack")

    verified = site.run("verify", "--json")

    assert verified.code == 0
    assert json.loads(verified.out)["level"] in {"internal", "signed"}


def test_the_last_entries_cut_off_with_everything_about_them_are_missed_by_the_memory(
    rolled_back, cleanly
):
    """The register alone goes back, and the checkpoint beside it: the newer object stays."""
    site = rolled_back(whole=False)
    older = site.root.with_name("older") / ".govtrack" / "trail" / "checkpoint"
    shutil.copy(older, site.root / ".govtrack" / "trail" / "checkpoint")

    verified = site.run("verify")

    assert verified.code == 1
    assert "behind" in verified.out + verified.err
    cleanly(site.run("system", "add", "chat", "--name", "Chat"), 1)
