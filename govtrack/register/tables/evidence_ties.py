"""Ties of evidence to systems and to other evidence.

Apart from `evidence.py` because most commands tie nothing, and a table's class takes milliseconds
to make.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from govtrack.register.tables.evidence import LIST


class EvidenceSystem(SQLModel, table=True):
    """An AI system the artefact is about."""

    __tablename__ = "evidence_system"
    __table_args__ = (Index("evidence_system_by_system", "system"), LIST)

    evidence: int = Field(primary_key=True, foreign_key="evidence.key")
    system: str = Field(primary_key=True, foreign_key="ai_system.id")


class EvidenceSupersedes(SQLModel, table=True):
    """An earlier artefact that this one replaces once it is approved."""

    __tablename__ = "evidence_supersedes"
    __table_args__ = LIST

    evidence: int = Field(primary_key=True, foreign_key="evidence.key")
    superseded: str = Field(primary_key=True, foreign_key="evidence.id")
