"""Where the data that ships with govtrack stands: schemas, templates, the sample organisation."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

Shipped = Literal["schemas", "templates", "sample_org"]

_PACKAGE = Path(__file__).resolve().parent


def folder(name: Shipped) -> Path:
    """The folder of that name: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "_shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
