"""Numbers and sizes as people say them, the workspace's own vocabulary first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from govtrack.cli.output import plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from govtrack.workspace import Vocabulary

SIDES = {
    "rmf": ("AI RMF subcategory", "AI RMF subcategories"),
    "iso": ("ISO/IEC 42001 clause or control", "ISO/IEC 42001 clauses and controls"),
    "genai": ("GenAI risk", "GenAI risks"),
}


def order(vocabulary: Vocabulary) -> tuple[str, str, str]:
    """The frameworks, the leading one first."""
    return ("iso", "rmf", "genai") if vocabulary == "iso" else ("rmf", "iso", "genai")


def counts(numbers: Mapping[str, int], vocabulary: Vocabulary) -> str:
    """`3 ISO/IEC 42001 clauses and controls, 2 AI RMF subcategories`."""
    said = [
        plural(numbers[name], *SIDES[name])
        for name in order(vocabulary)
        if numbers[name] or name != "genai"
    ]
    return ", ".join(said)


def counting(status: str, numbers: Mapping[str, int], vocabulary: Vocabulary) -> str:
    """What an artefact counts for, and that a draft does so only once it is approved."""
    start = {"approved": "Counts for", "draft": "Counts, once approved, for"}.get(
        status, f"Does not count ({status}); confirmed for"
    )
    return f"{start} {counts(numbers, vocabulary)}."


def size(count: int) -> str:
    """Bytes as a person reads them: `512 B`, `12.4 KiB`, `1.1 GiB`."""
    amount = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024:  # noqa: PLR2004
            return f"{count} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} TiB"
