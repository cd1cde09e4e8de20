"""Self-attestations to the AI RMF, modelled on ISO/IEC 17050: a declaration and its support."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from govtrack.register.tables.evidence import LIST


class Attestation(SQLModel, table=True):
    """A declaration by someone entitled to bind, of a profile's outcomes on a day.

    `manifest_sha256` fixes the list of evidence; `review` is the method and level of review.
    """

    __tablename__ = "attestation"

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    profile: str = Field(foreign_key="profile.id")
    scope: str
    issuer: str
    address: str | None = None
    as_of: str
    signatory: str
    function: str
    place: str | None = None
    signed_on: str
    valid_until: str | None = None
    review: str
    residual_risk: str | None = None
    open_gaps: int
    manifest_sha256: str
    withdrawn_on: str | None = None
    withdrawn_why: str | None = None
    recorded_on: str


class AttestationOutcome(SQLModel, table=True):
    """A subcategory and the state that the declaration claims for it."""

    __tablename__ = "attestation_outcome"
    __table_args__ = LIST

    attestation: int = Field(primary_key=True, foreign_key="attestation.key")
    ref: str = Field(primary_key=True)
    state: str


class AttestationEvidence(SQLModel, table=True):
    """An artefact behind an outcome claimed as achieved, pinned to its version."""

    __tablename__ = "attestation_evidence"
    __table_args__ = LIST

    attestation: int = Field(primary_key=True, foreign_key="attestation.key")
    ref: str = Field(primary_key=True)
    evidence: str = Field(primary_key=True, foreign_key="evidence.id")
    version: int
    sha256: str
