"""The workspace's own record: whose trail it is. Its entry is the first of the trail."""

from __future__ import annotations

from sqlmodel import Field, SQLModel


class WorkspaceRecord(SQLModel, table=True):
    """`id` is the trail's origin, `example.org/govtrack/7f3c9a12`; `sample` marks invented data."""

    __tablename__ = "workspace"

    key: int = Field(primary_key=True)
    id: str = Field(unique=True)
    organisation: str
    sample: int = 0
    recorded_on: str
