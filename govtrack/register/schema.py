"""The register's tables as SQLModel knows them, and how a new register is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlmodel import SQLModel

from govtrack.register import database, journal
from govtrack.register.tables import (
    applicability,
    attestation,
    certification,
    criteria,
    evidence,
    evidence_ties,
    generations,
    holds,
    impacts,
    packs,
    profile,
    risks,
    signing_keys,
    systems,
    workspace,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData

METADATA: MetaData = SQLModel.metadata


def create(connection: Connection) -> None:
    """Make every table, index and trigger in an empty database, inside its open transaction."""
    METADATA.create_all(connection)
    for statement in journal.DEFINITIONS:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA application_id = {database.APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {database.SCHEMA}")
