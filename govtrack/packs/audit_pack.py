"""An internal audit pack for clause 9.2: contents in, a bag with documents and evidence out."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from govtrack import shipped
from govtrack.packs import bag, beside, press, views
from govtrack.packs.bag import Label, Made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from govtrack.packs.bag import Place, Written
    from govtrack.packs.contents import PackContents
    from govtrack.packs.documents import MadeDocument

    Pages = tuple[list[Made], tuple[MadeDocument, ...]]

GUIDES = ("VERIFY.md", "verify.py")
"""How to verify a pack by hand, and the one file that does: beside `bagit.txt`."""
BESIDE = 64 << 20
"""From so many bytes of artefacts on, the pages are made beside the copying, not before it."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A pack as delivered: where it lies, what it holds, and the digest that stands for it."""

    id: str
    bag: Written
    documents: tuple[MadeDocument, ...]


def deliver(
    contents: PackContents,
    where: Place,
    opened: Callable[[str], BinaryIO],
    own_templates: Path | None = None,
    wrote: Callable[[int], object] = int,
) -> Delivered:
    """Write the pack of `contents` to `where`; `opened(sha256)` gives the bytes of an artefact.

    `own_templates` is the workspace's folder of templates, which stand before the shipped ones;
    `wrote(bytes)` hears of progress. Raises `BadInput` for a template that cannot be used and
    `NotDone` for an artefact that is not what was recorded; neither leaves a partial pack.
    """
    label = Label(
        views.pack_id(contents),
        contents.organisation,
        f"Internal audit pack {contents.year}. {views.standing(contents)}."
        + (" Sample: the organisation is invented." if contents.sample else ""),
        contents.as_at,
    )
    shipped_files = shipped.folder("templates") / "audit-pack"
    guides = [Made(name, (shipped_files / name).read_bytes()) for name in GUIDES]
    artefacts = press.kept(contents)
    with _printing(contents, own_templates, sum(one.size for one in artefacts)) as pages:
        written = bag.write(artefacts, lambda: pages()[0], guides, label, where, opened, wrote)
        return Delivered(label.identifier, written, pages()[1])


@contextmanager
def _printing(
    contents: PackContents, own_templates: Path | None, size: int
) -> Iterator[Callable[[], Pages]]:
    """Something to ask for the pages: made now, or in a process beside where much is to copy."""
    if size < BESIDE:
        pages = press.printed(contents, own_templates)
        yield lambda: pages
        return
    with beside.printing(contents, own_templates) as pages_beside:
        yield pages_beside
