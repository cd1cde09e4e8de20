"""Renders and prints the documents of a pack, and gathers all that govtrack itself puts in it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from markupsafe import Markup

from govtrack import shipped
from govtrack.catalog.vocabulary import Wording
from govtrack.packs import data_files, documents, on_the_page, pdf
from govtrack.packs.bag import Kept, Made
from govtrack.packs.document import LOCAL_LINKS, environment, render
from govtrack.packs.documents import COVER, WORKBOOK, MadeDocument
from govtrack.packs.linking import Links

if TYPE_CHECKING:
    from pathlib import Path

    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from govtrack.packs.contents import PackContents
    from govtrack.packs.documents import Document


def printed(
    contents: PackContents, own_templates: Path | None = None
) -> tuple[list[Made], tuple[MadeDocument, ...]]:
    """Every file of the pack but the artefacts, and its documents in order, the cover first.

    Raises `BadInput` naming file and line of a template that cannot be used.
    """
    press = _Press(contents, own_templates)
    made = [press.document(one) for one in documents.printed(contents)]
    made.append(press.workbook())
    made.sort(key=lambda one: one.number)
    cover = press.document(COVER, documents=made)
    for path, content in data_files.all_of(contents):
        press.keep(path, content)
    press.index((cover, *made))
    return press.files, (cover, *made)


class _Press:
    """Renders and prints the documents of one pack, keeping the files."""

    def __init__(self, contents: PackContents, own_templates: Path | None) -> None:
        shipped_templates = shipped.folder("templates")
        own = [own_templates] if own_templates and own_templates.is_dir() else []
        self.contents = contents
        self.sandbox: ImmutableSandboxedEnvironment = environment([*own, shipped_templates])
        self.resources = shipped_templates / "audit-pack"
        self.style = (self.resources / "print.css").read_text(encoding="utf-8")
        self.values = documents.values(contents)
        self.links = Links(contents)
        self.files: list[Made] = []

    def keep(self, path: str, content: bytes) -> str:
        """Keep a file of the pack; its SHA-256."""
        self.files.append(Made(path, content))
        return hashlib.sha256(content).hexdigest()

    def words(self) -> Wording:
        """The terms as one document says them."""
        return Wording(self.contents.terms, self.contents.vocabulary)

    def document(self, one: Document, **more: object) -> MadeDocument:
        """The page and the print of a document."""
        words = self.words()
        one = one._replace(title=words.title(one.title))
        given = {**self.values, **more, "doc": one, "words": words}
        html = render(self.sandbox, f"audit-pack/{one.name}.html.j2", given)
        html = self.links.into(html, one.name)
        page, path = f"documents/{one.name}.html", f"documents/{one.name}.pdf"
        self.keep(page, html.encode())
        printed = pdf.print_pdf(
            LOCAL_LINKS.sub("", html), self.contents.as_at, self.resources, self.style
        )
        digest = self.keep(path, printed.content)
        return MadeDocument(one.number, one.title, one.purpose, page, path, printed.pages, digest)

    def workbook(self) -> MadeDocument:
        """The tables as one XLSX."""
        from govtrack.packs import workbook  # noqa: PLC0415

        digest = self.keep("workbook.xlsx", workbook.workbook(self.contents))
        return MadeDocument(
            WORKBOOK.number, WORKBOOK.title, WORKBOOK.purpose, None, "workbook.xlsx", None, digest
        )

    def index(self, made: tuple[MadeDocument, ...]) -> None:
        """The page to open first; it knows the digest of every other file."""
        known = {hashlib.sha256(one.content).hexdigest(): one.path for one in self.files}
        known |= {one.sha256: one.path for one in kept(self.contents)}
        # paths are generated ASCII and digests are hex: nothing in here can end the script element
        digests = Markup(json.dumps(known, sort_keys=True, indent=0))  # noqa: S704
        given = {
            **self.values,
            "documents": made,
            "data_files": data_files.named(self.contents),
            "digests": digests,
            "trail": Markup(on_the_page.embedded(self.contents.trail)),  # noqa: S704  (JSON)
            "words": self.words(),
        }
        html = render(self.sandbox, "audit-pack/index.html.j2", given)
        self.keep("index.html", html.encode())


def kept(contents: PackContents) -> list[Kept]:
    """What is copied into the pack, each place once: artefacts' files, and those of entries."""
    found = {
        file.path: Kept(file.path, one.id, file.sha256, file.size)
        for one in contents.evidence
        for file in one.files
        if file.path is not None
    }
    entries = (Kept(one.path, "the trail", one.sha256, one.size) for one in contents.trail.streams)
    return [*found.values(), *entries]
