"""Steps 1, 2 and 4 of `verify` over a register that stands still, worked on in parts.

SQLite's checks, the entries and the rows are looked at side by side. What a part cannot clear at a
glance (the rows of a record whose text is not that of its last entry) is read field by field.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from govtrack.register import entry_checks, file_checks, journal, parts, row_checks
from govtrack.register.entry_checks import Stretch
from govtrack.register.findings import readable
from govtrack.register.nouns import NOUNS
from govtrack.register.parts import Part
from govtrack.trail.proof import Levels

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from govtrack.register.findings import Finding


class Agreed(NamedTuple):
    """How far the file, its entries and its rows agree, and the tree over these entries."""

    findings: list[Finding]
    notes: list[str]
    levels: Levels
    records: int


def checked(connection: sqlite3.Connection, path: Path) -> Agreed:
    """Look at the state that `connection` reads of the register at `path`.

    Of a file that is damaged nothing but that is said.
    """
    stretches = entry_checks.stretches(connection, journal.origins(connection))
    work = [
        Part(_file),
        Part(_lists),
        Part(entry_checks.versions),
        *(Part(entry_checks.check, stretch) for stretch in stretches),
    ]
    large = (len(work) - 3) * entry_checks.STRETCH > parts.LARGE
    done = parts.done(connection, path, work, large=large)
    findings: list[Finding] = next(done)
    if any(finding.code == "damaged" for finding in findings):
        done.close()
        return Agreed(findings, [], Levels(b""), 0)
    lists, versions = next(done), next(done)
    whole = _together(done)
    findings += (*whole.findings, *versions, *lists)
    findings += readable(4, _rows(connection, whole, trusted=not versions))
    return Agreed(findings, list(whole.notes), Levels(whole.leaves), whole.ended)


def _rows(connection: sqlite3.Connection, whole: Stretch, *, trusted: bool) -> Iterator[Finding]:
    """Step 4 for what is not clear yet; without trust in which entry is the last, for all."""
    unclear = [
        name
        for name in NOUNS
        if not trusted
        or name in whole.unlike
        or not row_checks.agree(connection, name, whole.agreeing[name])
    ]
    yield from row_checks.check(connection, unclear)


def _file(connection: sqlite3.Connection) -> list[Finding]:
    return list(readable(1, file_checks.integrity(connection)))


def _lists(connection: sqlite3.Connection) -> list[Finding]:
    return list(readable(4, row_checks.ownerless(connection)))


def _together(stretches: Iterator[Stretch]) -> Stretch:
    """Consecutive stretches as one."""
    leaves, ended = bytearray(), 0
    findings: list[Finding] = []
    notes: list[str] = []
    agreeing: Counter[str] = Counter()
    unlike: set[str] = set()
    for one in stretches:
        leaves += one.leaves
        findings += one.findings
        notes += one.notes
        ended += one.ended
        agreeing += one.agreeing
        unlike |= one.unlike
    return Stretch(leaves, findings, notes, ended, agreeing, unlike)
