"""`govtrack kinds`: kinds of evidence, what they support, how often they are looked at again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from govtrack.catalog.kinds import kind as named
from govtrack.catalog.kinds import reason
from govtrack.cli.options import json_option
from govtrack.cli.output import answer_json, on_terminal, plural, say, table
from govtrack.cli.standards import complete_kind, loaded, wording
from govtrack.errors import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from govtrack.catalog.catalogue import Catalogue, Kind
    from govtrack.catalog.vocabulary import Wording


@click.command()
@click.argument("words", nargs=-1, metavar="[KIND]", shell_complete=complete_kind)
@json_option
def kinds(words: tuple[str, ...], as_json: bool) -> None:
    """Kinds of evidence: all of them, or KIND in detail.

    A kind suggests tags; a person confirms or declines them. Intervals are a convention to start
    from: ISO/IEC 42001 asks for planned intervals and fixes none.

    \b
    Examples:
      govtrack kinds
      govtrack kinds risk-assessment
      govtrack kinds management review minutes --json
    """  # noqa: D301
    catalogue = loaded()
    found = [named(" ".join(words), catalogue)] if words else list(catalogue.kinds.values())
    if as_json:
        answer_json(
            {"format": "govtrack.kinds/1", "kinds": [_document(one, catalogue) for one in found]}
        )
    elif words:
        for line in _lines(found[0], catalogue, wording(catalogue)):
            say(visible(line))
    else:
        columns = ("kind", "title", "form", "review_months", "retention", "supports")
        # a list of references in every row does not fit a terminal
        shown = columns[:-1] if on_terminal(sys.stdout) else columns
        said = wording(catalogue)
        table(shown, (_cells(one, said)[: len(shown)] for one in found))


def _cells(one: Kind, said: Wording) -> list[object]:
    supports = [tag.ref for tag in one.tags]
    return [one.id, said.kind(one), one.form, one.interval_months, one.retention, supports]


def _document(one: Kind, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "rmf_title": one.rmf_title,
        "form": one.form,
        "core": one.core,
        "own": one.own,
        "interval_months": one.interval_months,
        "also_when": list(one.also_when),
        "retention": {"rule": one.retention, **catalogue.retention_rules[one.retention]},
        "note": one.note,
        "extra": one.extra,
        "tags": [
            {
                "ref": tag.ref,
                "framework": tag.framework,
                "proposed": catalogue.requirements[tag.ref].leaf,
                "source": tag.source,
                "via": tag.via,
                "table": tag.table,
                "also": tag.also,
                "reason": tag.reason,
                "flagged": tag.flagged,
            }
            for tag in one.tags
        ],
    }


def _lines(one: Kind, catalogue: Catalogue, said: Wording) -> Iterable[str]:
    yield f"{one.id}  {said.kind(one)}"
    yield f"  a {one.form}{' (of this workspace)' if one.own else ''}"
    if one.interval_months is None:
        yield "  looked at again on events, not by the calendar"
    else:
        yield f"  looked at again after {plural(one.interval_months, 'month')} (a convention)"
    if one.also_when:
        yield f"  and on: {'; '.join(one.also_when)}"
    rule = catalogue.retention_rules[one.retention]
    yield f"  kept ({one.retention}): {rule['suggest']}"
    if one.note:
        yield f"  {one.note}"
    yield from (f"  {text}" for text in _extra(one, catalogue))
    yield "supports, for a person to confirm"
    for tag in one.tags:
        requirement = catalogue.requirements[tag.ref]
        whole = "" if requirement.leaf else f"; a whole {requirement.level}, not proposed"
        yield f"  {tag.ref}  {requirement.title} ({reason(tag)}{whole})"


def _extra(one: Kind, catalogue: Catalogue) -> Iterable[str]:
    said = catalogue.about["kinds"].get("extra_keys", {})
    for key, value in one.extra.items():
        listed = f": {', '.join(value)}" if isinstance(value, list) else ""
        yield f"{key.replace('_', ' ')}{listed}" + (f" ({said[key]})" if key in said else "")
