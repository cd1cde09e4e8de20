"""`govtrack crosswalk`: what corresponds to a requirement, each pair with its source."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from govtrack.catalog import refs
from govtrack.catalog.crosswalk import corresponding, source_named
from govtrack.cli.options import json_option
from govtrack.cli.output import answer_json, on_terminal, say, table, talk
from govtrack.cli.standards import complete_reference, loaded
from govtrack.errors import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govtrack.catalog.catalogue import Catalogue, Crosswalk, Requirement
    from govtrack.catalog.crosswalk import Corresponding


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="REF", shell_complete=complete_reference)
@click.option("--source", metavar="NAME", help="Only this crosswalk: article, microsoft, your own.")
@json_option
def crosswalk(words: tuple[str, ...], source: str | None, as_json: bool) -> None:
    """What corresponds to REF in the other standard, row by row, each with its source.

    Crosswalks are never merged: where two sources agree there are two rows. A row that names a
    category, a block or a whole clause is shown at that level and not written out.

    \b
    Examples:
      govtrack crosswalk MEASURE 2.6
      govtrack crosswalk A.6.2.4 --source microsoft
      govtrack crosswalk 6.1.2 --json
    """  # noqa: D301
    catalogue = loaded()
    ref = refs.joined(words)
    if len(ref) > 1:
        raise click.UsageError("one reference at a time", click.get_current_context())
    asked = refs.find(ref[0], catalogue)
    if note := refs.note_on(ref[0], catalogue):
        talk(note)
    found = corresponding(asked.ref, catalogue, source)
    walks = [source_named(source, catalogue)] if source else list(catalogue.crosswalks.values())
    if as_json:
        answer_json(
            {
                "format": "govtrack.crosswalk/1",
                "ref": asked.ref,
                "level": asked.level,
                "title": asked.title,
                "sources": [_about(walk) for walk in walks],
                "rows": [correspondence(one, catalogue) for one in found],
            }
        )
        return
    if on_terminal(sys.stdout):
        for line in _drawn(asked, found, walks, catalogue):
            say(visible(line))
    else:
        table(
            ("source", "ref", "corresponds", "level", "strength", "table", "remarks", "title"),
            ([*_cells(one), _title(one, catalogue)] for one in found),
        )
    for walk in walks:
        caveat = walk.about.get("caveat") or walk.about.get("status") or walk.title
        talk(visible(f"{walk.id}: {walk.display}. {caveat}"))
    if asked.framework == "genai":
        talk("no crosswalk names GenAI risks; 'govtrack requirements' shows their subcategories")


def correspondence(one: Corresponding, catalogue: Catalogue) -> dict[str, Any]:
    """A row as it goes into a JSON answer."""
    return {
        "source": one.row.source,
        "ref": one.named,
        "corresponds": one.other,
        "title": _title(one, catalogue),
        "through": one.through,
        "rmf": one.row.rmf,
        "rmf_level": one.row.rmf_level,
        "theme": one.row.theme,
        "iso": one.row.iso,
        "iso_level": one.row.iso_level,
        "strength": one.row.strength,
        "table": one.row.table,
        "printed": one.row.printed,
        "flag": one.row.flag,
        "note": one.row.note,
        "grain": one.note,
    }


def said(one: Corresponding) -> str:
    """The strength, table and remarks of a row in a few words."""
    row = one.row
    strength = row.strength if row.strength != "stated" else None
    table_ = f"table {row.table}" if row.table else None
    return "; ".join(part for part in (strength, table_, one.note, row.note, row.flag) if part)


def _drawn(
    asked: Requirement,
    found: Iterable[Corresponding],
    walks: Iterable[Crosswalk],
    catalogue: Catalogue,
) -> Iterable[str]:
    """The rows source by source, for reading: eight columns do not fit a terminal."""
    yield f"{asked.ref}  {asked.title}"
    for walk in walks:
        yield f"{walk.id} ({walk.display})"
        for one in found:
            if one.row.source == walk.id:
                title = _title(one, catalogue)
                yield f"  {one.other or one.row.theme}" + (f"  {title}" if title else "")
                if remarks := said(one):
                    yield f"      {remarks}"


def _cells(one: Corresponding) -> list[object]:
    row = one.row
    far_level = row.iso_level if one.other == row.iso else row.rmf_level
    printed = f"printed {row.printed}" if row.printed and not row.flag else None
    remarks = "; ".join(part for part in (one.note, row.note, row.flag, printed) if part)
    return [
        row.source,
        one.named,
        one.other or row.theme,
        far_level or "theme",
        row.strength,
        row.table,
        remarks,
    ]


def _title(one: Corresponding, catalogue: Catalogue) -> str | None:
    return catalogue.requirements[one.other].title if one.other else None


def _about(walk: Crosswalk) -> dict[str, Any]:
    return {"id": walk.id, "title": walk.title, "display": walk.display, "about": walk.about}
