"""What an audit pack carries of the trail: the folder `data/trail` (docs/trail.md, "In a pack").

Entries, or those of the pack's records and the leaf hashes of all; the checkpoint at the pack's
size with cosignatures and time stamps; earlier checkpoints that matter; keys; a proof for every
piece of evidence; and that the trail continues what each earlier pack stated.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from govtrack import clock
from govtrack.errors import NotDone
from govtrack.packs import on_the_page, trail_entries
from govtrack.packs.contents import Attested, Trail
from govtrack.register import journal
from govtrack.trail import note, proof, signing
from govtrack.trail.checkpoint import Checkpoint

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Iterator
    from datetime import date
    from zoneinfo import ZoneInfo

    from govtrack.packs.trail_entries import Entries
    from govtrack.packs.trail_scope import Scope

FOLDER = "trail"
_SAFE = re.compile(r"[^a-z0-9.]+")
_LONGEST = 60


class _Signed(NamedTuple):
    """The checkpoint at the pack's size as it lies in the pack, and the newest signed one."""

    stated: Checkpoint
    data: bytes
    newest: int | None


def trail(
    connection: sqlite3.Connection,
    as_at: date,
    zone: ZoneInfo,
    evidence: Collection[str],
    scope: Scope | None,
) -> Trail:
    """The trail up to its last entry that is not the delivery of a pack, and its files.

    `evidence` are the ids that get a proof; with `scope` only its entries are shown. Raises
    `NotDone` where the trail does not agree with itself.
    """
    found = trail_entries.read(connection, scope, evidence, clock.end_of_day(as_at, zone))
    signed = _signed(connection, found)
    walked = _walked(connection, found, signed)
    sizes = _sizes(connection, found, walked)
    vkeys = list(_vkeys(connection, signed.stated.origin))
    earlier = tuple(_earlier(connection, found))
    files = [
        (f"{FOLDER}/checkpoint", signed.data),
        *_attestations(connection, found.size, f"{FOLDER}/checkpoint"),
        *(one for size in sizes for one in _checkpoint(connection, size)),
        *_keys(vkeys, signed.stated.origin),
        *_proofs(found, signed),
        *(
            (f"{FOLDER}/consistency-from-{old}.txt",
             proof.consistency_text(found.levels.consistency(old, found.size)).encode())
            for old in earlier
        ),
    ]  # fmt: skip
    return Trail(
        signed.stated.origin,
        found.size,
        trail_entries.base64(signed.stated.root),
        found.first_at,
        found.last_at,
        first_leaf=found.first_leaf,
        last_on=clock.day_of(found.last_at, zone) if found.last_at else None,
        later=found.later,
        shown=found.shown,
        scope=scope,
        streams=found.files,
        files=tuple(files),
        key=note.fingerprint(vkeys[0]) if vkeys else None,
        signed_size=signed.newest,
        attested=tuple(_attested(connection, (*sizes, found.size))),
        earlier=earlier,
        on_the_page=on_the_page.carried(connection, found, walked),
    )


def _signed(connection: sqlite3.Connection, found: Entries) -> _Signed:
    root = found.levels.root(found.size)
    stated = Checkpoint(journal.origin(connection), found.size, root)
    row = connection.execute(
        "SELECT size, note FROM checkpoint WHERE size <= ? ORDER BY size DESC LIMIT 1",
        [found.size],
    ).fetchone()
    newest = int(row[0]) if row else None
    if newest != found.size:
        return _Signed(stated, note.Note(stated.body(), ()).written(), newest)
    data = bytes(row[1])
    if not data.startswith(f"{stated.body()}\n".encode()):
        raise NotDone(
            f"the register's checkpoint of size {newest} does not state its entries; "
            "run 'govtrack verify'. No pack was written"
        )
    return _Signed(stated, data, newest)


def _walked(connection: sqlite3.Connection, found: Entries, signed: _Signed) -> set[int]:
    """Sizes of the earlier checkpoints along which it is walked who may sign.

    The first over each change of keys or of generation, and the newest signed one where none stands
    at the pack's own size.
    """
    wanted = set() if signed.newest is None else {signed.newest}
    for seq in found.key_changes:
        row = connection.execute(
            "SELECT min(size) FROM checkpoint WHERE size > ?", [seq]
        ).fetchone()
        wanted |= {row[0]} if row[0] is not None else set()
    return {size for size in wanted if size < found.size}


