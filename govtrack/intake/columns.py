"""The columns that a table of evidence may have, and what people call them."""

from __future__ import annotations

from govtrack.errors import closest, visible

REQUIRED = ("file", "kind")
COLUMNS = (
    "file",
    "kind",
    "title",
    "system",
    "supports",
    "period",
    "period_start",
    "period_end",
    "prepared_by",
    "prepared_on",
    "approved_by",
    "approved_on",
    "valid_until",
    "source",
    "why",
    "classification",
    "version",
    "supersedes",
)
_ALSO = {"files": "file", "systems": "system"}


def canonical(name: str) -> str | None:
    """The column that a heading names: `Valid until` is `valid_until`; None where unknown."""
    plain = "_".join(name.casefold().replace("-", " ").replace("_", " ").split())
    plain = _ALSO.get(plain, plain)
    return plain if plain in COLUMNS else None


def unknown(name: str) -> tuple[str, str | None]:
    """What to say of a heading that names no column, and the nearest one that does."""
    nearest = closest(name, (*COLUMNS, *_ALSO))
    return f"'{visible(name)}' is not a column; known are {', '.join(COLUMNS)}", nearest
