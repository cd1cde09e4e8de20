"""Step 5 of `verify`: every object that a record names, and what else lies in the store.

All of them are looked at. Of a sample only the bytes of some are hashed: those with the smallest
SHA-256 of the seed, `|`, and the object's own SHA-256, so that anyone can draw it again.
"""

from __future__ import annotations

import heapq
import os
import re
import stat
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import file_digest, sha256
from math import ceil
from typing import TYPE_CHECKING

from govtrack.register.findings import Finding
from govtrack.register.images import columns
from govtrack.register.objects import opened, path_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

_PURGING = "subject_type = 'evidence' AND subject_id = id AND action = 'evidence.purged'"
_NOT_PURGED = f"(purged_on IS NULL OR NOT EXISTS (SELECT 1 FROM entry WHERE {_PURGING}))"  # noqa: S608
"""A purge that no entry tells of is none: bytes that are gone without one are missing."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Named:
    """An object that records name: its size in bytes, and whose it is."""

    size: int
    owners: str


def named(connection: sqlite3.Connection) -> dict[str, Named]:
    """Every object by its SHA-256, but for those that only purged evidence names.

    Rows whose values cannot be meant are left to step 4.
    """
    # a backup may hold a register of an earlier schema, in which nothing could be purged
    kept = f"AND {_NOT_PURGED}" if "purged_on" in columns(connection, "evidence") else ""
    rows = connection.execute(
        "SELECT sha256, max(size), group_concat(DISTINCT id) FROM evidence_file "  # noqa: S608
        f"JOIN evidence ON evidence = key WHERE typeof(size) = 'integer' {kept} "
        "GROUP BY sha256 ORDER BY sha256"
    )
    return {
        digest: Named(size, owners.replace(",", ", "))
        for digest, size, owners in rows
        if _DIGEST.fullmatch(str(digest))
    }


@dataclass(frozen=True, slots=True)
class Purged:
    """A file of purged evidence: its SHA-256, whose it is, by which entry and rule."""

    sha256: str
    evidence: str
    entry: int
    rule: str


def purged(connection: sqlite3.Connection) -> list[Purged]:
    """The files whose bytes went under a retention rule, in the order of ids."""
    rows = connection.execute(
        "SELECT sha256, id, (SELECT max(seq) FROM entry WHERE "  # noqa: S608  (our own text)
        f"{_PURGING}) AS entry, purged_why FROM evidence_file JOIN evidence ON evidence = key "
        f"WHERE NOT {_NOT_PURGED} ORDER BY key, position"
    )
    return [Purged(*row) for row in rows if _DIGEST.fullmatch(str(row[0]))]


def purges(root: Path, known: Mapping[str, Named], gone: Iterable[Purged]) -> Iterator[str]:
    """What was purged, in words; bytes that are still there are no harm, but worth knowing."""
    for one in gone:
        said = f"{one.evidence}, object {one.sha256[:12]}…: purged by entry {one.entry} under "
        said += one.rule
        if one.sha256 in known:
            said += f"; the bytes stay, for {known[one.sha256].owners} names them too"
        elif os.path.lexists(path_of(root, one.sha256)):
            said += "; the bytes are still there: 'govtrack gc' removes them"
        yield said


def drawn(known: Mapping[str, Named], share: float, seed: str) -> frozenset[str]:
    """A sample of that share of the objects, rounded up."""
    ranked = ((sha256(f"{seed}|{digest}".encode()).digest(), digest) for digest in known)
    # a share is a decimal number: 7 % of 100 is 7, whatever binary fractions make of it
    wanted = ceil(round(share * len(known), 6))
    return frozenset(digest for _, digest in heapq.nsmallest(wanted, ranked))


def check(
    root: Path,
    known: Mapping[str, Named],
    progress: Callable[[int], None],
    hashed: Collection[str],
) -> Iterator[Finding]:
    """What is wrong with the objects, of which those in `hashed` are hashed.

    `progress` is told each one's bytes once it was looked at.
    """
    waiting: deque[tuple[str, Future[_Fault | None]]] = deque()
    pool = ThreadPoolExecutor()
    try:
        for digest, object_ in known.items():
            waiting.append(
                (digest, pool.submit(_fault, root, digest, object_.size, digest in hashed))
            )
            if len(waiting) >= _AT_ONCE:
                yield from _finding(*waiting.popleft(), known, progress)
        while waiting:
            yield from _finding(*waiting.popleft(), known, progress)
    finally:
        pool.shutdown(cancel_futures=True)  # who interrupts does not wait for the rest


def strays(root: Path, known: Mapping[str, Named], gone: Iterable[Purged] = ()) -> Iterator[str]:
    """Files a crash left behind, or that no record names: no harm, but worth knowing."""
    told = {one.sha256 for one in gone}
    for path in sorted((root / "tmp").glob("*")):
        yield f"{path.name} in objects/tmp: left by an interrupted command, or one still running"
    for folder in sorted((root / "sha256").glob("*")):
        # a folder at a time: of a large store, all names at once would be much
        for name in sorted(path.name for path in folder.glob("*")):
            digest = folder.name + name
            if digest not in known and digest not in told:
                yield (
                    f"object {digest[:12]}…: no record names it (an interrupted or refused command)"
                )


_Fault = tuple[str, str, str]


def _finding(
    digest: str,
    future: Future[_Fault | None],
    known: Mapping[str, Named],
    progress: Callable[[int], None],
) -> Iterator[Finding]:
    fault = future.result()
    progress(known[digest].size)
    if fault:
        code, expected, found = fault
        where = f"{known[digest].owners}, object {digest[:12]}…"
        yield Finding(5, code, where, expected, found)


def _fault(root: Path, digest: str, size: int, hashing: bool) -> _Fault | None:  # noqa: FBT001
    try:
        with opened(root, digest) as file:
            state = os.fstat(file.fileno())
            if state.st_size != size:
                return "object-size", f"{size} bytes", f"{state.st_size} bytes"
            hashed = file_digest(file, "sha256").hexdigest() if hashing else digest  # type: ignore[arg-type]
    except FileNotFoundError:
        return "object-missing", f"{size} bytes", "no file"
    except OSError as error:
        return "object-unreadable", "a regular file", error.strerror or str(error)
    if hashed != digest:
        return "object-hash", digest, hashed
    if state.st_mode & 0o222:
        return "object-mode", "a file nobody may write", stat.filemode(state.st_mode)
    return None
