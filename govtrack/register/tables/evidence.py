"""Evidence: artefacts with the requirements they support (documented information, clause 7.5)."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

LIST = {"sqlite_with_rowid": False}


class Evidence(SQLModel, table=True):
    """One artefact in one version. Status is not kept: it follows from these dates and a day."""

    __tablename__ = "evidence"
    __table_args__ = (Index("evidence_by_kind", "kind", "approved_on"),)

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    title: str
    kind: str
    period_start: str | None = None
    period_end: str | None = None
    prepared_by: str | None = None
    prepared_on: str | None = None
    approved_by: str | None = None
    approved_on: str | None = None
    version: int = 1
    valid_until: str | None = None
    review_due: str | None = None
    source: str | None = None
    classification: str | None = None
    retention: str | None = None
    why: str | None = None
    recorded_on: str
    withdrawn_on: str | None = None
    withdrawn_why: str | None = None
    superseded_by: str | None = Field(default=None, foreign_key="evidence.id")
    superseded_on: str | None = None
    purged_on: str | None = None
    purged_by: str | None = None
    purged_why: str | None = None


class EvidenceTag(SQLModel, table=True):
    """A requirement the artefact supports, and where that claim comes from.

    Proposed until a person confirms or declines it; a stated tag is confirmed when it is stated.
    """

    __tablename__ = "evidence_tag"
    __table_args__ = (
        # covers what coverage asks of a tag, so that it need not visit the table
        Index("evidence_tag_by_ref", "ref", "evidence", "confirmed_on", "declined_on"),
        LIST,
    )

    evidence: int = Field(primary_key=True, foreign_key="evidence.key")
    ref: str = Field(primary_key=True)
    origin: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    framework: str
    note: str | None = None
    confirmed_by: str | None = None
    confirmed_on: str | None = None
    declined_by: str | None = None
    declined_on: str | None = None


class EvidenceFile(SQLModel, table=True):
    """A file of the artefact; its bytes are the object with that SHA-256."""

    __tablename__ = "evidence_file"
    __table_args__ = (Index("evidence_file_by_sha256", "sha256"), LIST)

    evidence: int = Field(primary_key=True, foreign_key="evidence.key")
    position: int = Field(primary_key=True)
    name: str
    name_b64: str | None = None
    sha256: str
    size: int
    media_type: str
