"""Somebody removes the bytes of an artefact, or all of them."""

from __future__ import annotations

import shutil


def test_one_is_missed(case):
    store = case.store()
    min(store.space.objects_path.glob("sha256/*/*")).unlink()

    told = case.judge(store)

    if told:
        assert [finding["code"] for finding in told.said["findings"]] == ["object-missing"]


def test_all_are_missed_one_by_one(case):
    store = case.store()
    shutil.rmtree(store.space.objects_path)

    told = case.judge(store)

    if told:
        assert [finding["code"] for finding in told.said["findings"]] == ["object-missing"] * 4
