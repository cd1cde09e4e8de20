"""The same HTML, printed: A4, running heads, page counters, bookmarks, the same bytes each time."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    import plutoprint

LONG = 25
"""A word of more characters may be broken in print; a shorter one goes whole to the next line."""

_STEP = 12
_UNBROKEN = re.compile(r"<(style|script|title|pre|svg)\b.*?</\1>|<[^>]*>", re.DOTALL)
_LONG_WORD = re.compile(rf"(?:&[#\w]+;|[^\s<&-]){{{LONG + 1},}}")
_PIECE = re.compile(rf"(?:&[#\w]+;|[^&@/_.:=,]){{1,{_STEP}}}[@/_.:=,]*|(?:&[#\w]+;|.){{1,{_STEP}}}")
_SHORTEST = len("2026-01-15")
_WHOLE = re.compile(r"\b(?:\d{4}-\d\d-\d\d|[A-Z]{1,4}-\d{4}-\d{4,})\b(?!-)")
_HEADING = re.compile(r'<h([23])[^>]*\bid="([^"]+)"[^>]*>(.*?)</h\1>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF and how many pages it has."""

    content: bytes
    pages: int


def print_pdf(html: str, day: date, resources: Path, style: str = "") -> Printed:
    """Print `html` with `style` besides; `resources` is the folder its addresses are relative to.

    Both dates inside the PDF are `day`, so the same page gives the same bytes. Headings that carry
    an id become bookmarks, as far as the page links to them.
    """
    import plutoprint  # noqa: PLC0415  (30 ms, only where something is printed)

    book = plutoprint.Book(plutoprint.PAGE_SIZE_A4)
    book.custom_resource_fetcher = _fetcher(resources)
    book.load_html(broken(html), user_style=style, base_url=f"{resources.resolve().as_uri()}/")
    instant = f"{day.isoformat()}T00:00:00Z"
    book.set_metadata(plutoprint.PDF_METADATA_CREATION_DATE, instant)
    book.set_metadata(plutoprint.PDF_METADATA_MODIFICATION_DATE, instant)
    book.set_metadata(plutoprint.PDF_METADATA_CREATOR, "govtrack")
    stream = io.BytesIO()
    book.write_to_pdf_stream(stream)
    return Printed(_bookmarked(stream, html), book.get_page_count())


def broken(html: str) -> str:
    """`html` with places to break in words too long for a column; days and ids stay whole.

    The printer's own `overflow-wrap` breaks whatever word comes to the end of a line, and a hyphen
    is a place to break for it.
    """
    found, end = [], 0
    for kept in _UNBROKEN.finditer(html):
        found += [_lines(html[end : kept.start()]), kept[0]]
        end = kept.end()
    return "".join([*found, _lines(html[end:])])


def _lines(text: str) -> str:
    if len(text) < _SHORTEST:  # most of what stands between two tags
        return text
    return _WHOLE.sub(r'<span class="nowrap">\g<0></span>', _LONG_WORD.sub(_in_pieces, text))


def _in_pieces(word: re.Match[str]) -> str:
    return "<wbr>".join(_PIECE.findall(word[0]))


def _fetcher(resources: Path) -> plutoprint.ResourceFetcher:
    """Only files of the templates folder are read, and nothing is fetched from a network."""
    import plutoprint  # noqa: PLC0415

    allowed = f"{resources.resolve().parent.as_uri()}/"

    class Fetcher(plutoprint.ResourceFetcher):
        def fetch_url(self, url: str) -> plutoprint.ResourceData:
            if not url.startswith(allowed) or "/../" in url:
                raise ValueError(url)
            return plutoprint.default_resource_fetcher.fetch_url(url)

    return Fetcher()


def _bookmarked(stream: io.BytesIO, html: str) -> bytes:
    """Add the headings as an outline, the language, and the title as the window's name."""
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415
    from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject  # noqa: PLC0415

    reader = PdfReader(stream)
    places = reader.named_destinations
    writer = PdfWriter(stream, incremental=True)
    parent = None
    for level, id_, inner in _HEADING.findall(html):
        if id_ not in places:
            continue
        page = reader.get_destination_page_number(places[id_])
        title = " ".join(Markup(inner).striptags().split())  # noqa: S704  (tags are taken off)
        item = writer.add_outline_item(
            title=title, page_number=page or 0, parent=parent if level == "3" else None
        )
        parent = item if level == "2" else parent
    root = writer.root_object
    root[NameObject("/Lang")] = TextStringObject("en")
    root[NameObject("/ViewerPreferences")] = DictionaryObject(
        {NameObject("/DisplayDocTitle"): BooleanObject(True)}  # noqa: FBT003
    )
    if parent is not None:
        root[NameObject("/PageMode")] = NameObject("/UseOutlines")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
