"""The entries of a pack, line by line as they are read: form, order, origin, leaf hashes.

Nothing is kept of an entry but its leaf hash and what the later steps ask for: where the newest
entry of each piece of evidence stands and which files it names, what is said of keys.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.trail import entry
from govtrack.trail.keyring import ADDED, RETIRED, REVOKED, Doubt, KeyEvent
from govtrack.trail.tree import HASH, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

ENTRIES = "data/trail/entries.ndjson"
HASHES = "data/trail/leaf-hashes.txt"
ISSUED = "pack.issued"
_LONGEST = 64 << 20
_GENERATION = re.compile(r"(.*?)(?:/g([0-9]{1,9}))?", re.DOTALL)
_HEX = re.compile(rb"[0-9a-f]{64}")
_LINE = 2 * HASH + 1


class Newest(NamedTuple):
    """The newest entry of a piece of evidence: its number and the SHA-256 of the files it names."""

    seq: int
    files: tuple[str, ...]


class Issued(NamedTuple):
    """An entry that records the delivery of a pack: its number, that pack's size and digest."""

    seq: int
    size: object
    digest: object


def lineage(origin: str) -> str:
    """The origin that all generations of a trail begin with."""
    found = _GENERATION.fullmatch(origin)
    return found[1] if found else origin


class HashReader:
    """Takes the blocks of leaf-hashes.txt; `leaves` are the hashes, one after the other."""

    def __init__(self) -> None:
        self.leaves = bytearray()
        self._rest = b""
        self._lines = 0
        self._bad: int | None = None

    def hear(self, block: bytes) -> None:
        """The next block of the file."""
        *lines, self._rest = (self._rest + block).split(b"\n")
        for line in lines:
            self._lines += 1
            if _HEX.fullmatch(line):
                self.leaves += bytes.fromhex(line.decode("ascii"))
            elif self._bad is None:
                self._bad = self._lines
        if len(self._rest) > _LINE:
            self._bad, self._rest = self._bad or self._lines + 1, b""

    def end(self) -> Iterator[Doubt]:
        """What is wrong with the file; where anything is, it lists nothing."""
        if self._rest and self._bad is None:
            self._bad = self._lines + 1
        if self._bad is not None:
            self.leaves.clear()
            yield Doubt("leaf", f"{HASHES} line {self._bad}", "a SHA-256 in hex", "something else")


class EntryReader:
    """Takes the blocks of entries.ndjson and checks each line as an entry.

    `origin` is the checkpoint's, None where there is none to compare with; `listed` the leaf hashes
    of a pack that does not show all entries; `evidence` the ids whose newest entry is asked for.
    """

    def __init__(
        self, origin: str | None, listed: bytearray | None, evidence: Collection[str]
    ) -> None:
        self.findings: list[Doubt] = []
        self.notes: list[str] = []
        self.events: list[KeyEvent] = []
        self.newest: dict[str, Newest] = {}
        self.delivered: set[tuple[int, str]] = set()
        """Sizes and roots (base64) of the trail that earlier packs stated."""
        self.issued: list[Issued] = []
        self.shown = 0
        self.leaves = bytearray()
        self._origin = origin
        self._base = None if origin is None else lineage(origin)
        self._listed = listed
        self._evidence = evidence
        self._rest = b""
        self._before = -1
        self._generation = 1
        self._named: str | None = None

    def hear(self, block: bytes) -> None:
        """The next block of the file."""
        *lines, self._rest = (self._rest + block).split(b"\n")
        for line in lines:
            self._line(line)
        if len(self._rest) > _LONGEST:
            self._found("entry", f"{ENTRIES} line {self.shown + 1}", "a shorter line", "64 MiB")
            self._rest = b""

    def end(self, size: int | None) -> None:
        """What only the end of the file tells; `size` is the checkpoint's."""
        if self._rest:
            where = f"{ENTRIES} line {self.shown + 1}"
            self._found("entry", where, "a line that ends", "one that is cut off")
        last = self.shown and size is not None and self._before == size - 1
        if last and self._origin is not None and self._named not in {None, self._origin}:
            self._found("origin", "data/trail/checkpoint", str(self._named), self._origin)

    def _line(self, line: bytes) -> None:
        number = self.shown
        self.shown += 1
        leaf = leaf_hash(line)
        if self._listed is None:
            self.leaves += leaf
        try:
            event = entry.read(line)
        except (ValueError, RecursionError) as error:
            where = f"{ENTRIES} line {number + 1}"
            self._found("entry", where, "an entry in canonical form", str(error))
            self._before += 1
            return
        seq = event["seq"]
        self._placed(seq, number, leaf)
        self._of_origin(event)
        self._before = seq
        self._named = event["trail"]
        self._kept(seq, event)

    def _placed(self, seq: int, number: int, leaf: bytes) -> None:
        where = f"entry {seq}"
        if self._listed is None:
            if seq != number:
                self._found("entry-order", where, f"entry {number}", f"entry {seq}")
            return
        if seq <= self._before:
            self._found("entry-order", where, f"one after {self._before}", f"entry {seq}")
        known = bytes(self._listed[seq * HASH : (seq + 1) * HASH]) if seq >= 0 else b""
        if known != leaf:
            expected = f"leaf hash {known.hex()}" if known else "no such entry"
            self._found("leaf", where, expected, leaf.hex())

    def _of_origin(self, event: dict[str, Any]) -> None:
        """Each generation has its own origin, and begins with the entry of its restore."""
        parts = _GENERATION.fullmatch(event["trail"])
        base, named = (parts[1], int(parts[2] or 1)) if parts else (event["trail"], 1)
        begins = event["action"] == "trail.restored"
        skipped = self._listed is not None and event["seq"] != self._before + 1
        if self._base is not None and (
            base != self._base
            or named < self._generation
            or (named > self._generation and not (begins or skipped))
        ):
            expected = self._base + (f"/g{self._generation}" if self._generation > 1 else "")
            self._found("origin", f"entry {event['seq']}", expected, event["trail"])
        self._generation = max(self._generation, named)
        if begins:
            self.notes.append(
                f"entry {event['seq']} begins generation {named}: the register was restored from "
                "an older copy, and what came after that copy is lost"
            )

    def _kept(self, seq: int, event: dict[str, Any]) -> None:
        subject, after = event["subject"], event["after"] or {}
        if subject["type"] == "evidence" and subject["id"] in self._evidence:
            self.newest[subject["id"]] = Newest(seq, _digests(after))
        elif event["action"] in {ADDED, RETIRED, REVOKED}:
            vkey, since = after.get("vkey"), after.get("revoked_at")
            self.events.append(
                KeyEvent(seq, event["action"], str(vkey), since if isinstance(since, str) else None)
            )
        elif subject["type"] == "pack":
            if event["action"] == ISSUED:
                self.issued.append(Issued(seq, after.get("trail_size"), after.get("digest")))
            if isinstance(after.get("trail_size"), int):
                self.delivered.add((after["trail_size"], str(after.get("trail_root"))))

    def _found(self, code: str, where: str, expected: str, found: str) -> None:
        self.findings.append(Doubt(code, where, expected, found))


def _digests(after: dict[str, Any]) -> tuple[str, ...]:
    files = after.get("files")
    if not isinstance(files, list):
        return ()
    return tuple(str(one.get("sha256")) for one in files if isinstance(one, dict))
