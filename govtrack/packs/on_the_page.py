"""What the pack's page carries of the trail, so that it can check proofs as soon as it is opened.

The checkpoint, and for artefacts the entry with its inclusion proof: the entry says which files the
artefact has, the proof that it is in the tree that the checkpoint states. As many as there is room
for, in the order of their ids; the page says how many, and checks the rest in the pack's folder.

The entries that change who may sign, and the checkpoints over them, so that a key that was noted
before a rotation is told from a stranger's. The consistency proofs from the sizes of earlier packs,
so that a root of theirs is compared at once.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from govtrack.packs.contents import OnThePage, Shown, ShownCheckpoint, ShownKey
from govtrack.trail import note, proof

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from govtrack.packs.contents import Trail
    from govtrack.packs.trail_entries import Entries

ROOM = 512 << 10
"""Bytes of entries; with their proofs the page grows by about twice that at most."""
_CHECKPOINT = "trail/checkpoint"
_PROOF = "trail/proofs/{}.tlog-proof"
_VKEYS = "trail/vkey.txt"
_EARLIER = "trail/consistency-from-{}.txt"


def carried(connection: sqlite3.Connection, found: Entries, sizes: Iterable[int]) -> OnThePage:
    """What the page carries; `sizes` are those of the checkpoints that the walk needs."""
    return OnThePage(
        tuple(shown(connection, found.newest)),
        tuple(
            ShownKey(seq, data, tuple(found.levels.inclusion(seq, found.size)))
            for seq in found.key_changes
            for (data,) in connection.execute("SELECT bytes FROM entry WHERE seq = ?", [seq])
        ),
        tuple(
            ShownCheckpoint(data, tuple(found.levels.consistency(size, found.size)))
            for size in sorted(sizes)
            for (data,) in connection.execute("SELECT note FROM checkpoint WHERE size = ?", [size])
        ),
    )


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
    have a proof in the pack. `consistency` starts at the sizes of earlier packs.
    """
    files = dict(trail.files)
    hashes: dict[bytes, int] = {}

    def places(path: Iterable[bytes]) -> list[int]:
        return [hashes.setdefault(beside, len(hashes)) for beside in path]

    artefacts = [
        {
            "id": one.id,
            "index": found.entry,
            "entry": one.entry.decode(),
            "path": places(found.path),
        }
        for one in trail.on_the_page.artefacts
        for found in [proof.read_proof(files[_PROOF.format(one.id)])]
    ]
    said: dict[str, Any] = {
        "checkpoint": files.get(_CHECKPOINT, b"").decode(),
        "vkeys": files.get(_VKEYS, b"").decode(),
        "of": sum(path.startswith("trail/proofs/") for path in files),
        "artefacts": artefacts,
        "keys": [
            {"index": one.seq, "entry": one.entry.decode(), "path": places(one.path)}
            for one in trail.on_the_page.keys
        ],
        "checkpoints": [
            {"note": one.note.decode(), "path": places(one.path)}
            for one in trail.on_the_page.checkpoints
        ],
        "consistency": [
            {
                "from": size,
                "path": places(proof.read_consistency(files[_EARLIER.format(size)])),
            }
            for size in trail.earlier
        ],
        "hashes": [note.encoded(one) for one in hashes],
    }
    # nothing in it may end the script element: < stands in text only, and may be escaped there
    return json.dumps(said, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
