"""One document by itself, outside a pack: a page, and a print of that same page."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from govtrack import shipped
from govtrack.packs import pdf
from govtrack.packs.document import LOCAL_LINKS, environment, render
from govtrack.register import journal

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from govtrack.workspace import Workspace


class TrailHead(NamedTuple):
    """Where the trail stands; kept elsewhere, the root shows later if history was rewritten."""

    origin: str
    size: int
    root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands at the top and at the foot of a document; `facts` are lines of its own."""

    title: str
    organisation: str
    sample: bool
    as_at: date
    trail: TrailHead
    number: str | None = None
    facts: tuple[tuple[str, object], ...] = ()
    landscape: bool = False


def head(
    connection: sqlite3.Connection,
    space: Workspace,
    title: str,
    as_at: date,
    *,
    number: str | None = None,
    facts: tuple[tuple[str, object], ...] = (),
    landscape: bool = False,
) -> Head:
    """The head of a document about the workspace's register as it stands."""
    (sample,) = connection.execute("SELECT sample FROM workspace").fetchone()
    size, root = connection.execute("SELECT size, root FROM tree").fetchone()
    return Head(
        title=title,
        organisation=space.organisation,
        sample=bool(sample),
        as_at=as_at,
        trail=TrailHead(journal.origin(connection), size, b64encode(root).decode("ascii")),
        number=number,
        facts=facts,
        landscape=landscape,
    )


def page(
    template: str, over: Head, values: Mapping[str, object], own_templates: Path | None = None
) -> str:
    """The page that `template` (one that extends `paper/page.html.j2`) makes of `values`.

    Raises `BadInput` naming the template's file and line where it cannot be made.
    """
    own = [own_templates] if own_templates and own_templates.is_dir() else []
    sandbox = environment([*own, shipped.folder("templates")])
    return render(sandbox, template, {**values, "head": over})


def printed(html: str, day: date) -> bytes:
    """The page as a PDF; both dates in it are `day`, so the same page gives the same bytes."""
    resources = shipped.folder("templates") / "audit-pack"
    style = (resources / "print.css").read_text(encoding="utf-8")
    return pdf.print_pdf(LOCAL_LINKS.sub("", html), day, resources, style).content
