"""What the pack's page carries of the trail, so that it can check proofs as soon as it is opened.

The checkpoint, and for artefacts the entry with its inclusion proof: the entry says which files the
artefact has, the proof that it is in the tree that the checkpoint states. As many as there is room
for, in the order of their ids; the page says how many, and checks the rest in the pack's folder.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from govtrack.packs.contents import Shown
from govtrack.trail import note, proof

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

    from govtrack.packs.contents import Trail

ROOM = 512 << 10
"""Bytes of entries; with their proofs the page grows by about twice that at most."""
_CHECKPOINT = "trail/checkpoint"
_PROOF = "trail/proofs/{}.tlog-proof"


def shown(connection: sqlite3.Connection, newest: Mapping[str, int]) -> Iterator[Shown]:
    """The entries of these numbers, by the ids of their artefacts, while there is room."""
    room = ROOM
    for identifier, seq in sorted(newest.items()):
        (data,) = connection.execute("SELECT bytes FROM entry WHERE seq = ?", [seq]).fetchone()
        room -= len(data)
        if room < 0:
            return
        yield Shown(identifier, data)


def embedded(trail: Trail) -> str:
    """The same as JSON that can stand in a script element.

    `hashes` holds each hash once, a proof's `path` their places in it; `of` is how many artefacts
    have a proof in the pack.
    """
    files = dict(trail.files)
    hashes: dict[bytes, int] = {}
    artefacts = [
        {
            "id": one.id,
            "index": found.entry,
            "entry": one.entry.decode(),
            "path": [hashes.setdefault(beside, len(hashes)) for beside in found.path],
        }
        for one in trail.on_the_page
        for found in [proof.read_proof(files[_PROOF.format(one.id)])]
    ]
    said: dict[str, Any] = {
        "checkpoint": files.get(_CHECKPOINT, b"").decode(),
        "of": sum(path.startswith("trail/proofs/") for path in files),
        "hashes": [note.encoded(one) for one in hashes],
        "artefacts": artefacts,
    }
    # nothing in it may end the script element: < stands in text only, and may be escaped there
    return json.dumps(said, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
