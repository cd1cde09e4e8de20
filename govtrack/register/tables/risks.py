"""AI risks with their assessments, treatments and acceptances (6.1.2, 6.1.3, 8.2, 8.3; MAP 4).

Nothing is overwritten: what was assessed, treated and accepted stays with its own days, so the
state on any day is what had happened by then.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from govtrack.register.tables.evidence import LIST


class Risk(SQLModel, table=True):
    """A risk: cause, event, consequence. `reference` is what it is called elsewhere."""

    __tablename__ = "risk"
    __table_args__ = (Index("risk_by_system", "system"),)

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    title: str
    system: str | None = Field(default=None, foreign_key="ai_system.id")
    cause: str
    event: str
    consequence: str
    owner: str | None = None
    reference: str | None = None
    identified_on: str
    closed_on: str | None = None
    closed_why: str | None = None
    recorded_on: str


class RiskSource(SQLModel, table=True):
    """A subcategory or GenAI risk from which the risk was identified."""

    __tablename__ = "risk_source"
    __table_args__ = (Index("risk_source_by_ref", "ref"), LIST)

    risk: int = Field(primary_key=True, foreign_key="risk.key")
    ref: str = Field(primary_key=True)


class RiskAffected(SQLModel, table=True):
    """Who is affected: individuals, groups, communities, organisations, society."""

    __tablename__ = "risk_affected"
    __table_args__ = LIST

    risk: int = Field(primary_key=True, foreign_key="risk.key")
    impact_level: str = Field(primary_key=True)


class RiskAssessment(SQLModel, table=True):
    """One assessment, by the criteria in force that day; `why` is what occasioned it (8.2)."""

    __tablename__ = "risk_assessment"
    __table_args__ = LIST

    risk: int = Field(primary_key=True, foreign_key="risk.key")
    position: int = Field(primary_key=True)
    assessed_on: str
    assessed_by: str
    likelihood: str
    consequence: str
    level: str
    criteria: str = Field(foreign_key="risk_criteria.id")
    why: str | None = None
    next_review: str
    recorded_on: str


class RiskTreatment(SQLModel, table=True):
    """A treatment: modify, avoid, share or retain; what is left of the risk once it is done.

    `first_due` stays when `due` is put off.
    """

    __tablename__ = "risk_treatment"
    __table_args__ = LIST

    risk: int = Field(primary_key=True, foreign_key="risk.key")
    position: int = Field(primary_key=True)
    option: str
    what: str
    owner: str | None = None
    decided_on: str
    due: str | None = None
    first_due: str | None = None
    done_on: str | None = None
    residual_likelihood: str | None = None
    residual_consequence: str | None = None
    residual_level: str | None = None
    criteria: str | None = Field(default=None, foreign_key="risk_criteria.id")
    recorded_on: str


class RiskControl(SQLModel, table=True):
    """A control by which a treatment modifies the risk: of Annex A, or an additional one."""

    __tablename__ = "risk_control"
    __table_args__ = (Index("risk_control_by_control", "control"), LIST)

    risk: int = Field(primary_key=True, foreign_key="risk.key")
    treatment: int = Field(primary_key=True)
    control: str = Field(primary_key=True)


class RiskAcceptance(SQLModel, table=True):
    """Who accepted which level, on which day and until when (6.1.3, MANAGE 1.4)."""

    __tablename__ = "risk_acceptance"
    __table_args__ = LIST

    risk: int = Field(primary_key=True, foreign_key="risk.key")
    position: int = Field(primary_key=True)
    accepted_by: str
    accepted_on: str
    level: str
    until: str | None = None
    why: str | None = None
    recorded_on: str
