"""AI risk criteria (ISO/IEC 42001 6.1.1, 6.1.2; MAP 1.5), one record a version."""

from __future__ import annotations

from sqlmodel import Field, SQLModel

from govtrack.register.tables.evidence import LIST


class RiskCriteria(SQLModel, table=True):
    """One version of the criteria, in force from a day until the next version is."""

    __tablename__ = "risk_criteria"

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    version: int = Field(unique=True)
    title: str
    in_force_from: str
    decided_by: str
    source: str
    recorded_on: str


class RiskLikelihood(SQLModel, table=True):
    """A step of the likelihood scale, the least likely first."""

    __tablename__ = "risk_likelihood"
    __table_args__ = LIST

    criteria: int = Field(primary_key=True, foreign_key="risk_criteria.key")
    position: int = Field(primary_key=True)
    word: str
    meaning: str


class RiskConsequence(SQLModel, table=True):
    """A step of the consequence scale, the least first, and what it means at each impact level."""

    __tablename__ = "risk_consequence"
    __table_args__ = LIST

    criteria: int = Field(primary_key=True, foreign_key="risk_criteria.key")
    position: int = Field(primary_key=True)
    word: str
    individuals: str
    groups: str
    communities: str
    organisations: str
    society: str


class RiskLevel(SQLModel, table=True):
    """A level of risk, the lowest first, and after how many months it is assessed again (8.2)."""

    __tablename__ = "risk_level"
    __table_args__ = LIST

    criteria: int = Field(primary_key=True, foreign_key="risk_criteria.key")
    position: int = Field(primary_key=True)
    word: str
    meaning: str
    review_months: int


class RiskMatrix(SQLModel, table=True):
    """The level that a likelihood and a consequence give together."""

    __tablename__ = "risk_matrix"
    __table_args__ = LIST

    criteria: int = Field(primary_key=True, foreign_key="risk_criteria.key")
    likelihood: str = Field(primary_key=True)
    consequence: str = Field(primary_key=True)
    level: str


class RiskAcceptable(SQLModel, table=True):
    """The highest level acceptable without treatment where that impact level is affected."""

    __tablename__ = "risk_acceptable"
    __table_args__ = LIST

    criteria: int = Field(primary_key=True, foreign_key="risk_criteria.key")
    impact_level: str = Field(primary_key=True)
    level: str
