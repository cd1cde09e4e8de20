"""Whether a pack agrees with itself, and how far it agrees with what somebody holds outside it.

The numbered steps of docs/trail.md, "In a pack". Each reports all it finds, in the codes that
`verify.py` in the pack uses too. A file is read once: it is hashed, and looked at, on the way.

1. The manifests: every file is listed and has its SHA-256.
2. The checkpoint, as it is written.
3. The entries shown: canonical, in order, of this trail; their leaf hashes.
4. Size and root; the statement.
5. Each artefact: its proof, and the files that its entry names.
6. Earlier sizes, and other checkpoints.
7. Signatures, walked from keys known outside the pack.
8. Older states, cosignatures and time stamps.
9. The proof of the delivery beside the pack.

A file that no manifest names is found as such, and not looked at any further.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from govtrack.packs import pack_claims, pack_label, pack_proofs
from govtrack.packs.pack_entries import ENTRIES, HASHES, EntryReader, HashReader
from govtrack.packs.pack_files import CHECKPOINT, LARGEST, MANIFEST, STATEMENT, TAGS, UNREADABLE
from govtrack.packs.pack_keys import VKEYS, vkeys
from govtrack.trail import checkpoint, note
from govtrack.trail.keyring import Doubt
from govtrack.trail.proof import Levels
from govtrack.trail.reach import Layer, highest, verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from govtrack.packs.pack_claims import Trust
    from govtrack.packs.pack_files import PackFiles
    from govtrack.packs.pack_label import Label

_FIRST_LEAF = re.compile(rb"^first-leaf (\w+)$", re.MULTILINE)
_READ_WHOLE = re.compile(
    r"data/trail/(?!entries\.ndjson$|leaf-hashes\.txt$).*|data/register/evidence\.json|bag-info\.txt"
)
_NEEDED = frozenset({CHECKPOINT, STATEMENT, ENTRIES, HASHES, VKEYS, pack_proofs.EVIDENCE})
"""Files that are looked at even where no manifest names them."""
ORDER = (
    "file-missing", "file-changed", "file-extra", "checkpoint", "entry", "entry-order", "origin",
    "leaf", "size", "root", "statement", "consistency", "signature", "stranger", "key-chain",
    "revoked", "since", "cosignature", "timestamp", "proof-missing", "proof", "proof-entry",
    "evidence", "delivery",
)  # fmt: skip
"""All codes, in the order in which they are told: manifests, trail, artefacts, delivery."""
_BESIDE_TRAIL = frozenset(
    {"file-missing", "file-changed", "file-extra", "evidence", "proof-missing", "delivery"}
)
"""Findings that do not touch the trail: what holds of that holds all the same."""


class Report(NamedTuple):
    """What was checked, every finding, notes that are no failure, and how far it all reaches.

    `level` is None where something was found: then nothing is claimed of the pack, and
    `trail_layers` are what holds of its trail where no finding touches that. `label` is what the
    pack calls itself. `keys` are fingerprints of the keys that lie in the pack, the one in force
    first, to be compared; they prove nothing.
    """

    label: Label
    origin: str | None
    size: int | None
    root: str | None
    entries: int
    files: int
    file_bytes: int
    evidence: int
    findings: tuple[Doubt, ...]
    notes: tuple[str, ...]
    layers: tuple[Layer, ...]
    trail_layers: tuple[Layer, ...]
    level: str | None
    keys: tuple[str, ...]
    tagmanifest_sha256: str | None
    verdict: tuple[str, ...]
    """How far it reaches and what limits that, in sentences; none where something was found."""


def verified(
    files: PackFiles,
    trust: Trust,
    delivery: bytes | None = None,
    progress: Callable[[int], object] = int,
) -> Report:
    """Check a pack; `delivery` is the proof that lies beside it, where there is one."""
    return _Check(files, trust, progress).report(delivery)


class _Check:
    def __init__(self, files: PackFiles, trust: Trust, progress: Callable[[int], object]) -> None:
        self.files, self.trust, self.progress = files, trust, progress
        self.findings: list[Doubt] = []
        self.notes: list[str] = []
        self.digests: dict[str, str] = {}
        self.whole: dict[str, bytes] = {}
        """The files that later steps look into, by name."""
        self.bytes = 0

    def report(self, delivery: bytes | None) -> Report:
        lists = {name: self._list(name) for name in (MANIFEST, TAGS)}
        strays = self._strays(lists)
        self._take(CHECKPOINT)
        mine = self._checkpoint()
        listed = self._hashes()
        entries = self._entries(mine, listed)
        for name in sorted(self.files.names - strays - self.digests.keys()):
            self._take(name)
        self._manifests(lists)
        intact = not any(one.code.startswith("file-") for one in self.findings)
        leaves = entries.leaves if listed is None else listed
        levels = self._over_all(mine, leaves)
        layers: tuple[Layer, ...] = ()
        if mine is not None and levels is not None:
            said, signed = mine
            pack = pack_proofs.Proven(
                said,
                self.whole[CHECKPOINT],
                leaves,
                levels,
                entries.newest,
                self.digests,
                self.whole,
                strays,
            )
            self.findings += pack_proofs.check(pack, entries.delivered)
            others, wrong = pack_proofs.checkpoints(pack)
            self.findings += wrong
            claimed = pack_claims.check(
                pack, [*others, pack_proofs.Stated(CHECKPOINT, said, signed, pack.data)],
                entries, self.trust,
                pack_claims.Beside(delivery, self.digests.get(TAGS), intact),
            )  # fmt: skip
            self.findings += claimed.findings
            self.notes += claimed.notes
            layers = claimed.layers
        found = tuple(sorted(self.findings, key=lambda one: ORDER.index(one.code)))
        beside_trail = mine is not None and all(one.code in _BESIDE_TRAIL for one in found)
        return Report(
            pack_label.label(self.whole.get(pack_label.INFO, b"")),
            mine[0].origin if mine else None,
            mine[0].size if mine else None,
            note.encoded(mine[0].root) if mine else None,
            entries.shown,
            len(self.digests),
            self.bytes,
            sum(name.startswith(pack_proofs.ARTEFACTS) for name in self.digests),
            found,
            tuple(dict.fromkeys((*entries.notes, *self.notes))),
            () if found else layers,
            layers if found and beside_trail else (),
            None if found else highest(layers),
            tuple(map(note.fingerprint, vkeys(self.whole))),
            self.digests.get(TAGS),
            () if found else self._verdict(layers, mine[0].size if mine else 0),
        )

    def _verdict(self, layers: tuple[Layer, ...], size: int) -> tuple[str, ...]:
        keyed, older = bool(self.trust.keys), bool(self.trust.since)
        return verdict(layers, size, keyed=keyed, older=older)

    def _take(self, name: str, hear: Callable[[bytes], object] | None = None) -> None:
        """Read a file once: hash it, tell `hear` its blocks, keep what is read as a whole."""
        if name not in self.files.names or name in self.digests:
            return
        kept = bytearray() if _READ_WHOLE.fullmatch(name) else None
        most = LARGEST if name == pack_proofs.EVIDENCE else pack_proofs.LONGEST

        def heard(block: bytes) -> None:
            self.bytes += len(block)
            self.progress(len(block))
            if kept is not None and len(kept) <= most:
                kept.extend(block)
            if hear is not None:
                hear(block)

        try:
            self.digests[name] = self.files.digested(name, heard)
        except UNREADABLE as error:
            self.digests[name] = f"a file that cannot be read: {error}"
        if kept is not None:
            self.whole[name] = bytes(kept)

    def _strays(self, lists: dict[str, dict[str, str] | None]) -> frozenset[str]:
        """Files that are in no manifest and are not looked at; none where a manifest is missing."""
        if None in lists.values():
            return frozenset()
        listed = {name for one in lists.values() for name in one or ()}
        return self.files.names - listed - _NEEDED - {TAGS}

    def _list(self, name: str) -> dict[str, str] | None:
        """What a manifest lists: digests by name; None where there is none."""
        if name not in self.files.names:
            self._found("file-missing", name, "the list of digests", "no such file")
            return None
        lines = bytearray()
        self._take(name, lines.extend)
        found = {}
        for line in lines.decode("utf-8", "replace").split("\n"):
            digest, _, path = line.partition("  ")
            if line:
                found[path] = digest
        return found

    def _manifests(self, lists: dict[str, dict[str, str] | None]) -> None:  # step 1
        known = {TAGS}
        for listed in lists.values():
            for name, expected in (listed or {}).items():
                known.add(name)
                found = self.digests.get(name)
                if found is None:
                    self._found("file-missing", name, f"SHA-256 {expected}", "no such file")
                elif found != expected:
                    self._found("file-changed", name, f"SHA-256 {expected}", found)
        extra = self.files.names - known
        if left := pack_label.left_behind(extra):
            self.notes.append(
                f"passed over, as a computer leaves such files by itself: {', '.join(left)}"
            )
        for name in sorted(extra.difference(left)):
            self._found("file-extra", name, "a file that a manifest lists", "one that none lists")
        for odd in self.files.odd:
            self._found("file-extra", *odd)

    def _checkpoint(self) -> tuple[checkpoint.Checkpoint, note.Note] | None:  # step 2
        if CHECKPOINT not in self.whole:
            self._found("checkpoint", CHECKPOINT, "the pack's checkpoint", "no such file")
            return None
        try:
            return checkpoint.read(self.whole[CHECKPOINT], unsigned=True)
        except ValueError as error:
            self._found("checkpoint", CHECKPOINT, "a checkpoint", f"one that {error}")
            return None

    def _hashes(self) -> bytearray | None:  # step 3
        if HASHES not in self.files.names:
            return None
        reader = HashReader()
        self._take(HASHES, reader.hear)
        self.findings += reader.end()
        return reader.leaves

    def _entries(
        self, mine: tuple[checkpoint.Checkpoint, note.Note] | None, listed: bytearray | None
    ) -> EntryReader:
        asked = pack_proofs.evidence_named(self.files.names)
        reader = EntryReader(mine[0].origin if mine else None, listed, asked)
        self._take(ENTRIES, reader.hear)
        reader.end(mine[0].size if mine else None)
        self.findings += reader.findings
        return reader

    def _over_all(  # step 4
        self, mine: tuple[checkpoint.Checkpoint, note.Note] | None, leaves: bytearray
    ) -> Levels | None:
        if mine is None:
            return None
        said, levels = mine[0], Levels(leaves)
        if levels.size != said.size:
            self._found("size", CHECKPOINT, f"{levels.size} entries", f"{said.size} entries")
            return None
        if (root := levels.root()) != said.root:
            self._found("root", CHECKPOINT, note.encoded(root), note.encoded(said.root))
        self.findings += _statement(self.whole.get(STATEMENT), said, bytes(leaves[:32]).hex())
        return levels

    def _found(self, code: str, where: str, expected: str, found: str) -> None:
        self.findings.append(Doubt(code, where, expected, found))


def _statement(data: bytes | None, said: checkpoint.Checkpoint, first_leaf: str) -> Iterator[Doubt]:
    if data is None:
        yield Doubt("statement", STATEMENT, "the checkpoint's three lines", "no such file")
        return
    try:
        stated = checkpoint.stated(data)
    except ValueError as error:
        yield Doubt("statement", STATEMENT, "the checkpoint's three lines", f"what {error}")
        return
    leaf = _FIRST_LEAF.search(data)
    if stated != said:
        yield Doubt("statement", STATEMENT, _line(said), _line(stated))
    elif leaf and first_leaf and leaf[1].decode() != first_leaf:
        yield Doubt("statement", STATEMENT, f"first-leaf {first_leaf}", leaf[1].decode())


def _line(said: checkpoint.Checkpoint) -> str:
    return " ".join(said.body().split("\n")).strip()
