"""AI systems in the scope of the AIMS (ISO/IEC 42001 clauses 4.1, 4.3; GOVERN 1.6)."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class AISystem(SQLModel, table=True):
    """An AI system: what it is for, who owns it, since when it is in scope. Days are ISO dates.

    `model` names the model and version it runs on; a change of it calls for a new assessment.
    """

    __tablename__ = "ai_system"

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    slug: str = Field(unique=True)
    name: str
    generative: int = 0
    stage: str | None = None
    owner: str | None = None
    purpose: str | None = None
    in_scope_from: str | None = None
    in_scope_to: str | None = None
    recorded_on: str
    model: str | None = None


class AISystemRole(SQLModel, table=True):
    """A role the organisation has towards the system (ISO/IEC 22989 5.19): provider, user, ..."""

    __tablename__ = "ai_system_role"
    __table_args__ = {"sqlite_with_rowid": False}

    system: int = Field(primary_key=True, foreign_key="ai_system.key")
    role: str = Field(primary_key=True)
