"""Steps 5 and 6 of a pack's verification: proofs of artefacts, and what earlier sizes state."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.packs.pack_entries import lineage
from govtrack.trail import checkpoint, note, proof
from govtrack.trail.keyring import Doubt
from govtrack.trail.tree import HASH

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from govtrack.packs.pack_entries import Newest
    from govtrack.trail.checkpoint import Checkpoint
    from govtrack.trail.proof import Levels

ARTEFACTS = "data/evidence/"
EVIDENCE = "data/register/evidence.json"
LONGEST = 1 << 20
"""No proof, note or stamp is longer."""
_PROOF = re.compile(r"data/trail/proofs/([^/]+)\.tlog-proof")
_CONSISTENCY = re.compile(r"data/trail/consistency-from-([0-9]{1,18})\.txt")
_OTHER = re.compile(r"data/trail/checkpoints/([0-9]{1,18})")
_VERSION = re.compile(r"-v[0-9]+-[0-9a-f]{8,64}(\.[^/]*)?$")


class Proven(NamedTuple):
    """A pack whose entries and checkpoint are of one size: what the later steps look at.

    `digests` are all files' by name, `whole` the bytes of those that are read as a whole; `strays`
    names of files that no manifest lists: they are not looked at, and not missed either.
    """

    said: Checkpoint
    data: bytes
    leaves: bytes | bytearray
    levels: Levels
    newest: Mapping[str, Newest]
    digests: Mapping[str, str]
    whole: Mapping[str, bytes]
    strays: frozenset[str] = frozenset()

    def leaf(self, index: int) -> bytes:
        """The hash of a leaf; nothing where there is none."""
        return bytes(self.leaves[index * HASH : (index + 1) * HASH])


class Stated(NamedTuple):
    """A checkpoint in the pack that states the root of its entries: its file, what it says."""

    name: str
    checkpoint: Checkpoint
    note: note.Note
    data: bytes


def evidence_named(names: Iterable[str]) -> set[str]:
    """The ids of the evidence that files of the pack are named by."""
    found = {proven[1] for name in names if (proven := _PROOF.fullmatch(name))}
    return found | {_artefact(name) for name in names if name.startswith(ARTEFACTS)}


def check(pack: Proven, delivered: Collection[tuple[int, str]]) -> Iterator[Doubt]:
    """What is wrong with proofs, artefacts, and the sizes that earlier packs stated."""
    proven = set()
    for name in sorted(pack.whole):
        if found := _PROOF.fullmatch(name):
            proven.add(found[1])
            yield from _inclusion(pack, name, found[1])
    yield from _artefacts(pack, proven)
    for name in sorted(pack.whole):
        if found := _CONSISTENCY.fullmatch(name):
            yield from _consistency(pack, name, int(found[1]))
    for size, root in sorted(delivered):
        if 0 <= size <= pack.said.size and (has := note.encoded(pack.levels.root(size))) != root:
            yield Doubt("consistency", f"pack that stated size {size}", f"root {has}", root)


def checkpoints(pack: Proven) -> tuple[list[Stated], list[Doubt]]:
    """The other checkpoints in the pack that agree with its entries; and what is wrong."""
    found: list[Stated] = []
    wrong: list[Doubt] = []
    for name in sorted(pack.whole):
        if not (size := _OTHER.fullmatch(name)):
            continue
        data = pack.whole[name]
        try:
            said, signed = checkpoint.read(data, unsigned=True)
        except ValueError as error:
            wrong.append(Doubt("checkpoint", name, "a checkpoint", f"one that {error}"))
            continue
        if said.size != int(size[1]) or said.size > pack.said.size:
            most = "at most " if said.size == int(size[1]) else ""
            expected = f"a checkpoint of {most}size {pack.said.size if most else size[1]}"
            wrong.append(Doubt("checkpoint", name, expected, f"one of size {said.size}"))
        elif lineage(said.origin) != lineage(pack.said.origin):
            wrong.append(Doubt("origin", name, pack.said.origin, said.origin))
        elif (root := pack.levels.root(said.size)) != said.root:
            wrong.append(Doubt("root", name, note.encoded(root), note.encoded(said.root)))
            found.append(Stated(name, said, signed, data))
        else:
            found.append(Stated(name, said, signed, data))
    return sorted(found, key=lambda one: one.checkpoint.size), wrong


def _inclusion(pack: Proven, name: str, identifier: str) -> Iterator[Doubt]:
    try:
        index, path, quoted = proof.read_proof(pack.whole[name])
    except ValueError as error:
        yield Doubt("proof", name, "an inclusion proof (c2sp.org/tlog-proof@v1)", f"{error}")
        return
    if quoted != pack.data:
        yield Doubt("proof", name, "the pack's checkpoint at its end", "another")
    newest = pack.newest.get(identifier)
    if newest is None or newest.seq != index:
        expected = f"the newest entry of {identifier}" + (f", {newest.seq}" if newest else "")
        yield Doubt("proof-entry", name, expected, f"entry {index}")
    try:
        led = proof.included(index, pack.said.size, pack.leaf(index), path)
    except ValueError as error:
        yield Doubt("proof", name, "a path that leads to the root", f"one that {error}")
        return
    if led != pack.said.root:
        yield Doubt("proof", name, "a path that leads to the root", f"root {note.encoded(led)}")


def _artefacts(pack: Proven, proven: Collection[str]) -> Iterator[Doubt]:
    wanted = set()
    for name in sorted(pack.digests):
        if not name.startswith(ARTEFACTS):
            continue
        identifier = _artefact(name)
        wanted.add(identifier)
        newest = pack.newest.get(identifier)
        if newest is None or pack.digests[name] not in newest.files:
            yield Doubt("evidence", name, _expected(name, identifier, newest), pack.digests[name])
    for identifier, path in _listed(pack.whole.get(EVIDENCE)):
        wanted.add(identifier)
        if path is not None and f"data/{path}" not in pack.digests.keys() | pack.strays:
            yield Doubt("evidence", f"data/{path}", f"a file of {identifier}", "no such file")
    for identifier in sorted(wanted - set(proven)):
        name = f"data/trail/proofs/{identifier}.tlog-proof"
        if name not in pack.strays:
            yield Doubt("proof-missing", name, f"a proof of {identifier}", "no such file")


def _expected(name: str, identifier: str, newest: Newest | None) -> str:
    """Which digest an artefact should have: its name begins with it, as far as it is written."""
    if newest is None:
        return f"an entry of {identifier} that names it"
    short = _VERSION.search(name)
    meant = [one for one in newest.files if short and f"-{one[:8]}" in short[0]]
    digests = " or ".join(meant or newest.files) or "of no file"
    return f"SHA-256 {digests} (entry {newest.seq} of {identifier})"


def _consistency(pack: Proven, name: str, old: int) -> Iterator[Doubt]:
    said = pack.said
    expected = f"a proof from size {old} to {said.size}"
    try:
        path = proof.read_consistency(pack.whole[name])
        proof.consistent(old, said.size, pack.levels.root(old), said.root, path)
    except ValueError as error:
        yield Doubt("consistency", name, expected, f"one that {error}")


def _artefact(name: str) -> str:
    return _VERSION.sub("", name.removeprefix(ARTEFACTS))


def _listed(data: bytes | None) -> Iterator[tuple[str, str | None]]:
    """Id and path of each file in register/evidence.json; (id, None) for each artefact too."""
    try:
        found: Any = json.loads((data or b"").decode())["evidence"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    for one in found if isinstance(found, list) else ():
        if not isinstance(one, dict):
            continue
        yield str(one.get("id")), None
        files = one.get("files")
        for file in files if isinstance(files, list) else ():
            if isinstance(file, dict) and file.get("path"):
                yield str(one.get("id")), str(file["path"])
