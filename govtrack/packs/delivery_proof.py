"""The proof that a pack's delivery is in the trail; it lies beside the pack, being later than it.

A C2SP tlog-proof whose line `extra` holds the entry itself in base64: the entry names the SHA-256
of the pack's tagmanifest-sha256.txt, which stands for every file of the pack, its pages too.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from govtrack.errors import NotDone, visible
from govtrack.register import journal
from govtrack.register.reader import reading
from govtrack.trail import note, proof
from govtrack.trail.checkpoint import Checkpoint

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from govtrack.packs.bag import Place
    from govtrack.workspace import Workspace

EXTRA = b"extra "


class Delivery(NamedTuple):
    """What the file beside a pack says: the entry's bytes and where it is in the trail."""

    entry: bytes
    proof: proof.Inclusion


def written(space: Workspace, recorded: str, where: Place) -> Path:
    """Write the proof of the delivery that was just recorded; the path it has.

    Raises `NotDone` where it cannot be written: pack and recording stand all the same.
    """
    with reading(space) as connection:
        data = made(connection, recorded)
    path, aside = where.proof, where.proof.with_name(f".{where.proof.name}-{secrets.token_hex(4)}")
    try:
        aside.write_bytes(data)
        os.replace(aside, path)  # noqa: PTH105  (over a link, never through it)
    except OSError as error:
        with suppress(OSError):
            aside.unlink()
        raise NotDone(
            f"{visible(str(path))}: the proof of the delivery could not be written "
            f"({error.strerror}); the pack stands and is recorded as {recorded}"
        ) from error
    return path


def made(connection: sqlite3.Connection, recorded: str) -> bytes:
    """The proof of the newest entry of that pack, under the first checkpoint over it."""
    seq, entry = connection.execute(
        "SELECT seq, bytes FROM entry WHERE subject_type = 'pack' AND subject_id = ? "
        "ORDER BY seq DESC LIMIT 1",
        [recorded],
    ).fetchone()
    signed = connection.execute(
        "SELECT size, note FROM checkpoint WHERE size > ? ORDER BY size LIMIT 1", [seq]
    ).fetchone()
    size = signed[0] if signed else seq + 1
    levels = journal.levels(connection, size)
    if signed:
        stated = bytes(signed[1])
    else:
        origin = connection.execute(
            "SELECT json_extract(CAST(bytes AS TEXT), '$.trail') FROM entry WHERE seq = ?", [seq]
        ).fetchone()[0]
        stated = note.Note(Checkpoint(origin, size, levels.root()).body(), ()).written()
    plain = proof.proof_text(seq, levels.inclusion(seq, size), stated)
    head, _, rest = plain.partition(b"\n")
    return b"%b\n%b%b\n%b" % (head, EXTRA, note.encoded(bytes(entry)).encode(), rest)


def read(data: bytes) -> Delivery:
    """What `made` wrote; `ValueError` where it is something else."""
    found = proof.read_proof(data)
    line = data.split(b"\n", 2)[1]
    if not line.startswith(EXTRA):
        raise ValueError("has no line 'extra' with the entry of the delivery")
    return Delivery(note.decoded(line.removeprefix(EXTRA).decode("ascii", "replace")), found)
