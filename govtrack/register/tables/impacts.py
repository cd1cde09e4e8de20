"""AI system impact assessments (6.1.4, 8.4, A.5; MAP 5, MAP 3.1, MAP 3.2)."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from govtrack.register.tables.evidence import LIST


class ImpactAssessment(SQLModel, table=True):
    """One assessment of one system, with the purpose, roles and model it was made for.

    Where the system's own differ from these, a new assessment is due.
    """

    __tablename__ = "impact_assessment"
    __table_args__ = (Index("impact_assessment_by_system", "system", "assessed_on"),)

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    system: str = Field(foreign_key="ai_system.id")
    purpose: str | None = None
    roles: str | None = None
    model: str | None = None
    assessed_on: str
    assessed_by: str
    approved_by: str | None = None
    approved_on: str | None = None
    result: str | None = None
    why: str | None = None
    next_review: str
    recorded_on: str


class ImpactEffect(SQLModel, table=True):
    """A benefit or a harm at one of the five impact levels, and the measure taken."""

    __tablename__ = "impact_effect"
    __table_args__ = LIST

    impact: int = Field(primary_key=True, foreign_key="impact_assessment.key")
    position: int = Field(primary_key=True)
    impact_level: str
    kind: str
    what: str
    severity: str | None = None
    likelihood: str | None = None
    reversibility: str | None = None
    measure: str | None = None


class ImpactConsulted(SQLModel, table=True):
    """Who was consulted, and how."""

    __tablename__ = "impact_consulted"
    __table_args__ = LIST

    impact: int = Field(primary_key=True, foreign_key="impact_assessment.key")
    who: str = Field(primary_key=True)
    how: str | None = None


class ImpactRisk(SQLModel, table=True):
    """A risk of the register that the assessment led to or bears on."""

    __tablename__ = "impact_risk"
    __table_args__ = (Index("impact_risk_by_risk", "risk"), LIST)

    impact: int = Field(primary_key=True, foreign_key="impact_assessment.key")
    risk: str = Field(primary_key=True, foreign_key="risk.id")


class ImpactEvidence(SQLModel, table=True):
    """The artefact in which the assessment is written down."""

    __tablename__ = "impact_evidence"
    __table_args__ = LIST

    impact: int = Field(primary_key=True, foreign_key="impact_assessment.key")
    evidence: str = Field(primary_key=True, foreign_key="evidence.id")
