"""Pages made in a process beside, while this one copies artefacts: large packs take half the time.

A child of our own rather than multiprocessing's: that one imports the caller's main script again,
which a script that uses govtrack as a library need not survive.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from govtrack.errors import BadInput
from govtrack.packs import press

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from govtrack.packs.bag import Made
    from govtrack.packs.contents import PackContents
    from govtrack.packs.documents import MadeDocument

    Pages = tuple[list[Made], tuple[MadeDocument, ...]]

_CHILD = "from govtrack.packs import beside; beside.answer()"


@contextmanager
def printing(contents: PackContents, own_templates: Path | None) -> Iterator[Callable[[], Pages]]:
    """Something to ask for what `press.printed` gives; it is being made meanwhile.

    Where the process beside comes to nothing, the pages are made here.
    """
    asked = pickle.dumps((contents, own_templates))
    with (
        subprocess.Popen(  # noqa: S603  (this interpreter, our own words)
            [sys.executable, "-c", _CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as child,
        ThreadPoolExecutor(1, "beside") as waiting,
    ):
        answered = waiting.submit(child.communicate, asked)

        @cache
        def pages() -> Pages:
            told = answered.result()[0]
            if child.returncode:
                return press.printed(contents, own_templates)
            found: Pages | BadInput = pickle.loads(told)  # noqa: S301  (what our child wrote)
            if isinstance(found, BadInput):
                raise found
            return found

        try:
            yield pages
        finally:
            child.kill()


def answer() -> None:
    """What the process beside does: contents on standard input, pages on standard output."""
    contents, own_templates = pickle.load(sys.stdin.buffer)  # noqa: S301  (from our parent)
    found: Pages | BadInput
    try:
        found = press.printed(contents, own_templates)
    except BadInput as refusal:
        found = refusal
    pickle.dump(found, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
