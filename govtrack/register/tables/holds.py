"""Legal holds: evidence whose bytes may not be removed while a matter is open."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

LIST = {"sqlite_with_rowid": False}


class LegalHold(SQLModel, table=True):
    """A hold: what it is for, who placed it and when, and when it was lifted."""

    __tablename__ = "legal_hold"

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    title: str
    placed_by: str
    placed_on: str
    lifted_by: str | None = None
    lifted_on: str | None = None
    lifted_why: str | None = None
    recorded_on: str


class LegalHoldEvidence(SQLModel, table=True):
    """Evidence that a hold is about."""

    __tablename__ = "legal_hold_evidence"
    __table_args__ = (Index("legal_hold_evidence_by_evidence", "evidence"), LIST)

    hold: int = Field(primary_key=True, foreign_key="legal_hold.key")
    evidence: str = Field(primary_key=True, foreign_key="evidence.id")
