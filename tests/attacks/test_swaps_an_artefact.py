"""Somebody changes an artefact's bytes, or gives it those of another."""

from __future__ import annotations

import pytest

from govtrack.register.objects import path_of


def artefacts(store):
    found = [
        path_of(store.space.objects_path, digest)
        for (digest,) in store.rows("SELECT sha256 FROM evidence_file ORDER BY evidence")
    ]
    for path in found:
        path.chmod(0o600)
    return found


def flipped(one, _):
    data = bytearray(one.read_bytes())
    data[-2] ^= 1
    one.write_bytes(bytes(data))
    return 1


def swapped(one, other):
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    return 2


@pytest.mark.parametrize("how", [flipped, swapped])
def test_the_evidence_is_named_with_both_hashes(case, how):
    store = case.store()
    one, two, *others = artefacts(store)
    changed = how(one, two)
    for path in (one, two, *others):
        path.chmod(0o400)

    told = case.judge(store)

    if told:
        assert told.codes <= {"object-hash", "object-size"}
        assert len(told.said["findings"]) == changed
        assert all("EV-" in finding["where"] for finding in told.said["findings"])
