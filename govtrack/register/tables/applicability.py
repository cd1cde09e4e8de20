"""Applicability of controls, and the Statement of Applicability (6.1.3).

A decision is never overwritten: for each control and system the latest decision by a day holds.
A statement is a version: a copy of all rows as they stood when it was approved.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from govtrack.register.tables.evidence import LIST


class ApplicabilityDecision(SQLModel, table=True):
    """What was decided on a day of a control, for the AIMS or (with `system`) for one system."""

    __tablename__ = "applicability"
    __table_args__ = (Index("applicability_by_control", "control", "system", "decided_on"),)

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    control: str
    system: str | None = Field(default=None, foreign_key="ai_system.id")
    applicable: int
    why: str
    status: str | None = None
    how: str | None = None
    owner: str | None = None
    due: str | None = None
    decided_on: str
    decided_by: str
    recorded_on: str


class ApplicabilityBecause(SQLModel, table=True):
    """What a decision rests on: a risk (its id), or a law, contract or decision in words."""

    __tablename__ = "applicability_because"
    __table_args__ = LIST

    applicability: int = Field(primary_key=True, foreign_key="applicability.key")
    kind: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)


class AdditionalControl(SQLModel, table=True):
    """A control of the organisation's own, outside Annex A, with its own reference and source."""

    __tablename__ = "additional_control"

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    ref: str = Field(unique=True)
    title: str
    source: str
    added_on: str
    recorded_on: str


class StatementOfApplicability(SQLModel, table=True):
    """A version of the statement, approved by a person on a day."""

    __tablename__ = "soa"

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    version: int = Field(unique=True)
    scope: str
    edition: str
    approved_by: str
    approved_on: str
    note: str | None = None
    recorded_on: str


class SoaRow(SQLModel, table=True):
    """A row as that version has it; `system` is empty for the AIMS, `decision` names its record."""

    __tablename__ = "soa_row"
    __table_args__ = LIST

    soa: int = Field(primary_key=True, foreign_key="soa.key")
    control: str = Field(primary_key=True)
    system: str = Field(primary_key=True)
    title: str
    applicable: int
    why: str
    because: str | None = None
    status: str | None = None
    how: str | None = None
    owner: str | None = None
    due: str | None = None
    decision: str = Field(foreign_key="applicability.id")
