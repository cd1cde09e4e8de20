"""What ships with govtrack is found, in a checkout and when installed."""

from __future__ import annotations

import pytest

from govtrack import shipped


@pytest.mark.parametrize("name", ["schemas", "templates", "sample_org"])
def test_every_folder_of_data_is_there(name):
    assert shipped.folder(name).is_dir()
    assert any(shipped.folder(name).iterdir())


def test_an_installed_package_brings_its_own(tmp_path, monkeypatch):
    (tmp_path / "_shipped" / "schemas").mkdir(parents=True)
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path)

    assert shipped.folder("schemas") == tmp_path / "_shipped" / "schemas"
    assert shipped.folder("templates") == tmp_path.parent / "templates"
