"""Somebody deletes the store. Nothing is left to verify; some hold that there was one."""

from __future__ import annotations

import shutil

from govtrack.register import memory
from govtrack.trail import cosignature, note
from govtrack.trail.checkpoint import read


def test_what_is_left_of_it(case):
    store = case.store()
    lines = store.rows("SELECT line FROM cosignature")
    shutil.rmtree(store.root)
    store.root.mkdir()
    case.elsewhere()

    result = case.run("verify", cwd=store.root)

    assert (result.code, result.out) == (2, "")
    assert "govtrack init" in result.err
    seen = case.life.kept
    if case.layer.holder == "memory":
        case.at_home()
        assert memory.remembered(seen.origin).checkpoint.size > seen.size
    if case.layer.number == 5:
        witness = note.parsed_vkey(case.outsiders.witness)
        body = read(case.life.auditors.read_bytes())[0].body()
        at = cosignature.time_of(witness, body, note.signature(lines[0][0].rstrip("\n")))
        assert abs(at - case.life.start.timestamp()) < 3600
    if case.layer.number < 3:
        assert not case.layer.cell[1:]
