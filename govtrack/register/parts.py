"""Work over one state of a large register, done on all cores.

Whoever asks holds a read transaction of its own. As long as it does, no writer can commit
(`journal_mode` is not WAL), so the file itself does not change, and every part reads it without
taking a lock: a lock taken later could stand behind a writer who waits for ours.
"""

from __future__ import annotations

import os
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from typing import TYPE_CHECKING, Any, NamedTuple

from govtrack.errors import NotDone
from govtrack.register import database

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

LARGE = 50_000
"""Entries from which processes are worth their start."""


class Part(NamedTuple):
    """A piece of work: a function of a module, given a connection and these."""

    work: Callable[..., Any]
    given: tuple[Any, ...] = ()


def cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def done(
    connection: sqlite3.Connection, path: Path, parts: Sequence[Part], *, large: bool
) -> Generator[Any]:
    """What each part gives, in their order; all see the state that `connection` reads.

    `connection` is inside its read transaction. Raises `NotDone` where a process was ended from
    outside: nothing is known then.
    """
    if not large or cores() == 1 or "fork" not in get_all_start_methods():
        for part in parts:
            yield part.work(connection, *part.given)
        return
    pool = ProcessPoolExecutor(cores(), get_context("fork"), _begin, (path,))
    try:
        yield from pool.map(_work, parts)
    except BrokenProcessPool:
        raise NotDone(
            "a process of this check was ended before it was done: nothing is known"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


class _Own:
    """The connection of a process that works on parts."""

    connection: sqlite3.Connection


def _begin(path: Path) -> None:
    _Own.connection = database.unlocked(path)


def _work(part: Part) -> Any:  # noqa: ANN401  (whatever the part gives)
    return part.work(_Own.connection, *part.given)