def _sizes(
    connection: sqlite3.Connection, found: Entries, walked: Collection[int]
) -> tuple[int, ...]:
    """Sizes of the earlier checkpoints that matter: those, and any with a stamp or cosignature."""
    attested = {
        row[0]
        for row in connection.execute(
            "SELECT size FROM cosignature UNION SELECT size FROM timestamp"
        )
    }
    return tuple(sorted(size for size in attested.union(walked) if size < found.size))


def _checkpoint(connection: sqlite3.Connection, size: int) -> Iterator[tuple[str, bytes]]:
    path = f"{FOLDER}/checkpoints/{size}"
    row = connection.execute("SELECT note FROM checkpoint WHERE size = ?", [size]).fetchone()
    if row is not None:
        yield path, bytes(row[0])
        yield from _attestations(connection, size, path)


def _attestations(
    connection: sqlite3.Connection, size: int, path: str
) -> Iterator[tuple[str, bytes]]:
    """Cosignatures and time stamps of a checkpoint, in files beside it."""
    lines = connection.execute(
        "SELECT line FROM cosignature WHERE size = ? ORDER BY witness", [size]
    ).fetchall()
    if lines:
        text = "".join(f"{line.rstrip(chr(10))}\n" for (line,) in lines)
        yield f"{path}.cosig", text.encode()
    taken: set[str] = set()
    for authority, reply in connection.execute(
        "SELECT authority, reply FROM timestamp WHERE size = ? ORDER BY authority", [size]
    ):
        name = _safe(authority, taken)
        yield f"{path}.{name}.tsr", bytes(reply)


def _safe(authority: str, taken: set[str]) -> str:
    """An authority's name as part of a file's: the same for the same, each once."""
    plain = _SAFE.sub("-", authority.casefold()).strip("-.")[:_LONGEST] or "authority"
    name, number = plain, 1
    while name in taken:
        number += 1
        name = f"{plain}-{number}"
    taken.add(name)
    return name


def _vkeys(connection: sqlite3.Connection, origin: str) -> Iterator[note.Verifier]:
    """The keys of the trail: the one in force first, under its generation's name, then earlier."""
    rows = connection.execute(
        "SELECT vkey, retired_on IS NULL AND revoked_at IS NULL FROM signing_key ORDER BY key DESC"
    ).fetchall()
    known = [(note.parsed_vkey(vkey), in_force) for vkey, in_force in rows]
    found = [
        note.parsed_vkey(note.vkey(origin, one.public)) for one, in_force in known if in_force
    ][:1]
    found += [one for one, _ in known]
    return iter(dict.fromkeys(found))


def _keys(vkeys: list[note.Verifier], origin: str) -> Iterator[tuple[str, bytes]]:
    if not vkeys:
        return
    lines = (note.vkey(one.name, one.public, one.algorithm) for one in vkeys)
    yield f"{FOLDER}/vkey.txt", "".join(f"{line}\n" for line in lines).encode()
    if vkeys[0].name == origin:
        yield f"{FOLDER}/log.pub.pem", signing.public_pem(vkeys[0].public)


def _proofs(found: Entries, signed: _Signed) -> Iterator[tuple[str, bytes]]:
    for identifier, seq in sorted(found.newest.items()):
        path = found.levels.inclusion(seq, found.size)
        yield f"{FOLDER}/proofs/{identifier}.tlog-proof", proof.proof_text(seq, path, signed.data)


def _earlier(connection: sqlite3.Connection, found: Entries) -> Iterator[int]:
    """Sizes of the trail that earlier packs stated; the trail has to be their continuation."""
    for size, root in connection.execute(
        "SELECT DISTINCT trail_size, trail_root FROM pack WHERE trail_size < ? ORDER BY 1",
        [found.size],
    ):
        if trail_entries.base64(found.levels.root(size)) != root:
            raise NotDone(
                f"the trail does not continue what an earlier pack stated of it at size {size}; "
                "run 'govtrack verify'. No pack was written"
            )
        yield int(size)


def _attested(connection: sqlite3.Connection, sizes: Iterable[int]) -> Iterator[Attested]:
    for size in sizes:
        for authority, at in connection.execute(
            "SELECT authority, at FROM timestamp WHERE size = ? ORDER BY authority", [size]
        ):
            yield Attested("time stamp", size, str(authority), str(at))
        for witness, line in connection.execute(
            "SELECT witness, line FROM cosignature WHERE size = ? ORDER BY witness", [size]
        ):
            told = note.signature(line.rstrip("\n")).signature[: signing.TIME]
            at = clock.instant_at(int.from_bytes(told, "big"))
            who = note.parsed_vkey(witness)
            yield Attested("cosignature", size, f"{who.name} ({note.fingerprint(who)})", at)
