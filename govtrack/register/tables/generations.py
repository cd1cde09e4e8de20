"""Generations of a trail: each begins where an older store was restored, and says the gap."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class Generation(SQLModel, table=True):
    """A generation by its origin; what was known of the one before, and what was restored of it.

    Sizes are numbers of entries, roots base64. `known_*` is the checkpoint that the memory outside
    the store held, None where nothing was remembered.
    """

    __tablename__ = "generation"

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    number: int = Field(unique=True)
    origin: str = Field(unique=True)
    known_size: int | None = None
    known_root: str | None = None
    restored_size: int
    restored_root: str
    recorded_on: str
