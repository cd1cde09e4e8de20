"""The keys that sign the trail's checkpoints: added, retired, revoked (docs/security.md)."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class SigningKey(SQLModel, table=True):
    """A key by its vkey line; `how` is founded, rotated, lost or stolen (the one it replaces was).

    `revoked_at` is the instant from which signatures by it are no longer believed.
    """

    __tablename__ = "signing_key"

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    vkey: str = Field(unique=True)
    how: str
    replaces: str | None = Field(default=None, foreign_key="signing_key.id")
    added_on: str
    retired_on: str | None = None
    revoked_at: str | None = None
    revoked_why: str | None = None
    recorded_on: str
