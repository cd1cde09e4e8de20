"""Ids and references in a pack's pages as links: to an artefact's file, to a row of a document.

The bodies of the working papers are those of the documents by themselves, where there is nothing
to lead to; so the links are put into the finished page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from govtrack.packs.document import anchor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from govtrack.packs.contents import PackContents
    from govtrack.packs.working_papers import WorkingPapers

_TAG = re.compile(r"(<[^>]*>)")
_ROW = re.compile(r'<tr\b[^>]*\bid="([^"]*)"')
_ID = r"[A-Z]{1,4}-\d{4}-\d{4,}|A(?:\.\d+){2,3}|(?:GOVERN|MAP|MEASURE|MANAGE) \d+\.\d+"
_LEFT = frozenset({"a", "code", "pre", "script", "style", "title", "svg", "h1", "nav"})
"""Elements in which an id is no reference: links already, commands, figures, headings."""


class Links:
    """Where each id and reference of a pack leads: addresses as seen from `documents/`.

    Of several addresses the first is meant, but that a row does not lead to itself.
    """

    def __init__(self, contents: PackContents) -> None:
        self.targets: dict[str, tuple[str, ...]] = {}
        for id_, *addresses in _targets(contents):
            self.targets[id_] = (*self.targets.get(id_, ()), *addresses)
        own = sorted((id_ for id_ in self.targets if not re.fullmatch(_ID, id_)), key=len)
        words = "|".join([*map(re.escape, reversed(own)), _ID])
        self._words = re.compile(rf"(?<![\w./-])(?:{words})(?![\w/-]|\.\w)")

    def into(self, html: str, name: str) -> str:
        """The page of document `name` with its ids as links."""
        made: list[str] = []
        inside: list[str] = []
        row = ""
        for part in _TAG.split(html):
            if part.startswith("<"):
                found = _ROW.match(part)
                row = found[1] if found else "" if part.startswith("<tr") else row
                _follow(inside, part)
            left = inside or part.startswith("<")
            made.append(part if left else self._linked(part, name, f"{name}.html#{row}"))
        return "".join(made)

    def _linked(self, text: str, name: str, here: str) -> str:
        return self._words.sub(lambda found: self._link(found[0], name, here), text)

    def _link(self, text: str, name: str, here: str) -> str:
        address = next((one for one in self.targets.get(text, ()) if one != here), None)
        if address is None or address == f"{name}.html":
            return text
        # within the document the anchor alone: a print keeps such links, and only such
        return f'<a href="{address.removeprefix(f"{name}.html")}">{text}</a>'


def _follow(inside: list[str], tag: str) -> None:
    """Note the opening and closing of elements that are left as they are."""
    name = re.split(r"[\s/>]", tag.removeprefix("</").removeprefix("<"), maxsplit=1)[0]
    if name in _LEFT:
        if tag.startswith("</"):
            inside.remove(name)
        else:
            inside.append(name)


def _targets(contents: PackContents) -> Iterator[tuple[str, ...]]:
    for one in contents.evidence:
        if path := next((file.path for file in one.files if file.path), None):
            yield one.id, f"../{path}"
        elif not contents.large:
            yield one.id, _row("08-evidence-index", one.id)
    yield from _rows("04-scope", (one.id for one in contents.systems))
    papers = contents.working_papers
    if papers:
        yield from _of_papers(papers)
    leaves = [one for one in contents.requirements if one.leaf]
    yield from _rows("06-checklist-controls", (one.ref for one in leaves if one.level == "control"))
    yield from _rows("10-coverage", (one.ref for one in leaves if one.framework == "rmf"))


def _of_papers(papers: WorkingPapers) -> Iterator[tuple[str, ...]]:
    controls = papers.soa.statement.controls
    yield from _rows("09-soa", (one.control for one in controls))
    own = (one.control for one in controls if one.additional)
    yield from _rows("06-checklist-controls", own)
    yield from _rows("19-profile", (row.ref for row in papers.profile.profile.rows))
    yield from _rows("23-risks", (one.id for one in papers.risks.risks))
    for of in papers.impacts.systems:
        made = (of.latest, *of.earlier) if of.latest else ()
        yield from _rows("24-impacts", (one.id for one in made))
    for one in papers.soa.statement.versions:
        yield one.id, "09-soa.html"
    if papers.attestation.attestation:
        yield papers.attestation.attestation["id"], "20-attestation.html"
    if papers.profile.profile.head:
        yield papers.profile.profile.head["id"], "19-profile.html"


def _rows(name: str, ids: Iterable[str]) -> Iterator[tuple[str, str]]:
    return ((id_, _row(name, id_)) for id_ in ids)


def _row(name: str, id_: str) -> str:
    return f"{name}.html#{anchor(id_)}"
