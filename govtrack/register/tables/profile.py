"""AI RMF profiles, current and target (NIST AI 100-1 section 6): a head, and its rows by day."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class Profile(SQLModel, table=True):
    """A profile of the organisation, of a system, of a use case, or of generative AI."""

    __tablename__ = "profile"

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    slug: str = Field(unique=True)
    title: str
    kind: str
    system: str | None = Field(default=None, foreign_key="ai_system.id")
    scope: str | None = None
    tolerance: str | None = None
    method: str | None = None
    assessors: str | None = None
    review_due: str | None = None
    recorded_on: str


class ProfileRow(SQLModel, table=True):
    """What was set on a day of a subcategory (or action of AI 600-1); the latest by a day holds."""

    __tablename__ = "profile_row"
    __table_args__ = (Index("profile_row_by_ref", "profile", "ref", "set_on"),)

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    profile: str = Field(foreign_key="profile.id")
    ref: str
    current: str | None = None
    outcome: str | None = None
    target: str | None = None
    target_outcome: str | None = None
    target_by: str | None = None
    priority: str | None = None
    why: str | None = None
    action: str | None = None
    owner: str | None = None
    due: str | None = None
    note: str | None = None
    set_on: str
    set_by: str
    recorded_on: str
