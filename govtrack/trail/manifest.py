r"""The manifest of what supports a declaration, in a form that anyone can compute again.

A line for each file of each artefact behind each reference: reference, evidence id, version and the
file's SHA-256 in lower-case hex, parted by tabs, ended by a line feed; the lines each once, sorted
by their bytes (`LC_ALL=C sort -u`). Its digest is the SHA-256 of those bytes as UTF-8:
`LC_ALL=C sort -u manifest.txt | sha256sum`.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Support(NamedTuple):
    """An artefact in one version behind a reference, with the SHA-256 of each of its files."""

    ref: str
    evidence: str
    version: int
    files: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """What pins the artefact: its file's digest; of several, that of their sorted lines."""
        if len(self.files) == 1:
            return self.files[0]
        return hashlib.sha256(
            "".join(f"{one}\n" for one in sorted(self.files)).encode()
        ).hexdigest()


def text(supports: Iterable[Support]) -> str:
    """The manifest; empty where nothing is supported."""
    lines = {
        f"{one.ref}\t{one.evidence}\t{one.version}\t{file}\n"
        for one in supports
        for file in one.files
    }
    return "".join(sorted(lines, key=str.encode))


def digest(supports: Iterable[Support]) -> str:
    """The SHA-256 of the manifest, in hex."""
    return hashlib.sha256(text(supports).encode()).hexdigest()
