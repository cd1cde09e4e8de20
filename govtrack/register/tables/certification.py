"""What the certification body decided, audited and agreed (ISO/IEC 17021-1 clause 9)."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class CertificationDecision(SQLModel, table=True):
    """A decision of the certification body: grant, maintain, renew, restore, suspend, ..."""

    __tablename__ = "certification_decision"

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    decision: str
    decided_on: str
    effective_on: str | None = None
    issued_on: str | None = None
    expires_on: str | None = None
    body: str | None = None
    number: str | None = None
    scope: str | None = None
    reference: str | None = None
    recorded_on: str


class ExternalAudit(SQLModel, table=True):
    """An audit by the certification body: stage_1, stage_2, surveillance, recertification, ..."""

    __tablename__ = "external_audit"

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    audit: str
    started_on: str
    ended_on: str
    auditor: str | None = None
    reference: str | None = None
    recorded_on: str


class Agreement(SQLModel, table=True):
    """The certification body's word on a date that the standard leaves to it."""

    __tablename__ = "agreement"

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    about: str
    until_on: str
    reference: str
    recorded_on: str
