"""Reading the register: a read-only connection, now or as the trail knew it by an earlier day."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from govtrack import clock
from govtrack.register import database
from govtrack.register.failures import told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from govtrack.workspace import Workspace


@contextmanager
def reading(workspace: Workspace, recorded_by: date | None = None) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write; rows answer to column names.

    With `recorded_by` it is a register in memory with what had been recorded by the end of that
    day in the organisation's time zone.
    """
    connection = database.opened(workspace.database_path, "ro")
    try:
        connection.row_factory = sqlite3.Row
        if recorded_by is None:
            yield connection
        else:
            from govtrack.register.replay import replayed  # noqa: PLC0415

            earlier = replayed(connection, clock.end_of_day(recorded_by, workspace.zone))
            earlier.row_factory = sqlite3.Row
            try:
                yield earlier
            finally:
                earlier.close()
    except sqlite3.Error as error:
        raise told(error, writes=False) from error
    finally:
        connection.close()
