"""Files that commands write: whole or not at all, and never over another one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from govtrack.errors import NotDone, closest, not_one_of, refuse, visible

if TYPE_CHECKING:
    from collections.abc import Iterable


def put(path: Path, content: bytes, field: str = "--output") -> None:
    """Write `content` to a new file; `NotDone` where one is there already.

    `field` is the option that names the file, for what `placed` refuses.
    """
    placed(path, field)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        raise NotDone(f"{visible(str(path))}: is there already; nothing was written") from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def placed(path: Path, field: str = "--output") -> None:
    """Refuse a file whose folder is not there: nothing makes folders by a slip of the pen."""
    if not path.parent.is_dir():
        message = (
            f"there is no folder '{visible(str(path.parent))}' to write {visible(path.name)} to"
        )
        raise refuse(message, field=field)


def form_of(output: str, known: Iterable[str], field: str = "--output") -> str:
    """The form a file's ending names, such as `pdf`; refused where it is not one of `known`."""
    form = Path(output).suffix.lstrip(".").casefold()
    choices = tuple(known)
    if form not in choices:
        raise refuse(not_one_of(form, choices), field=field, nearest=closest(form, choices))
    return form
