"""Audit packs that were handed over: which, for what period, and the digest that fixes them."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Pack(SQLModel, table=True):
    """A delivered pack; `digest` is the SHA-256 of its tagmanifest-sha256.txt.

    `trail_size` and `trail_root` (base64) are the trail that it states.
    """

    __tablename__ = "pack"

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    year: int
    period_start: str
    period_end: str
    as_of: str
    digest: str
    files: int
    recorded_on: str
    trail_size: int | None = None
    trail_root: str | None = None
